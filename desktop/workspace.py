"""The window of an opened profile: the way between its pages, undo, counts and keys."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent

from desktop.counting import Counting
from desktop.frame import COVER_KEY, SEARCH_KEY, Frame
from desktop.indexing import Indexing
from desktop.keys import Act, KeyTable, cap
from desktop.page import Page, PageContext, Route, Standing, Waiting, sentence_of
from desktop.palette import Palette
from desktop.rows import Tone
from desktop.services.leasing import locks_within, said_within
from desktop.services.mending import found_words
from desktop.services.overview import Overview
from desktop.shelf import Shelf
from desktop.sync_runner import SyncRunner
from desktop.undoing import Undo, UndoHistory
from desktop.viewmodels.palette import PaletteAction, PaletteCommand
from desktop.widgets.sidebar import NavGroup, NavItem
from sync.errors import DoorstepError, NetworkError
from sync.i18n import _
from sync.schema import codes

SCALE_STEP = 0.25
MAKE_MS: Final = 150
"""Between two steps of making a page before anybody wants it."""
OFTEN: Final = frozenset({"household", "visit"})
"""Pages that a section leads to at every door: they are made ahead, like the sections."""


class Workspace(Frame):
    """Shows one page at a time and remembers the way here.

    Signals:
        locked: the person wants the profile closed.
        theme_asked: the other of light and dark is wanted.
        toured: the cards of the first day were read, or left.
        stood: every page that is made ahead is there, and so is what searching needs.
    """

    locked = Signal()
    theme_asked = Signal()
    toured = Signal()
    stood = Signal()

    def __init__(
        self,
        context: PageContext,
        groups: Sequence[NavGroup],
        pages: Shelf,
        runner: SyncRunner,
    ) -> None:
        user = context.place.store.account.user
        super().__init__(context.look, user.community_name, groups, user.posts)
        self._context = context
        self._runner = runner
        self._pages = pages
        self._way: list[Route] = []
        self._history = UndoHistory(context.lanes, self)
        self._shown: dict[str, str] = {}
        self._has_entered = self._stands = False
        self._offers_tour = False
        self.search = Palette(context, self, self._palette_actions())
        self._counting = Counting(context, self, runner)
        self._indexing = Indexing(context.place, context.lanes.store, self)
        self._making = QTimer(self)
        self._making.setInterval(MAKE_MS)
        self._making.timeout.connect(self._make_ahead)
        post = user.posts[0] if user.posts else ""  # A newer server's post may have no word here.
        self.sidebar.set_user(user.name, _(codes.POST.get(post, post)) if post else "")
        self._connect()
        items = [item for group in groups for item in group.items]
        self._ahead = OFTEN.union(item.key for item in items)
        self.table = KeyTable(self, self._acts(items), self._is_held)
        self._indexing.begin()

    @property
    def pages(self) -> Mapping[str, Page]:
        """Every page by its key."""
        return self._pages

    @property
    def page(self) -> Page:
        """The page that is shown."""
        shown = self.stack.currentWidget()
        assert isinstance(shown, Page)
        return shown

    def go(self, route: Route) -> None:
        """Show a page; the present one stays on the way back, unless it is the same with another
        record: from the tenth door of a round one step leads back to the list. A page that this
        user does not have leads nowhere."""
        if route.page not in self._pages:
            return
        if self._way and self._way[-1].page == route.page:
            self._way.pop()
        self._way.append(route)
        self._show(route)

    def go_to_section(self, key: str) -> None:
        """Show a section of the sidebar; the way back starts anew."""
        self._way = [Route(key)]
        self._show(self._way[-1])

    def go_back(self) -> None:
        """Show the page before this one; on a section itself nothing happens."""
        if len(self._way) > 1:
            self._way.pop()
            self._show(self._way[-1])

    def _go_from(self, page: Page, route: Route) -> None:
        """A page whose save ended after somebody went on has no say in where they are."""
        if page is self.page:
            self.go(route)

    def _go_back_from(self, page: Page) -> None:
        if page is self.page:
            self.go_back()

    def leave(self) -> None:
        """The window closes or locks: let the page keep its draft."""
        self._indexing.end()
        self._history.end()
        self._making.stop()
        waiting: list[QTimer] = list(filter(_is_waiting, self.findChildren(QTimer)))
        for one in waiting:
            one.stop()
        if self._has_entered:
            self.page.leave()

    def tell_unkept(self) -> None:
        """What was typed is not on the disk: say so before the app closes or locks."""
        self.tell(
            _("What you typed is not kept on this computer yet. Close again to leave without it."),
            tone=Tone.WARN,
        )

    def tell_lease(self) -> None:
        """The days without contact come to their end: say so while there is time."""
        place = self._context.place
        if days := locks_within(place.store, place.folder):
            self.tell(said_within(days), tone=Tone.WARN)

    def tell_found(self) -> None:
        """What came back from the edit journal, and what could not be read there either."""
        if told := found_words(self._context.place.store.found):
            self.tell(" ".join(told), tone=Tone.WARN)

    def undo_last(self) -> None:
        """Undo the last action that can be undone, or stop a long undo."""
        if self._history.has_any:
            self.toast.dismiss()
            self._history.undo_last()
        else:
            self.tell(_("There is nothing left to undo."), tone=Tone.NEUTRAL)

    def offer_tour(self) -> None:
        """Show the cards of the first day as soon as the first sync has brought something."""
        self._offers_tour = True

    def _connect(self) -> None:
        self.sidebar.chosen.connect(self.go_to_section)
        self.sidebar.user_pressed.connect(self._open_settings)
        self.sidebar.lock_pressed.connect(self.locked)
        self.sidebar.help_pressed.connect(self._open_handbook)
        self.pill.clicked.connect(self._open_sync)
        self.top.back_pressed.connect(self.go_back)
        self.toast.undo_pressed.connect(self.undo_last)
        self._history.told.connect(self._tell_undone)
        self._history.going.connect(self._tell_undoing)
        self._history.failed.connect(self._tell_error)
        self._history.undone.connect(self._after_undo)
        self.search_button.clicked.connect(self.open_search)
        self._indexing.rested.connect(self._stand)
        self.search.went.connect(self.go)
        self.search.commanded.connect(self._run_command)
        self.tour.ended.connect(self._end_tour)
        self._pages.welcome_with(self._welcome)
        self._context.look.changed.connect(self.arrange)
        self._counting.counted.connect(self._offer_tour_after)
        self._counting.failed.connect(self._tell_error)
        self._runner.told.connect(self._show_received)
        self._runner.ended.connect(self._after_sync)
        self._runner.failed.connect(self._after_failed_sync)
        self._runner.cancelled.connect(self.count)
        self._runner.errand_done.connect(self._after_sync)
        self._runner.errand_failed.connect(self._after_failed_errand)

    def _welcome(self, page: Page) -> None:
        """A page that was made just now."""
        self.stack.addWidget(page)
        page.built = frozenset(self._pages)
        page.went.connect(partial(self._go_from, page))
        page.came_back.connect(partial(self._go_back_from, page))
        page.said.connect(self._say)
        page.warned.connect(partial(self.tell, tone=Tone.WARN))
        page.failed.connect(partial(self._tell_failure, page))
        page.veil.tried_again.connect(self._enter_again)
        page.changed.connect(self._after_change)
        page.headed.connect(self._head)
        page.counted.connect(self._counting.show_count)
        self._making.start()

    def _make_ahead(self) -> None:
        """A step towards another page, while nobody waits for one, nor for what one shows."""
        if self.page.veil.is_awaited:
            return
        if not self._pages.step(self._ahead):
            self._making.stop()
            self._stand()

    def _stand(self) -> None:
        """What is made once is there: tell it, once."""
        is_whole = self._indexing.is_resting and not self._making.isActive()
        if is_whole and not self._stands:
            self._stands = True
            self.stood.emit()

    def _acts(self, sections: Sequence[NavItem]) -> list[Act]:
        """What keys do on every page."""
        use_scale = self._context.look.use_scale
        larger, smaller = partial(self._scale_by, SCALE_STEP), partial(self._scale_by, -SCALE_STEP)
        ways = [
            Act((f"Alt+{number}",), item.words, partial(self.go_to_section, item.key))
            for number, item in enumerate(sections[:9], start=1)
        ]
        return [
            Act((COVER_KEY,), _("cover the screen, come back"), self.turn_cover, always=True),
            Act((SEARCH_KEY,), _("search and commands"), self.open_search),
            Act(("Ctrl+Z",), _("undo the last action"), self.undo_last),
            Act(("Alt+Left",), _("back"), self.go_back),
            Act(("?",), _("all keys"), self.show_keys),
            Act(("F1",), _("handbook"), self._open_handbook, when=partial(self._has, "handbook")),
            Act(("Ctrl+Shift+E",), _("reports"), self._open_reports, when=self._has_reports),
            Act(("Ctrl+L",), _("lock"), self.locked.emit, always=True),
            Act(("Ctrl+R",), _("sync now"), self._runner.run_now),
            Act(("Ctrl++", "Ctrl+="), _("larger text"), larger),
            Act(("Ctrl+-",), _("smaller text"), smaller),
            Act(("Ctrl+0",), _("usual text size"), partial(use_scale, 1.0)),
            Act(("Ctrl+Shift+D",), _("light or dark"), self.theme_asked.emit),
            *ways,
        ]

    def _has_reports(self) -> bool:
        return self._has("reports") and bool(self._context.place.reports.names)

    def _open_reports(self) -> None:
        self.go(Route("reports"))

    def _has(self, key: str) -> bool:
        return key in self._pages

    def _is_held(self) -> bool:
        return self.is_overlaid or not self.search.isHidden()

    def open_search(self) -> None:
        """Search and commands, over whatever page is shown."""
        self.key_sheet.dismiss()
        commands = (
            PaletteCommand(str(at), act.words, cap(act.keys[0]))
            for at, act in enumerate(self.table.acts)
            if act.holds and act.does != self.open_search
        )
        self.search.open(list(commands))

    def _run_command(self, key: str) -> None:
        self.table.acts[int(key)].does()

    def _palette_actions(self) -> list[PaletteAction]:
        """What can be done at a household from the palette: pages that are built."""
        offered = (
            PaletteAction("household", _("Open"), "house-line", "O"),
            PaletteAction("visit", _("Start visit"), "door", "V"),
            PaletteAction("matters", _("New matter"), "clipboard-text", "N", "new"),
            PaletteAction("building", _("See it in the building"), "buildings", "B"),
            PaletteAction("mediation_note", _("Mediation note"), "handshake", "M"),
            PaletteAction("rights", _("What is held about them"), "identification-card", "R"),
        )
        is_office = self._context.place.rights.answers
        here = [one for one in offered if one.key in self._pages]
        return [one for one in here if one.key != "rights" or is_office]

    def turn_cover(self) -> None:
        """Nothing of a search stays to be read beside the cover."""
        self.search.dismiss()
        super().turn_cover()

    def show_keys(self) -> None:
        """The key sheet: this page's keys, and those of every page."""
        page = self.page
        here = page.table.hints() or page.keys()
        self.key_sheet.show_keys(
            (_("On this page: {page}").format(page=page.title()), here),
            (_("Everywhere"), self.table.hints()),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plain keys that the page did not want."""
        if not self.table.press(event):
            super().keyPressEvent(event)

    def _scale_by(self, step: float) -> None:
        self._context.look.use_scale(self._context.look.scale + step)

    def _show(self, route: Route) -> None:
        page = self._pages[route.page]
        if self._has_entered:
            self.page.leave()
        if self._shown.get(page.KEY) != route.record_id:
            self._shown[page.KEY] = route.record_id
            page.veil.expect()
        self._has_entered = True
        self.stack.setCurrentWidget(page)
        self.sidebar.choose(page.SECTION)
        page.enter(route)
        if not self._is_section():
            self.tour.hide()
        self._head()
        self.count()

    def _is_section(self) -> bool:
        """Whether a page of the sidebar is shown, and no record or form that needs the room."""
        return len(self._way) == 1

    def _head(self) -> None:
        page = self.page
        self.top.show_title(page.title(), page.hint(), can_go_back=len(self._way) > 1)
        self.show_tools(page.tools())
        self.status.show_keys([*page.keys(), (("?",), _("all keys"))])

    def _open_settings(self) -> None:
        self.go(Route("settings"))

    def _open_sync(self) -> None:
        self.go_to_section("sync")

    def _open_handbook(self) -> None:
        self.go(Route("handbook"))

    def _end_tour(self) -> None:
        self._offers_tour = False
        self.tour.hide()
        self.toured.emit()
        self.page.setFocus()

    # --- What was done, and what is new ---------------------------------------------------------

    def _say(self, words: str, undo: Undo | None) -> None:
        if undo is not None:
            self._history.add(undo)
        self.tell(words, can_undo=undo is not None and not isinstance(undo, Standing))

    def _tell_failure(self, page: Page, error: DoorstepError) -> None:
        """In place of a page that has nothing to show, else in a toast over what it shows."""
        if page is not self.page or not page.veil.take_error(sentence_of(error)):
            self._tell_error(error)

    def _enter_again(self) -> None:
        self._shown.pop(self.page.KEY, None)
        self._show(self._way[-1])

    def _tell_error(self, error: DoorstepError) -> None:
        self.tell(sentence_of(error), tone=Tone.WARN)

    def _tell_undone(self, words: str, more: bool, whole: bool) -> None:
        self.tell(words, can_undo=more, tone=Tone.OK if whole else Tone.WARN)

    def _tell_undoing(self, words: str) -> None:
        self.tell(words, can_undo=True, undo_words=_("Stop"), tone=Tone.NEUTRAL)

    def _after_undo(self) -> None:
        self._after_change()
        self.page.refresh()

    def _after_change(self) -> None:
        self.count()
        self._indexing.begin()
        self._runner.run_soon()

    def _after_sync(self, report: object) -> None:
        self.count()
        self._indexing.begin()
        self.page.refresh()

    def _show_received(self, report: object) -> None:
        """What came is there to be read; the days on which homes are due follow."""
        self.count()
        self.page.refresh()

    def _after_failed_sync(self, error: DoorstepError) -> None:
        if not isinstance(error, NetworkError):
            self._tell_error(error)
        self.count()

    def _after_failed_errand(self, error: DoorstepError) -> None:
        self._tell_error(error)
        self.count()

    def count(self) -> None:
        """Ask how things stand, for the pill, the sidebar and the status bar."""
        self._counting.ask()

    def _offer_tour_after(self, seen: Overview) -> None:
        if self._offers_tour and seen.last_success and self._is_section():
            self.tour.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width, as the table of breakpoints says."""
        super().resizeEvent(event)
        self.arrange()


def _is_waiting(timer: QTimer) -> bool:
    return isinstance(timer, Waiting)
