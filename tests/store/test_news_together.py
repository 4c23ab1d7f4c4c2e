"""News of several scopes in one reply: together in few transactions, each scope for itself."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from sync.store import bulk, records
from tests.support.feed import Feed
from tests.support.laptops import new_store

SCOPES = ("grid:east", "grid:west", "grid:south")


@pytest.fixture
def feeds():
    made = [Feed(scope) for scope in SCOPES]
    for number, feed in enumerate(made):
        feed.put("household", f"h{number}", contact="1")
        feed.put("person", f"p{number}", household_id=f"h{number}", name="王桂兰")
    return made


@pytest.fixture
def store(folder, feeds):
    """A profile in step with all of them."""
    made = new_store(folder)
    for feed in feeds:
        feed.pull_into(made)
    yield made
    made.close()


def pages(store, feeds, limit=5_000):
    return [
        feed.page(asked, limit)
        for feed, asked in zip(feeds, store.replica.cursors(SCOPES), strict=True)
    ]


@contextmanager
def transactions(store):
    """How many writing transactions the block takes."""
    begun = []

    def note(connection, cursor, statement, *rest):
        if statement.startswith("BEGIN"):
            begun.append(statement)

    event.listen(store.database._writer, "before_cursor_execute", note)
    yield begun
    event.remove(store.database._writer, "before_cursor_execute", note)


def in_step(store, feeds):
    return all(store.replica.server_rows(feed.scope) == feed.live() for feed in feeds)


def test_news_of_several_scopes_come_in_one_transaction(store, feeds):
    """Live rows, tombstones and rows with an edit of ours; every sum is right."""
    store.records.write([records.patch("person", "p1", {"phone": "139"})])
    for number, feed in enumerate(feeds):
        feed.put("household", f"h{number}", contact="2")
        feed.put("visit", f"v{number}", household_id=f"h{number}", result="met")
    feeds[1].put("person", "p1", household_id="h1", name="李娜")
    feeds[2].remove("person", "p2")

    with transactions(store) as begun:
        came = list(store.replica.apply_all(pages(store, feeds), feeds[0].epoch))

    assert len(begun) == 1
    assert [(page.scope, one.rows, one.done, one.equal) for page, one in came] == [
        (SCOPES[0], 2, True, True),
        (SCOPES[1], 3, True, True),
        (SCOPES[2], 3, True, True),
    ]
    assert in_step(store, feeds)
    shown = store.reading.find("person", "p1")
    assert (shown.get("name"), shown.get("phone")) == ("李娜", "139")
    assert store.reading.find("person", "p2") is None


def test_many_rows_come_in_several_transactions(store, feeds):
    """Who saves meanwhile waits for one of them at most."""
    for feed in feeds:
        for number in range(bulk.BATCH_ROWS // 2):
            feed.put("note", f"{feed.scope}{number}", household_id="h1", text="水")

    with transactions(store) as begun:
        came = list(store.replica.apply_all(pages(store, feeds), feeds[0].epoch))

    assert len(begun) == 2
    assert all(one.equal and one.done for _, one in came)
    assert in_step(store, feeds)


def test_a_page_that_answers_nothing_stops_no_other(store, feeds):
    """An echo of an earlier request among the others, and one that is not the last."""
    for number, feed in enumerate(feeds):
        feed.put("household", f"h{number}", contact="2")
        feed.put("person", f"p{number}", household_id=f"h{number}", name="李娜")
    late, first, whole = pages(store, feeds)
    late.cursor -= 1
    first = pages(store, feeds, limit=1)[1]

    came = store.replica.apply_all([late, first, whole], feeds[0].epoch)
    found = {page.scope: one for page, one in came}

    assert found[SCOPES[0]].stale
    assert (found[SCOPES[1]].rows, found[SCOPES[1]].done) == (1, False)
    assert found[SCOPES[2]].done
    list(store.replica.apply_all(pages(store, feeds), feeds[0].epoch))
    assert in_step(store, feeds)


def test_the_same_page_twice_counts_once(store, feeds):
    """The second answers a position at which the copy stands no more."""
    feeds[0].put("household", "h0", contact="2")
    page = pages(store, feeds)[0]

    first, second = store.replica.apply_all([page, page], feeds[0].epoch)

    assert (first[1].done, first[1].equal, second[1].stale) == (True, True, True)
    assert in_step(store, feeds[:1])
