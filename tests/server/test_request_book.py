"""Requests that are counted in portions: what a reader waits for, and when a copy is found out."""

import asyncio
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import msgspec
import pytest
from sqlalchemy import event, select

from sync.identity import Minter
from sync.server import request_book
from sync.server.database import open_database
from sync.server.people import caller_of, enroll, mint_code
from sync.server.request_book import RequestBook
from sync.server.signatures import SEEN, WINDOW, Standing, learn_key, resume, token_of
from sync.server.tables import AUDIT, DEVICE_KEY
from sync.wire.messages import EnrollReply, EnrollRequest
from sync.wire.signing import SIGNED_HEADER, Signer, new_key, public_of, signed_of
from tests.support.server import running_server

TAKEN, SUSPENDED = (Standing.FRESH, False), (Standing.FORKED, True)


@dataclass
class Computer:
    """One that signs, and whose requests come to whichever process a test says."""

    bench: object
    client_id: str
    token: str
    key: bytes

    def header(self, number: int) -> str:
        return Signer(self.key, lambda: number).header(self.token, "POST", "/v1/pull", b"")

    def asks(self, book: RequestBook, number: int, header: str = "") -> tuple[Standing, bool]:
        with self.bench.db.read() as connection:
            caller = caller_of(connection, self.token, self.bench.db.key)
        return book.take(caller, signed_of(header or self.header(number)))

    def line(self):
        with self.bench.db.read() as connection:
            return connection.execute(select(DEVICE_KEY)).one()

    def kept(self) -> list[int]:
        return sorted(SEEN.decode(self.line().seen))


@pytest.fixture
def computer(bench):
    bench.office.add_user("fenghe", "wang", "王芳")
    code = mint_code(bench.db, "wang", bench.clock).code
    enrolled = enroll(bench.db, code, "laptop", "", bench.clock, Minter())
    key = new_key()
    with bench.db.write() as connection:
        learn_key(connection, enrolled.client_id, public_of(key), bench.clock)
    return Computer(bench, enrolled.client_id, enrolled.token, key)


@pytest.fixture
def processes(bench):
    """Two on one store."""
    return [RequestBook(bench.db, bench.clock) for _ in range(2)]


def suspensions(bench) -> int:
    with bench.db.read() as connection:
        return len(
            connection.execute(select(AUDIT).where(AUDIT.c.action == "device.suspend")).all()
        )


def test_who_reads_writes_nothing_and_waits_for_nobody_who_writes(bench, computer, processes):
    """An import holds the store for as long as it takes; the numbers follow once it is over."""
    with bench.db.write() as connection:
        connection.execute(select(DEVICE_KEY).with_for_update()).all()
        assert computer.asks(processes[0], 1) == computer.asks(processes[0], 2) == TAKEN
        assert computer.kept() == []

    processes[0].write()
    assert computer.kept() == [1, 2]


def test_one_process_finds_a_copy_out_at_once_and_before_anything_is_written(computer, processes):
    computer.asks(processes[0], 5)

    assert computer.asks(processes[0], 5) == SUSPENDED
    assert computer.line().suspended_at


def test_two_processes_find_it_out_when_they_have_written(bench, computer, processes):
    """Whichever writes last; and the audit tells of it once."""
    for book in processes:
        assert computer.asks(book, 5) == TAKEN
    processes[0].write()
    assert not computer.line().suspended_at

    processes[1].write()

    assert computer.line().suspended_at
    assert computer.asks(processes[0], 6) == (Standing.FRESH, True)
    for book in processes:
        book.write()
    assert suspensions(bench) == 1


def test_what_another_process_wrote_is_known_here(computer, processes):
    computer.asks(processes[0], 5)
    processes[0].write()

    assert computer.asks(processes[1], 5) == SUSPENDED


def test_the_very_same_request_at_two_processes_is_no_copy(computer, processes):
    header = computer.header(5)
    for book in processes:
        assert computer.asks(book, 5, header) == TAKEN
    for book in processes:
        book.write()

    assert not computer.line().suspended_at
    assert computer.asks(processes[0], 5, header) == (Standing.REPEATED, False)


def test_a_process_that_writes_late_makes_no_copy_of_a_computer(computer, processes):
    """Its number was not late when it came, however many the other one wrote meanwhile."""
    assert computer.asks(processes[0], 1) == TAKEN
    for number in range(2, 3 * WINDOW):
        assert computer.asks(processes[1], number) == TAKEN
    for book in reversed(processes):
        book.write()

    assert not computer.line().suspended_at
    assert len(computer.kept()) == WINDOW
    assert computer.asks(processes[0], 3 * WINDOW) == TAKEN


def test_a_killed_process_forgets_what_it_had_not_written_and_no_more(bench, computer, processes):
    """A copy that shows one of the forgotten numbers is found out by one that is not."""
    computer.asks(processes[0], 1)
    processes[0].write()
    computer.asks(processes[0], 2)
    after = RequestBook(bench.db, bench.clock)

    assert computer.asks(after, 2) == computer.asks(after, 3) == TAKEN
    assert computer.asks(after, 3) == SUSPENDED
    with bench.db.write() as connection:
        resume(connection, computer.client_id)
    computer.asks(after, 9)
    after.write()
    assert computer.asks(RequestBook(bench.db, bench.clock), 9) == SUSPENDED


def test_a_token_that_takes_the_place_of_another_is_known_to_all_at_once(computer, processes):
    """Written with its first request: the one before it stays good for one lost reply."""
    former = computer.token
    for serial in (1, 2):
        computer.token = token_of(computer.bench.db.key, computer.client_id, serial)
        assert computer.asks(processes[0], serial) == TAKEN
    assert computer.line().serial == 2

    computer.token = former
    assert computer.asks(processes[1], 3) == SUSPENDED


def test_a_process_writes_by_itself_while_it_serves(bench, computer, processes, monkeypatch):
    monkeypatch.setattr(request_book, "WRITE_EVERY_S", 0)
    computer.asks(processes[0], 5)

    async def until_written() -> None:
        written, loop = asyncio.Event(), asyncio.get_running_loop()
        writing = loop.create_task(processes[0].write_on())
        tell = partial(loop.call_soon_threadsafe, written.set)
        event.listen(bench.db.engine, "commit", lambda _: tell(), once=True)
        await written.wait()
        writing.cancel()

    asyncio.run(until_written())
    processes[0].write()  # After the one that is at its commit now.
    assert computer.kept() == [5]


def test_a_server_that_stops_writes_down_what_it_knows(tmp_path, stores):
    folder, key = tmp_path / "server", new_key()
    with running_server(folder, database=stores.make(folder)) as server:
        server.add_user("chen", "grid_worker", "第3网格")
        enrolling = EnrollRequest(server.code_for("chen"), "laptop", key=public_of(key))
        answer = server.request("POST", "/v1/enroll", msgspec.json.encode(enrolling))
        token = answer.read_as(EnrollReply).token
        signed = Signer(key, lambda: 7).header(token, "GET", "/v1/held", b"")
        headers = {SIGNED_HEADER: signed}
        assert server.request("GET", "/v1/held", token=token, headers=headers).status == 200

    with closing(open_database(folder)) as database, database.read() as connection:
        assert list(SEEN.decode(connection.execute(select(DEVICE_KEY)).one().seen)) == [7]
