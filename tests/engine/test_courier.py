"""A sync that a person carries: real stores, a real server, and files in between."""

import secrets
import shutil
from datetime import timedelta
from functools import partial

import msgspec
import pytest

from desktop.services.courier import Courier
from sync.engine.courier import bring_in, pack
from sync.errors import CourierDamaged, CourierNotReady, CourierStranger
from sync.identity import ComputerClock
from sync.server.people import revoke_device
from sync.store import feed, lease, records
from sync.store.facts import LastSync
from sync.wire.client import Client
from sync.wire.courier import carry_all, check_requests
from sync.wire.messages import LeaseReply
from sync.wire.sealed import read_envelopes
from tests.engine.test_beginning_again import twin_of
from tests.support.laptops import laptop


@pytest.fixture
def carry(clerk):
    """What the clerk's computer does with an envelope: it hands it to the server."""
    return partial(type(clerk.engine._client).carry, clerk.engine._client)


@pytest.fixture
def trip(tmp_path, carry):
    """One whole errand of a laptop's; what it brought."""
    numbers = iter(range(100))

    def go(store, most_bytes=1 << 30):
        number = next(numbers)
        file, answers = tmp_path / f"{number}.courier", tmp_path / f"{number}-answers.courier"
        pack(store, file)
        carry_all(file, answers, carry, most_bytes=most_bytes)
        return bring_in(store, answers)

    return go


def note(laptop, household, text):
    scope = laptop.store.reading.find("household", household).scope_id
    return laptop.append("note", scope, household_id=household, text=text)


def test_work_goes_out_and_receipts_conflicts_and_news_come_back(
    trip, worker, clerk, household, grid
):
    """As over a line: nothing waits, both see the conflict, and the next sync is quiet."""
    worker.patch("household", household, contact="13900001001")
    entry = note(worker, household, "门上留了便条。")
    clerk.patch("household", household, contact="13900002002")
    theirs = note(clerk, household, "窗口来过。")
    clerk.sync()

    brought = trip(worker.store)

    assert (brought.delivered, brought.pending, brought.conflicts) == (2, 0, 1)
    assert brought.whole
    assert worker.value("note", theirs, "text") == "窗口来过。"
    assert worker.store.facts.last_sync().server_time
    clerk.sync()
    assert clerk.value("note", entry, "text") == "门上留了便条。"
    assert [c.id for c in clerk.store.reading.conflicts()] == [
        c.id for c in worker.store.reading.conflicts()
    ]
    report = worker.sync()
    assert (report.pushed, report.pulled, report.pending) == (0, 0, 0)


def test_a_trip_begins_the_days_of_the_lease_anew(trip, worker, household):
    """Where no line leads it is the only contact there is."""
    folder = worker.store._ground.folder
    lease.take(folder, LeaseReply(secrets.token_bytes(32), 14), ComputerClock())
    spent = msgspec.structs.replace(lease.read(folder), spent_s=12 * 86400.0)
    lease.keep(folder, spent)

    trip(worker.store)

    assert worker.store.lease.lease.left > timedelta(days=13)


def test_many_edits_need_many_requests_and_arrive_once(trip, worker, clerk, household):
    """More than one request carries, in one file."""
    worker.store.records.write(
        [
            records.append(
                "note",
                {"household_id": household, "text": f"第{number}次"},
                scope_id=worker.store.reading.find("household", household).scope_id,
            )
            for number in range(700)
        ]
    )

    assert trip(worker.store).delivered == 700

    clerk.sync()
    assert clerk.store.reading.counts(rows=True).rows["note"] == 700


def test_the_same_file_twice_changes_nothing(tmp_path, carry, worker, clerk, household):
    """Neither at the server nor at home."""
    note(worker, household, "一次")
    file, answers = tmp_path / "out.courier", tmp_path / "back.courier"
    pack(worker.store, file)
    for _ in range(2):
        carry_all(file, answers, carry)
    for _ in range(2):
        brought = bring_in(worker.store, answers)

    assert (brought.delivered, brought.pending) == (0, 0)
    clerk.sync()
    assert clerk.store.reading.counts(rows=True).rows["note"] == 1


def test_an_old_file_after_newer_syncs_changes_nothing(tmp_path, carry, worker, clerk, household):
    """Its pages are behind, its receipts are known."""
    note(worker, household, "第一")
    file, answers = tmp_path / "out.courier", tmp_path / "back.courier"
    pack(worker.store, file)
    worker.sync()
    clerk.patch("household", household, contact="13900002002")
    clerk.sync()
    worker.sync()
    carry_all(file, answers, carry)
    before = worker.store.replica.copies()

    brought = bring_in(worker.store, answers)

    assert (brought.delivered, brought.pending, brought.conflicts) == (0, 0, 0)
    assert worker.store.replica.copies() == before
    assert worker.value("household", household, "contact") == "13900002002"
    assert worker.sync().pushed == 0


