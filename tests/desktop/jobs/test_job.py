"""Work off the Qt thread ends in exactly one way, and says so on the Qt thread."""

import threading

import pytest
from PySide6.QtCore import QObject, QThread

from desktop.jobs.job import Job
from desktop.jobs.lanes import InlineLane, ThreadLane
from desktop.page import ask_on
from sync.errors import Bug, DiskFull


@pytest.fixture
def lane():
    """One real worker thread."""
    made = ThreadLane("test", 1)
    yield made
    made.close()


class Ends:
    """Which signals a job sent, in order."""

    def __init__(self, job):
        self.seen = []
        for name in ("done", "failed", "cancelled", "settled"):
            getattr(job, name).connect(self._note(name))

    def _note(self, name):
        return lambda *_: self.seen.append(name)


def test_a_result_arrives_once(qtbot, lane):
    """Done, then settled, and nothing else."""
    job = Job(lambda report: 42)
    ends = Ends(job)
    results = []
    job.done.connect(results.append)
    with qtbot.waitSignal(job.settled):
        lane.start(job)

    assert results == [42]
    assert ends.seen == ["done", "settled"]


def test_a_known_failure_keeps_its_type():
    """What the page shows is the error's own sentence."""

    def task(report):
        raise DiskFull

    job = Job(task)
    errors = []
    job.failed.connect(errors.append)
    InlineLane().start(job)

    assert [type(error) for error in errors] == [DiskFull]


def test_a_bug_reaches_the_log_without_its_values(caplog):
    """The report names lines of code; the text of the error may quote a resident."""

    def task(report):
        raise ValueError("王桂兰 13800001024")

    job = Job(task)
    errors = []
    job.failed.connect(errors.append)
    InlineLane().start(job)

    assert [type(error) for error in errors] == [Bug]
    assert "ValueError" in caplog.text
    assert "王桂兰" not in caplog.text
    assert "13800001024" not in caplog.text


def test_cancelling_stops_at_the_next_report(qtbot, lane):
    """Never inside a batch, always before the next one."""
    entered = threading.Event()
    go_on = threading.Event()
    batches = []

    def task(report):
        batches.append("first")
        entered.set()
        assert go_on.wait(5)
        report("step", 1, 2)
        batches.append("second")

    job = Job(task)
    ends = Ends(job)
    with qtbot.waitSignal(job.settled):
        lane.start(job)
        assert entered.wait(5)
        job.cancel()
        go_on.set()

    assert batches == ["first"]
    assert ends.seen == ["cancelled", "settled"]


def test_answers_come_back_to_the_qt_thread(qtbot, lane):
    """Widgets may be touched in them: the work itself ran elsewhere."""
    parent = QObject()
    here = QThread.currentThread()
    threads = []

    def task():
        return QThread.currentThread()

    def then(there):
        threads.extend([there, QThread.currentThread()])

    ask_on(lane, task, then, lambda error: None, parent)
    qtbot.waitUntil(lambda: len(threads) == 2)

    assert threads[0] is not here
    assert threads[1] is here
