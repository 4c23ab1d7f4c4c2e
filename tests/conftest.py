"""What every test stands on: no screen, a known language, nothing of the developer's own."""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import psutil
import pytest

from sync.i18n import catalogue
from tests.support.compiled import share_compiled

# Before anything imports Qt, which reads it once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
# A process that tests start reads what an earlier one compiled, also where this one may not keep
# it: a fifth of its time until it does something.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path("build", "compiled").absolute()))
# No test may write into the developer's own keychain, nor a process that it starts.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

MEMORY: Final = Path("/dev/shm")
ROOM_BYTES: Final = 3 << 30
"""What has to be free, in memory and on the file system there: many times what a run needs."""


def _use_memory() -> None:
    """Keep temporary files on a file system in memory where there is room, unless somebody says
    where they belong. On a disk each save waits for it, and a database of PostgreSQL takes up to
    ten times as long to make."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    free = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available)
    if free >= ROOM_BYTES:
        os.environ["TMPDIR"], tempfile.tempdir = str(MEMORY), None


_use_memory()

MUCH_GARBAGE: Final = 200_000
"""New objects since the last look; some 50 MB."""


def pytest_configure() -> None:
    """Before the first engine is made."""
    share_compiled()


def pytest_collection_finish() -> None:
    """What is there now stays: looking for garbage need not look at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Nothing stays in memory behind a run in which all went well."""
    if exitstatus == pytest.ExitCode.OK and not hasattr(session.config, "workerinput"):
        shutil.rmtree(session.config._tmp_path_factory.getbasetemp(), ignore_errors=True)


@pytest.fixture(autouse=True, scope="module")
def widgets_end_here() -> Iterator[None]:
    """Widgets that only hold each other end with their file at the latest, on this thread: a
    server's thread in a later test would end them where Qt ends the process. The app sees to it
    with ``desktop.garbage``."""
    yield
    if not gc.isenabled():
        gc.collect()
        # What is left is somebody's for good. The next file need not look at it.
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def no_thread_ends_a_widget(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where there are widgets, garbage waits for ``widgets_end_here``, or until it is much."""
    if "qapp" in request.fixturenames:
        gc.disable()
    yield
    if not gc.isenabled() and gc.get_count()[0] > MUCH_GARBAGE:
        gc.collect()


class Endings:
    """What ends beside the next tests, each by itself. What went wrong there fails a test later:
    the next one that asks, or the last one."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._running: list[Future[None]] = []

    def submit(self, end: Callable[[], None]) -> None:
        """Have something end, and look how those went that have ended meanwhile."""
        self._running.append(self._pool.submit(end))
        self.look(wait_for_all=False)

    def look(self, *, wait_for_all: bool) -> None:
        """Raise what one of them ended with; each once."""
        ended = [one for one in self._running if wait_for_all or one.done()]
        self._running = [one for one in self._running if one not in ended]
        errors = [error for one in ended if isinstance(error := one.exception(), Exception)]
        if errors:
            raise ExceptionGroup("something went wrong where an earlier test ended", errors)


@pytest.fixture(scope="session")
def endings() -> Iterator[Endings]:
    """Where servers end while the next test runs: each waits a sixth of a second for nobody."""
    with ThreadPoolExecutor(4) as pool:
        made = Endings(pool)
        yield made
        made.look(wait_for_all=True)


@pytest.fixture(scope="module")
def used_folders(request: pytest.FixtureRequest, endings: Endings) -> Iterator[list[Path]]:
    """The folders of a file's tests, removed behind the last of them where all went well: they are
    half a megabyte each."""
    used: list[Path] = []
    yield used
    endings.look(wait_for_all=True)
    if not request.session.testsfailed:
        for folder in used:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def tmp_path(tmp_path: Path, used_folders: list[Path]) -> Path:
    """A folder of its own for every test."""
    used_folders.append(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def surroundings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A home of its own for every test, and English unless it asks for ``chinese``. The logs that
    its commands began end with it."""
    for name in (
        "DOORSTEP_NOW",
        "DOORSTEP_PASSWORD_FILE",
        "DOORSTEP_DATABASE",
        "DOORSTEP_COLUMN_KEY",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOORSTEP_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("DOORSTEP_LANG", "en")
    catalogue.use("en")
    yield
    _end_logs()


def _end_logs() -> None:
    """A process that runs one command has one. Here each would write into those of all before it,
    whose folders are gone."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()


@pytest.fixture
def chinese(surroundings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own language, here and in the processes that the test starts."""
    monkeypatch.setenv("DOORSTEP_LANG", "zh_CN")
    catalogue.use("zh_CN")
