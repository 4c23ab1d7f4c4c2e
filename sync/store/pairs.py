"""What an edit becomes: for each field the value it started from and the value it wants."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from sync.errors import EntryIsFinal, FieldComputed, NothingToResolve
from sync.i18n import _
from sync.merge.operation import OpKind
from sync.merge.values import spec_or_unknown
from sync.schema.policy import JOINS, WHOLE_ROW, Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same, settled, settled_fields, spec_of
from sync.store import rows, visible
from sync.store.edit import Edit
from sync.store.generations import Copy
from sync.store.record import Saw

CONFLICT: Final = "conflict"
_NEW: Final = (OpKind.CREATE, OpKind.APPEND)

Pairs = tuple[dict[str, tuple[Any, Any]], tuple[str, str, str] | None]


def pairs_of(connection: Connection, copy: Copy, edit: Edit, row_id: str) -> Pairs:
    """(base, new) for each field the edit changes, and the target if it settles a conflict."""
    if edit.kind is OpKind.RESOLVE:
        return _resolution(connection, copy, edit)
    if edit.kind in (OpKind.DELETE, OpKind.RESTORE):
        if ENTITIES[edit.type].append_only:
            raise EntryIsFinal
        return {}, None
    _check_permitted(edit)
    wanted = settled_fields(edit.type, edit.fields or {})
    if edit.kind in _NEW:
        return {name: (None, value) for name, value in wanted.items() if value is not None}, None
    server = visible.server_row(connection, copy.no, (edit.type, row_id)).body or {}
    found = rows.find(connection, edit.type, copy.no, row_id)
    now = Saw(server=server, shown=found.body if found and found.body else {})
    return _changed(edit, wanted, now), None


def _changed(edit: Edit, wanted: Mapping[str, Any], now: Saw) -> dict[str, tuple[Any, Any]]:
    """The fields that the edit changes, each from what the person saw."""
    saw = edit.saw or now
    pairs: dict[str, tuple[Any, Any]] = {}
    for name, value in wanted.items():
        joins = spec_of(edit.type, name).merge in JOINS
        if not same((saw if joins else now).shown.get(name), value):
            base = saw.shown.get(name) if joins else server_base(name, now, saw)
            pairs[name] = (base, value)
    return pairs


def server_base(name: str, now: Saw, saw: Saw) -> Any:
    """The latest value of the server's that the person has seen; never their own pending one."""
    latest = now.server.get(name)
    has_seen = same(latest, saw.server.get(name)) or same(latest, saw.shown.get(name))
    return latest if has_seen else saw.server.get(name)


def _check_permitted(edit: Edit) -> None:
    if ENTITIES[edit.type].append_only != (edit.kind is OpKind.APPEND):
        raise EntryIsFinal
    for name in edit.fields or {}:
        spec = spec_of(edit.type, name)
        if spec.merge is Merge.SERVER:
            raise FieldComputed(field=_(spec.label) or name)


def _resolution(connection: Connection, copy: Copy, edit: Edit) -> Pairs:
    """What the person saw as the current value and what they chose, with the row it is about."""
    found = rows.find(connection, CONFLICT, copy.no, edit.id)
    conflict = found.body if found and found.body else {}
    saw = edit.saw.shown if edit.saw else conflict
    # Only who has seen a decision decides anew.
    if not conflict or conflict.get("status") != (saw.get("status") if edit.saw else "open"):
        raise NothingToResolve
    type_, name = str(conflict["target_type"]), str(conflict["field"])
    choice = (edit.fields or {}).get("value")
    if name != WHOLE_ROW:
        choice = settled(spec_or_unknown(type_, name), choice)
    target = (type_, str(conflict["target_id"]), name)
    return {"value": (saw.get("current"), choice)}, target
