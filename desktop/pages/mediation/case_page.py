"""One case: its stages, who takes part, what was written, the agreement as it prints."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.dossier_pages import bind_paper
from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.mediation.case_parts import (
    AgreementCard,
    CaseHead,
    PeopleCard,
    RailCard,
    TalksCard,
    WriteCard,
)
from desktop.pages.mediation.help_picker import HelpOffer
from desktop.pages.mediation.papers_card import PapersCard
from desktop.services.case_file import Said
from desktop.services.case_forms import CaseRefused, TalkForm
from desktop.services.case_rules import talk_draft_key
from desktop.services.case_stages import RAIL
from desktop.services.dossier.blocks import Paper
from desktop.services.workplace import Workplace
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.case_form import Quarrel, coded
from desktop.viewmodels.case_help import use_of
from desktop.viewmodels.case_papers import PaperItem, read_papers
from desktop.viewmodels.case_view import EARLIER, SHOWN, CaseView, open_case, read_case
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.moments import time_of_day
from desktop.widgets.base import scaled
from desktop.widgets.button import Button
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.note_field import NoteField
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import NotHereState
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.schema import codes

_ONLY_ADDED: Final = N_("Only ever added to: a mistake is mended by a correction.")
_LEFT_PX: Final = 260
_RIGHT_PX: Final = 340
_THREE_PX: Final = 1130
"""Logical width of the page from which three columns stand side by side, and two."""
_TWO_PX: Final = 900
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
        self._shown = SHOWN
        self._columns = 0
        self._beside: tuple[str, str] = ("", "")
        self._saving = False
        self._kept_texts: dict[str, str] = {}
        self._keeper = DraftKeeper(self._keep, self)
        self.head = CaseHead(self.look)
        self.people = PeopleCard(self.look)
        self.papers = PapersCard(self.look)
        self.rail = RailCard(self.look)
        self.talks = TalksCard(self.look)
        self.agreement = AgreementCard(self.look)
        self.kind = ChipGroup(
            self.look,
            [Choice(key, words) for key, words in coded(codes.TALK_KIND)],
            exclusive=True,
            name=_(N_("Kind of talk")),
        )
        self.note = NoteField(
            self.look,
            _(N_("Next entry")),
            placeholder=_(N_("What was said, what came of it")),
            lines=2,
        )
        self.writer = WriteCard(self.look, self.kind, self.note)
        self.help = HelpOffer(self.look, self)
        self.write = Button(self.look, _(N_("Add an entry")), icon="note-pencil", key="R")
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
            Act(("[",), beside, partial(self._go_beside, 0)),
            Act(("]",), beside, partial(self._go_beside, 1)),
            Act(("H",), _(N_("ready words and the law")), self._offer_words, on_bar=False),
            Act(("Ctrl+S",), _(N_("write down")), self._save, on_bar=False),
            Act(("W",), _(N_("who said what, photos")), self._whole_form, on_bar=False),
            Act(("A",), _(N_("agreement")), self._write_agreement, on_bar=False),
            Act(("S",), _(N_("attach the signed pages")), self._sign, on_bar=False),
            Act(("P",), _(N_("attach a scan")), self._attach, on_bar=False),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """Show a case; what was typed there before is in the field again."""
        self._keeper.forget()
        self._id, self._view, self._shown, self._saving = route.record_id, None, SHOWN, False
        self._load(fresh=True)

    def leave(self) -> None:
        """Keep what was typed."""
        self._keeper.flush()

    def refresh(self) -> None:
        """A sync brought something."""
        self._load()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), 0)
        body = QWidget()
        rows = scaled(self.look, QVBoxLayout(body), spacing=CONTENT_GAP_PX)
        self._top = scaled(self.look, QVBoxLayout(), spacing=0)
        rows.addLayout(self._top)
        across = scaled(self.look, QHBoxLayout(), spacing=CONTENT_GAP_PX)
        self._left, self._middle, self._right = (
            ScrollColumn(self.look, spacing=CONTENT_GAP_PX) for _at in range(3)
        )
        self._centre = QWidget()
        centre = scaled(self.look, QVBoxLayout(self._centre), spacing=CONTENT_GAP_PX)
        centre.addWidget(self._middle, 1)
        centre.addWidget(self.writer)
        across.addWidget(self._left)
        across.addWidget(self._centre, 1)
        across.addWidget(self._right)
        rows.addLayout(across, 1)
        for panel in (QWidget(), body, self._not_here):
            self._stack.addWidget(panel)
        column.addWidget(self._stack)
        for scroll in (self._left, self._middle, self._right):
            scroll.body.addStretch(1)
        self._arrange(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as have room."""
        super().resizeEvent(event)
        wide = self.width() / self.look.scale
        self._arrange(3 if wide >= _THREE_PX else 2 if wide >= _TWO_PX else 1)

    def minimumSizeHint(self) -> QSize:
        """A window may become narrower than the columns that stand in it now."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), self.look.px(_LEAST_PX)), least.height())

    def _arrange(self, columns: int) -> None:
        """Three columns, two, or one that holds everything."""
        self._left.setFixedWidth(self.look.px(_LEFT_PX))
        self._right.setFixedWidth(self.look.px(_RIGHT_PX))
        if columns == self._columns:
            return
        self._columns = columns
        side = self._right if columns == 2 else self._middle
        left = self._left if columns == 3 else side
        right = self._right if columns == 3 else side
        self._left.setVisible(columns == 3)
        self._right.setVisible(columns > 1)
        self.writer.setVisible(columns > 1)
        self.write.setVisible(columns == 1)
        if columns == 1:
            self._put(self._middle, self.head, self.rail, self.write, self.talks)
        else:
            self._top.addWidget(self.head)
            self._put(self._middle, self.rail, self.talks)
        # What else there is stands below, or beside.
        self._put(left, self.people, self.papers)
        self._put(right, self.agreement)

    def _put(self, scroll: ScrollColumn, *parts: QWidget) -> None:
        for part in parts:
            scroll.body.removeWidget(part)
            scroll.body.insertWidget(scroll.body.count() - 1, part)

    def _connect(self) -> None:
        self.head.next_pressed.connect(self._go_on)
        self.head.more_pressed.connect(self._offer_ways)
        self.people.number_asked.connect(self._show_number)
        self.people.party_pressed.connect(self._change_party)
        self.people.people_pressed.connect(partial(self._open_form, "people"))
        self.papers.papers_pressed.connect(self._attach)
        self.talks.action_pressed.connect(self._press_entry)
        self.agreement.print_pressed.connect(self._print)
        self.agreement.write_pressed.connect(self._write_agreement)
        self.agreement.sign_pressed.connect(self._sign)
        self.writer.save_pressed.connect(self._save)
        self.writer.whole_pressed.connect(self._whole_form)
        self.write.clicked.connect(self._whole_form)
        self.kind.changed.connect(self._keeper.touch)
        self.note.changed.connect(self._keeper.touch)
        self.note.edit.left.connect(self._end_entry)
        self.note.edit.phrase_asked.connect(self._offer_words)
        self._not_here.pressed.connect(self.came_back)

    # --- Showing ----------------------------------------------------------------------------------

    def _load(self, *, fresh: bool = False) -> None:
        reading = open_case if fresh else read_case
        read = partial(reading, self.place, self._id, self._shown)
        then = partial(self._show, self._id, fresh)
        ask_on(self.context.lanes.store, read, then, self._say_not_here, self)

    def _show(self, case_id: str, fresh: bool, view: CaseView) -> None:
        if case_id != self._id:
            return
        self._view = view
        self.head.show_case(view, self._next_words(view))
        self.people.show_people(view)
        self.rail.show_case(view)
        self.talks.show_case(view)
        self.agreement.show_case(view, None)
        self._stack.setCurrentIndex(1)
        self.headed.emit()
        self.ask(partial(read_papers, self.place, case_id), partial(self._show_papers, case_id))
        if view.agreement.found is not None:
            read = partial(self.place.dossiers.papers, case_id, self._paper_key(view))
            self.ask(read, partial(self._show_page, case_id))
        if fresh:
            key = talk_draft_key(case_id)
            self.ask(partial(self.place.cases.draft, key), partial(self._show_draft, case_id))
            self.ask(partial(_neighbours, self.place, case_id), self._take_neighbours)
            self._middle.to_top()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

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

    def _take_neighbours(self, beside: tuple[str, str]) -> None:
        self._beside = beside

    def _go_beside(self, at: int) -> None:
        if self._beside[at]:
            self.went.emit(Route("case", self._beside[at]))

    def _show_number(self, party_id: str) -> None:
        """Write the look down, then show it."""
        show = partial(self.place.reveals.show, "case_party", party_id, "phone")
        self.ask(show, partial(self._unmask, party_id))

    def _unmask(self, party_id: str, number: str) -> None:
        field = self.people.numbers.get(party_id)
        if field is not None:
            field.show_full(number)

    # --- Writing ----------------------------------------------------------------------------------

    def _begin_entry(self) -> None:
        if self._columns == 1:
            self._whole_form()
        else:
            self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def is_held(self) -> bool:
        """While ready words are offered the keys are theirs."""
        return self.help.is_open or super().is_held()

    def _offer_words(self) -> None:
        """Ready words for the kind of talk that is chosen."""
        if self._view is not None and self._columns > 1:
            file, kind = self._view.file, next(iter(self.kind.chosen()), "")
            self.help.open(self.note, use_of(kind), Quarrel(file.dispute, file.title))

    def _end_entry(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_draft(self, case_id: str, kept: dict[str, str]) -> None:
        if case_id != self._id:
            return
        self.note.set_text(str(kept.get("text", "")))
        self.kind.choose([str(kept.get("kind", ""))])
        self._kept_texts = kept
        self._keeper.forget()
        self.writer.say(_(_ONLY_ADDED))

    def _texts(self) -> dict[str, str]:
        typed = {"text": self.note.text(), "kind": next(iter(self.kind.chosen()), "")}
        return {key: value for key, value in (self._kept_texts | typed).items() if value}

    def _keep(self) -> None:
        key, texts = talk_draft_key(self._id), self._texts()
        lane = self.context.lanes.store
        if not texts:
            drop = partial(self.place.cases.drop_draft, key)
            ask_on(lane, drop, lambda done: None, self._keep_later, self)
            return
        keep = partial(self.place.cases.keep_draft, key, texts)
        ask_on(lane, keep, self._say_kept, self._keep_later, self)

    def _say_kept(self, at: str) -> None:
        when = time_of_day(at, self.place.clock)
        self.writer.say(_(N_("Kept on this computer at {time}")).format(time=when))

    def _keep_later(self, error: DoorstepError) -> None:
        self._keeper.failed()
        self.failed.emit(error)

    def _save(self) -> None:
        """Write the entry down. With more than a note in its draft the whole form saves it."""
        if self._view is None or self._saving:
            return
        if set(self._kept_texts) - {"text", "kind"}:
            self._whole_form()
            return
        self._keeper.forget()
        self._saving = True
        typed = self._texts()
        form = TalkForm(kind=typed.get("kind", ""), text=typed.get("text", ""))
        form = with_said(form, [party.name for party in self._view.file.parties])
        write = partial(self.place.cases.talk, self._id, form)
        then = partial(self._after_save, self._id, typed)
        ask_on(self.context.lanes.store, write, then, self._refuse, self)

    def _refuse(self, error: DoorstepError) -> None:
        self._saving = False
        self._keeper.touch()
        if isinstance(error, CaseRefused):
            self.writer.say(error.sentence(), wrong=True)
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.failed.emit(error)

    def _after_save(self, case_id: str, typed: dict[str, str], talk_id: str) -> None:
        self._saving = False
        self.said.emit(_(N_("Written down.")), None)
        self.changed.emit()
        if case_id != self._id:
            return
        self._kept_texts = {}
        if self._texts() == typed:
            self.note.set_text("")
            self.kind.choose([])
            self._keeper.forget()
            self.writer.say(_(_ONLY_ADDED))
        self._load()

    def _press_entry(self, key: str) -> None:
        if key == EARLIER:
            self._shown += 5 * SHOWN
            self._load()
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
        ask_on(self.context.lanes.store, step, self._after_step, self._say_missing, self)

    def _after_step(self, done: object) -> None:
        self.changed.emit()
        self._load()

    def _say_missing(self, error: DoorstepError) -> None:
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


def with_said(form: TalkForm, names: Sequence[str]) -> TalkForm:
    """Lines that begin with a party's name and a colon are what that party said."""
    said, rest = [], []
    for line in form.text.splitlines():
        who, colon, words = line.replace(":", "：", 1).partition("：")
        if colon and who.strip() in names and words.strip():
            said.append(Said(who.strip(), words.strip()))
        else:
            rest.append(line)
    if not said:
        return form
    return TalkForm(form.kind, form.held_at, form.place, form.present, tuple(said), "\n".join(rest))


def _neighbours(place: Workplace, case_id: str) -> tuple[str, str]:
    """The cases before and after this one in the list."""
    ids = [line.id for line in place.case_list.lines() if line.is_open]
    if case_id not in ids:
        return "", ""
    at = ids.index(case_id)
    return (ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else "")