def test_answers_older_than_the_last_sync_are_left_alone(tmp_path, carry, worker, household):
    """Even what a quiet page says of a lane would be out of date."""
    note(worker, household, "第一")
    file, answers = tmp_path / "out.courier", tmp_path / "back.courier"
    pack(worker.store, file)
    carry_all(file, answers, carry)
    worker.store.facts.set_last_sync(LastSync("2999-01-01T00:00:00Z", "2999-01-01T00:00:00Z"))

    brought = bring_in(worker.store, answers)

    assert (brought.outdated, brought.delivered, brought.pending) == (True, 0, 1)


def test_what_was_saved_after_the_export_waits_for_the_next_trip(
    tmp_path, carry, worker, household
):
    """And the receipts of the first come in all the same."""
    note(worker, household, "第一")
    file, answers = tmp_path / "out.courier", tmp_path / "back.courier"
    pack(worker.store, file)
    later = note(worker, household, "第二")
    carry_all(file, answers, carry)

    brought = bring_in(worker.store, answers)

    assert (brought.delivered, brought.pending) == (1, 1)
    assert worker.value("note", later, "text") == "第二"
    assert worker.sync().pushed == 1


def test_a_first_copy_comes_by_courier_over_several_trips(trip, staffed, clerk, grid, tmp_path):
    """A stick that holds little, and a laptop that has met its server once."""
    clerk.sync()
    for number in range(30):
        clerk.store.records.write(
            [records.create("household", {"contact": f"1380000{number:04}"}, scope_id=grid)]
        )
    clerk.sync()
    with laptop(tmp_path / "new", staffed, "chenxiaohe") as new:
        hello = new.engine._client.hello()
        facts = new.store.facts
        facts.set_grants(
            type(facts.grants())(tuple(hello.grants), hello.grant_rev, 1, hello.courier_key)
        )
        new.store.replica.grant(hello.grants)

        trips = [trip(new.store, most_bytes=1)]
        while not trips[-1].whole:
            trips.append(trip(new.store, most_bytes=1))

        assert new.store.reading.counts(rows=True).rows["household"] == 30
        assert new.sync().pulled == 0


def test_pages_that_follow_come_in_the_same_trip(tmp_path, carry, worker, clerk, household):
    """The server asks on in the laptop's name; who carries only hands over."""
    for number in range(9):
        note(clerk, household, f"第{number}次")
    clerk.sync()
    file, answers = tmp_path / "out.courier", tmp_path / "back.courier"
    pack(worker.store, file, page_rows=4)
    carry_all(file, answers, carry)

    brought = bring_in(worker.store, answers)

    assert brought.whole
    assert worker.store.reading.counts(rows=True).rows["note"] == 9
    assert worker.sync().pulled == 0


def test_entries_alone_are_proved_by_the_answer_to_the_pull(trip, worker, household):
    """It names the cursor of before, so receipts alone move none."""
    note(worker, household, "门上留了便条。")
    worker.store.facts.set_last_sync(LastSync())

    assert trip(worker.store).delivered == 1

    assert worker.store.facts.last_sync().server_time
    assert worker.sync().pulled == 0


def test_a_trip_brings_more_than_a_line_would_at_once(trip, monkeypatch, worker, clerk, household):
    """To fill the grid anew instead would take another trip."""
    monkeypatch.setattr(feed, "MOST_PROMOTED", 3)
    for number in range(9):
        note(clerk, household, f"第{number}次")
    clerk.sync()

    trip(worker.store)

    assert worker.store.reading.counts(rows=True).rows["note"] == 9


def test_any_flipped_bit_is_refused_and_nothing_taken(tmp_path, carry, worker, clerk, household):
    """On the way there by the server, on the way back by the laptop; the good file still works."""
    note(worker, household, "一次")
    file, answers = tmp_path / "out.courier", tmp_path / "back.courier"
    spoiled = tmp_path / "spoiled.courier"
    pack(worker.store, file)
    for at in _places(file):
        _flip(file, spoiled, at)
        with pytest.raises(CourierDamaged):
            carry_all(spoiled, answers, carry)
        assert not answers.exists()
    carry_all(file, answers, carry)
    for at in _places(answers):
        _flip(answers, spoiled, at)
        with pytest.raises(CourierDamaged):
            bring_in(worker.store, spoiled)
    assert worker.store.reading.counts().waiting == 1

    assert bring_in(worker.store, answers).delivered == 1


