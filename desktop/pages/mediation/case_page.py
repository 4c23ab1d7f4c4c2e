"""One case: its stages, who takes part, what was written, the agreement as it prints."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from desktop.dossier_pages import bind_paper
from desktop.ledger_picker import LedgerPicker
from desktop.page import Act, Page, PageContext, Route, Standing, ask_on
from desktop.pages.mediation.case_columns import CaseColumns, CaseParts
from desktop.pages.mediation.case_parts import (
    AgreementCard,
    CaseHead,
    RailCard,
)
from desktop.pages.mediation.help_picker import HelpOffer
from desktop.pages.mediation.next_entry import NextEntry
from desktop.pages.mediation.papers_card import PapersCard
from desktop.pages.mediation.people_card import PeopleCard
from desktop.pages.mediation.talks_card import EarlierTalks, TalksCard
from desktop.services.case_stages import RAIL
from desktop.services.dossier.blocks import Paper
from desktop.services.workplace import Workplace
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.case_form import Quarrel
from desktop.viewmodels.case_help import use_of
from desktop.viewmodels.case_papers import PaperItem, archive_refusal, read_papers
from desktop.viewmodels.case_view import EARLIER, CaseView, open_case, read_case
from desktop.viewmodels.ledger_people import Unlinked, unlinked_party
from desktop.widgets.base import scaled
from desktop.widgets.button import Button
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import NotHereState
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.rules.dossier import DossierIncomplete

_LEAST_PX: Final = 400


class CasePage(Page):
    """Reading is on the left and right, writing in the middle. Nothing written is ever changed.

    ``prints``: whether there is a page of papers to go to (``dossier``).
    """

    KEY: ClassVar[str] = "case"
    SECTION: ClassVar[str] = "mediation"

    def __init__(self, context: PageContext, *, prints: bool = False) -> None:
        super().__init__(context)
        self.prints = prints
        self._id = ""
        self._view: CaseView | None = None
        self._refused = ""  # The case that was not archived for want of papers.
        self.head = CaseHead(self.look)
        self.people = PeopleCard(self.look)
        self.papers = PapersCard(self.look)
        self.rail = RailCard(self.look)
        self.talks = TalksCard(self.look)
        self.agreement = AgreementCard(self.look)
        self.entry = NextEntry(context, self)
        self.help = HelpOffer(self.look, self)
        self.ledger = LedgerPicker(context, self)
        self.write = Button(self.look, _(N_("Add an entry")), icon="note-pencil", key="R")
        self.columns = CaseColumns(
            self.look,
            CaseParts(
                self.head,
                self.people,
                self.papers,
                self.rail,
                self.talks,
                self.agreement,
                self.entry.card,
                self.write,
            ),
        )
        self.earlier = EarlierTalks(context, self.talks, self.columns.middle, self)
        self._not_here = NotHereState(self.look, "")
        self._stack = Stack()
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the section: a case's own title names people."""
        return _(N_("Mediation"))

    def hint(self) -> str:
        """Its number."""
        return self._view.file.no if self._view else ""

    def acts(self) -> Sequence[Act]:
        """Writing, the next stage, papers, the neighbours."""
        beside = _(N_("previous, next case"))
        return (
            Act(("R",), _(N_("add an entry")), self._begin_entry),
            Act(("G",), _(N_("next stage")), self._go_on, self._has_next),
            Act((".",), _(N_("what else can be done")), self._offer_ways),
            Act(("Ctrl+P",), _(N_("print the agreement")), self._print, self._has_agreement),
            Act(("[",), beside, partial(self._go_beside, -1)),
            Act(("]",), beside, partial(self._go_beside, 1)),
            Act(
                ("L",),
                _(N_("link to the ledger")),
                self._link_first,
                self._has_unknown,
                on_bar=False,
            ),
            Act(("F",), _(N_("only the agreement, or all")), self._filter, on_bar=False),
            Act(("H",), _(N_("ready words and the law")), self._offer_words, on_bar=False),
            Act(("Ctrl+S",), _(N_("write down")), self.entry.save, on_bar=False),
            Act(("W",), _(N_("who said what, photos")), self._whole_form, on_bar=False),
            Act(("C",), _(N_("correct an entry")), self._correct, self._may_correct, on_bar=False),
            Act(("A",), _(N_("agreement")), self._write_agreement, on_bar=False),
            Act(("S",), _(N_("attach the signed pages")), self._sign, on_bar=False),
            Act(("P",), _(N_("attach a scan")), self._attach, on_bar=False),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Show a case; what was typed there before is in the field again."""
        self._put_away_layers()
        self._id, self._view = route.record_id, None
        self.entry.begin(self._id)
        self.earlier.begin()
        self._load(fresh=True)

    def leave(self) -> None:
        """Keep what was typed."""
        self._put_away_layers()
        self.entry.keeper.flush()

    def refresh(self) -> None:
        """A sync brought something."""
        self._load()

    def _put_away_layers(self) -> None:
        """What lies over the page is about the case that was shown."""
        self.ledger.dismiss()
        self.help.dismiss()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), 0)
        for panel in (QWidget(), self.columns, self._not_here):
            self._stack.addWidget(panel)
        column.addWidget(self._stack)

    def minimumSizeHint(self) -> QSize:
        """A window may become narrower than the columns that stand in it now."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), self.look.px(_LEAST_PX)), least.height())

    def _connect(self) -> None:
        self.head.next_pressed.connect(self._go_on)
        self.head.more_pressed.connect(self._offer_ways)
        self.people.number_asked.connect(self._show_number)
        self.people.party_pressed.connect(self._change_party)
        self.people.link_pressed.connect(self._link)
        self.ledger.linked.connect(self._after_link)
        self.ledger.failed.connect(self.failed)
        self.people.people_pressed.connect(partial(self._open_form, "people"))
        self.papers.papers_pressed.connect(self._attach)
        self.talks.action_pressed.connect(self._press_entry)
        self.talks.filter_pressed.connect(self._filter)
        self.earlier.failed.connect(self.failed)
        self.agreement.print_pressed.connect(self._print)
        self.agreement.write_pressed.connect(self._write_agreement)
        self.agreement.sign_pressed.connect(self._sign)
        self.entry.card.whole_pressed.connect(self._whole_form)
        self.entry.whole_wanted.connect(self._whole_form)
        self.entry.written.connect(self._after_entry)
        self.entry.failed.connect(self.failed)
        self.entry.note.edit.left.connect(self._end_entry)
        self.entry.note.edit.phrase_asked.connect(self._offer_words)
        self.write.clicked.connect(self._whole_form)
        self._not_here.pressed.connect(self.came_back)

    # --- Showing ----------------------------------------------------------------------------------

    def _load(self, *, fresh: bool = False) -> None:
        reading = open_case if fresh else read_case
        shown, agreed = self.earlier.shown, self.earlier.agreed
        read = partial(reading, self.place, self._id, shown, agreed=agreed)
        then = partial(self._show, self._id, fresh, shown, agreed)
        ask_on(self.context.lanes.store, read, then, self._say_not_here, self)

    def _show(self, case_id: str, fresh: bool, shown: int, agreed: bool, view: CaseView) -> None:
        if case_id != self._id:
            return
        self._view = view
        self.entry.show_case(view.file)
        self.head.show_case(view, self._next_words(view))
        self.people.show_people(view)
        self.rail.show_case(view)
        self.talks.show_case(view, agreed=agreed)
        self.earlier.show_case(view, shown)
        self.agreement.show_case(view, None)
        self._stack.setCurrentIndex(1)
        self.headed.emit()
        self.ask(partial(read_papers, self.place, view.file), partial(self._show_papers, case_id))
        if view.agreement.found is not None:
            read = partial(self.place.dossiers.shown, view.file, self._paper_key(view))
            self.ask(read, partial(self._show_page, case_id))
        if fresh:
            self.entry.load()
            self.columns.to_top()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _filter(self) -> None:
        """What was agreed and what became of it, among hundreds of talks; and back."""
        self.earlier.turn()
        self._load()
        self.columns.to_top()

    def _paper_key(self, view: CaseView) -> str:
        found = view.agreement.found
        return "oral" if found is not None and found.kind == "oral" else "agreement"

    def _next_words(self, view: CaseView) -> str:
        words = dict(RAIL)
        if view.next_stage:
            return _(N_("Next: {stage}")).format(stage=_(words[view.next_stage]))
        return ""

    def _show_papers(self, case_id: str, items: list[PaperItem]) -> None:
        if case_id == self._id:
            self.papers.show_papers(items)
            self.papers.refuse(archive_refusal(items) if self._refused == case_id else "")

    def _show_page(self, case_id: str, papers: tuple[Paper, ...]) -> None:
        if case_id != self._id or self._view is None or not papers:
            return
        bound = bind_paper(papers[0])
        self.agreement.show_case(self._view, lambda painter: bound.paint(painter, 0))
        self.agreement.prints.setVisible(self.prints)

    def _say_not_here(self, error: DoorstepError) -> None:
        if not isinstance(error, NotFound):
            self.failed.emit(error)
            return
        self._not_here.say(
            _(N_("This case is not on this computer")),
            _(N_("Only who mediates it holds it.")),
            _(N_("Go back")),
        )
        self._stack.setCurrentWidget(self._not_here)

    def _go_beside(self, step: int) -> None:
        self.ask(partial(_beside, self.place, self._id, step), self._go_to)

    def _go_to(self, case_id: str) -> None:
        if case_id:
            self.went.emit(Route("case", case_id))

    def _show_number(self, party_id: str) -> None:
        """Write the look down, then show it."""
        show = partial(self.place.reveals.show, "case_party", party_id, "phone")
        self.ask(show, partial(self._unmask, party_id))

    def _unmask(self, party_id: str, number: str) -> None:
        field = self.people.numbers.get(party_id)
        if field is not None:
            field.show_full(number)

    # --- Who somebody is --------------------------------------------------------------------------

    def _has_unknown(self) -> bool:
        return bool(self._view and any(not one.is_known for one in self._view.people))

    def _link_first(self) -> None:
        self._link("")

    def _link(self, party_id: str) -> None:
        """Find in the ledger who a party is that is known by words."""
        self.ask(partial(unlinked_party, self.place, self._id, party_id), self._offer_people)

    def _offer_people(self, party: Unlinked | None) -> None:
        if party is not None and party.record_id == self._id:
            self.ledger.open(party)

    def _after_link(self, words: str, undo: Callable[[], object]) -> None:
        self.said.emit(words, undo)
        self.changed.emit()
        self._load()

    # --- Writing ----------------------------------------------------------------------------------

    def _begin_entry(self) -> None:
        if self.columns.count == 1:
            self._whole_form()
        else:
            self.entry.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def is_held(self) -> bool:
        """While ready words are offered the keys are theirs."""
        return self.help.is_open or self.ledger.is_open or super().is_held()

    def _offer_words(self) -> None:
        """Ready words for the kind of talk that is chosen."""
        if self._view is not None and self.columns.count > 1:
            file, kind = self._view.file, self.entry.chosen_kind()
            self.help.open(self.entry.note, use_of(kind), Quarrel(file.dispute, file.title))

    def _end_entry(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _after_entry(self) -> None:
        self.said.emit(_(N_("Written down.")), Standing())
        self.changed.emit()
        self._load()

    def _corrected(self) -> str:
        """The talk that a correction would be of: the one that the keyboard is on, else the newest;
        empty for none."""
        if self._view is None:
            return ""
        talks = {talk.id for talk in self._view.file.talks}
        here = self.talks.timeline.key_with_keyboard()
        keys = (here, *(item.key for item in self._view.items))
        return next((key for key in keys if key in talks), "")

    def _may_correct(self) -> bool:
        return bool(self._corrected())

    def _correct(self) -> None:
        self._open_form(f"talk:{self._corrected()}")

    def _press_entry(self, key: str) -> None:
        if key == EARLIER:
            self.earlier.want_more()
        else:
            self._open_form(f"talk:{key}")

    # --- Where it leads ---------------------------------------------------------------------------

    def _open_form(self, detail: str) -> None:
        if detail == "people":
            self.went.emit(Route("case_people", self._id))
        else:
            self.went.emit(Route("case_form", self._id, detail))

    def _whole_form(self) -> None:
        self._open_form("talk")

    def _change_party(self, party_id: str) -> None:
        self._open_form(f"party:{party_id}")

    def _write_agreement(self) -> None:
        self._open_form("agreement")

    def _sign(self) -> None:
        if self._view is not None and self._view.agreement.may_sign:
            self._open_form("sign")

    def _attach(self) -> None:
        self._open_form("scan")

    def _has_agreement(self) -> bool:
        return self.prints and self._view is not None and self._view.agreement.found is not None

    def _print(self) -> None:
        if self._view is not None and self._has_agreement():
            self.went.emit(Route("dossier", self._id, self._paper_key(self._view)))

    def _has_next(self) -> bool:
        return bool(self._view and self._view.next_stage)

    def _go_on(self) -> None:
        """The next stage; one that has a date is written with it."""
        view = self._view
        if view is None or not view.next_stage:
            return
        match view.next_stage:
            case "follow_up":
                self._open_form("step:performed")
                return
            case "archived":
                if not view.file.steps_of("called_back") and view.file.stage == "follow_up":
                    self._open_form("step:called_back")
                    return
                step = partial(self.place.cases.archive, self._id)
            case "accepted":
                step = partial(self.place.cases.accept, self._id, self.place.day().isoformat())
            case stage:
                step = partial(self.place.cases.move, self._id, stage)
        then = partial(self._after_step, view.next_stage)
        refuse = partial(self._say_missing, self._id)
        ask_on(self.context.lanes.store, step, then, refuse, self)

    def _after_step(self, stage: str, done: object) -> None:
        words = _(N_("Now at: {stage}")).format(stage=_(dict(RAIL)[stage]))
        self.said.emit(words, Standing())
        self.changed.emit()
        self._load()

    def _say_missing(self, case_id: str, error: DoorstepError) -> None:
        """What is missing; papers are named where they stand, until each is there."""
        if isinstance(error, DossierIncomplete) and case_id == self._id:
            self._refused = case_id
            self.papers.refuse(error.sentence())
        self.failed.emit(error)

    def _offer_ways(self) -> None:
        """Everything else that fits the stage, as a menu by keys."""
        if self._view is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for detail, words in self._view.others:
            action = QAction(words, menu)
            action.triggered.connect(partial(self._open_form, detail))
            menu.addAction(action)
        menu.popup(self.head.more.mapToGlobal(self.head.more.rect().bottomLeft()))


def _beside(place: Workplace, case_id: str, step: int) -> str:
    """The case that stands before or after this one in the list; empty for none."""
    ids = [line.id for line in place.case_list.lines() if line.is_open]
    at = ids.index(case_id) + step if case_id in ids else -1
    return ids[at] if 0 <= at < len(ids) else ""
