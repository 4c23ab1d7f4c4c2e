"""The front desk and the doors, over real processes: what one does, the other has, and soon."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.page import Route
from desktop.pages.desk import DeskPage
from tests.support.processes import LaptopProcess, reach
from tests.support.scene import served_town
from tests.support.windows import open_app

SOON_MS = 60_000
"""Far beyond what it takes (``make bench`` says that): a busy machine must not fail the test."""
Key = Qt.Key


@pytest.fixture
def town(founded, tmp_path, stores):
    """The town's server with a worker's computer, and the home of a clerk's, both beside it."""
    with served_town(founded, tmp_path, stores) as (url, _database):
        worker = LaptopProcess(founded.copy("worker", tmp_path))
        desk = founded.copy("desk", tmp_path)
        worker.reach(url)
        reach(desk, url)
        yield founded.town, worker, desk


class Window:
    """The desk's page in the app, and hands on its keyboard."""

    def __init__(self, qtbot, root):
        self.qtbot = qtbot
        self.root = root
        self.page = root.window.findChild(DeskPage)
        with qtbot.waitActive(root.window):  # Shortcuts are the active window's.
            root.window.activateWindow()

    def press(self, *keys, ctrl=False):
        held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.root.window.focusWidget() or self.root.window, key, held)

    def wait(self, what):
        self.qtbot.waitUntil(lambda: bool(what()), timeout=SOON_MS)

    def cases(self):
        return self.page.place.store.reading.rows("service_case")

    def open(self, household_id):
        """Receive somebody of this home; whom it can be handed to is known."""
        self.root.go(Route("desk", household_id))
        self.wait(lambda: self.page._is_receiving() and self.page.form.owners.buttons())


@pytest.mark.timeout(300)
def test_what_the_desk_hands_over_is_with_the_worker_after_her_sync(qtbot, town):
    """By keys, sent by itself; it stands on her Today, and what she does comes back by itself."""
    place, worker, desk = town
    with open_app(desk) as root:
        window = Window(qtbot, root)
        window.wait(lambda: root.runner.listening)
        window.open(place.homes[0].id)
        window.wait(lambda: len(window.page.form.owners.buttons()) > 1)
        window.press(Key.Key_5, Key.Key_A, Key.Key_O)
        window.press(Key.Key_S, ctrl=True)
        window.wait(lambda: len(window.cases()) == 1)
        receipt = window.cases()[0].get("receipt")
        root.runner.run_now()
        window.wait(lambda: window.cases()[0].get("no"))

        worker.must("sync")
        hers = worker.look_inside()
        try:
            (matter,) = [one for one in hers.today.round().matters if receipt in one.title]
        finally:
            hers.close()
        worker.apply([{"do": "step", "id": matter.id, "kind": "start"}])
        worker.must("sync")

        find = window.page.place.store.reading.find
        window.wait(lambda: find("matter", matter.id).get("stage") == "processing")
