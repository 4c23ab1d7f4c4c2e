"""Copies of scopes: opened empty, filled out of sight, shown by one flip, removed bit by bit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Delete,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from sync.store import bulk, homes, outbox, visible
from sync.store.derived import mark_stale, mark_stale_from
from sync.store.due_facts import scattered
from sync.store.lists import bound, encode_texts
from sync.store.outbox import RowKey
from sync.store.tables import FILLING, GENERATION, HOME, META, OTHER, SHADOW, STAGE, TABLES

PURGE_ROWS = 500
"""Rows that one step of removing an old copy deletes at most."""


@dataclass(frozen=True)
class Copy:
    """One copy of a scope. ``position`` is the revision to ask the feed from; ``own`` tells that
    the scope begins on this computer and nobody was asked for it yet."""

    no: int
    scope_id: str
    epoch: str
    cursor: int
    staged: int
    head: int
    digest: str
    shown: bool
    own: bool

    @property
    def position(self) -> int:
        """What the shown rows and the stage together reach."""
        return max(self.cursor, self.staged)


_COLUMNS = [GENERATION.c[name] for name in Copy.__dataclass_fields__]
# Made once: making these statements costs more than running them.
_NUMBERED: Final = select(*_COLUMNS).where(
    GENERATION.c.no == bindparam("no"), ~GENERATION.c.dropped
)
_SHOWN: Final = select(*_COLUMNS).where(
    GENERATION.c.scope_id == bindparam("scope"), GENERATION.c.shown
)
_ADVANCE: Final = update(GENERATION).where(GENERATION.c.no == bindparam("of_no"))
_DROPPED: Final = (
    select(GENERATION.c.no).where(GENERATION.c.dropped).order_by(GENERATION.c.no).limit(1)
)
_IN_USE = (
    select(*_COLUMNS).where(~GENERATION.c.dropped).order_by(GENERATION.c.scope_id, GENERATION.c.no)
)


def copies(connection: Connection) -> list[Copy]:
    """All copies that are in use, by scope; one that is being filled comes after the shown one."""
    return [_copy(row) for row in connection.execute(_IN_USE)]


def numbered(connection: Connection, no: int) -> Copy | None:
    """One copy that is still in use."""
    found = connection.execute(_NUMBERED, {"no": no}).first()
    return _copy(found) if found is not None else None


def shown_copy(connection: Connection, scope_id: str) -> Copy | None:
    """What people see of a scope, or ``None`` before its first sync is done."""
    found = connection.execute(_SHOWN, {"scope": scope_id}).first()
    return _copy(found) if found is not None else None


def open_copies(connection: Connection, scopes: Iterable[str]) -> None:
    """Start an empty copy of each scope that has none yet which is being filled."""
    where = (~GENERATION.c.shown, ~GENERATION.c.dropped)
    begun = set(connection.execute(select(GENERATION.c.scope_id).where(*where)).scalars())
    missing = [scope_id for scope_id in scopes if scope_id not in begun]
    if missing:
        first = _next_no(connection, len(missing))
        fresh = enumerate(missing, start=first)
        connection.execute(
            insert(GENERATION),
            [{"no": no, "scope_id": scope_id, **_FRESH} for no, scope_id in fresh],
        )


def open_own(connection: Connection, scope_id: str) -> None:
    """A scope that begins here: shown at once, with nothing in it."""
    values = {**_FRESH, "shown": True, "own": True}
    connection.execute(
        insert(GENERATION).values(no=_next_no(connection), scope_id=scope_id, **values)
    )


def _next_no(connection: Connection, count: int = 1) -> int:
    """The first of ``count`` numbers that no copy ever had: a page for one that was removed must
    fit none."""
    given = connection.execute(select(META.c.value).where(META.c.key == _LAST_NO)).scalar() or 0
    highest = connection.execute(select(func.max(GENERATION.c.no))).scalar() or 0
    no = max(int(given), int(highest)) + 1
    values = {"key": _LAST_NO, "value": str(no + count - 1)}
    connection.execute(insert(META).prefix_with("OR REPLACE").values(values))
    return no


_LAST_NO: Final = "last_copy"


_FRESH = {
    "epoch": "",
    "cursor": 0,
    "staged": 0,
    "head": 0,
    "digest": "",
    "shown": False,
    "dropped": False,
    "own": False,
}


def advance(connection: Connection, no: int, **facts: str | int) -> None:
    """Set what is known about a copy: cursor, staged, head, epoch, digest."""
    connection.execute(_ADVANCE, {"of_no": no, **facts})


def reach(connection: Connection, places: Sequence[tuple[int, int, int, str]]) -> None:
    """Copies stand at another revision, with nothing staged beyond: (no, cursor, head, digest)."""
    facts = [
        {"of_no": no, "cursor": cursor, "head": head, "staged": 0, "digest": digest}
        for no, cursor, head, digest in places
    ]
    if facts:
        connection.execute(_ADVANCE, facts)


def give_up(connection: Connection, no: int) -> None:
    """A copy is not used any more: it vanishes for readers now, and from the disk step by step."""
    where = GENERATION.c.no == no
    connection.execute(update(GENERATION).where(where).values(shown=False, dropped=True))
    connection.execute(delete(HOME).where(HOME.c.generation == no))
    _mark_households_stale(connection, no)


def start_over(connection: Connection, scope_id: str) -> None:
    """Fill a copy from nothing in place of one that is not shown yet."""
    for copy in copies(connection):
        if copy.scope_id == scope_id and not copy.shown:
            give_up(connection, copy.no)
    open_copies(connection, [scope_id])


def flip(connection: Connection, filled: Copy) -> None:
    """Show a filled copy instead of the one before, with everything pending laid over it."""
    before = shown_copy(connection, filled.scope_id)
    if before is not None:
        give_up(connection, before.no)
        connection.execute(delete(SHADOW).where(SHADOW.c.generation == before.no))
    if outbox.any_known(connection) or homes.any_known(connection):
        _show_below_edits(connection, filled)
    else:
        advance(connection, filled.no, shown=True)
    _mark_households_stale(connection, filled.no)


def _show_below_edits(connection: Connection, filled: Copy) -> None:
    unfolded = outbox.unfold(connection, {filled.scope_id: filled.cursor})
    outbox.fold_waiting(connection, filled.scope_id)
    own = outbox.folded_keys(connection, filled.scope_id)
    here = _held_among(connection, filled.no, outbox.foreign_keys(connection, filled.scope_id))
    homes.await_here(connection, filled.no, here)
    visible.capture(connection, filled.no, own | here)
    advance(connection, filled.no, shown=True)
    visible.recompute(connection, filled.no, own | here)
    moved = homes.moved_keys(connection, filled.no) | homes.held_among_moved(connection, filled.no)
    # What waits in this lane may be about a row that stands in another copy by now.
    mark_stale(connection, visible.settle_homes(connection, filled.no, moved | own))
    _show_unfolded(connection, filled, unfolded)
    mark_stale(connection, visible.release(connection))


def _show_unfolded(
    connection: Connection, filled: Copy, unfolded: Mapping[str, set[RowKey]]
) -> None:
    """What this copy contains now may stand in others: of the lane in which it was written, or of
    the scope to which its household moved since."""
    others = {scope_id: keys for scope_id, keys in unfolded.items() if scope_id != filled.scope_id}
    keys = set[RowKey]().union(*unfolded.values())
    roots = visible.recompute_in(connection, others)
    mark_stale(connection, roots | visible.recompute_others(connection, filled.no, keys))


def _held_among(connection: Connection, no: int, keys: Iterable[RowKey]) -> set[RowKey]:
    """Those of the rows that a copy holds."""
    return {
        (type_, row_id)
        for type_, ids in bulk.by_type(keys).items()
        for _, row_id in bulk.marks(connection, type_, [(no, row_id) for row_id in ids])
    }


def has_dropped(connection: Connection) -> bool:
    """Whether a copy that was given up is still on the disk."""
    return connection.execute(_DROPPED).first() is not None


def purge_step(connection: Connection) -> bool:
    """Delete at most :data:`PURGE_ROWS` rows of copies given up. False when nothing is left."""
    no = connection.execute(_DROPPED).scalar_one_or_none()
    if no is None:
        return False
    for type_ in (*TABLES, ""):
        if _purge_some(connection, no, type_):
            return True
    for table in (STAGE, SHADOW, HOME, FILLING):
        connection.execute(delete(table).where(table.c.generation == no))
    connection.execute(delete(GENERATION).where(GENERATION.c.no == no))
    return True


def _purge_some(connection: Connection, no: int, type_: str) -> bool:
    table = TABLES.get(type_, OTHER)
    ids: Sequence[str] = (
        connection.execute(_some(table), {"of": no, "most": PURGE_ROWS}).scalars().all()
    )
    if ids:
        connection.execute(_removing(table), {"of": no, "ids": encode_texts(ids)})
    return bool(ids)


@cache
def _some(table: Table) -> Select[str]:
    return select(table.c.id).where(table.c.generation == bindparam("of")).limit(bindparam("most"))


@cache
def _removing(table: Table) -> Delete:
    return delete(table).where(table.c.generation == bindparam("of"), table.c.id.in_(bound("ids")))


def _mark_households_stale(connection: Connection, no: int) -> None:
    """Those of a copy, and those of other copies that have rows in this one."""
    households = TABLES["household"]
    mark_stale_from(connection, select(households.c.id).where(households.c.generation == no))
    mark_stale(connection, scattered(connection, no))


def _copy(row: Row[tuple[object, ...]]) -> Copy:
    columns: tuple[Any, ...] = tuple(row)
    return Copy(*columns)
