"""An opened profile locks by itself: after a while, on request, and when the session is left."""

import io
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from shiboken6 import delete

from desktop.app import DoorstepApp
from desktop.demo.processes import program
from desktop.jobs.lanes import threaded_lanes
from desktop.locking.fresh import Handed, taken_over
from desktop.locking.guard import Guard
from desktop.locking.idle import AT_THE_DESK, USUAL, IdleWatch, patience
from desktop.locking.leaving import Leaving
from desktop.locking.notes import NoteWatch
from desktop.locking.session import own_session
from desktop.pages.unlock import UnlockPage
from desktop.services.locked import Locked
from desktop.services.locking import ask_to_lock
from desktop.services.profiles import ProfileFolder
from desktop.workspace import Workspace
from sync.errors import DiskFull
from tests.desktop.test_app import CLOCK, chen, paths, shown, unlock
from tests.support.full_disk import limit_pages

__all__ = ["chen", "paths"]


class TwoClocks:
    """A wall clock and an uptime that a test moves apart."""

    def __init__(self):
        self.wall = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
        self.up = 100.0

    def now(self):
        return self.wall

    def monotonic(self):
        return self.up

    def passes(self, *, wall=timedelta(), up=timedelta()):
        """Time goes by."""
        self.wall += wall
        self.up += up.total_seconds()


@pytest.fixture
def guarded(qtbot, paths):
    """Starts the app with what locks it, and ends both in this thread."""
    lanes, threads = threaded_lanes()
    guard = Guard(CLOCK)
    root = DoorstepApp(paths, None, CLOCK, lanes, guard=guard)
    root.show_gate()
    root.window.show()
    qtbot.addWidget(root.window)
    root.guard = guard
    yield root
    root.window.close()
    for thread in threads:
        thread.close()
    # Its watchers belong to this thread: the collector may run in any.
    delete(guard)


@pytest.fixture
def clock():
    """What the watch looks at."""
    return TwoClocks()


@pytest.fixture
def window(qtbot):
    """A window with a field that has the keyboard."""
    field = QLineEdit()
    qtbot.addWidget(field)
    with qtbot.waitExposed(field):
        field.show()
    field.activateWindow()
    qtbot.waitUntil(field.hasFocus)
    yield field.windowHandle()
    field.close()


@pytest.fixture
def watch(clock, window):
    """A watch with the patience of a worker, and how often it asked."""
    made = IdleWatch(clock)
    made.asked = []
    made.due.connect(lambda: made.asked.append(1))
    made.begin(window, USUAL)
    yield made
    delete(made)


class TestIdle:
    """Nobody is there."""

    def test_it_waits_as_long_as_it_may(self, watch, clock):
        """Not a moment less."""
        clock.passes(wall=USUAL - timedelta(seconds=1), up=USUAL - timedelta(seconds=1))
        watch.look()
        assert watch.asked == []

        clock.passes(wall=timedelta(seconds=1), up=timedelta(seconds=1))
        watch.look()
        assert watch.asked == [1]

    @pytest.mark.parametrize(
        ("wall", "up"),
        [(timedelta(hours=1), timedelta()), (-timedelta(hours=1), USUAL)],
        ids=["asleep", "the clock was set back"],
    )
    def test_either_clock_is_enough(self, watch, clock, wall, up):
        """A computer asleep has no uptime; a clock that is set back has no hours."""
        clock.passes(wall=wall, up=up)
        watch.look()
        assert watch.asked == [1]

    def test_a_key_in_the_window_counts(self, watch, clock, window, qtbot):
        """The time begins anew."""
        clock.passes(wall=USUAL)
        qtbot.keyClick(window, Qt.Key.Key_A)
        watch.look()
        assert watch.asked == []

        clock.passes(wall=USUAL)
        watch.look()
        assert watch.asked == [1]

    def test_composing_counts(self, watch, clock, qtbot):
        """An input method takes the keys before any window does."""
        clock.passes(wall=USUAL)
        QApplication.sendEvent(QApplication.focusWidget(), QInputMethodEvent("你好", []))
        watch.look()
        assert watch.asked == []

    def test_the_desk_is_left_sooner(self):
        """Its screen is turned to the room."""
        assert patience(["grid_worker"]) == USUAL
        assert patience(["grid_worker", "desk_clerk"]) == AT_THE_DESK


def test_a_note_is_taken_once(qtbot, tmp_path):
    """One from before the profile was opened says nothing any more."""
    folder = ProfileFolder("chen", tmp_path)
    ask_to_lock(folder)
    watch = NoteWatch()
    watch.begin(folder)
    with qtbot.assertNotEmitted(watch.asked, wait=50):
        pass

    with qtbot.waitSignal(watch.asked):
        ask_to_lock(folder)
    assert list((tmp_path / "asks").iterdir()) == []
    delete(watch)


