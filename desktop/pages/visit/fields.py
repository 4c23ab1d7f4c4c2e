"""The fields of a visit. Each result shows its own."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.pages.visit.banner_slot import BannerSlot
from desktop.pages.visit.lines import FirstLines, MoreLines
from desktop.pages.visit.next_time import NextTime
from desktop.pages.visit.section import Section
from desktop.rows import Tone
from desktop.theme.fonts import Weight
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.phrases import Phrase, phrases
from desktop.viewmodels.visit_form import (
    MORE_RESULTS,
    SEGMENTS,
    Part,
    VisitState,
    result_words,
)
from desktop.widgets.base import Themed, is_composing_in, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.columns import Columns
from desktop.widgets.flow import FlowLayout
from desktop.widgets.note_field import NoteField
from desktop.widgets.segment import SegmentChoice
from desktop.widgets.text import Text
from sync.i18n import N_, _
from sync.schema import codes

_ICONS: Final = {
    "met": "handshake",
    "not_home": "door",
    "met_family": "users",
    "refused": "prohibit",
    "vacant": "house-line",
}
_CONDITION_TONES: Final = {"fine": Tone.OK, "attention": Tone.WARN, "urgent": Tone.BAD}


class VisitFields(Themed):
    """Shows a :class:`VisitState` and writes into it what a person does.

    Signals:
        edited: the form holds something else than before.
        left: Esc in the note.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._state: VisitState | None = None
        self._filling = False
        self._photos: QWidget | None = None
        self._phrases: tuple[Phrase, ...] = ()
        self._make_fields()
        self._lay_out()
        self._connect()

    # --- Building ---------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        look = self._look
        results = [
            Choice(key, result_words(key), icon=_ICONS[key], shortcut=str(at))
            for at, key in enumerate(SEGMENTS, 1)
        ]
        more = [Choice(key, result_words(key), Tone.WARN) for key in MORE_RESULTS]
        conditions = [Choice(k, _(v), _CONDITION_TONES[k]) for k, v in codes.CONDITION.items()]
        self._result = SegmentChoice(look, results, name=_(N_("Result")))
        self._more = ChipGroup(look, more, exclusive=True, name=_(N_("More results")))
        self._method = _chips(look, codes.METHOD, _(N_("How")), exclusive=True)
        self._people = ChipGroup(look, [], name=_(N_("Who else was there")))
        self._condition = ChipGroup(look, conditions, exclusive=True, name=_(N_("How they are")))
        self._needs = _chips(look, codes.NEED, _(N_("Needs")))
        self._hazards = _chips(look, codes.HAZARD, _(N_("Hazards")), tone=Tone.WARN)
        self._changes = _chips(look, codes.CHANGE, _(N_("What changed")))
        self._left = _chips(look, codes.LEFT, _(N_("What was left")))
        self.first, self.more = FirstLines(look), MoreLines(look)
        self.same = Button(look, "", ButtonKind.LINK, key="0")
        self.guidance, self.duty = BannerSlot(look), BannerSlot(look, "shield-check")
        self.reports = BannerSlot(look, "arrow-elbow-down-right")
        hint = _(N_("/ on an empty line offers phrases"))
        self._note = NoteField(look, _(N_("Write it down")), hint=hint, lines=2)
        self._phrase_row = QWidget()
        self._phrase_flow = FlowLayout(look, self._phrase_row)
        self._note_title = Text(look, _(N_("Write it down")), weight=Weight.BOLD)
        self._next = NextTime(look)

    def _lay_out(self) -> None:
        look = self._look
        self._result_part = Section(look, _(N_("Result")), self._result, _(N_("press its digit")))
        self._result_part.title.add(self._more)
        self._method_part = QWidget()
        method = scaled(look, QHBoxLayout(self._method_part), spacing=12)
        method.addWidget(Text(look, _(N_("How")), weight=Weight.BOLD))
        method.addWidget(self._method, 1)
        self._people_part = Section(look, "", self._people)
        self._condition_part = Section(look, _(N_("How they are")), self._condition)
        self._needs_part = Section(look, _(N_("Needs")), self._needs, _(N_("if any")))
        self._hazards_part = Section(look, _(N_("Hazards")), self._hazards, _(N_("if any")))
        self._next_part = Section(look, "", self._next)
        self._note_part = QWidget()
        note = scaled(look, QVBoxLayout(self._note_part), spacing=6)
        note.addWidget(self._phrase_row)
        note.addWidget(self._note)
        self._changes_part = Section(
            look, _(N_("What changed")), self._changes, _(N_("only what is new"))
        )
        left_hint = _(N_("press only what was done"))
        self._left_part = Section(look, _(N_("What was left")), self._left, left_hint)
        column = scaled(look, QVBoxLayout(self), spacing=12)
        column.addWidget(self._result_part)
        same = scaled(look, QHBoxLayout())
        self.same.hide()
        same.addWidget(self.same)
        same.addStretch(1)
        column.addLayout(same)
        for part in (self.guidance, self.duty, self.first, self._left_part, self._method_part):
            column.addWidget(part)
        self._who_columns = Columns(look, self._people_part, self._condition_part)
        self._more_columns = Columns(look, self._needs_part, self._hazards_part)
        for part in (self._who_columns, self._note_part, self._more_columns, self.reports):
            column.addWidget(part)
        self._below_hazards = QVBoxLayout()
        column.addLayout(self._below_hazards)
        for part in (self._next_part, self._changes_part, self.more):
            column.addWidget(part)
        column.addStretch(1)

    def _connect(self) -> None:
        self._result.changed.connect(self._choose_result)
        self._more.changed.connect(self._choose_more)
        self._method.changed.connect(self._choose_method)
        self._people.changed.connect(partial(self._take, "companions"))
        self._condition.changed.connect(self._choose_condition)
        self._needs.changed.connect(partial(self._take, "needs"))
        self._hazards.changed.connect(partial(self._take, "hazards"))
        self._changes.changed.connect(partial(self._take, "changes"))
        self._left.changed.connect(partial(self._take, "left_behind"))
        self.same.clicked.connect(self.choose_same)
        for lines in (self.first, self.more):
            lines.edited.connect(self.edited)
        self._note.changed.connect(self._take_note)
        self._note.edit.phrase_asked.connect(self._offer_phrases)
        self._note.edit.left.connect(self.left)
        self._next.edited.connect(self.edited)

    # --- Showing ----------------------------------------------------------------------------------

    def bind(self, state: VisitState) -> None:
        """Show a form, which is no edit."""
        self._state = state
        self._filling = True
        form = state.form
        self._people.set_choices([Choice(key, words) for key, words in state.people()])
        self._people.choose(form.companions)
        self._condition.choose([form.condition])
        self._needs.choose(form.needs)
        self._hazards.choose(form.hazards)
        self._changes.choose(form.changes)
        self._left.choose(form.left_behind)
        self.first.bind(state)
        self.more.bind(state)
        self._note.set_text(form.note)
        self._filling = False
        self._show_result()

    def add_photos(self, photos: QWidget) -> None:
        """Show ``photos`` below the needs and hazards, while a hazard is named."""
        self._photos = photos
        self._below_hazards.addWidget(photos)
        photos.hide()

    def focus_result(self) -> None:
        """Put the keyboard on the results, where digits act."""
        chosen = [b for b in self._result.buttons() if b.choice.key == self._result.chosen()]
        target = chosen[0] if chosen else self._result.buttons()[0]
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_note(self) -> None:
        """Put the keyboard into the note, where the result has one."""
        if not self._note_part.isHidden():
            self._note.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_problem(self, words: str) -> None:
        """Lead to what keeps the form from being saved."""
        state = self._state
        if state is None or not state.form.result:
            self.focus_result()
        elif state.next_is_missing:
            self._next.show_problem(words)
        elif not self.first.show_problem(state, words):
            self.more.show_problem(state, words)

    @property
    def is_composing(self) -> bool:
        """Whether an input method owns the keys."""
        return is_composing_in(self)

    def _show_result(self) -> None:
        """Show what the chosen result asks for."""
        state = self._state
        if state is None:
            return
        form, parts = state.form, state.parts
        same = state.same_words()
        self.same.setVisible(bool(same) and not form.result)  # Once one chose, its room is needed.
        self.same.set_words(_(N_("Same as last time: {same}")).format(same=same))
        self._result.choose(form.result)
        self._more.choose([form.result])
        self._method.choose([form.method])
        self._method_part.setVisible(Part.METHOD in parts)
        self._people_part.setVisible(Part.COMPANIONS in parts)
        self._condition_part.setVisible(Part.CONDITION in parts)
        self._who_columns.setVisible(Part.COMPANIONS in parts)
        self._note_part.setVisible(Part.NOTE in parts)
        self._needs_part.setVisible(Part.NEEDS in parts)
        self._hazards_part.setVisible(Part.HAZARDS in parts)
        self._more_columns.setVisible(Part.HAZARDS in parts)
        self._next_part.setVisible(Part.NEXT in parts)
        self._changes_part.setVisible(Part.CHANGES in parts)
        self._left_part.setVisible(Part.LEFT in parts)
        self.first.show_result(state)
        self.more.show_result(state)
        family = form.result == "met_family"
        title = _(N_("Who was met")) if family else _(N_("Who else was there"))
        self._people_part.set_title(title, "" if family else _(N_("may stay empty")))
        again = form.result == "not_home"
        next_title = _(N_("When to come again")) if again else _(N_("Next time"))
        self._next_part.set_title(next_title, state.next_hint())
        if Part.NEXT in parts:
            self._next.bind(state)
        self._show_guidance(state)
        self._show_phrases(form.result)

    def _show_guidance(self, state: VisitState) -> None:
        """What follows from what is chosen: of the result, of the law, of needs and hazards."""
        self.guidance.show_guidance(state.guidance())
        self.duty.show_guidance(state.duty())
        self.reports.show_guidance(state.reported())
        if self._photos is not None:
            self._photos.setVisible(bool(state.to_save().hazards))

    def _show_phrases(self, result: str) -> None:
        while (item := self._phrase_flow.takeAt(0)) is not None:
            former = item.widget()
            if isinstance(former, Button):
                former.hide()
                former.deleteLater()
        self._phrase_flow.addWidget(self._note_title)
        self._phrases = phrases(result)
        for at, phrase in enumerate(self._phrases):
            button = Button(self._look, phrase.name, key=f"Ctrl {at + 1}")
            button.clicked.connect(partial(self.insert_phrase, at))
            self._phrase_flow.addWidget(button)

    # --- What a person does -----------------------------------------------------------------------

    def choose_result(self, result: str) -> None:
        """Take a result, as its digit does; the keyboard goes with it."""
        self._choose_result(result)
        self.focus_result()

    def choose_same(self) -> None:
        """Take the outcome of last time."""
        if self._state is not None and self._state.choose_same():
            self.bind(self._state)
            self.focus_result()
            self.edited.emit()

    def insert_phrase(self, position: int) -> None:
        """Write a phrase into the note."""
        if position < len(self._phrases) and not self._note_part.isHidden():
            self._note.insert(self._phrases[position].words)

    def _choose_result(self, result: str) -> None:
        if self._state is not None:
            self._state.choose_result(result)
            self._show_result()
            self.edited.emit()

    def _choose_more(self, chosen: list[str]) -> None:
        if chosen:
            self._choose_result(chosen[0])
        else:
            self._more.choose([self._state.form.result] if self._state else [])

    def _choose_method(self, chosen: list[str]) -> None:
        if self._state is None:
            return
        if chosen:
            self._change(method=chosen[0])
        else:
            # A visit was made in some way: the chip can be changed, not taken back.
            self._method.choose([self._state.form.method])

    def _choose_condition(self, chosen: list[str]) -> None:
        self._change(condition=chosen[0] if chosen else "")

    def _take(self, name: str, chosen: Iterable[str]) -> None:
        self._change(**{name: tuple(chosen)})

    def _take_note(self) -> None:
        if not self._filling:
            self._change(note=self._note.text())

    def _change(self, **values: Any) -> None:
        if self._state is not None:
            self._state.form = replace(self._state.form, **values)
            self._show_guidance(self._state)
            self.edited.emit()

    def _offer_phrases(self) -> None:
        if not self._phrases:
            self._note.insert("/")
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for at, phrase in enumerate(self._phrases):
            menu.addAction(phrase.name).triggered.connect(partial(self.insert_phrase, at))
        edit = self._note.edit
        menu.setActiveAction(menu.actions()[0])
        menu.popup(edit.viewport().mapToGlobal(edit.cursorRect().bottomLeft()))


def _chips(
    look: ThemeProvider,
    words: Mapping[str, str],
    name: str,
    *,
    tone: Tone = Tone.PRIMARY,
    exclusive: bool = False,
) -> ChipGroup:
    choices = [Choice(key, _(label), tone) for key, label in words.items()]
    return ChipGroup(look, choices, exclusive=exclusive, name=name)