@pytest.mark.parametrize("missing", [1, 40, 3000])
def test_a_file_whose_end_is_lost_is_refused(tmp_path, carry, worker, household, missing):
    """Before the server hears of it."""
    for number in range(40):
        note(worker, household, f"{number}" * 100)
    file = tmp_path / "out.courier"
    pack(worker.store, file)
    content = file.read_bytes()
    file.write_bytes(content[:-missing])

    with pytest.raises(CourierDamaged):
        carry_all(file, tmp_path / "back.courier", carry)


def test_an_envelope_that_was_left_out_is_missed(tmp_path, worker, household):
    """A file is all of its requests, in their order."""
    note(worker, household, "一次")
    file = tmp_path / "out.courier"
    pack(worker.store, file)
    assert check_requests(file) == 3
    with file.open("rb") as opened:
        parts = [envelope.raw for envelope in read_envelopes(opened)]
    for left in ([0, 2], [1, 2], [1, 0, 2], [0, 1], [0, 1, 2, 2]):
        file.write_bytes(b"".join(parts[number] for number in left))
        with pytest.raises(CourierDamaged):
            check_requests(file)


def test_a_strangers_file_is_refused(tmp_path, staffed, carry, worker, household):
    """Sealed rightly, by a computer that the server knows no more."""
    note(worker, household, "一次")
    file = tmp_path / "out.courier"
    pack(worker.store, file)
    revoke_device(staffed.database, worker.store.account.client_id, staffed.clock)

    with pytest.raises(CourierStranger):
        carry_all(file, tmp_path / "back.courier", carry)


def test_nobody_else_can_read_either_file(tmp_path, carry, worker, clerk, household):
    """Neither the desk that hands it over, nor who finds the stick."""
    note(worker, household, "门上留了便条，13812345678")
    file, answers = tmp_path / "out.courier", tmp_path / "back.courier"
    pack(worker.store, file)
    carry_all(file, answers, carry)

    account = worker.store.account
    secrets = [account.token, account.client_id, "13812345678", "便条", "grid:", account.user.login]
    for content in (file.read_bytes(), answers.read_bytes()):
        assert not [secret for secret in secrets if secret.encode() in content]
    with pytest.raises(CourierDamaged):
        bring_in(clerk.store, answers)


def test_a_laptop_that_never_met_its_server_has_nobody_to_seal_for(tmp_path, worker):
    """It says what to do."""
    with pytest.raises(CourierNotReady):
        pack(worker.store, tmp_path / "out.courier")
    assert list(tmp_path.glob("*.courier*")) == []


def test_a_file_name_says_nothing_about_anybody(worker, household):
    """A day, and a few random letters."""
    courier = Courier(worker.store, lambda: Client(worker.transport))

    name = courier.proposed_name()

    assert name.startswith("doorstep-2026-")
    assert name.endswith(".courier")
    assert worker.store.account.user.login not in name


def test_a_copied_disk_goes_on_by_courier(tmp_path, trip, worker, clerk, household):
    """The server's refusal comes home as well: the next trip brings the work under a new id."""
    with twin_of(worker, tmp_path) as twin:
        note(worker, household, "原来的")
        worker.sync()
        note(twin, household, "复制的")
        client = twin.store.account.client_id

        trip(twin.store)
        second = trip(twin.store)

        assert second.pending == 0
        assert twin.store.account.client_id.startswith(f"{client}~")
    clerk.sync()
    assert clerk.store.reading.counts(rows=True).rows["note"] == 2


def test_answers_to_a_former_client_id_say_nothing_of_todays_lanes(
    tmp_path, carry, worker, clerk, household
):
    """Their numbers are those of other operations; what was sent twice arrives once."""
    note(worker, household, "一次")
    file, answers = tmp_path / "out.courier", tmp_path / "back.courier"
    pack(worker.store, file)
    carry_all(file, answers, carry)
    worker.store.take_client_id()
    lanes = worker.store.replica.glance().lanes

    brought = bring_in(worker.store, answers)

    assert brought.delivered == 0
    assert worker.store.replica.glance().lanes == lanes
    assert worker.sync().stuck == {}
    clerk.sync()
    assert clerk.store.reading.counts(rows=True).rows["note"] == 1


def _places(file):
    """Offsets in every part of every envelope."""
    size = file.stat().st_size
    return sorted({*range(68), *range(68, size, max(1, size // 40)), size - 1})


def _flip(file, spoiled, at):
    shutil.copy(file, spoiled)
    content = bytearray(spoiled.read_bytes())
    content[at] ^= 1
    spoiled.write_bytes(content)
