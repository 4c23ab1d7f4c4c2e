"""The home, what to know before knocking, and whom to call when nobody opens."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.door_card import Fact
from desktop.viewmodels.household import Contact
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.door_parts import FactList
from desktop.widgets.field import IconMark
from desktop.widgets.lines import Lines
from desktop.widgets.masked_value import MaskedValue
from desktop.widgets.text import Text
from sync.i18n import N_, _


class HomeCard(Card):
    """Facts to read, with the emergency contact below.

    Signals:
        edit_pressed: somebody wants to change what stands here.
        number_asked: the target of a number that somebody wants to see, and the value to show.
    """

    edit_pressed = Signal()
    number_asked = Signal(object, object)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, spacing=4)
        title = SectionTitle(look, _(N_("Home and reminders")))
        edit = Button(look, _(N_("Edit")), ButtonKind.LINK, key="E")
        edit.clicked.connect(self.edit_pressed)
        title.add(edit)
        self._facts = FactList(look, _(N_("Home and reminders")))
        self._nothing = Text(look, _(N_("Nothing noted yet.")), TextStep.SECOND, colour="t2")
        for part in (title, self._facts, self._nothing):
            self.body.addWidget(part)
        self._contact = Lines[Contact, _ContactLine](self.body, self._line, _ContactLine.say)

    def show_home(self, facts: Iterable[Fact], contact: Contact | None) -> None:
        """Show these facts instead."""
        shown = list(facts)
        self._facts.set_facts(shown)
        self._facts.setVisible(bool(shown))
        self._nothing.setVisible(not shown and contact is None)
        self._contact.show([] if contact is None else [contact])

    def _line(self) -> "_ContactLine":
        line = _ContactLine(self._look)
        line.number_asked.connect(self.number_asked)
        return line


class _ContactLine(Themed):
    """Whom to call, and the number where there is one."""

    number_asked = Signal(object, object)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._contact: Contact | None = None
        row = scaled(look, QHBoxLayout(self), (0, 2, 0, 2), 8)
        self._words = Text(look, "", TextStep.SECOND, wraps=True)
        self._number = MaskedValue(look, "", "")
        self._number.asked.connect(self._ask)
        row.addWidget(IconMark(look, "phone", "t2"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        row.addWidget(self._number)

    def say(self, contact: Contact) -> None:
        """Show somebody else."""
        self._contact = contact
        self._words.set_text(contact.words)
        self._number.show_masked(contact.phone, contact.words, contact.target)
        self._number.setVisible(bool(contact.phone))

    def _ask(self) -> None:
        if self._contact is not None:
            self.number_asked.emit(self._contact.target, self._number)
