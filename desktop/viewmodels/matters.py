"""What the matters page shows: the list under its lamps, one matter as a closed loop, its steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final

from desktop.rows import Column, Lamp, Row, RowKind, Tag, Tone
from desktop.services.matter_list import ListedMatter
from desktop.services.matters import subject_words
from sync.i18n import N_, _, n_
from sync.rules.limits import Light
from sync.schema import codes

LAMPS: Final = {"red": Lamp.RED, "yellow": Lamp.YELLOW, "green": Lamp.GREEN, "": Lamp.NOT_DUE}
TONES: Final = {
    "red": Tone.BAD,
    "yellow": Tone.WARN,
    "green": Tone.NEUTRAL,
    "": Tone.NEUTRAL,
}
_GROUPS: Final = {
    "red": (N_("Red"), N_("past the limit, first of all")),
    "yellow": (N_("Yellow"), N_("seventy per cent of the limit is gone")),
    "green": (N_("Green"), N_("in time")),
    "": (N_("No limit"), N_("nothing counts here")),
}
STATIONS: Final = {
    "draft": 0,
    "reported": 0,
    "returned": 0,
    "accepted": 1,
    "reopened": 1,
    "transferred": 1,
    "assigned": 1,
    "processing": 2,
    "whistled": 2,
    "suspended": 2,
    "finished": 3,
    "verified": 4,
    "feedback": 4,
    "closed": 5,
    "void": 5,
    "withdrawn": 5,
}
"""The five dots of the list fold the stages: reported, assigned, in hand, checked, answered."""

STATION_COUNT: Final = 5
OUTSIDE_COLUMNS: Final = (1, 3)
"""The columns that a department or the street reads: how far it is, and its limit."""

_TO_ASSIGN: Final = frozenset({"reported", "accepted", "returned", "reopened", "transferred"})
_TO_ANSWER: Final = frozenset({"finished", "verified", "feedback"})
_URGENT: Final = frozenset({"critical", "urgent"})


class Shown(StrEnum):
    """Which matters are listed."""

    OPEN = "open"
    ASSIGN = "assign"
    ANSWER = "answer"
    WHISTLE = "whistle"
    NEEDS = "needs"
    OVER = "over"

    @property
    def words(self) -> str:
        """The tab's words."""
        return _(_SHOWN[self])

    def holds(self, line: ListedMatter) -> bool:
        """Whether a matter belongs here."""
        match self:
            case Shown.OPEN:
                return line.is_open
            case Shown.ASSIGN:
                return line.is_open and (line.stage in _TO_ASSIGN or _is_nobodys(line))
            case Shown.ANSWER:
                return line.is_open and line.stage in _TO_ANSWER
            case Shown.WHISTLE:
                return line.is_open and (line.called or line.stage == "whistled")
            case Shown.NEEDS:
                return line.is_need and not line.record.get("duplicate_of")
        return not line.is_open and not line.record.get("duplicate_of")


def _is_nobodys(line: ListedMatter) -> bool:
    """Whether an assignment was undone, so that it waits for somebody again."""
    return line.stage == "assigned" and not line.owner


_SHOWN: Final = {
    Shown.OPEN: N_("In work"),
    Shown.ASSIGN: N_("To assign"),
    Shown.ANSWER: N_("To answer"),
    Shown.WHISTLE: N_("Called in"),
    Shown.NEEDS: N_("Needs list"),
    Shown.OVER: N_("Closed"),
}


def tab_counts(lines: Sequence[ListedMatter]) -> Mapping[Shown, int]:
    """How many matters each tab lists."""
    return {shown: sum(shown.holds(line) for line in lines) for shown in Shown}


def matter_rows(
    lines: Iterable[ListedMatter], shown: Shown, now: datetime, marked: frozenset[str] = frozenset()
) -> tuple[Row, ...]:
    """The matters of one tab, under their lamps; needs by building and kind."""
    listed = [line for line in lines if shown.holds(line)]
    if shown is Shown.NEEDS:
        return _need_rows(listed, now, marked)
    rows: list[Row] = []
    for state, group in groupby(listed, key=_state):
        some = list(group)
        title, note = _GROUPS[state]
        rows.append(
            Row(
                key=f"lamp:{state}",
                title=f"{_(title)} {len(some)}",
                kind=RowKind.GROUP,
                lamp=LAMPS[state],
                detail=_(note),
            )
        )
        rows += [_row(line, now, line.id in marked) for line in some]
    return tuple(rows)


