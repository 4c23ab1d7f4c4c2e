"""What one person syncs, the other's open window shows by itself, and soon."""

import pytest
from PySide6.QtWidgets import QApplication

from desktop.page import Route
from tests.support.processes import LaptopProcess, reach
from tests.support.scene import served_town
from tests.support.windows import open_app, words_of

NOTE = "厨房燃气软管换好了，检查过。"
SOON_MS = 60_000
"""Far beyond what it takes (``make bench`` says that): a busy machine must not fail the test."""


@pytest.fixture
def town(founded, tmp_path, stores):
    """The town's server with a worker's computer, and the home of a clerk's, both beside it."""
    with served_town(founded, tmp_path, stores) as (url, database):
        worker = LaptopProcess(founded.copy("worker", tmp_path))
        desk = founded.copy("desk", tmp_path)
        worker.reach(url)
        reach(desk, url)
        yield founded.town, worker, desk, database


@pytest.mark.timeout(300)
def test_the_desk_sees_a_workers_sync_by_itself(qtbot, town):
    """Nobody presses anything: the open household shows the note once the worker synced."""
    place, worker, desk, _ = town
    home = place.homes[0]
    worker.must("note", home.room, NOTE)
    with open_app(desk) as root:
        qtbot.waitUntil(lambda: root.runner.listening, timeout=SOON_MS)
        root.go(Route("household", home.id))
        qtbot.waitUntil(lambda: home.people[0].name in words_of(root), timeout=SOON_MS)
        assert NOTE not in words_of(root)

        worker.must("sync")

        qtbot.waitUntil(lambda: NOTE in words_of(root), timeout=SOON_MS)


@pytest.mark.timeout(300)
def test_a_window_that_listens_locks_at_once(qtbot, town):
    """The wait is broken off: the store is closed long before the server would have answered."""
    _, _, desk, _ = town
    with open_app(desk) as root:
        runner = root.runner
        qtbot.waitUntil(lambda: runner.listening, timeout=SOON_MS)
        gone = []
        runner.destroyed.connect(lambda: gone.append(True))

        root.lock()

        qtbot.waitUntil(lambda: bool(gone), timeout=SOON_MS)
        assert root.runner is None
        # The profile is free: it opens again.
        with open_app(desk) as again:
            qtbot.waitUntil(lambda: again.runner.listening, timeout=SOON_MS)
    QApplication.processEvents()
