"""Operations that come late to where their household was: they follow it and merge there.

A lane is numbered by the scope that the laptop wrote in. Where the row has moved on since, the
operation settles in the row's present scope, whatever the lane.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final

import msgspec
from sqlalchemy import Connection, and_, or_, select

from sync.merge.operation import Op, OpKind
from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import ENTITIES, scope_kind, scope_name
from sync.server.crossing import Crossed
from sync.server.grants import Grants
from sync.server.incoming import is_nameable
from sync.server.locked import Locked, Work, asks_who_worked
from sync.server.many import among
from sync.server.openscope import OpenScope
from sync.server.rows import StoredRow, households_that_left
from sync.server.tables import HISTORY, LED_TO, ROW

MOVED: Final = "moved"
"""The code of an outcome that was reached in another scope than its lane's."""

HELD_MOVED_AWAY: Final = "moved_away"
_KINDS: Final = (ScopeKind.GRID.value, ScopeKind.ID_NUMBERS.value)
_MAKES: Final = (OpKind.CREATE, OpKind.APPEND)

# Made once: making a statement costs more than running it on a few rows.
_HOMES: Final = select(ROW.c.scope_id, ROW.c.type, ROW.c.id).where(
    among(ROW.c.id, "ids"), ROW.c.moved_to == ""
)
_ALIASES: Final = select(ROW.c.id, ROW.c.body).where(
    ROW.c.type == "person", among(ROW.c.id, "ids"), ROW.c.body.contains('"alias_of":')
)

Key = tuple[str, str]
"""(type, id)."""

Named = Mapping[str, Set[str]]
"""By lanes: the households that their new rows shall belong to."""


class Place(msgspec.Struct, frozen=True):
    """Where an operation settles. ``left_at`` is the revision at which its row left the lane's
    scope, 0 where it never did."""

    scope: OpenScope
    left_at: int = 0


def households_named(work: Work) -> Named:
    """The households of the new rows of these operations, of lanes in which there are any."""
    return {scope_id: roots_named(ops) for scope_id, ops in work if grid_scope(scope_id)}


def scopes_followed(connection: Connection, work: Work, named: Named) -> set[str]:
    """Where the rows of these operations are that left their lane's scope, or may have.

    Read before anything is locked: once the locks are held, :func:`place_of` looks again.
    """
    lanes = [(scope_id, ops) for scope_id, ops in work if grid_scope(scope_id)]
    left = households_that_left(connection, set[str]().union(*named.values()))
    lanes_keys = [_keys(ops, named[scope_id] & left) for scope_id, ops in lanes]
    keys = set[Key]().union(*lanes_keys)
    homes = _homes_of(connection, keys)
    aliases = _aliases(connection, {row_id for type_, row_id in keys if type_ == "person"})
    homes |= _homes_of(connection, {("person", person_id) for person_id in aliases.values()})
    followed = (
        _followed(scope_id, _people_named(ops), found, homes, aliases)
        for (scope_id, ops), found in zip(lanes, lanes_keys, strict=True)
    )
    return {scope_id for found in followed for scope_id in found}


def _keys(ops: Sequence[Op], left: Set[str]) -> set[Key]:
    """The rows that operations speak of, with the residents that they name, and the households of
    these that ``left`` a scope: any other is where its lane says, or not followed."""
    # A household's own row tells of its whole move, in whichever of a grid's scopes one looks.
    keys = {(op.type, op.id) for op in ops} | {("household", root) for root in left}
    return keys | {("person", person_id) for person_id in _people_named(ops)}


def _followed(
    scope_id: str,
    named: Set[str],
    keys: Set[Key],
    homes: Mapping[Key, str],
    aliases: Mapping[str, str],
) -> set[str]:
    grid = grid_scope(scope_id)
    assert grid is not None
    others = {aliases[row_id] for type_, row_id in keys if type_ == "person" and row_id in aliases}
    keys = keys | {("person", person_id) for person_id in others}
    present = {homes[key] for key in keys if key in homes}
    grids = {home.partition(":")[2] for home in present if grid_scope(home) not in (None, grid)}
    if scope_id != grid or named or others:
        # What an ID scope's rows belong to stands in the grid's own; who becomes another one's
        # other name loses their number.
        grids.add(grid.partition(":")[2])
    kinds = {
        ScopeKind.GRID,
        scope_kind(scope_id),
        *([ScopeKind.ID_NUMBERS] if named or others else []),
    }
    return {scope_name(kind, name) for name in grids for kind in kinds}


def _homes_of(connection: Connection, keys: set[Key]) -> dict[Key, str]:
    if not keys:
        return {}
    lines = connection.execute(_HOMES, {"ids": {row_id for _, row_id in keys}})
    return {(type_, row_id): scope_id for scope_id, type_, row_id in lines}


def _aliases(connection: Connection, people: set[str]) -> dict[str, str]:
    """Whom those of the residents stand for that are another name of somebody."""
    if not people:
        return {}
    lines = connection.execute(_ALIASES, {"ids": people})
    bodies = ((line.id, decode_body(line.body)) for line in lines)
    return {row_id: str(body["alias_of"]) for row_id, body in bodies if body.get("alias_of")}


def _people_named(ops: Sequence[Op]) -> set[str]:
    """Who is called the same as somebody by these operations."""
    pairs = (op.f.get("value") if op.kind == OpKind.RESOLVE else op.f.get("alias_of") for op in ops)
    return {each for pair in pairs if pair is not None for each in pair if is_nameable(each)}


