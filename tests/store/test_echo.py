"""Our own entries become the server's rows by their receipts, where they are all that is new."""

from contextlib import contextmanager

import msgspec
import pytest
from sqlalchemy import event, select

from sync.errors import DiskFull
from sync.merge.operation import Outcome
from sync.store import records
from sync.store.echo import entries_of
from sync.store.glance import glance
from sync.store.tables import OPERATION, SHADOW, TABLES
from tests.support.feed import GRID


def visit(number):
    fields = {"household_id": "h1", "started_at": f"2026-11-20T0{number}:00:00Z", "result": "met"}
    return records.append("visit", fields, scope_id=GRID)


def asked(store):
    (cursor,) = store.replica.cursors([GRID])
    return cursor


def shadows(store):
    with store.database.reading() as connection:
        return len(connection.execute(select(SHADOW)).all())


def shown_still(store):
    """The kinds of operations that are laid over the server's rows."""
    with store.database.reading() as connection:
        return (
            connection.execute(select(OPERATION.c.kind).where(OPERATION.c.folded)).scalars().all()
        )


def refuse(store, type_):
    """Let no row of this kind be put in from now on."""
    with store.database.writing() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER full BEFORE INSERT ON {type_} BEGIN SELECT RAISE(ABORT, 'full'); END"
        )


def allow(store):
    with store.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")


@contextmanager
def full(store):
    """A disk on which the store's file cannot grow."""
    limit = store.database._writer.raw_connection()
    try:
        ((pages,),) = limit.cursor().execute("PRAGMA page_count").fetchall()
        most = limit.cursor().execute("PRAGMA max_page_count").fetchall()[0][0]
        limit.cursor().execute(f"PRAGMA max_page_count={pages}").fetchall()
    finally:
        limit.close()
    yield
    again = store.database._writer.raw_connection()
    again.cursor().execute(f"PRAGMA max_page_count={most}").fetchall()
    again.close()


def at_rest(store, feed):
    """The copy stands and sums up where the server does, row by row too."""
    page = feed.page(asked(store))
    applied = store.replica.apply(page, feed.epoch)
    assert (page.rows, applied.done, applied.equal) == ([], True, True)
    assert store.replica.server_rows(GRID) == feed.live()
    assert store.replica.verify_deep(GRID)


def sent(store, feed, *, outcome=Outcome.APPLIED, echoes=True):
    """Everything that waits is taken, and the receipts come back."""
    ops = store.replica.batch(GRID)
    reply = feed.reply(*[feed.take(op, outcome) for op in ops])
    store.replica.acknowledge(reply, entries_of(ops) if echoes else {})


def test_entries_of_ours_need_not_come_back(store, feed):
    """The copy stands where the server stands, sums to the same, and nothing is laid over it."""
    store.records.write([visit(number) for number in range(3)])

    sent(store, feed)

    assert asked(store).cursor == feed.head
    assert shadows(store) == 0
    assert len(store.reading.rows("visit")) == 1 + 3
    at_rest(store, feed)


def test_a_revision_that_was_not_expected_is_summed_up_as_it_came(store, feed):
    """What was worked out for another one counts for nothing."""
    store.records.write([visit(number) for number in range(3)])
    ops = store.replica.batch(GRID)
    (cursor,) = store.replica.cursors([GRID])
    expected, wrong = entries_of(ops, cursor.cursor), entries_of(ops, cursor.cursor + 1)
    for number, op in enumerate(ops, start=1):
        marks = {entries[op.op_id].mark(cursor.cursor + number) for entries in (expected, wrong)}
        assert len(marks) == 1

    store.replica.acknowledge(feed.reply(*map(feed.take, ops)), wrong)

    at_rest(store, feed)


def test_where_all_stands_is_known_with_the_receipts(store, feed):
    """Nobody has to look again, until something is written."""
    store.records.write([visit(1)])
    sent(store, feed)

    looks = []
    event.listen(store.database._readers, "begin", looks.append)
    known = store.replica.glance()
    assert looks == []
    with store.database.reading() as connection:
        assert known == glance(connection)
    assert (known.waiting, known.heads[GRID]) == ({}, feed.head)


def test_what_is_written_next_is_seen(store, feed):
    """What was known with the receipts is old then."""
    store.records.write([visit(1)])
    sent(store, feed)
    store.records.write([visit(2)])

    assert store.replica.glance().waiting == {GRID: 1}


@pytest.mark.parametrize("case", ["somebody else", "an edit", "held", "carried"])
def test_where_more_happened_the_feed_tells_it(store, feed, case):
    """A revision of somebody else's, an edit of a row, an entry kept aside, an answer that names
    the old cursor."""
    before = asked(store).cursor
    if case == "somebody else":
        feed.put("household", "h1", contact="2")
    store.records.write([visit(1)])
    if case == "an edit":
        store.records.write([records.patch("household", "h1", {"contact": "3"})])

    outcome = Outcome.HELD if case == "held" else Outcome.APPLIED
    sent(store, feed, outcome=outcome, echoes=case != "carried")

    assert asked(store).cursor == before
    applied = store.replica.apply(feed.page(asked(store)), feed.epoch)
    assert applied.equal
    assert store.replica.server_rows(GRID) == feed.live()