def as_outside(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The same rows without what a copy does not tell: where it came from, and who has it."""
    return tuple(
        replace(row, columns=tuple(row.columns[at] for at in OUTSIDE_COLUMNS))
        if row.columns
        else row
        for row in rows
    )


def _need_rows(
    listed: list[ListedMatter], now: datetime, marked: frozenset[str]
) -> tuple[Row, ...]:
    """Needs by building and kind: what may be the same stands beside each other."""

    def place(line: ListedMatter) -> tuple[str, str]:
        building = line.home.building_id if line.home else ""
        return building, str(line.record.get("subject"))

    rows: list[Row] = []
    for (building, subject), group in groupby(sorted(listed, key=place), key=place):
        some = list(group)
        where = _building_words(some[0])
        rows.append(
            Row(
                key=f"need:{building}:{subject}",
                title=f"{where} · {subject_words(subject)}",
                kind=RowKind.GROUP,
                when=n_("{count} need", "{count} needs", len(some)).format(count=len(some)),
            )
        )
        rows += [_row(line, now, line.id in marked) for line in some]
    return tuple(rows)


def _building_words(line: ListedMatter) -> str:
    if line.home is None:
        return _(N_("No door named"))
    number = line.home.room.partition("-")[0]
    words = _(N_("Building {number}")).format(number=number) if number.isdigit() else ""
    return " ".join(part for part in (line.home.estate, words) if part) or line.home.room


def _state(line: ListedMatter) -> str:
    return line.light.state.value


def _row(line: ListedMatter, now: datetime, is_marked: bool) -> Row:
    state = line.light.state.value
    who = line.home.who if line.home else ""
    where = " ".join(part for part in (line.home.room if line.home else line.where, who) if part)
    return Row(
        key=line.id,
        title=line.title,
        lamp=LAMPS[state] if line.is_open else Lamp.DONE,
        tags=_tags(line, is_marked),
        # A number that is cut finds nothing; a door is known by how it begins.
        detail=" · ".join(part for part in (line.no, where) if part),
        columns=(
            Column(_(codes.MATTER_SOURCE.get(str(line.record.get("source")), ""))),
            Column(stage_words(line.stage), at=STATIONS.get(line.stage, 0), of=STATION_COUNT),
            Column(line.owner),
            Column(limit_words(line.light, now), TONES[state]),
        ),
    )


def _tags(line: ListedMatter, is_marked: bool) -> tuple[Tag, ...]:
    if is_marked:
        return (Tag(_(N_("chosen")), Tone.PRIMARY, "check"),)
    if line.stage == "whistled":
        return (Tag(_(N_("departments called in")), Tone.BAD, "megaphone"),)
    if line.called:
        return (Tag(_(N_("waits for the whistle")), Tone.WARN, "megaphone"),)
    if line.record.get("urgency") in _URGENT and line.is_open:
        return (Tag(_(codes.URGENCY[str(line.record.get("urgency"))]), Tone.BAD),)
    if line.record.get("subject") in codes.HAZARD:
        return (Tag(_(N_("hazard")), Tone.WARN),)
    return ()


def stage_words(stage: str) -> str:
    """Where a matter stands."""
    return _(codes.MATTER_STAGE.get(stage, stage))


def limit_words(light: Light, now: datetime) -> str:
    """What is left of the limit, or by how much it is over: in days where it is more than one."""
    if light.due is None:
        return ""
    left = light.due - now
    span = _span_words(abs(left))
    if left <= timedelta(0):
        return _(N_("{span} over")).format(span=span)
    return _(N_("{span} left")).format(span=span)


def _span_words(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    hours, days = minutes // 60, span.days
    if days:
        return n_("{count} day", "{count} days", days).format(count=days)
    if hours:
        return n_("{count} hour", "{count} hours", hours).format(count=hours)
    return n_("{count} minute", "{count} minutes", max(minutes, 1)).format(count=max(minutes, 1))
