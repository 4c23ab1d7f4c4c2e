"""Matters that the street was called, or a department was whistled for: what they get to see, and
how their answers come back.

A department holds the scope ``unit:<area>`` and nothing else of the community. Of each matter that
it was whistled for there is a copy, with its own words and the address, but without the household,
who told it, the note of the visit that it came from, or any other department; and a copy of its
own line of the whistle. What it writes there (checked in, arrived, opinion, finished) becomes an
ordinary operation of that person on the line in the grid, where two answers at once are a conflict
like any other. The street has a scope of that kind too, with the calls of the community: what it
writes on a call is the whistle, and on a department's line how it is rated. Both directions are one
transaction that locks both scopes, after the one that caused it.
"""

import logging
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from sync.identity import Clock, stamp
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server import bugs
from sync.server.crossing import Crossed
from sync.server.database import Database, is_trouble
from sync.server.grants import community_rows
from sync.server.locked import lock_scopes
from sync.server.referral_copies import rows_about
from sync.server.referral_parts import Part, Referred, Wanted, follow_whistle
from sync.server.referral_queue import MATTER, UNIT, WHISTLE
from sync.server.rows import StoredRow, home_of
from sync.server.tables import REFERRAL, REFERRAL_QUEUE

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 200
MOST_TRIES: Final = 3
"""So often is a matter tried that cannot be brought, until the server starts again."""


def deliver_referrals(db: Database, clock: Clock) -> int:
    """Bring what changed to the departments, and their answers back. Twice changes nothing.

    How many matters were tried, those first that never failed. One that fails is counted and keeps
    nobody from the others; where the store itself fails, all of them wait for the next time.
    """
    with db.read() as connection:
        waiting = select(REFERRAL_QUEUE.c.matter_id).where(REFERRAL_QUEUE.c.tries < MOST_TRIES)
        oldest = (REFERRAL_QUEUE.c.tries, REFERRAL_QUEUE.c.matter_id)
        matters = connection.execute(waiting.order_by(*oldest).limit(MOST_AT_ONCE)).scalars().all()
    for matter_id in matters:
        try:
            bring = partial(_deliver, matter_id=matter_id, at=stamp(clock.now()))
            if db.run(bring):
                db.run(bring)
        except Exception as error:
            # Of whatever kind: a bug that one matter's rows bring out is that matter's alone.
            if is_trouble(error):
                raise
            log.warning("a department is not told yet: %s", bugs.place_of(error))
            db.run(partial(_note_try, matter_id=matter_id))
    return len(matters)


def deliver_all(db: Database, clock: Clock) -> None:
    """Bring whatever waits, more than one push would. It ends: what fails is given up."""
    while deliver_referrals(db, clock) == MOST_AT_ONCE:
        pass


def try_again(db: Database, clock: Clock) -> None:
    """Deliver at the start of a server, what was given up before as well."""

    def forget(connection: Connection) -> None:
        tried = REFERRAL_QUEUE.c.tries > 0
        connection.execute(update(REFERRAL_QUEUE).where(tried).values(tries=0))

    db.run(forget)
    deliver_all(db, clock)


def _note_try(connection: Connection, matter_id: str) -> None:
    mine = REFERRAL_QUEUE.c.matter_id == matter_id
    more = REFERRAL_QUEUE.c.tries + 1
    connection.execute(update(REFERRAL_QUEUE).where(mine).values(tries=more))


def _deliver(connection: Connection, matter_id: str, at: str) -> bool:
    """Bring one matter. Whether it has to be brought once more: the street whistled."""
    home, wanted, known = _around(connection, matter_id)
    scopes = _scopes(home, wanted, known)
    locked = lock_scopes(connection, scopes, at)
    # Read again under the locks: somebody may have written between the two.
    home, wanted, known = _around(connection, matter_id)
    if _scopes(home, wanted, known) != scopes:
        raise Crossed
    grid = locked.scopes.get(home)
    matter = grid.row(MATTER, matter_id) if grid else None
    more = False
    if grid is not None and matter is not None:
        more = _bring(Referred(locked, grid, matter), wanted, known)
    locked.save()
    if not more:
        mine = REFERRAL_QUEUE.c.matter_id == matter_id
        connection.execute(delete(REFERRAL_QUEUE).where(mine))
    return more


