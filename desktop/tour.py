"""What somebody hears on the first day: three cards, once; the first is about their own work."""

from collections.abc import Collection
from typing import Final

from desktop.widgets.tour_card import TourStep
from sync.i18n import _

_WALK: Final = frozenset({"grid_worker", "grid_leader", "area_officer"})


def first_day(posts: Collection[str]) -> list[TourStep]:
    """What one begins with, the network, and what protects the people whom the records name."""
    return [
        _own_work(posts),
        TourStep(
            "cloud-slash",
            _("No network is normal"),
            _(
                "All you write is kept on this computer at once and sent when there is a network. "
                "The pill at the top right says where your records are."
            ),
        ),
        TourStep(
            "eye-slash",
            _("Cover, undo, look it up"),
            _(
                "F9 covers the screen at the door. Ctrl Z takes the last step back. "
                "? shows all keys, F1 opens the handbook."
            ),
        ),
    ]


def _own_work(posts: Collection[str]) -> TourStep:
    if _WALK & set(posts):
        return TourStep(
            "calendar-check",
            _("The next door first"),
            _(
                "Today lists the doors in walking order, each with its reason. "
                "V starts the visit; 2 says that nobody answered."
            ),
        )
    if "mediator" in posts:
        return TourStep(
            "handshake",
            _("The most pressing case first"),
            _(
                "Mediation lists the cases, each with what it asks for now. "
                "Enter opens one, N begins one; in a case R adds an entry, G goes a stage on."
            ),
        )
    return TourStep(
        "calendar-check",
        _("What asks for you stands first"),
        _("The figures at the left say where something waits. Ctrl K finds people and commands."),
    )
