"""The handbook: what to look up at the left, the chapter beside it or in its place."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.page import Act, Page, PageContext, Route
from desktop.pages.handbook.article import Article
from desktop.rows import Row, RowKind, Tone
from desktop.services.handbook import Chapter, handbook, look_up
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX, arrangement
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.card import Card, Hairline
from desktop.widgets.field import SearchBox
from desktop.widgets.row_list import RowList
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState
from sync.i18n import N_, _, catalogue

LIST_PX = 340
_GROUPS = (("duty", N_("The four duties")), ("rule", N_("Rules and manners")))


class HandbookPage(Page):
    """Duties and rules, found by words or by pinyin."""

    KEY: ClassVar[str] = "handbook"
    SECTION: ClassVar[str] = "handbook"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._chapters = {one.key: one for one in handbook()}
        self._language = catalogue.language
        self._reads = False
        self.search = SearchBox(self.look, _("Look up a word or pinyin"), "/")
        self._model = RowListModel(self)
        self.rows = RowList(self.look, _("Chapters"))
        self.rows.setModel(self._model)
        self._nothing = EmptyState(self.look, "")
        self._stack = Stack()
        self.article = Article(self.look)
        self._lay_out()
        self.search.searched.connect(self._find)
        self.search.submitted.connect(self._open)
        self.rows.moved.connect(self._show)
        self.rows.opened.connect(self._open)
        self._nothing.pressed.connect(self.search.clear)
        self.look.changed.connect(self._arrange)
        self._find("")

    def title(self) -> str:
        """What the top bar says."""
        return _("Handbook")

    def hint(self) -> str:
        """A few words after the title."""
        return _("On this computer, also without a network")

    def acts(self) -> Sequence[Act]:
        """Moving, looking up, reading."""
        chapters = _("next, previous chapter")
        return (
            Act(("J", "Down"), chapters, lambda: self.rows.move_by(1)),
            Act(("K", "Up"), chapters, lambda: self.rows.move_by(-1)),
            Act(("/",), _("look up"), self._focus_search),
            Act(("Return",), _("read"), self._open),
            Act(("PgDown",), _("read on, read back"), partial(self.article.turn, 1), first=True),
            Act(("PgUp",), _("read on, read back"), partial(self.article.turn, -1), first=True),
            Act(("Esc",), _("back to the list"), self._step_back),
        )

    def enter(self, route: Route) -> None:
        """Show the chapter ``route.record_id``, or the list as it was."""
        if route.record_id:
            self.search.clear()
            self.rows.go_to(route.record_id)
        self._reads = bool(route.record_id)
        self._arrange()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        self._list_card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (12, 10, 12, 10))
        head.addWidget(self.search)
        self._list_card.body.addLayout(head)
        self._list_card.body.addWidget(Hairline(self.look))
        self._list_card.hold_list(self._stack, self.rows, self._nothing)
        row.addWidget(self._list_card)
        row.addWidget(self.article, 1)
        self.setTabOrder(self.search.edit, self.rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = arrangement(self.window().width(), self.look.scale).panes > 1
        self._list_card.setVisible(beside or not self._reads)
        self.article.setVisible(beside or self._reads)
        self._list_card.setMinimumWidth(0)
        self._list_card.setMaximumWidth(self.look.px(LIST_PX) if beside else _NO_LIMIT)
        if beside:
            self._list_card.setMinimumWidth(self.look.px(LIST_PX))

    def _find(self, typed: str) -> None:
        words = typed.casefold().split()
        found = look_up(tuple(self._chapters.values()), typed)
        former = self.rows.current_key()
        rows: list[Row] = []
        for group, name in _GROUPS:
            chapters = [one for one in found if one.group == group]
            if chapters:
                rows.append(Row(key=group, title=_(name), kind=RowKind.GROUP))
                rows += [self._row(one, words) for one in chapters]
        self._model.replace(rows)
        self._stack.setCurrentWidget(self.rows if rows else self._nothing)
        if not rows:
            self._nothing.say(
                _("Nothing about “{wanted}”").format(wanted=typed.strip()),
                action=_("Show all chapters"),
            )
        elif not self.rows.go_to(former):
            self.rows.go_to_first()

    def _row(self, chapter: Chapter, words: Sequence[str]) -> Row:
        return Row(
            key=chapter.key,
            title=chapter.title[self._language],
            detail=chapter.line_with(words, self._language),
            icon=chapter.icon,
            icon_tone=Tone.PRIMARY if chapter.group == "duty" else Tone.NEUTRAL,
        )

    def _show(self, key: str) -> None:
        chapter = self._chapters.get(key)
        if chapter is not None:
            self.article.show_chapter(chapter, self._language)

    def _open(self, key: str = "") -> None:
        self._reads = True
        self._arrange()
        target: QWidget = self.rows if self.rows.isVisible() else self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_search(self) -> None:
        self._reads = False
        self._arrange()
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _step_back(self) -> None:
        """Out of the search, out of a chapter that fills the page, then out of the handbook."""
        if self.search.edit.hasFocus() or (self.search.text() and self.rows.isVisible()):
            self.search.clear()
        elif not self.rows.isVisible():
            self._reads = False
            self._arrange()
        else:
            self.came_back.emit()
            return
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)


_NO_LIMIT = (1 << 24) - 1
