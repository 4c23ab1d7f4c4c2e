"""Two servers' processes on one PostgreSQL, brought to the same statement at the same moment.

On SQLite the second one waits until the first has committed; here both go on.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Barrier, get_ident

import pytest
from sqlalchemy import Engine, event, func, select, text

from sync.errors import CodeRefused, DiskFull, StoreBusy
from sync.identity import Minter, local_day
from sync.merge.operation import Op, OpKind
from sync.server import notices, people
from sync.server.daily import end_care
from sync.server.database import Database
from sync.server.grants import forget_grants, remember_grants
from sync.server.locked import lock_scopes
from sync.server.postgres import DatabaseUnreachable
from sync.server.rows import ensure_scope
from sync.server.tables import ACCOUNT, DEVICE, META, NOTICE_QUEUE, RECEIPT, ROW, SCOPE
from tests.server.bench import COMMUNITY, Bench
from tests.support.stores import Stores


@pytest.fixture
def bench(tmp_path, postgres) -> Iterator[Bench]:
    """A store on PostgreSQL with two grids, whose ``db`` two threads use like two processes."""
    with ExitStack() as lasting:
        made = Bench.make(Stores("postgresql", postgres, lasting).make(tmp_path / "server"))
        made.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第1网格"}])
        lasting.callback(made.db.close)
        yield made


@contextmanager
def before(db: Database, words: str) -> Iterator[list]:
    """Calls what is in the list before each statement with these words, with its values."""
    calls: list = []

    def look(connection, cursor, statement, *rest) -> None:
        if words in statement:
            for call in calls:
                call(*rest[:1])

    assert isinstance(db.engine, Engine)
    event.listen(db.engine, "before_cursor_execute", look)
    yield calls
    event.remove(db.engine, "before_cursor_execute", look)


@contextmanager
def meeting(db: Database, words: str) -> Iterator[None]:
    """Two threads wait for each other at their first statement with these words."""
    barrier, came = Barrier(2, timeout=30), set()

    def wait(_parameters) -> None:
        if get_ident() not in came:
            came.add(get_ident())
            barrier.wait()

    with before(db, words) as calls:
        calls.append(wait)
        yield


def waiting_for_a_lock(bench: Bench) -> bool:
    """Whether one of the store's transactions waits for another."""
    with bench.db.engine.connect() as connection:
        waits = text(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(connection.execute(waits).scalar())


@contextmanager
def overtaken(bench: Bench, words: str, work) -> Iterator[list]:
    """Somebody else does ``work`` just before the block's first statement with these words.

    The block goes on once they have done it, or wait for what the block has locked. Gives their
    future, once there is one.
    """
    others: list = []
    with ThreadPoolExecutor(1) as pool, before(bench.db, words) as calls:

        def overtake(_parameters) -> None:
            calls.clear()
            others.append(pool.submit(work))
            while not (others[0].done() or waiting_for_a_lock(bench)):
                pass

        calls.append(overtake)
        yield others


def both(first, second) -> list:
    """What both came to, done at the same time: a value, or the error."""

    def done(work):
        try:
            return work()
        except Exception as error:  # noqa: BLE001  # Handed back to the test.
            return error

    with ThreadPoolExecutor(2) as pool:
        return [each.result() for each in (pool.submit(done, first), pool.submit(done, second))]


def count(bench: Bench, table, *where) -> int:
    with bench.db.read() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar()


def grids(bench: Bench) -> list[str]:
    return [scope for scope in bench.state() if scope.startswith("grid:")]


def test_one_operation_in_two_lanes_at_once_ends_once(bench):
    """Law 2: a laptop and its copy send the same thing, to two processes."""
    clerk = bench.clerk()
    op = clerk.op(OpKind.CREATE, "household", "h1", contact="1")
    clone = f"{clerk.caller.client_id}~copy"

    with meeting(bench.db, "FROM receipt"):
        there, here = both(
            lambda: clerk.push([op], grids(bench)[0]),
            lambda: clerk.push([op], grids(bench)[1], client=clone),
        )

    assert here.outcomes == there.outcomes
    assert count(bench, RECEIPT) == count(bench, ROW, ROW.c.id == "h1") == 1
    assert bench.differences() == []


def test_one_lane_that_comes_twice_at_once_is_taken_once(bench):
    """A reply was late, the laptop asked again, and both requests met at the scope's lock."""
    worker = bench.worker()
    ops = [worker.op(OpKind.CREATE, "household", f"h{each}") for each in range(3)]

    with meeting(bench.db, "FOR UPDATE"):
        first, second = both(lambda: worker.push(ops), lambda: worker.push(ops))

    assert first.outcomes == second.outcomes
    assert bench.state()[bench.scope][0] == 3
    assert bench.differences() == []


def test_one_lane_to_nowhere_that_comes_twice_at_once_is_taken_once(bench):
    """A scope that does not exist has no lock; its lane has one of its own."""
    worker = bench.worker()
    first, second = (
        [Op(name, seq=2, kind="create", type="household", id=name)] for name in ("h1", "h2")
    )
    worker.push([Op("h0", seq=1, kind="create", type="household", id="h0")], "grid:none")

    with meeting(bench.db, "FROM lane"):
        replies = both(
            lambda: worker.push(first, "grid:none"), lambda: worker.push(second, "grid:none")
        )

    assert sorted(reply.problem for reply in replies) == ["", "seq_reuse"]
    assert len(bench.held_payloads()) == 2


def test_one_row_is_not_made_in_two_scopes_at_once(bench):
    """The second is kept aside, whoever it is."""
    worker, clerk = bench.worker(), bench.clerk()
    here, there = grids(bench)
    made = Op("o1", seq=1, kind="create", type="household", id="h1", f={"contact": (None, "1")})
    again = Op("o2", seq=1, kind="create", type="household", id="h1", f={"contact": (None, "2")})

    with meeting(bench.db, "INTO synced_row"):
        replies = both(lambda: clerk.push([made], here), lambda: clerk.push([again], there))

    ended = sorted(reply.outcomes[0].outcome for reply in replies)
    assert ended == ["applied", "held"]
    assert count(bench, ROW, ROW.c.id == "h1") == 1
    assert len(bench.held_payloads()) == 1
    assert worker.create("household", "h2").outcome == "applied"
    assert bench.differences() == []


def test_a_code_is_good_for_one_computer(bench):
    """Two processes are given the same one at the same moment."""
    bench.worker()
    code = people.mint_code(bench.db, "chen", bench.clock).code
    enrolled = count(bench, DEVICE)

    def enroll():
        minter = Minter(now=bench.clock.now)
        return people.enroll(bench.db, code, "x", "", bench.clock, minter)

    with meeting(bench.db, "UPDATE enrollment_code"):
        results = both(enroll, enroll)

    assert sum(isinstance(each, CodeRefused) for each in results) == 1
    assert count(bench, DEVICE) == enrolled + 1


def test_the_last_free_place_is_taken_by_one_computer(bench):
    """Two codes of one account, at the same moment: it may have so many computers and no more."""
    bench.worker()
    for _ in range(people.MOST_DEVICES - 2):
        bench.another_computer_of("chen")
    codes = [people.mint_code(bench.db, "chen", bench.clock).code for _ in range(2)]

    def enroll(code):
        minter = Minter(now=bench.clock.now)
        return people.enroll(bench.db, code, "x", "", bench.clock, minter)

    with overtaken(bench, "count(*)", lambda: enroll(codes[1])) as other:
        enroll(codes[0])

    with pytest.raises(people.DevicesFull):
        other[0].result()
    assert count(bench, DEVICE) == people.MOST_DEVICES


def test_a_scope_is_made_once(bench):
    """Two commands find that it is missing."""

    def make():
        bench.db.run(lambda connection: ensure_scope(connection, "care3:p1"))

    with meeting(bench.db, "INTO scope"):
        assert both(make, make) == [None, None]

    assert count(bench, SCOPE, SCOPE.c.scope_id == "care3:p1") == 1


def test_a_user_is_added_once(bench):
    """The second hears that the login is taken, and adds nothing."""

    def add():
        return bench.office.add_user(COMMUNITY, "xu", "许志强")

    with meeting(bench.db, "WHERE account.login"):
        codes = [getattr(each, "code", "") for each in both(add, add)]

    assert sorted(codes) == ["", "server.user_exists"]
    assert bench.differences() == []


def test_a_verdict_is_delivered_once(bench):
    """Two pushes end at the same time, and both look after the inboxes."""
    worker, clerk = bench.worker(), bench.clerk()
    worker.create("household", "h1", contact="1")
    clerk.patch("household", "h1", contact=("1", "2"))
    conflict = worker.patch("household", "h1", contact=("1", "3")).conflicts[0]
    with meeting(bench.db, "ORDER BY notice_queue"):
        both(
            lambda: clerk.resolve(conflict, "2", "2"),
            lambda: _deliver_when_queued(bench),
        )

    assert count(bench, ROW, ROW.c.type == "notice") == 1
    assert count(bench, NOTICE_QUEUE) == 0
    assert bench.differences() == []


def _deliver_when_queued(bench: Bench) -> None:
    while count(bench, NOTICE_QUEUE) == 0:
        pass
    notices.deliver_notices(bench.db, bench.clock)


def test_the_care_of_a_day_is_ended_once(bench):
    """The first two hellos of a morning come together."""
    worker = bench.worker()
    worker.create("household", "h1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    bench.office.add_companion("chen", "p1")
    care = worker.op(
        OpKind.CREATE,
        "special_care",
        "c1",
        scope="care3:p1",
        person_id="p1",
        household_id="h1",
        tag="smi",
        risk=3,
        valid_to="2026-06-18",
    )
    assert worker.send(care, "care3:p1").outcome == "applied"
    head = bench.state()[bench.scope][0]
    bench.clock.pass_by(days=2)

    with meeting(bench.db, "FOR UPDATE"):
        assert both(
            lambda: end_care(bench.db, bench.clock), lambda: end_care(bench.db, bench.clock)
        ) == [None, None]

    with bench.db.read() as connection:
        day = connection.execute(select(META.c.value).where(META.c.name == "care_day")).scalar()
    assert day == "2026-06-20"
    assert bench.state()[bench.scope][0] <= head + 1
    assert bench.differences() == []


def test_grants_are_remembered_in_the_order_of_what_they_rest_on(bench):
    """The slower of two never writes an older state over a newer one."""
    worker = bench.worker()
    staff, today = worker.caller.staff_id, local_day(bench.clock.now())
    with bench.db.write() as connection:
        forget_grants(connection, staff)

    def assign_more():
        bench.office.assign("chen", "desk_clerk", COMMUNITY)
        remember_grants(bench.db, staff, today)

    with overtaken(bench, "UPDATE account", assign_more):
        remember_grants(bench.db, staff, today)

    with bench.db.read() as connection:
        line = connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == staff)).one()
    head = bench.state()[f"community:{COMMUNITY}"][0]
    assert line.grants_of == f"{head}:{today.isoformat()}"


