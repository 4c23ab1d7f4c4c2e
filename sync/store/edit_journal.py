"""The edit journal: every saving a second time, in a file that is no part of the database.

A bit that turns over in SQLite's log takes commits with it, and nothing tells. This file does:
each saving is appended to it, sealed (``sync.wire.edit_records``) and on the disk before anybody
is told that it was saved. Opening compares the two by number. What only the journal has is saved
again, under its own id, so that a server which knows it answers as before; what only the store has
is written down again. Records go once the server can no longer lose what they hold.

The record follows the commit, so a kill never leaves an edit that nobody was told of. Its place in
the file is taken before: a full disk refuses the saving, not the record of it.
"""

import logging
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import IO, Final

import msgspec
from sqlalchemy import Connection, insert, select

from sync.disk import sync_folder
from sync.errors import DiskFull, DiskRefused, DoorstepError
from sync.store import edit_replay
from sync.store.attachments import NO_SPACE
from sync.store.database import Database
from sync.store.edit_return import Found, reason_of, replay_each
from sync.store.journal_file import HEAD_BYTES, end_of, head, is_spoilt, read, write_whole
from sync.store.tables import META
from sync.wire.edit_records import (
    EditRecord,
    SavedOp,
    SavedPhoto,
    Saving,
    records_in,
    sealed_record,
)

FILE_NAME: Final = "edits.journal"
KEY_PURPOSE: Final = "journal"
RESERVE_BYTES: Final = 64 * 1024

_MARK: Final = "edit_journal"
_NOISE_BYTES: Final = 64
_PUT_MARK: Final = insert(META).prefix_with("OR REPLACE")

log: Final = logging.getLogger("doorstep.journal")
# Where the system has it: what is not needed to read the bytes again need not be awaited.
_on_disk: Final = getattr(os, "fdatasync", os.fsync)


class Entries:
    """What the saving under way writes; filled by who saves."""

    def __init__(self) -> None:
        self.ops: list[SavedOp] = []
        self.photos: list[SavedPhoto] = []
        self.ended: list[str] = []

    def add(self, op_id: str, scope_id: str, raw: bytes) -> None:
        """One operation, as it travels."""
        self.ops.append(SavedOp(op_id, scope_id, raw))


