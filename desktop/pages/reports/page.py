"""The page of reports: choose the days, write one as a spreadsheet or a PDF, note its password."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from desktop.page import Act, Page, PageContext, Route
from desktop.services.exports.files import Written
from desktop.services.exports.reports import YEARLY
from desktop.table_pages import pages_of
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep
from desktop.viewmodels.reports import RIGHTS, SPANS, Shown, read_reports
from desktop.viewmodels.row_list import RowListModel
from desktop.viewmodels.spans import Span
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline
from desktop.widgets.flow import FlowLayout
from desktop.widgets.password_note import PasswordNote
from desktop.widgets.row_list import RowList
from desktop.widgets.save_dialog import ask_where
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.state_panel import EmptyState, Skeleton
from desktop.widgets.tabs import Segments, Tab
from desktop.widgets.text import Text
from sync.i18n import N_, _

SHEET, PAGES = "xlsx", "pdf"


class ReportsPage(Page):
    """Enter writes a spreadsheet, P a PDF; the password stands there until one goes on."""

    KEY: ClassVar[str] = "reports"
    SECTION: ClassVar[str] = "reports"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        look = self.look
        self._span = Span.MONTH
        self.spans = Segments(look, [Tab(one, one.words) for one in SPANS], _(N_("Which days")))
        self.spans.choose(self._span)
        self.sheet = Button(look, _(N_("Spreadsheet")), ButtonKind.PRIMARY, icon="export", key="⏎")
        self.pages = Button(look, _(N_("PDF")), key="P")
        self.left = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self.password = PasswordNote(look)
        self._model = RowListModel(self)
        self.rows = RowList(look, _(N_("Reports")))
        self.rows.setModel(self._model)
        self._empty = EmptyState(look, "")
        self._stack = QStackedWidget()
        self._lay_out()
        self.spans.changed.connect(self._choose)
        self.sheet.clicked.connect(partial(self._ask_where, SHEET))
        self.pages.clicked.connect(partial(self._ask_where, PAGES))
        self.rows.opened.connect(lambda _key: self._ask_where(SHEET))
        self._empty.pressed.connect(self.came_back)

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Reports"))

    def acts(self) -> Sequence[Act]:
        """The list, the days, the two kinds of files."""
        return (
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1)),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1)),
            Act(("Return",), _(N_("spreadsheet")), partial(self._ask_where, SHEET)),
            Act(("P",), _(N_("PDF")), partial(self._ask_where, PAGES)),
            Act(("T",), _(N_("other days")), self._next_span),
            Act(("Esc",), _(N_("back")), self.came_back.emit, on_bar=False),
        )

    def enter(self, route: Route) -> None:
        """The reports of this month; the password of the last file is gone."""
        self.password.forget()
        self.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        if route.record_id:
            self.rows.go_to(route.record_id)

    def leave(self) -> None:
        """The password goes with whoever wrote the file."""
        self.password.forget()

    def refresh(self) -> None:
        """A sync brought rows, or a file took some of the day's."""
        self.ask(partial(read_reports, self.place, self._span), self._show)

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        column = scaled(self.look, QVBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX))
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QHBoxLayout(), (14, 12, 14, 10), 12)
        flow = FlowLayout(self.look)
        for part in (self.spans, self.sheet, self.pages):
            flow.addWidget(part)
        head.addLayout(flow, 1)
        below = scaled(self.look, QVBoxLayout(), (14, 0, 14, 10), 8)
        below.addWidget(self.left)
        below.addWidget(self.password)
        card.body.addLayout(head)
        card.body.addLayout(below)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, Skeleton(self.look), self.rows, self._empty)
        scroll = ScrollColumn(self.look)  # A short window scrolls, so that nothing is squeezed.
        scroll.body.addWidget(card, 1)
        column.addWidget(scroll)

    def _show(self, shown: Shown) -> None:
        key = self.rows.current_key()
        self._model.replace(list(shown.rows))
        self._stack.setCurrentWidget(self.rows if shown.rows else self._empty)
        self.left.set_text(shown.words if shown.rows else "")
        for button in (self.sheet, self.pages):
            button.setEnabled(bool(shown.rows))
        if not shown.rows:
            self._empty.say(_(N_("Nothing leaves with this post")), "", _(N_("Go back")))
        elif not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self.headed.emit()

    def _choose(self, span: str) -> None:
        self._span = Span(span)
        self.refresh()

    def _next_span(self) -> None:
        span = SPANS[(SPANS.index(self._span) + 1) % len(SPANS)]
        self.spans.choose(span)
        self._choose(span)

    def _ask_where(self, suffix: str, _pressed: object = None) -> None:
        name = self.rows.current_key()
        if name == RIGHTS:
            self.went.emit(Route(RIGHTS))
        elif name:
            kind = SHEET if name == YEARLY else suffix
            period = self._span.so_far(self.place.day())
            offered = f"{name} {period.first} {period.last}"
            then = partial(self.write_to, name)
            ask_where(self, _(N_("Keep the report")), kind, then, offered)

    def write_to(self, name: str, file: str) -> None:
        """Write a report; what is too much for a day, or cannot be written, is said."""
        self.password.forget()
        period = self._span.so_far(self.place.day())
        task = partial(self.place.reports.write, name, period, Path(file), pages_of)
        self.ask(task, self._after)

    def _after(self, written: Written) -> None:
        self.said.emit(_(N_("Written: {file}")).format(file=written.path.name), None)
        self.password.tell(written.password)
        self.changed.emit()
        self.refresh()
