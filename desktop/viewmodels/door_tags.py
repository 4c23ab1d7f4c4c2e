"""The chips beside a name. Tier 3 has none: such a home carries 「两人同行」 alone."""

from collections.abc import Iterable

from desktop.rows import Tag, Tone
from desktop.services.care import HONOURS
from sync.i18n import N_, _
from sync.schema.tags import TAGS, of_tier

MOST_IN_A_ROW = 2


def list_chips(keys: Iterable[str], *, two_people: bool) -> tuple[Tag, ...]:
    """Chips for a row of a list: tier 1 only, at most two, care first."""
    if two_people:
        return (in_pairs(),)
    return tuple(_chip(key) for key in of_tier(keys, 1))[:MOST_IN_A_ROW]


def opened_chips(keys: Iterable[str], *, two_people: bool) -> tuple[Tag, ...]:
    """Chips of a household that was opened: tiers 1 and 2."""
    chips = tuple(_chip(key) for key in of_tier(keys, 2))
    return (in_pairs(), *chips) if two_people else chips


def in_pairs() -> Tag:
    """The one neutral word for homes where nobody goes alone."""
    return Tag(_(N_("Go in pairs")), Tone.NEUTRAL, "users")


def _chip(key: str) -> Tag:
    return Tag(_(TAGS[key].label), Tone.PRIMARY if key in HONOURS else Tone.CARE)
