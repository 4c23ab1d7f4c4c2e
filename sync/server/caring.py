"""Tier-3 care belongs to the person whose scope it lives in, and to their household alone."""

from typing import Any, Final

from sync.merge.operation import Op, OpKind
from sync.server.incoming import HELD_WRONG_SCOPE
from sync.server.locked import Locked
from sync.server.rows import read_rows

SPECIAL_CARE: Final = "special_care"


def care_flaw(locked: Locked, scope_id: str, op: Op) -> str:
    """Why tier-3 care cannot be written here; empty where it can.

    Whoever may hold one person's care writes about that person: another one's name, or another
    household's, would move a frequency that they may not see.
    """
    if op.type != SPECIAL_CARE:
        return ""
    person_id = scope_id.partition(":")[2]
    right = {"person_id": person_id, "household_id": _household_of(locked, person_id)}
    return "" if all(_says(op, name, value) for name, value in right.items()) else HELD_WRONG_SCOPE


def _says(op: Op, name: str, value: str) -> bool:
    """Whether the operation leaves the field alone or sets just this."""
    if name not in op.f:
        return op.kind != OpKind.CREATE
    new: Any = op.f[name][1]
    return bool(value) and new == value


def _household_of(locked: Locked, person_id: str) -> str:
    """The household that a person moves with; empty where there is no such person."""
    key = ("person", person_id)
    home = locked.home(*key)
    if not home:
        return ""
    if home in locked.scopes:
        row = locked.scopes[home].row(*key)
    else:
        row = next(iter(read_rows(locked.connection, home, [key])), None)
    if row is not None and row.body.get("alias_of"):
        return _household_of(locked, str(row.body["alias_of"]))
    return str(row.body.get("household_id") or "") if row else ""
