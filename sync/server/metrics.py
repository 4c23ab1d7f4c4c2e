"""``GET /metrics``: what an office's monitoring watches, in Prometheus's text format.

Counts and ages only, nothing about a resident, a worker or a scope. Answered to this machine alone:
a reverse proxy says for whom it asks (``X-Forwarded-For``), and whoever is asked for gets nothing.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, func, select
from sqlalchemy.sql import FromClause

from sync import __version__
from sync.identity import parse_stamp, stamp
from sync.server.covered import backups_known
from sync.server.deps import ServicesDep
from sync.server.replies import Refused
from sync.server.tables import DEVICE, HELD, NOTICE_QUEUE, SCOPE

SILENT_AFTER: Final = timedelta(days=7)
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_HERE: Final = frozenset({"127.0.0.1", "::1", "testclient"})
_PROXIED: Final = ("x-forwarded-for", "forwarded", "x-real-ip")

metrics_router: Final = APIRouter()


@metrics_router.get("/metrics")
def metrics(request: Request, services: ServicesDep) -> Response:
    """The figures as they are now; 404 for anybody but this machine."""
    asked_by = request.client.host if request.client else ""
    if asked_by not in _HERE or any(name in request.headers for name in _PROXIED):
        raise Refused(404, "not_found")
    with services.database.read() as connection:
        lines = list(_lines(connection, services.clock.now()))
    return Response("\n".join(lines) + "\n", media_type=_TEXT)


def _lines(connection: Connection, now: datetime) -> Iterator[str]:
    yield from _gauge("doorstep_info", "The version.", 1, f'{{version="{__version__}"}}')
    yield from _gauge("doorstep_processor_seconds", "Of this process.", time.process_time())
    yield from _devices(connection, now)
    yield from _gauge("doorstep_scopes", "Scopes of the store.", _count(connection, SCOPE))
    held = _count(connection, HELD)
    yield from _gauge("doorstep_held_operations", "Kept aside until a person decides.", held)
    queued = _count(connection, NOTICE_QUEUE)
    yield from _gauge("doorstep_queued_notices", "News that are not written yet.", queued)
    kept = backups_known(connection)
    yield from _gauge("doorstep_backups", "Backups that are kept.", len(kept))
    if kept:
        age = (now - parse_stamp(kept[-1].at)).total_seconds()
        yield from _gauge("doorstep_backup_age_seconds", "Of the newest backup.", age)


def _devices(connection: Connection, now: datetime) -> Iterator[str]:
    """Computers by what they are: a silent one was not seen for a week."""
    live = DEVICE.c.revoked_at == ""
    recently = DEVICE.c.last_seen >= stamp(now - SILENT_AFTER)
    counts = {
        "active": _count(connection, DEVICE, live & recently),
        "silent": _count(connection, DEVICE, live & ~recently),
        "revoked": _count(connection, DEVICE, ~live),
    }
    yield "# HELP doorstep_devices Enrolled computers; silent ones were not seen for a week."
    yield "# TYPE doorstep_devices gauge"
    for state, count in counts.items():
        yield f'doorstep_devices{{state="{state}"}} {count}'


def _gauge(name: str, help_: str, value: float, labels: str = "") -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} gauge"
    yield f"{name}{labels} {value:g}"


def _count(connection: Connection, rows: FromClause, *where: object) -> int:
    asked = select(func.count()).select_from(rows)
    for one in where:
        asked = asked.where(one)  # type: ignore[arg-type]
    return connection.execute(asked).scalar_one()
