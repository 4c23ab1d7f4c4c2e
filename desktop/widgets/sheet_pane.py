"""What stands beside the list: who or what it is, its facts, and what may be done."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.sheet import Sheet
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text


class SheetPane(Card):
    """The body scrolls, the buttons stay.

    Signals:
        pressed: the key of what is to be done.
    """

    pressed = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self.sheet: Sheet | None = None
        self._title = Text(look, "", TextStep.TITLE, weight=Weight.BOLD, wraps=True)
        self._about = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        self.big = Text(look, "", TextStep.TITLE, weight=Weight.BOLD)
        self._scroll = ScrollColumn(look, (16, 14, 16, 8), 8)
        self._facts = QVBoxLayout()
        scaled(look, self._facts, spacing=8)
        column = self._scroll.body
        for part in (self._title, self._about, self.big):
            column.addWidget(part)
        column.addLayout(self._facts)
        column.addStretch(1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(Hairline(look))
        self._foot = QWidget()
        self._column = scaled(look, QVBoxLayout(self._foot), (14, 12, 14, 14), 8)
        self._made: list[tuple[QVBoxLayout, QWidget]] = []
        self.body.addWidget(self._foot)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show one thing from its top."""
        for layout, former in self._made:
            layout.removeWidget(former)
            former.hide()
            former.deleteLater()
        self._made = []
        self.sheet = sheet
        self._title.set_text(sheet.title)
        self._about.set_text(sheet.about)
        self._about.setVisible(bool(sheet.about))
        self.big.set_text(sheet.big)
        self.big.setVisible(bool(sheet.big))
        if sheet.warning:
            self._put(self._facts, Banner(self._look, Tone.WARN, sheet.warning))
        for label, value in sheet.facts:
            self._put(self._facts, self._fact(label, value))
        for at, (key, words, shortcut) in enumerate(sheet.acts):
            kind = ButtonKind.PRIMARY if at == 0 else ButtonKind.SECONDARY
            height = Height.PRIMARY if at == 0 else Height.CONTROL
            button = Button(self._look, words, kind, key=shortcut, height=height)
            button.clicked.connect(partial(self.pressed.emit, key))
            self._put(self._column, button)
        self._foot.setVisible(bool(sheet.acts))
        told = " ".join(f"{label} {value}" for label, value in sheet.facts)
        self.setAccessibleName(f"{sheet.title} {sheet.about} {told}".strip())
        self._scroll.to_top()

    def _fact(self, label: str, value: str) -> QWidget:
        """What it is at the left, how it is at the right."""
        holder = QWidget()
        row = scaled(self._look, QHBoxLayout(holder), spacing=12)
        shown = Text(self._look, value, TextStep.BODY, wraps=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(self._look, label, TextStep.SECOND, colour="t2", wraps=True), 2)
        row.addWidget(shown, 3)
        return holder

    def offers(self, key: str) -> bool:
        """Whether this may be done now."""
        return self.sheet is not None and any(act[0] == key for act in self.sheet.acts)

    def _put(self, layout: QVBoxLayout, part: QWidget) -> None:
        layout.addWidget(part)
        part.show()
        self._made.append((layout, part))
