"""Copies of a profile that signs its requests: found out, given nothing, and no edit is lost."""

from contextlib import closing

import pytest

from sync.errors import DeviceSuspended
from sync.server.checking import check_store
from sync.server.signatures import resume
from sync.store.account import Account
from sync.store.request_counter import FILE_NAME
from sync.wire.client import Client
from sync.wire.messages import EnrollRequest
from sync.wire.signing import new_key, public_of
from sync.wire.transport import HttpTransport, Link
from tests.engine.test_beginning_again import notes, put_aside, reopened, twin_of
from tests.engine.test_session import in_step
from tests.support.laptops import TestLaptop, engine_for, enrolled


@pytest.fixture
def worker(staffed, tmp_path):
    """The worker's laptop, which signs."""
    made = enrolled(tmp_path / "worker", staffed, "chenxiaohe", key=new_key())
    yield made
    made.store.close()


def enrol_anew(laptop: TestLaptop, staffed) -> None:
    """What a new code does."""
    key = new_key()
    client = Client(HttpTransport(Link(staffed.base_url)))
    asked = EnrollRequest(staffed.code_for("chenxiaohe"), "laptop", key=public_of(key))
    reply = client.enroll(asked)
    laptop.store.begin_again(Account.from_enrolment(staffed.base_url, "laptop", reply, key))
    laptop.engine, laptop.transport = engine_for(laptop.store)


def test_both_copies_send_their_work_and_go_on_once_they_are_enrolled_anew(
    worker, clerk, household, grid, staffed, tmp_path
):
    """What each wrote before, while and after it was suspended arrives once."""
    with twin_of(worker, tmp_path) as twin:
        worker.append("note", grid, household_id=household, text="worker 1")
        worker.sync()
        twin.append("note", grid, household_id=household, text="twin 1")
        with pytest.raises(DeviceSuspended):
            twin.sync()
        clerk.append("note", grid, household_id=household, text="clerk")
        clerk.sync()
        for laptop, text in ((worker, "worker 2"), (twin, "twin 2")):
            laptop.append("note", grid, household_id=household, text=text)
            with pytest.raises(DeviceSuspended):
                laptop.sync()

        clerk.sync()
        assert notes(clerk) == ["clerk", "twin 1", "twin 2", "worker 1", "worker 2"]
        assert "clerk" not in notes(worker) + notes(twin)

        for laptop in (worker, twin):
            enrol_anew(laptop, staffed)
            assert laptop.sync().pending == 0
        for laptop in (worker, twin, clerk):
            assert laptop.sync().stuck == {}
            assert in_step(laptop)
        assert notes(worker) == notes(twin) == notes(clerk)
        assert check_store(staffed.database).differences == []


def test_one_that_was_put_back_goes_on_with_its_data_by_its_own_word(
    worker, household, grid, staffed, tmp_path
):
    """Its disk is an old one, the other is gone: IT lets it go on, and nothing is enrolled."""
    put_aside(worker, tmp_path / "worker", tmp_path / "old disk")
    worker.append("note", grid, household_id=household, text="sent")
    for _ in range(3):
        worker.sync()
    old = reopened(tmp_path / "old disk")
    with closing(old.store):
        old.append("note", grid, household_id=household, text="written on the old disk")
        with pytest.raises(DeviceSuspended):
            old.sync()

        with staffed.database.write() as connection:
            resume(connection, old.store.account.client_id.partition("~")[0])

        assert old.sync().stuck == {}
        assert notes(old) == ["sent", "written on the old disk"]
        assert in_step(old)


def test_a_backup_that_is_put_back_on_its_own_computer_just_goes_on(
    worker, household, grid, tmp_path
):
    """The numbers lie beside the store and not in it."""
    put_aside(worker, tmp_path / "worker", tmp_path / "old disk")
    worker.append("note", grid, household_id=household, text="sent")
    worker.sync()
    numbers = (tmp_path / "worker" / FILE_NAME).read_bytes()
    (tmp_path / "old disk" / FILE_NAME).write_bytes(numbers)

    old = reopened(tmp_path / "old disk")
    with closing(old.store):
        assert old.sync().stuck == {}
        assert notes(old) == ["sent"]
