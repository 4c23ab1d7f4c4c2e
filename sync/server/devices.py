"""Computers at a glance, for IT: which one is silent, old, full of unsent work, or in trouble.

Nothing here tells of a resident. A computer is told by its login and its own name; what it says of
itself is a version, counts and the code of the last error, and nothing else is kept of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from sync.identity import Clock, parse_stamp, stamp
from sync.server.database import Database
from sync.server.leases import rules_of
from sync.server.people import Caller
from sync.server.tables import ACCOUNT, DEVICE, DEVICE_KEY, DEVICE_STATE, LEASE
from sync.wire.messages import DeviceState, DeviceStateReply

SILENT_AFTER: Final = timedelta(days=7)
_CODE: Final = re.compile(r"[a-z0-9_.]{1,60}")
_WORD: Final = re.compile(r"[\w.+-]{1,40}", re.ASCII)
MOST_COUNTED: Final = 10_000_000


@dataclass(frozen=True)
class DeviceLine:
    """One computer. ``seen`` is its last contact with the server, ``told`` when it last said how it
    is; stamps, empty where there is none."""

    device: str
    login: str
    name: str
    version: str
    system: str
    seen: str
    told: str
    pending: int
    oldest: str
    held: int
    error: str
    revoked: bool
    staff_id: str = ""
    enrolled: str = ""
    lease_until: str = ""
    lost: bool = False
    suspended: bool = False

    def is_silent(self, now: datetime) -> bool:
        """Whether it was not here for a week, and should have been."""
        return not self.revoked and (not self.seen or now - parse_stamp(self.seen) > SILENT_AFTER)


def keep_state(db: Database, caller: Caller, told: DeviceState, clock: Clock) -> DeviceStateReply:
    """Keep what a computer says of itself; words of another shape are not kept."""
    line = {
        "client_id": caller.client_id,
        "at": stamp(clock.now()),
        "version": _word(_WORD, told.version),
        "system": _word(_WORD, told.system),
        "pending": _count(told.pending),
        "oldest": _moment(told.oldest),
        "held": _count(told.held),
        "error": _word(_CODE, told.error),
    }

    def work(connection: Connection) -> None:
        mine = DEVICE_STATE.c.client_id == caller.client_id
        connection.execute(delete(DEVICE_STATE).where(mine))
        connection.execute(insert(DEVICE_STATE).values(line))

    db.run(work)
    return DeviceStateReply()


def device_lines(connection: Connection, now: datetime, community_id: str = "") -> list[DeviceLine]:
    """Every computer, or a community's; silent ones first, then those with an error, then those
    that hold work for longest, then the rest."""
    lines = list(_lines(connection, community_id))
    return sorted(
        lines,
        key=lambda line: (
            line.revoked,
            not line.is_silent(now),
            not line.error,
            line.oldest or "~",
            line.seen,
        ),
    )


def _lines(connection: Connection, community_id: str) -> Iterator[DeviceLine]:
    asked = select(DEVICE, ACCOUNT.c.login, DEVICE_STATE, LEASE, DEVICE_KEY.c.suspended_at).join(
        ACCOUNT, ACCOUNT.c.id == DEVICE.c.account_id
    )
    for told in (DEVICE_STATE, LEASE, DEVICE_KEY):
        asked = asked.outerjoin(told, told.c.client_id == DEVICE.c.client_id)
    if community_id:
        asked = asked.where(ACCOUNT.c.community_id == community_id)
    days = timedelta(days=rules_of(connection).days)
    for row in connection.execute(asked).mappings():
        yield DeviceLine(
            device=row[DEVICE.c.client_id],
            login=row[ACCOUNT.c.login],
            name=row[DEVICE.c.name],
            version=row[DEVICE_STATE.c.version] or "",
            system=row[DEVICE_STATE.c.system] or "",
            seen=row[DEVICE.c.last_seen],
            told=row[DEVICE_STATE.c.at] or "",
            pending=row[DEVICE_STATE.c.pending] or 0,
            oldest=row[DEVICE_STATE.c.oldest] or "",
            held=row[DEVICE_STATE.c.held] or 0,
            error=row[DEVICE_STATE.c.error] or "",
            revoked=bool(row[DEVICE.c.revoked_at]),
            staff_id=row[DEVICE.c.account_id],
            enrolled=row[DEVICE.c.enrolled_at],
            lease_until=_after(row[LEASE.c.lent_at], days) if row[LEASE.c.secret] else "",
            lost=bool(row[LEASE.c.lost_at]),
            suspended=bool(row[DEVICE_KEY.c.suspended_at]),
        )


def _after(moment: str | None, span: timedelta) -> str:
    return stamp(parse_stamp(moment) + span) if moment else ""


def _word(shape: re.Pattern[str], said: str) -> str:
    return said if shape.fullmatch(said) else ""


def _count(said: int) -> int:
    return min(MOST_COUNTED, max(0, said))


def _moment(said: str) -> str:
    try:
        return stamp(parse_stamp(said)) if said else ""
    except ValueError:
        return ""
