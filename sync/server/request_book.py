"""Which requests came, by their numbers: known to this process at once, to the store soon after.

Written one by one they would cost more than most requests do, and whoever only reads would wait
for whoever writes. What several processes took meanwhile is compared when it is written: where a
number came to two of them as different requests, its computer is suspended then, if not before.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select, update
from starlette.concurrency import run_in_threadpool

from sync.identity import Clock, stamp
from sync.server.bugs import place_of
from sync.server.database import Database
from sync.server.many import among
from sync.server.people import Caller
from sync.server.signatures import (
    SEEN,
    Seen,
    Standing,
    is_forked,
    newest,
    standing_of,
    suspend,
)
from sync.server.tables import DEVICE_KEY
from sync.wire.signing import Signed

log = logging.getLogger(__name__)

WRITE_EVERY_S: Final = 1.0
"""How long another process may not know of a request, and what a killed one forgets."""

_KNOWN: Final = (
    select(DEVICE_KEY)
    .where(among(DEVICE_KEY.c.client_id, "clients"))
    .order_by(DEVICE_KEY.c.client_id)  # Two processes that write at once wait in one order.
    .with_for_update()
)
_KEEP: Final = (
    update(DEVICE_KEY)
    .where(DEVICE_KEY.c.client_id == bindparam("client"))
    .values(seen=bindparam("marks"), serial=bindparam("place"), serial_at=bindparam("place_since"))
)


@dataclass
class _Taken:
    """What one computer sent that is not written down yet."""

    marks: Seen = field(default_factory=dict)
    serial: int = 0


class RequestBook:
    """The signed requests of one server process. Any thread may use it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._taken: dict[str, _Taken] = {}
        self._lock = Lock()
        self._writing = Lock()

    def take(self, caller: Caller, signed: Signed) -> tuple[Standing, bool]:
        """What a request of this caller is to those before it, and whether its computer is
        suspended now."""
        if caller.suspended:
            return Standing.FRESH, True
        standing = self._standing(caller, signed)
        # One place back is fine: the profile may have been shut before it kept the next token.
        if standing is Standing.FORKED or caller.serial < caller.known.serial - 1:
            self._suspend(caller.client_id)
            return Standing.FORKED, True
        if caller.serial > caller.known.serial:
            self.write()  # Once a month: from now on the former token is the former one.
        return standing, False

    def write(self) -> None:
        """Write down what came. Raises what the store raises; then it is kept for the next time."""
        with self._writing:
            with self._lock:
                portion = {
                    client: _Taken(dict(one.marks), one.serial)
                    for client, one in self._taken.items()
                }
            if not portion:
                return
            self._database.run(lambda connection: self._keep(connection, portion))
            with self._lock:
                for client, one in portion.items():
                    self._forget(client, one.marks)

    async def write_on(self) -> None:
        """Write again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            if self._taken:
                await run_in_threadpool(self.write_calmly)

    def write_calmly(self) -> None:
        """As :meth:`write`; a store that cannot be written now is no reason to stop."""
        try:
            self.write()
        except Exception as error:  # noqa: BLE001  (logged without its text, which may quote data)
            log.error("requests: %s", place_of(error))

    def _standing(self, caller: Caller, signed: Signed) -> Standing:
        with self._lock:
            mine = self._taken.setdefault(caller.client_id, _Taken())
            known = SEEN.decode(caller.known.seen) | mine.marks
            standing = standing_of(known, signed.count, signed.mark)
            if standing is Standing.FRESH:
                mine.marks = newest(mine.marks | {signed.count: signed.mark})
                mine.serial = max(mine.serial, caller.serial)
        return standing

    def _suspend(self, client_id: str) -> None:
        with self._lock:
            self._taken.pop(client_id, None)
        self._database.run(
            lambda connection: suspend(connection, self._database.key, client_id, self._clock)
        )

    def _forget(self, client: str, marks: Seen) -> None:
        """What is written down is read from there."""
        mine = self._taken.get(client)
        if mine is None:
            return
        mine.marks = {number: mark for number, mark in mine.marks.items() if number not in marks}
        if not mine.marks:
            del self._taken[client]

    def _keep(self, connection: Connection, portion: Mapping[str, _Taken]) -> None:
        kept = []
        for line in connection.execute(_KNOWN, {"clients": sorted(portion)}).all():
            taken = portion[line.client_id]
            if is_forked(SEEN.decode(line.seen), taken.marks):
                suspend(connection, self._database.key, line.client_id, self._clock)
            elif not line.suspended_at:
                kept.append(self._with(line, taken))
        if kept:
            connection.execute(_KEEP, kept)

    def _with(self, line: Any, taken: _Taken) -> dict[str, Any]:
        """How the line of a computer reads with what it sent."""
        marks = newest(SEEN.decode(line.seen) | taken.marks)
        is_next = taken.serial > line.serial
        return {
            "client": line.client_id,
            "marks": msgspec.json.encode(marks).decode(),
            "place": taken.serial if is_next else line.serial,
            "place_since": stamp(self._clock.now()) if is_next else line.serial_at,
        }
