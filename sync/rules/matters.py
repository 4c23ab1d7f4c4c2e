"""What becomes of a need or a hazard that a visit names: which matter, how urgent, for whom."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from sync.i18n import N_


class Kind(NamedTuple):
    """The matter that a need or hazard makes. ``unit`` is who usually solves it, in words; a
    leader may decide otherwise."""

    category: str
    urgency: str
    unit: str


_HOUSING: Final = N_("property company")
_CIVIL: Final = N_("civil affairs")
_COMMUNITY: Final = N_("the community")

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "gas": Kind("fire", "urgent", N_("gas company")),
        "wire": Kind("fire", "general", _HOUSING),
        "ebike": Kind("fire", "general", _HOUSING),
        "clutter": Kind("fire", "general", _HOUSING),
        "water": Kind("property", "general", _HOUSING),
        "structure": Kind("property", "prominent", N_("housing bureau")),
        "fraud": Kind("security", "urgent", N_("police station")),
        "medical": Kind("welfare", "general", N_("community clinic")),
        "meal": Kind("welfare", "general", N_("meal service")),
        "housework": Kind("welfare", "general", _CIVIL),
        "repair": Kind("property", "general", _HOUSING),
        "papers": Kind("welfare", "simple", _COMMUNITY),
        "relief": Kind("welfare", "general", _CIVIL),
        "job": Kind("welfare", "general", _COMMUNITY),
        "childcare": Kind("welfare", "general", _COMMUNITY),
        "company": Kind("care", "general", _COMMUNITY),
        "legal": Kind("advice", "general", N_("legal aid")),
        "other": Kind("other", "general", _COMMUNITY),
    }
)

LIMITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "critical": N_("24 h"),
        "urgent": N_("24 h"),
        "simple": N_("today"),
        "general": N_("3 working days"),
        "prominent": N_("7 working days"),
        "major": N_("15 working days"),
    }
)
"""How long a matter of each urgency may take, in words."""
