"""The right side of the page: one household's questions, and the button that saves."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.pages.conflicts.field_block import FieldBlock
from desktop.rows import Tone
from desktop.services.conflict_cases import Question
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.conflicts import CaseForm, Choice, Head, Way, heads
from desktop.widgets.banner import Banner
from desktop.widgets.base import scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline
from desktop.widgets.progress import CountBar, Part
from desktop.widgets.scroll import scrolling, show_in
from desktop.widgets.side_by_side import LabelColumn
from desktop.widgets.text import Text
from desktop.widgets.version_head import VersionHead
from sync.i18n import _, n_
from sync.identity import Clock

BAR_PX: Final = 120
NO_BAR_BELOW_PX: Final = 620
NO_LATER_BELOW_PX: Final = 500
"""Logical width of the pane below which the foot holds nothing but the button that saves."""


class CasePane(Card):
    """Shows one case and collects decisions. Nothing is saved here.

    Signals:
        save_pressed: the main button.
        aside_pressed: leave it for later.
        home_pressed: open the household.
    """

    save_pressed = Signal()
    aside_pressed = Signal()
    home_pressed = Signal()

    def __init__(self, look: ThemeProvider, clock: Clock) -> None:
        super().__init__(look, (0, 0, 0, 0), 0)
        self._clock = clock
        self._form: CaseForm | None = None
        self._is_last = True
        self._blocks: list[FieldBlock] = []
        self._current = 0
        self.body.addLayout(self._head_row())
        self.body.addWidget(Hairline(look))
        self._notice = Banner(look, Tone.PRIMARY)
        self._notice.hide()
        holder = scaled(look, QVBoxLayout(), (12, 0, 12, 0))
        holder.addWidget(self._notice)
        self.body.addLayout(holder)
        self._scroll = scrolling()
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(Hairline(look))
        self.body.addLayout(self._foot_row())

    @property
    def form(self) -> CaseForm | None:
        """The decisions on screen."""
        return self._form

    def show_case(self, form: CaseForm, *, is_last: bool) -> None:
        """Show a case with what was decided about it; ``is_last`` when no other waits."""
        self._form = form
        self._is_last = is_last
        case = form.case
        count = len(case.questions)
        self._title.set_text(" ".join(part for part in (case.room, case.who) if part))
        self._hint.set_text(
            n_("{count} field differs", "{count} fields differ", count).format(count=count)
        )
        self._home.setVisible(bool(case.household_id))
        self._build()
        self._go_to(next((i for i, one in enumerate(case.questions) if one in form.left), 0))
        self._tell()

    def notice(self, words: str) -> None:
        """Say something calm above the questions; empty words take it away."""
        self._notice.say(words)
        self._notice.setVisible(bool(words))

    def take(self, way: Way) -> None:
        """Settle the current question, as a key asks."""
        if self._blocks:
            self._blocks[self._current].take(way)

    def undo(self) -> None:
        """Take the latest decision back."""
        if self._form is None:
            return
        undone = self._form.undo()
        for index, block in enumerate(self._blocks):
            if block.question.conflict_id == undone:
                block.show_choice(self._form.choice(block.question))
                self._go_to(index)
        self._tell()

    def step(self, by: int) -> bool:
        """Go to the next or the previous question; False where there is none."""
        target = self._current + by
        if not 0 <= target < len(self._blocks):
            return False
        self._go_to(target)
        return True

    def close_own(self) -> bool:
        """Close a line for own words; False where none was open."""
        return sum(block.close_own() for block in self._blocks) > 0

    def _head_row(self) -> QHBoxLayout:
        look = self._look
        row = scaled(look, QHBoxLayout(), (16, 10, 12, 10), 10)
        self._title = Text(look, "", TextStep.TITLE, weight=Weight.BOLD).elide()
        self._hint = Text(look, "", TextStep.SECOND, colour="warn_t")
        self._home = Button(look, _("Open the household"), ButtonKind.GHOST)
        self._home.clicked.connect(self.home_pressed)
        self._undo = Button(look, _("Undo"), icon="arrow-counter-clockwise", key="U")
        self._undo.clicked.connect(self.undo)
        row.addWidget(self._title)
        row.addWidget(self._hint)
        row.addStretch(1)
        row.addWidget(self._home)
        row.addWidget(self._undo)
        return row

    def _foot_row(self) -> QHBoxLayout:
        look = self._look
        row = scaled(look, QHBoxLayout(), (16, 12, 16, 12), 12)
        self._progress = Text(look, "", TextStep.SECOND, weight=Weight.MEDIUM)
        self._bar_holder = QWidget()
        self._bar_holder.setFixedWidth(look.px(BAR_PX))
        self._bar = CountBar(look, height=6)
        scaled(look, QHBoxLayout(self._bar_holder)).addWidget(self._bar)
        self._later = Button(look, _("Later"), ButtonKind.GHOST, key="Esc", height=Height.PRIMARY)
        self._later.clicked.connect(self.aside_pressed)
        self.save = Button(
            look, "", ButtonKind.PRIMARY, icon="check", key="Ctrl ⏎", height=Height.PRIMARY
        )
        self.save.clicked.connect(self.save_pressed)
        row.addWidget(self._progress)
        row.addWidget(self._bar_holder)
        row.addStretch(1)
        row.addWidget(self._later)
        row.addWidget(self.save)
        return row

    def _build(self) -> None:
        assert self._form is not None
        holder = QWidget()
        column = scaled(self._look, QVBoxLayout(holder), (6, 0, 6, 8), 0)
        self._blocks = []
        former: tuple[Head, Head] | None = None
        for question in self._form.case.questions:
            shown = heads(question, self._clock)
            if shown != former:
                column.addLayout(self._heads_row(shown))
                former = shown
            block = self._block(question, shown)
            self._blocks.append(block)
            column.addWidget(block)
            column.addWidget(Hairline(self._look))
        column.addStretch(1)
        show_in(self._scroll, holder)

    def _block(self, question: Question, shown: tuple[Head, Head]) -> FieldBlock:
        assert self._form is not None
        block = FieldBlock(self._look, question, shown)
        block.show_choice(self._form.choice(question))
        block.decided.connect(self._decider(block))
        block.touched.connect(self._toucher(block))
        return block

    def _decider(self, block: FieldBlock) -> Callable[[Choice], None]:
        def decide(choice: Choice) -> None:
            assert self._form is not None
            self._form.choose(block.question, choice)
            block.show_choice(choice)
            self._tell()

        return decide

    def _toucher(self, block: FieldBlock) -> Callable[[], None]:
        def touch() -> None:
            self._go_to(self._blocks.index(block))

        return touch

    def _heads_row(self, shown: tuple[Head, Head]) -> QHBoxLayout:
        row = scaled(self._look, QHBoxLayout(), (14, 10, 10, 4), 12)
        row.addWidget(LabelColumn(self._look, _("What differs")))
        for head, tone in zip(shown, (Tone.PRIMARY, Tone.OK), strict=True):
            row.addWidget(VersionHead(self._look, head.title, head.name, head.detail, tone), 1)
        return row

    def _go_to(self, index: int) -> None:
        self._current = index
        for position, block in enumerate(self._blocks):
            block.set_current(position == index)
        block = self._blocks[index]
        top = block.mapTo(self._scroll.widget(), QPoint(0, 0)).y()
        self._scroll.ensureVisible(0, top + block.height(), 0, 0)
        self._scroll.ensureVisible(0, top, 0, 0)

    def _tell(self) -> None:
        """Bring the footer in step with the decisions."""
        assert self._form is not None
        count, in_all = len(self._form.decided), len(self._form.case.questions)
        self._progress.set_text(_("Decided {count} / {in_all}").format(count=count, in_all=in_all))
        self._bar.set_parts([Part(count)], in_all)
        self.save.set_words(self._form.save_words(is_last=self._is_last))
        self.save.allow(count > 0, _("Decide at least one field first."))
        self._undo.allow(count > 0, _("Nothing is decided yet."))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow pane leaves out what its button says as well."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        roomy = self.width() >= self._look.px(NO_BAR_BELOW_PX)
        self._bar_holder.setFixedWidth(self._look.px(BAR_PX))
        self._bar_holder.setVisible(roomy)
        self._hint.setVisible(roomy)
        has_room = self.width() >= self._look.px(NO_LATER_BELOW_PX)
        self._later.setVisible(has_room)
        self._progress.setVisible(has_room)
