"""One step of a move between grids: whole households, with all that moves with them, at once.

A row that moves is written in its new scope with a higher ``home_rev``. What it leaves behind is
a tombstone that names the new scope, so that a laptop hides nothing before it holds the row
there, and an operation that comes late finds it (``following``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from sync.schema.canonical import add_mark, decode_body, digest_text, drop_mark, row_hash
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.crossing import Crossed
from sync.server.rows import SERVER_CLIENT, StoredRow, stored
from sync.server.tables import CLAIM, HISTORY, LED_TO, OPEN_CONFLICT, PILED, ROW, SCOPE

MOVED_FIELD: Final = "@scope"
"""The field of the history's lines that tell a move: from which scope, to which."""

KEYS_AT_ONCE: Final = 500
_KINDS: Final = (ScopeKind.GRID, ScopeKind.ID_NUMBERS)
"""What moves with a household. Tier-3 care stays in the scope of its person."""

_EMPTY_BODY: Final = "{}"


@dataclass(frozen=True)
class Move:
    """One move on its way: to which grid, when (a stamp), by which run."""

    grid_id: str
    at: str
    run_id: str
    author: str


def in_order(lines: Sequence[Any]) -> list[Any]:
    """A row's lines of history as they came about: each scope it lived in counts by itself."""
    stays: dict[tuple[str, int], list[Any]] = {}
    turns: dict[str, int] = {}
    for line in sorted(lines, key=lambda line: (line.scope_id, line.rev, line.n)):
        comes = line.field == MOVED_FIELD and line.new == _json(line.scope_id)
        if comes:
            turns[line.scope_id] = turns.get(line.scope_id, 0) + 1
        stays.setdefault((line.scope_id, turns.get(line.scope_id, 0)), []).append(line)
    ordered: list[Any] = []
    here = next((stay for stay, held in stays.items() if not _came_from(held)), None)
    left: dict[str, int] = {}
    while here is not None and here in stays:
        held = stays.pop(here)
        # One line a move is enough: that it left.
        ordered += held[1:] if _came_from(held) else held
        left[here[0]] = here[1]
        to = str(msgspec.json.decode(held[-1].new)) if held[-1].field == MOVED_FIELD else here[0]
        here = (to, left.get(to, 0) + 1) if to != here[0] else None
    return ordered


def _came_from(stay: Sequence[Any]) -> bool:
    first = stay[0]
    return bool(first.field == MOVED_FIELD and first.new == _json(first.scope_id))


def scope_in(grid_id: str, kind: ScopeKind) -> str:
    """The scope of this family that belongs to a grid."""
    return scope_name(kind, grid_id)


def move_roots(connection: Connection, roots: Iterable[str], move: Move) -> int:
    """Move households, or dwellings alone, with everything below them. The rows that moved.

    A dwelling moves with the last household behind its door. Raises :class:`Crossed` where
    something moved while the locks were taken: nothing was done, and it may begin again.
    """
    wanted = set(roots)
    sources = _scopes_of(connection, wanted | _doors_of(connection, wanted, move))
    targets = {scope_in(move.grid_id, kind) for kind in _KINDS}
    places = _lock(connection, sources | targets)
    rows = _rows_of(connection, wanted | _doors_of(connection, wanted, move), sources)
    if not {scope_id for scope_id, _ in rows} <= places.keys() or not targets <= places.keys():
        raise Crossed
    leaving = [(scope_id, row) for scope_id, row in rows if scope_id not in targets]
    _Moving(connection, places, move).carry(leaving)
    return len(leaving)


def _movable() -> Any:
    return or_(*(ROW.c.scope_id.startswith(f"{kind.value}:") for kind in _KINDS))


def _here() -> Any:
    return and_(_movable(), ROW.c.moved_to == "")


def _scopes_of(connection: Connection, roots: set[str]) -> set[str]:
    return {
        scope_id
        for where in _below(roots)
        for scope_id in connection.execute(select(ROW.c.scope_id).where(where).distinct()).scalars()
    }


