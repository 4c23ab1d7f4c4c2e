"""Taking the bytes of attachments part by part, proving them, and handing them out.

The record comes first, by a push; its bytes follow in any order, as often as the line needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select, update

from sync.identity import Clock, local_day, stamp
from sync.merge.operation import decode_op, new_values
from sync.merge.settle import Change
from sync.merge.values import Writer
from sync.schema.attachment import (
    LARGEST_ATTACHMENT_BYTES,
    PART_BYTES,
    length_of_part,
    media_of,
    parts_of,
)
from sync.server.blobs.keys import PartSealer, ensure_key, sealer_of
from sync.server.blobs.pictures import PictureUnreadable, is_picture, is_plain, rewritten
from sync.server.blobs.stores import BlobStore
from sync.server.covered import durable_head
from sync.server.crossing import insert_missing
from sync.server.database import Database
from sync.server.grants import grants_of
from sync.server.locked import Locked, lock_scopes
from sync.server.people import Caller
from sync.server.replies import Refused
from sync.server.rows import SERVER_CLIENT, Cause, home_of, read_rows
from sync.server.tables import BLOB, BLOB_PART, HELD
from sync.wire.messages import BlobStates, BlobStatus

WRONG_HASH: Final = "hash"
WRONG_MEDIA: Final = "media"
_TYPE: Final = "attachment"


@dataclass(frozen=True)
class _Record:
    """What an attachment's row says of its bytes, and the scope where the row lives now.

    ``removed`` of one that somebody removed; ``ready_rev`` is a revision of the scope by which
    the row told that the bytes are here, 0 where it does not; ``is_aside`` of one whose
    operation is held.
    """

    id: str
    scope_id: str
    size: int
    sha256: str
    media: str
    author: str
    removed: bool = False
    ready_rev: int = 0
    is_aside: bool = False

    @property
    def parts(self) -> int:
        return parts_of(self.size)

    def part_name(self, number: int) -> str:
        """The name of a part in the store of bytes."""
        return part_name(self.id, number)


def part_name(blob_id: str, number: int) -> str:
    """The name of a part in the store of bytes; tells nothing about whom it shows."""
    return sha256(f"{blob_id}:{number}".encode()).hexdigest()


class Intake:
    """The use cases of attachments' bytes."""

    def __init__(self, database: Database, store: BlobStore, clock: Clock) -> None:
        self._db = database
        self._store = store
        self._clock = clock

    def status(self, blob_id: str, caller: Caller) -> BlobStatus:
        """What is here and what is missing. 404 where there is no such record to be read."""
        with self._db.read() as connection:
            record = self._record(connection, blob_id, caller)
            listed = self._status(connection, record)
        return self._found(record, listed)

    def states(self, ids: list[str], caller: Caller) -> BlobStates:
        """Of the caller's own attachments: which are safe, which are not here."""
        listed: list[tuple[_Record, BlobStatus]] = []
        with self._db.read() as connection:
            for blob_id in ids:
                record = _placed(connection, blob_id) or _kept_aside(connection, blob_id)
                if record is not None and record.author == caller.staff_id:
                    listed.append((record, self._status(connection, record)))
        told = [self._found(*each) for each in listed]
        return BlobStates(
            durable=[status.id for status in told if status.durable],
            lost=[status.id for status in told if not status.ready],
        )

    def take(self, blob_id: str, number: int, part: bytes, caller: Caller) -> BlobStatus:
        """Keep one part; with the last one, prove the whole.

        404 where the caller may not write the record, 400 where the part has a wrong length.
        """
        with self._db.read() as connection:
            record = self._record(connection, blob_id, caller, writes=True)
            listed = self._status(connection, record)
        if not 0 <= number < record.parts or len(part) != length_of_part(record.size, number):
            raise Refused(400, "blob.part")
        # Of a content that was proven once, parts come again where the store lost them.
        was_ready = listed.ready
        status = self._found(record, listed) if was_ready else listed
        if number in status.missing:
            sealer = self._sealer(record)
            # Bytes first: a part that is listed is there.
            self._store.put(record.part_name(number), sealer.seal(record.id, number, part))
            status = self._list(record, number)
            status = self._found(record, status) if was_ready else status
        elif status.ready:
            return status
        return status if status.missing else self._prove(record)

    def hand_out(self, blob_id: str, number: int, caller: Caller) -> bytes:
        """One part of a proven content. 404 for all others."""
        with self._db.read() as connection:
            record = self._record(connection, blob_id, caller)
            if not self._status(connection, record).ready:
                raise Refused(404, "record.not_found")
        if not 0 <= number < record.parts:
            raise Refused(404, "record.not_found")
        return self._part(record, self._sealer(record), number)

    def _record(
        self, connection: Connection, blob_id: str, caller: Caller, *, writes: bool = False
    ) -> _Record:
        found = _placed(connection, blob_id) or _kept_aside(connection, blob_id)
        is_author = found is not None and found.author == caller.staff_id
        if found is not None and found.removed and not is_author:
            found = None
        if found is None or not (is_author or self._may(connection, found, caller, writes)):
            # The same answer for what is not there and what is not theirs.
            raise Refused(404, "record.not_found")
        if found.size > LARGEST_ATTACHMENT_BYTES:
            raise Refused(413, "request.too_large")
        return found

    def _may(self, connection: Connection, record: _Record, caller: Caller, writes: bool) -> bool:
        """Whoever may hold the record may see it; its author may always finish sending it, even
        if somebody removed it: who brings it back finds the photo."""
        grants = grants_of(connection, caller.staff_id, local_day(self._clock.now()))
        if writes:
            return grants.may_write(record.scope_id, _TYPE)
        return grants.may_hold(record.scope_id)

    def _status(self, connection: Connection, record: _Record, problem: str = "") -> BlobStatus:
        kept = connection.execute(select(BLOB).where(BLOB.c.id == record.id)).first()
        parts = select(BLOB_PART.c.n).where(BLOB_PART.c.id == record.id)
        here = set(connection.execute(parts).scalars())
        ready = bool(kept and kept.ready_at)
        return BlobStatus(
            id=record.id,
            parts=record.parts,
            missing=[] if ready else [n for n in range(record.parts) if n not in here],
            ready=ready,
            durable=ready and self._store.durable and _is_covered(connection, record),
            problem=problem,
        )

    def _found(self, record: _Record, listed: BlobStatus) -> BlobStatus:
        """The same with those parts missing that are listed and not kept any more: the folder was
        lost, or is older than the database that was restored beside it."""
        there = (number for number in range(record.parts) if number not in listed.missing)
        lost = [number for number in there if not self._store.has(record.part_name(number))]
        if not lost:
            return listed
        missing = sorted({*listed.missing, *lost})
        return BlobStatus(record.id, record.parts, missing)

    def _sealer(self, record: _Record) -> PartSealer:
        """The key that the content began with, wherever its household lives by now."""
        with self._db.read() as connection:
            kept = connection.execute(select(BLOB.c.key_scope).where(BLOB.c.id == record.id))
            key_scope = kept.scalar() or record.scope_id
            found = sealer_of(connection, key_scope, self._db.key)
        if found is not None:
            return found

        def make(connection: Connection) -> PartSealer | None:
            lock_scopes(connection, [key_scope], stamp(self._clock.now()))
            ensure_key(connection, key_scope, self._db.key)
            return sealer_of(connection, key_scope, self._db.key)

        made = self._db.run(make)
        assert made is not None
        return made

    def _list(self, record: _Record, number: int) -> BlobStatus:
        """Write down that a part is here. The scope's lock makes it happen once."""
        kept = {
            "id": record.id,
            "key_scope": record.scope_id,
            "size": record.size,
            "sha256": record.sha256,
        }

        def note(connection: Connection) -> BlobStatus:
            lock_scopes(connection, [record.scope_id], stamp(self._clock.now()))
            insert_missing(connection, BLOB, [kept])
            insert_missing(connection, BLOB_PART, [{"id": record.id, "n": number}])
            return self._status(connection, record)

        return self._db.run(note)

    def _prove(self, record: _Record) -> BlobStatus:
        """All parts are here: ready if they are what the record says, else asked for again."""
        sealer = self._sealer(record)
        content = b"".join(self._part(record, sealer, n) for n in range(record.parts))
        problem = "" if _is_whole(record, sha256(content).hexdigest()) else WRONG_HASH
        if not problem and media_of(content[:16]) != record.media:
            problem = WRONG_MEDIA
        if not problem and is_picture(record.media) and not is_plain(content, record.media):
            return self._prove_rewritten(record, content)
        return self._proven(record, problem)

    def _prove_rewritten(self, record: _Record, content: bytes) -> BlobStatus:
        """A picture that tells where and when it was taken: written anew before anybody gets it,
        and its record says so. Its author's computer keeps what it took until this is safe."""
        try:
            # One that is kept aside has no record here that could be told.
            written = b"" if record.is_aside else rewritten(content, record.media)
        except PictureUnreadable:
            written = b""
        if not written:
            return self._proven(record, WRONG_MEDIA)
        now = replace(record, size=len(written), sha256=sha256(written).hexdigest())
        sealer = self._sealer(record)
        for number in range(now.parts):
            part = written[number * PART_BYTES : (number + 1) * PART_BYTES]
            self._store.put(now.part_name(number), sealer.seal(now.id, number, part))
        with self._db.write() as connection:
            lock_scopes(connection, [record.scope_id], stamp(self._clock.now()))
            connection.execute(delete(BLOB_PART).where(BLOB_PART.c.id == record.id))
            insert_missing(
                connection, BLOB_PART, [{"id": now.id, "n": n} for n in range(now.parts)]
            )
            told = {"size": now.size, "sha256": now.sha256}
            connection.execute(update(BLOB).where(BLOB.c.id == now.id).values(**told))
        return self._proven(now, "")

    def _proven(self, record: _Record, problem: str) -> BlobStatus:
        """Say that the content is here, or ask for it again because of ``problem``."""
        with self._db.write() as connection:
            locked = lock_scopes(connection, [record.scope_id], stamp(self._clock.now()))
            if problem:
                connection.execute(delete(BLOB_PART).where(BLOB_PART.c.id == record.id))
                connection.execute(update(BLOB).where(BLOB.c.id == record.id).values(ready_at=""))
                return self._status(connection, record, problem)
            connection.execute(
                update(BLOB)
                .where(BLOB.c.id == record.id, BLOB.c.ready_at == "")
                .values(ready_at=locked.at)
            )
            _say_ready(locked, record)
            locked.save()
            return self._status(connection, record)

    def _part(self, record: _Record, sealer: PartSealer, number: int) -> bytes:
        sealed = self._store.get(record.part_name(number))
        if sealed is None:
            raise Refused(404, "blob.gone")
        return sealer.open(record.id, number, sealed)


