"""Where a person writes or chooses a value of their own, inside a list of fields."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.field import LineField
from sync.i18n import _


class OwnValue(Themed):
    """A line to write in, or chips where the field has codes; ``several`` takes more than one.

    Signals:
        given: the text, or the list of chosen keys.
    """

    given = Signal(object)

    def __init__(
        self,
        look: ThemeProvider,
        label: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        several: bool = False,
    ) -> None:
        super().__init__(look)
        self._several = several
        column = scaled(look, QVBoxLayout(self), (0, 4, 0, 4), 6)
        self.line: LineField | None = None
        self.chips: ChipGroup | None = None
        self._use = Button(look, _("Use this"), ButtonKind.TINTED, key="⏎", height=Height.PRIMARY)
        self._use.clicked.connect(self._give)
        if choices:
            offered = [Choice(key, words) for key, words in choices]
            self.chips = ChipGroup(look, offered, exclusive=not several, name=label)
            self.chips.changed.connect(self._note_choice)
            column.addWidget(self.chips)
            self._use.setVisible(several)
            column.addWidget(self._use, 0, Qt.AlignmentFlag.AlignLeft)
            self.setFocusProxy(self.chips.chips()[0])
            return
        self.line = LineField(look, "", hint=label)
        self.line.edit.setAccessibleName(label)
        self.line.edit.returnPressed.connect(self._give_line)
        row = scaled(look, QHBoxLayout(), spacing=8)
        row.addWidget(self.line, 1)
        row.addWidget(self._use, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        self.setFocusProxy(self.line)

    def refuse(self, reason: str) -> None:
        """Say why the value cannot stay like this."""
        if self.line is not None:
            self.line.set_error(reason)

    def _give_line(self) -> None:
        # Enter in a composition belongs to the candidate window.
        if self.line is not None and not self.line.edit.is_composing:
            self._give()

    def _give(self) -> None:
        if self.line is not None:
            self.given.emit(self.line.text())
        elif self.chips is not None:
            self.given.emit(self.chips.chosen())

    def _note_choice(self, chosen: list[str]) -> None:
        if not self._several and chosen:
            self.given.emit(chosen)

    def event(self, event: QEvent) -> bool:
        """Keep plain keys here: arrows move between chips, whatever the page uses them for."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() != Qt.Key.Key_Escape
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            event.accept()
            return True
        return super().event(event)
