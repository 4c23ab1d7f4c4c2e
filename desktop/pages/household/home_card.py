"""The home, what to know before knocking, and whom to call when nobody opens."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.door_card import Fact
from desktop.viewmodels.household import Contact
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.door_parts import FactList
from desktop.widgets.field import IconMark
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
        self._contact: QWidget | None = None
        for part in (title, self._facts, self._nothing):
            self.body.addWidget(part)

    def show_home(self, facts: Iterable[Fact], contact: Contact | None) -> None:
        """Show these facts instead."""
        shown = list(facts)
        self._facts.set_facts(shown)
        self._facts.setVisible(bool(shown))
        self._nothing.setVisible(not shown and contact is None)
        if self._contact is not None:
            self.body.removeWidget(self._contact)
            self._contact.hide()
            self._contact.deleteLater()
            self._contact = None
        if contact is not None:
            self._contact = self._contact_line(contact)
            self.body.addWidget(self._contact)

    def _contact_line(self, contact: Contact) -> QWidget:
        line = Themed(self._look)
        row = scaled(self._look, QHBoxLayout(line), (0, 2, 0, 2), 8)
        row.addWidget(IconMark(self._look, "phone", "t2"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(Text(self._look, contact.words, TextStep.SECOND, wraps=True), 1)
        if contact.phone:
            value = MaskedValue(self._look, contact.phone, contact.words)
            value.asked.connect(partial(self.number_asked.emit, contact.target, value))
            row.addWidget(value)
        return line
