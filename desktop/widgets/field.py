"""One-line inputs: a field with its label and error, and the search box."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height, Radius
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import icon_button
from desktop.widgets.keycap import KeyHint
from desktop.widgets.painting import draw_panel, smooth
from desktop.widgets.text import Text
from sync.i18n import _


class LineInput(QLineEdit):
    """A line edit that knows the letters an input method has not committed yet.

    Signals:
        composed: committed text with the uncommitted letters in place, for live search.
    """

    composed = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__()
        self._look = look
        self._preedit = ""
        self.setFrame(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.textChanged.connect(self._announce)
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def is_composing(self) -> bool:
        """Whether the candidate window of an input method owns the keys."""
        return bool(self._preedit)

    def event(self, event: QEvent) -> bool:
        """Ctrl Z is the window's where nothing was typed that it could take back."""
        if event.type() == QEvent.Type.ShortcutOverride and not self.isUndoAvailable():
            assert isinstance(event, QKeyEvent)
            if event.matches(QKeySequence.StandardKey.Undo):
                event.ignore()
                return False
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember what is being composed."""
        self._preedit = event.preeditString()
        super().inputMethodEvent(event)
        self._announce()

    def _announce(self) -> None:
        at = self.cursorPosition()
        self.composed.emit(self.text()[:at] + self._preedit + self.text()[at:])

    def _restyle(self) -> None:
        self.setFont(self._look.font(TextStep.BODY))


class InputFrame(Themed):
    """The edge around an input: thicker with the focus, red with an error."""

    def __init__(self, look: ThemeProvider, edit: QWidget, height: Height = Height.PRIMARY) -> None:
        super().__init__(look)
        self._edit = edit
        self._height = height
        self._bad = False
        self.row = scaled(look, QHBoxLayout(self), (12, 0, 8, 0), 8)
        self.row.addWidget(edit, 1)
        self.setFocusProxy(edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        edit.installEventFilter(self)

    def set_bad(self, bad: bool) -> None:
        """Show or clear the red edge."""
        self._bad = bad
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Repaint the edge when the focus comes or goes."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def sizeHint(self) -> QSize:
        """As high as asked, as wide as its row wants."""
        return QSize(self.row.sizeHint().width(), self._look.px(self._height))

    def minimumSizeHint(self) -> QSize:
        """Room for a few characters."""
        return QSize(self.row.minimumSize().width(), self._look.px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the edge."""
        painter = QPainter(self)
        smooth(painter)
        theme = self._look.theme
        focused = self._edit.hasFocus()
        edge = theme.ring if focused else theme.line2
        if self._bad:
            edge = theme.bad
        width = 2.0 if focused or self._bad else 1.0
        radius = self._look.px(Radius.CONTROL)
        draw_panel(painter, QRectF(self.rect()), radius, theme.surface, edge, width)


class LineField(Themed):
    """A label, a line to write in, and the reason why it cannot stay like this.

    ``secret`` hides the letters behind dots, with an eye to look.
    """

    def __init__(
        self,
        look: ThemeProvider,
        label: str,
        *,
        hint: str = "",
        secret: bool = False,
        height: Height = Height.PRIMARY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        column = scaled(look, QVBoxLayout(self), spacing=4)
        self.edit = LineInput(look)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(label)
        self.edit.textEdited.connect(self.clear_error)
        self._label = Text(look, label, TextStep.SECOND, colour="t2")
        self._label.setBuddy(self.edit)
        if not label:
            self._label.hide()  # Never shown from here: without a parent it would be a window.
        self.frame = InputFrame(look, self.edit, height)
        self._error = Text(look, "", TextStep.NOTE, colour="bad_t", wraps=True)
        self._error.hide()
        for part in (self._label, self.frame, self._error):
            column.addWidget(part)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if secret:
            self._hide_letters()

    def text(self) -> str:
        """What is written, without what an input method has not committed."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Write ``text``."""
        self.edit.setText(text)
        self.clear_error()

    def error(self) -> str:
        """The reason shown, or ``""``."""
        return self._error.text()

    def set_error(self, reason: str) -> None:
        """Say what is wrong and how to mend it."""
        self._error.set_text(reason)
        self._error.setVisible(bool(reason))
        self.frame.set_bad(bool(reason))
        self.edit.setAccessibleDescription(reason)

    def clear_error(self) -> None:
        """Take the reason away."""
        self.set_error("")

    def _hide_letters(self) -> None:
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = icon_button(self._look, "eye", _("Show the password"))
        self._eye.clicked.connect(self._toggle_letters)
        self.frame.row.addWidget(self._eye)

    def _toggle_letters(self) -> None:
        hidden = self.edit.echoMode() is QLineEdit.EchoMode.Password
        normal, password = QLineEdit.EchoMode.Normal, QLineEdit.EchoMode.Password
        self.edit.setEchoMode(normal if hidden else password)
        self._eye.set_icon("eye-slash" if hidden else "eye")
        name = _("Hide the password") if hidden else _("Show the password")
        self._eye.setAccessibleName(name)
        self._eye.setToolTip(name)


class SearchBox(InputFrame):
    """A line to search in. It also reads letters that are not committed yet.

    Signals:
        searched: the text as it is being written, composition included.
        submitted: Enter outside a composition.
    """

    searched = Signal(str)
    submitted = Signal()

    def __init__(self, look: ThemeProvider, hint: str, key: str = "") -> None:
        self.edit = LineInput(look)
        super().__init__(look, self.edit, Height.CONTROL)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(hint)
        self._icon = IconMark(look, "magnifying-glass", "t2")
        self.row.insertWidget(0, self._icon)
        if key:
            self.row.addWidget(KeyHint(look, [key]))
        self.edit.composed.connect(self.searched)
        self.edit.returnPressed.connect(self._submit)

    def text(self) -> str:
        """What is written and committed."""
        return self.edit.text()

    def clear(self) -> None:
        """Empty the line."""
        self.edit.clear()

    def sizeHint(self) -> QSize:
        """Wide enough to read its hint."""
        words = self.edit.fontMetrics().horizontalAdvance(self.edit.placeholderText())
        others = self.row.sizeHint().width() - self.edit.sizeHint().width()
        return QSize(words + others + self._look.px(16), self._look.px(self._height))

    def _submit(self) -> None:
        if not self.edit.is_composing:
            self.submitted.emit()


class IconMark(Themed):
    """An icon that is looked at, never pressed. ``colour`` names a token of ``Theme``."""

    def __init__(self, look: ThemeProvider, icon: str, colour: str = "t2", px: int = 18) -> None:
        super().__init__(look)
        self.icon = icon
        self._colour = colour
        self._side = px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_icon(self, icon: str, colour: str = "") -> None:
        """Show another icon, in another colour if one is named."""
        self.icon = icon
        self._colour = colour or self._colour
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        side = self._look.px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon."""
        painter = QPainter(self)
        colour = getattr(self._look.theme, self._colour)
        self._look.icons.paint(painter, self.icon, colour, QRectF(self.rect()))
