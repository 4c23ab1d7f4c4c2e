"""Changes that somebody with the database, and without the key, could make to the audit."""

import random
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from sync.identity import Minter
from sync.server.audit import record_command
from sync.server.database import Database
from sync.server.sealed_audit import check_audit
from sync.server.tables import AUDIT
from tests.server.bench import Bench
from tests.support.stores import empty_store

LINES = 12
KINDS = ("edit", "cut", "swap", "add")
_WORDS = ("id", "at", "actor", "device", "action", "type", "object_id", "reason", "mark")


class Undo(Exception):
    """Take the change back."""


def tampered(connection: Connection, rng: random.Random) -> str:
    """One change; which kind it was."""
    numbers = list(connection.execute(select(AUDIT.c.number)).scalars())
    one, other = rng.sample(numbers, 2)
    kind = rng.choice(KINDS)
    if kind == "edit":
        word = {rng.choice(_WORDS): f"x{rng.random()}"}
        connection.execute(update(AUDIT).where(AUDIT.c.number == one).values(**word))
    elif kind == "cut":
        connection.execute(delete(AUDIT).where(AUDIT.c.number == one))
    elif kind == "swap":
        for was, now in ((one, -1), (other, one), (-1, other)):
            connection.execute(update(AUDIT).where(AUDIT.c.number == was).values(number=now))
    else:
        line = connection.execute(select(AUDIT).where(AUDIT.c.number == one)).mappings().one()
        more = {**line, "id": "one-more", "number": max(numbers) + 1}
        connection.execute(insert(AUDIT).values(**more))
    return kind


def unseen(db: Database, count: int, rng: random.Random) -> tuple[set[str], list[str]]:
    """Which kinds of so many changes there were, and those that the check did not find; each is
    undone again."""
    seen: set[str] = set()
    missed: list[str] = []
    for number in range(count):
        with suppress(Undo), db.write() as connection:
            kind = tampered(connection, rng)
            seen.add(kind)
            if not list(check_audit(connection, db.key)):
                missed.append(f"change {number}: {kind}")
            raise Undo
    return seen, missed


def tamper_often(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """A store of its own, and so many changes of its audit."""
    with closing(empty_store(folder / "server")) as db:
        bench = Bench.make(db)
        minter = Minter(now=bench.clock.now)
        for number in range(LINES):
            with db.write() as connection:
                record_command(connection, db.key, bench.clock, minter, "look", f"object-{number}")
        _seen, missed = unseen(db, count, random.Random(seed))
    return {"done": count, "faults": missed}
