"""The way between pages, what was done and its undo, and the pill that says where records are."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout

from desktop.page import Page, Route, Standing, Undoing, Undone, undone
from desktop.screens import Kit, build_pages
from desktop.services.campaign_records import CampaignNotHere
from desktop.services.visits import VisitForm
from desktop.settings import Settings
from desktop.shelf import Shelf
from desktop.sync_runner import EVERY_MS, WHILE_OFFLINE_MS, SyncRunner
from desktop.widgets.sidebar import NavGroup, NavItem
from desktop.widgets.sync_pill import SyncState
from desktop.workspace import Workspace
from sync.errors import DiskFull, NotFound, SignedOut
from tests.desktop.pages.hands import hold
from tests.support.workplaces import household_id, page_context, workplace


class Spoken(Page):
    """A page that notes what the workspace asks of it."""

    def __init__(self, context, key, section):
        super().__init__(context)
        self.KEY, self.SECTION = key, section
        self.calls = []
        QVBoxLayout(self).addWidget(QLabel(key))

    def title(self):
        return f"title of {self.KEY}"

    def enter(self, route):
        self.calls.append(route)

    def leave(self):
        self.calls.append("leave")

    def refresh(self):
        self.calls.append("refresh")


@pytest.fixture
def place(tmp_path):
    """A laptop without a network."""
    with workplace(tmp_path) as made:
        yield made


@pytest.fixture
def space(qtbot, place):
    """Three sections and a page of one household."""
    context = page_context(place)
    runner = SyncRunner(place.syncing, context.lanes.net)
    items = [NavItem(key, key, "users-three") for key in ("today", "households", "sync")]
    pages = [Spoken(context, item.key, item.key) for item in items]
    pages.append(Spoken(context, "household", "households"))
    made = Workspace(context, [NavGroup("all", tuple(items))], Shelf.of(pages), runner)
    made.runner = runner  # Alive as long as the window.
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made._making.setInterval(3_600_000)  # A test says when: a slow machine would do it before.
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.go_to_section("today")
    return made


def press(qtbot, space, key, modifier=Qt.KeyboardModifier.NoModifier):
    """A key anywhere in the window."""
    space.setFocus()
    qtbot.keyClick(space, key, modifier)


def test_a_page_is_made_when_it_is_wanted(space, qtbot):
    """Today is there; the rest come with a key, a command, or while nobody waits."""
    assert space._pages.made() == {"today"}

    press(qtbot, space, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)

    assert space.page.KEY == "households"
    assert space.page.built == {"today", "households", "household", "sync"}
    assert space._pages.made() == {"today", "households"}


def test_what_a_page_says_is_heard_whenever_it_was_made(space):
    """Its counts and its ways lead as those of the first one do."""
    space.go(Route("household", "6"))
    space.page.counted.emit("sync", 4)
    space.page.went.emit(Route("sync"))

    assert "4" in space.sidebar.button("sync").accessibleName()
    assert space.page.KEY == "sync"


def test_pages_are_made_ahead_one_step_at_a_time(space):
    """Sections and the pages of every door; never two halves in one breath."""
    for _page in ("households", "household", "sync"):
        before = space._pages.made()
        space._making.timeout.emit()
        assert space._pages.made() == before, "made, and not yet taken into the window"
        space._making.timeout.emit()
        assert len(space._pages.made()) == len(before) + 1
    assert space._making.isActive()
    space._making.timeout.emit()

    assert not space._making.isActive()
    assert space.stack.count() == 4
    assert space.page.KEY == "today", "nothing comes up by itself"


def test_nothing_is_made_ahead_of_what_somebody_waits_for(space):
    """The first page is read on the same processor: another page would only delay it."""
    space.page.veil.expect()
    space.page.veil.wait()
    space._making.timeout.emit()
    assert space._making.isActive()
    assert not space._pages._bare

    space.page.veil.lift()
    space._making.timeout.emit()
    assert space._pages._bare


def test_a_window_that_stands_is_told_once(space, qtbot):
    """When its pages are made and what searching needs is there; a page that comes later, or an
    index that follows a change, makes it no other window."""
    told = []
    space.stood.connect(lambda: told.append(True))
    while space._making.isActive():
        assert told == []
        space._making.timeout.emit()
    qtbot.waitUntil(lambda: told == [True])

    space._making.start()
    space._making.timeout.emit()
    with qtbot.waitSignal(space._indexing.rested):
        space._indexing.begin()
    assert told == [True]


def test_the_form_of_a_visit_is_made_ahead_in_thirds(qtbot, place):
    """Its fields alone take most of a frame; whoever wants it at once gets it whole."""
    shelf = build_pages(Kit(page_context(place), None, Settings, lambda _settings: None))
    assert shelf.step({"visit"}), "the fields"
    assert not shelf._bare
    assert shelf.step({"visit"}), "the page, around them"
    qtbot.addWidget(shelf._bare["visit"])
    assert not shelf.made()
    assert shelf.step({"visit"}), "and in the window"
    assert shelf.made() == {"visit"}
    assert not shelf.step({"visit"})

    at_once = build_pages(Kit(page_context(place), None, Settings, lambda _settings: None))
    qtbot.addWidget(at_once["visit"])
    assert at_once.made() == {"visit"}
    assert not at_once.step({"visit"})


def test_nothing_is_made_ahead_after_the_window_is_left(space):
    """Locking closes the store that a page asks."""
    space.leave()

    assert not space._making.isActive()


def test_what_waits_for_a_calm_moment_is_dropped_with_the_window(space, qtbot):
    """The store closes after the window; nothing may ask it later than that."""
    lane = hold(space._context)
    space._context.lanes.calm_ms = 1
    space.count()
    space.leave()
    qtbot.wait(20)
    assert not lane.waiting


class TestTheWay:
    """Back leads the way one came."""

    def test_a_detail_goes_back_to_where_it_was_opened(self, space, qtbot):
        """With its route, so that a list finds its place again."""
        space.go(Route("household", "h1"))
        assert space.page.KEY == "household"
        assert space.sidebar.button("households").isChecked()
        press(qtbot, space, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)

        assert space.page.KEY == "today"
        assert space.page.calls == [Route("today"), "leave", Route("today")]

    def test_a_section_starts_the_way_anew(self, space, qtbot):
        """Back has nowhere to go from a section."""
        space.go(Route("household", "h1"))
        press(qtbot, space, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
        space.go_back()

        assert space.page.KEY == "households"

    def test_a_page_that_was_left_leads_nowhere(self, space):
        """Its save was slow, and whoever pressed the key works elsewhere by now."""
        today = space.page
        space.go(Route("household", "h1"))
        today.came_back.emit()
        today.went.emit(Route("sync"))
        assert space.page.KEY == "household"

        space.page.came_back.emit()
        assert space.page.KEY == "today"

    def test_the_page_is_left_before_another_comes(self, space):
        """So that it keeps its draft."""
        before = space.page
        space.go_to_section("sync")

        assert before.calls[-1] == "leave"


class TestUndoing:
    """The last action comes first; the history lasts until the app closes."""

    def test_ctrl_z_undoes_the_latest_action_and_then_the_one_before(self, space, qtbot):
        """The page hears of it and shows what holds now."""
        undone = []
        space.page.said.emit("one", lambda: undone.append(1))
        space.page.said.emit("two", lambda: undone.append(2))
        for _ in range(3):
            press(qtbot, space, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

        assert undone == [2, 1]
        assert space.page.calls.count("refresh") == 2
        assert space.toast.words() == "There is nothing left to undo."

    def test_what_cannot_be_undone_offers_no_undo(self, space):
        """The toast then only says what was done."""
        space.page.said.emit("said", None)
        assert not space.toast.undo_button.isVisible()

    def test_what_stays_by_law_says_so_and_nothing_older_is_taken_back(self, space):
        """Its toast offers no undo; Ctrl Z tells why there is none."""
        undone = []
        space.page.said.emit("older", lambda: undone.append(1))
        space.page.said.emit("written", Standing())
        assert not space.toast.undo_button.isVisible()
        space.undo_last()
        assert space.toast.words().startswith("This cannot be undone: ")
        assert undone == []

    def test_an_undo_that_fails_is_said_and_nothing_breaks(self, space):
        """A full disk is a sentence."""

        def full():
            raise DiskFull

        space.page.said.emit("one", full)
        space.undo_last()
        assert "disk is full" in space.toast.words()
        assert space.toast.mark.icon == "warning"

    def test_only_what_was_done_carries_the_tick(self, space):
        """Neither an error, nor what a page refuses, nor an undo that left something as it is."""
        page = space.page
        told = []
        for tell in (
            lambda: page.said.emit("done", None),
            lambda: page.failed.emit(DiskFull()),
            lambda: page.warned.emit("nobody can take it"),
            lambda: page.said.emit("done", lambda: undone(1, 0)),
            space.undo_last,
            lambda: page.said.emit("done", lambda: undone(1, 1)),
            space.undo_last,
            space.tell_unkept,
        ):
            tell()
            told.append(space.toast.mark.icon)
        done, not_done = "check-circle", "warning"
        assert told == [done, not_done, not_done, done, done, done, not_done, not_done]

    def test_no_error_names_a_record_by_its_id(self, space):
        """An id tells nobody anything."""
        for error in (NotFound(what="0198ab"), CampaignNotHere(campaign="0198ab")):
            space.page.failed.emit(error)
            assert "0198ab" not in space.toast.words()
            assert "another grid" in space.toast.words()


class TestLongUndo:
    """Portion by portion, with a count, until it is stopped; the rest can be undone later."""

    @pytest.fixture
    def back(self):
        """Which portions were taken back."""
        return []

    @pytest.fixture
    def undo(self, back):
        """Three portions of twenty; the words of the end."""

        def go(at=0):
            if at:
                back.append(at)
            return Undone("All back.") if at == 3 else Undoing(at * 20, 60, lambda: go(at + 1))

        return go

    def test_each_portion_is_counted_and_others_come_between(self, space, undo, back):
        """A page that asks meanwhile is answered before the next portion."""
        space.page.said.emit("given", undo)
        lane = hold(space._context)
        space.undo_last()
        lane.let_one_go()
        space.page.ask(lambda: back.append("page"), lambda _: None)
        lane.let_one_go()
        assert (space.toast.words(), space.toast.undo_button.text()) == ("Undoing 20 / 60", "Stop")
        assert space.toast.mark.icon == "info"
        lane.let_all_go()
        assert back == [1, "page", 2, 3]
        assert space.toast.words() == "All back."
        assert space.page.calls.count("refresh") == 1

    def test_ctrl_z_stops_it_and_again_goes_on(self, space, qtbot, undo, back):
        """After the portion that is being written."""
        space.page.said.emit("given", undo)
        lane = hold(space._context)
        space.undo_last()
        lane.let_one_go()
        press(qtbot, space, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        lane.let_all_go()
        assert (back, space.toast.words()) == ([1], "Stopped. Undone: 20 of 60.")
        assert space.toast.mark.icon == "warning"
        assert space.toast.undo_button.text() == "Undo"
        space.toast.undo_button.click()
        lane.let_all_go()
        assert (back, space.toast.words()) == ([1, 2, 3], "All back.")

    def test_a_portion_that_fails_can_be_undone_later(self, space, back):
        """What is not back yet is not forgotten."""
        full = [DiskFull()]

        def rest():
            if full:
                raise full.pop()
            back.append("rest")
            return Undone("All back.")

        space.page.said.emit("given", lambda: Undoing(0, 60, rest))
        space.undo_last()
        assert "disk is full" in space.toast.words()
        space.undo_last()
        assert (back, space.toast.words()) == (["rest"], "All back.")

    def test_nothing_more_is_undone_once_it_locks(self, space, undo, back):
        """The store closes after the portion that is being written."""
        space.page.said.emit("given", undo)
        lane = hold(space._context)
        space.undo_last()
        lane.let_one_go()
        space.leave()
        lane.let_all_go()
        assert back == [1]

    def test_two_presses_before_an_answer_never_mix_two_of_them(self, space, undo, back):
        """The second press comes before anybody knows that the first one is long: it stops that
        one, and leaves the one before it whole."""
        space.page.said.emit("before", lambda: back.append("before"))
        space.page.said.emit("given", undo)
        lane = hold(space._context)
        space.undo_last()
        space.undo_last()
        lane.let_all_go()
        assert (back, space.toast.words()) == ([], "Stopped. Undone: 0 of 60.")
        space.undo_last()
        lane.let_all_go()
        assert (back, space.toast.words()) == ([1, 2, 3], "All back.")
        space.undo_last()
        lane.let_all_go()
        assert back == [1, 2, 3, "before"]

    def test_two_presses_undo_two_short_ones(self, space):
        """However slow the disk is."""
        undone = []
        space.page.said.emit("one", lambda: undone.append(1))
        space.page.said.emit("two", lambda: undone.append(2))
        lane = hold(space._context)
        space.undo_last()
        space.undo_last()
        lane.let_all_go()
        assert undone == [2, 1]


class TestThePill:
    """Offline is grey, waiting is counted, synced means an empty outbox."""

    def test_before_the_first_sync_it_works_offline(self, space):
        """Nothing is said to be synced that never was."""
        assert space.pill.state is SyncState.OFFLINE

    def test_work_that_waits_is_counted(self, space, place):
        """After each save."""
        household = place.store.reading.find("household", household_id("6-2-904"))
        place.visits.record(household, VisitForm(result="met"))
        space.page.changed.emit()

        assert space.pill.accessibleName() == "Working offline 1 to send"

    def test_a_lost_network_is_never_a_toast(self, space):
        """It is normal; the pill says it."""
        space.runner.run_now()

        assert space.toast.words() == ""
        assert space.pill.state is SyncState.OFFLINE

    def test_a_computer_shut_out_is_told(self, space):
        """Somebody has to act on that."""
        space.runner.failed.emit(SignedOut())
        assert "Nothing is lost" in space.toast.words()


@pytest.mark.parametrize(
    ("width", "scale", "sidebar_px"),
    [(1024, 1.0, 60), (1366, 1.0, 188), (1920, 1.0, 208), (1366, 2.0, 120)],
)
def test_the_sidebar_follows_the_width(space, width, scale, sidebar_px):
    """From the least window to a large one, in logical pixels."""
    space._context.look.use_scale(scale)
    space.resize(width, 600)

    assert space.sidebar.width() == sidebar_px


class TestTryingAgain:
    """A network that comes back is noticed by itself."""

    def test_a_lost_network_is_tried_more_often(self, place, qtbot):
        """Every three minutes is enough in the office, and far too slow out of the lift."""
        runner = SyncRunner(place.syncing, page_context(place).lanes.net)
        with qtbot.waitSignal(runner.failed):
            runner.start_regularly()

        assert WHILE_OFFLINE_MS < EVERY_MS
        assert runner._regular.interval() == WHILE_OFFLINE_MS
        runner.stop()


def test_a_page_that_is_not_there_leads_nowhere(space):
    """A route may be known to somebody whose post does not have its page."""
    space.go(Route("households"))
    space.go(Route("people"))
    assert space.page.KEY == "households"
    space.go_back()
    assert space.page.KEY != "people"
