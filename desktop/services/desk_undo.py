"""What can be taken back at the window, unless somebody has gone on from it: steps of a case, and
that it was received at all."""

from collections.abc import Mapping
from typing import Any, Final

from desktop.services.taken import Taken, stands, taken_from
from sync.errors import NotFound
from sync.identity import Clock, stamp
from sync.store.record import Record
from sync.store.records import Edit, append, delete, patch
from sync.store.store import Store

CASE: Final = "service_case"
_HANDED_ON: Final = "assigned"
"""The stage in which a worker's part of a case begins."""
_VOID: Final = "void"


def take(store: Store, case_id: str, fields: Mapping[str, Any]) -> Taken:
    """Write a step. Raises :class:`NotFound`, and whatever saving raises."""
    row = store.reading.find(CASE, case_id)
    if row is None:
        raise NotFound(what=case_id)
    store.records.write([patch(CASE, case_id, fields)])
    return taken_from(row, fields)


def unreceive(store: Store, clock: Clock, received: Record, title: str, why: str) -> bool:
    """Take a case back that was received by mistake, and make its worker's matter (of that
    ``title``) void; whether it was. Where it is not any more as it was received it stays, and
    where somebody went on of whom this computer has not heard, the server asks about it."""
    case = store.reading.find(CASE, received.id)
    if case is None or not stands(case.fields, _whole(case, received)):
        return False
    where = {"household_id": str(received.get("household_id") or "-"), "title": title}
    found = store.reading.rows("matter", where=where)
    matters = [row for row in found if row.get("stage") != _VOID]  # One may stay of an undo before.
    if any(matter.get("stage") != _HANDED_ON for matter in matters):
        return False
    edits = [delete(CASE, case.id)]
    for matter in matters:
        edits += _void(store, matter, stamp(clock.now()), why)
    store.records.write(edits)
    return True


def _whole(case: Record, received: Record) -> dict[str, Any]:
    """What stood in every field that there is now, but for the number that the server gave."""
    names = {*case.fields, *received.fields} - {"no"}
    return {name: received.get(name) for name in names}


def _void(store: Store, matter: Record, at: str, why: str) -> list[Edit]:
    step = {
        "matter_id": matter.id,
        "household_id": matter.get("household_id"),
        "kind": "cancel",
        "at": at,
        "staff_id": store.account.user.staff_id,
        "text": why,
    }
    return [
        patch("matter", matter.id, {"stage": _VOID}),
        append("matter_step", step, scope_id=matter.scope_id),
    ]
