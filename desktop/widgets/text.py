"""Running text in the type scale."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider


class Text(QLabel):
    """A text of one step, weight and colour. ``colour`` names a token of ``Theme``.

    ``wraps`` breaks it into lines; ``elides`` lets it shrink to … with the whole text on hover.
    """

    def __init__(
        self,
        look: ThemeProvider,
        text: str = "",
        step: TextStep = TextStep.BODY,
        *,
        weight: Weight = Weight.REGULAR,
        colour: str = "t1",
        wraps: bool = False,
    ) -> None:
        super().__init__()
        self._look = look
        self._step = step
        self._weight = weight
        self._colour = colour
        self._whole = text
        self._elides = False
        self._keeps_px = 0
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        self.setText(text)
        look.changed.connect(self._restyle)
        self._restyle()

    def set_text(self, text: str) -> None:
        """Say something else; the same words once more lay nothing out again."""
        if text == self._whole:
            return
        self._whole = text
        self._show()
        self.updateGeometry()

    def set_colour(self, colour: str) -> None:
        """Use another token of ``Theme``."""
        if colour == self._colour:
            return
        self._colour = colour
        self._restyle()

    def elide(self, keeps_px: int = 0) -> "Text":
        """Let the text end in … where there is no room; one of at most ``keeps_px`` logical pixels
        stays whole. Returns itself, for building."""
        self._elides = True
        self._keeps_px = keeps_px
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(0)
        self._show()
        return self

    def _restyle(self) -> None:
        self.setFont(self._look.font(self._step, self._weight))
        shown = self.palette()
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
            shown.setColor(role, getattr(self._look.theme, self._colour))
        self.setPalette(shown)
        if not self.wordWrap():
            self.setFixedHeight(self._look.line_px(self._step))
        self._show()

    def _show(self) -> None:
        if not self._elides:
            self.setText(self._whole)
            return
        width = max(0, self.width())
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, width)
        # The … may come from a wider face than the one Qt measured with.
        over = metrics.horizontalAdvance(shown) - width
        if over > 0:
            shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, width - over)
        self.setToolTip(self._whole if shown != self._whole else "")
        self.setAccessibleName(self._whole)
        self.setText(shown)

    def sizeHint(self) -> QSize:
        """The whole text, also while an elided one shows."""
        hint = super().sizeHint()
        if self._elides:
            hint.setWidth(self.fontMetrics().horizontalAdvance(self._whole) + 1)
        return hint

    def minimumSizeHint(self) -> QSize:
        """An eliding text may shrink to nothing, but for a short one that is kept."""
        if not self._elides:
            return super().minimumSizeHint()
        whole = self.sizeHint().width()
        return QSize(whole if whole <= self._look.px(self._keeps_px) else 0, self.height())

    def changeEvent(self, event: QEvent) -> None:
        """Keep the look in use: a label that moves to another parent is given back the font and
        the colours it was born with, because Qt's style sheets saved them then."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and not self._wears_look():
            self._restyle()

    def _wears_look(self) -> bool:
        shown = self.palette().color(QPalette.ColorRole.WindowText)
        same = bool(shown == getattr(self._look.theme, self._colour))
        return same and bool(self.font() == self._look.font(self._step, self._weight))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Elide to the new width."""
        super().resizeEvent(event)
        if self._elides:
            self._show()