@pytest.mark.parametrize("moves", [1, 3, 4])
def test_a_household_that_moves_before_its_lock_is_looked_for_again(bench, moves):
    """Three times; then the laptop is asked to come later, and nothing was written."""
    worker = bench.worker()
    worker.create("household", "h1", contact="1")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    bench.office.add_companion("chen", "p1")
    care = {"person_id": "p1", "household_id": "h1", "tag": "smi", "risk": 3}
    op = worker.op(OpKind.CREATE, "special_care", "c1", scope="care3:p1", **care)
    homes = [scope for scope in grids(bench) if scope != bench.scope] + [bench.scope]
    left = (homes * moves)[:moves]

    def move(parameters) -> None:
        """Another process moves the household, just before its lock would be taken."""
        if left and any("care3:p1" in asked for asked in parameters.values()):
            to = {"home": left.pop(0)}
            with bench.db.engine.begin() as connection:
                connection.execute(
                    text("UPDATE synced_row SET scope_id = :home WHERE id IN ('h1', 'p1')"), to
                )

    with before(bench.db, "FROM scope") as calls:
        calls.append(move)
        if moves < 4:
            assert worker.send(op, "care3:p1").outcome == "applied"
        else:
            with pytest.raises(StoreBusy):
                worker.send(op, "care3:p1")

    taken = count(bench, RECEIPT, RECEIPT.c.op_id == op.op_id)
    assert (taken, count(bench, ROW, ROW.c.id == "c1")) == ((1, 1) if moves < 4 else (0, 0))


