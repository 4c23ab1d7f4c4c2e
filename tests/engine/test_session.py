"""Whole sessions against the real server, with what goes wrong on the way."""

from datetime import timedelta

import pytest

from sync.engine.line import Line
from sync.errors import (
    Bug,
    PortalAnswered,
    ServerBusy,
    ServerUnreachable,
    SignedOut,
    SyncRunning,
    UpgradeNeeded,
)
from sync.identity import SystemClock
from sync.progress import Cancelled
from sync.store import records
from sync.store.record import DeliveryState
from sync.wire.client import Client
from tests.support.laptops import (
    LOST,
    REPLY_LOST,
    Accident,
    Killed,
    engine_for,
    open_store,
)


def in_step(laptop):
    """Law 6 for one laptop: nothing waits, the sum of the rows is the server's."""
    states = laptop.store.reading.scopes()
    return laptop.store.replica.lanes() == {} and all(
        state.ready and laptop.store.replica.verify_deep(state.scope_id) for state in states
    )


def server_copy(staffed, login, grid):
    """The rows of the grid as a computer without a past receives them."""
    return staffed.enroll(login, "probe").rows(grid)


class TestOrdinaryDays:
    """Sending, receiving, and doing nothing."""

    def test_a_first_sync_brings_everything_granted(self, worker, grid):
        """And says what it did."""
        report = worker.sync()

        assert report.pulled > 0
        assert grid in report.heads
        assert report.pending == report.conflicts == report.held == 0
        assert in_step(worker)
        assert worker.store.facts.last_sync().at

    def test_a_wrong_clock_is_told_and_stops_nothing(self, worker, household):
        """An hour ahead of the server's: the edit goes through, and the person learns of it."""
        worker.sync()
        worker.store.clock.moment = SystemClock().now() + timedelta(hours=1)
        worker.patch("household", household, contact="139")

        report = worker.sync()

        assert (report.pushed, report.pending) == (1, 0)
        assert 3300 < report.clock_off < 3900
        assert worker.store.facts.last_sync().clock_off == report.clock_off

    def test_nothing_to_do_is_one_small_request(self, worker):
        """Hello is said once; under a kilobyte each way."""
        worker.sync()

        report = worker.sync()

        assert (report.requests, report.pushed, report.pulled) == (1, 0, 0)
        assert report.bytes_up < 1000
        assert report.bytes_down < 1000

    def test_hello_is_not_said_again_after_a_restart(self, worker):
        """The grants are known, and a pull tells when they change."""
        worker.sync()
        engine, _ = engine_for(worker.store)

        assert engine.run().requests == 1

    def test_an_edit_reaches_the_other_laptop(self, worker, clerk, household):
        """And its receipt carries the server's time."""
        worker.patch("household", household, contact="139")

        assert worker.sync().pushed == 1
        clerk.sync()

        assert clerk.value("household", household, "contact") == "139"
        (delivery, *_) = worker.store.reading.deliveries("household", household)
        assert delivery.state is DeliveryState.DELIVERED
        assert delivery.at

    def test_different_fields_of_one_row_merge(self, worker, clerk, household):
        """Nobody is asked about that."""
        worker.patch("household", household, contact="139")
        clerk.patch("household", household, best_time="晚上")

        for laptop in (worker, clerk, worker):
            laptop.sync()

        for laptop in (worker, clerk):
            assert laptop.value("household", household, "contact") == "139"
            assert laptop.value("household", household, "best_time") == "晚上"
            assert in_step(laptop)

    def test_one_field_changed_twice_is_one_conflict_on_both(self, worker, clerk, household):
        """With both values; settling it on one settles it on the other."""
        worker.patch("household", household, contact="139")
        clerk.patch("household", household, contact="137")
        for laptop in (worker, clerk, worker):
            laptop.sync()

        (here,), (there,) = (each.store.reading.conflicts() for each in (worker, clerk))
        assert here.fields == there.fields
        assert here.get("current") == "139"
        assert [entry["value"] for entry in here.get("candidates")] == ["137"]

        clerk.store.records.write([records.resolve(there.id, "137")])
        for laptop in (clerk, worker):
            laptop.sync()

        for laptop in (worker, clerk):
            assert laptop.store.reading.conflicts() == []
            assert laptop.value("household", household, "contact") == "137"
            assert in_step(laptop)

    def test_a_mind_changed_twice_offline_is_no_quarrel(self, worker, clerk, household):
        """Three values of one person end as the last."""
        for value in ("1", "2", "3"):
            worker.patch("household", household, contact=value)

        report = worker.sync()
        clerk.sync()

        assert report.conflicts == 0
        assert clerk.value("household", household, "contact") == "3"

    def test_large_work_goes_out_in_several_requests(self, worker, household, grid):
        """None of them above what the server takes."""
        for number in range(30):
            worker.append("note", grid, household_id=household, text=f"{number}" + "长" * 19_000)

        report = worker.sync()

        assert report.pushed == 30
        assert in_step(worker)


