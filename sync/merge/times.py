"""When an operation was written, as well as anybody can know. Orders nothing but ``lww``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from sync.identity import parse_stamp, stamp
from sync.merge.operation import Op

AGREES: Final = timedelta(minutes=2)
"""Two clocks that differ by less tell the same time; a request takes a while, too."""

WRONG_BY: Final = timedelta(minutes=5)
"""From here on a person is told that the clock of their computer is wrong."""


class Sure(StrEnum):
    """How an estimate was come by."""

    EXACT = "exact"  # By the uptime of a computer that has been on since.
    ESTIMATED = "estimated"  # By its clock or its uptime, which nothing contradicts.
    UNKNOWN = "unknown"  # It said nothing, or what cannot be: somewhere before its receipt.


@dataclass(frozen=True)
class Estimate:
    """A time, and how sure it is."""

    at: datetime
    sure: Sure

    @property
    def stamp(self) -> str:
        """The time as the wire writes it."""
        return stamp(self.at)


@dataclass(frozen=True)
class Receipt:
    """What is known when operations arrive.

    ``enrolled`` and ``received`` are the server's times, between which they were written;
    ``boot``, ``mono`` and ``at`` what the device's clocks said as it sent them, or nothing.
    """

    enrolled: datetime
    received: datetime
    boot: str = ""
    mono: float = 0.0
    at: str = ""

    @cached_property
    def said(self) -> datetime | None:
        """What the device's clock said as it sent them."""
        return _read(self.at)

    @cached_property
    def longest_s(self) -> float:
        """Seconds within which they were written."""
        return (self.received - self.enrolled).total_seconds()


def estimates(ops: Iterable[Op], receipt: Receipt) -> dict[str, Estimate]:
    """An estimate for each operation, by its id.

    Within one boot the uptime orders them and tells how far they are apart, whatever happened
    to the clock meanwhile; the boot that sends is anchored at the receipt, an earlier one at
    what its clock said last.
    """
    by_boot: dict[str, list[Op]] = {}
    for op in ops:
        by_boot.setdefault(op.boot, []).append(op)
    found: dict[str, Estimate] = {}
    for boot, written in by_boot.items():
        if boot and boot == receipt.boot:
            found |= {op.op_id: _of_this_boot(op, receipt) for op in written}
        else:
            found |= _of_another_boot(written, receipt)
    return found


def estimated(device_time: str, enrolled: str, received: str) -> str:
    """The device's word on when something happened, within what the server knows; a stamp."""
    receipt = Receipt(parse_stamp(enrolled), parse_stamp(received))
    return _by_clock(device_time, receipt).stamp


def clock_off(now: datetime, server_time: str) -> int:
    """By how many seconds this computer's clock is ahead of the server's; 0 where that is fine."""
    told = _read(server_time)
    off = now - told if told else timedelta()
    return int(off.total_seconds()) if abs(off) > WRONG_BY else 0


def _of_this_boot(op: Op, receipt: Receipt) -> Estimate:
    ago = receipt.mono - op.mono
    if not 0 <= ago <= receipt.longest_s:
        return _by_clock(op.at, receipt)
    by_uptime = receipt.received - timedelta(seconds=ago)
    then, now = _read(op.at), receipt.said
    if then is None or now is None or abs((now - then) - timedelta(seconds=ago)) <= AGREES:
        return Estimate(by_uptime, Sure.EXACT)
    # It slept, which uptime does not count, or its clock was set.
    if abs(now - receipt.received) <= AGREES:
        return Estimate(_within(then, receipt), Sure.ESTIMATED)
    return Estimate(by_uptime, Sure.ESTIMATED)


def _of_another_boot(ops: list[Op], receipt: Receipt) -> dict[str, Estimate]:
    last = max(ops, key=lambda op: op.mono)
    anchor = _by_clock(last.at, receipt)
    if not last.boot or anchor.sure is Sure.UNKNOWN:
        return {op.op_id: _by_clock(op.at, receipt) for op in ops}
    return {
        op.op_id: Estimate(
            _within(anchor.at - _span(last.mono - op.mono, receipt), receipt), anchor.sure
        )
        for op in ops
    }


def _span(seconds: float, receipt: Receipt) -> timedelta:
    """So many seconds, and no more than there can have been."""
    most = receipt.received - receipt.enrolled
    return timedelta(seconds=seconds) if seconds < most.total_seconds() else most


def _by_clock(said: str, receipt: Receipt) -> Estimate:
    told = _read(said)
    if told is None:
        return Estimate(receipt.received, Sure.UNKNOWN)
    within = _within(told, receipt)
    return Estimate(within, Sure.ESTIMATED if abs(told - within) <= AGREES else Sure.UNKNOWN)


def _within(moment: datetime, receipt: Receipt) -> datetime:
    return max(receipt.enrolled, min(moment, receipt.received))


def _read(text: str) -> datetime | None:
    try:
        return parse_stamp(text)
    except (ValueError, OverflowError):
        return None