def test_two_who_wait_for_each_other_both_end(bench):
    """PostgreSQL breaks the ring by failing one of them, who begins again."""
    names = grids(bench)

    def lock(order):
        def work(connection):
            for scope_id in order:
                lock_scopes(connection, [scope_id], "2026-06-18T01:00:00.000000Z")
            return "done"

        return lambda: bench.db.run(work)

    met = Barrier(2, timeout=30)
    first_of: set[int] = set()

    def wait(parameters) -> None:
        if get_ident() in first_of:
            return
        ours = any(name in asked for asked in parameters.values() for name in names)
        if ours and get_ident() not in begun:
            begun.add(get_ident())
            return
        first_of.add(get_ident())
        met.wait()

    begun: set[int] = set()
    with before(bench.db, "FOR UPDATE") as calls:
        calls.append(wait)
        assert both(lock(names), lock(names[::-1])) == ["done", "done"]


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("53100", DiskFull),
        ("55P03", StoreBusy),
        ("57014", StoreBusy),
        ("40001", StoreBusy),
        ("40P01", StoreBusy),
        ("53300", StoreBusy),
        ("57P03", DatabaseUnreachable),
        ("08006", DatabaseUnreachable),
        ("25006", DatabaseUnreachable),
    ],
)
def test_its_troubles_are_told_in_our_words(bench, state, error):
    """Never with the text of a statement, which may hold what a resident said."""
    raising = text(f"DO $$ BEGIN RAISE SQLSTATE '{state}' USING MESSAGE = '王桂兰'; END $$")
    with pytest.raises(error) as told, bench.db.write() as connection:
        connection.execute(raising)
    assert "王桂兰" not in str(told.value)


def test_a_connection_that_breaks_costs_one_request(bench):
    """The next one gets a new connection."""
    end_all = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def work(connection) -> None:
        with bench.db.engine.connect() as other:
            other.execute(end_all)
        connection.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnreachable):
        bench.db.run(work)

    assert bench.differences() == []
