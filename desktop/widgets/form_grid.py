"""Label and value in two columns, or one above the other where the width is short."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.text import Text

STACKS_BELOW_PX = 420


class FormGrid(Themed):
    """Rows of a label and a widget. The label names the widget for screen readers."""

    def __init__(self, look: ThemeProvider, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._grid = QGridLayout(self)
        scaled(look, self._grid, spacing=8)
        self._rows: list[tuple[Text, QWidget]] = []
        self._stacked = False

    def add(self, label: str, widget: QWidget) -> None:
        """Add a row."""
        text = Text(self._look, label, TextStep.SECOND, colour="t2")
        text.setBuddy(widget)
        if not widget.accessibleName():
            widget.setAccessibleName(label)
        self._rows.append((text, widget))
        self._place(len(self._rows) - 1)

    def add_value(self, label: str, value: str) -> Text:
        """Add a row that is only read; returns the text to change it later."""
        text = Text(self._look, value, TextStep.SECOND, wraps=True)
        self.add(label, text)
        return text

    def _place(self, index: int) -> None:
        label, widget = self._rows[index]
        if self._stacked:
            self._grid.addWidget(label, 2 * index, 0, 1, 2)
            self._grid.addWidget(widget, 2 * index + 1, 0, 1, 2)
        else:
            self._grid.addWidget(label, index, 0, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(widget, index, 1)
        self._grid.setColumnStretch(1, 1)

    def event(self, event: QEvent) -> bool:
        """Stack the rows when the width becomes short, and unstack them again."""
        if event.type() == QEvent.Type.Resize:
            stacked = self.width() < self._look.px(STACKS_BELOW_PX)
            if stacked != self._stacked:
                self._stacked = stacked
                self._rearrange()
        return super().event(event)

    def _rearrange(self) -> None:
        for label, widget in self._rows:
            self._grid.removeWidget(label)
            self._grid.removeWidget(widget)
        for index in range(len(self._rows)):
            self._place(index)
