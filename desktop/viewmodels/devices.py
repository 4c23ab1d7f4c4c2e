"""Computers as IT reads them: rows with what is wrong first, and a sheet of each.

Nothing here names a resident: the server tells nothing of one.
"""

from collections.abc import Sequence
from typing import Final

from desktop.rows import Lamp, Row, Tag, Tone
from desktop.services.devices import DeviceAct, DeviceTold
from desktop.sheet import Sheet
from desktop.viewmodels.error_words import error_fact, error_words
from desktop.viewmodels.moments import day_and_time, time_of_day
from desktop.viewmodels.people import filled
from sync.i18n import N_, _, n_
from sync.identity import Clock, parse_stamp

ALL, LOOK, ENDED = "all", "look", "ended"
FILTERS: Final = {
    LOOK: N_("To look at"),
    ALL: N_("In use"),
    ENDED: N_("Revoked"),
}
CODE: Final = "code"
_MAY_BREAK: Final = "-\u200b"
"""A hyphen before a digit ends no line by itself: many a number would be as wide as it is long."""

_ACTS: Final = {
    DeviceAct.EXTEND: (N_("Read out a code that extends it"), "E"),
    DeviceAct.RESUME: (N_("Let it go on"), "G"),
    DeviceAct.REVOKE: (N_("Revoke"), "X"),
    DeviceAct.LOST: (N_("Declare lost"), "L"),
}


def owner_of(one: DeviceTold) -> str:
    """Whose it is, as colleagues call that person."""
    return one.owner or one.login


def _moment(stamp: str, clock: Clock) -> str:
    return day_and_time(stamp, clock) or "–"


def _is_over(stamp: str, clock: Clock) -> bool:
    return bool(stamp) and parse_stamp(stamp) < clock.now()


def shown(devices: Sequence[DeviceTold], wanted: str, clock: Clock) -> list[DeviceTold]:
    """Those of a filter, in the server's order."""
    if wanted == ENDED:
        return [one for one in devices if one.revoked]
    in_use = [one for one in devices if not one.revoked]
    return in_use if wanted == ALL else [one for one in in_use if troubles(one, clock)]


def troubles(one: DeviceTold, clock: Clock) -> list[str]:
    """What is wrong with a computer in use, the gravest first."""
    if one.revoked:
        return []
    found = []
    if one.suspended:
        found.append(_(N_("suspended: the profile is in two places")))
    if one.silent:
        found.append(_(N_("silent for a week")) if one.seen else _(N_("never here")))
    if _is_over(one.lease_until, clock):
        found.append(_(N_("its lease is over")))
    if one.error:
        found.append(_(N_("last error: {words}")).format(words=error_words(one.error)))
    return found


def device_rows(devices: Sequence[DeviceTold], clock: Clock) -> list[Row]:
    """One row for each: who, what is wrong, version, what waits, last contact."""
    return [_row(one, clock) for one in devices]


def _row(one: DeviceTold, clock: Clock) -> Row:
    wrong = troubles(one, clock)
    tags = (Tag(_(N_("this computer")), Tone.PRIMARY),) if one.own else ()
    if one.lost:
        tags = (*tags, Tag(_(N_("lost")), Tone.BAD))
    parts = [one.name, one.version, waiting_words(one)]
    return Row(
        key=one.device,
        title=owner_of(one),
        lamp=_lamp(one, wrong),
        tags=tags,
        reason=wrong[0] if wrong else "",
        reason_tone=Tone.BAD if one.silent or one.suspended else Tone.WARN,
        detail=" · ".join(part for part in parts if part),
        when=time_of_day(one.seen, clock) or _(N_("never")),
    )


def _lamp(one: DeviceTold, wrong: list[str]) -> Lamp:
    if one.revoked:
        return Lamp.NOT_DUE
    if not wrong:
        return Lamp.GREEN
    return Lamp.RED if one.silent or one.suspended else Lamp.YELLOW


def waiting_words(one: DeviceTold) -> str:
    """What it holds that the server does not have; empty where that is nothing."""
    words = []
    if one.pending:
        told = n_("{count} unsent", "{count} unsent", one.pending)
        words.append(told.format(count=one.pending))
    if one.held:
        words.append(_(N_("{count} kept aside")).format(count=one.held))
    return _(", ").join(words)


def device_sheet(one: DeviceTold, clock: Clock, code: str = "") -> Sheet:
    """One computer: everything that is known of it, and what may be done. ``code`` was just
    made for it, and is read out."""
    wrong = troubles(one, clock)
    oldest = f"{waiting_words(one)} ({_moment(one.oldest, clock)})" if one.oldest else ""
    facts = (
        (_(N_("User")), one.login),
        (_(N_("Last contact")), _moment(one.seen, clock)),
        (_(N_("Not sent")), oldest or waiting_words(one) or _(N_("nothing"))),
        (_(N_("Last error")), error_fact(one.error)),
        (_(N_("Opens without a network until")), _moment(one.lease_until, clock)),
        (_(N_("Version")), one.version),
        (_(N_("System")), one.system),
        (_(N_("Said so")), _moment(one.told, clock)),
        (_(N_("Enrolled")), _moment(one.enrolled, clock)),
        (_(N_("Number")), one.device.replace("-", _MAY_BREAK)),
    )
    return Sheet(
        owner_of(one),
        one.name,
        filled(facts),
        _acts(one),
        warning=_(", ").join(wrong),
        big=code,
    )


def _acts(one: DeviceTold) -> tuple[tuple[str, str, str], ...]:
    """What may be done; the server asks again."""
    code = (CODE, _(N_("Enrolment code for another computer")), "C")
    if one.revoked:
        lost = () if one.lost or one.own else (DeviceAct.LOST,)
        return (code, *(_told(act) for act in lost))
    offered = [DeviceAct.RESUME] if one.suspended else []
    offered += [DeviceAct.EXTEND] if one.lease_until else []
    offered += [] if one.own else [DeviceAct.REVOKE, DeviceAct.LOST]
    return (*(_told(act) for act in offered), code)


def _told(act: DeviceAct) -> tuple[str, str, str]:
    words, key = _ACTS[act]
    return act.value, _(words), key


def summary_words(devices: Sequence[DeviceTold], clock: Clock) -> str:
    """How many there are, and how many want a look."""
    in_use = shown(devices, ALL, clock)
    wrong = len(shown(devices, LOOK, clock))
    count = n_("{count} computer in use", "{count} computers in use", len(in_use))
    told = count.format(count=len(in_use))
    return _(N_("{computers}, {wrong} to look at")).format(computers=told, wrong=wrong)
