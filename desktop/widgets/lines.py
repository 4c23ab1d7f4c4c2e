"""Lines of one kind below each other, filled anew rather than made anew."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QBoxLayout, QWidget

ItemT = TypeVar("ItemT")
LineT = TypeVar("LineT", bound=QWidget)


class Lines(Generic[ItemT, LineT]):
    """The lines at the end of a box. To make a label, dress it and show it takes ten times as long
    as to let it say something else, and lists change with each door: lines that are not needed
    are hidden and kept for the next one.
    """

    def __init__(
        self,
        box: QBoxLayout,
        make: Callable[[], LineT],
        fill: Callable[[LineT, ItemT], None],
    ) -> None:
        self._box = box
        self._make = make
        self._fill = fill
        self._made: list[LineT] = []
        self._count = 0

    @property
    def shown(self) -> list[LineT]:
        """The lines in use, from the top."""
        return self._made[: self._count]

    def show(self, items: Iterable[ItemT]) -> None:
        """Show these instead, one to a line."""
        count = 0
        for count, item in enumerate(items, start=1):
            if count > len(self._made):
                self._made.append(self._make())
                self._box.addWidget(self._made[-1])
            line = self._made[count - 1]
            self._fill(line, item)
            if line.isHidden():
                line.show()
        for unused in self._made[count : self._count]:
            unused.hide()
        self._count = count
