"""The window from the password to the lock: nothing is lost, nothing stays open."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QMainWindow, QWidget

from desktop.app import DoorstepApp
from desktop.jobs.lanes import threaded_lanes
from desktop.page import Route
from desktop.pages.first_run import FirstRunPage
from desktop.pages.held_shut import HeldShutPage
from desktop.pages.unlock import UnlockPage
from desktop.paths import paths_for
from desktop.services.policy import PolicyBroken
from desktop.services.profiles import Connection, Profiles
from desktop.services.workplace import workplace_on
from desktop.settings import SettingsFile
from desktop.theme.following import SystemTheme
from desktop.widgets.text import Text
from desktop.workspace import Workspace
from sync.errors import DiskFull, ProfileInUse, ServerUnreachable
from sync.i18n import catalogue
from sync.store.facts import LastSync
from sync.wire.client import Client
from sync.wire.courier import Call, RequestFile
from sync.wire.signing import Credentials
from sync.wire.transport import Traffic
from tests.support.full_disk import limit_pages
from tests.support.laptops import PASSWORD, TickingClock, new_store, open_store

CLOCK = TickingClock(datetime(2026, 11, 21, 2, 0, tzinfo=UTC))


@pytest.fixture
def paths(tmp_path):
    """A computer's folders."""
    return paths_for(tmp_path)


@pytest.fixture
def chen(paths):
    """A locked profile whose server cannot be reached."""
    folder = Profiles(paths.profiles).reserve("chen")
    new_store(folder.path).close()
    folder.remember(Connection("http://127.0.0.1:9"))
    return folder


@pytest.fixture
def started(qtbot, paths):
    """Starts the app with its real threads, and ends them."""
    ended = []

    def start(system=None):
        lanes, threads = threaded_lanes()
        root = DoorstepApp(paths, None, CLOCK, lanes, system)
        ended.append((root, threads))
        root.show_gate()
        root.window.show()
        qtbot.addWidget(root.window)
        return root

    yield start
    for root, threads in ended:
        root.window.close()
        for thread in threads:
            thread.close()


def shown(root):
    """What the window shows."""
    return root.window.centralWidget()


def unlock(root, qtbot):
    """Type the password and wait for the pages."""
    page = shown(root)
    page.password.set_text(PASSWORD)
    page.unlock.click()
    qtbot.waitUntil(lambda: isinstance(shown(root), Workspace), timeout=20_000)


def test_starting_waits_for_nothing_that_only_papers_need():
    """PDF and spreadsheets are 11 MB and a quarter of a second, for what few days ask for."""
    code = "import sys, desktop.app; sys.exit(bool({'pypdf', 'xlsxwriter'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_new_computer_begins_with_the_first_run(started):
    """There is nothing to unlock yet."""
    assert isinstance(shown(started()), FirstRunPage)


def test_a_broken_policy_holds_the_app_shut(started, chen):
    """Its place is named; nobody is asked for a password below half a policy."""
    root = started()
    root.show_held_shut(PolicyBroken(source="/etc/doorstep/policy.toml", line=3, why="server"))

    assert isinstance(shown(root), HeldShutPage)
    assert "/etc/doorstep/policy.toml" in shown(root).trouble.accessibleDescription() + "".join(
        text.text() for text in shown(root).trouble.findChildren(QLabel)
    )


def test_locking_closes_the_store_and_the_password_opens_it_again(started, qtbot, chen):
    """At once, while a sync that cannot end was under way."""
    root = started()
    unlock(root, qtbot)
    root.lock()
    assert isinstance(shown(root), UnlockPage)
    unlock(root, qtbot)

    assert shown(root).page.KEY == "today"


def test_the_lock_knows_whom_it_waits_for_until_the_app_ends(started, qtbot, chen):
    """Not from the disk: the next start can read no more than a login."""
    root = started()
    unlock(root, qtbot)
    name = root._place.store.account.user.name
    root.lock()
    qtbot.waitUntil(lambda: name in gate_words(root), timeout=20_000)
    kept = [file.read_bytes() for file in chen.path.rglob("*") if file.is_file()]
    assert not [one for one in kept if name.encode() in one]

    assert name not in gate_words(started())


def gate_words(root):
    """What can be read before the password."""
    return " ".join(text.text() for text in shown(root).findChildren(Text))


def test_one_more_person_is_set_up_from_the_lock(started, qtbot, chen):
    """And back from there leads to the lock."""
    root = started()
    shown(root).another.click()
    assert isinstance(shown(root), FirstRunPage)
    shown(root).step_back.click()
    assert isinstance(shown(root), UnlockPage)