class EditJournal:
    """The journal of one open profile. :meth:`open` comes first."""

    def __init__(
        self,
        folder: Path,
        key: bytes,
        database: Database,
        server_key: Callable[[], bytes],
        client: Callable[[], str],
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._path = folder / FILE_NAME
        self._key = key
        self._database = database
        self._server_key = server_key
        self._client = client
        self._random_bytes = random_bytes
        self._turn = Lock()
        self._file: IO[bytes] | None = None
        self._mark = self._last = self._end = self._size = 0
        self._is_new = self._is_behind = False

    def open(self) -> Found:
        """Bring store and journal together. What can be read is used, whatever the rest is."""
        with self._turn:
            mark = self._read_mark()
            self._mark = mark or 0
            # A profile of an earlier version has none, and nothing of it was ever written down.
            self._is_behind = mark is None and self._anything_waits()
            base, data = read(self._path)
            records = list(records_in(data))
            newest = max([base, *(record.number for record in records)])
            found = self._again(base, records, newest) if newest > self._mark else Found()
            self._last = self._last_whole(base, records)
            if newest >= self._mark and any(data[end_of(records) :]):
                # Whatever a kill left there, the store had before: this is damage.
                found = replace(found, unreadable=found.unreadable + 1)
            if not data:
                self._begin()
            elif is_spoilt(data, records):
                self._rewrite(base, records)
            else:
                self._open_file(records)
            if self._is_behind or self._last < self._mark:
                with self._already_saved():
                    self._give_mark()
                    self._catch_up()
        if found != Found():
            log.warning("store was behind: %s", found)
        return found

    @contextmanager
    def saving(self) -> Iterator[tuple[Connection, Entries]]:
        """One durable transaction, and its record. Raises as ``Database.writing`` does; then
        nothing was saved."""
        server_key = self._server_key()
        with self._turn:
            entries, record = Entries(), b""
            with self._database.writing() as connection:
                yield connection, entries
                if entries.ops:
                    number = self._mark + 1
                    record = self._sealed(entries, number, server_key)
                    _put_mark(connection, number)
                    self._reserve(len(record))
            if record:
                self._mark += 1
                self._put(record)

    def trim(self) -> None:
        """Let the first records go, as far as the server can no longer lose what they hold."""
        with self._turn, suppress(OSError, DoorstepError):
            if self._file is None:
                return
            base, data = read(self._path)
            records = list(records_in(data))
            kept = self._from_first_needed(records)
            if len(kept) < len(records):
                gone = records[len(records) - len(kept) - 1].number
                self._rewrite(max(base, gone), kept)

    def purge(self) -> bool:
        """Let everything go that the server can no longer lose, wherever it stands. False where
        the disk or the store refuses: then some of it is still there."""
        server_key = self._server_key()
        with self._turn:
            try:
                base, data = read(self._path)
                records = list(records_in(data))
                kept = self._without_unneeded(records, server_key)
                return kept == records or self._rewrite(base, kept)
            except (OSError, DoorstepError) as error:
                log.warning("journal not purged: %s", reason_of(error))
                return False

    def close(self) -> None:
        """Let the file go."""
        with self._turn:
            self._close_file()

    # --- What only one of the two has --------------------------------------------------------

    def _again(self, base: int, records: Iterable[EditRecord], newest: int) -> Found:
        """Save again what the store lost; in the same transaction it knows that it has it."""
        # Those up to the base were let go: the server cannot lose them.
        found, numbers = Found(), set(range(max(self._mark, base) + 1, newest + 1))
        with self._database.writing() as connection:
            for record in records:
                saving = record.for_profile(self._key) if record.number > self._mark else None
                if saving is not None:
                    found += replay_each(connection, saving)
                    numbers -= set(range(record.number)) if saving.holds_all else {record.number}
                    numbers.discard(record.number)
            _put_mark(connection, newest)
        self._mark = newest
        return found + Found(unreadable=len(numbers))

    def _last_whole(self, base: int, records: Sequence[EditRecord]) -> int:
        """The number of the last record that can be read: a kill leaves the front of one, too."""
        whole = (one.number for one in reversed(records) if one.for_profile(self._key) is not None)
        return max(base, next(whole, 0))

    def _anything_waits(self) -> bool:
        entries = self._waiting()
        return bool(entries.ops or entries.photos)

    def _waiting(self) -> Entries:
        entries = Entries()
        with self._database.reading() as connection:
            edit_replay.all_waiting(connection, entries)
        return entries

    def _give_mark(self) -> None:
        """A number for the record of all that waits, where the last saving's is taken."""
        if self._last >= self._mark:
            with self._database.writing() as connection:
                _put_mark(connection, self._mark + 1)
            self._mark += 1

    def _catch_up(self) -> None:
        """Write down all that waits: the store has savings that the journal has not."""
        record = self._sealed(self._waiting(), self._mark, self._server_key(), holds_all=True)
        self._reserve(len(record))
        self._append(record)

    @contextmanager
    def _already_saved(self) -> Iterator[None]:
        """What the store has durably is written down. Nothing that goes wrong leaves this, or
        people would hear that it was not saved; the next saving or opening catches up."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  # See above; without its text, which may quote.
            log.warning("journal not written: %s", reason_of(error))
            self._is_behind = True
            self._close_file()

    def _from_first_needed(self, records: list[EditRecord]) -> list[EditRecord]:
        with self._database.reading() as connection:
            for place, record in enumerate(records):
                saving = record.for_profile(self._key)
                if saving is not None and edit_replay.is_needed(connection, saving):
                    return records[place:]
        return []

    def _without_unneeded(self, records: list[EditRecord], server_key: bytes) -> list[EditRecord]:
        """The same numbers: a record of which nothing is left stays without a word, because one
        that is missing counts as lost."""
        kept: list[EditRecord] = []
        with self._database.reading() as connection:
            for record in records:
                saving = record.for_profile(self._key)
                left = saving and edit_replay.needed_of(connection, saving)
                if left != saving and left is not None:
                    noise = self._random_bytes(_NOISE_BYTES)
                    raw = sealed_record(left, record.number, self._key, server_key, noise)
                    kept.extend(records_in(raw))
                else:
                    kept.append(record)
        return kept

    # --- The file ----------------------------------------------------------------------------

    def _sealed(
        self, entries: Entries, number: int, server_key: bytes, *, holds_all: bool = False
    ) -> bytes:
        saving = Saving(
            self._client(),
            tuple(entries.ops),
            tuple(entries.photos),
            "",
            holds_all,
            tuple(entries.ended),
        )
        noise = self._random_bytes(_NOISE_BYTES)
        return sealed_record(saving, number, self._key, server_key, noise)

    def _reserve(self, size: int) -> None:
        """Have room in the file, so that what was committed can be written down."""
        if self._file is None or self._end + size <= self._size:
            return
        wanted = self._end + size + RESERVE_BYTES
        try:
            self._file.seek(self._size)
            write_whole(self._file, bytes(wanted - self._size))
        except OSError as error:
            raise (DiskFull() if error.errno in NO_SPACE else DiskRefused()) from error
        finally:
            self._size = self._file.tell()

    def _put(self, record: bytes) -> None:
        """The store has it durably by now. Where this fails, the next saving or the next opening
        writes it down, with all that waits."""
        was_behind, self._is_behind = self._is_behind, True
        with self._already_saved():
            if self._file is None:
                self._open_again()
            if was_behind:
                self._catch_up()
            else:
                self._append(record)

    def _append(self, record: bytes) -> None:
        if self._file is None:
            raise DiskRefused
        self._file.seek(self._end)
        write_whole(self._file, record)
        _on_disk(self._file.fileno())
        if self._is_new:
            sync_folder(self._path.parent)
            self._is_new = False
        self._end += len(record)
        self._last = self._mark
        self._is_behind = False

    def _begin(self) -> None:
        """An empty file. Nobody needs it on the disk before the first record is."""
        with suppress(OSError):
            self._path.touch(mode=0o600)
            self._path.write_bytes(head(self._last))
            self._is_new = True
        self._open_file([])

    def _open_again(self) -> None:
        """After a failure. The half of a record that it left goes."""
        _, data = read(self._path)
        if not data:
            self._begin()
            return
        self._open_file(list(records_in(data)))
        if self._file is not None:
            self._size = self._file.truncate(self._end)

    def _open_file(self, records: list[EditRecord]) -> None:
        self._end = end_of(records)
        with suppress(OSError):
            self._size = self._path.stat().st_size
            self._file = self._path.open("r+b", buffering=0)

    def _rewrite(self, base: int, records: Iterable[EditRecord]) -> bool:
        """The same file with these records alone. A kill leaves the old one or the new. False
        where the disk refuses: then the old one is in use."""
        self._close_file()
        kept = list(records)
        draft = self._path.with_name(f"{FILE_NAME}.new")
        try:
            draft.touch(mode=0o600)
            with draft.open("wb") as disk:
                disk.write(head(base))
                at = HEAD_BYTES
                moved = []
                for record in kept:
                    disk.write(record.raw)
                    moved.append(EditRecord(record.number, record.front, record.sealed, at))
                    at = moved[-1].end
                disk.flush()
                os.fsync(disk.fileno())
            draft.replace(self._path)
            sync_folder(self._path.parent)
            self._open_file(moved)
            return True
        except OSError as error:
            log.warning("journal not written anew: errno %s", error.errno)
            self._open_file(list(records_in(read(self._path)[1])))
            return False

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()

    def _read_mark(self) -> int | None:
        with self._database.reading() as connection:
            text = connection.execute(select(META.c.value).where(META.c.key == _MARK)).scalar()
        return None if text is None else int(msgspec.json.decode(text))


def _put_mark(connection: Connection, number: int) -> None:
    connection.execute(_PUT_MARK, {"key": _MARK, "value": str(number)})
