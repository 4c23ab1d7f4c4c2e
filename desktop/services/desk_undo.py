"""What can be taken back at the window, unless somebody has gone on from it: steps of a case, and
that it was received at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sync.errors import NotFound
from sync.identity import Clock, stamp
from sync.schema.values import same
from sync.store.record import Record, Saw
from sync.store.records import Edit, append, delete, patch
from sync.store.store import Store

CASE: Final = "service_case"
_HANDED_ON: Final = "assigned"
"""The stage in which a worker's part of a case begins."""
_VOID: Final = "void"


@dataclass(frozen=True)
class Taken:
    """A step that was taken: what stood in the fields that it changed ``before`` and ``after``."""

    case_id: str
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)


def take(store: Store, case_id: str, fields: Mapping[str, Any]) -> Taken:
    """Write a step. Raises :class:`NotFound`, and whatever saving raises."""
    row = store.reading.find(CASE, case_id)
    if row is None:
        raise NotFound(what=case_id)
    store.records.write([patch(CASE, case_id, fields)])
    return Taken(case_id, {name: row.get(name) for name in fields}, dict(fields))


def take_back(store: Store, taken: Taken) -> bool:
    """Take a step back, sent or not; whether it was. Where the case stands otherwise by now it
    stays, and where somebody went on of whom this computer has not heard, the server keeps the
    undo aside."""
    saw = store.reading.saw([(CASE, taken.case_id)]).get((CASE, taken.case_id))
    if saw is None or not _stands(saw.shown, taken.after):
        return False
    store.records.write([patch(CASE, taken.case_id, taken.before, saw=_from(saw, taken))])
    return True


def unreceive(store: Store, clock: Clock, received: Record, title: str, why: str) -> bool:
    """Take a case back that was received by mistake, and make its worker's matter (of that
    ``title``) void; whether it was. Where it is not any more as it was received it stays, and
    where somebody went on of whom this computer has not heard, the server asks about it."""
    case = store.reading.find(CASE, received.id)
    if case is None or not _stands(case.fields, _whole(case, received)):
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


def _stands(shown: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return all(same(_plain(shown.get(name)), _plain(value)) for name, value in after.items())


def _plain(value: Any) -> Any:
    """A set of papers has no order."""
    return sorted(value) if isinstance(value, list) else value


def _from(saw: Saw, taken: Taken) -> Saw:
    """What an undo starts from is the step itself, also while it waits to be sent: the server
    then sees that a step is taken back, and from where."""
    if "stage" not in taken.after:
        return saw
    return replace(saw, server={**saw.server, "stage": taken.after["stage"]})
