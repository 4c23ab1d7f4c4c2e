"""Widgets that only hold each other end on the window's thread, whoever works meanwhile."""

import gc
import threading

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.garbage import THRESHOLDS, WindowCollector


class Held(QWidget):
    """Holds itself, as a page does by way of what it connected."""

    def __init__(self, ended: list[str]) -> None:
        super().__init__()
        self.itself = self
        self._ended = ended

    def __del__(self) -> None:
        self._ended.append(threading.current_thread().name)


def busy() -> None:
    """What a lane does: make objects, far more than start a look of Python's own."""
    kept = [[] for _ in range(100 * THRESHOLDS[0])]
    kept.clear()


@pytest.fixture
def collector(qapp):
    """The window's own collection, and Python's again afterwards."""
    made = WindowCollector()
    yield made
    made.stop()


def test_a_lane_at_work_ends_no_widget(qtbot, collector):
    """The lane makes enough for a look; the window's thread takes it."""
    ended = []
    Held(ended)
    lane = threading.Thread(target=busy, name="lane")
    lane.start()
    lane.join()
    assert ended == []

    many = [[] for _ in range(10 * THRESHOLDS[0])]  # Others end some meanwhile.
    with qtbot.waitSignal(collector._timer.timeout):
        pass
    QApplication.processEvents()

    assert ended == [threading.main_thread().name]
    assert many


def test_little_is_not_worth_a_look(qapp, collector):
    """A window that stands still is not looked through again and again."""
    gc.collect()
    before = [one["collections"] for one in gc.get_stats()]
    collector.look()
    assert [one["collections"] for one in gc.get_stats()] == before


def test_python_looks_again_once_it_is_stopped(qapp):
    """For whoever goes on in the same process."""
    collector = WindowCollector()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()


def test_what_stands_is_not_looked_through_until_another_window_takes_its_place(qapp, collector):
    """Then what the former one left is ended."""
    ended = []
    Held(ended)
    try:
        collector.keep()
        gc.collect()
        assert ended == []

        collector.keep()
        assert ended == [threading.main_thread().name]
    finally:
        gc.unfreeze()
