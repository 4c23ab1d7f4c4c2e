"""Ids, clock and randomness: everything that is not a function of its input, passed in."""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

LOCAL_ZONE: Final = ZoneInfo("Asia/Shanghai")
_NO_SUMMER_TIME_FROM: Final = 1992
_UTC_OFFSET: Final = "+00:00"
_AHEAD_OF_UTC: Final = timedelta(hours=8)
NAMESPACE: Final = UUID("6f0d5f0a-6f6c-5b7e-9d39-2f1d8f6b6a10")


class Clock(Protocol):
    """What a device knows about time. Never trusted to order edits (``sync/README.md``)."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never run back while this boot lasts."""


class SystemClock:
    """The computer's own clock; ``DOORSTEP_NOW`` fixes the date and time for tests only."""

    def now(self) -> datetime:
        """The fixed time if one is set, else the wall clock."""
        fixed = os.environ.get("DOORSTEP_NOW")
        if not fixed:
            return datetime.now(UTC)
        moment = datetime.fromisoformat(fixed)
        return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)

    def monotonic(self) -> float:
        """The operating system's monotonic clock, in seconds."""
        return time.monotonic()


class ComputerClock:
    """The computer's own clock, whatever a test pretends: for what must not be pretended to.

    Where the system tells it, the uptime counts sleep as well.
    """

    def now(self) -> datetime:
        """The wall clock."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since the computer was started, as far as the system tells."""
        counting_sleep = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if counting_sleep is None else time.clock_gettime(counting_sleep)


def local_time(moment: datetime) -> datetime:
    """What the clocks of China show at ``moment``; only its day and its time of day are meant."""
    if moment.tzinfo is UTC and moment.year >= _NO_SUMMER_TIME_FROM:
        return moment + _AHEAD_OF_UTC  # A quarter of the cost, for every visit of a community.
    return moment.astimezone(LOCAL_ZONE)


def local_day(moment: datetime) -> date:
    """The calendar day in China that ``moment`` falls on: days of work, not of UTC."""
    return local_time(moment).date()


def stamp(moment: datetime) -> str:
    """``moment`` as the wire and the tables write it: UTC, whole seconds, ``Z``."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="seconds").removesuffix(_UTC_OFFSET) + "Z"


def parse_stamp(text: str) -> datetime:
    """The inverse of :func:`stamp`; raises ``ValueError`` on anything else."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


@dataclass(frozen=True)
class Minter:
    """Makes ids. A row's id is made on the device, so offline work never waits for a number."""

    random_bytes: Callable[[int], bytes] = field(default=secrets.token_bytes)
    now: Callable[[], datetime] = field(default_factory=lambda: SystemClock().now)

    def new_id(self) -> str:
        """A UUID of version 7: its time prefix keeps new rows together in an index."""
        milliseconds = int(self.now().timestamp() * 1000) & ((1 << 48) - 1)
        noise = int.from_bytes(self.random_bytes(10))
        value = milliseconds << 80 | noise
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return str(UUID(int=value))


def derived_id(*parts: str) -> str:
    """The same id for the same ``parts`` everywhere: for rows that two devices may both make."""
    return str(uuid5(NAMESPACE, "\x1f".join(parts)))


@dataclass(frozen=True)
class Device:
    """Where an operation was made: the device and this run of it, for estimating its time."""

    client_id: str
    name: str
    boot: str