def look_around(locked: Locked, named: Named) -> None:
    """Read at once which households of new rows moved away, as :func:`place_of` asks: hardly one
    ever, so that no other's row is read."""
    grids = [
        (grid, roots)
        for scope_id, roots in named.items()
        if (grid := locked.scopes.get(grid_scope(scope_id) or "")) is not None
    ]
    asked = set[str]().union(*(roots for _, roots in grids))
    left = households_that_left(locked.connection, asked)
    locked.stayed.update(asked - left)
    locked.look_up([(grid, ("household", root)) for grid, roots in grids for root in roots & left])


def grid_scope(scope_id: str) -> str | None:
    """The scope with the households beside which this one stands: its own, or an ID scope's."""
    kind, _, name = scope_id.partition(":")
    return scope_name(ScopeKind.GRID, name) if kind in _KINDS else None


def place_of(locked: Locked, lane: OpenScope, op: Op) -> Place:
    """The scope in which an operation settles. Raises :class:`Crossed` where it is not among
    the locked ones."""
    key: Key = (op.type, op.id)
    row = lane.row(*key)
    if row is not None and not row.moved_to:
        return Place(lane)
    if row is not None:
        return Place(_locked_home(locked, lane, key), row.rev)
    here = _among(locked, lane, key)
    root = _root_in(here, key) if here is not None else _root_of(op)
    gone = left_behind(locked, lane, root)
    if gone is None:
        return Place(lane)
    return Place(here or _locked_home(locked, lane, ("household", root)), gone.rev)


def may_follow(op: Op, place: Place, lane: OpenScope, grants: Grants, epoch: str) -> bool:
    """Whether the writer's operation may settle where its row is now.

    Who may write there may. So may who can write where it was, of what they wrote before their
    computer could know of the move.
    """
    type_ = _type_written(place.scope, op)
    if grants.may_write(place.scope.scope_id, type_):
        return True
    seen = op.seen[1] if op.seen[0] == epoch else 0
    return seen < place.left_at and grants.may_write(lane.scope_id, type_)


def tell_of_others(place: Place, lane: OpenScope, op: Op, epoch: str) -> None:
    """Let the present scope know who worked on this elsewhere since the writer looked: a row is
    not removed, nor a decision overruled, because of a move."""
    row = place.scope.row(op.type, op.id)
    if row is None:
        return
    seen = op.seen[1] if op.seen[0] == epoch else 0
    elsewhere = and_(
        HISTORY.c.scope_id.in_(_former_scopes(place.scope, row.root_id)),
        or_(HISTORY.c.scope_id != lane.scope_id, HISTORY.c.rev > seen),
    )
    if asks_who_worked(op):
        # Past every index, what was forgotten too: hardly anybody removes what moved meanwhile.
        below = select(HISTORY.c.client).where(HISTORY.c.root_id == row.root_id, elsewhere)
        found = set(place.scope.connection.execute(below.distinct()).scalars())
        place.scope.add_workers(row.root_id, found)
    if op.type == "conflict":
        about = and_(HISTORY.c.type == op.type, HISTORY.c.id == op.id, elsewhere)
        deciders = select(HISTORY.c.client).where(about)
        found = set(place.scope.connection.execute(deciders).scalars())
        place.scope.add_deciders(op.id, found)


def _former_scopes(scope: OpenScope, root_id: str) -> list[str]:
    other = ROW.c.scope_id != scope.scope_id
    query = select(ROW.c.scope_id).where(ROW.c.root_id == root_id, LED_TO, other)
    return list(scope.connection.execute(query.distinct()).scalars())


def left_behind(locked: Locked, lane: OpenScope, root: str) -> StoredRow | None:
    """The tombstone of a household that moved out of this lane's grid; of none where ``root`` is
    empty."""
    if not root or root in locked.stayed:
        return None
    grid = locked.scopes.get(grid_scope(lane.scope_id) or "")
    gone = grid.row("household", root) if grid is not None else None
    return gone if gone is not None and gone.moved_to else None


def _locked_home(locked: Locked, lane: OpenScope, key: Key) -> OpenScope:
    found = _among(locked, lane, key)
    home = locked.scopes.get(_sibling(found.scope_id, lane.scope_id)) if found else None
    if home is None:
        raise Crossed
    return home


def _type_written(scope: OpenScope, op: Op) -> str:
    """A conflict counts as what it is about."""
    conflict = scope.row("conflict", op.id) if op.type == "conflict" else None
    return str(conflict.body.get("target_type", op.type)) if conflict is not None else op.type


def _among(locked: Locked, lane: OpenScope, key: Key) -> OpenScope | None:
    """The locked scope that holds a row for good."""
    kind = ENTITIES[key[0]].scope_kind.value if key[0] in ENTITIES else ""
    kinds = _KINDS if key[0] == "conflict" else (kind,)
    for scope in locked.scopes.values():
        if scope is lane or scope.kind not in kinds:
            continue
        row = locked.found(scope, key)
        if row is not None and not row.moved_to:
            return scope
    return None


def _root_in(scope: OpenScope, key: Key) -> str:
    row = scope.row(*key)
    return row.root_id if row is not None else ""


def roots_named(ops: Iterable[Op]) -> set[str]:
    """The households that the new rows of these operations shall belong to."""
    return {root for op in ops if (root := _root_of(op))}


def _root_of(op: Op) -> str:
    """The household that a new row shall belong to."""
    entity = ENTITIES.get(op.type) if op.kind in _MAKES else None
    pair = op.f.get(entity.model.ROOT) if entity is not None else None
    # Anything else is held later, by itself.
    return pair[1] if pair is not None and is_nameable(pair[1]) else ""


def _sibling(home: str, scope_id: str) -> str:
    """The scope of the same family as ``scope_id`` in the grid that ``home`` belongs to."""
    return f"{scope_id.partition(':')[0]}:{home.partition(':')[2]}"
