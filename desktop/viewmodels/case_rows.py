"""The list of cases: its filters, its rows, and the search in it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from desktop.rows import Lamp, Row, RowKind, Tag, Tone
from desktop.services.case_list import CaseLine
from desktop.services.oral_list import OralLine
from desktop.services.workplace import Workplace
from desktop.viewmodels.case_view import UNNUMBERED
from sync.i18n import N_, _, n_
from sync.identity import Clock, local_day, parse_stamp
from sync.rules.cases import CONCLUDED
from sync.rules.pinyin import py
from sync.rules.reason import day_text
from sync.schema import codes


class CaseFilter(StrEnum):
    """Which cases are listed."""

    OPEN = "open"
    ASKS = "asks"
    CLUES = "clues"
    ENDED = "ended"
    ORAL = "oral"
    ALL = "all"

    @property
    def words(self) -> str:
        """The tab's words."""
        return _(_FILTERS[self])

    @property
    def holds_orals(self) -> bool:
        """Whether mediations that never were a case belong here."""
        return self in (CaseFilter.ORAL, CaseFilter.ALL)

    def holds(self, line: CaseLine) -> bool:
        """Whether a case belongs here."""
        match self:
            case CaseFilter.ORAL:
                return False
            case CaseFilter.OPEN:
                return line.is_open
            case CaseFilter.ASKS:
                return _asks(line)
            case CaseFilter.CLUES:
                return line.stage == "clue"
            case CaseFilter.ENDED:
                return line.stage in CONCLUDED and not line.running
        return True


_FILTERS: Final = {
    CaseFilter.OPEN: N_("Open cases"),
    CaseFilter.ASKS: N_("To do now"),
    CaseFilter.CLUES: N_("Clues"),
    CaseFilter.ENDED: N_("Concluded"),
    CaseFilter.ORAL: N_("Oral mediations"),
    CaseFilter.ALL: N_("All"),
}
_TONES: Final = {Lamp.RED: Tone.BAD, Lamp.YELLOW: Tone.WARN}


@dataclass(frozen=True)
class CaseTab:
    """A filter with the number of its cases."""

    filter: CaseFilter
    count: int


CASE_PREFIX: Final = "case:"


def case_of_row(key: str) -> str:
    """The case that a row of Today stands for; empty for every other row."""
    return key.removeprefix(CASE_PREFIX) if key.startswith(CASE_PREFIX) else ""


def case_task_rows(lines: Sequence[CaseLine]) -> list[Row]:
    """Cases that ask for something, as rows of Today."""
    return [
        Row(
            key=f"{CASE_PREFIX}{line.id}",
            title=line.title,
            lamp=Lamp(line.task.lamp.value),
            tags=(Tag(_(N_("two people")), Tone.NEUTRAL),) if line.two_people else (),
            reason=line.task.words,
            reason_tone=_TONES.get(Lamp(line.task.lamp.value), Tone.NEUTRAL),
            detail=" · ".join(part for part in (_(N_("mediation")), line.no, line.who) if part),
            action=_(N_("Open")),
            action_key="⏎",
        )
        for line in lines
        if line.task is not None
    ]


def _asks(line: CaseLine) -> bool:
    return line.task is not None and Lamp(line.task.lamp.value) in (Lamp.RED, Lamp.YELLOW)


@dataclass(frozen=True)
class Listed:
    """All that the list may show: cases, and oral mediations at a door."""

    cases: tuple[CaseLine, ...] = ()
    orals: tuple[OralLine, ...] = ()

    def home_of(self, key: str) -> str:
        """The household in whose history an oral mediation stands; empty for a case."""
        return next((one.home.id for one in self.orals if one.id == key), "")


def read_listed(place: Workplace) -> Listed:
    """On the store lane."""
    return Listed(tuple(place.case_list.lines()), tuple(place.oral_list.lines()))


def case_tabs(listed: Listed) -> list[CaseTab]:
    """Every filter with its count."""
    return [
        CaseTab(
            one,
            sum(one.holds(line) for line in listed.cases)
            + (len(listed.orals) if one.holds_orals else 0),
        )
        for one in CaseFilter
    ]


