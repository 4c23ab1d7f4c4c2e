"""The cards at the left: who lives here, and how often each care category asks for somebody."""

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.services.residents import Move
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.household import CareItem, MemberItem, Target
from desktop.viewmodels.resident_form import EVERYONE
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind, icon_button
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.fact import PersonLine
from desktop.widgets.lamp import LampMark
from desktop.widgets.masked_value import MaskedValue
from desktop.widgets.text import Text
from sync.i18n import N_, _, n_

_TONE_COLOURS = {"bad": "bad_t", "warn": "warn_t"}


class _ListCard(Card):
    """A titled card whose lines are replaced as a whole."""

    def __init__(self, look: ThemeProvider, title: str) -> None:
        super().__init__(look, spacing=4)
        self.head = SectionTitle(look, title)
        self.body.addWidget(self.head)
        self._lines: list[QWidget] = []

    def _replace(self, lines: Iterable[QWidget]) -> None:
        for line in self._lines:
            self.body.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = list(lines)
        for line in self._lines:
            self.body.addWidget(line)


class MembersCard(_ListCard):
    """The people of the household, phones masked.

    Signals:
        number_asked: the target of a number that somebody wants to see, and the value to show.
        add_pressed: somebody moved in.
        move_chosen: the id of a person (or :data:`EVERYONE`) and what became of them.
    """

    number_asked = Signal(object, object)
    add_pressed = Signal()
    move_chosen = Signal(str, object)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, _(N_("Members")))
        add = Button(look, _(N_("Add")), ButtonKind.LINK, key="A")
        add.setAccessibleName(_(N_("Add a resident")))
        add.clicked.connect(self.add_pressed)
        self._everyone = icon_button(look, "dots-three", _(N_("More about this household")))
        self._everyone.clicked.connect(self._offer_everyone)
        self.head.add(add)
        self.head.add(self._everyone)

    def show_members(self, members: Iterable[MemberItem], hint: str) -> None:
        """Show these people instead."""
        shown = list(members)
        self.head.set_hint(hint)
        self._everyone.setVisible(any(member.moves for member in shown if member.is_here))
        self._replace(self._line(member) for member in shown)

    def _line(self, member: MemberItem) -> PersonLine:
        line = PersonLine(self._look, member.name, member.note, member.detail, member.tone)
        if member.phone:
            line.add(self._masked(member.phone, member.name, member.target))
        if member.moves:
            name = _(N_("What became of {name}")).format(name=member.name)
            more = icon_button(self._look, "dots-three", name)
            more.clicked.connect(partial(self._offer, more, member.id, member.moves))
            line.add(more)
        return line

    def _offer_everyone(self) -> None:
        moves = ((Move.MOVED_OUT, _(N_("The whole household moved out"))),)
        self._offer(self._everyone, EVERYONE, moves)

    def _offer(self, below: QWidget, person: str, moves: Sequence[tuple[Move, str]]) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for move, words in moves:
            chosen = partial(self.move_chosen.emit, person, move)
            menu.addAction(words).triggered.connect(chosen)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(below.mapToGlobal(below.rect().bottomLeft()))

    def _masked(self, phone: str, name: str, target: Target) -> MaskedValue:
        value = MaskedValue(self._look, phone, name)
        value.asked.connect(partial(self.number_asked.emit, target, value))
        return value


class CareCard(_ListCard):
    """Care categories with their frequency and the next day. Attributes: ``has_care``."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, _(N_("Care and frequency")))
        self.has_care = False

    def show_care(self, items: Iterable[CareItem]) -> None:
        """Show these categories instead; there are none where nobody is left to visit."""
        shown = list(items)
        self.has_care = bool(shown)
        hint = n_("{count} kind", "{count} kinds", len(shown)).format(count=len(shown))
        self.head.set_hint(hint if len(shown) > 1 else "")
        self._replace(_CareLine(self._look, item) for item in shown)


class _CareLine(Themed):
    """A lamp, what it is, how often, and when next."""

    def __init__(self, look: ThemeProvider, item: CareItem) -> None:
        super().__init__(look)
        row = scaled(look, QHBoxLayout(self), (0, 3, 0, 3), 8)
        row.addWidget(LampMark(look, item.lamp), 0, Qt.AlignmentFlag.AlignVCenter)
        words = scaled(look, QVBoxLayout(), spacing=0)
        words.addWidget(Text(look, item.label, TextStep.BODY, weight=Weight.MEDIUM, wraps=True))
        words.addWidget(Text(look, item.often, TextStep.NOTE, colour="t2", wraps=True))
        row.addLayout(words, 1)
        colour = _TONE_COLOURS.get(item.tone, "t2")
        when = Text(look, item.when, TextStep.NOTE, weight=Weight.MEDIUM, colour=colour)
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(item.sentence)
