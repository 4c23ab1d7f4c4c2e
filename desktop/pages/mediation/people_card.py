"""Who takes part in a case: its parties with masked numbers, its mediators, who is invited."""

from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.case_view import CaseView, Person
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.fact import PersonLine
from desktop.widgets.lines import Lines
from desktop.widgets.masked_value import MaskedValue
from sync.i18n import N_, _


class PeopleCard(Card):
    """Parties, mediators and who is invited.

    Signals:
        number_asked: the id of the party whose number is wanted in full.
        party_pressed: the id of the party to change.
        link_pressed: the id of the party to be found in the ledger.
        people_pressed: mediators and invited are to be changed.
    """

    number_asked = Signal(str)
    party_pressed = Signal(str)
    link_pressed = Signal(str)
    people_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, spacing=2)
        title = SectionTitle(look, _(N_("Parties and others")))
        change = Button(look, _(N_("Edit")), ButtonKind.LINK)
        change.setAccessibleName(_(N_("Mediators and invited")))
        change.clicked.connect(self.people_pressed)
        title.add(change)
        self.body.addWidget(title)
        column = scaled(look, QVBoxLayout(), spacing=0)
        self.body.addLayout(column)
        self._lines = Lines[Person, _PersonRow](column, self._made_row, _PersonRow.say)

    @property
    def numbers(self) -> dict[str, MaskedValue]:
        """The masked numbers that are shown, by party."""
        return {row.party_id: row.number for row in self._lines.shown if row.has_number}

    def show_people(self, view: CaseView) -> None:
        """Show these people; numbers are masked."""
        self._lines.show(view.people)

    def _made_row(self) -> "_PersonRow":
        row = _PersonRow(self._look)
        row.number_asked.connect(self.number_asked)
        row.party_pressed.connect(self.party_pressed)
        row.link_pressed.connect(self.link_pressed)
        return row


class _PersonRow(Themed):
    """One of them, with what can be changed or shown of a party."""

    number_asked = Signal(str)
    party_pressed = Signal(str)
    link_pressed = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self.party_id = ""
        self.has_number = False
        self._line = PersonLine(look, "")
        self._edit = Button(look, "", ButtonKind.GHOST, icon="pencil-simple")
        self._edit.clicked.connect(partial(self._tell, self.party_pressed))
        self._link = Button(look, "", ButtonKind.GHOST, icon="link")
        self._link.clicked.connect(partial(self._tell, self.link_pressed))
        self._line.add(self._link)
        self._line.add(self._edit)
        self.number = MaskedValue(look, "", "")
        self.number.asked.connect(partial(self._tell, self.number_asked))
        column = scaled(look, QVBoxLayout(self), spacing=0)
        column.addWidget(self._line)
        below = scaled(look, QHBoxLayout(), (44, 0, 0, 4))
        below.addWidget(self.number)
        below.addStretch(1)
        column.addLayout(below)

    def say(self, person: Person) -> None:
        """Show another person."""
        self.party_id = person.party_id
        self._line.say(person.name, detail=person.detail, tone=person.tone)
        self._edit.setAccessibleName(
            _(N_("Change what is known of {name}")).format(name=person.name)
        )
        self._edit.setVisible(bool(person.party_id))
        link = _(N_("Link {name} to the ledger")).format(name=person.name)
        self._link.setAccessibleName(link)
        self._link.setToolTip(f"{link} (L)")
        self._link.setVisible(not person.is_known)
        self.has_number = bool(person.phone)
        self.number.show_masked(person.phone, person.name)
        self.number.setVisible(self.has_number)

    def _tell(self, what: SignalInstance, *_more: object) -> None:
        what.emit(self.party_id)