class TestAccidents:
    """Whatever happens on the way, each edit arrives once."""

    def test_a_lost_reply_is_asked_for_again(self, worker, clerk, household, grid, staffed):
        """The server took it; the retry gets the same receipt, and nothing is doubled."""
        worker.append("note", grid, household_id=household, text="好")
        worker.transport.accidents = [REPLY_LOST]
        report = worker.sync()
        if report.stuck:
            report = worker.sync()

        clerk.sync()

        assert len(clerk.store.reading.rows("note")) == 1
        assert in_step(worker)

    def test_no_network_keeps_everything(self, worker, household):
        """The error says so; the edit waits and stays visible."""
        worker.patch("household", household, contact="139")
        worker.transport.accidents = [LOST] * 10

        with pytest.raises(ServerUnreachable):
            worker.sync()

        assert worker.store.reading.counts().waiting == 1
        assert worker.value("household", household, "contact") == "139"

    def test_a_portal_marks_nothing_as_sent(self, worker, household):
        """However often it says 200."""
        worker.patch("household", household, contact="139")
        worker.transport.accidents = [Accident(PortalAnswered())] * 10

        with pytest.raises(PortalAnswered):
            worker.sync()

        worker.transport.accidents = []
        assert worker.store.reading.counts().waiting == 1
        assert worker.sync().pushed == 1

    def test_a_push_that_fails_does_not_stop_the_pull(self, worker, clerk, household):
        """The news comes in, the report names the lane, and the work waits."""
        clerk.patch("household", household, best_time="晚上")
        clerk.sync()
        worker.patch("household", household, contact="139")
        worker.transport.accidents = [Accident(PortalAnswered())]

        report = worker.sync()

        assert list(report.stuck.values()) == ["net.portal"]
        assert report.pending == 1
        assert worker.value("household", household, "best_time") == "晚上"
        assert worker.value("household", household, "contact") == "139"

    def test_a_busy_server_is_asked_again_after_the_pause_it_wants(self, worker):
        """A short one; a long one is left to the next sync."""
        pauses = []
        engine, transport = engine_for(worker.store)
        engine._pause = pauses.append
        transport.accidents = [Accident(ServerBusy(retry_after=3))]

        engine.run()
        assert pauses == [3.0]

        transport.accidents = [Accident(ServerBusy(retry_after=600))]
        with pytest.raises(ServerBusy):
            engine.run()

    def test_a_signed_out_computer_says_so_and_keeps_its_work(self, worker, household):
        """A new code is needed; the edit stays."""
        worker.patch("household", household, contact="139")
        worker.transport.accidents = [Accident(SignedOut())]

        with pytest.raises(SignedOut):
            worker.sync()

        assert worker.store.reading.counts().waiting == 1

    def test_an_app_that_is_too_old_still_sends(self, worker, clerk, household):
        """Then it asks for the update."""
        worker.patch("household", household, contact="139")
        grants = worker.store.facts.grants()
        worker.store.facts.set_grants(type(grants)(grants.scopes, grants.grant_rev, schema=0))
        worker.transport.accidents = [Accident(UpgradeNeeded())]

        with pytest.raises(UpgradeNeeded):
            worker.sync()

        clerk.sync()
        assert clerk.value("household", household, "contact") == "139"

    def test_a_cancelled_sync_goes_on_later(self, worker, household, grid):
        """It stops between two steps and has lost nothing."""
        worker.patch("household", household, contact="139")

        def stop(step, so_far, in_all):
            raise Cancelled

        with pytest.raises(Cancelled):
            worker.engine.run(stop)

        assert worker.store.reading.counts().waiting == 1
        assert worker.sync().pushed == 1

    def test_a_sync_killed_anywhere_is_finished_by_the_next(
        self, worker, clerk, household, grid, tmp_path
    ):
        """The process dies at its n-th request, before or after the server had it."""
        places = [(request, after) for request in (0, 1) for after in (False, True)]
        for number, (request, after) in enumerate(places):
            worker.append("note", grid, household_id=household, text=str(number))
            worker.patch("household", household, contact=str(number))
            worker.transport.accidents = [None] * request + [Accident(Killed(), after)]
            with pytest.raises(Killed):
                worker.sync()
            worker.store.close()
            worker.store = open_store(tmp_path / "worker")
            worker.engine, worker.transport = engine_for(worker.store)
        worker.sync()
        clerk.sync()

        assert len(clerk.store.reading.rows("note")) == 4
        assert clerk.value("household", household, "contact") == "3"
        assert clerk.store.reading.conflicts() == []
        assert in_step(worker)


