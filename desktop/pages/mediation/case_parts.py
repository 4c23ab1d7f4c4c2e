"""The cards of a case's page: head, who takes part, what was written, the agreement."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.printing import PAGE
from desktop.rows import Lamp, Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.case_view import CaseView
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.flow import FlowLayout
from desktop.widgets.foot_words import FootWords
from desktop.widgets.lamp import LampMark
from desktop.widgets.paper_view import PaperView
from desktop.widgets.stage_rail import StageRail
from desktop.widgets.state_panel import IconDisc
from desktop.widgets.text import Text
from sync.i18n import N_, _

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_TITLE_PX = 360


class CaseHead(Card):
    """What the case is about, what it asks for, and the next stage.

    Signals:
        next_pressed, more_pressed: the next stage; what else can be done.
    """

    next_pressed = Signal()
    more_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, (16, 12, 16, 12))
        holder = QWidget()
        row = scaled(look, QHBoxLayout(holder), spacing=12)
        row.addWidget(IconDisc(look, "handshake", Tone.PRIMARY, px=42, square=True), 0, _MIDDLE)
        lines = scaled(look, QVBoxLayout(), spacing=0)
        self._title = Text(look, "", TextStep.TITLE, weight=Weight.BOLD, wraps=True)
        self._about = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        lines.addWidget(self._title)
        lines.addWidget(self._about)
        row.addLayout(lines, 1)
        self._state = QWidget()
        state = scaled(look, QVBoxLayout(self._state), spacing=2)
        first = scaled(look, QHBoxLayout(), spacing=6)
        self._lamp = LampMark(look, Lamp.NOT_DUE)
        self._task = Text(look, "", TextStep.BODY, weight=Weight.BOLD)
        self._limit = Text(look, "", TextStep.SECOND, colour="t2")
        first.addWidget(self._lamp, 0, _MIDDLE)
        first.addWidget(self._task, 1)
        state.addLayout(first)
        state.addWidget(self._limit)
        buttons = QWidget()
        line = scaled(look, QHBoxLayout(buttons), spacing=8)
        self.next = Button(look, "", icon="arrow-right", key="G")
        self.more = Button(look, _(N_("More")), ButtonKind.GHOST, icon="dots-three", key=".")
        line.addWidget(self.next)
        line.addWidget(self.more)
        self.next.clicked.connect(self.next_pressed)
        self.more.clicked.connect(self.more_pressed)
        ends = QWidget()
        flow = FlowLayout(look, ends, gap=16)
        flow.addWidget(self._state)
        flow.addWidget(buttons)
        self._ends = ends
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        scaled(look, self._line, spacing=12)
        self._line.addWidget(holder, 1)
        self._line.addWidget(ends, 0, _MIDDLE)
        self.body.addLayout(self._line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What it asks for stands beside the title, or below it."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        room = self.width() - self._ends.sizeHint().width()
        beside = room >= self._look.px(_TITLE_PX)
        self._line.setDirection(direction.LeftToRight if beside else direction.TopToBottom)

    def show_case(self, view: CaseView, next_words: str) -> None:
        """Show one case."""
        self._title.set_text(view.title)
        self._about.set_text(view.about)
        self._lamp.setVisible(view.lamp is not None)
        if view.lamp is not None:
            self._lamp.set_state(view.lamp)
        self._task.set_text(view.task)
        self._limit.set_text(view.limit)
        self._state.setVisible(bool(view.task or view.limit))
        self.next.set_words(next_words)
        self.next.setVisible(bool(next_words))


class RailCard(Card):
    """The stages; a stage beside the way is said in a line."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, (12, 14, 12, 12), 6)
        self.rail = StageRail(look)
        self._aside = Banner(look, Tone.WARN, "")
        self.body.addWidget(self.rail)
        self.body.addWidget(self._aside)

    def show_case(self, view: CaseView) -> None:
        """Show how far the case is."""
        self.rail.set_stops(view.rail)
        self._aside.say(view.aside)
        self._aside.setVisible(bool(view.aside))


class AgreementCard(Card):
    """The agreement as it prints, whether its signed pages are there, and the court's time.

    Signals:
        print_pressed, write_pressed, sign_pressed: what the person wants to do.
    """

    print_pressed = Signal()
    write_pressed = Signal()
    sign_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        head = scaled(look, QVBoxLayout(), (16, 12, 12, 10), 4)
        title = SectionTitle(look, _(N_("Agreement")), _(N_("print it, sign on paper")))
        self.prints = Button(look, _(N_("Print")), icon="printer", key="Ctrl P")
        self.prints.clicked.connect(self.print_pressed)
        title.add(self.prints)
        head.addWidget(title)
        self.page = PaperView(look, PAGE, _(N_("The agreement as it prints")))
        foot = scaled(look, QVBoxLayout(), (16, 10, 16, 12), 8)
        self._state = Text(look, "", TextStep.BODY, weight=Weight.BOLD, wraps=True)
        self._detail = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        self._court = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        holder = QWidget()
        flow = FlowLayout(look, holder)
        self.writes = Button(look, "", icon="pencil-simple", key="A")
        self.signs = Button(look, _(N_("Attach the signed pages")), icon="image", key="S")
        self.writes.clicked.connect(self.write_pressed)
        self.signs.clicked.connect(self.sign_pressed)
        flow.addWidget(self.writes)
        flow.addWidget(self.signs)
        for part in (self._state, self._detail, holder, self._court):
            foot.addWidget(part)
        self.body.addLayout(head)
        self.body.addWidget(self.page)
        self.body.addWidget(Hairline(look))
        self.body.addLayout(foot)

    def show_case(self, view: CaseView, paint: Callable[[QPainter], None] | None) -> None:
        """Show the agreement of a case; ``paint`` paints its first page."""
        told = view.agreement
        self.page.show_page(paint)
        self.page.setVisible(paint is not None)
        self.prints.setVisible(paint is not None)
        self._state.set_text(told.state)
        for part, words in ((self._detail, told.detail), (self._court, told.court)):
            part.set_text(words)
            part.setVisible(bool(words))
        label = N_("Write a supplement") if told.supplement else N_("Write the agreement")
        self.writes.set_words(_(label))
        self.writes.setVisible(view.file.stage not in ("clue", "declined", "archived"))
        self.signs.setVisible(told.may_sign)


class WriteCard(Card):
    """The next talk, written where the case is read.

    Signals:
        edited: something was typed or chosen.
        save_pressed, whole_pressed: write it down; the form with everything.
    """

    edited = Signal()
    save_pressed = Signal()
    whole_pressed = Signal()

    def __init__(self, look: ThemeProvider, kinds: QWidget, field: QWidget) -> None:
        super().__init__(look, (12, 10, 12, 10), 8)
        self.body.addWidget(field)
        self.body.addWidget(kinds)
        whole = Button(look, _(N_("Who said what, photos")), ButtonKind.LINK, icon="list", key="W")
        whole.clicked.connect(self.whole_pressed)
        foot = scaled(look, QHBoxLayout(), spacing=8)
        self.foot = FootWords(look, TextStep.NOTE)
        save = Button(
            look, _(N_("Write down")), ButtonKind.PRIMARY, key="Ctrl S", height=Height.PRIMARY
        )
        save.clicked.connect(self.save_pressed)
        foot.addWidget(self.foot, 1, _MIDDLE)
        foot.addWidget(whole)
        foot.addWidget(save)
        self.body.addLayout(foot)
