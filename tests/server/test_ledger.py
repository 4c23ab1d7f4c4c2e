"""Law 12 on the server: an entry meets the others of its account, whatever push they came with."""

import gc

import pytest

from sync.identity import stamp
from sync.merge import ledger
from sync.merge.operation import Op, OpKind
from sync.merge.values import Writer
from sync.schema.registry import ENTITIES
from sync.server.locked import lock_homes
from sync.server.settling import settle_operation
from tests.laws.entities import POINTS, entry_op, points_op
from tests.server.bench import Bench
from tests.server.test_batches import statements


@pytest.fixture
def account(bench: Bench):
    """Settles operations on one resident's points, in one transaction a call."""
    (entities,) = gc.get_referents(ENTITIES)
    entities["points"] = POINTS  # No entity of today's is counted.

    def take(*ops: Op):
        work = [(bench.scope, ops)]

        def settle(connection):
            locked = lock_homes(connection, work, stamp(bench.clock.now()))
            scope = locked.scopes[bench.scope]
            locked.prefetch([(scope, ops)])
            writer = Writer("laptop", "chen", at=locked.at)
            ended = [settle_operation(locked, scope, op, writer, "") for op in ops]
            locked.save()
            return [(each.outcome.value, each.code) for each in ended]

        return bench.db.run(settle)

    take.bench = bench
    yield take
    del entities["points"]


def test_an_entry_that_is_covered_overdraws_nothing(account):
    """By what stands in the store, and by what came in the same push."""
    assert account(points_op("op1", "monday", 3)) == [("applied", "")]

    assert (
        account(
            points_op("op2", "meal 1", -2),
            points_op("op3", "tuesday", 1),
            points_op("op4", "meal 2", -2),
        )
        == [("applied", "")] * 3
    )
    assert account.bench.conflicts() == []
    assert account.bench.differences() == []


def test_an_overdraft_stands_and_is_shown(account):
    """Once there is less than it takes, entries of others' accounts not counted."""
    other = {"rule": "visit", "subject": "p2", "occasion": "monday", "amount": 9}
    account(points_op("op1", "monday", 3), entry_op("op2", ledger.entry_id("points", other), other))

    assert account(points_op("op3", "meal", -5)) == [("applied", ledger.OVERDRAFT)]

    (asked,) = account.bench.conflicts()
    assert (asked["kind"], asked["field"], asked["current"]) == ("overdraft", "amount", -5)
    assert account.bench.differences() == []


def test_an_entry_is_taken_back_once(account):
    """What it takes back is found in the store; another amount is kept aside."""
    first = points_op("op1", "monday", 3)
    account(first)
    body = account.bench.body("points", first.id)
    row_id, back = ledger.reversal_of("points", first.id, body)

    assert account(entry_op("op2", row_id, back)) == [("applied", "")]
    assert account(entry_op("op3", row_id, back)) == [("noop", "")]
    assert account(points_op("op4", "meal", -1)) == [("applied", ledger.OVERDRAFT)]
    gone = Op("op5", 0, OpKind.DELETE, "points", first.id)
    assert account(gone) == [("held", "append_only")]


def test_the_statements_do_not_grow_with_the_accounts(account):
    """However many residents' points one push has."""

    def entries(first: int, count: int) -> list[Op]:
        bodies = [
            {"rule": "visit", "subject": f"p{first + each}", "occasion": "monday", "amount": 1}
            for each in range(count)
        ]
        return [
            entry_op(f"{first} {at}", ledger.entry_id("points", body), body)
            for at, body in enumerate(bodies)
        ]

    with statements(account.bench) as for_few:
        account(*entries(100, 3))
    with statements(account.bench) as for_many:
        account(*entries(200, 40))

    assert len(for_many) <= len(for_few)