class TestManners:
    """What a session never does."""

    def test_no_transaction_is_open_while_the_network_is_waited_for(self, worker, household):
        """Seen from inside each exchange."""
        seen = []
        worker.transport.watch = lambda path: seen.append(
            (path, worker.store.database.in_transaction)
        )
        worker.patch("household", household, contact="139")

        worker.sync()

        assert {path for path, _ in seen} >= {"/v1/push", "/v1/pull"}
        assert not any(held for _, held in seen)

    def test_a_sync_begun_inside_a_transaction_is_a_bug(self, worker):
        """Whoever saves would wait for the network."""
        worker.sync()

        line = Line(worker.store, Client(worker.transport), pause=lambda seconds: None)
        with worker.store.database.reading(), pytest.raises(Bug):
            line.ask(lambda client: client.hello())

    def test_two_sessions_at_once_are_refused(self, worker):
        """The second one is told that there is a first."""
        refused = []

        def again(path):
            with pytest.raises(SyncRunning):
                worker.engine.run()
            refused.append(path)

        worker.transport.watch = again
        worker.sync()

        assert refused

    def test_a_person_saves_while_the_network_is_waited_for(self, worker, household):
        """And the next session sends it."""
        saved = []

        def save(path):
            if path == "/v1/pull" and not saved:
                saved.append(worker.patch("household", household, contact="139"))

        worker.transport.watch = save
        worker.sync()

        assert worker.value("household", household, "contact") == "139"
        assert worker.sync().pushed + 1 >= 1
        assert in_step(worker)


class TestGrants:
    """What one may hold changes while one is away."""

    def test_a_new_grid_arrives_with_the_next_sync(self, worker, staffed):
        """The pull tells that the grants changed."""
        worker.sync()
        staffed.office.assign("chenxiaohe", "grid_worker", "第1网格")

        report = worker.sync()

        assert f"grid:{staffed.grids['第1网格']}" in report.heads
        assert in_step(worker)


def test_receipts_for_other_operations_end_a_session(worker, grid, household):
    """Whoever keeps old answers, such as a proxy, is not asked for ever."""
    worker.append("note", grid, household_id=household, text="1")
    way = worker.transport.way
    kept = {}

    class Keeping:
        traffic, hang_up = way.traffic, way.hang_up

        def exchange(self, method, path, body=None, **options):
            if path not in kept:
                kept[path] = way.exchange(method, path, body, **options)
            return kept[path]

    worker.sync()
    worker.transport.way = Keeping()
    worker.append("note", grid, household_id=household, text="2")
    worker.sync()
    kept = {path: reply for path, reply in kept.items() if path.endswith("push")}
    worker.append("note", grid, household_id=household, text="3")

    report = worker.sync()

    assert (list(report.stuck), report.pending) == ([grid], 1)
    worker.transport.way = way
    assert worker.sync().pending == 0
