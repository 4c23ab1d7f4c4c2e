"""What a power cut may take of the log: what was written to it and waited for no disk."""

from pathlib import Path
from typing import Final

MOST_BYTES: Final = 4_000_000
"""So much of the log may wait: whoever saves next waits for the disk to take all of it, which a
person does not notice (about 20 ms, where 12 MB took 100)."""


class Unsynced:
    """Counts it for one log. Asked and told by whoever has the turn to write."""

    def __init__(self, log: Path) -> None:
        """``log`` is the file that every transaction is added to first."""
        self._log = log
        self._written = 0
        self._synced = 0
        self._length_then = 0

    @property
    def is_any(self) -> bool:
        """Whether there is anything that a power cut may take."""
        return self._synced < self._written

    @property
    def is_much(self) -> bool:
        """Whether it is time to wait for the disk. A log that begins anew is as long as before
        (:data:`sync.store.database.LOG_BYTES` at most): so much is not seen to come."""
        return self.is_any and self._length() - self._length_then >= MOST_BYTES

    def note(self) -> None:
        """A transaction that does not wait for the disk begins."""
        self._written += 1

    def mark(self) -> int:
        """What is written now; for :meth:`synced`, once a transaction after it is on the disk."""
        return self._written

    def synced(self, mark: int) -> None:
        """Everything up to ``mark`` is on the disk."""
        if mark > self._synced:
            self._synced = mark
            self._length_then = self._length()

    def _length(self) -> int:
        try:
            length = self._log.stat().st_size
        except OSError:
            length = 0
        self._length_then = min(self._length_then, length)
        return length