def test_as_many_revisions_as_receipts_are_not_all_of_ours(store, feed):
    """One entry came with a pull already, its answer having been lost, and somebody else wrote."""
    store.records.write([visit(1)])
    (first,) = map(feed.take, store.replica.batch(GRID))
    feed.pull_into(store)
    before = asked(store).cursor
    feed.put("household", "h1", contact="2")
    store.records.write([visit(2)])
    ops = store.replica.batch(GRID)
    second = feed.take(ops[1])
    assert len([first, second]) == feed.head - before

    store.replica.acknowledge(feed.reply(first, second), entries_of(ops))

    assert asked(store).cursor == before
    assert store.replica.apply(feed.page(asked(store)), feed.epoch).equal
    assert store.replica.server_rows(GRID) == feed.live()


def test_what_was_written_on_top_stays_on_top(store, feed):
    """An edit that waits beside the entries is still shown."""
    store.records.write([visit(1)])
    ops = store.replica.batch(GRID)
    store.records.write([records.patch("household", "h1", {"contact": "3"})])

    store.replica.acknowledge(feed.reply(*[feed.take(op) for op in ops]), entries_of(ops))

    assert asked(store).cursor == feed.head
    assert store.reading.find("household", "h1").get("contact") == "3"
    assert store.replica.server_rows(GRID) == feed.live()


class TestInPlace:
    """What is shown already as the server has it gets its revision and is not written again."""

    @pytest.fixture
    def visits(self, store):
        """Some are written, and their table takes no row from now on: to be told apart from a
        change, which touches no index, a row written again counts as one that is put in."""
        written = store.records.write([visit(number) for number in range(3)])
        refuse(store, "visit")
        return written.row_ids

    def test_an_entry_is_not_put_into_its_table_again(self, store, feed, visits):
        sent(store, feed)

        assert {store.reading.find("visit", one).rev for one in visits} == {
            feed.head - 2,
            feed.head - 1,
            feed.head,
        }
        assert (shown_still(store), shadows(store)) == ([], 0)
        at_rest(store, feed)

    def test_receipts_are_kept_as_those_of_any_other_operation(self, store, feed):
        """By the one way and by the other, all that the journal says is the same."""
        store.records.write([visit(1)])
        sent(store, feed)
        store.records.write([visit(2)])
        sent(store, feed, echoes=False)
        feed.pull_into(store)

        with store.database.reading() as connection:
            columns = ("folded", "outcome", "at", "code", "conflicts", "home")
            told = connection.execute(select(*(OPERATION.c[name] for name in columns))).all()
        assert len(told) == 2
        assert len(set(told)) == 1

    def test_an_entry_with_another_edit_on_it_goes_the_way_of_the_feed(self, store, feed):
        """The server's row is what the entry says, and the choice about it stays on top."""
        (row_id,) = store.records.write([visit(1)]).row_ids
        feed.put(
            "conflict", "c1", target_type="visit", target_id=row_id, field="note", status="open"
        )
        feed.pull_into(store)
        ops = store.replica.batch(GRID)
        store.records.write([records.resolve("c1", "门口地滑")])

        store.replica.acknowledge(feed.reply(*[feed.take(op) for op in ops]), entries_of(ops))

        assert store.reading.find("visit", row_id).get("note") == "门口地滑"
        assert shown_still(store) == ["resolve"]
        at_rest(store, feed)

    def test_a_row_of_the_servers_below_an_entry_goes_out_of_the_sum(self, store, feed):
        """A disk that was copied: the other computer's entry of the same id came first."""
        (row_id,) = store.records.write([visit(1)]).row_ids
        feed.put(
            "visit", row_id, household_id="h1", started_at="2026-11-19T01:00:00Z", result="away"
        )
        feed.pull_into(store)

        sent(store, feed)

        assert shadows(store) == 0
        at_rest(store, feed)

    def test_a_row_that_is_not_shown_as_it_was_written_is_written(self, store, feed):
        """Whatever took it away: the receipt brings it back, and the others count once."""
        _, row_id = store.records.write([visit(1), visit(2)]).row_ids
        with store.database.writing() as connection:
            table = TABLES["visit"]
            connection.execute(table.delete().where(table.c.id == row_id))

        sent(store, feed)

        assert store.reading.find("visit", row_id) is not None
        at_rest(store, feed)

    def test_a_full_disk_is_told_and_leaves_all_as_it_was(self, store, feed):
        """Receipts are longer than nothing, and rows grow by their marks."""
        store.records.write([visit(number % 10) for number in range(200)])
        ops = store.replica.batch(GRID)
        reply = feed.reply(*[feed.take(op) for op in ops])
        before = asked(store)

        with full(store), pytest.raises(DiskFull):
            store.replica.acknowledge(reply, entries_of(ops))

        assert store.replica.batch(GRID) == ops
        assert asked(store) == before
        store.replica.acknowledge(reply, entries_of(ops))
        at_rest(store, feed)

    def test_the_first_receipt_is_the_law(self, store, feed, visits):
        """One that is told again, at another time, changes nothing of it."""
        ops = store.replica.batch(GRID)
        outcomes = [feed.take(op) for op in ops]
        store.replica.acknowledge(feed.reply(*outcomes))
        assert len(shown_still(store)) == len(visits)
        allow(store)

        again = [msgspec.structs.replace(each, at="2026-11-22T02:00:00Z") for each in outcomes]
        store.replica.acknowledge(feed.reply(*again), entries_of(ops))

        with store.database.reading() as connection:
            told = connection.execute(select(OPERATION.c.at)).scalars().all()
        assert set(told) == {outcomes[0].at}
        at_rest(store, feed)
