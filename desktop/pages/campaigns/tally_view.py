"""The tally of a campaign: a card a question, its counts as bars, by building below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout

from desktop.services.campaign_export import table
from desktop.services.campaign_records import Campaign
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import NO_MARGINS, Themed, scaled
from desktop.widgets.text import Text
from sync.i18n import N_, _
from sync.rules.tally import Tally


class _Table(QTableView):
    """Arrows move in it; letters go on to the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt would look for a cell that begins with the letter."""
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)


class TallyView(Themed):
    """A row for each building and one for all, a column for each count. Arrows move in it."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._model = QStandardItemModel(self)
        self._hint = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self.table = _Table()
        self.table.setModel(self._model)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setAccessibleName(_(N_("Tally by building")))
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        self.table.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        column = scaled(look, QVBoxLayout(self), NO_MARGINS, 6)
        head = scaled(look, QVBoxLayout(), (16, 10, 16, 0), 0)
        head.addWidget(self._hint)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self._dress()

    def show_tally(self, campaign: Campaign, counted: Tally) -> None:
        """Show the counts; a question's name stands over its first column."""
        groups, heads, *rows = table(campaign, counted)
        self._model.clear()
        named = [
            f"{group}\n{head}" if group else f"\n{head}" for group, head in _pairs(groups, heads)
        ]
        self._model.setHorizontalHeaderLabels(named)
        for row in rows:
            self._model.appendRow([self._cell(cell, at) for at, cell in enumerate(row)])
        self._hint.set_text(
            _(N_("Counts alone. Answers on which two sheets differ are not counted."))
        )
        self._dress()

    def _cell(self, value: str | int | float | None, column: int) -> QStandardItem:
        item = QStandardItem("" if value is None else str(value))
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _dress(self) -> None:
        look = self._look
        self.table.setFont(look.font(TextStep.SECOND))
        header = self.table.horizontalHeader()
        header.setFont(look.font(TextStep.NOTE, Weight.MEDIUM))
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(look.px(64))
        self.table.verticalHeader().setDefaultSectionSize(look.px(32))
        theme = look.theme
        self.table.setStyleSheet(
            f"QTableView {{ background: {theme.surface.name()}; color: {theme.t1.name()};"
            f" gridline-color: {theme.line.name()};"
            f" selection-background-color: {theme.pri_bg.name()};"
            f" selection-color: {theme.pri_t.name()}; }}"
            f"QTableView::item {{ padding: 0 {look.px(8)}px; }}"
            f"QHeaderView::section {{ background: {theme.sunken.name()}; color: {theme.t1.name()};"
            f" border: 0; border-right: 1px solid {theme.line.name()}; padding: 4px 8px; }}"
        )

    def _restyle(self) -> None:
        super()._restyle()
        self._dress()


def _pairs(
    groups: list[str | int | float | None], heads: list[str | int | float | None]
) -> list[tuple[str, str]]:
    return [(str(group or ""), str(head or "")) for group, head in zip(groups, heads, strict=True)]
