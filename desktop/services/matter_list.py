"""Matters as people look at them: the list with its lamps, one with all that was done about it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from desktop.services.households import HouseholdLine, Households
from desktop.services.matters import subject_words
from desktop.services.names import Names
from desktop.services.privacy import Sight
from sync.i18n import N_, _
from sync.identity import Clock
from sync.rules.limits import (
    NO_LIGHT,
    Light,
    limits_of,
    matter_light,
    unit_light,
    unit_limits,
    worst,
)
from sync.rules.matter_rights import UNIT_EVENTS, may_tell
from sync.rules.matter_steps import steps_for
from sync.schema.codes import NEED
from sync.schema.matter import OVER
from sync.store.record import Record
from sync.store.store import Store

__all__ = ["ListedMatter", "MatterCard", "MatterList", "Record", "StepLine", "UnitLine"]

_UNNUMBERED: Final = N_("number to come")
_LONGEST_TITLE: Final = 40
_IN_HAND: Final = frozenset({"assigned", "processing", "reopened"})


@dataclass(frozen=True)
class UnitLine:
    """A department that was called in, and the lamp of what it has to do next."""

    id: str
    name: str
    light: Light
    record: Record = field(repr=False)


@dataclass(frozen=True)
class ListedMatter:
    """A matter in a list. ``light`` is the worst of its own and its departments'."""

    id: str
    title: str = field(repr=False)
    no: str
    stage: str
    light: Light
    owner: str
    record: Record = field(repr=False)
    home: HouseholdLine | None = field(default=None, repr=False)
    units: tuple[UnitLine, ...] = ()
    twins: tuple[str, ...] = ()
    called: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something still."""
        return self.stage not in OVER and not self.record.get("duplicate_of")

    @property
    def is_need(self) -> bool:
        """Whether it came of a need that somebody told at a door."""
        return self.record.get("subject") in NEED

    @property
    def where(self) -> str:
        """The door, or the place in words."""
        if self.home is None:
            return str(self.record.get("place") or "")
        return self.home.title or self.home.room


@dataclass(frozen=True)
class StepLine:
    """One entry of the loop: what was done, by whom, when (a stamp), in what words."""

    kind: str
    at: str
    who: str
    text: str = field(default="", repr=False)
    unit: str = ""
    until: str = ""


@dataclass(frozen=True)
class MatterCard:
    """One matter that was opened. ``steps`` are what was done, oldest first; ``may`` the steps
    that its reader may take now, ``tells`` what they may tell of a department."""

    line: ListedMatter
    text: str = field(repr=False)
    reporter: str = field(repr=False)
    steps: tuple[StepLine, ...]
    may: tuple[str, ...]
    twins: tuple[ListedMatter, ...] = ()
    same: ListedMatter | None = None
    tells: frozenset[str] = frozenset()


class MatterList:
    """The matters on this computer."""

    def __init__(
        self, store: Store, clock: Clock, households: Households, names: Names, sight: Sight
    ) -> None:
        self._store = store
        self._clock = clock
        self._households = households
        self._names = names
        self._sight = sight

    def listed(self, now: datetime | None = None) -> list[ListedMatter]:
        """Every matter, those whose lamp burns first, then by what is left of the limit."""
        rows = self._current("matter")
        return sorted(self._lines(rows, now or self._clock.now()), key=_urgency)

    def mine(self, now: datetime) -> list[ListedMatter]:
        """What was handed to this person and waits for them, the most pressing first."""
        me = self._store.account.user.staff_id
        handed = self._store.reading.rows("matter", where={"owner_id": me})
        lines = self._lines(handed, now) if handed else []
        return sorted((line for line in lines if line.stage in _IN_HAND), key=_urgency)

    def of_household(self, household_id: str) -> list[ListedMatter]:
        """Every matter of one home. Where there is none, this asks for nothing else."""
        rows = self._current("matter", {"household_id": household_id})
        return self._lines(rows, self._clock.now(), few=True) if rows else []

    def one(self, matter_id: str) -> MatterCard | None:
        """One matter with its steps, or ``None`` where it is not on this computer."""
        now = self._clock.now()
        lines = {line.id: line for line in self._lines(self._current("matter"), now)}
        line = lines.get(matter_id)
        if line is None:
            return None
        row = line.record
        posts = self._store.account.user.posts
        return MatterCard(
            line=line,
            text=str(row.get("text") or ""),
            reporter=self._sight.name(str(row.get("reporter") or "")),
            steps=tuple(self._steps(line)),
            may=tuple(steps_for(row.fields, posts)),
            twins=tuple(lines[twin] for twin in line.twins if twin in lines),
            same=lines.get(str(row.get("duplicate_of") or "")),
            tells=frozenset(event for event in UNIT_EVENTS if may_tell(event, posts)),
        )

    def open_count(self) -> int:
        """How many matters wait for somebody."""
        rows = self._store.reading.rows("matter")
        return sum(row.get("stage") not in OVER and not row.get("duplicate_of") for row in rows)

    def _current(self, type_: str, where: Mapping[str, Any] | None = None) -> list[Record]:
        """The rows of one kind, with the limits of what was done here and is not sent yet."""
        reading = self._store.reading
        rows = reading.rows(type_, where=where)
        waiting = reading.pending(type_) if rows else {}
        here = {row.id for row in rows}
        saw = reading.saw((type_, row_id) for row_id in waiting if row_id in here)
        return [
            replace(row, fields=_limited(row, saw[type_, row.id].server, waiting[row.id]))
            if row.id in waiting and (type_, row.id) in saw
            else row
            for row in rows
        ]

    def _lines(
        self, rows: Iterable[Record], now: datetime, *, few: bool = False
    ) -> list[ListedMatter]:
        """``few`` rows have what belongs to them looked up alone."""
        found = list(rows)
        of = {"matter_id": [row.id for row in found]} if few else None
        homes = {row.get("household_id") for row in found} - {None}
        lines = {line.id: line for line in self._households.lines(homes, self._sight)}
        units, twins = self._units(now, of), _twins(found)
        called = {
            row.get("matter_id")
            for row in self._store.reading.rows("whistle", where=of)
            if not row.get("whistled_at") and not row.get("dropped")
        }
        made = []
        for row in found:
            own = units.get(row.id, ())
            light = matter_light(row.fields, now)
            if row.get("stage") == "whistled":
                light = self._whistled(light, own)
            made.append(
                ListedMatter(
                    id=row.id,
                    title=title_of(row),
                    no=str(row.get("no") or _(_UNNUMBERED)),
                    stage=str(row.get("stage") or ""),
                    light=light,
                    owner=self._owner(row),
                    record=row,
                    home=lines.get(str(row.get("household_id") or "")),
                    units=own,
                    twins=twins.get(row.id, ()),
                    called=row.id in called,
                )
            )
        return made

    def _whistled(self, light: Light, units: Sequence[UnitLine]) -> Light:
        """The worst of the matter's and its departments'; a department that has done its own part
        is not urged by what others still have to do."""
        over = all(unit.record.get("finished_at") for unit in units)
        if units and over and set(self._sight.posts) == {"partner"}:
            return NO_LIGHT
        return worst([light, *(unit.light for unit in units)])

    def _units(
        self, now: datetime, where: Mapping[str, Any] | None
    ) -> Mapping[str, tuple[UnitLine, ...]]:
        found: dict[str, list[UnitLine]] = defaultdict(list)
        for row in self._current("whistle_unit", where):
            line = UnitLine(row.id, str(row.get("unit") or ""), unit_light(row.fields, now), row)
            found[str(row.get("matter_id"))].append(line)
        return {key: tuple(lines) for key, lines in found.items()}

    def _owner(self, row: Record) -> str:
        if row.get("owner_id"):
            return self._names.staff(str(row.get("owner_id")))
        return str(row.get("owner") or "")

    def _steps(self, line: ListedMatter) -> list[StepLine]:
        row = line.record
        begun = StepLine(
            "report",
            str(row.get("reported_at") or ""),
            self._names.staff(str(row.get("staff_id") or "")),
            str(row.get("text") or ""),
        )
        done = [
            StepLine(
                kind=str(entry.get("kind")),
                at=str(entry.get("at") or ""),
                who=self._names.staff(str(entry.get("staff_id") or "")),
                text=str(entry.get("text") or ""),
                unit=str(entry.get("unit") or ""),
                until=str(entry.get("until") or ""),
            )
            for entry in self._store.reading.rows("matter_step", where={"matter_id": row.id})
        ]
        done += [step for unit in line.units for step in _unit_steps(unit)]
        return [begun, *sorted(done, key=lambda step: step.at)]


def title_of(row: Record) -> str:
    """What a matter is called: its title, the need or hazard it came from, or how it begins."""
    title = str(row.get("title") or "")
    if title:
        return title
    if row.get("subject"):
        return subject_words(str(row.get("subject")))
    text = " ".join(str(row.get("text") or "").split())
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"


def _limited(row: Record, server: Mapping[str, Any], at: str) -> dict[str, Any]:
    follow = unit_limits(row.fields, at) if row.type == "whistle_unit" else None
    if follow is not None:
        return dict(row.fields) if row.get("due_check_in") else {**row.fields, **follow}
    return {**row.fields, **limits_of(server or None, row.fields, at)}


def _unit_steps(unit: UnitLine) -> Iterable[StepLine]:
    row = unit.record
    for event in ("checked_in", "arrived", "finished"):
        at = str(row.get(f"{event}_at") or "")
        if at:
            words = str(row.get("checked_in_by") or "") if event == "checked_in" else ""
            text = str(row.get("opinion") or "") if event == "finished" else words
            yield StepLine(event, at, unit.name, text)


def _twins(rows: Iterable[Record]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.get("duplicate_of"):
            found[str(row.get("duplicate_of"))].append(row.id)
    return {key: tuple(ids) for key, ids in found.items()}


_ORDER: Final = {"red": 0, "yellow": 1, "green": 2, "": 3}


def _urgency(line: ListedMatter) -> tuple[int, float, str]:
    due = line.light.due
    return _ORDER[line.light.state], due.timestamp() if due else 0.0, line.id