def _rows_of(
    connection: Connection, roots: set[str], sources: set[str]
) -> list[tuple[str, StoredRow]]:
    """``sources`` are locked: what piles up comes to no other scope but as if after the move."""
    led, piled = _below(roots)
    found = [
        (line.scope_id, stored(line))
        for where in (led, and_(piled, ROW.c.scope_id.in_(sources)))
        for line in connection.execute(select(ROW).where(where))
    ]
    return sorted(found, key=lambda each: (each[0], each[1].rev))


def _below(roots: set[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What tells all rows below these roots: the index leads to some, the others are looked for
    among all of theirs. A move is rare, and asks every household where it lives anyway."""
    here = and_(ROW.c.root_id.in_(roots), _here())
    return and_(here, LED_TO), and_(here, ROW.c.type.in_(PILED))


def _doors_of(connection: Connection, roots: set[str], move: Move) -> set[str]:
    """The dwellings of these households that nobody stays behind in."""
    query = select(ROW.c.body).where(ROW.c.type == "household", ROW.c.id.in_(roots), _here())
    doors = {door_of(body) for body in connection.execute(query).scalars()} - {""}
    return doors - _lived_in(connection, doors, roots, move) if doors else set()


def _lived_in(connection: Connection, doors: set[str], leaving: set[str], move: Move) -> set[str]:
    """Those of the dwellings in which a household stays that does not move along."""
    told = or_(*(ROW.c.body.contains(f'"dwelling_id":"{door}"', autoescape=True) for door in doors))
    query = select(ROW.c.body).where(
        ROW.c.type == "household",
        ROW.c.deleted.is_(False),
        ROW.c.scope_id != scope_in(move.grid_id, ScopeKind.GRID),
        ROW.c.id.not_in(leaving),
        told,
    )
    return {door_of(body) for body in connection.execute(query).scalars()}


def door_of(body: str) -> str:
    """The dwelling that a household's stored text names."""
    return str(decode_body(body).get("dwelling_id", ""))


@dataclass
class _Place:
    """A locked scope's counters."""

    head: int
    digest: int


def _lock(connection: Connection, scope_ids: set[str]) -> dict[str, _Place]:
    """Lock those of the scopes that exist, in sorted order, as every writer does."""
    places: dict[str, _Place] = {}
    for scope_id in sorted(scope_ids):
        found = connection.execute(
            select(SCOPE.c.head, SCOPE.c.digest)
            .where(SCOPE.c.scope_id == scope_id)
            .with_for_update()
        ).first()
        if found is not None:
            places[scope_id] = _Place(found.head, int(found.digest, 16))
    return places


@dataclass(frozen=True)
class _Step:
    """One row on its way: the tombstone it leaves in ``source``, and itself in ``target``."""

    source: str
    target: str
    left: StoredRow
    arrived: StoredRow

    @property
    def arrived_line(self) -> dict[str, Any]:
        """The row's line in its new scope."""
        return {"scope_id": self.target, **_values(self.arrived, 0)}

    def left_line(self, moved_rev: int) -> dict[str, Any]:
        """The tombstone's line: whoever holds the target up to ``moved_rev`` holds the row."""
        return {"scope_id": self.source, **_values(self.left, moved_rev)}


@dataclass
class _Moving:
    connection: Connection
    places: Mapping[str, _Place]
    move: Move

    def carry(self, leaving: Sequence[tuple[str, StoredRow]]) -> None:
        """Write every row where it goes, a tombstone where it was, and both scopes' counters."""
        steps = [
            _Step(source, self._target(source), self._leave(source, row), self._arrive(source, row))
            for source, row in leaving
        ]
        self._write_arrived(steps)
        self._rewrite([step.left_line(self.places[step.target].head) for step in steps])
        self._tell(steps)
        self._bring_along(steps)
        for scope_id, place in self.places.items():
            self.connection.execute(
                update(SCOPE)
                .where(SCOPE.c.scope_id == scope_id)
                .values(head=place.head, digest=digest_text(place.digest))
            )

    def _target(self, source: str) -> str:
        """The scope of the same family in the grid that is moved to."""
        return f"{source.partition(':')[0]}:{self.move.grid_id}"

    def _arrive(self, source: str, row: StoredRow) -> StoredRow:
        place = self.places[self._target(source)]
        place.head += 1
        arrived = msgspec.structs.replace(row, rev=place.head, home_rev=row.home_rev + 1)
        place.digest = add_mark(place.digest, arrived.mark)
        return arrived

    def _leave(self, source: str, row: StoredRow) -> StoredRow:
        place = self.places[source]
        place.head += 1
        place.digest = drop_mark(place.digest, row.mark)
        return msgspec.structs.replace(
            row,
            rev=place.head,
            deleted=True,
            moved_to=self._target(source),
            text=_EMPTY_BODY,
            hash=row_hash(_EMPTY_BODY),
        )

    def _write_arrived(self, steps: Sequence[_Step]) -> None:
        """New lines; where a row comes back, its tombstone becomes the row again."""
        known: set[tuple[str, str, str]] = set()
        for some in _chunks([step.arrived.id for step in steps]):
            query = select(ROW.c.scope_id, ROW.c.type, ROW.c.id)
            query = query.where(ROW.c.scope_id.in_(self.places), ROW.c.id.in_(some))
            known |= {tuple(line) for line in self.connection.execute(query)}
        lines = [step.arrived_line for step in steps]
        fresh = [line for line in lines if _key(line) not in known]
        if fresh:
            self.connection.execute(insert(ROW), fresh)
        self._rewrite([line for line in lines if _key(line) in known])

    def _rewrite(self, lines: Sequence[Mapping[str, Any]]) -> None:
        if not lines:
            return
        where = (ROW.c[name] == bindparam(f"of_{name}") for name in ("scope_id", "type", "id"))
        changed = [name for name in lines[0] if name not in ("scope_id", "type", "id")]
        statement = (
            update(ROW).where(*where).values({name: bindparam(f"new_{name}") for name in changed})
        )
        self.connection.execute(
            statement,
            [
                {f"of_{name}": line[name] for name in ("scope_id", "type", "id")}
                | {f"new_{name}": line[name] for name in changed}
                for line in lines
            ],
        )

    def _tell(self, steps: Sequence[_Step]) -> None:
        """Both scopes' histories say where the row came from and went to."""
        lines = [
            self._line(scope_id, row, step)
            for step in steps
            for scope_id, row in ((step.source, step.left), (step.target, step.arrived))
        ]
        if lines:
            self.connection.execute(insert(HISTORY), lines)

    def _line(self, scope_id: str, row: StoredRow, step: _Step) -> dict[str, Any]:
        return {
            "scope_id": scope_id,
            "rev": row.rev,
            "n": 0,
            "type": row.type,
            "id": row.id,
            "root_id": row.root_id,
            "field": MOVED_FIELD,
            "old": _json(step.source),
            "new": _json(step.target),
            "op_id": self.move.run_id,
            "client": SERVER_CLIENT,
            "author": self.move.author,
            "device": "",
            "at": self.move.at,
        }

    def _bring_along(self, steps: Sequence[_Step]) -> None:
        """Who asserts a value, and which conflict waits, goes where the row goes."""
        grouped: dict[tuple[str, str, str], list[str]] = {}
        for step in steps:
            grouped.setdefault((step.source, step.target, step.left.type), []).append(step.left.id)
        for (source, target, type_), ids in grouped.items():
            for some in _chunks(ids):
                for table in (CLAIM, OPEN_CONFLICT):
                    where = (table.c.scope_id == source, table.c.type == type_)
                    self.connection.execute(
                        update(table).where(*where, table.c.id.in_(some)).values(scope_id=target)
                    )


def _values(row: StoredRow, moved_rev: int) -> dict[str, Any]:
    return {
        "type": row.type,
        "id": row.id,
        "rev": row.rev,
        "root_id": row.root_id,
        "home_rev": row.home_rev,
        "moved_to": row.moved_to,
        "moved_rev": moved_rev,
        "deleted": row.deleted,
        "body": row.text,
        "body_hash": row.hash,
    }


def _key(line: Mapping[str, Any]) -> tuple[str, str, str]:
    return line["scope_id"], line["type"], line["id"]


def _chunks(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[start : start + KEYS_AT_ONCE] for start in range(0, len(items), KEYS_AT_ONCE)]


def _json(value: str) -> str:
    return msgspec.json.encode(value).decode()
