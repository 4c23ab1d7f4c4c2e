"""The cards at the left: who lives here, and how often each care category asks for somebody."""

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.rows import Lamp
from desktop.services.residents import Move
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.household import CareItem, MemberItem
from desktop.viewmodels.resident_form import EVERYONE
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind, icon_button
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.fact import PersonLine
from desktop.widgets.lamp import LampMark
from desktop.widgets.lines import Lines
from desktop.widgets.masked_value import MaskedValue
from desktop.widgets.text import Text
from sync.i18n import N_, _, n_

_TONE_COLOURS = {"bad": "bad_t", "warn": "warn_t"}


class _ListCard(Card):
    """A card with its title above the lines."""

    def __init__(self, look: ThemeProvider, title: str) -> None:
        super().__init__(look, spacing=4)
        self.head = SectionTitle(look, title)
        self.body.addWidget(self.head)


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
        self.lines = Lines[MemberItem, MemberLine](self.body, self._line, MemberLine.show_member)

    def show_members(self, members: Iterable[MemberItem], hint: str) -> None:
        """Show these people instead."""
        shown = list(members)
        self.head.set_hint(hint)
        self._everyone.setVisible(any(member.moves for member in shown if member.is_here))
        self.lines.show(shown)

    def _line(self) -> "MemberLine":
        line = MemberLine(self._look)
        line.number_asked.connect(self.number_asked)
        line.more_pressed.connect(self._offer)
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


class MemberLine(PersonLine):
    """One of the people, with the number and what may become of them.

    Signals:
        number_asked: as that of the card.
        more_pressed: the button, the person's id and the moves that are offered.
    """

    number_asked = Signal(object, object)
    more_pressed = Signal(object, str, object)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, "")
        self._member: MemberItem | None = None
        self._number: MaskedValue | None = None
        self._more = icon_button(look, "dots-three", "")
        self._more.clicked.connect(self._press_more)
        self.add(self._more)

    def show_member(self, member: MemberItem) -> None:
        """Show another person."""
        self._member = member
        self.say(member.name, member.note, member.detail, member.tone)
        if member.phone and self._number is None:
            self._number = MaskedValue(self._look, member.phone, member.name)
            self._number.asked.connect(self._ask)
            self.add(self._number)
            self.add(self._more)  # Which stands last.
        if self._number is not None:
            self._number.show_masked(member.phone, member.name, member.target)
            self._number.setVisible(bool(member.phone))
        name = _(N_("What became of {name}")).format(name=member.name)
        self._more.setAccessibleName(name)
        self._more.setToolTip(name)
        self._more.setVisible(bool(member.moves))

    def _ask(self) -> None:
        if self._member is not None:
            self.number_asked.emit(self._member.target, self._number)

    def _press_more(self) -> None:
        if self._member is not None:
            self.more_pressed.emit(self._more, self._member.id, self._member.moves)


class CareCard(_ListCard):
    """Care categories with their frequency and the next day. Attributes: ``has_care``."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, _(N_("Care and frequency")))
        self.has_care = False
        self.lines = Lines[CareItem, _CareLine](self.body, lambda: _CareLine(look), _CareLine.say)

    def show_care(self, items: Iterable[CareItem]) -> None:
        """Show these categories instead; there are none where nobody is left to visit."""
        shown = list(items)
        self.has_care = bool(shown)
        hint = n_("{count} kind", "{count} kinds", len(shown)).format(count=len(shown))
        self.head.set_hint(hint if len(shown) > 1 else "")
        self.lines.show(shown)


class _CareLine(Themed):
    """A lamp, what it is, how often, and when next."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        row = scaled(look, QHBoxLayout(self), (0, 3, 0, 3), 8)
        self._lamp = LampMark(look, Lamp.NOT_DUE)
        self._label = Text(look, "", TextStep.BODY, weight=Weight.MEDIUM, wraps=True)
        self._often = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._when = Text(look, "", TextStep.NOTE, weight=Weight.MEDIUM)
        row.addWidget(self._lamp, 0, Qt.AlignmentFlag.AlignVCenter)
        words = scaled(look, QVBoxLayout(), spacing=0)
        words.addWidget(self._label)
        words.addWidget(self._often)
        row.addLayout(words, 1)
        row.addWidget(self._when, 0, Qt.AlignmentFlag.AlignVCenter)

    def say(self, item: CareItem) -> None:
        """Show another category."""
        self._lamp.set_state(item.lamp)
        self._label.set_text(item.label)
        self._often.set_text(item.often)
        self._when.set_colour(_TONE_COLOURS.get(item.tone, "t2"))
        self._when.set_text(item.when)
        self.setAccessibleName(item.sentence)
