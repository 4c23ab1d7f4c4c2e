"""Who may hold and write what: one table, from the posts to the families of scopes.

An assignment names a post and an area. The post says which families of scopes come with it and
which entities may be written there; the area says for which grids. Reference data (areas, staff,
assignments) is written by the administrator's commands alone; who mediates keeps the expert pool,
and the secretary the roster of helpers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sync.schema.policy import ScopeKind

LEDGER: Final = frozenset(
    {
        "dwelling",
        "household",
        "person",
        "residency",
        "visit",
        "note",
        "promise",
        "door_check",
        "matter",
        "matter_step",
        "whistle",
        "whistle_unit",
        "change",
        "oral_mediation",
        "attachment",
        "campaign_sheet",
    }
)
"""What a household's record is made of, in the scope of its grid."""

CASE_FILE: Final = frozenset(
    {
        "mediation_case",
        "case_party",
        "case_talk",
        "case_agreement",
        "case_step",
        "attachment",
    }
)
"""What a mediation case is made of, in its own scope."""

SERVICES: Final = frozenset(
    {"service_case", "service_entry", "appointment", "certificate", "held_verdict"}
)
"""What the front desk writes in its own scope."""

NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Rights:
    """What one post gives. A family of scopes that is not in ``writes`` is not even held.

    ``everywhere``: all grids of the community, whatever area the assignment names; and
    ``every_case``: all of its mediation cases, instead of those that name the person.
    """

    writes: Mapping[ScopeKind, frozenset[str]]
    everywhere: bool = False
    every_case: bool = False

    @property
    def opens_cases(self) -> bool:
        """Whether a mediation case may begin with this post: who hears of one passes it on."""
        return ScopeKind.CASE in self.writes


_COMMON: Final[Mapping[ScopeKind, frozenset[str]]] = {
    ScopeKind.COMMUNITY: NOTHING,
    # That they looked at something masked: everybody leaves that trace.
    ScopeKind.USER: frozenset({"reveal"}),
}
# Who mediates knows whom to ask.
_KEEPS_EXPERTS: Final = {**_COMMON, ScopeKind.COMMUNITY: frozenset({"expert"})}
_IN_THE_GRID: Final = Rights(
    {
        **_COMMON,
        ScopeKind.GRID: LEDGER,
        ScopeKind.ID_NUMBERS: frozenset({"id_number"}),
        # Only of the people whom they are the named companion of (``grants``).
        ScopeKind.CARE: frozenset({"special_care"}),
        # Those that name them (``cases``).
        ScopeKind.CASE: CASE_FILE,
    }
)
# Who leads knows the helpers of the community; their list gives nobody any right.
_KEEPS_ROSTER: Final = {**_KEEPS_EXPERTS, ScopeKind.COMMUNITY: frozenset({"expert", "member"})}
_OFFICE: Final = {
    **_COMMON,
    ScopeKind.GRID: LEDGER,
    ScopeKind.CASE: CASE_FILE,
    ScopeKind.DESK: SERVICES,
}
_AT_THE_DESK: Final = Rights(_OFFICE, everywhere=True)
_SECRETARY: Final = Rights({**_OFFICE, **_KEEPS_ROSTER}, everywhere=True, every_case=True)
_OWN_CASES: Final = Rights({**_KEEPS_EXPERTS, ScopeKind.CASE: CASE_FILE})
_NO_RESIDENTS: Final = Rights(_COMMON)
# Nothing of the community, not even who works there: what it was whistled for, and its own looks.
_ANSWERS: Final = Rights(
    {
        ScopeKind.UNIT: frozenset({"whistle_unit"}),
        ScopeKind.USER: _COMMON[ScopeKind.USER],
    }
)

# Of the community's matters, those that it was called for.
_WHISTLES: Final = Rights(
    {
        ScopeKind.UNIT: frozenset({"whistle", "whistle_unit"}),
        ScopeKind.USER: _COMMON[ScopeKind.USER],
    }
)

RIGHTS: Final[Mapping[str, Rights]] = MappingProxyType(
    {
        "grid_worker": _IN_THE_GRID,
        "grid_leader": _IN_THE_GRID,
        "area_officer": _IN_THE_GRID,
        "desk_clerk": _AT_THE_DESK,
        "secretary": _SECRETARY,
        "mediator": _OWN_CASES,
        "it_admin": _NO_RESIDENTS,
        "partner": _ANSWERS,
        "street": _WHISTLES,
    }
)