def case_rows(listed: Listed, shown: CaseFilter, wanted: str, clock: Clock) -> list[Row]:
    """The rows of a filter that answer to ``wanted``; a search looks through all of them."""
    today = local_day(clock.now())
    typed = wanted.strip()
    if typed:
        found = [_row(line, today) for line in listed.cases if answers_to(line, typed)]
        found += [_oral_row(one, today) for one in listed.orals if _oral_answers(one, typed)]
        unsearched = not_searched(listed, typed)
        if found and unsearched:
            found.append(Row(_UNSEARCHED, unsearched, RowKind.GROUP))
        return found
    rows = [_row(line, today) for line in listed.cases if shown.holds(line)]
    return rows + [_oral_row(one, today) for one in listed.orals if shown.holds_orals]


def not_searched(listed: Listed, typed: str) -> str:
    """How many a search passed by, and how they are found: whom no list names is not lost. Empty
    where none was."""
    count = sum(one.two_people and not answers_to(one, typed) for one in listed.cases)
    count += sum(one.two_people and not _oral_answers(one, typed) for one in listed.orals)
    if not count:
        return ""
    return n_(
        "{count} case for two people answers to no name: look by number, or in the list",
        "{count} cases for two people answer to no name: look by number, or in the list",
        count,
    ).format(count=count)


_UNSEARCHED: Final = "not searched"


def _oral_answers(line: OralLine, typed: str) -> bool:
    """By a word, a name, a room, or initials."""
    home = line.home
    if line.two_people:
        return _folded(typed) in _folded(f"{home.room} {home.title}")
    told = f"{line.what} {line.result} {line.other} {home.who} {home.room} {home.title}"
    wanted = _folded(typed)
    return wanted in _folded(told) or wanted in _folded(f"{py(home.who)} {py(line.other)}")


def _oral_row(line: OralLine, today: date) -> Row:
    kind = _(codes.DISPUTE[line.dispute]) if line.dispute in codes.DISPUTE else ""
    told = (f"{line.home.room} {line.home.who}".strip(), line.other)
    parties = _(N_(" and ")).join(part for part in told if part and not line.two_people)
    held_on = local_day(parse_stamp(line.held_at)) if line.held_at else None
    outcome = N_("carried out on the spot") if line.is_done else N_("still to be carried out")
    return Row(
        key=line.id,
        title=_(N_("a case for two people")) if line.two_people else " ".join(line.what.split()),
        lamp=Lamp.DONE if line.is_done else Lamp.NOT_DUE,
        reason=_(outcome),
        reason_tone=Tone.NEUTRAL if line.is_done else Tone.WARN,
        detail=" · ".join(part for part in (kind, parties) if part),
        badge=Tag(_(N_("oral mediation")), Tone.NEUTRAL),
        when=day_text(held_on, today) if held_on else "",
        action=_(N_("Open")),
        action_key="⏎",
    )


def answers_to(line: CaseLine, typed: str) -> bool:
    """By a word, a number, a room, a phone's end, or initials; what no list tells is not found."""
    told = line.no if line.two_people else line.words
    initials = "" if line.two_people else py(line.who)
    wanted = _folded(typed)
    return wanted in _folded(told) or wanted in _folded(initials)


def _folded(text: str) -> str:
    """Brackets and digits of either width are one."""
    return unicodedata.normalize("NFKC", text).casefold()


def _row(line: CaseLine, today: date) -> Row:
    lamp = Lamp(line.task.lamp.value) if line.task else Lamp.DONE
    kind = _(codes.DISPUTE[line.dispute]) if line.dispute in codes.DISPUTE else ""
    stage = _(codes.CASE_STAGE.get(line.stage, line.stage))
    since = local_day(parse_stamp(line.opened_at)) if line.opened_at else None
    parts = (line.no or _(UNNUMBERED), kind, line.who)
    return Row(
        key=line.id,
        title=line.title,
        lamp=lamp,
        tags=(Tag(_(N_("two people")), Tone.NEUTRAL),) if line.two_people else (),
        reason=line.task.words if line.task else "",
        reason_tone=_TONES.get(lamp, Tone.NEUTRAL),
        detail=" · ".join(part for part in parts if part),
        badge=Tag(stage, Tone.PRIMARY if line.is_open else Tone.NEUTRAL),
        when=day_text(since, today) if since else "",
        action=_(N_("Open")),
        action_key="⏎",
    )
