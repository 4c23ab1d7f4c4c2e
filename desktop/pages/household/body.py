"""The two panes below the head: cards at the left, history at the right; one at a time where the
window is narrow."""

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.pages.household.cards import CareCard, MembersCard
from desktop.pages.household.editor import EditFooter, HomeEditor
from desktop.pages.household.history_card import HistoryCard
from desktop.pages.household.home_card import HomeCard
from desktop.theme.breakpoints import CONTENT_GAP_PX
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.home_form import EditForm
from desktop.widgets.base import scaled
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.tabs import Segments, Tab
from sync.i18n import N_, _

LEFT_PX: Final = 356
HISTORY: Final = "history"
HOME: Final = "home"


class HouseholdBody(QWidget):
    """Lays the parts out; the page fills them. Attributes: the cards by their names."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__()
        self._look = look
        self._one_pane = False
        self._panes = Segments(
            look,
            [Tab(HISTORY, _(N_("History"))), Tab(HOME, _(N_("Members and home")))],
            _(N_("Which part")),
        )
        self._panes.changed.connect(self._show_panes)
        self.members = MembersCard(look)
        self.care = CareCard(look)
        self.home = HomeCard(look)
        self.editor = HomeEditor(look)
        self.footer = EditFooter(look)
        self.history = HistoryCard(look)
        self._scroll = ScrollColumn(look, spacing=CONTENT_GAP_PX)
        for part in (self.members, self.care, self.home, self.editor):
            self._scroll.body.addWidget(part)
        self._scroll.body.addStretch(1)
        self._left = QWidget()
        left = scaled(look, QVBoxLayout(self._left), spacing=CONTENT_GAP_PX)
        left.addWidget(self._scroll, 1)
        left.addWidget(self.footer)
        column = scaled(look, QVBoxLayout(self), spacing=8)
        column.addWidget(self._panes)
        row = scaled(look, QHBoxLayout(), spacing=CONTENT_GAP_PX)
        row.addWidget(self._left)
        row.addWidget(self.history, 1)
        column.addLayout(row, 1)
        self.stop_editing()
        self._show_panes()

    @property
    def is_editing(self) -> bool:
        """Whether the editor stands in place of the cards."""
        return not self.editor.isHidden()

    def edit(self, form: EditForm) -> None:
        """Put the editor in place of the cards at the left."""
        self.editor.show_form(form)
        self._show_editor(shown=True)
        self.show_pane(HOME)
        self._scroll.to_top()
        self.editor.go_to_first()

    def stop_editing(self) -> None:
        """Show the cards again."""
        self._show_editor(shown=False)

    def show_pane(self, key: str) -> None:
        """Where only one pane is shown, show this one."""
        self._panes.choose(key)
        self._show_panes()

    def arrange(self, *, one_pane: bool) -> None:
        """Show both panes, or one at a time."""
        self._one_pane = one_pane
        if one_pane:
            self._left.setMinimumWidth(0)
            self._left.setMaximumWidth(1 << 20)
        else:
            self._left.setFixedWidth(self._look.px(LEFT_PX))
        self._show_panes()

    def _show_editor(self, *, shown: bool) -> None:
        for part in (self.members, self.home):
            part.setVisible(not shown)
        self.care.setVisible(not shown and self.care.has_care)
        self.editor.setVisible(shown)
        self.footer.setVisible(shown)

    def _show_panes(self) -> None:
        chosen = self._panes.chosen()
        self._panes.setVisible(self._one_pane)
        self._left.setVisible(not self._one_pane or chosen == HOME)
        self.history.setVisible(not self._one_pane or chosen == HISTORY)
