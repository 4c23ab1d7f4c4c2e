"""The figures of mediation: choose a period, open the cases behind any of them."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from desktop.page import Act, Page, PageContext, Route
from desktop.services.dossier.words import paper_words
from desktop.services.mediation_yearly import write_yearly
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.viewmodels.mediation_figures import (
    SPANS,
    Told,
    case_rows_of,
    is_case,
    read_figures,
)
from desktop.viewmodels.row_list import RowListModel
from desktop.viewmodels.spans import Span
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Card, Hairline
from desktop.widgets.flow import FlowLayout
from desktop.widgets.row_list import RowList
from desktop.widgets.save_dialog import ask_where
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.state_panel import EmptyState, Skeleton
from desktop.widgets.tabs import Segments, Tab
from desktop.widgets.text import Text
from sync.errors import DoorstepError
from sync.i18n import N_, _


class YearlyUnwritten(DoorstepError):
    """The table cannot be written there."""

    code = "case.yearly_unwritten"
    message = N_("{file} cannot be written. Choose another place.")


class MediationFiguresPage(Page):
    """Enter on a figure shows its cases, Enter on a case opens it."""

    KEY: ClassVar[str] = "mediation_figures"
    SECTION: ClassVar[str] = "mediation"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._told: Told | None = None
        self._span = Span.YEAR
        self._opened = ""
        tabs = [Tab(span, span.words) for span in SPANS]
        self.spans = Segments(self.look, tabs, _(N_("Which days")))
        self.spans.choose(self._span)
        self.yearly = Button(self.look, _(N_("Yearly table")), icon="export", key="Y")
        self._model = RowListModel(self)
        self.rows = RowList(self.look, _(N_("Figures of mediation")))
        self.rows.setModel(self._model)
        self._empty = EmptyState(self.look, "")
        self._stack = QStackedWidget()
        part = _(N_("This computer's cases alone; the secretary's has the whole committee's."))
        self.covers = Text(self.look, part, TextStep.NOTE, colour="t2", wraps=True)
        self._lay_out()
        self.spans.changed.connect(self._choose)
        self.yearly.clicked.connect(self._ask_where)
        self.rows.opened.connect(self._open)
        self._empty.pressed.connect(self.came_back)

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Figures of mediation"))

    def hint(self) -> str:
        """Which figure's cases are shown."""
        found = self._told
        names = {row.key: row.title for row in found.rows} if found else {}
        return names.get(self._opened, "")

    def acts(self) -> Sequence[Act]:
        """The list, the period, the yearly table."""
        return (
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1)),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("open")), self._open_current),
            Act(("T",), _(N_("other days")), self._next_span),
            Act(("Y",), _(N_("yearly table")), self._ask_where),
            Act(("Esc",), _(N_("back")), self._back, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """All figures of the year."""
        self._opened = ""
        self.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """A sync brought cases."""
        self.ask(partial(read_figures, self.place, self._span), self._show)

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QHBoxLayout(), (14, 12, 14, 10), 12)
        flow = FlowLayout(self.look)
        flow.addWidget(self.spans)
        flow.addWidget(self.yearly)
        head.addLayout(flow, 1)
        card.body.addLayout(head)
        if not self.place.mediation_figures.is_whole:
            below = scaled(self.look, QVBoxLayout(), (14, 0, 14, 10), 0)
            below.addWidget(self.covers)
            card.body.addLayout(below)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, Skeleton(self.look), self.rows, self._empty)
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        scroll.body.addWidget(card, 1)
        column.addWidget(scroll)

    def _show(self, told: Told) -> None:
        self._told = told
        self._fill()

    def _fill(self) -> None:
        assert self._told is not None
        rows = list(self._told.rows)
        if self._opened:
            rows = case_rows_of(self._told, self._opened, self.place.day())
        key = self.rows.current_key()
        self._model.replace(rows)
        self._stack.setCurrentWidget(self.rows if rows else self._empty)
        if not rows:
            self._empty.say(_(N_("No case behind this figure")), "", _(N_("Go back")))
        if not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self.headed.emit()

    def _choose(self, span: str) -> None:
        self._span, self._opened = Span(span), ""
        self.refresh()

    def _next_span(self) -> None:
        span = SPANS[(SPANS.index(self._span) + 1) % len(SPANS)]
        self.spans.choose(span)
        self._choose(span)

    def _open_current(self) -> None:
        if self.rows.current_key():
            self._open(self.rows.current_key())

    def _open(self, key: str) -> None:
        """The cases of a figure, or a case itself."""
        if self._told is None:
            return
        if not self._opened:
            self._opened = key
            self._fill()
            return
        record_id = key.partition(":")[2]
        if is_case(key):
            self.went.emit(Route("case", record_id))
            return
        found = self._told.cases.get(self._opened, ())
        home = next((one.household_id for one in found if one.id == record_id), "")
        if home:
            self.went.emit(Route("household", home))

    def _back(self) -> None:
        """From the cases to the figures, from there to the page before."""
        if self._opened:
            self._opened, before = "", self._opened
            self._fill()
            self.rows.go_to(before)
        else:
            self.came_back.emit()

    def _ask_where(self) -> None:
        year = self._span.period(self.place.day()).first.year
        ask_where(self, _(N_("Keep the yearly table")), "xlsx", self.write_to, str(year))

    def write_to(self, file: str) -> None:
        """Write the table of the year that is shown: counts alone, and that it was written."""
        done = _(N_("Written: {file}")).format(file=Path(file).name)
        self.ask(partial(self._write, Path(file)), lambda told: self.said.emit(done, None))

    def _write(self, path: Path) -> None:
        """On the store lane."""
        place = self.place
        year = self._span.period(place.day()).first.year
        user = place.store.account.user
        committee = paper_words().say("community", name=user.community_name)
        place.reveals.record([("mediation_case", "", f"yearly {year}")])
        try:
            write_yearly(path, place.mediation_figures, year, committee, user.name, place.day())
        except OSError as error:
            raise YearlyUnwritten(file=path.name) from error
