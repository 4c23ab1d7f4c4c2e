"""What a new day changes by itself: areas, ended care, old tombstones, counts for the street."""

from sqlalchemy import Connection, select, update

from sync.identity import Clock, local_day, stamp
from sync.server.ageing import forget_tombstones
from sync.server.crossing import Crossed
from sync.server.database import Database
from sync.server.derived import refresh_each
from sync.server.locked import lock_scopes
from sync.server.regrouped import carry_out_due
from sync.server.rows import home_of
from sync.server.street_counts import count_for_streets
from sync.server.tables import LED_TO, META, ROW
from sync.server.tails import fill_tails


def do_daily(db: Database, clock: Clock) -> None:
    """What the day's first hello sets going; nothing for those that follow."""
    with db.read() as connection:
        if _care_day(connection) == local_day(clock.now()).isoformat():
            return
    forget_tombstones(db, clock)
    carry_out_due(db, clock)
    fill_tails(db, clock)
    count_for_streets(db, clock)
    end_care(db, clock)


def end_care(db: Database, clock: Clock) -> None:
    """Once a day, with the day's first hello: compute the frequency where tier-3 care is kept.

    Every other tag is on the laptops, which count the days themselves.
    """
    today = local_day(clock.now()).isoformat()
    with db.read() as connection:
        if _care_day(connection) == today:
            return

    def end(connection: Connection) -> None:
        households = _homes(connection)
        locked = lock_scopes(connection, set(households.values()), stamp(clock.now()))
        if _care_day(connection) == today:
            return
        if _homes(connection) != households:
            raise Crossed
        refresh_each(locked, households)
        locked.save()
        connection.execute(update(META).where(META.c.name == "care_day").values(value=today))

    db.run(end)


def _homes(connection: Connection) -> dict[str, str]:
    """The scope of each household with tier-3 care."""
    found = {row_id: home_of(connection, "household", row_id) for row_id in _cared_for(connection)}
    return {row_id: scope_id for row_id, scope_id in found.items() if scope_id}


def _care_day(connection: Connection) -> str:
    return str(connection.execute(select(META.c.value).where(META.c.name == "care_day")).scalar())


def _cared_for(connection: Connection) -> list[str]:
    where = (ROW.c.type == "special_care", LED_TO, ROW.c.deleted.is_(False))
    return list(connection.execute(select(ROW.c.root_id).where(*where).distinct()).scalars())
