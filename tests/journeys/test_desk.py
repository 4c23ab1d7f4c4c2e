"""The front desk and the doors, over real processes: what one does, the other has, and soon."""

from contextlib import closing
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.page import Route
from desktop.pages.desk import DeskPage
from tests.support.processes import LaptopProcess, reach
from tests.support.scene import served_town
from tests.support.stores import POSTGRESQL
from tests.support.town import COMMUNITY
from tests.support.windows import open_app

SOON_MS = 60_000
"""Far beyond what it takes (``make bench`` says that): a busy machine must not fail the test."""
Key = Qt.Key
CASES = 20
STEPS = (
    (Key.Key_Return, "received"),
    (Key.Key_Return, "ready"),
    (Key.Key_Return, "picked_up"),
    (Key.Key_5, "closed"),
)


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

    def has_received(self, number):
        """So many, and the receipt of the last one lies there."""
        return len(self.cases()) == number and not self.page._is_receiving()

    def offers(self, case_id, stage):
        """The list has the case at this stage, and its next step is a key away."""
        case = self.page.queue.in_hand.case(case_id)
        return (
            case is not None
            and case.stage == stage
            and (stage == "closed" or self.page.list.rows.current_key() == case_id)
        )

    def rows(self):
        return [self.page.list.model.row_at(at) for at in range(self.page.list.model.rowCount())]

    def find(self, who):
        """Type a visitor's phone, and open the form of the one who is found."""
        self.press(Key.Key_F, ctrl=True)
        QTest.keyClicks(self.root.window.focusWidget(), who.phone)
        self.wait(lambda: [row.face for row in self.rows()] == [who.name[0]])
        self.press(Key.Key_Return)
        self.wait(lambda: self.page._is_receiving() and self.page.form.owners.buttons())

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


@pytest.mark.timeout(300)
@pytest.mark.parametrize("stores", [POSTGRESQL], indirect=True)
def test_a_clerk_alone_takes_twenty_cases_to_their_end_by_keys(qtbot, scene, tmp_path):
    """Without a line, each: found by the phone, received, what is missing told once and brought,
    ready, picked up, five of five. Then a colleague has all twenty, each with its own numbers."""
    scene.desk_line.unplug()
    with open_app(scene.desk.home) as root:
        window = Window(qtbot, root)
        root.go(Route("desk"))
        for number in range(CASES):
            window.find(scene.town.homes[number].people[0])
            window.press(Key(Key.Key_1 + number % 4))
            window.press(Key.Key_S, ctrl=True)
            window.wait(partial(window.has_received, number + 1))
            (case,) = [one for one in window.cases() if one.get("stage") != "closed"]
            assert (case.get("stage"), bool(case.get("told_at"))) == ("supplement", True)
            window.press(Key.Key_F6, Key.Key_F6)
            window.wait(partial(window.offers, case.id, "supplement"))
            for key, stage in STEPS:
                window.press(key)
                window.wait(partial(window.offers, case.id, stage))
        receipts = {case.get("receipt") for case in window.cases()}
        assert len(receipts) == CASES
        assert not any(case.get("no") for case in window.cases())

        scene.desk_line.plug_in()
        root.runner.run_now()
        window.wait(lambda: all(case.get("no") for case in window.cases()))

    colleague = scene.colleague(tmp_path / "li", "李敏", "desk_clerk", COMMUNITY)
    with closing(colleague.look_inside()) as hers:
        there = hers.store.reading.rows("service_case")
    assert {(one.get("receipt"), one.get("stage"), one.get("satisfaction")) for one in there} == {
        (receipt, "closed", 5) for receipt in receipts
    }
    assert len({one.get("no") for one in there}) == CASES
