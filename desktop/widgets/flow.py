"""A layout that breaks into lines, for chips and buttons that must never be clipped."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from desktop.theme.provider import ThemeProvider


class FlowLayout(QLayout):
    """Places items left to right at their wanted size and starts a line where none is left."""

    def __init__(
        self,
        look: ThemeProvider,
        parent: QWidget | None = None,
        gap: float = 8,
        line_gap: float | None = None,
        *,
        rightward: bool = False,
    ) -> None:
        """``rightward``: each line ends at the right edge, as the buttons of a foot do."""
        super().__init__(parent)
        self._rightward = rightward
        self._look = look
        self._gap = gap
        self._line_gap = gap if line_gap is None else line_gap
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)
        look.changed.connect(self.invalidate)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item at the end."""
        self._items.append(item)
        self._heights.clear()

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at ``index``, or None beyond the end, as Qt asks."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        """Give the item at ``index`` away."""
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It asks for no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Fewer columns make more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at ``width``. Boxes ask several times for one laying out."""
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Something here is of another size now."""
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        sizes = [item.sizeHint() for item in self._visible()]
        if not sizes:
            return QSize(0, 0)
        gaps = self._look.px(self._gap) * (len(sizes) - 1)
        return QSize(sum(s.width() for s in sizes) + gaps, max(s.height() for s in sizes))

    def minimumSize(self) -> QSize:
        """The largest single item."""
        least = QSize(0, 0)
        for item in self._visible():
            least = least.expandedTo(item.minimumSize())
        return least

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Lay the items out in ``rect`` and return the height they need."""
        gap, line_gap = self._look.px(self._gap), self._look.px(self._line_gap)
        top = rect.y()
        for line in self._lines(rect.width(), gap):
            height = max(size.height() for _, size in line)
            left = rect.x()
            if self._rightward:
                taken = sum(size.width() for _, size in line) + gap * (len(line) - 1)
                left += max(0, rect.width() - taken)
            for item, size in line:
                if move:
                    middle = top + (height - size.height()) // 2
                    item.setGeometry(QRect(QPoint(left, middle), size))
                left += size.width() + gap
            top += height + line_gap
        return max(0, top - line_gap - rect.y())

    def _lines(self, width: int, gap: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """The items in lines of at most ``width``, each with the size it gets."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        taken = 0
        for item in self._visible():
            wanted = item.sizeHint()
            size = wanted.boundedTo(QSize(max(width, 1), 1 << 20))
            if size.width() < wanted.width() and item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(size.width()))
            if not lines or taken + size.width() > width:
                lines.append([])
                taken = 0
            lines[-1].append((item, size))
            taken += size.width() + gap
        return lines


class EvenFlow(FlowLayout):
    """Items of one width that share each line evenly; as many columns as the widest allows."""

    def sizeHint(self) -> QSize:
        """All in one line, each as wide as the widest."""
        items = self._visible()
        if not items:
            return QSize(0, 0)
        widest = max(item.sizeHint().width() for item in items)
        gaps = self._look.px(self._gap) * (len(items) - 1)
        return QSize(widest * len(items) + gaps, max(i.sizeHint().height() for i in items))

    def _place(self, rect: QRect, *, move: bool) -> int:
        items = self._visible()
        if not items:
            return 0
        gap = self._look.px(self._gap)
        widest = max(item.sizeHint().width() for item in items)
        height = max(item.sizeHint().height() for item in items)
        fitting = (rect.width() + gap) // (widest + gap)
        columns = max(1, min(len(items), fitting))
        lines = -(-len(items) // columns)
        # Five choices that do not fit read better as 3 + 2 than as 4 + 1.
        columns = -(-len(items) // lines)
        width = (rect.width() - gap * (columns - 1)) / columns
        for i, item in enumerate(items if move else []):
            line, column = divmod(i, columns)
            left = rect.x() + round(column * (width + gap))
            right = rect.x() + round(column * (width + gap) + width)
            item.setGeometry(QRect(left, rect.y() + line * (height + gap), right - left, height))
        return lines * height + (lines - 1) * gap
