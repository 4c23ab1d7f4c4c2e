"""Only a receipt acknowledges; lanes go out in bounded batches and end when they are durable."""

import msgspec
from sqlalchemy import select

from sync.merge.operation import Outcome
from sync.store import records
from sync.store.record import DeliveryState
from sync.store.tables import OPERATION, SHADOW
from sync.wire.messages import MOST_BODY_BYTES, PushRequest
from tests.support.feed import GRID


def count(store, table):
    with store.database.reading() as connection:
        return len(connection.execute(select(table)).all())


def contact(store):
    return store.reading.find("household", "h1").get("contact")


def test_an_edit_is_shown_until_the_servers_row_has_it(store, feed):
    """Between the receipt and the next page the value must not jump back."""
    store.records.write([records.patch("household", "h1", {"contact": "139"})])

    feed.push_from(store)
    assert contact(store) == "139"
    assert count(store, SHADOW) == 1
    feed.pull_into(store)

    assert contact(store) == "139"
    assert count(store, SHADOW) == 0
    assert store.reading.deliveries("household", "h1")[0].state is DeliveryState.DELIVERED


def test_a_row_that_arrives_before_its_receipt_is_no_receipt(store, feed):
    """The reply was lost; the page shows the row; the operation still waits."""
    store.records.write(
        [records.append("note", {"household_id": "h1", "text": "好"}, scope_id=GRID)]
    )
    (op,) = store.replica.batch(GRID)
    feed.take(op)

    feed.pull_into(store)

    assert store.replica.lanes() == {GRID: 1}
    assert len(store.reading.rows("note")) == 1
    assert store.replica.server_rows(GRID) == feed.live()


def test_a_held_edit_is_no_longer_shown_and_says_why(store, feed):
    """The server keeps it aside whole."""
    store.records.write([records.patch("household", "h1", {"contact": "139"})])
    (op,) = store.replica.batch(GRID)
    receipt = feed.take(op, Outcome.HELD)
    receipt.code = "not_permitted"

    store.replica.acknowledge(feed.reply(receipt))

    assert contact(store) == "13800001024"
    (delivery,) = store.reading.deliveries("household", "h1")
    assert (delivery.state, delivery.code) == (DeliveryState.HELD, "not_permitted")
    assert store.reading.counts().held == 1


def test_the_first_receipt_is_the_law(store, feed):
    """A second one, from a retry, changes nothing."""
    store.records.write([records.patch("household", "h1", {"contact": "139"})])
    (op,) = store.replica.batch(GRID)
    receipt = feed.take(op)
    store.replica.acknowledge(feed.reply(receipt))

    other = msgspec.structs.replace(receipt, outcome="held", rev=99)
    store.replica.acknowledge(feed.reply(other))

    (delivery,) = store.reading.deliveries("household", "h1")
    assert delivery.state is DeliveryState.DELIVERED


def test_an_operation_is_kept_until_it_is_durable(store, feed):
    """A server without backups never says so, and then it stays."""
    store.records.write([records.patch("household", "h1", {"contact": "139"})])
    feed.push_from(store)
    feed.pull_into(store)
    assert count(store, OPERATION) == 1

    feed.durable = 1
    feed.pull_into(store)

    assert count(store, OPERATION) == 0


def test_a_server_that_lost_receipts_gets_the_operations_again(store, feed):
    """It was restored: its lane expects numbers that were acknowledged."""
    store.records.write([records.patch("household", "h1", {"contact": "139"})])
    store.records.write([records.patch("household", "h1", {"best_time": "晚上"})])
    feed.push_from(store)

    feed.next_seq = 2
    store.replica.acknowledge(feed.reply())

    assert [op.seq for op in store.replica.batch(GRID)] == [2]
    assert store.reading.find("household", "h1").get("best_time") == "晚上"


def test_a_batch_fits_into_one_request(store):
    """In operations and in bytes; what is left goes with the next one."""
    long = "长" * 19_000
    for _ in range(25):
        edit = records.append("note", {"household_id": "h1", "text": long}, scope_id=GRID)
        store.records.write([edit])

    ops = store.replica.batch(GRID)

    assert 10 < len(ops) < 25
    request = PushRequest(GRID, "client", 1, ops, "epoch")
    assert len(msgspec.json.encode(request)) <= MOST_BODY_BYTES


def test_a_batch_has_at_most_five_hundred(store):
    """The server takes no more."""
    edits = [
        records.append("note", {"household_id": "h1", "text": str(number)}, scope_id=GRID)
        for number in range(501)
    ]
    store.records.write(edits)

    assert [op.seq for op in store.replica.batch(GRID)] == list(range(1, 501))


def test_a_laptop_begins_again_beside_an_edit_that_was_purged_to_its_reason(store, feed):
    """Its words are the server's alone: it is no operation that could be sent once more."""
    store.records.write([records.patch("household", "h1", {"contact": "139"})])
    (op,) = store.replica.batch(GRID)
    feed.durable = 1
    store.replica.acknowledge(feed.reply(feed.take(op, Outcome.HELD)))
    store.replica.revoke(GRID)
    while store.replica.purge_step():
        pass
    store.sealing.purge()
    feed.pull_into(store)
    store.records.write([records.patch("household", "h1", {"best_time": "晚上"})])

    store.take_client_id()

    assert [each.seq for each in store.replica.batch(GRID)] == [1]
    assert store.reading.counts().held == 1
