"""Saving what a person does: the only way an edit comes into being."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection
from sqlalchemy import delete as delete_from

from sync.errors import (
    FieldUnknown,
    NotFound,
    OperationTooLarge,
    ScopeNotHere,
)
from sync.identity import Clock, Device, Minter, stamp
from sync.merge.fold import targets
from sync.merge.operation import LARGEST_OPERATION_BYTES, Op, OpKind, encode_op
from sync.schema.registry import ENTITIES, SCHEMA_VERSION
from sync.store import attachments, generations, homes, outbox, rows, visible
from sync.store.attachments import Sealed
from sync.store.derived import Dues
from sync.store.drafts import Drafts
from sync.store.edit import Edit, append, create, delete, patch, resolve, restore
from sync.store.edit_journal import EditJournal, Entries
from sync.store.edit_replay import photo_of
from sync.store.generations import Copy
from sync.store.lists import bound, encode_texts
from sync.store.pairs import pairs_of
from sync.store.tables import DRAFT

__all__ = [
    "Edit",
    "Records",
    "Written",
    "append",
    "create",
    "delete",
    "patch",
    "resolve",
    "restore",
]


_END_DRAFTS: Final = delete_from(DRAFT).where(DRAFT.c.key.in_(bound("keys")))


@dataclass(frozen=True)
class Written:
    """What one saving wrote: an operation id (empty where nothing changed) and a row id an edit."""

    op_ids: tuple[str, ...]
    row_ids: tuple[str, ...]


class Records:
    """Writes edits. One call is one durable transaction: all of it is saved, or nothing."""

    def __init__(
        self,
        device: Device,
        clock: Clock,
        minter: Minter,
        dues: Dues,
        drafts: Drafts,
        journal: EditJournal,
    ) -> None:
        self._journal = journal
        self._device = device
        self._clock = clock
        self._minter = minter
        self._dues = dues
        self._drafts = drafts

    def write(
        self,
        edits: Iterable[Edit],
        *,
        ends_draft: str = "",
        and_drafts: Sequence[str] = (),
        contents: Iterable[Sealed] = (),
    ) -> Written:
        """Save ``edits`` and what they show; drop the draft they came from in the same breath,
        ``and_drafts`` that lay beside it.

        ``contents`` are the sealed files that attachments among the edits speak of.

        Raises :class:`ValueRefused`, FieldUnknown, FieldComputed, EntryIsFinal, NotFound,
        NothingToResolve, OperationTooLarge, ScopeNotHere, DiskFull or StoreBusy; then nothing
        was saved.
        """
        op_ids: list[str] = []
        row_ids: list[str] = []
        roots: set[str] = set()
        with self._journal.saving() as (connection, entries):
            for edit in edits:
                row_id = edit.id or self._minter.new_id()
                row_ids.append(row_id)
                op_ids.append(self._write_one(connection, edit, row_id, roots, entries))
            for sealed in contents:
                attachments.keep(connection, sealed)
                entries.photos.append(photo_of(connection, sealed))
            self._dues.refresh_these(connection, roots)
            ended = [key for key in (ends_draft, *and_drafts) if key]
            entries.ended.extend(ended)
            if ended:
                connection.execute(_END_DRAFTS, {"keys": encode_texts(ended)})
        self._dues.tell(roots)
        for key in ended:
            self._drafts.ended(key)
        return Written(tuple(op_ids), tuple(row_ids))

    def _write_one(
        self, connection: Connection, edit: Edit, row_id: str, roots: set[str], entries: Entries
    ) -> str:
        """One edit's operation and what it shows; adds the roots it touched to ``roots``.

        The operation's id, empty if nothing changes.
        """
        if edit.type not in ENTITIES:
            raise FieldUnknown(field=edit.type, known=", ".join(ENTITIES))
        copy = _copy_for(connection, edit, row_id)
        fields, target = pairs_of(connection, copy, edit, row_id)
        if not fields and edit.kind is OpKind.PATCH:
            return ""
        lane = _lane_for(connection, copy, (edit.type, row_id), target)
        op = self._operation(
            connection, copy, lane, replace(edit, id=row_id, fields=fields), target
        )
        raw = encode_op(op)
        if len(raw) > LARGEST_OPERATION_BYTES:
            raise OperationTooLarge(size=len(raw) // 1024 + 1, most=LARGEST_OPERATION_BYTES // 1024)
        keys = targets(op)
        visible.capture(connection, copy.no, keys)
        outbox.save(connection, lane, op, raw, op.at)
        entries.add(op.op_id, lane, raw)
        roots |= visible.recompute(connection, copy.no, keys)
        return op.op_id

    def _operation(
        self,
        connection: Connection,
        copy: Copy,
        lane: str,
        edit: Edit,
        target: tuple[str, str, str] | None,
    ) -> Op:
        """The operation of an edit whose ``fields`` are pairs of (base, new) by now."""
        return Op(
            op_id=self._minter.new_id(),
            seq=outbox.next_seq(connection, lane),
            kind=edit.kind.value,
            type=edit.type,
            id=edit.id,
            f=dict(edit.fields or {}),
            seen=_seen(copy, lane, edit),
            at=stamp(self._clock.now()),
            boot=self._device.boot,
            mono=self._clock.monotonic(),
            schema=SCHEMA_VERSION,
            target=target,
        )


def _copy_for(connection: Connection, edit: Edit, row_id: str) -> Copy:
    """The shown copy that the edit's row lives in, or shall live in."""
    if edit.scope_id:
        begins = edit.kind is OpKind.CREATE and ENTITIES[edit.type].begins(edit.scope_id, row_id)
        copy = generations.shown_copy(connection, edit.scope_id)
        if copy is None and begins:
            generations.open_own(connection, edit.scope_id)
            copy = generations.shown_copy(connection, edit.scope_id)
        if copy is None:
            raise ScopeNotHere
        return copy
    for candidate in generations.copies(connection):
        if candidate.shown and _is_here(connection, candidate, edit):
            return candidate
    raise NotFound(what=edit.id)


def _lane_for(
    connection: Connection, copy: Copy, key: outbox.RowKey, target: tuple[str, str, str] | None
) -> str:
    """The lane of an operation: its row's scope, or that in which an earlier one still waits."""
    keys = [key, *([(target[0], target[1])] if target else [])]
    waiting = (outbox.lane_of(connection, each) for each in keys)
    return next((lane for lane in waiting if lane), copy.scope_id)


def _seen(copy: Copy, lane: str, edit: Edit) -> tuple[str, int]:
    """How much of the row's scope the person had seen. Revisions of one scope tell nothing of
    another's: where the row moved in between, nothing counts as seen."""
    seen = edit.saw.seen if edit.saw else (copy.epoch, copy.cursor)
    return seen if lane == copy.scope_id and seen[1] <= copy.cursor else ("", 0)


def _is_here(connection: Connection, copy: Copy, edit: Edit) -> bool:
    if rows.find(connection, edit.type, copy.no, edit.id) is not None:
        return True
    if edit.kind is not OpKind.RESTORE:
        return False
    # A row whose removal waits is still the server's: it can be brought back.
    key = (edit.type, edit.id)
    held = visible.server_row(connection, copy.no, key).body is not None
    return held and not homes.is_elsewhere(connection, copy.no, key, held=held)
