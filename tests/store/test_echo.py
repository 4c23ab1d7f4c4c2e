"""Our own entries become the server's rows by their receipts, where they are all that is new."""

import pytest
from sqlalchemy import select

from sync.merge.operation import Outcome
from sync.store import records
from sync.store.tables import SHADOW
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


def sent(store, feed, *, outcome=Outcome.APPLIED, echoes=True):
    """Everything that waits is taken, and the receipts come back."""
    outcomes = [feed.take(op, outcome) for op in store.replica.batch(GRID)]
    store.replica.acknowledge(feed.reply(*outcomes), echoes=echoes)


def test_entries_of_ours_need_not_come_back(store, feed):
    """The copy stands where the server stands, sums to the same, and nothing is laid over it."""
    store.records.write([visit(number) for number in range(3)])

    sent(store, feed)

    assert asked(store).cursor == feed.head
    assert store.replica.server_rows(GRID) == feed.live()
    assert shadows(store) == 0
    assert len(store.reading.rows("visit")) == 1 + 3
    page = feed.page(asked(store))
    applied = store.replica.apply(page, feed.epoch)
    assert (page.rows, applied.done, applied.equal) == ([], True, True)


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


def test_what_was_written_on_top_stays_on_top(store, feed):
    """An edit that waits beside the entries is still shown."""
    store.records.write([visit(1)])
    ops = store.replica.batch(GRID)
    store.records.write([records.patch("household", "h1", {"contact": "3"})])

    store.replica.acknowledge(feed.reply(*[feed.take(op) for op in ops]))

    assert asked(store).cursor == feed.head
    assert store.reading.find("household", "h1").get("contact") == "3"
    assert store.replica.server_rows(GRID) == feed.live()
