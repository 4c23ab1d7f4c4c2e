"""Laptops whose numbers are not theirs alone any more: copied, put back, enrolled anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from sync.errors import Bug, ServerUnreachable
from sync.server.checking import check_store
from sync.store import lanes, records
from sync.store.account import Account
from sync.store.record import DeliveryState
from sync.wire.client import Client
from sync.wire.messages import EnrollRequest
from sync.wire.transport import HttpTransport, Link
from tests.engine.test_session import in_step
from tests.support.laptops import REPLY_LOST, Accident, Killed, TestLaptop, engine_for, open_store


def reopened(folder: Path) -> TestLaptop:
    """The profile in ``folder``, as after a start."""
    store = open_store(folder)
    engine, transport = engine_for(store)
    return TestLaptop(store, transport, engine)


def put_aside(worker: TestLaptop, folder: Path, copy: Path) -> None:
    """Copy the whole disk, as an imaging tool does; ``worker`` goes on."""
    worker.store.close()
    copytree(folder, copy, ignore=ignore_patterns("lock"))
    again = reopened(folder)
    worker.store, worker.engine, worker.transport = again.store, again.engine, again.transport


@contextmanager
def twin_of(worker: TestLaptop, tmp_path: Path) -> Iterator[TestLaptop]:
    """A second computer with the same disk as the worker's, from now on."""
    put_aside(worker, tmp_path / "worker", tmp_path / "copy")
    twin = reopened(tmp_path / "copy")
    try:
        yield twin
    finally:
        twin.store.close()


def notes(laptop: TestLaptop) -> list[str]:
    return sorted(note.get("text") for note in laptop.store.reading.rows("note"))


def test_both_of_two_copied_laptops_go_on(worker, clerk, household, grid, tmp_path):
    """One takes a number of its own; each piece of work arrives once, and both stay in step."""
    with twin_of(worker, tmp_path) as twin:
        worker.append("note", grid, household_id=household, text="worker 1")
        worker.sync()
        twin.append("note", grid, household_id=household, text="twin 1")
        twin.append("note", grid, household_id=household, text="twin 2")

        report = twin.sync()

        assert (report.stuck, report.pending) == ({}, 0)
        assert twin.store.account.client_id.startswith(f"{worker.store.account.client_id}~")
        for laptop, text in ((worker, "worker 2"), (twin, "twin 3")):
            laptop.append("note", grid, household_id=household, text=text)
        for laptop in (worker, twin, worker, clerk):
            assert laptop.sync().stuck == {}
            assert in_step(laptop)
        written = ["twin 1", "twin 2", "twin 3", "worker 1", "worker 2"]
        assert [notes(laptop) for laptop in (worker, twin, clerk)] == [written] * 3


def test_work_that_waited_when_the_disk_was_copied_arrives_once(
    worker, clerk, household, grid, tmp_path
):
    """Both send it, under the same id."""
    worker.append("note", grid, household_id=household, text="before")
    with twin_of(worker, tmp_path) as twin:
        worker.append("note", grid, household_id=household, text="worker")
        twin.append("note", grid, household_id=household, text="twin")

        for laptop in (worker, twin, worker, clerk):
            laptop.sync()

        assert notes(clerk) == notes(worker) == notes(twin) == ["before", "twin", "worker"]
        assert in_step(twin)


def test_two_copies_that_say_different_things_are_asked_about_it(worker, household, tmp_path):
    """They may be two people by now: neither overwrites the other."""
    with twin_of(worker, tmp_path) as twin:
        worker.patch("household", household, contact="1")
        twin.patch("household", household, contact="2")

        for laptop in (worker, twin, worker):
            laptop.sync()

        (asked,) = worker.store.reading.conflicts()
        values = {asked.get("current")} | {each["value"] for each in asked.get("candidates")}
        assert values == {"1", "2"}


def test_a_laptop_put_back_to_an_earlier_disk_goes_on(worker, household, grid, tmp_path):
    """It knows nothing of what it sent since, and sends what it writes now."""
    put_aside(worker, tmp_path / "worker", tmp_path / "old disk")
    worker.append("note", grid, household_id=household, text="sent")
    worker.sync()
    worker.store.close()

    old = reopened(tmp_path / "old disk")
    old.append("note", grid, household_id=household, text="written on the old disk")
    assert old.sync().stuck == {}

    assert notes(old) == ["sent", "written on the old disk"]
    assert in_step(old)
    worker.store, worker.engine = old.store, old.engine


