"""Taking the bytes of attachments part by part, proving them, and handing them out.

The record comes first, by a push; its bytes follow in any order, as often as the line needs.
"""

from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, delete, select, update

from sync.identity import Clock, local_day, stamp
from sync.schema.attachment import (
    LARGEST_ATTACHMENT_BYTES,
    PART_BYTES,
    length_of_part,
    media_of,
)
from sync.server.blobs.keys import PartSealer, ensure_key, sealer_of
from sync.server.blobs.parts import drop_part, is_kept, part_name, sealed_part
from sync.server.blobs.pictures import PictureUnreadable, is_picture, is_plain, rewritten
from sync.server.blobs.records import TYPE, Record, record_of
from sync.server.blobs.standing import (
    await_again,
    is_covered,
    is_kept_still,
    say_ready,
    still,
)
from sync.server.blobs.stores import BlobStore, BlobStoreDown
from sync.server.crossing import insert_missing
from sync.server.database import Database
from sync.server.grants import grants_of
from sync.server.locked import lock_scopes
from sync.server.people import Caller
from sync.server.replies import Refused
from sync.server.tables import BLOB, BLOB_PART
from sync.wire.messages import BlobStates, BlobStatus

WRONG_HASH: Final = "hash"
WRONG_MEDIA: Final = "media"


