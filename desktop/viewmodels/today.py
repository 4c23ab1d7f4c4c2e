"""What Today shows: the round as rows by stair, its filters, and where the eye goes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from desktop.rows import FoldedItem, Lamp, Row, RowKind, Tag, Tone
from desktop.services.day import CheckDue
from desktop.services.today import DoorGroup, DoorLine, PromiseDue, TodayRound
from desktop.viewmodels.check_rows import CHECK_FOLD, check_id, check_rows
from desktop.viewmodels.door_tags import list_chips
from desktop.viewmodels.promise_rows import FOLD, promise_id, promise_rows
from desktop.viewmodels.task_rows import CASE_FOLD, MATTER_FOLD, task_rows
from sync.i18n import N_, _, n_
from sync.identity import parse_stamp
from sync.rules.reason import clock_text
from sync.rules.route import MOST_DOORS
from sync.schema import codes

_FOLDED: Final = "done:"
_FOLDS: Final = (CASE_FOLD, MATTER_FOLD, FOLD, CHECK_FOLD)
_NAMED: Final = 3
"""Doors that the proposal for a crowded day names; the rest is counted."""
_TONES: Final = {Lamp.RED: Tone.BAD, Lamp.YELLOW: Tone.WARN}


class Filter(StrEnum):
    """Which doors of the round are listed."""

    ALL = "all"
    OVERDUE = "overdue"
    CARE = "care"
    APPOINTMENTS = "appointments"
    NOT_MET = "not_met"

    @property
    def words(self) -> str:
        """The tab's words."""
        return _(_FILTERS[self])

    def holds(self, door: DoorLine) -> bool:
        """Whether a door that still waits belongs here."""
        match self:
            case Filter.ALL:
                return True
            case Filter.OVERDUE:
                return lamp_of(door) is Lamp.RED
            case Filter.CARE:
                return door.care
            case Filter.APPOINTMENTS:
                return bool(door.appointment)
            case Filter.NOT_MET:
                return door.due.failures > 0


_FILTERS: Final = {
    Filter.ALL: N_("All"),
    Filter.OVERDUE: N_("Overdue"),
    Filter.CARE: N_("Care"),
    Filter.APPOINTMENTS: N_("Booked"),
    Filter.NOT_MET: N_("Not met last time"),
}


@dataclass(frozen=True)
class FilterTab:
    """A filter with the number of its doors."""

    filter: Filter
    count: int
    tone: Tone


class _Header(NamedTuple):
    """What the header of one stair is made from."""

    number: int
    title: str
    hint: str
    done: int
    total: int


