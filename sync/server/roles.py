"""Who may hold and write what: one table, from the posts to the families of scopes.

An assignment names a post and an area. The post says which families of scopes come with it and
which entities may be written there; the area says for which grids. Reference data (areas, staff,
assignments) is written by the administrator's commands alone.
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
        "matter",
        "oral_mediation",
        "attachment",
        "campaign_sheet",
    }
)
"""What a household's record is made of, in the scope of its grid."""

NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Rights:
    """What one post gives. A family of scopes that is not in ``writes`` is not even held.

    ``everywhere``: all grids of the community, whatever area the assignment names.
    """

    writes: Mapping[ScopeKind, frozenset[str]]
    everywhere: bool = False


_COMMON: Final[Mapping[ScopeKind, frozenset[str]]] = {
    ScopeKind.COMMUNITY: NOTHING,
    # That they looked at something masked: everybody leaves that trace.
    ScopeKind.USER: frozenset({"reveal"}),
}
_IN_THE_GRID: Final = Rights(
    {
        **_COMMON,
        ScopeKind.GRID: LEDGER,
        ScopeKind.ID_NUMBERS: frozenset({"id_number"}),
        # Only of the people whom they are the named companion of (``grants``).
        ScopeKind.CARE: frozenset({"special_care"}),
    }
)
_IN_THE_OFFICE: Final = Rights({**_COMMON, ScopeKind.GRID: LEDGER}, everywhere=True)
_NO_RESIDENTS: Final = Rights(_COMMON)

RIGHTS: Final[Mapping[str, Rights]] = MappingProxyType(
    {
        "grid_worker": _IN_THE_GRID,
        "grid_leader": _IN_THE_GRID,
        "area_officer": _IN_THE_GRID,
        "desk_clerk": _IN_THE_OFFICE,
        "secretary": _IN_THE_OFFICE,
        # A mediator's own cases are scopes of their own.
        "mediator": _NO_RESIDENTS,
        "it_admin": _NO_RESIDENTS,
    }
)