def _around(
    connection: Connection, matter_id: str
) -> tuple[str, dict[str, Wanted], dict[str, Any]]:
    """Where a matter lives, the copies that there have to be or that are to be taken back, and
    those that there are."""
    home = home_of(connection, MATTER, matter_id) or ""
    lines = rows_about(connection, home, UNIT, matter_id)
    calls = rows_about(connection, home, WHISTLE, matter_id)
    known = _known(connection, matter_id)
    areas = _areas(connection, home) if lines or calls else {}
    wanted = {one.copy_id: one for one in _wanted(areas, [*lines, *calls])}
    rest = [copy for copy_id, copy in known.items() if copy_id not in wanted]
    types = {row.id: row.type for row in (*lines, *calls)}
    wanted |= {copy.copy_id: _ended(areas, copy, types.get(copy.line_id, UNIT)) for copy in rest}
    return home, wanted, known


def _scopes(home: str, wanted: Mapping[str, Wanted], known: Mapping[str, Any]) -> set[str]:
    return {home, *(one.scope_id for one in (*wanted.values(), *known.values()))} - {""}


def _bring(of: Referred, wanted: Mapping[str, Wanted], known: Mapping[str, Any]) -> bool:
    """Each part in a matter; who has none any more keeps nothing of it. Whether the street has
    just whistled, which calls for departments."""
    parts: list[tuple[Wanted, Part]] = []
    for copy_id, one in sorted(wanted.items()):
        unit, line = of.locked.scopes.get(one.scope_id), of.grid.row(one.type, one.line_id)
        if unit is not None and line is not None and (one.is_called or copy_id in known):
            parts.append((one, Part(of, unit, line, one.post, known.get(copy_id))))
    for _one, part in parts:
        part.take()
    whistles = [(one, part) for one, part in parts if "whistled_at" in part.taken]
    for one, part in whistles:
        follow_whistle(of, one.line_id, part.taken["whistled_at"])
    for one, part in parts:
        part.show(is_called=one.is_called and not of.row.deleted)
    called = {one.scope_id for one, _part in parts if one.is_called and not of.row.deleted}
    for scope_id in {one.scope_id for one in known.values()} - called:
        of.put(of.locked.scopes[scope_id], MATTER, of.shown_as(scope_id), {}, gone=True)
    return bool(whistles)


def _known(connection: Connection, matter_id: str) -> dict[str, Any]:
    lines = connection.execute(select(REFERRAL).where(REFERRAL.c.matter_id == matter_id))
    return {line.copy_id: line for line in lines}


def _areas(connection: Connection, home: str) -> Mapping[str, Mapping[str, Any]]:
    community = home_of(connection, "area", home.partition(":")[2])
    return community_rows(connection, community.partition(":")[2], "area") if community else {}


def _ended(areas: Mapping[str, Mapping[str, Any]], copy: Any, type_: str) -> Wanted:
    """A copy that nothing asks for any more: what was written on it is taken home all the same."""
    area = areas.get(copy.scope_id.partition(":")[2], {})
    post = "street" if type_ == WHISTLE or area.get("level") == "street" else "partner"
    return Wanted(copy.scope_id, post, type_, copy.line_id, is_called=False)


def _wanted(areas: Mapping[str, Mapping[str, Any]], lines: list[StoredRow]) -> Iterator[Wanted]:
    """The copies of the department that a line names, where there is one of that name, and of the
    street once it was called."""
    street = scope_name(ScopeKind.UNIT, _area(areas, "street", ""))
    calls = {row.id for row in lines if row.type == WHISTLE and _is_called(row)}
    for row in lines:
        if row.type == UNIT:
            department = _area(areas, "department", str(row.body.get("unit") or "").strip())
            scope_id = scope_name(ScopeKind.UNIT, department)
            yield Wanted(scope_id, "partner", UNIT, row.id, is_called=not row.deleted)
        is_called = row.id in calls or (row.type == UNIT and bool(calls) and not row.deleted)
        yield Wanted(street, "street", row.type, row.id, is_called=is_called)


def _is_called(whistle: StoredRow) -> bool:
    said = whistle.body
    return not whistle.deleted and bool(said.get("whistled_at") or not said.get("dropped"))


def _area(areas: Mapping[str, Mapping[str, Any]], level: str, name: str) -> str:
    """The first area of a level that is called so, or whatever it is called."""
    found = (
        row_id
        for row_id, body in areas.items()
        if body.get("level") == level and name in ("", str(body.get("name")).strip())
    )
    return min(found, default="")