def _is_covered(connection: Connection, record: _Record) -> bool:
    """Whether every backup that may be restored knows that the bytes are here, and their key."""
    return 0 < record.ready_rev <= durable_head(connection, record.scope_id)


def _is_whole(record: _Record, digest: str) -> bool:
    return digest == record.sha256


def _say_ready(locked: Locked, record: _Record) -> None:
    """Let everybody who holds the record know that its bytes can be had."""
    scope = locked.scopes.get(record.scope_id)
    row = scope.row(_TYPE, record.id) if scope is not None else None
    if scope is None or row is None or row.deleted or row.body.get("ready"):
        return
    told = {"ready": True, "size": record.size, "sha256": record.sha256}
    changes = [
        Change(_TYPE, record.id, name, row.body.get(name), value)
        for name, value in told.items()
        if row.body.get(name) != value
    ]
    written = scope.put(_TYPE, record.id, {**row.body, **told}, deleted=False)
    writer = Writer(SERVER_CLIENT, at=locked.at, is_server=True)
    scope.record(written, changes, Cause("", writer))


def _placed(connection: Connection, blob_id: str) -> _Record | None:
    """The record as it stands in its scope, or stood when it was removed."""
    scope_id = home_of(connection, _TYPE, blob_id)
    rows = read_rows(connection, scope_id, [(_TYPE, blob_id)]) if scope_id else []
    if scope_id is None or not rows:
        return None
    said = _said(blob_id, scope_id, rows[0].body)
    ready_rev = rows[0].rev if rows[0].body.get("ready") else 0
    return replace(said, removed=rows[0].deleted, ready_rev=ready_rev)


def _kept_aside(connection: Connection, blob_id: str) -> _Record | None:
    """The record as an operation says it that is held: its bytes are not lost either."""
    where = (HELD.c.type == _TYPE, HELD.c.id == blob_id)
    found = connection.execute(select(HELD.c.scope_id, HELD.c.author, HELD.c.payload).where(*where))
    for line in found:
        try:
            body = new_values(decode_op(line.payload))
        except msgspec.DecodeError:
            continue
        said = _said(blob_id, line.scope_id, {**body, "staff_id": line.author})
        return replace(said, is_aside=True)
    return None


def _said(blob_id: str, scope_id: str, body: Mapping[str, Any]) -> _Record:
    size = body.get("size")
    return _Record(
        id=blob_id,
        scope_id=scope_id,
        size=size if isinstance(size, int) else 0,
        sha256=str(body.get("sha256", "")),
        media=str(body.get("media", "")),
        author=str(body.get("staff_id", "")),
    )
