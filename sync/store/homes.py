"""Rows that are in two copies at once: which of them is the row, and which waits to vanish.

A household that moves between two grids which this laptop holds is in both for a while, because
each scope's feed comes by itself. The copy with the highest ``home_rev`` is shown. What left a
scope stays shown (it *lingers*) until it stands in the scope it went to, if that is granted, or
until what was written about it here is sent, if not.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from sync.store.bulk import TOMBSTONE, by_type, marks
from sync.store.lists import bound, encode_texts
from sync.store.outbox import RowKey, waiting_keys
from sync.store.tables import GENERATION, HOME, SHADOW, TABLES
from sync.wire.messages import WireRow

Moves = Mapping[str, tuple[str, int]]
"""Of roots that left a scope: where they went, and the revision at which they stood there."""

_NOWHERE: Final = -1
# Made once: making these statements costs more than running them.
_ANY: Final = select(HOME.c.id).limit(1)
_MOVED: Final = select(HOME).where(HOME.c.moved_to != "")
_REMEMBER: Final = insert(HOME).prefix_with("OR REPLACE")
_FORGET: Final = delete(HOME).where(
    HOME.c.generation == bindparam("copy"),
    HOME.c.type == bindparam("type"),
    HOME.c.id.in_(bound("ids")),
)
_KNOWN: Final = select(HOME.c.id).where(
    HOME.c.type == bindparam("type"), HOME.c.id.in_(bound("ids"))
)
_COUNTS: Final = (
    select(HOME.c.generation, HOME.c.home_rev, HOME.c.moved_to)
    .join(GENERATION, GENERATION.c.no == HOME.c.generation)
    .where(HOME.c.type == bindparam("type"), HOME.c.id == bindparam("id"), GENERATION.c.shown)
)
_COUNTS_HERE: Final = select(HOME.c.type, HOME.c.id, HOME.c.home_rev).where(
    HOME.c.generation == bindparam("copy"), HOME.c.id.in_(bound("ids"))
)
_BELOW: Final = select(SHADOW.c.type, SHADOW.c.id).where(
    SHADOW.c.generation == bindparam("copy"), SHADOW.c.root_id.in_(bound("roots"))
)
_OF_SCOPE: Final = select(GENERATION.c.shown, GENERATION.c.cursor).where(
    GENERATION.c.scope_id == bindparam("scope"), ~GENERATION.c.dropped
)


def note(
    connection: Connection,
    generation: int,
    page_rows: Iterable[WireRow],
    homes: Mapping[str, int],
    awaited: Iterable[RowKey] = (),
) -> None:
    """Remember how often these rows moved; also of rows that an edit from another lane awaits."""
    asked = set(awaited)
    gone: list[RowKey] = []
    lines: list[dict[str, object]] = []
    for type_, row_id, _, _, body in page_rows:
        key = (type_, row_id)
        if bytes(body) == TOMBSTONE:
            gone.append(key)
        elif row_id in homes or key in asked:
            lines.append(_line(generation, key, home_rev=homes.get(row_id, 0)))
    if gone and any_known(connection):
        forget(connection, generation, gone)
    if lines:
        connection.execute(_REMEMBER, lines)


def note_all(
    connection: Connection, generation: int, told: Mapping[str, Mapping[str, int]]
) -> None:
    """Remember how often the rows of a snapshot moved, by kind and id."""
    lines = [
        _line(generation, (type_, row_id), home_rev=home_rev)
        for type_, moved in told.items()
        for row_id, home_rev in moved.items()
    ]
    if lines:
        connection.execute(_REMEMBER, lines)


def forget(connection: Connection, generation: int, keys: Iterable[RowKey]) -> None:
    """Nothing is special about these rows of a copy any more."""
    for type_, ids in by_type(keys).items():
        asked = {"copy": generation, "type": type_, "ids": encode_texts(ids)}
        connection.execute(_FORGET, asked)


def any_known(connection: Connection) -> bool:
    """Whether a move of any row is known: as a rule of none."""
    return connection.execute(_ANY).first() is not None


def known_among(connection: Connection, keys: Iterable[RowKey]) -> set[RowKey]:
    """Those of the rows of which a move is known: as a rule none, and that costs one look."""
    asked = by_type(keys)
    if not asked or not any_known(connection):
        return set()
    found: set[RowKey] = set()
    for type_, ids in asked.items():
        among = {"type": type_, "ids": encode_texts(ids)}
        found |= {(type_, row_id) for row_id in connection.execute(_KNOWN, among).scalars()}
    return found


def is_elsewhere(connection: Connection, generation: int, key: RowKey, *, held: bool) -> bool:
    """Whether another shown copy has the row, or has it lingering after a later move than the one
    that brought it here. ``held``: the server's row is in this copy too."""
    lines = connection.execute(_COUNTS, {"type": key[0], "id": key[1]}).all()
    if not lines:
        return False
    counts = {line.generation: line.home_rev for line in lines}
    lingers = any(line.generation == generation and line.moved_to for line in lines)
    count = counts.pop(generation, 0)
    return max(counts.values(), default=_NOWHERE) > (count if held or lingers else _NOWHERE)


def moved_keys(connection: Connection, generation: int) -> set[RowKey]:
    """The rows of a copy of which a move is known."""
    query = select(HOME.c.type, HOME.c.id).where(HOME.c.generation == generation)
    return {(type_, row_id) for type_, row_id in connection.execute(query)}


def await_here(connection: Connection, generation: int, keys: Iterable[RowKey]) -> None:
    """A copy turned out to hold rows that an edit from another lane is about."""
    lines = [_line(generation, key) for key in keys]
    if lines:
        connection.execute(insert(HOME).prefix_with("OR IGNORE"), lines)


