"""A column that scrolls, for bodies above a fixed footer."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import NO_MARGINS, Margins, scaled
from desktop.widgets.scroll import scrolling


class ScrollColumn(QWidget):
    """Put content into ``body``. It never scrolls sideways, and whatever has the keyboard is in
    sight, however the keyboard came there."""

    def __init__(
        self, look: ThemeProvider, margins: Margins = NO_MARGINS, spacing: float = 8
    ) -> None:
        super().__init__()
        self._content = QWidget()
        self.body = scaled(look, QVBoxLayout(self._content), margins, spacing)
        self.area: QScrollArea = scrolling(self._content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def to_top(self) -> None:
        """Show the beginning."""
        self.area.verticalScrollBar().setValue(0)

    def show_now(self, widget: QWidget) -> None:
        """Bring a part into sight that was just added to or shown, once it has its place."""
        QTimer.singleShot(0, self, partial(self.area.ensureWidgetVisible, widget))

    def _follow(self, former: QWidget | None, focused: QWidget | None) -> None:
        if focused is not None and self._content.isAncestorOf(focused):
            self.body.activate()  # What was shown a moment ago has no place yet.
            self.area.ensureWidgetVisible(focused)
