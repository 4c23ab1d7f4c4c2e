"""What one transaction changes in memory before it is written, so that a part can be undone."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Journal:
    """Notes how to undo each change, in order."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def set(self, book: dict[K, V], key: K, value: V) -> None:
        """Write an entry of a book down."""
        if key in book:
            before = book[key]
            self._undo.append(lambda: book.__setitem__(key, before))
        else:
            self._undo.append(lambda: book.pop(key))
        book[key] = value

    def update(self, book: dict[K, V], entries: Mapping[K, V]) -> None:
        """Write several entries of a book down: one note for all of them."""
        before = {key: book[key] for key in entries if key in book}

        def undo() -> None:
            for key in entries:
                if key in before:
                    book[key] = before[key]
                else:
                    del book[key]

        self._undo.append(undo)
        book.update(entries)

    def append(self, lines: list[V], line: V) -> None:
        """Add a line to a list. Lists that are undone grow at their end alone."""
        self._undo.append(lines.pop)
        lines.append(line)

    def extend(self, lines: list[V], more: Sequence[V]) -> None:
        """Add several lines to a list: one note for all of them."""
        before = len(lines)
        self._undo.append(lambda: lines.__delitem__(slice(before, None)))
        lines += more

    def note(self, undo: Callable[[], object]) -> None:
        """Remember how to undo a change that was made elsewhere."""
        self._undo.append(undo)

    def mark(self) -> int:
        """This moment, for :meth:`rewind`."""
        return len(self._undo)

    def rewind(self, mark: int) -> None:
        """Undo everything since ``mark``, last first."""
        while len(self._undo) > mark:
            self._undo.pop()()

    def forget(self) -> None:
        """What was noted so far is written, and stays."""
        self._undo.clear()
