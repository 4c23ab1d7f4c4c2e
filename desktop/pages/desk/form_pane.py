"""The case that is being received: who, what for, which papers, until when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.pages.desk.hints import Hints
from desktop.rows import Tone
from desktop.services.desk_owners import Owner
from desktop.services.service_catalogue import ServiceCatalogue, ServiceItem
from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.desk import (
    DeskForm,
    near_them,
    owner_words,
    visitor_about,
    visitor_tags,
)
from desktop.widgets.avatar import Avatar
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.chip import ChipRow, Choice
from desktop.widgets.door_parts import NameBlock
from desktop.widgets.field import LineField
from desktop.widgets.flow import FlowLayout
from desktop.widgets.note_field import NoteField
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.segment import SegmentChoice
from desktop.widgets.text import Text
from desktop.widgets.toggle import CheckBox
from sync.i18n import N_, _


class FormPane(Card):
    """The body scrolls, the buttons stay.

    Signals:
        changed: the form as it is now.
        met_pressed: count them as met, because they stand here.
        case_pressed: go to what the desk has in hand for them.
        save_pressed, print_pressed, close_pressed, help_pressed: what becomes of the form.
    """

    changed = Signal(object)
    met_pressed = Signal()
    case_pressed = Signal()
    save_pressed = Signal()
    print_pressed = Signal()
    help_pressed = Signal()
    close_pressed = Signal()

    def __init__(self, look: ThemeProvider, services: ServiceCatalogue) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self.form = DeskForm()
        self._filling = False
        self._services = services
        self._offered: Sequence[ServiceItem] = ()
        self._avatar = Avatar(look, "", Tone.NEUTRAL, px=44)
        self._name = NameBlock(look, TextStep.TITLE)
        self._near = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._tags = ChipRow(look)
        self._hints = Hints(look, services)
        self._hints.met_pressed.connect(self.met_pressed)
        self._hints.case_pressed.connect(self.case_pressed)
        self.name = LineField(look, _(N_("Name")))
        self.phone = LineField(look, _(N_("Phone")))
        self._walk_in = QWidget()
        self.search = LineField(look, "", hint=_(N_("All services: name or initials")))
        self.search.edit.setAccessibleName(_(N_("All services: name or initials")))
        self.choice = SegmentChoice(look, (), name=_(N_("What they come for")))
        self._papers = QWidget()
        self._paper_flow = FlowLayout(look, self._papers, gap=12)
        self.boxes: dict[str, CheckBox] = {}
        self._papers_title = SectionTitle(look, _(N_("Which papers are here")))
        self.note = NoteField(look, _(N_("In words")), lines=2)
        self.owners = SegmentChoice(look, (), name=_(N_("Who handles it")), solid=False)
        self._owners_title = SectionTitle(look, _(N_("Who handles it")), "O")
        self.day = LineField(look, _(N_("Day")), hint=_(N_("tomorrow, 6-19")))
        self.hour = LineField(look, _(N_("Hour")), hint="9:30")
        self._when = QWidget()
        self._due = Text(look, "", TextStep.SECOND, wraps=True)
        self.error = Text(look, "", TextStep.SECOND, colour="bad_t", wraps=True)
        self._scroll = ScrollColumn(look, (18, 14, 18, 14), 8)
        self._fill()
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(Hairline(look))
        self.body.addWidget(self._footer())
        self.search.edit.textEdited.connect(self._search)
        self.search.edit.returnPressed.connect(self._choose_best)
        self.choice.changed.connect(self.choose)
        self.note.changed.connect(self._write)
        self.owners.changed.connect(self.choose_owner)
        for line in (self.name, self.phone, self.day, self.hour):
            line.edit.textEdited.connect(self._write)

    def _fill(self) -> None:
        column = self._scroll.body
        head = scaled(self._look, QHBoxLayout(), spacing=14)
        who = scaled(self._look, QVBoxLayout(), spacing=4)
        for part in (self._name, self._tags, self._near):
            who.addWidget(part)
        head.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(who, 1)
        column.addLayout(head)
        walk_in = scaled(self._look, QHBoxLayout(self._walk_in), spacing=12)
        walk_in.addWidget(self.name, 1)
        walk_in.addWidget(self.phone, 1)
        column.addWidget(self._walk_in)
        column.addWidget(self._hints)
        hint = _(N_("press its digit"))
        column.addWidget(SectionTitle(self._look, _(N_("What they come for")), hint))
        for below in (self.choice, self.search, self._papers_title, self._papers):
            column.addWidget(below)
        column.addWidget(SectionTitle(self._look, _(N_("In words"))))
        when = scaled(self._look, QHBoxLayout(self._when), spacing=12)
        when.addWidget(self.day, 1)
        when.addWidget(self.hour, 1)
        below_words = (self.note, self._when, self._owners_title, self.owners, self._due)
        for last in (*below_words, self.error):
            column.addWidget(last)
        column.addStretch(1)

    def _footer(self) -> QWidget:
        footer = QWidget()
        flow = FlowLayout(self._look, footer, gap=8, rightward=True)
        footer.setContentsMargins(16, 12, 16, 12)
        self._kept = Text(self._look, "", TextStep.NOTE, colour="t2")
        close = Button(self._look, _(N_("Leave it")), ButtonKind.GHOST, key="Esc")
        self._book = Button(self._look, _(N_("Book an hour")), ButtonKind.GHOST, key="Ctrl B")
        self._help = Button(self._look, _(N_("Small help")), ButtonKind.GHOST, key="F3")
        save = Button(self._look, _(N_("Register")), key="Ctrl S", height=Height.PRIMARY)
        self._save, self._prints = (
            save,
            Button(
                self._look,
                _(N_("Register and print")),
                ButtonKind.PRIMARY,
                icon="printer",
                key="Ctrl ⏎",
                height=Height.PRIMARY,
            ),
        )
        close.clicked.connect(self.close_pressed)
        self._book.clicked.connect(self.turn_booking)
        self._help.clicked.connect(self.help_pressed)
        save.clicked.connect(self.save_pressed)
        self._prints.clicked.connect(self.print_pressed)
        for part in (self._kept, close, self._book, self._help, save, self._prints):
            flow.addWidget(part)
        return footer

    # --- Showing ----------------------------------------------------------------------------------

    def begin(self, form: DeskForm, today: date) -> None:
        """Begin a case; for a walk-in the name is asked first."""
        self.form = form
        self._filling = True
        self._show_visitor(form, today)
        self.search.set_text("")
        self._search("")
        self.day.set_text(form.day)
        self.hour.set_text(form.hour)
        self.note.set_text(form.text)
        self._filling = False
        self.say("")
        self.owners.set_choices(())
        self.say_kept("")
        self._show_papers()
        self._show_booking()
        self._scroll.to_top()
        target: QWidget = self.choice if form.visitor else self.name
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_visitor(self, form: DeskForm, today: date) -> None:
        visitor = form.visitor
        self._walk_in.setVisible(visitor is None)
        self.name.set_text(form.walk_in)
        self.phone.set_text(form.phone)
        name = visitor.name if visitor else _(N_("Somebody who is not in the ledger"))
        self._avatar.set_person(name, Tone.NEUTRAL)
        self._avatar.setVisible(visitor is not None)
        self._name.say(name, visitor_about(visitor) if visitor else "")
        self._near.set_text(near_them(visitor) if visitor else "")
        self._near.setVisible(bool(visitor and near_them(visitor)))
        self._tags.set_tags(visitor_tags(visitor) if visitor else ())
        self._hints.show_for(visitor, today)

    def say(self, reason: str) -> None:
        """Why it cannot be received like this."""
        self.error.set_text(reason)
        self.error.setVisible(bool(reason))
        if reason:
            self._scroll.show_now(self.error)

    def say_due(self, words: str) -> None:
        """Until when they have an answer."""
        self._due.set_text(words)

    def say_kept(self, words: str) -> None:
        """That what was typed is on this computer, and since when."""
        self._kept.set_text(words)
        self._kept.setVisible(bool(words))

    def offer_owners(self, owners: Sequence[Owner]) -> None:
        """Whom it can be handed to; the clerk is chosen until somebody says otherwise."""
        words = [(owner.id, *owner_words(owner)) for owner in owners]
        self.owners.set_choices([Choice(key, name, note=note) for key, name, note in words])
        mine = next((owner.id for owner in owners if owner.is_me), "")
        self.owners.choose(self.form.owner_id or mine)
        self._show_booking()

    def turn_booking(self) -> None:
        """Book an hour instead of receiving, or receive after all."""
        self.form = replace(self.form, books=not self.form.books)
        self._show_booking()
        self.changed.emit(self.form)
        if self.form.books:
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_booking(self) -> None:
        books, many = self.form.books, len(self.owners.buttons()) > 1
        self._when.setVisible(books)
        for part in (self._owners_title, self.owners):
            part.setVisible(many and not books)
        self._due.setVisible(not books)
        self._prints.setVisible(not books)
        self._help.setVisible(not books and self.form.visitor is not None)
        self._book.set_words(_(N_("Receive it now")) if books else _(N_("Book an hour")))
        self._save.set_words(_(N_("Book")) if books else _(N_("Register")))
        self._show_papers()

    # --- Choosing ---------------------------------------------------------------------------------

    def choose_number(self, number: int) -> None:
        """The service under a digit."""
        if number <= len(self._offered):
            self.choice.choose(self._offered[number - 1].key)
            self.choose(self._offered[number - 1].key)

    def choose(self, key: str) -> None:
        """A service: its papers are asked for."""
        self.form = self.form.choose(self._services.item(key))
        self._show_papers()
        self.say("")
        self.changed.emit(self.form)

    def choose_owner(self, owner_id: str) -> None:
        """Who is to handle it."""
        self.form = replace(self.form, owner_id=owner_id)
        self.owners.choose(owner_id)
        self.changed.emit(self.form)

    def next_owner(self) -> None:
        """The one beside them, round and round."""
        keys = [button.choice.key for button in self.owners.buttons()]
        if len(keys) > 1 and not self.form.books:
            chosen = self.owners.chosen()
            at = keys.index(chosen) + 1 if chosen in keys else 0
            self.choose_owner(keys[at % len(keys)])

    def bring_all(self) -> None:
        """Every paper is here."""
        for box in self.boxes.values():
            box.setChecked(True)

    def _search(self, typed: str) -> None:
        self._offered = self._services.find(typed)
        self.choice.set_choices(
            [
                Choice(item.key, item.words, icon=item.icon, shortcut=str(at))
                for at, item in enumerate(self._offered, start=1)
            ]
        )
        self.choice.choose(self.form.item)  # Never what the visitor before came for.

    def _choose_best(self) -> None:
        """Enter in the search takes the first service that answers."""
        if self.search.text().strip() and self._offered:
            self.choose_number(1)
            self.choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_papers(self) -> None:
        for former in self.boxes.values():
            self._paper_flow.removeWidget(former)
            former.hide()
            former.deleteLater()
        wanted = self._services.item(self.form.item).materials if self.form.item else ()
        self.boxes = {key: CheckBox(self._look, self._services.material(key)) for key in wanted}
        for key, box in self.boxes.items():
            box.setChecked(key in self.form.got)
            box.toggled.connect(partial(self._take_paper, key))
            self._paper_flow.addWidget(box)
        asks = bool(self.boxes) and not self.form.books
        self._papers_title.setVisible(asks)
        self._papers.setVisible(asks)
        self._count_papers()

    def _take_paper(self, key: str, here: bool) -> None:
        got = set(self.form.got) | {key} if here else set(self.form.got) - {key}
        self.form = replace(self.form, got=tuple(sorted(got)))
        self._count_papers()
        self.changed.emit(self.form)

    def _count_papers(self) -> None:
        self._papers_title.set_hint(f"{len(self.form.got)} / {len(self.boxes)}")

    def _write(self) -> None:
        if self._filling:
            return  # The other lines still hold what was typed for somebody else.
        self.form = replace(
            self.form,
            text=self.note.text(),
            walk_in=self.name.text(),
            phone=self.phone.text(),
            day=self.day.text(),
            hour=self.hour.text(),
        )
        self.changed.emit(self.form)
