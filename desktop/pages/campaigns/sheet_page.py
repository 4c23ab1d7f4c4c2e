"""The answer sheet of one household: question by question, by keys alone."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.campaigns.question_block import QuestionBlock
from desktop.services.campaign_records import (
    CampaignRound,
    OpenSheet,
    SavedSheet,
    SheetForm,
)
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.moments import time_of_day
from desktop.viewmodels.sheet_form import WAY, SheetFormState
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.card import Card, Hairline
from desktop.widgets.form_footer import ROOMY_PX, FormFooter
from desktop.widgets.progress import CountBar, Part
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_
from sync.rules.expressions import Answer
from sync.rules.people import name_with_age

_CHOICES = 9


class CampaignSheetPage(Page):
    """Digits choose in the question worked on, Enter goes on, Ctrl Enter saves and goes to the
    next door. Every answer is a draft on disk within a second."""

    KEY: ClassVar[str] = "campaign_sheet"
    SECTION: ClassVar[str] = "campaigns"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._target = ("", "")
        self._state: SheetFormState | None = None
        self._round: CampaignRound | None = None
        self._blocks: dict[str, QuestionBlock] = {}
        self._tried = False
        self._saving = False
        self._keeper = DraftKeeper(self._keep, self)
        self._progress = CountBar(self.look, height=6)
        self._count = Text(self.look, "", TextStep.NOTE, colour="t2")
        self.body_column = ScrollColumn(self.look, (6, 8, 6, 12), 4)
        self.footer = FormFooter(self.look)
        self._lay_out()
        self.footer.left.connect(self.came_back)
        self.look.changed.connect(self._arrange)
        self.footer.saved.connect(partial(self._save, onward=False))
        self.footer.saved_and_next.connect(partial(self._save, onward=True))

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The door."""
        return self._state.sheet.line.room if self._state else ""

    def hint(self) -> str:
        """Who lives there, and what is asked."""
        if self._state is None:
            return ""
        sheet = self._state.sheet
        return f"{name_with_age(sheet.line.who, sheet.line.age)} · {sheet.campaign.title}"

    def acts(self) -> list[Act]:
        """What keys do here, the most useful first."""
        digits = [
            Act((str(at + 1),), _(N_("choose")), partial(self._pick, at)) for at in range(_CHOICES)
        ]
        onward = partial(self._save, onward=True)
        return [
            *digits,
            Act(("Return",), _(N_("next question")), partial(self._step, 1), first=True),
            Act(("Up",), _(N_("the question before")), partial(self._step, -1), first=True),
            Act(
                ("Down",), _(N_("next question")), partial(self._step, 1), first=True, on_bar=False
            ),
            Act(("Ctrl+Return", "Ctrl+Enter"), _(N_("save, next door")), onward),
            Act(("Ctrl+S",), _(N_("Save")), partial(self._save, onward=False)),
            Act(("[",), _(N_("other doors")), partial(self._go_beside, -1)),
            Act(("]",), _(N_("other doors")), partial(self._go_beside, 1)),
            Act(("Esc",), _(N_("leave it, the draft stays")), self.came_back.emit),
        ]

    def enter(self, route: Route) -> None:
        """Open the sheet of a household; ``detail`` names the campaign."""
        self._target = (route.detail, route.record_id)
        self._state, self._tried, self._saving = None, False, False
        self.footer.say_nothing()
        read = partial(self.place.campaigns.open, *self._target)
        ask_on(self.context.lanes.store, read, self._show, self.give_up, self)
        self.ask(partial(self.place.campaigns.round, route.detail), self._take_round)

    def leave(self) -> None:
        """Keep what was answered."""
        self._keeper.flush()

    def refresh(self) -> None:
        """An undo may have brought the draft back; what is being filled in stays."""
        if self._state is None or not self._state.is_begun:
            read = partial(self.place.campaigns.open, *self._target)
            ask_on(self.context.lanes.store, read, self._show, self.give_up, self)

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (20, 8, 20, 6), 6)
        head.addWidget(self._count)
        head.addWidget(self._progress)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        card.body.addWidget(self.body_column, 1)
        card.body.addWidget(Hairline(self.look))
        card.body.addWidget(self.footer)
        column.addWidget(card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less at the foot of a narrow form."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.footer.set_cramped(cramped=self.width() < self.look.px(ROOMY_PX))

    def _show(self, sheet: OpenSheet) -> None:
        if (sheet.campaign.id, sheet.line.id) != self._target:
            return
        self._state = None  # The keyboard leaves what is dropped, and is nowhere of the new sheet.
        for block in self._blocks.values():
            self._drop(block)
        self._blocks = {}
        self._state = SheetFormState(sheet, self.place.clock)
        self._show_questions()
        if sheet.kept_at:
            self._say_kept(sheet.kept_at)
        self._focus_current()
        self.headed.emit()

    def _show_questions(self) -> None:
        """Show the questions that are asked now, in order; blocks that stay keep the keyboard."""
        state = self._state
        assert state is not None
        views = state.views()
        wanted = [view.question.name for view in views] + [WAY]
        for key in [key for key in self._blocks if key not in wanted]:
            self._drop(self._blocks.pop(key))
        for at, key in enumerate(wanted):
            view = views[at] if at < len(views) else None
            if key not in self._blocks:
                two_people = state.sheet.line.two_people
                block = QuestionBlock(self.look, view, two_people=two_people)
                self._blocks[key] = block
                block.answered.connect(self._answer)
                block.reached.connect(self._reach)
                self.body_column.body.insertWidget(at, block)
            elif view is not None:
                self._blocks[key].show_view(view)
            self._blocks[key].show_answer(state)
        if self.body_column.body.count() == len(wanted):
            self.body_column.body.addStretch(1)
        self._mark()

    def _drop(self, block: QuestionBlock) -> None:
        self.body_column.body.removeWidget(block)
        block.hide()
        block.deleteLater()

    def _mark(self) -> None:
        """The part worked on, what is wrong once saving was tried, and how far it is."""
        state = self._state
        if state is None:
            return
        for key, block in self._blocks.items():
            block.set_current(key == state.at)
            wrong = state.problem(key)
            # What was answered badly is said at once, what is missing when saving was tried.
            block.show_problem(wrong if self._tried or (state.has(key) and key != state.at) else "")
        self._progress.set_parts([Part(state.done, "ok")], state.total)
        self._count.set_text(
            n_("{done} of {count} question", "{done} of {count} questions", state.total).format(
                done=state.done, count=state.total
            )
        )

    def _focus_current(self) -> None:
        if self._state is not None:
            self._blocks[self._state.at].focus()

    def _take_round(self, found: CampaignRound) -> None:
        self._round = found

    # --- Answering --------------------------------------------------------------------------------

    def _answer(self, key: str, value: Answer) -> None:
        if self._state is not None:
            self._state.answer(key, value)
            self._after_answer()

    def _after_answer(self) -> None:
        self._show_questions()
        if self._state is not None:
            self.footer.mend(self._state.missing_words())
        self._keeper.touch()

    def _reach(self, key: str) -> None:
        if self._state is not None and self._state.at != key:
            self._state.at = key
            self._mark()

    def _pick(self, position: int) -> None:
        picked = self._state.pick(position) if self._state else None
        if picked is None:
            return
        self._after_answer()
        if picked[1]:
            self._step(1)

    def _step(self, by: int) -> None:
        if self._state is not None:
            self._state.step(by)
            self._mark()
            self._focus_current()

    # --- Drafts -----------------------------------------------------------------------------------

    def _keep(self) -> None:
        if self._state is not None:
            self._keep_form(self._state)

    def _keep_form(self, state: SheetFormState) -> None:
        target, campaigns = (state.sheet.campaign.id, state.sheet.line.id), self.place.campaigns
        keep: Callable[[], object] = partial(campaigns.drop_draft, *target)
        then: Callable[[object], None] = partial(self._say_dropped, state)
        if state.is_begun:
            keep = partial(campaigns.keep_draft, *target, state.draft())
            then = partial(self._after_keep, state)
        ask_on(self.context.lanes.store, keep, then, partial(self._keep_later, state), self)

    def _keep_later(self, state: SheetFormState, error: DoorstepError) -> None:
        """The disk refused it: say so and try again."""
        if state is self._state:
            self._keeper.failed()
        self.failed.emit(error)

    def _after_keep(self, state: SheetFormState, at: object) -> None:
        if state is self._state and not self._saving:
            self._say_kept(str(at))

    def _say_kept(self, at: str) -> None:
        words = _(N_("Draft kept on this computer at {time}"))
        kept = words.format(time=time_of_day(at, self.place.clock))
        self.footer.say_kept(kept, can_restart=False)

    def _say_dropped(self, state: SheetFormState, result: object) -> None:
        if state is self._state:
            self.footer.say_dropped()

    # --- Ways out ---------------------------------------------------------------------------------

    def _go_beside(self, step: int) -> None:
        door = self._round.neighbour(self._target[1], step) if self._round else None
        if door is not None:
            self.went.emit(Route(self.KEY, door.line.id, self._target[0]))

    def _save(self, *, onward: bool) -> None:
        state = self._state
        composing = any(block.is_composing for block in self._blocks.values())
        if state is None or self._saving or composing:
            return
        wrong = state.problems()
        if wrong:
            self._tried = True
            state.at = wrong[0]
            self._mark()
            self._focus_current()
            self.footer.say_problem(state.missing_words())
            return
        self._saving = True
        self._keeper.forget()
        form = state.to_save()
        ask_on(
            self.context.lanes.store,
            partial(self.place.campaigns.save, state.sheet, form),
            partial(self._after_save, state, form, onward),
            partial(self._stay, state),
            self,
        )

    def _after_save(
        self, state: SheetFormState, form: SheetForm, onward: bool, saved: SavedSheet
    ) -> None:
        line = state.sheet.line
        words = _(N_("Answered {room} {who}")).format(room=line.room, who=line.who)
        self.said.emit(words, partial(self.place.campaigns.undo, saved, form))
        self.changed.emit()
        if state is not self._state:
            return  # Another sheet is open by now, and this is no answer to it.
        door = self._round.next_after(saved.household_id) if self._round and onward else None
        if door is not None and door.line.id != saved.household_id:
            self.went.emit(Route(self.KEY, door.line.id, saved.campaign_id))
        else:
            self.came_back.emit()

    def _stay(self, state: SheetFormState, error: DoorstepError) -> None:
        """It could not be saved: the sheet and its draft stay."""
        if state is self._state:
            self._saving = False
        self._keep_form(state)
        self.failed.emit(error)
