"""Saving what a person does: the only way an edit comes into being."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy import delete as delete_from

from sync.errors import (
    EntryIsFinal,
    FieldComputed,
    FieldUnknown,
    NotFound,
    NothingToResolve,
    OperationTooLarge,
    ScopeNotHere,
)
from sync.i18n import _
from sync.identity import Clock, Device, Minter, stamp
from sync.merge.fold import targets
from sync.merge.operation import LARGEST_OPERATION_BYTES, Op, OpKind, encode_op
from sync.schema.policy import WHOLE_ROW, Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same, settled, settled_fields, spec_of
from sync.store import attachments, generations, outbox, rows, visible
from sync.store.attachments import Sealed
from sync.store.database import Database
from sync.store.derived import Dues
from sync.store.generations import Copy
from sync.store.tables import DRAFT

CONFLICT: Final = "conflict"
_NEW: Final = (OpKind.CREATE, OpKind.APPEND)


@dataclass(frozen=True)
class Edit:
    """One thing a person wants done to one row. Made by the functions below.

    ``scope_id`` is needed for new rows; an existing one knows where it lives. An empty ``id``
    is made when saving.
    """

    kind: OpKind
    type: str
    id: str = ""
    scope_id: str = ""
    fields: Mapping[str, Any] | None = None


def create(type_: str, fields: Mapping[str, Any], *, scope_id: str, row_id: str = "") -> Edit:
    """A new row."""
    return Edit(OpKind.CREATE, type_, row_id, scope_id, dict(fields))


def append(type_: str, fields: Mapping[str, Any], *, scope_id: str, row_id: str = "") -> Edit:
    """A new entry that is never changed: a visit, a note, an oral mediation."""
    return Edit(OpKind.APPEND, type_, row_id, scope_id, dict(fields))


def patch(type_: str, row_id: str, fields: Mapping[str, Any]) -> Edit:
    """New values for some fields of a row. Fields that hold them already are left out."""
    return Edit(OpKind.PATCH, type_, row_id, fields=dict(fields))


def delete(type_: str, row_id: str) -> Edit:
    """Remove a row."""
    return Edit(OpKind.DELETE, type_, row_id)


def restore(type_: str, row_id: str) -> Edit:
    """Bring a row back whose removal still waits here."""
    return Edit(OpKind.RESTORE, type_, row_id)


def resolve(conflict_id: str, choice: Any) -> Edit:
    """Settle a conflict by ``choice``: a value, or ``keep`` or ``delete`` for a whole row."""
    return Edit(OpKind.RESOLVE, "conflict", conflict_id, fields={"value": choice})


@dataclass(frozen=True)
class Written:
    """What one saving wrote: an operation id (empty where nothing changed) and a row id an edit."""

    op_ids: tuple[str, ...]
    row_ids: tuple[str, ...]


class Records:
    """Writes edits. One call is one durable transaction: all of it is saved, or nothing."""

    def __init__(
        self, database: Database, device: Device, clock: Clock, minter: Minter, dues: Dues
    ) -> None:
        self._database = database
        self._device = device
        self._clock = clock
        self._minter = minter
        self._dues = dues

    def write(
        self, edits: Iterable[Edit], *, ends_draft: str = "", contents: Iterable[Sealed] = ()
    ) -> Written:
        """Save ``edits`` and what they show; drop the draft they came from in the same breath.

        ``contents`` are the sealed files that attachments among the edits speak of.

        Raises :class:`ValueRefused`, FieldUnknown, FieldComputed, EntryIsFinal, NotFound,
        NothingToResolve, OperationTooLarge, ScopeNotHere, DiskFull or StoreBusy; then nothing
        was saved.
        """
        op_ids: list[str] = []
        row_ids: list[str] = []
        roots: set[str] = set()
        with self._database.writing() as connection:
            for edit in edits:
                row_id = edit.id or self._minter.new_id()
                row_ids.append(row_id)
                op_ids.append(self._write_one(connection, edit, row_id, roots))
            for sealed in contents:
                attachments.keep(connection, sealed)
            self._dues.refresh_these(connection, roots)
            if ends_draft:
                connection.execute(delete_from(DRAFT).where(DRAFT.c.key == ends_draft))
        return Written(tuple(op_ids), tuple(row_ids))

    def _write_one(self, connection: Connection, edit: Edit, row_id: str, roots: set[str]) -> str:
        """One edit's operation and what it shows; adds the roots it touched to ``roots``.

        The operation's id, empty if nothing changes.
        """
        if edit.type not in ENTITIES:
            raise FieldUnknown(field=edit.type, known=", ".join(ENTITIES))
        copy = _copy_for(connection, edit)
        fields, target = _pairs(connection, copy, edit, row_id)
        if not fields and edit.kind is OpKind.PATCH:
            return ""
        op = self._operation(connection, copy, edit, row_id, fields, target)
        raw = encode_op(op)
        if len(raw) > LARGEST_OPERATION_BYTES:
            raise OperationTooLarge(size=len(raw) // 1024 + 1, most=LARGEST_OPERATION_BYTES // 1024)
        keys = targets(op)
        visible.capture(connection, copy.no, keys)
        outbox.save(connection, copy.scope_id, op, raw, op.at)
        roots |= visible.recompute(connection, copy.no, keys)
        return op.op_id

    def _operation(
        self,
        connection: Connection,
        copy: Copy,
        edit: Edit,
        row_id: str,
        fields: Mapping[str, tuple[Any, Any]],
        target: tuple[str, str, str] | None,
    ) -> Op:
        return Op(
            op_id=self._minter.new_id(),
            seq=outbox.next_seq(connection, copy.scope_id),
            kind=edit.kind.value,
            type=edit.type,
            id=row_id,
            f=dict(fields),
            seen=(copy.epoch, copy.cursor),
            at=stamp(self._clock.now()),
            boot=self._device.boot,
            mono=self._clock.monotonic(),
            target=target,
        )


def _copy_for(connection: Connection, edit: Edit) -> Copy:
    """The shown copy that the edit's row lives in, or shall live in."""
    if edit.scope_id:
        copy = generations.shown_copy(connection, edit.scope_id)
        if copy is None:
            raise ScopeNotHere
        return copy
    for candidate in generations.copies(connection):
        if candidate.shown and _is_here(connection, candidate, edit):
            return candidate
    raise NotFound(what=edit.id)