def test_a_beginning_that_is_cut_short_is_gone_on_with(worker, household, grid, tmp_path):
    """Wherever the process dies, before or after the server had the request."""
    with twin_of(worker, tmp_path) as twin:
        worker.append("note", grid, household_id=household, text="worker")
        worker.sync()
        for number in range(4):
            twin.append("note", grid, household_id=household, text=str(number))
            twin.transport.accidents = [None] * (number // 2)
            twin.transport.accidents += [Accident(Killed(), after=bool(number % 2))]
            with pytest.raises(Killed):
                twin.sync()
            twin.store.close()
            again = reopened(tmp_path / "copy")
            twin.store, twin.engine, twin.transport = again.store, again.engine, again.transport

        twin.sync()

        assert notes(twin) == ["0", "1", "2", "3", "worker"]
        assert in_step(twin)


def test_the_old_numbers_stay_until_the_new_ones_are_written(worker, household, grid, monkeypatch):
    """One transaction: the name and the numbers change together or not at all."""
    worker.append("note", grid, household_id=household, text="waits")
    before = worker.store.replica.batch(grid)

    def fails(connection):
        lanes_renumber(connection)
        raise Bug

    lanes_renumber = lanes.renumber
    monkeypatch.setattr("sync.store.lanes.renumber", fails)
    with pytest.raises(Bug):
        worker.store.take_client_id()

    assert worker.store.replica.batch(grid) == before
    assert "~" not in worker.store.account.client_id


def sync_unheard(worker: TestLaptop) -> None:
    """The server takes what is sent, and no answer comes back."""
    worker.transport.accidents = [REPLY_LOST] * 9
    with pytest.raises(ServerUnreachable):
        worker.sync()


def enrol_again(worker: TestLaptop, staffed, login: str = "chenxiaohe") -> None:
    """What a new code does for a profile that is there."""
    client = Client(HttpTransport(Link(staffed.base_url)))
    reply = client.enroll(EnrollRequest(staffed.code_for(login), "laptop"))
    worker.store.begin_again(Account.from_enrolment(staffed.base_url, "laptop", reply))
    worker.engine, worker.transport = engine_for(worker.store)


def test_a_computer_enrolled_anew_keeps_its_work(worker, clerk, household, grid, staffed):
    """What waits, and what was sent and nobody heard of."""
    worker.append("note", grid, household_id=household, text="sent, reply lost")
    sync_unheard(worker)
    worker.append("note", grid, household_id=household, text="waits")
    enrol_again(worker, staffed)

    report = worker.sync()
    clerk.sync()

    assert (report.pending, report.stuck) == (0, {})
    assert notes(worker) == notes(clerk) == ["sent, reply lost", "waits"]
    assert in_step(worker)
    assert check_store(staffed.database).differences == []


def test_it_does_not_quarrel_with_what_it_wrote_itself(worker, clerk, household, staffed):
    """The value of its former number is its own, as long as nobody else stands by it."""
    worker.patch("household", household, contact="1")
    sync_unheard(worker)
    worker.patch("household", household, contact="2")
    enrol_again(worker, staffed)

    report = worker.sync()

    assert report.conflicts == 0
    clerk.sync()
    assert clerk.value("household", household, "contact") == "2"


def test_it_still_asks_where_somebody_else_agreed(worker, clerk, household, staffed):
    """What another laptop asserts too is not one's own alone."""
    worker.patch("household", household, contact="1")
    sync_unheard(worker)
    clerk.patch("household", household, contact="1")
    clerk.sync()
    worker.patch("household", household, contact="2")
    enrol_again(worker, staffed)

    assert worker.sync().conflicts == 1


def test_receipts_stay_readable_after_it(worker, household, staffed):
    """The new numbers do not make what arrived look lost."""
    worker.patch("household", household, contact="1")
    worker.sync()
    enrol_again(worker, staffed)
    worker.sync()

    states = {each.state for each in worker.store.reading.deliveries("household", household)}
    assert states == {DeliveryState.DELIVERED}


def test_an_old_value_does_not_come_back_on_the_screen(worker, clerk, household, staffed):
    """What is sent once more is not laid over what others wrote since."""
    worker.patch("household", household, contact="1")
    worker.sync()
    clerk.sync()
    clerk.store.records.write([records.patch("household", household, {"contact": "2"})])
    clerk.sync()
    worker.sync()

    enrol_again(worker, staffed)

    assert worker.value("household", household, "contact") == "2"
    worker.sync()
    assert worker.value("household", household, "contact") == "2"
