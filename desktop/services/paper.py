"""The round on paper (敲门单): what is printed, and what each row stands for afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from desktop.services.households import HouseholdLine, Households
from desktop.services.privacy import Reveals, list_tags
from desktop.services.today import DoorLine, TodayRound
from desktop.services.visits import SavedVisit, VisitForm, Visits, planned_day, result_chosen
from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import LOCAL_ZONE, Clock, local_day, parse_stamp, stamp
from sync.rules.masking import mask_name
from sync.schema.reveal import PRINTED
from sync.store.facts import PaperRound
from sync.store.store import Store

_NOON: Final = time(12)


class DraftWaits(DoorstepError):
    """Words that wait in a draft would be lost by a quick line."""

    code = "paper.draft"
    message = N_("A draft waits at {room}. Open its form to save it.")


class TwoPeople(DoorstepError):
    """Where two have to go, it is said who came along."""

    code = "paper.two_people"
    message = N_("{room} is visited by two. Write who came along, like +Liu.")


@dataclass(frozen=True)
class PaperRow:
    """One door on paper: masked, with tags of tier 1 alone."""

    number: int
    place: str
    room: str
    who: str
    tags: tuple[str, ...]
    two_people: bool
    late: str
    why: str
    appointment: str
    promised: int


@dataclass(frozen=True)
class PaperSheet:
    """A round as it is printed. ``worker``, ``area`` and ``at`` (a stamp) mark every page."""

    rows: tuple[PaperRow, ...]
    worker: str
    area: str
    at: str


@dataclass(frozen=True)
class PaperDoor:
    """What a row number stands for: a household, and what came of it since, if anything."""

    number: int
    line: HouseholdLine
    result: str
    at: datetime | None


@dataclass(frozen=True)
class PaperLine:
    """A line as it was typed from paper: a row, a result, perhaps a time, a companion, words."""

    number: int
    result: str
    note: str = ""
    clock: time | None = None
    went_with: str = ""


class Paper:
    """Prints the round and takes it back. The numbers hold until the next round is printed."""

    def __init__(
        self, store: Store, clock: Clock, households: Households, visits: Visits, reveals: Reveals
    ) -> None:
        self._store = store
        self._clock = clock
        self._households = households
        self._visits = visits
        self._reveals = reveals

    def print_round(self, found: TodayRound) -> PaperSheet:
        """The doors still to be called at, numbered as they are walked. Kept here, so that the
        numbers can be typed in afterwards; that it was printed is written down."""
        doors = [door for door in found.doors() if not door.done]
        now = stamp(self._clock.now())
        user = self._store.account.user
        self._store.facts.set_paper(PaperRound(now, tuple(door.id for door in doors)))
        self._reveals.record([("household", "", PRINTED)])
        rows = tuple(_row(number, door) for number, door in enumerate(doors, 1))
        return PaperSheet(rows, user.name, user.community_name, now)

    def doors(self) -> list[PaperDoor]:
        """The rows of the last round that was printed; of homes still on this computer."""
        printed = self._store.facts.paper()
        lines = {line.id: line for line in self._households.lines(printed.households)}
        since = parse_stamp(printed.at) if printed.at else self._clock.now()
        return [
            self._door(number, lines[key], local_day(since))
            for number, key in enumerate(printed.households, 1)
            if key in lines
        ]

    def record(self, typed: PaperLine) -> tuple[PaperDoor, SavedVisit, VisitForm]:
        """Save one line as a visit, on the day the round was printed.

        Raises :class:`DraftWaits`, :class:`TwoPeople`, and whatever saving raises.
        """
        door = next(one for one in self.doors() if one.number == typed.number)
        household = self._households.record(door.line.id)
        if self._visits.draft(household.id) is not None:
            raise DraftWaits(room=door.line.room)
        if door.line.two_people and not typed.went_with:
            raise TwoPeople(room=door.line.room)
        at = self._moment(typed.clock)
        due = self._store.reading.due_of(household.id)
        form = result_chosen(
            VisitForm(
                note=typed.note,
                went_with=typed.went_with,
                planned_for=planned_day(due, local_day(at)),
            ),
            typed.result,
        )
        return door, self._visits.record(household, form, at), form

    def _moment(self, clock: time | None) -> datetime:
        """When it was: the time that was written on the day of the paper, never after now."""
        now = self._clock.now()
        printed = self._store.facts.paper().at
        day = local_day(parse_stamp(printed)) if printed else local_day(now)
        if clock is None and day == local_day(now):
            return now
        return min(now, datetime.combine(day, clock or _NOON, LOCAL_ZONE))

    def _door(self, number: int, line: HouseholdLine, day: date) -> PaperDoor:
        due = self._store.reading.due_of(line.id)
        at = due.last_visit_at if due else None
        called = due is not None and at is not None and local_day(at) >= day
        return PaperDoor(number, line, due.last_result or "" if due and called else "", at)


def _row(number: int, door: DoorLine) -> PaperRow:
    line = door.household
    return PaperRow(
        number=number,
        place=f"{line.estate} {line.title}".strip(),
        room=line.room,
        who=mask_name(line.who) if line.age is not None else line.who,
        tags=tuple(list_tags(line.tags)),
        two_people=line.two_people,
        late=door.late,
        why=door.why,
        appointment=door.appointment,
        promised=door.promised,
    )


def numbers(doors: Sequence[PaperDoor]) -> set[int]:
    """The row numbers that stand for a door."""
    return {door.number for door in doors}
