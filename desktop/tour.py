"""What a worker hears on the first day: three cards, once."""

from desktop.widgets.tour_card import TourStep
from sync.i18n import _


def first_day() -> list[TourStep]:
    """The next door, the network, and what protects the people behind the doors."""
    return [
        TourStep(
            "calendar-check",
            _("The next door first"),
            _(
                "Today lists the doors in walking order, each with its reason. "
                "V starts the visit; 2 says that nobody answered."
            ),
        ),
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