def _is_here(connection: Connection, copy: Copy, edit: Edit) -> bool:
    if rows.find(connection, edit.type, copy.no, edit.id) is not None:
        return True
    # A row whose removal waits is still the server's: it can be brought back.
    return (
        edit.kind is OpKind.RESTORE
        and visible.server_row(connection, copy.no, (edit.type, edit.id)).body is not None
    )


_Pairs = tuple[dict[str, tuple[Any, Any]], tuple[str, str, str] | None]


def _pairs(connection: Connection, copy: Copy, edit: Edit, row_id: str) -> _Pairs:
    """(base, new) for each field the edit changes, and the target if it settles a conflict."""
    if edit.kind is OpKind.RESOLVE:
        return _resolution(connection, copy, edit)
    if edit.kind in (OpKind.DELETE, OpKind.RESTORE):
        return {}, None
    _check_permitted(edit)
    wanted = settled_fields(edit.type, edit.fields or {})
    if edit.kind in _NEW:
        return {name: (None, value) for name, value in wanted.items() if value is not None}, None
    server = visible.server_row(connection, copy.no, (edit.type, row_id)).body or {}
    found = rows.find(connection, edit.type, copy.no, row_id)
    shown = found.body if found and found.body else {}
    pairs: dict[str, tuple[Any, Any]] = {}
    for name, value in wanted.items():
        if not same(shown.get(name), value):
            # A set merges what was added and removed, so it starts from what the person saw. What
            # a person decides about starts from the server's value, never from their own pending.
            joins = spec_of(edit.type, name).merge is Merge.SET
            pairs[name] = ((shown if joins else server).get(name), value)
    return pairs, None


def _check_permitted(edit: Edit) -> None:
    if ENTITIES[edit.type].append_only != (edit.kind is OpKind.APPEND):
        raise EntryIsFinal
    for name in edit.fields or {}:
        spec = spec_of(edit.type, name)
        if spec.merge is Merge.SERVER:
            raise FieldComputed(field=_(spec.label) or name)


def _resolution(connection: Connection, copy: Copy, edit: Edit) -> _Pairs:
    """What the person saw as the current value and what they chose, with the row it is about."""
    found = rows.find(connection, CONFLICT, copy.no, edit.id)
    conflict = found.body if found and found.body else {}
    if conflict.get("status") != "open":
        raise NothingToResolve
    type_, name = str(conflict["target_type"]), str(conflict["field"])
    choice = (edit.fields or {}).get("value")
    if name != WHOLE_ROW:
        choice = settled(spec_of(type_, name), choice)
    target = (type_, str(conflict["target_id"]), name)
    return {"value": (conflict.get("current"), choice)}, target