def test_the_window_locks_when_nobody_is_there(chen, guarded, qtbot):
    """What is shown asks for the password, and the data is closed."""
    root = guarded
    unlock(root, qtbot)

    root.guard.idle.due.emit()

    assert isinstance(shown(root), UnlockPage)
    root.guard.idle.due.emit()  # Nothing is open: nothing happens.
    assert isinstance(shown(root), UnlockPage)


def test_what_the_disk_refused_stays_behind_the_cover(chen, guarded, qtbot):
    """Nobody could be asked whether to leave without it."""
    root = guarded
    unlock(root, qtbot)
    workspace, place = shown(root), root._place
    limit_pages(place.store.database, 0)
    with pytest.raises(DiskFull):
        place.store.drafts.keep("note:h1", "药" * 30000)
    root.guard.idle.due.emit()

    assert isinstance(shown(root), Workspace)
    assert workspace.is_covered
    limit_pages(place.store.database, 1_000_000)
    place.store.drafts.try_again()
    root.guard.idle.due.emit()
    assert isinstance(shown(root), UnlockPage)


def test_a_command_locks_the_window(chen, guarded, qtbot, paths):
    """It needs no password, and ends when the data is closed."""
    root = guarded
    unlock(root, qtbot)
    command = [*program("doorstep"), "--home", str(paths.data), "lock"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asking:
        qtbot.waitUntil(lambda: asking.poll() is not None, timeout=30_000)
        assert (asking.returncode, isinstance(shown(root), UnlockPage)) == (0, True)

    again = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    assert again.stdout.strip()


def six_digits(root, qtbot, code):
    """Type them at the lock."""
    page = shown(root)
    assert not page.six.isHidden()
    page.six.set_text(code)
    qtbot.keyClick(page.six.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(page.unlock.isEnabled, timeout=20_000)


def test_six_digits_open_it_again_and_five_wrong_ones_do_not(chen, guarded, qtbot):
    """The code is asked for first; a wrong one says how many tries are left."""
    root = guarded
    unlock(root, qtbot)
    root._place.quick.set("271828")
    root.lock()
    page = shown(root)
    page.six.set_text("271828")
    qtbot.keyClick(page.six.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(shown(root), Workspace), timeout=20_000)

    root.lock()
    for left in (4, 3, 2, 1):
        six_digits(root, qtbot, "314159")
        assert str(left) in shown(root).six.error()
    six_digits(root, qtbot, "314159")
    assert shown(root).six.isHidden()
    unlock(root, qtbot)


def test_without_a_code_the_lock_asks_for_the_password(chen, guarded, qtbot):
    root = guarded
    unlock(root, qtbot)
    root.lock()
    assert shown(root).six.isHidden()


class End:
    """How a process would end, and what the next one was told."""

    def __init__(self, starts=True):
        self.ended, self.told, self.starts = 0, [], starts

    def end(self):
        self.ended += 1

    def start(self, paths, handed):
        if not self.starts:
            raise OSError
        self.told.append(handed)


def test_a_lock_ends_the_process_once_the_next_one_is_there(chen, guarded, qtbot):
    """It is told whose profile it is, and where the window stood."""
    root, end = guarded, End()
    root.leaving = Leaving(end.end, end.start)
    unlock(root, qtbot)
    root.lock()
    qtbot.waitUntil(lambda: end.ended > 0, timeout=20_000)
    (handed,) = end.told
    assert (handed.profile, handed.quick) == ("chen", None)
    assert handed.geometry
    assert (handed.locked.profile, handed.locked.unsent) == ("chen", 0)


def test_where_no_process_starts_this_one_shows_the_lock(chen, guarded, qtbot):
    """A disk without room for a process, or a table of them that is full."""
    root, end = guarded, End(starts=False)
    root.leaving = Leaving(end.end, end.start)
    unlock(root, qtbot)
    root.lock()
    unlock(root, qtbot)
    assert end.ended == 0


def test_what_the_next_process_is_told_is_read_once(monkeypatch):
    """And what cannot be read is as none: the password opens it."""
    now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    locked = Locked("chen", "陈晓禾", "丰和社区", now, unsent=3, days_left=None)
    handed = Handed("chen", b"\x01\x02", True, locked=locked)
    for text, found in ((handed.text(), handed), ("{", None), ("{}", None)):
        monkeypatch.setenv("DOORSTEP_LOCKED", "1")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert taken_over() == found
        assert taken_over() is None


@pytest.mark.parametrize(("name", "path"), [("3", "_33"), ("c2", "c2"), ("12", "_312"), ("", "")])
def test_the_session_is_named_as_systemd_names_it(name, path):
    """Only its own lock counts: another user's desktop may lock as it likes."""
    assert own_session(name) == (f"/org/freedesktop/login1/session/{path}" if path else "")