class SlowTransport:
    """A server that answers nothing until the test lets it break."""

    def __init__(self):
        self.traffic = Traffic()
        self.called = threading.Event()
        self.broken = threading.Event()

    def exchange(self, method, path, body=None, *, deadline_s=60.0, **options):
        self.called.set()
        assert self.broken.wait(deadline_s)
        raise ServerUnreachable

    def hang_up(self):
        """Nothing to break off: a session ends by itself."""


def test_a_store_closes_only_after_the_session_that_uses_it(started, qtbot, chen):
    """The lock covers everything at once; the data is let go when nobody works on it."""
    slow = SlowTransport()
    store = open_store(chen.path)
    root = started()
    root.show_workspace(workplace_on(chen, store, CLOCK, lambda connection, token: Client(slow)))
    assert slow.called.wait(20)
    root.lock()

    assert isinstance(shown(root), UnlockPage)
    with pytest.raises(ProfileInUse):
        open_store(chen.path)
    slow.broken.set()
    unlock(root, qtbot)
    assert shown(root).page.KEY == "today"


class DeadTransport(SlowTransport):
    """A line on which no answer comes, ever."""

    def hang_up(self):
        self.broken.set()


def test_a_dead_line_keeps_nobody_from_unlocking(started, qtbot, chen):
    """Locking breaks the session off: nobody waits for its deadline of minutes."""
    lines = []

    def connect(connection, token):
        lines.append(DeadTransport())
        return Client(lines[-1])

    store = open_store(chen.path)
    root = started()
    root.show_workspace(workplace_on(chen, store, CLOCK, connect))
    qtbot.waitUntil(lambda: any(line.called.is_set() for line in lines), timeout=20_000)

    root.lock()

    unlock(root, qtbot)
    assert shown(root).page.KEY == "today"


def test_a_dead_line_keeps_no_errand_open_after_a_lock(started, qtbot, chen, tmp_path):
    """A colleague's courier file is on its way to a server that does not answer."""
    lines = []

    def connect(connection, token):
        lines.append(DeadTransport())
        return Client(lines[-1])

    file = tmp_path / "theirs.courier"
    store = open_store(chen.path)
    with file.open("wb") as opened:
        key = X25519PrivateKey.generate().public_key().public_bytes_raw()
        requests = RequestFile(opened, key, Credentials("token"), store.minter)
        requests.write(Call("GET", "/v1/hello", b""), last=True)
    root = started()
    place = workplace_on(chen, store, CLOCK, connect)
    root.show_workspace(place)
    root.runner.cancel()
    qtbot.waitUntil(lambda: not root.runner.running, timeout=20_000)
    before = len(lines)
    assert root.runner.run_errand(partial(place.courier.bring, file, None))
    qtbot.waitUntil(lambda: any(line.called.is_set() for line in lines[before:]), timeout=20_000)

    root.lock()

    unlock(root, qtbot)
    assert shown(root).page.KEY == "today"


def test_after_closing_the_window_the_profile_is_free(started, qtbot, chen):
    """Another program may open it: its lock is gone and everything is written back."""
    root = started()
    unlock(root, qtbot)
    root.window.close()
    for thread in root_threads(root):
        thread.close()

    open_store(chen.path).close()


def root_threads(root):
    """The threads behind the lanes, the net's first, as at the end of the program."""
    return [root._lanes.net, root._lanes.store]


def test_a_draft_that_the_disk_refused_is_told_before_anything_closes(started, qtbot, chen):
    """Once: after that, leaving without it is the person's own choice."""
    root = started()
    unlock(root, qtbot)
    workspace, drafts = shown(root), root._place.store.drafts
    limit_pages(root._place.store.database, 0)
    with pytest.raises(DiskFull):
        drafts.keep("note:h1", "药" * 30000)

    assert not root.window.close()
    assert shown(root) is workspace
    limit_pages(root._place.store.database, 1_000_000)
    root.lock()
    unlock(root, qtbot)
    assert root._place.store.drafts.find("note:h1") == "药" * 30000


def test_a_new_language_holds_at_once_and_the_next_time(started, qtbot, chen, paths):
    """The pages are built again, and the person is where they were."""
    root = started()
    unlock(root, qtbot)
    root.go(Route("settings"))
    before = shown(root)
    before.page.appearance.speak("zh_CN")

    assert catalogue.language == "zh_CN"
    assert shown(root) is not before
    assert shown(root).page.KEY == "settings"
    assert shown(root).page.title() == "设置"
    assert SettingsFile(paths.settings_file)._read()["language"] == "zh_CN"


