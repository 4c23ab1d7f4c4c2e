"""Households that change grids, by the administrator's word: in bounded steps (``carrying``)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.errors import NotFound, SeveralMatches
from sync.i18n import N_
from sync.identity import stamp
from sync.progress import Progress, silent
from sync.rules.address import parse_address
from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.server.carrying import Move, door_of, move_roots, scope_in
from sync.server.grants import community_rows
from sync.server.office import ADMIN, Office, area_id
from sync.server.tables import LED_TO, ROW

ROOTS_AT_ONCE: Final = 20
"""Households of one transaction: the others who write in these grids wait for it."""

STEP_MOVE: Final = N_("Moving")


def place_areas(office: Office, community_id: str, areas: Iterable[Mapping[str, Any]]) -> list[str]:
    """As :meth:`Office.add_areas`; a building that changes its grid takes its residents along.

    The residents go first: a run that was cut short finds by the old grid who is left.
    """
    listed = [dict(area) for area in areas]
    office.add_areas(community_id, [area for area in listed if area.get("level") == "grid"])
    with office.db.read() as connection:
        known = community_rows(connection, community_id, "area")
    changed = [
        (row_id, str(old), str(area["grid_id"]))
        for area in listed
        if area.get("grid_id")
        and (old := known.get(row_id := area_id(community_id, area), {}).get("grid_id"))
        and old != area["grid_id"]
    ]
    for building_id, old, new in changed:
        move_building(office, building_id, old, new)
    ids = office.add_areas(community_id, listed)
    for building_id, old, new in changed:
        # Whoever was written down there in between.
        move_building(office, building_id, old, new)
    return ids


def move_households(
    office: Office, household_ids: Iterable[str], grid_id: str, progress: Progress = silent
) -> int:
    """Move households to another grid, a bounded number in each transaction; the rows that moved.

    One that is there already stays. ``progress`` is called between transactions: what it stops
    is moved so far, and may be begun again.
    """
    return _in_steps(office, list(dict.fromkeys(household_ids)), grid_id, progress)


def move_building(office: Office, building_id: str, old_grid: str, new_grid: str) -> int:
    """Move every dwelling of a building, and who lives in it, from one grid to another."""
    with office.db.read() as connection:
        doors = _doors_behind(connection, building_id, scope_in(old_grid, ScopeKind.GRID))
        homes = _homes_behind(connection, set(doors), scope_in(old_grid, ScopeKind.GRID))
    roots = [root for door in doors for root in (door, *homes.get(door, ()))]
    return _in_steps(office, roots, new_grid, silent)


def find_household(connection: Connection, community_id: str, wanted: str) -> str:
    """The household that is meant: by its id, or by its room, ``ESTATE/6-2-1602`` where several
    estates have it. Raises :class:`NotFound` or :class:`SeveralMatches`."""
    grids = [
        scope_in(row_id, ScopeKind.GRID)
        for row_id, body in community_rows(connection, community_id, "area").items()
        if body.get("level") == "grid"
    ]
    live = (ROW.c.scope_id.in_(grids), LED_TO, ROW.c.deleted.is_(False))
    by_id = select(ROW.c.id).where(*live, ROW.c.type == "household", ROW.c.id == wanted)
    if connection.execute(by_id).first() is not None:
        return wanted
    estate, _, room = wanted.rpartition("/")
    parsed = parse_address(room)
    dwellings = connection.execute(
        select(ROW.c.id, ROW.c.body).where(*live, ROW.c.type == "dwelling")
    )
    doors = {
        row_id
        for row_id, body in ((line.id, decode_body(line.body)) for line in dwellings)
        if body.get("room") == (parsed.short if parsed else room)
        and estate in str(body.get("address", ""))
    }
    homes = connection.execute(select(ROW.c.id, ROW.c.body).where(*live, ROW.c.type == "household"))
    found = sorted(line.id for line in homes if door_of(line.body) in doors)
    if not found:
        raise NotFound(what=wanted)
    if len(found) > 1:
        raise SeveralMatches(ids=", ".join(found))
    return str(found[0])


def _in_steps(office: Office, roots: Sequence[str], grid_id: str, progress: Progress) -> int:
    run_id = office.minter.new_id()
    moved = 0
    for start in range(0, len(roots), ROOTS_AT_ONCE):
        progress(STEP_MOVE, start, len(roots))
        some = roots[start : start + ROOTS_AT_ONCE]
        moved += _one_step(office, some, Move(grid_id, stamp(office.clock.now()), run_id, ADMIN))
    progress(STEP_MOVE, len(roots), len(roots))
    return moved


def _one_step(office: Office, roots: Sequence[str], move: Move) -> int:
    def work(connection: Connection) -> int:
        moved = move_roots(connection, roots, move)
        for root in roots if moved else ():
            office.audit(connection, "move", root)
        return moved

    return office.db.run(work)


def _doors_behind(connection: Connection, building_id: str, scope_id: str) -> list[str]:
    told = ROW.c.body.contains(f'"building_id":"{building_id}"', autoescape=True)
    here = (ROW.c.scope_id == scope_id, ROW.c.moved_to == "")
    where = (*here, ROW.c.type == "dwelling", LED_TO, told)
    return list(connection.execute(select(ROW.c.id).where(*where).order_by(ROW.c.id)).scalars())


def _homes_behind(connection: Connection, doors: set[str], scope_id: str) -> dict[str, list[str]]:
    here = (ROW.c.scope_id == scope_id, ROW.c.moved_to == "")
    where = (*here, ROW.c.type == "household", LED_TO)
    found: dict[str, list[str]] = {}
    for row_id, body in connection.execute(select(ROW.c.id, ROW.c.body).where(*where)):
        if door_of(body) in doors:
            found.setdefault(door_of(body), []).append(row_id)
    return found
