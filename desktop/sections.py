"""The sidebar: the sections that each post needs, and nothing else.

A section is listed here before its screen exists; only those whose page is built are shown.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from desktop.widgets.sidebar import NavGroup, NavItem
from sync.i18n import N_, _

_WALKS: Final = ("today", "households", "building", "campaigns", "matters", "mediation")
_DATA: Final = ("conflicts", "sync")
_OVERSEES: Final = ("dashboard", "people")

BY_POST: Final = MappingProxyType(
    {
        "grid_worker": (*_WALKS, *_DATA),
        "area_officer": (*_WALKS, *_DATA),
        "grid_leader": (*_WALKS, *_OVERSEES, *_DATA),
        "secretary": (*_WALKS, *_OVERSEES, *_DATA),
        "desk_clerk": ("desk", "households", "matters", *_DATA),
        "mediator": ("mediation", "today", "sync"),
        "street": ("dashboard", "matters", "sync"),
        "partner": ("matters", "sync"),
        "it_admin": ("people", "devices", "sync"),
    }
)
"""Section keys in the order of the sidebar; the first that is built is where the app opens."""

OFFICE_ONLY: Final = frozenset({*_OVERSEES, "devices"})
"""Pages that are not there at all for whoever does not have their section."""

STANDS_IN: Final = MappingProxyType({"mediation": "households"})
"""What is shown for a section whose page is not built: a mediation begins at a household."""


@dataclass(frozen=True)
class _Section:
    words: str
    icon: str
    group: str


_VISITS, _HANDLING = N_("Visits"), N_("In hand")
_SUMMARY, _STORED = N_("Summary"), N_("Data")

_SECTIONS: Final = MappingProxyType(
    {
        "today": _Section(N_("Today"), "calendar-check", _VISITS),
        "households": _Section(N_("Households"), "users-three", _VISITS),
        "building": _Section(N_("Building picture"), "buildings", _VISITS),
        "campaigns": _Section(N_("Campaigns"), "megaphone", _VISITS),
        "desk": _Section(N_("Front desk"), "storefront", _HANDLING),
        "matters": _Section(N_("Matters"), "clipboard-text", _HANDLING),
        "mediation": _Section(N_("Mediation"), "handshake", _HANDLING),
        "dashboard": _Section(N_("Overview"), "chart-bar", _SUMMARY),
        "people": _Section(N_("People and grids"), "identification-card", _SUMMARY),
        "devices": _Section(N_("Computers"), "laptop", _SUMMARY),
        "conflicts": _Section(N_("Conflicts"), "git-merge", _STORED),
        "sync": _Section(N_("Sync centre"), "cloud-arrow-up", _STORED),
    }
)
_ORDER: Final = tuple(_SECTIONS)


def keys_of(posts: Collection[str], built: Collection[str]) -> list[str]:
    """The sections of somebody with ``posts``, of the pages that are ``built``.

    Several posts see the sections of each; the first post decides where the app opens.
    """
    wanted = [key for post in posts for key in BY_POST.get(post, ())]
    shown = [key if key in built else STANDS_IN.get(key, "") for key in wanted]
    return [key for key in dict.fromkeys(shown) if key in built]


def may_open(page: str, posts: Collection[str]) -> bool:
    """Whether somebody with ``posts`` has this page, by whatever way they come to it."""
    return page not in OFFICE_ONLY or any(page in BY_POST.get(post, ()) for post in posts)


def groups(keys: Iterable[str]) -> list[NavGroup]:
    """The sections ``keys`` under their headings; a heading stands where its first section does."""
    shown = list(keys)
    headings = list(dict.fromkeys(_SECTIONS[key].group for key in shown))
    return [
        NavGroup(
            _(heading),
            tuple(
                NavItem(key, _(_SECTIONS[key].words), _SECTIONS[key].icon)
                for key in sorted(shown, key=_ORDER.index)
                if _SECTIONS[key].group == heading
            ),
        )
        for heading in headings
    ]
