"""Hours that residents booked at the desk: today's, those to come, and whether they came."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desktop.services.desk_cases import NameWanted
from desktop.services.desk_drafts import draft_key
from desktop.services.taken import Taken, take_back, taken_from
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_
from sync.identity import Clock, local_day, stamp
from sync.rules.masking import mask_name
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.store.record import Record
from sync.store.records import create, patch
from sync.store.store import Store

BOOKED, COME, MISSED, CANCELLED = "booked", "come", "missed", "cancelled"
_HOUR: Final = re.compile(r"([01]?\d|2[0-3])[:：.]?([0-5]\d)?")


class HourWanted(DoorstepError):
    """Somebody comes at a day and an hour, or is told to come at any time."""

    code = "desk.hour"
    message = N_("Write the day and the hour, such as 6-19 and 9:30.")


class DayIsOver(DoorstepError):
    """Nobody comes yesterday."""

    code = "desk.day_over"
    message = N_("That day is over. Write one that is still to come.")


@dataclass(frozen=True)
class NewAppointment:
    """An hour as it is asked for; ``day`` in the form that travels."""

    day: str
    hour: str
    applicant: str = field(repr=False)
    phone: str = field(default="", repr=False)
    item: str = ""
    text: str = field(default="", repr=False)
    person_id: str = ""
    household_id: str = ""
    walk_in_id: str = ""


@dataclass(frozen=True)
class AppointmentLine:
    """One booked hour. ``who`` is masked."""

    id: str
    day: str
    hour: str
    who: str = field(repr=False)
    item: str
    state: str
    record: Record = field(repr=False)


class Appointments:
    """The appointment book of one community's desk."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def book(self, told: NewAppointment) -> str:
        """Write an hour down; its id is returned. Raises :class:`NameWanted`,
        :class:`HourWanted`, :class:`DayIsOver` and whatever saving raises."""
        if not told.applicant.strip():
            raise NameWanted
        hour = read_hour(told.hour)
        if not told.day or not hour:
            raise HourWanted
        if told.day < local_day(self._clock.now()).isoformat():
            raise DayIsOver
        body: dict[str, Any] = {
            "day": told.day,
            "hour": hour,
            "applicant": told.applicant.strip(),
            "phone": told.phone.strip(),
            "item": told.item,
            "text": told.text.strip(),
            "person_id": told.person_id,
            "household_id": told.household_id,
            "state": BOOKED,
            "staff_id": self._store.account.user.staff_id,
            "booked_at": stamp(self._clock.now()),
        }
        scope = scope_name(ScopeKind.DESK, self._store.account.user.community_id)
        made = [create("appointment", body, scope_id=scope)]
        ends = draft_key(told.person_id or told.household_id, told.walk_in_id)
        return self._store.records.write(made, ends_draft=ends).row_ids[0]

    def listed(self, day: date) -> list[AppointmentLine]:
        """Today's in the order of the clock, then those of later days; what was missed before
        stays until somebody says what became of it."""
        rows = self._store.reading.rows("appointment")
        lines = [_line(row) for row in rows]
        shown = (line for line in lines if line.day == day.isoformat() or (line.state == BOOKED))
        return sorted(shown, key=lambda line: (line.day, line.hour, line.id))

    def mark(self, appointment_id: str, state: str) -> Taken:
        """They came, did not come, or called it off. Raises :class:`NotFound`."""
        row = self._store.reading.find("appointment", appointment_id)
        if row is None:
            raise NotFound(what=appointment_id)
        fields = {"state": state}
        self._store.records.write([patch("appointment", appointment_id, fields)])
        return taken_from(row, fields)

    def take_back(self, marked: Taken) -> bool:
        """Undo a mark; whether it was: what another window has said since stays."""
        return take_back(self._store, marked)

    def unbook(self, appointment_id: str) -> bool:
        """Undo that an hour was booked; whether nobody has said yet what became of it."""
        row = self._store.reading.find("appointment", appointment_id)
        if row is None or row.get("state") != BOOKED:
            return False
        self.mark(appointment_id, CANCELLED)
        return True


def read_hour(typed: str) -> str:
    """09:30 for 9:30, 930 or 9; empty where it is no hour."""
    digits = typed.strip()
    if re.fullmatch(r"\d{3}", digits):
        digits = f"0{digits}"
    found = _HOUR.fullmatch(digits)
    return f"{int(found[1]):02d}:{found[2] or '00'}" if found else ""


def _line(row: Record) -> AppointmentLine:
    return AppointmentLine(
        id=row.id,
        day=str(row.get("day") or ""),
        hour=str(row.get("hour") or ""),
        who=mask_name(str(row.get("applicant") or "")),
        item=str(row.get("item") or ""),
        state=str(row.get("state") or BOOKED),
        record=row,
    )