class Intake:
    """The use cases of attachments' bytes."""

    def __init__(self, database: Database, store: BlobStore, clock: Clock) -> None:
        self._db = database
        self._store = store
        self._clock = clock

    def status(self, blob_id: str, caller: Caller) -> BlobStatus:
        """What is here and what is missing. 404 where there is no such record to be read.

        Whole bytes whose proving was cut short, by a restart perhaps, are proven now: whoever
        sent them has nothing left to send.
        """
        with self._db.read() as connection:
            record = self._record(connection, blob_id, caller)
            listed = self._status(connection, record)
        status = self._found(record, listed)
        return status if status.ready or status.missing else self._prove(record)

    def states(self, ids: list[str], caller: Caller) -> BlobStates:
        """Of the caller's own attachments: which are safe, which are not here."""
        listed: list[tuple[Record, BlobStatus]] = []
        with self._db.read() as connection:
            for blob_id in ids:
                record = record_of(connection, blob_id)
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
            known = self._record(connection, blob_id, caller, writes=True)
            listed = self._status(connection, known)
        record = known.as_sent
        if not 0 <= number < record.parts or len(part) != length_of_part(record.size, number):
            raise Refused(400, "blob.part")
        if record is not known:
            listed = self._found(known, listed)
            if listed.ready:
                # Its answer was lost on the way: the picture is written anew already.
                return listed
        status = listed
        # Of a content that is listed, parts come again where the store lost them.
        is_news = number in listed.missing or not self._has(record, number)
        if is_news:
            sealer = self._sealer(record)
            # Bytes first: a part that is listed is there.
            self._put(record, sealer, number, part)
            record, status = self._list(record, number, known)
        status = status if status.missing else self._found(record, status)
        if status.missing or (status.ready and not is_news):
            return status
        return self._prove(record)

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
    ) -> Record:
        found = record_of(connection, blob_id)
        is_author = found is not None and found.author == caller.staff_id
        if found is not None and found.removed and not is_author:
            found = None
        if found is None or not (is_author or self._may(connection, found, caller, writes)):
            # The same answer for what is not there and what is not theirs.
            raise Refused(404, "record.not_found")
        if found.size > LARGEST_ATTACHMENT_BYTES:
            raise Refused(413, "request.too_large")
        return found

    def _may(self, connection: Connection, record: Record, caller: Caller, writes: bool) -> bool:
        """Whoever may hold the record may see it; its author may always finish sending it, even
        if somebody removed it: who brings it back finds the photo."""
        grants = grants_of(connection, caller.staff_id, local_day(self._clock.now()))
        if writes:
            return grants.may_write(record.scope_id, TYPE)
        return grants.may_hold(record.scope_id)

    def _status(self, connection: Connection, record: Record, problem: str = "") -> BlobStatus:
        kept = connection.execute(select(BLOB).where(BLOB.c.id == record.id)).first()
        parts = select(BLOB_PART.c.n).where(BLOB_PART.c.id == record.id)
        here = set(connection.execute(parts).scalars())
        ready = bool(kept and kept.ready_at)
        return BlobStatus(
            id=record.id,
            parts=record.parts,
            missing=[] if ready else [n for n in range(record.parts) if n not in here],
            ready=ready,
            durable=ready and self._store.durable and is_covered(connection, record),
            problem=problem,
        )

    def _found(self, record: Record, listed: BlobStatus) -> BlobStatus:
        """The same with those parts missing that are listed and not kept any more: the folder was
        lost, or is older than the database that was restored beside it. Of a picture that was
        written anew it is all that was sent: nobody else has what is kept here."""
        there = (number for number in range(record.parts) if number not in listed.missing)
        lost = [number for number in there if not self._has(record, number)]
        if not lost:
            return listed
        missing = sorted({*listed.missing, *lost})
        sent = record.as_sent
        if sent is not record:
            missing = list(range(sent.parts))
        return BlobStatus(record.id, sent.parts, missing)

    def _sealer(self, record: Record) -> PartSealer:
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

    def _list(self, record: Record, number: int, known: Record) -> tuple[Record, BlobStatus]:
        """Write down that a part is here, and say how its content stands. The scope's lock makes
        it happen once; of a picture that was written anew meanwhile nothing more is kept. Where
        what was ``known`` to be kept is lost, what was sent is waited for in its place."""
        kept = {
            "id": record.id,
            "key_scope": record.scope_id,
            "size": record.size,
            "sha256": record.sha256,
        }

        def note(connection: Connection) -> tuple[Record, BlobStatus]:
            lock_scopes(connection, [record.scope_id], stamp(self._clock.now()))
            now = still(connection, record)
            if record is not known and is_kept_still(now, known):
                now = await_again(connection, known)
            if now.sha256 == record.sha256:
                insert_missing(connection, BLOB, [kept])
                insert_missing(connection, BLOB_PART, [{"id": record.id, "n": number}])
            return now, self._status(connection, now)

        now, status = self._db.run(note)
        self._drop_but(now, record)
        return now, status

    def _prove(self, sent: Record) -> BlobStatus:
        """All parts are here: ready if they are what the record says, else asked for again.

        A picture that tells where and when it was taken is written anew before anybody gets it,
        under names of its own, and its record says so. Its author's computer keeps what it took
        until this is safe. Raises PicturesBusy, and leaves all as it is.
        """
        content = self._content(sent)
        if content is None:
            return self._anew(sent)
        problem = "" if _is_whole(sent, sha256(content).hexdigest()) else WRONG_HASH
        if not problem and media_of(content[:16]) != sent.media:
            problem = WRONG_MEDIA
        proven = sent
        if not problem and is_picture(sent.media) and not is_plain(content, sent.media):
            try:
                proven = self._write_anew(sent, content)
            except PictureUnreadable:
                problem = WRONG_MEDIA
        now, status = self._db.run(
            lambda connection: self._settle(connection, sent, proven, problem)
        )
        self._drop_but(now, sent, proven)
        return status

    def _write_anew(self, sent: Record, content: bytes) -> Record:
        """Keep the same picture without what it tells, beside what was sent; its record to be."""
        if sent.is_aside:
            # It has no record here that could be told.
            raise PictureUnreadable
        written = rewritten(content, sent.media)
        proven = replace(sent, size=len(written), sha256=sha256(written).hexdigest())
        sealer = self._sealer(proven)
        for number in range(proven.parts):
            part = written[number * PART_BYTES : (number + 1) * PART_BYTES]
            self._put(proven, sealer, number, part)
        return proven

    def _settle(
        self, connection: Connection, sent: Record, proven: Record, problem: str
    ) -> tuple[Record, BlobStatus]:
        """Say that the content is here, or ask for it again because of ``problem``; and what its
        record is by now. Where another request settled it meanwhile, that stays."""
        locked = lock_scopes(connection, [sent.scope_id], stamp(self._clock.now()))
        now = still(connection, sent)
        if now.sha256 != sent.sha256:
            return now, self._status(connection, now)
        here, parts = update(BLOB).where(BLOB.c.id == sent.id), BLOB_PART.c.id == sent.id
        if problem:
            connection.execute(delete(BLOB_PART).where(parts))
            connection.execute(here.values(ready_at=""))
            return now, self._status(connection, now, problem)
        if proven.sha256 != sent.sha256:
            listed = [{"id": proven.id, "n": number} for number in range(proven.parts)]
            connection.execute(delete(BLOB_PART).where(parts))
            insert_missing(connection, BLOB_PART, listed)
            connection.execute(here.values(sent_size=sent.size, sent_sha256=sent.sha256))
        connection.execute(here.values(size=proven.size, sha256=proven.sha256))
        connection.execute(here.where(BLOB.c.ready_at == "").values(ready_at=locked.at))
        say_ready(locked, proven)
        locked.save()
        return proven, self._status(connection, proven)

    def _anew(self, sent: Record) -> BlobStatus:
        """How it stands by now: parts went while they were read, because another request proved
        them, or because the store lost them."""
        with self._db.read() as connection:
            now = still(connection, sent)
            listed = self._status(connection, now)
        return self._found(now, listed)

    def _drop_but(self, now: Record, *others: Record) -> None:
        """Keep no other content than this: nobody has a use for it any more."""
        with suppress(BlobStoreDown):
            for other in others:
                for number in range(other.parts) if other.sha256 != now.sha256 else ():
                    drop_part(self._store, other.id, number, other.sha256)

    def _has(self, record: Record, number: int) -> bool:
        return is_kept(self._store, record.id, number, record.sha256)

    def _put(self, record: Record, sealer: PartSealer, number: int, part: bytes) -> None:
        name = part_name(record.id, number, record.sha256)
        self._store.put(name, sealer.seal(record.id, number, part))

    def _content(self, record: Record) -> bytes | None:
        """The whole, or nothing where a part is gone."""
        sealer = self._sealer(record)
        parts: list[bytes] = []
        for number in range(record.parts):
            sealed = sealed_part(self._store, record.id, number, record.sha256)
            if sealed is None:
                return None
            parts.append(sealer.open(record.id, number, sealed))
        return b"".join(parts)

    def _part(self, record: Record, sealer: PartSealer, number: int) -> bytes:
        sealed = sealed_part(self._store, record.id, number, record.sha256)
        if sealed is None:
            raise Refused(404, "blob.gone")
        return sealer.open(record.id, number, sealed)


def _is_whole(record: Record, digest: str) -> bool:
    return digest == record.sha256
