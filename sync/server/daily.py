"""What a new day changes by itself: tier-3 care that has ended asks for no visits any more."""

from sqlalchemy import Connection, select, update

from sync.identity import Clock, local_day, stamp
from sync.server.database import Database
from sync.server.derived import refresh_each
from sync.server.locked import lock_scopes
from sync.server.rows import home_of
from sync.server.tables import META, ROW


def end_care(db: Database, clock: Clock) -> None:
    """Once a day, with the day's first hello: compute the frequency where tier-3 care is kept.

    Every other tag is on the laptops, which count the days themselves.
    """
    today = local_day(clock.now()).isoformat()
    with db.read() as connection:
        if _care_day(connection) == today:
            return
    with db.write() as connection:
        households = {
            row_id: home_of(connection, "household", row_id) for row_id in _cared_for(connection)
        }
        homes = {scope_id for scope_id in households.values() if scope_id}
        locked = lock_scopes(connection, homes, stamp(clock.now()))
        refresh_each(locked, households)
        locked.save()
        connection.execute(update(META).where(META.c.name == "care_day").values(value=today))


def _care_day(connection: Connection) -> str:
    return str(connection.execute(select(META.c.value).where(META.c.name == "care_day")).scalar())


def _cared_for(connection: Connection) -> list[str]:
    where = (ROW.c.type == "special_care", ROW.c.deleted.is_(False))
    return list(connection.execute(select(ROW.c.root_id).where(*where).distinct()).scalars())
