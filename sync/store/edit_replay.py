"""What the edit journal and the store tell each other: what is lost, what waits, what is needed."""

from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import Connection, delete, exists, insert, literal, or_, select, update

from sync.merge.fold import targets
from sync.merge.operation import Op, OpKind, decode_op
from sync.schema.registry import ENTITIES
from sync.store import attachments, generations, lanes, outbox, rows, visible
from sync.store.attachments import Sealed, State
from sync.store.derived import mark_stale
from sync.store.generations import Copy
from sync.store.lists import bound
from sync.store.tables import BLOB, BLOB_KEY, DRAFT, LANE, OPERATION
from sync.wire.edit_records import SavedOp, SavedPhoto, Saving

if TYPE_CHECKING:
    from sync.store.edit_journal import Entries

_DURABLE: Final = (
    select(LANE.c.durable).where(LANE.c.scope_id == OPERATION.c.scope_id).scalar_subquery()
)
# Held ones stay as a reason; once the server cannot lose them they are not needed here.
_NEEDED: Final = exists().where(
    OPERATION.c.op_id.in_(bound("ids")),
    OPERATION.c.raw != "",
    or_(OPERATION.c.outcome == "", OPERATION.c.seq > _DURABLE),
)
_ONLY_HERE: Final = BLOB.c.state.in_([State.WAITING.value, State.SENT.value, State.REFUSED.value])
"""Nobody else has these photos for sure."""
_PHOTO_NEEDED: Final = exists().where(BLOB.c.id.in_(bound("photos")), _ONLY_HERE)


def replay(connection: Connection, saving: Saving) -> int:
    """Save again what the store does not have. Returns how many operations that were."""
    again = [op for op in saving.ops if _replay_one(connection, op)]
    for photo in saving.photos:
        _name_again(connection, photo)
    ended = [key for key in (saving.ends_draft, *saving.drafts) if key]
    if ended and again:
        connection.execute(delete(DRAFT).where(DRAFT.c.key.in_(ended)))
    return len(again)


def all_waiting(connection: Connection, entries: "Entries") -> None:
    """Everything without a receipt, in the order in which it was saved, and every photo that
    could still be lost."""
    columns = (OPERATION.c.op_id, OPERATION.c.scope_id, OPERATION.c.raw)
    waiting = select(*columns).where(OPERATION.c.outcome == "", OPERATION.c.raw != "")
    for op_id, scope_id, raw in connection.execute(waiting.order_by(OPERATION.c.no)):
        entries.add(op_id, scope_id, raw.encode())
    sealed = select(BLOB, BLOB_KEY.c.key).join(BLOB_KEY, BLOB_KEY.c.scope_id == BLOB.c.scope_id)
    for one in connection.execute(sealed.where(_ONLY_HERE)):
        photo = SavedPhoto(one.id, one.scope_id, one.size, one.sha256, one.file, one.key)
        entries.photos.append(photo)


def photo_of(connection: Connection, sealed: Sealed) -> SavedPhoto:
    """A sealed file with what opens it."""
    query = select(BLOB_KEY.c.key).where(BLOB_KEY.c.scope_id == sealed.scope_id)
    key = connection.execute(query).scalar_one()
    return SavedPhoto(
        sealed.id, sealed.scope_id, sealed.size, sealed.sha256, sealed.file, bytes(key)
    )


def is_needed(connection: Connection, saving: Saving) -> bool:
    """Whether the server could still lose any of it, or has not got it."""
    by = {
        "ids": msgspec.json.encode([op.op_id for op in saving.ops]).decode(),
        "photos": msgspec.json.encode([photo.id for photo in saving.photos]).decode(),
    }
    return bool(connection.execute(select(or_(_NEEDED, _PHOTO_NEEDED)), by).scalar())


def _replay_one(connection: Connection, saved: SavedOp) -> bool:
    known = select(literal(1)).where(OPERATION.c.op_id == saved.op_id)
    if connection.execute(known).first() is not None:
        return False
    try:
        op = decode_op(saved.raw)
    except msgspec.DecodeError:
        return False
    seq = outbox.next_seq(connection, saved.scope_id)
    raw = lanes.with_seq(saved.raw.decode(), seq).encode()
    copy = _copy_of(connection, op, saved.scope_id) if op.type in ENTITIES else None
    keys = targets(op)
    if copy is not None:
        visible.capture(connection, copy.no, keys)
    outbox.save(connection, saved.scope_id, msgspec.structs.replace(op, seq=seq), raw, op.at)
    if copy is not None:
        mark_stale(connection, visible.recompute(connection, copy.no, keys))
    return True


def _copy_of(connection: Connection, op: Op, scope_id: str) -> Copy | None:
    """The shown copy that the row lives in, or would; none where the scope is not here."""
    for each in generations.copies(connection):
        if each.shown and rows.find(connection, op.type, each.no, op.id) is not None:
            return each
    copy = generations.shown_copy(connection, scope_id)
    begins = op.kind == OpKind.CREATE and ENTITIES[op.type].begins(scope_id, op.id)
    if copy is None and begins:
        generations.open_own(connection, scope_id)
        copy = generations.shown_copy(connection, scope_id)
    return copy


def _name_again(connection: Connection, photo: SavedPhoto) -> None:
    """The file lies where it lay; the store knows again what it is and how it opens."""
    if connection.execute(select(BLOB.c.id).where(BLOB.c.id == photo.id)).first() is not None:
        return
    key = {"scope_id": photo.scope_id, "key": photo.key}
    connection.execute(insert(BLOB_KEY).prefix_with("OR IGNORE").values(key))
    attachments.keep(
        connection, Sealed(photo.id, photo.scope_id, photo.size, photo.sha256, photo.file)
    )


def keep_unshown(connection: Connection, saved: SavedOp) -> None:
    """As a replay, of an operation that no row can show: it waits to be sent, nothing more."""
    op = decode_op(saved.raw)
    seq = outbox.next_seq(connection, saved.scope_id)
    raw = lanes.with_seq(saved.raw.decode(), seq).encode()
    outbox.save(connection, saved.scope_id, msgspec.structs.replace(op, seq=seq), raw, op.at)
    where = OPERATION.c.op_id == saved.op_id
    connection.execute(update(OPERATION).where(where).values(folded=False))


def needed_of(connection: Connection, saving: Saving) -> Saving:
    """What the server could still lose of it, or has not got: the same, or less."""
    ops = [op for op in saving.ops if is_needed(connection, Saving("", (op,)))]
    photos = [photo for photo in saving.photos if is_needed(connection, Saving("", (), (photo,)))]
    if ops:
        return msgspec.structs.replace(saving, ops=tuple(ops), photos=tuple(photos))
    return Saving(saving.client, (), tuple(photos), holds_all=saving.holds_all)