class TodayList:
    """The round with what the person chose to see of it. Attributes: ``round``, ``filter``."""

    def __init__(self) -> None:
        self.round: TodayRound | None = None
        self.filter = Filter.ALL
        self._open: set[str] = set()
        self._today = date.min
        self._order: list[str] = []
        self._doors: dict[str, DoorLine] = {}
        self._made: dict[str, tuple[DoorLine, Row]] = {}
        self._headers: dict[str, tuple[_Header, Row]] = {}

    def show(self, found: TodayRound, today: date) -> None:
        """Take a round that was read anew; the filter and what is open stay. Promises that are
        due stand open the first time."""
        urgent = any(one.days_late is not None and one.days_late >= 0 for one in found.promises)
        if self.round is None and urgent:
            self._open.add(FOLD)
        self._order = list(self._doors)
        self._doors = {door.id: door for door in found.doors()}
        self.round, self._today = found, today

    def toggle(self, key: str) -> None:
        """Open or fold what one line sums up, such as the finished doors of one stair."""
        self._open ^= {key}

    def is_folded_line(self, key: str) -> bool:
        """Whether ``key`` stands for several things that one line sums up."""
        return key.startswith(_FOLDED) or key in _FOLDS

    def door(self, key: str) -> DoorLine | None:
        """The door of a row."""
        return self._doors.get(key)

    def promise(self, key: str) -> PromiseDue | None:
        """A promise of the day by its id."""
        promises = self.round.promises if self.round else ()
        return next((one for one in promises if one.promise.id == key), None)

    def household_of(self, key: str) -> str:
        """The household that a row is about; empty where it is about none."""
        due = self.promise(promise_id(key))
        if due is not None:
            return due.household.id
        check = self.check(check_id(key))
        if check is not None:
            return check.household.id
        door = self.door(key)
        return door.id if door else ""

    def check(self, key: str) -> CheckDue | None:
        """Somebody to verify at the door, by the check's id."""
        checks = self.round.checks if self.round else ()
        return next((one for one in checks if one.check.id == key), None)

    def tabs(self) -> list[FilterTab]:
        """Every filter with its count: all doors of the day, or those that still wait."""
        doors = self._doors.values()
        tabs = [FilterTab(Filter.ALL, len(doors), Tone.NEUTRAL)]
        for one in list(Filter)[1:]:
            count = sum(one.holds(door) for door in doors if still_waits(door))
            tone = Tone.BAD if one is Filter.OVERDUE and count else Tone.NEUTRAL
            tabs.append(FilterTab(one, count, tone))
        return tabs

    def rows(self) -> list[Row]:
        """First what is no door, then stairs in walking order, each with its finished doors folded
        and the rest below; at the end the doors whose appointment is far ahead."""
        found = self.round
        if found is None:
            return []
        rows: list[Row] = []
        if self.filter is Filter.ALL:
            rows += task_rows(found, self._today, self._open)
            rows += promise_rows(found.promises, self._today, is_open=FOLD in self._open)
            rows += check_rows(found.checks, is_open=CHECK_FOLD in self._open)
        for at, group in enumerate(found.groups, 1):
            rows += self._group(at, group)
        return rows + self._later(found.later)

    def _later(self, doors: tuple[DoorLine, ...]) -> list[Row]:
        waiting = [door for door in doors if self.filter.holds(door)]
        if not waiting:
            return []
        header = Row(
            key="later",
            title=_(N_("Later today")),
            kind=RowKind.GROUP,
            lead="+",
            detail=_(N_("booked, on the way when it is time")),
            when=n_("{count} door", "{count} doors", len(waiting)).format(count=len(waiting)),
        )
        return [header, *(self._row(door) for door in waiting)]

    def key_after(self, key: str) -> str:
        """Where to stand once the list is new: where one stood, else at the next door that waits.

        ``""`` where none is left.
        """
        waiting = [door.id for door in self._waiting()]
        if key in waiting or self._is_listed_beside_doors(key):
            return key
        at = self._order.index(key) if key in self._order else -1
        later = set(self._order[at + 1 :]) if at >= 0 else set()
        return next((one for one in waiting if one in later), next(iter(waiting), ""))

    def _is_listed_beside_doors(self, key: str) -> bool:
        """Whether a row stands there that is no door, such as a matter or a line of several."""
        return bool(key) and key not in self._doors and key in {row.key for row in self.rows()}

    def _waiting(self) -> Iterator[DoorLine]:
        doors = self._doors.values()
        return (door for door in doors if still_waits(door) and self.filter.holds(door))

    def _group(self, number: int, group: DoorGroup) -> list[Row]:
        waiting = [d for d in group.doors if still_waits(d) and self.filter.holds(d)]
        done = [d for d in group.doors if not still_waits(d)] if self.filter is Filter.ALL else []
        if not waiting and not done:
            return []
        rows = [self._header(number, group, len(done), len(done) + len(waiting))]
        if done:
            key = f"{_FOLDED}{group.title}"
            rows.append(_folded(key, done, is_open=key in self._open))
            if key in self._open:
                rows += [_done_row(door) for door in done]
        return rows + [self._row(door) for door in waiting]

    def _header(self, number: int, group: DoorGroup, done: int, total: int) -> Row:
        """Made once as well: of a hundred stairs one or two have another count after a save."""
        wanted = _Header(number, group.title, group.hint, done, total)
        known = self._headers.get(group.title)
        if known is None or known[0] != wanted:
            known = self._headers[group.title] = (wanted, _header(wanted))
        return known[1]

    def _row(self, door: DoorLine) -> Row:
        """The row of a door, made once: of a day's doors few are other ones after a save."""
        known = self._made.get(door.id)
        if known is None or known[0] is not door:
            known = self._made[door.id] = (door, _row(door))
        return known[1]


def still_waits(door: DoorLine) -> bool:
    """Whether somebody has to see to this door today. Someone who is seen every week and did not
    answer waits until they are known safe."""
    return not door.done or door.due.confirm_safe_by is not None


