"""The page: households with open disagreements at the left, one of them at the right."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route
from desktop.pages.conflicts.case_pane import CasePane
from desktop.services.conflict_cases import (
    Case,
    Verdict,
    open_cases,
    record_reveals,
    verdict,
)
from desktop.services.conflicts import Settled
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.viewmodels.conflicts import CaseForm, Way, case_rows
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.fact import FactLine
from desktop.widgets.row_list import RowList
from desktop.widgets.state_panel import EmptyState
from sync.i18n import N_, _, n_

LIST_PX: Final = 288
ONE_PANE_BELOW_PX: Final = 720
_OFFICE: Final = frozenset({"desk_clerk", "secretary"})
"""Who settles what the server keeps aside."""


class ConflictsPage(Page):
    """People decide; both versions survive until then."""

    KEY = "conflicts"
    SECTION = "conflicts"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._cases: list[Case] = []
        self._forms: dict[str, CaseForm] = {}
        self._wanted = ""
        self._recorded: set[str] = set()
        self._settled_here: set[str] = set()
        self._keeps_desk = bool(_OFFICE & set(self.place.store.account.user.posts))
        self._held = Button(self.look, _("Kept aside by the server"), key="F7")
        self._held.clicked.connect(partial(self.went.emit, Route("held")))
        self._stack = QStackedLayout(self)
        self._empty = EmptyState(
            self.look,
            _("Nothing to decide"),
            _("When two people change the same field, both versions wait here."),
            _("Back to the households"),
        )
        self._empty.pressed.connect(partial(self.went.emit, Route("households")))
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._panes())

    def title(self) -> str:
        """What the top bar says."""
        return _("Conflicts")

    def hint(self) -> str:
        """A few words after the title."""
        return _("Two people changed the same field; a person decides")

    def tools(self) -> Sequence[QWidget]:
        """The way to what could not even be written: for the office, which decides about it."""
        return (self._held,) if self._keeps_desk else ()

    def acts(self) -> Sequence[Act]:
        """Before the list sees them: arrows choose between the two versions here."""
        pane, step = self._pane, _("next, previous field")
        return (
            self._act(("Left",), _("take mine"), partial(pane.take, Way.MINE)),
            self._act(("Right",), _("take theirs"), partial(pane.take, Way.THEIRS)),
            self._act(("B",), _("keep both"), partial(pane.take, Way.BOTH)),
            self._act(("E",), _("write it myself"), partial(pane.take, Way.OWN)),
            self._act(("U",), _("undo"), pane.undo),
            self._act(("J",), step, partial(self._step, 1)),
            self._act(("K",), step, partial(self._step, -1)),
            Act(("Ctrl+Return", "Ctrl+Enter"), _("save"), pane.save.click, self._has_cases),
            Act(("Esc",), _("leave it for now"), self._put_aside, self._has_cases),
            Act(("F7",), _("what the server kept aside"), self._held.click, self._is_office),
        )

    def _is_office(self) -> bool:
        return self._keeps_desk

    def _act(self, keys: tuple[str, ...], words: str, does: Callable[[], object]) -> Act:
        return Act(keys, words, does, self._has_cases, first=True)

    def _has_cases(self) -> bool:
        return bool(self._cases)

    def enter(self, route: Route) -> None:
        """Show the cases; ``record_id`` names the household to begin with."""
        self._wanted = route.record_id
        self._pane.notice("")
        self._load()

    def refresh(self) -> None:
        """A sync came: somebody else may have settled what is on screen."""
        self._load()

    # --- Layout -----------------------------------------------------------------------------------

    def _panes(self) -> QWidget:
        look = self.look
        holder = QWidget()
        margin = CONTENT_MARGIN_PX
        row = scaled(look, QHBoxLayout(holder), (margin, 0, margin, 12), CONTENT_GAP_PX)
        self._model = RowListModel()
        self._list = RowList(look, _("Waiting for a decision"))
        self._list.setModel(self._model)
        self._list.moved.connect(self._show_case)
        self._list_title = SectionTitle(look, "", step=TextStep.SECOND)
        self._list_card = Card(look, (1, 10, 1, 8), 4)
        head = scaled(look, QVBoxLayout(), (16, 4, 16, 4))
        head.addWidget(self._list_title)
        foot = scaled(look, QVBoxLayout(), (16, 6, 12, 0))
        foot.addWidget(FactLine(look, "eye", _("What is not decided stays, in both versions.")))
        self._list_card.body.addLayout(head)
        self._list_card.body.addWidget(self._list, 1)
        self._list_card.body.addWidget(Hairline(look))
        self._list_card.body.addLayout(foot)
        self._pane = CasePane(look, self.place.clock)
        self._pane.save_pressed.connect(self._save)
        self._pane.aside_pressed.connect(self._put_aside)
        self._pane.home_pressed.connect(self._open_home)
        row.addWidget(self._list_card)
        row.addWidget(self._pane, 1)
        return holder

    # --- Reading ----------------------------------------------------------------------------------

    def _load(self) -> None:
        place = self.place
        self.ask(lambda: open_cases(place), self._show_cases)

    def _show_cases(self, cases: list[Case]) -> None:
        former = self._pane.form
        key = self._wanted or self._list.current_key()
        self._wanted = ""
        self._cases = cases
        self._forms = {case.key: self._form_of(case) for case in cases}
        self._tell_gone(former)
        self._list_title.set_title(_("Waiting for a decision: {count}").format(count=len(cases)))
        self._list.blockSignals(True)
        self._model.replace(case_rows(cases, self._forms))
        self._list.blockSignals(False)
        self._stack.setCurrentIndex(1 if cases else 0)
        self.headed.emit()
        if cases:
            if not self._list.go_to(key):
                self._list.go_to_first()
            self._show_case(self._list.current_key())
            self._list.setFocus()

    def _form_of(self, case: Case) -> CaseForm:
        """The decisions made so far; the same form where nothing changed under the person."""
        former = self._forms.get(case.key)
        if former is not None and former.case == case:
            return former
        form = CaseForm(case)
        if former is not None:
            form.take_over(former)
        return form

    def _show_case(self, key: str) -> None:
        form = self._forms.get(key)
        if form is None:
            return
        if self._pane.form is not form:
            self._pane.show_case(form, is_last=len(self._cases) == 1)
        self._record_reveals(form.case)

    def _record_reveals(self, case: Case) -> None:
        """Once for each question and each time the app is open."""
        fresh = [
            one for one in case.questions if one.revealed and one.conflict_id not in self._recorded
        ]
        if fresh:
            self._recorded |= {one.conflict_id for one in fresh}
            place = self.place
            self.ask(lambda: record_reveals(place, fresh), lambda done: self.changed.emit())

    def _tell_gone(self, former: CaseForm | None) -> None:
        """Say so where a question on screen was settled by somebody else."""
        if former is None:
            return
        still = {one.conflict_id for case in self._cases for one in case.questions}
        still |= self._settled_here
        gone = [one for one in former.case.questions if one.conflict_id not in still]
        if gone:
            place = self.place
            self.ask(lambda: [verdict(place, one) for one in gone], self._show_verdicts)

    def _show_verdicts(self, verdicts: list[Verdict]) -> None:
        said = [
            _("{field} was settled by {name}: {value}").format(
                field=one.title, name=one.decided_by, value=one.words
            )
            for one in verdicts
        ]
        if self._cases:
            self._pane.notice(" ".join(said))
        else:
            self.said.emit(said[0], None)

    # --- Deciding ---------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        """The next question; past the last one, the next household."""
        if not self._pane.step(by):
            self._list.move_by(by)

    def _put_aside(self) -> None:
        """Close own words, or leave this case for later."""
        if self._pane.close_own():
            self._list.setFocus()
            return
        before = self._list.current_key()
        self._list.move_by(1)
        if self._list.current_key() == before:
            self.came_back.emit()

    def _save(self) -> None:
        form = self._pane.form
        if form is None or not form.decided:
            return
        decided, conflicts = form.decisions, self.place.conflicts
        if not form.left:
            self._wanted = self._next_key(form.case.key)
        self._pane.notice("")
        self.ask(lambda: conflicts.settle_all(decided), partial(self._after_save, form))

    def _next_key(self, key: str) -> str:
        keys = [case.key for case in self._cases]
        at = keys.index(key)
        return (keys[at + 1 :] + keys[:at] + [""])[0]

    def _after_save(self, form: CaseForm, settled: list[Settled]) -> None:
        conflicts = self.place.conflicts
        self._settled_here.update(one.about.id for one in settled)
        self._forms.pop(form.case.key, None)
        where = " ".join(part for part in (form.case.room, form.case.who) if part)
        words = n_(
            "Settled {count} field of {where}", "Settled {count} fields of {where}", len(settled)
        ).format(count=len(settled), where=where)
        if settled:
            self.said.emit(words, lambda: conflicts.undo_all(settled))
        else:
            self.warned.emit(_(N_("This was settled already.")))
        self.changed.emit()
        self._load()

    def _open_home(self) -> None:
        form = self._pane.form
        if form is not None and form.case.household_id:
            self.went.emit(Route("household", form.case.household_id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the list out where both panes would be too narrow; J and K still walk it."""
        super().resizeEvent(event)
        self._list_card.setFixedWidth(self.look.px(LIST_PX))
        self._list_card.setVisible(self.width() >= self.look.px(ONE_PANE_BELOW_PX))
