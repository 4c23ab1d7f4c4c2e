"""The field for longer words. An input method is never disturbed here."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.painting import draw_panel, smooth
from desktop.widgets.text import Text


class NoteInput(QPlainTextEdit):
    """Plain text of several lines.

    While letters are being composed every key belongs to the candidate window; ``toPlainText``
    never holds them, so a draft cannot save them.

    Signals:
        phrase_asked: ``/`` was pressed where a line is still empty.
        left: Esc, outside a composition.
        focus_changed: the keyboard came or went.
    """

    phrase_asked = Signal()
    left = Signal()
    focus_changed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__()
        self._look = look
        self._preedit = ""
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().setDocumentMargin(0)
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def is_composing(self) -> bool:
        """Whether the candidate window of an input method owns the keys."""
        return bool(self._preedit)

    def event(self, event: QEvent) -> bool:
        """Ctrl Z is the window's where nothing was typed that it could take back."""
        if event.type() == QEvent.Type.ShortcutOverride and not self._has_typed():
            assert isinstance(event, QKeyEvent)
            if event.matches(QKeySequence.StandardKey.Undo):
                event.ignore()
                return False
        return super().event(event)

    def _has_typed(self) -> bool:
        return self.is_composing or self.document().isUndoAvailable()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember what is being composed."""
        self._preedit = event.preeditString()
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take ``/`` and Esc, but nothing from a composition."""
        if not self.is_composing:
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return
            if event.text() == "/" and not self.textCursor().block().text():
                self.phrase_asked.emit()
                return
        super().keyPressEvent(event)

    def _restyle(self) -> None:
        self.setFont(self._look.font(TextStep.BODY))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the frame."""
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the frame."""
        super().focusOutEvent(event)
        self.focus_changed.emit()


class NoteField(Themed):
    """A frame around ``edit`` with a line of hints below the words.

    Signals:
        changed: committed text is new.
    """

    changed = Signal()

    def __init__(
        self,
        look: ThemeProvider,
        name: str,
        *,
        hint: str = "",
        placeholder: str = "",
        lines: int = 3,
    ) -> None:
        super().__init__(look)
        self._lines = lines
        self.edit = NoteInput(look)
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(placeholder)
        self.edit.textChanged.connect(self.changed)
        self.edit.focus_changed.connect(self.update)
        column = scaled(look, QVBoxLayout(self), (12, 8, 8, 6), 4)
        column.addWidget(self.edit, 1)
        self._hint = Text(look, hint, TextStep.NOTE, colour="t2").elide()
        if not hint:
            self._hint.hide()  # Never shown from here: without a parent it would be a window.
        column.addWidget(self._hint)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What is written, without what is being composed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Write ``text`` instead, with the cursor at its end."""
        if text != self.text():
            self.edit.setPlainText(text)
            self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def insert(self, words: str) -> None:
        """Write ``words`` at the cursor, as a phrase does."""
        self.edit.insertPlainText(words)

    def sizeHint(self) -> QSize:
        """Room for the lines asked for, and the hint."""
        look = self._look
        height = self._lines * look.line_px(TextStep.BODY) + look.px(18)
        if not self._hint.isHidden():
            height += look.line_px(TextStep.NOTE) + look.px(4)
        return QSize(look.px(320), height)

    def minimumSizeHint(self) -> QSize:
        """The lines asked for are always there."""
        return QSize(self._look.px(160), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the edge, thicker with the focus."""
        painter = QPainter(self)
        smooth(painter)
        theme = self._look.theme
        focused = self.edit.hasFocus()
        edge = theme.ring if focused else theme.line2
        radius = self._look.px(Radius.CONTROL)
        width = 2.0 if focused else 1.0
        draw_panel(painter, QRectF(self.rect()), radius, theme.surface, edge, width)
