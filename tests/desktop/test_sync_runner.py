"""When sessions begin by themselves: real sessions with a real server, on lanes the test runs."""

import pytest

from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.syncing import Syncing
from desktop.sync_runner import EVERY_MS, SyncRunner
from sync.errors import ServerBusy
from sync.wire.client import Client
from sync.wire.transport import HttpTransport, Link
from tests.desktop.pages.hands import HeldLane
from tests.engine.conftest import clerk, grid, household, server, staffed, worker
from tests.support.laptops import Accident, FaultyTransport

__all__ = ["clerk", "grid", "household", "server", "staffed", "worker"]


class Line(FaultyTransport):
    """The real way to the server; ``after`` is called once the first answer to a pull is here."""

    after = None

    def exchange(self, method, path, body=None, **options):
        reply = super().exchange(method, path, body, **options)
        if path == "/v1/pull" and self.after is not None:
            after, self.after = self.after, None
            after()
        return reply


@pytest.fixture
def desk(qtbot, clerk, household, tmp_path):
    """The clerk's runner, which has synced and waits for news."""

    def connect(connection, who):
        link = Link(connection.server, who.token, signer=who.signer)
        lines.append(Line(HttpTransport(link)))
        return Client(lines[-1])

    lines = []
    net, live = HeldLane(), HeldLane()
    folder = ProfileFolder("desk", tmp_path)
    folder.remember(Connection(clerk.store.account.server))
    syncing = Syncing(clerk.store, folder, connect)
    runner = SyncRunner(syncing, net, live=live)
    runner.start_regularly()
    net.let_all_go()
    runner.net, runner.live, runner.lines = net, live, lines
    yield runner
    runner.stop()


def test_news_heard_during_a_session_start_another_right_after(desk, worker, clerk, household):
    """What came after its pull waits for no timer."""

    def meanwhile():
        worker.patch("household", household, contact="13900001001")
        worker.sync()
        desk.live.let_one_go()

    desk.run_now()
    ended = []
    desk.ended.connect(ended.append)
    connect = desk._syncing._connect

    def watched(connection, token):
        desk._syncing._connect = connect
        client = connect(connection, token)
        desk.lines[-1].after = meanwhile
        return client

    desk._syncing._connect = watched
    desk.net.let_one_go()
    assert len(ended) == 1
    assert clerk.value("household", household, "contact") == "13800001024"

    desk.live.let_one_go()
    assert desk.running
    desk.net.let_one_go()

    assert clerk.value("household", household, "contact") == "13900001001"


def test_a_server_that_names_a_time_is_not_asked_sooner(desk):
    """By the timer: whoever presses the key asks all the same."""
    connect = desk._syncing._connect

    def refused(connection, token):
        client = connect(connection, token)
        desk.lines[-1].accidents = [Accident(ServerBusy(retry_after=600))]
        return client

    desk._syncing._connect = refused
    desk.run_now()
    desk.net.let_one_go()
    assert desk._regular.interval() == 600_000
    desk.run_soon()
    assert not desk._soon.isActive()

    desk._syncing._connect = connect
    desk.run_now()
    desk.net.let_one_go()
    assert desk._regular.interval() == EVERY_MS
    desk.run_soon()
    assert desk._soon.isActive()


def test_news_that_the_session_brought_itself_start_none(desk, worker, clerk, household):
    """Ones own work rings as well: by the end of the session it is here."""
    clerk.patch("household", household, contact="13900001002")
    connect = desk._syncing._connect

    def watched(connection, token):
        client = connect(connection, token)
        desk.lines[-1].watch = lambda path: path == "/v1/pull" and desk.live.let_one_go()
        return client

    desk._syncing._connect = watched
    desk.run_now()
    desk.net.let_one_go()
    assert len(desk.live.waiting) == 1
    assert not desk.net.waiting


def test_news_are_told_while_due_dates_are_still_worked_out(desk, worker, clerk, grid, household):
    """Pages show what came; the session ends once the days follow."""
    seen = []
    desk.told.connect(lambda report: seen.append((report.pulled, clerk.store.reading.stale(9))))
    desk.ended.connect(lambda report: seen.append((report.pulled, clerk.store.reading.stale(9))))
    visit = {"started_at": "2026-11-20T02:00:00Z", "result": "met"}
    worker.append("visit", grid, household_id=household, **visit)
    worker.sync()

    desk.run_now()
    desk.net.let_one_go()

    assert seen == [(1, [household]), (1, [])]