def lamp_of(door: DoorLine) -> Lamp:
    """The door's lamp; one that was called at today shows what came of it."""
    if door.due.confirm_safe_by is not None:
        return Lamp.RED
    if door.done:
        return Lamp.DONE if door.met else Lamp.MISSED
    return Lamp(door.lamp.value)


def tone_of(lamp: Lamp) -> Tone:
    """The colour of the words beside a lamp."""
    return _TONES.get(lamp, Tone.NEUTRAL)


def door_number(room: str) -> str:
    """The part of a room that stands on its door: 1602 of 6-2-1602."""
    return room.rsplit("-", 1)[-1]


def late_words(door: DoorLine) -> str:
    """How urgent it is. A time chosen after a knock that nobody answered is no appointment."""
    if door.appointment and door.due.failures:
        return _(N_("come again today"))
    return door.late


def crowd_words(found: TodayRound) -> tuple[str, str]:
    """How crowded the day is, and which doors it can spare."""
    title = n_(
        "{count} door today: more than {most} is too much for a day",
        "{count} doors today: more than {most} is too much for a day",
        found.total,
    ).format(count=found.total, most=MOST_DOORS)
    if not found.spare:
        return title, _(N_("None of them can wait. Ask for help."))
    named = [f"{door.room} {door.household.who}" for door in found.spare[:_NAMED]]
    more = len(found.spare) - len(named)
    names = _(", ").join(named)
    if more:
        names = n_("{names} and {count} more", "{names} and {count} more", more).format(
            names=names, count=more
        )
    return title, _(N_("These can wait: {names}")).format(names=names)


def _header(of: _Header) -> Row:
    return Row(
        key=f"stair:{of.title}",
        title=of.title,
        kind=RowKind.GROUP,
        lead=str(of.number),
        detail=of.hint,
        when=n_("{done} / {all} door", "{done} / {all} doors", of.total).format(
            done=of.done, all=of.total
        ),
        so_far=of.done,
        in_all=of.total,
    )


def _folded(key: str, done: list[DoorLine], *, is_open: bool) -> Row:
    waiting = any(door.waiting for door in done)
    return Row(
        key=key,
        title=n_("{count} door done", "{count} doors done", len(done)).format(count=len(done)),
        kind=RowKind.FOLDED,
        folded=tuple(
            FoldedItem(
                f"{door_number(door.room)} {door.household.who} {_outcome(door)}", lamp_of(door)
            )
            for door in done
        ),
        when=_(N_("to send")) if waiting else "",
        icon="cloud-arrow-up" if waiting else "",
        is_open=is_open,
    )


def _row(door: DoorLine) -> Row:
    lamp, late = lamp_of(door), late_words(door)
    parts = [door.standing] if door.appointment else [door.why, door.standing]
    parts.insert(0, door.promise_words)
    if door.done:
        late, parts = door.standing, [_outcome(door), door.why]
    return Row(
        key=door.id,
        title=door.who,
        lamp=lamp,
        lead=door_number(door.room),
        tags=list_chips(door.household.tags, two_people=door.household.two_people),
        reason=late,
        reason_tone=tone_of(lamp),
        detail=" · ".join(part for part in parts if part and part != late),
        action=_(N_("Start visit")),
        action_key="V",
        badge=_badge(door),
    )


def _done_row(door: DoorLine) -> Row:
    return Row(
        key=door.id,
        title=door.who,
        lamp=lamp_of(door),
        lead=door_number(door.room),
        tags=list_chips(door.household.tags, two_people=door.household.two_people),
        reason=_outcome(door),
        detail="" if door.met else door.standing,
        when=_(N_("to send")) if door.waiting else "",
    )


def _badge(door: DoorLine) -> Tag | None:
    if not door.appointment:
        return None
    time = clock_text(parse_stamp(door.appointment))
    text = N_("again {time}") if door.due.failures else N_("at {time}")
    return Tag(_(text).format(time=time), Tone.NEUTRAL, "clock")


def _outcome(door: DoorLine) -> str:
    """What came of today's call, and when."""
    at = clock_text(door.due.last_visit_at) if door.due.last_visit_at else ""
    return f"{_(codes.RESULT.get(door.due.last_result or '', ''))} {at}".strip()