def held_among_moved(connection: Connection, generation: int) -> set[RowKey]:
    """The rows of a copy of which other copies know a move."""
    query = select(HOME.c.type, HOME.c.id).where(HOME.c.generation != generation)
    others = {(type_, row_id) for type_, row_id in connection.execute(query)}
    return {
        (type_, row_id)
        for type_, ids in by_type(others).items()
        for _, row_id in marks(connection, type_, [(generation, row_id) for row_id in ids])
    }


def other_copies(connection: Connection, generation: int, key: RowKey) -> list[int]:
    """The other shown copies in which something of this row stands."""
    asked = {"type": key[0], "id": key[1], "copy": generation}
    return list(connection.execute(_others(key[0]), asked).scalars())


@cache
def _others(type_: str) -> Select[int]:
    """The query of :func:`other_copies` for rows of one kind."""
    one: BindParameter[str] = bindparam("id")
    copy: BindParameter[int] = bindparam("copy")
    shadowed = select(SHADOW.c.generation).where(
        SHADOW.c.type == bindparam("type"), SHADOW.c.id == one, SHADOW.c.generation != copy
    )
    table = TABLES[type_]
    visible = select(table.c.generation).where(
        table.c.generation.in_(select(GENERATION.c.no).where(GENERATION.c.shown)),
        table.c.id == one,
        table.c.generation != copy,
    )
    held = GENERATION.c.no.in_(shadowed.union(visible))
    return select(GENERATION.c.no).where(GENERATION.c.shown, held)


# --- What left -------------------------------------------------------------------------------


def lingering(
    connection: Connection, generation: int, page_rows: Sequence[WireRow], moves: Moves
) -> list[WireRow]:
    """The tombstones of a page whose rows stay shown for now."""
    left = [row for row in page_rows if row[3] in moves and bytes(row[4]) == TOMBSTONE]
    if not left:
        return []
    roots = {row[3] for row in left}
    busy = _busy_roots(connection, generation) & roots
    waits = {root for root in roots if _is_awaited(connection, moves[root])} | busy
    return [row for row in left if row[3] in waits]


def counts_of(
    connection: Connection, generation: int, left: Sequence[WireRow]
) -> dict[RowKey, int]:
    """How often those of these rows had moved of which a move is known, before they left."""
    if not left:
        return {}
    asked = {"copy": generation, "ids": encode_texts([row[1] for row in left])}
    lines = connection.execute(_COUNTS_HERE, asked).all()
    return {(type_, row_id): home_rev for type_, row_id, home_rev in lines}


def linger(
    connection: Connection,
    generation: int,
    left: Sequence[WireRow],
    moves: Moves,
    counts: Mapping[RowKey, int],
) -> None:
    """Remember where these went, and how often each had moved before: what an earlier stay of
    theirs left in another copy is older than what lingers."""
    lines = [
        _line(generation, (row[0], row[1]), counts.get((row[0], row[1]), 0), *moves[row[3]])
        for row in left
    ]
    if lines:
        connection.execute(_REMEMBER, lines)


def arrived(connection: Connection) -> dict[int, list[RowKey]]:
    """What lingers without a reason now, by copy. From here on it does not linger any more."""
    found: dict[int, list[RowKey]] = {}
    awaited: dict[tuple[str, int], bool] = {}
    busy: dict[int, set[RowKey]] = {}
    for line in connection.execute(_MOVED).all():
        move, key = (line.moved_to, line.moved_rev), (line.type, line.id)
        if move not in awaited:
            awaited[move] = _is_awaited(connection, move)
        if line.generation not in busy:
            busy[line.generation] = _busy_keys(connection, line.generation)
        if not awaited[move] and key not in busy[line.generation]:
            found.setdefault(line.generation, []).append(key)
    for generation, keys in found.items():
        forget(connection, generation, keys)
        for type_, ids in by_type(keys).items():
            where = (SHADOW.c.generation == generation, SHADOW.c.type == type_)
            nothing = update(SHADOW).where(*where, SHADOW.c.id.in_(bound("ids"))).values(body=None)
            connection.execute(nothing, {"ids": encode_texts(ids)})
    return found


def _is_awaited(connection: Connection, move: tuple[str, int]) -> bool:
    """Whether a copy of the scope is held or being filled, and has not come that far yet."""
    scope_id, rev = move
    copies = connection.execute(_OF_SCOPE, {"scope": scope_id}).all()
    return bool(copies) and not any(copy.shown and copy.cursor >= rev for copy in copies)


def _busy_keys(connection: Connection, generation: int) -> set[RowKey]:
    """The rows below the roots that something unsent was written about."""
    roots = _busy_roots(connection, generation)
    if not roots:
        return set()
    asked = {"copy": generation, "roots": encode_texts(sorted(roots))}
    return {(type_, row_id) for type_, row_id in connection.execute(_BELOW, asked)}


def _busy_roots(connection: Connection, generation: int) -> set[str]:
    roots: set[str] = set()
    for type_, ids in by_type(waiting_keys(connection)).items():
        if type_ in TABLES:
            asked = {"copy": generation, "ids": encode_texts(ids)}
            roots |= set(connection.execute(_roots(type_), asked).scalars())
    return roots - {""}


@cache
def _roots(type_: str) -> Select[str]:
    """What some rows of one kind move with."""
    table = TABLES[type_]
    where = (table.c.generation == bindparam("copy"), table.c.id.in_(bound("ids")))
    return select(table.c.root_id).where(*where)


def _line(
    generation: int, key: RowKey, home_rev: int = 0, moved_to: str = "", moved_rev: int = 0
) -> dict[str, object]:
    return {
        "generation": generation,
        "type": key[0],
        "id": key[1],
        "home_rev": home_rev,
        "moved_to": moved_to,
        "moved_rev": moved_rev,
    }
