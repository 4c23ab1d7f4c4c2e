"""One question of a case: both versions, further ones, and room for one's own words."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.services.conflict_cases import Question, Version
from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.conflicts import (
    KEYS,
    Choice,
    Head,
    Way,
    offers,
    own_words,
    settled_by,
)
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button
from desktop.widgets.own_value import OwnValue
from desktop.widgets.side_by_side import (
    LABEL_COLUMN_PX,
    Side,
    SideBySide,
    SideOffer,
    SideValues,
)
from desktop.widgets.text import Text
from sync.errors import ValueRefused
from sync.i18n import _
from sync.schema.policy import Kind
from sync.schema.values import settled


class FieldBlock(Themed):
    """Asks one question. What a person decides comes out as a :class:`Choice`.

    Signals:
        decided: the choice.
        touched: the mouse or the keyboard is on this question.
    """

    decided = Signal(object)
    touched = Signal()

    def __init__(self, look: ThemeProvider, question: Question, heads: tuple[Head, Head]) -> None:
        super().__init__(look)
        self.question = question
        self._own: OwnValue | None = None
        self._column = scaled(look, QVBoxLayout(self), spacing=0)
        made = [SideOffer(Side(way.value), words, KEYS[way]) for way, words in offers(question)]
        sides = (f"{heads[0].title} {heads[0].name}", f"{heads[1].title} {heads[1].name}")
        values = SideValues(
            question.title, question.base, question.left.words, question.right.words, sides
        )
        self.sides = SideBySide(look, values, made)
        self.sides.picked.connect(self._pick)
        self._column.addWidget(self.sides)
        for version in question.others:
            self._column.addLayout(self._other(version))
        self.show_choice(None)

    @property
    def is_writing(self) -> bool:
        """Whether room for own words is open."""
        return self._own is not None

    def offers(self, way: Way) -> bool:
        """Whether this field may be settled that way."""
        return way in [offered for offered, _words in offers(self.question)]

    def take(self, way: Way) -> None:
        """Settle by ``way``, as its key asks; one's own words open a line for them."""
        if not self.offers(way):
            return
        if way is Way.OWN:
            self._write()
            return
        self.close_own()
        choice = settled_by(self.question, way)
        if choice is not None:
            self.decided.emit(choice)

    def show_choice(self, choice: Choice | None) -> None:
        """Show what was decided so far."""
        if choice is None:
            self.sides.show_result(None, _("not decided yet"))
        else:
            self.sides.show_result(Side(choice.way.value), choice.words)

    def set_current(self, current: bool) -> None:
        """Tint the block that the keys act on."""
        self.sides.set_current(current)

    def close_own(self) -> bool:
        """Close the line for own words; False where it was not open."""
        if self._own is None:
            return False
        self._own.hide()
        self._own.deleteLater()
        self._own = None
        return True

    def _other(self, version: Version) -> QHBoxLayout:
        """A further person's value, with a button that takes it."""
        row = scaled(self._look, QHBoxLayout(), (LABEL_COLUMN_PX + 24, 0, 10, 8), 8)
        words = _("{name} wrote: {value}").format(name=version.author, value=version.words)
        row.addWidget(Text(self._look, words, TextStep.SECOND, wraps=True), 1)
        button = Button(self._look, _("Take {name}'s").format(name=version.author))
        button.clicked.connect(
            partial(self.decided.emit, Choice(Way.OWN, version.value, version.words))
        )
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _pick(self, side: str) -> None:
        self.touched.emit()
        self.take(Way(side))

    def _write(self) -> None:
        if self._own is None:
            spec = self.question.spec
            several = spec is not None and spec.kind is Kind.WORDS
            self._own = OwnValue(
                self._look, self.question.title, self.question.choices, several=several
            )
            self._own.given.connect(self._take_own)
            holder = scaled(self._look, QVBoxLayout(), (LABEL_COLUMN_PX + 24, 0, 10, 8))
            holder.addWidget(self._own)
            self._column.addLayout(holder)
        self._own.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _take_own(self, given: Any) -> None:
        spec = self.question.spec
        if spec is None or self._own is None:
            return
        if isinstance(given, list) and spec.kind is not Kind.WORDS:
            given = given[0]
        try:
            value = settled(spec, given)
        except ValueRefused as refused:
            self._own.refuse(refused.sentence())
            return
        self.close_own()
        self.decided.emit(Choice(Way.OWN, value, own_words(self.question, value)))
