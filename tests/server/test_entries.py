"""Lanes of new entries are settled together, and nothing tells it from one by one."""

import random
from typing import Any

import pytest
from sqlalchemy import select

from sync.merge.operation import Op, OpKind
from sync.server import scopes
from sync.server.database import Database
from sync.server.tables import CLAIM, HELD, HISTORY, LANE, RECEIPT, ROW, SCOPE
from tests.server.bench import Bench, Desk

LANES = 24
TABLES = (ROW, HISTORY, RECEIPT, HELD, LANE, SCOPE, CLAIM)


class Undone(Exception):
    """What a push wrote was looked at, and is taken back."""


def lane_of(worker: Desk, luck: random.Random, number: int) -> list[Op]:
    """New entries alone, or one of them spoiled, known, changed, or not theirs to write."""
    ops = []
    odd_one = luck.randrange(8) if luck.random() < 0.7 else -1
    for place in range(luck.randint(2, 7)):
        kind, type_, row_id = OpKind.APPEND, "visit", f"v{number}-{place}"
        fields: dict[str, Any] = {"household_id": luck.choice(["h1", "nowhere"]), "result": "met"}
        match odd_one if place else -1:
            case 0:
                fields["result"] = luck.choice(["no such word", None, 7])
            case 1 | 2:
                row_id = luck.choice(["v0-0", f"v{number}-0"])
            case 3:
                type_ = luck.choice(["note", "matter_step", "household", "newer", "reveal"])
            case 4:
                kind = luck.choice([OpKind.CREATE, OpKind.PATCH, OpKind.DELETE])
        ops.append(worker.op(kind, type_, row_id, **fields))
    if odd_one == 5:
        known = ops[0]
        ops[-1] = Op(known.op_id, ops[-1].seq, OpKind.APPEND, "visit", "another", known.f)
    return ops


def tried(bench: Bench, worker: Desk, ops: list[Op], monkeypatch: Any) -> tuple[Any, bool]:
    """The reply to a push and every line that it left behind; and whether it was taken together.
    All of it is undone."""
    seen: list[Any] = []
    together: list[bool] = []

    def run(database: Database, work: Any) -> Any:
        with database.write() as connection:
            reply = work(connection)
            lines = [sorted(map(repr, connection.execute(select(one)))) for one in TABLES]
            seen.extend([reply, *lines])
            raise Undone

    take = scopes._Push.take_together
    with monkeypatch.context() as patched:
        patched.setattr(Database, "run", run)
        patched.setattr(scopes._Push, "take_together", lambda one: _noted(together, take(one)))
        with pytest.raises(Undone):
            worker.push(ops)
    return seen, together == [True]


def _noted(together: list[bool], reply: Any) -> Any:
    together.append(reply is not None)
    return reply


def test_together_is_as_one_by_one(home, monkeypatch):
    """Rows, history, receipts, what is held, lanes, digests and claims, and the reply itself."""
    bench, worker, clerk = home
    clerk.create("household", "h2", contact="2")
    luck = random.Random(71)
    taken = []
    for number in range(LANES):
        ops = lane_of(worker, luck, number)
        ours, is_together = tried(bench, worker, ops, monkeypatch)
        with monkeypatch.context() as patched:
            patched.setattr(scopes._Push, "take_together", lambda _: None)
            plain, _ = tried(bench, worker, ops, patched)
        assert ours == plain, ops
        taken.append(is_together)
        worker.push(ops)

    assert taken.count(True) > LANES // 5
    assert taken.count(False) > LANES // 5
    assert bench.differences() == []
