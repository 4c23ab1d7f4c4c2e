"""Entries of ours become the server's rows where they stand: their revisions are all that is new.

What we wrote is shown as it was sent. To write it once more would take each row out of every index
of its table and put it back: a page of an index for each household, read and written for nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Final

from sqlalchemy import Connection

from sync.schema.canonical import add_mark, digest_text
from sync.store import generations
from sync.store.echo import Echo
from sync.store.tables import TABLES

Line = tuple[str | int, ...]

# Row by row: half of what one statement over a JSON part takes, where there is so little in each.
_RECEIVE: Final = """
    UPDATE operation SET folded = 0, outcome = ?, rev = ?, at = ?, conflicts = '[]'
    WHERE op_id = ? AND outcome = '' AND NOT EXISTS (
        SELECT 1 FROM operation_target AS another
        WHERE another.type = operation.type AND another.row_id = operation.row_id
            AND another.op_no <> operation.no
    )
"""
_DROP_SHADOW: Final = "DELETE FROM shadow WHERE generation = ? AND type = ? AND id = ?"


class NotAsWritten(Exception):
    """What was to be settled does not stand as its operation wrote it."""


def settle(connection: Connection, echoes: Sequence[Echo]) -> None:
    """Store the receipts of all these entries and make the server's rows of them.

    Raises :class:`NotAsWritten` where any of it is not just as it was written, by this operation
    alone: the feed's own way is for that. The transaction is then to be given up, with what was
    done of it: a savepoint would keep of every page what it was before. Where a row is in another
    copy too, one of the two is out of sight and its place is empty here.
    """
    receipts: list[Line] = []
    places: list[Line] = []
    revs: dict[str, list[Line]] = defaultdict(list)
    reached = []
    for echo in echoes:
        no, head, outcomes = echo.copy.no, echo.reply.head, echo.reply.outcomes
        receipts += [(each.outcome, each.rev, each.at, each.op_id) for each in outcomes]
        places += [(no, entry.type, entry.id) for entry in echo.entries]
        marks = 0
        for entry, receipt in zip(echo.entries, outcomes, strict=True):
            mark = entry.mark(receipt.rev)
            marks += int.from_bytes(mark)
            revs[entry.type].append((receipt.rev, mark.hex(), no, entry.id))
        digest = add_mark(int(echo.copy.digest or "0", 16), marks)
        reached.append((no, head, head, digest_text(digest)))
    writes = [(_RECEIVE, receipts), (_DROP_SHADOW, places)]
    writes += [(_settling(type_), lines) for type_, lines in revs.items()]
    if not all(_each_found(connection, statement, lines) for statement, lines in writes):
        raise NotAsWritten
    generations.reach(connection, reached)


def _each_found(connection: Connection, statement: str, lines: list[Line]) -> bool:
    """Whether the statement found what it is about for each of the lines."""
    return connection.exec_driver_sql(statement, lines).rowcount == len(lines)


@cache
def _settling(type_: str) -> str:
    # The shadow has no other revision: where it is none, the server has no such row yet.
    changed = f'UPDATE "{TABLES[type_].name}" SET rev = ?, mark = ?'  # noqa: S608  # Our own name.
    return f"{changed} WHERE generation = ? AND id = ? AND rev = 0"
