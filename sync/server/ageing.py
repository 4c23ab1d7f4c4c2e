"""Forgetting removed rows that every laptop in use has long heard of."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from sync.identity import Clock, stamp
from sync.server.database import Database
from sync.server.locked import lock_scopes
from sync.server.tables import HISTORY, OPEN_CONFLICT, RECEIPT, ROW, SCOPE

KEPT_DAYS: Final = 180
_MOST_AT_ONCE: Final = 500
_OF_PEOPLE: Final = ("person", "residency", "id_number", "special_care")
"""Kinds whose end is the end of what is held about somebody."""
T = TypeVar("T")


def forget_tombstones(db: Database, clock: Clock) -> None:
    """Drop what was removed more than :data:`KEPT_DAYS` days ago, a little at a time.

    The scope remembers the highest revision that went (``floor``): a laptop below it might miss
    a removal, and begins anew. What moved elsewhere stays, because late work follows it, for as
    long as it is there; so does what somebody still has to decide about, and the row that holds
    the head.
    """
    before = stamp(clock.now() - timedelta(days=KEPT_DAYS))
    for _ in ("where they were removed", "where they had moved away from"):
        with db.read() as connection:
            scopes = list(connection.execute(_old(before, ROW.c.scope_id).distinct()).scalars())
        for scope_id in scopes:
            while db.run(partial(_forget_some, scope_id=scope_id, before=before)):
                pass


def _forget_some(connection: Connection, scope_id: str, before: str) -> bool:
    lock_scopes(connection, {scope_id}, before)
    some = _old(before, ROW.c.rev).where(ROW.c.scope_id == scope_id)
    revs = list(connection.execute(some.order_by(ROW.c.rev).limit(_MOST_AT_ONCE)).scalars())
    if not revs:
        return False
    where = (ROW.c.scope_id == scope_id, ROW.c.rev.in_(revs))
    keys = [
        (row.type, row.id)
        for row in connection.execute(
            select(ROW.c.type, ROW.c.id).where(*where, ROW.c.type.in_(_OF_PEOPLE))
        )
    ]
    connection.execute(delete(ROW).where(*where))
    _erase_history(connection, scope_id, keys)
    lower = and_(SCOPE.c.scope_id == scope_id, SCOPE.c.floor < revs[-1])
    connection.execute(update(SCOPE).where(lower).values(floor=revs[-1]))
    return len(revs) == _MOST_AT_ONCE


def _erase_history(connection: Connection, scope_id: str, keys: Sequence[tuple[str, str]]) -> None:
    """What a person's record ever said goes with it; that it was there, and who removed it when,
    stays: revisions have no gaps."""
    by_type: dict[str, list[str]] = {}
    for type_, row_id in keys:
        by_type.setdefault(type_, []).append(row_id)
    for type_, ids in by_type.items():
        of_rows = (HISTORY.c.scope_id == scope_id, HISTORY.c.type == type_, HISTORY.c.id.in_(ids))
        connection.execute(update(HISTORY).where(*of_rows).values(old=None, new=None))


def _old(before: str, column: ColumnElement[T]) -> Select[T]:
    """The removed rows that may go."""
    # By its receipt: the history's time is when somebody wrote it, and a computer that was off
    # for half a year may bring a removal that nobody else has heard of.
    received = select(RECEIPT.c.at).where(RECEIPT.c.op_id == HISTORY.c.op_id).scalar_subquery()
    told = select(func.max(func.coalesce(received, HISTORY.c.at))).where(
        HISTORY.c.id == ROW.c.id,
        HISTORY.c.type == ROW.c.type,
        HISTORY.c.scope_id == ROW.c.scope_id,
        HISTORY.c.rev == ROW.c.rev,
    )
    waits = exists().where(
        OPEN_CONFLICT.c.scope_id == ROW.c.scope_id,
        OPEN_CONFLICT.c.type == ROW.c.type,
        OPEN_CONFLICT.c.id == ROW.c.id,
    )
    home = ROW.alias()
    lives = exists().where(home.c.id == ROW.c.id, home.c.type == ROW.c.type, home.c.moved_to == "")
    head = select(SCOPE.c.head).where(SCOPE.c.scope_id == ROW.c.scope_id)
    return select(column).where(
        ROW.c.deleted,
        or_(ROW.c.moved_to == "", ~lives),
        ROW.c.rev < head.scalar_subquery(),
        told.scalar_subquery() < before,
        ~waits,
    )