def test_the_text_size_that_keys_chose_is_kept(started, qtbot, chen, paths):
    """Ctrl + on any page."""
    root = started()
    unlock(root, qtbot)
    shown(root)._scale_by(0.25)

    assert SettingsFile(paths.settings_file).load().scale == 1.25


class Evening(QObject):
    """A desktop that a test turns light and dark; the one without a screen never does."""

    colorSchemeChanged = Signal(Qt.ColorScheme)  # noqa: N815

    def __init__(self):
        super().__init__()
        self._scheme = Qt.ColorScheme.Unknown

    def colorScheme(self):  # noqa: N802
        return self._scheme

    def become(self, scheme):
        self._scheme = scheme
        self.colorSchemeChanged.emit(scheme)


@pytest.fixture
def evening(qapp):
    """A desktop that says nothing at first."""
    return Evening()


class TestTheLook:
    """Light or dark, and how close things stand: at once, and the next time."""

    def test_the_computer_decides_until_somebody_chooses(self, started, evening):
        """A desktop that turns dark in the evening takes the app along, but not a choice."""
        root = started(SystemTheme(evening))
        assert not root.look.theme.is_dark
        evening.become(Qt.ColorScheme.Dark)
        assert root.look.theme.is_dark
        root.apply(replace(root.settings, theme="light"))
        evening.become(Qt.ColorScheme.Light)
        evening.become(Qt.ColorScheme.Dark)

        assert not root.look.theme.is_dark

    def test_a_key_turns_it_and_the_settings_know(self, started, qtbot, chen, paths):
        """Ctrl Shift D on any page."""
        root = started()
        unlock(root, qtbot)
        root.go(Route("settings"))
        shown(root).theme_asked.emit()

        assert root.look.theme.is_dark
        assert shown(root).page.appearance.themes.chosen() == "dark"
        assert SettingsFile(paths.settings_file).load().theme == "dark"

    def test_rows_close_up_at_once(self, started, qtbot, chen):
        """A quarter lower."""
        root = started()
        before = root.look.row_px(40)
        root.apply(replace(root.settings, compact=True))

        assert (before, root.look.row_px(40)) == (40, 30)


def test_the_first_day_is_explained_once(started, qtbot, chen, paths):
    """Three cards after the first sync, for each who works here, beside no form; never again."""
    store = open_store(chen.path)
    store.facts.set_last_sync(LastSync("2026-11-21T02:00:00Z"))
    store.close()
    root = started()
    unlock(root, qtbot)
    card = shown(root).tour
    qtbot.waitUntil(card.isVisible)
    root.go(Route("settings"))
    assert not card.isVisible()
    shown(root).go_to_section("today")
    qtbot.waitUntil(card.isVisible)
    for _card in range(3):
        card.next.click()

    assert not card.isVisible()
    assert SettingsFile(paths.settings_file).load().toured == ("chen",)
    root.lock()
    unlock(root, qtbot)
    shown(root).count()
    assert not shown(root).tour.isVisible()


class StrayWindows(QObject):
    """Notes every widget that appears as a window of its own."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):  # noqa: N802
        shows = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shows and watched.isWindow() and not isinstance(watched, QMainWindow):
            self.seen.append(type(watched).__name__)
        return False


def test_building_pages_never_flashes_a_window(started, qtbot, qapp, chen):
    """A part shown before it has its place would take the keyboard from the page."""
    strays = StrayWindows()
    qapp.installEventFilter(strays)
    root = started()
    unlock(root, qtbot)
    for key in ("today", "households", "conflicts", "sync", "settings"):
        root.go(Route(key))
    root.lock()
    qapp.removeEventFilter(strays)

    assert strays.seen == []


@pytest.mark.parametrize("key", ["today", "households", "conflicts", "sync", "settings"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_section_fits_the_least_window(started, qtbot, chen, key, scale):
    """1024 by 600 pixels, also with text twice as large: no page asks for more."""
    root = started()
    unlock(root, qtbot)
    root.look.use_scale(scale)
    root.go(Route(key))
    root.window.resize(1024, 600)

    page = shown(root).page
    qtbot.waitUntil(lambda: page.size() == page.parentWidget().size() and page.width() > 700)
    least = page.minimumSizeHint()
    assert shown(root).minimumSizeHint().width() <= 1024
    assert (least.width(), least.height()) <= (page.width(), page.height()), least


def test_qt_speaks_with_the_window(started):
    """A dialog of Qt's own, to keep a file or to print, is not English in a Chinese window."""
    app = started()
    for language, word in (("zh_CN", "取消"), ("en", "Cancel")):
        app.apply(replace(app.settings, language=language))
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") == word
