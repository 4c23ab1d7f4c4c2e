"""What the edit journal asks of the disk, told in one order with what SQLite asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sync.store import edit_journal
from sync.store.edit_journal import EditJournal
from sync.wire.edit_records import records_in
from tests.crash.disk import Event, Kind, Recording


@contextmanager
def journal_recording(made: Recording) -> Iterator[None]:
    """Tell of every write, sync and replacement of a journal within the block."""
    kept = (edit_journal.write_whole, edit_journal._on_disk, EditJournal._rewrite)
    written, synced, rewritten = kept

    def write(file: IO[bytes], content: bytes) -> None:
        made.events.append(Event(Kind.WRITE, str(file.name), file.tell(), bytes(content)))
        written(file, content)

    def sync(descriptor: int) -> None:
        synced(descriptor)
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        made.events.append(Event(Kind.SYNC, path))

    def rewrite(self: EditJournal, *arguments: Any) -> bool:
        is_done = rewritten(self, *arguments)
        if is_done:
            path = str(self._path)
            # The new file is on the disk before it takes the old one's name, and its name after.
            made.events.append(Event(Kind.REPLACE, path, data=self._path.read_bytes()))
            made.events.append(Event(Kind.SYNC, path))
        return is_done

    _put_in(write, sync, rewrite)
    try:
        yield
    finally:
        _put_in(*kept)


def _put_in(write: Any, sync: Any, rewrite: Any) -> None:
    edit_journal.write_whole, edit_journal._on_disk = write, sync
    EditJournal._rewrite = rewrite  # type: ignore[method-assign]


def recorded(data: bytes, key: bytes) -> set[str]:
    """The operations that the bytes of a journal hold."""
    savings = (record.for_profile(key) for record in records_in(data))
    return {op.op_id for saving in savings if saving is not None for op in saving.ops}
