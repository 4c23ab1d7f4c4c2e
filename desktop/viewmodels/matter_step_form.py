"""What a step asks before it is taken: who, until when, why, what the resident was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from desktop.services.matter_forms import Answer, Step
from desktop.services.matter_list import ListedMatter
from desktop.services.matter_places import Known
from desktop.viewmodels.day_input import read_day
from desktop.viewmodels.matter_face import STEP_WORDS
from sync.i18n import N_, _
from sync.rules.workdays import workday_after
from sync.schema import codes
from sync.schema.whistle import RATINGS

__all__ = ["Known", "StepForm", "begin_step"]

_HOLD_DAYS: Final = 30
_WHISTLE_WORKDAYS: Final = 15
_EXTEND_WORKDAYS: Final = 3
UNASKED: Final = frozenset({"accept", "start", "check", "ask_back", "resume", "part", "urge"})
"""Steps that are taken at once: nothing has to be said."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "assign": ("staff", "owner", "text"),
    "hand_over": ("owner", "text"),
    "finish": ("text",),
    "redo": ("text",),
    "close": ("to", "by", "told", "score"),
    "send_back": ("text",),
    "hold": ("until", "text"),
    "extend": ("until", "text"),
    "reopen": ("text",),
    "withdraw": ("text",),
    "cancel": ("text",),
    "merge": ("same",),
    "call": ("units", "text"),
    "whistle": ("units", "until", "text"),
    "note": ("text",),
    "opinion": ("text",),
    "rate": ("rating",),
}
"""What each step asks, in order."""

SCORES: Final = (
    ("5", N_("5 very content")),
    ("4", N_("4 content")),
    ("3", N_("3 so-so")),
    ("2", N_("2 not content")),
    ("1", N_("1 angry")),
    ("0", N_("0 not reached")),
)
WAYS: Final = ("home", "door", "phone", "video", "outdoor", "desk")


@dataclass(frozen=True)
class StepForm:
    """What was written so far."""

    kind: str
    text: str = field(default="", repr=False)
    until: str = ""
    owner: str = ""
    staff_id: str = ""
    units: str = ""
    to: str = field(default="", repr=False)
    by: str = ""
    told: str = field(default="", repr=False)
    score: str = ""
    same: str = ""
    rating: str = ""

    @property
    def title(self) -> str:
        """What the panel is called."""
        return _(STEP_WORDS[self.kind])

    @property
    def parts(self) -> tuple[str, ...]:
        """What is asked."""
        return PARTS.get(self.kind, ())

    def step(self, today: date) -> Step:
        """The step as the services take it."""
        answer = None
        if self.kind == "close":
            score = int(self.score) if self.score else None
            answer = Answer(self.to, self.by, self.told, score)
        return Step(
            kind=self.kind,
            text=self.text,
            until=_day(self.until, today),
            owner=self.owner.strip(),
            owner_id=self.staff_id,
            units=units_in(self.units),
            answer=answer,
            same_as=self.same,
        )


def begin_step(kind: str, line: ListedMatter, today: date) -> StepForm:
    """The form as it opens: what is known already stands there, and nothing that says an act."""
    form = StepForm(kind)
    row = line.record
    match kind:
        case "close":
            who = line.home.who if line.home else ""
            return replace(
                form,
                to=str(row.get("reporter") or "") or who,
                told=str(row.get("result_text") or ""),
            )
        case "hold":
            return replace(form, until=(today + timedelta(days=_HOLD_DAYS)).isoformat())
        case "extend":
            due = line.light.due.date() if line.light.due else today
            return replace(form, until=workday_after(max(due, today), _EXTEND_WORKDAYS).isoformat())
        case "whistle":
            return replace(form, until=workday_after(today, _WHISTLE_WORKDAYS).isoformat())
    return form


def same_choices(
    line: ListedMatter, lines: list[ListedMatter], most: int = 8
) -> list[tuple[str, str]]:
    """Open matters that may be the same, the likeliest first: same kind, same building, same
    words. A person says whether they are."""

    def likeness(other: ListedMatter) -> tuple[int, int, int]:
        near = bool(line.home and other.home and line.home.building_id == other.home.building_id)
        kind = line.record.get("subject") == other.record.get("subject")
        words = set(str(line.record.get("text") or line.title))
        shared = len(words & set(str(other.record.get("text") or other.title)))
        return -int(near), -int(kind), -shared

    others = [one for one in lines if one.is_open and one.id != line.id]
    return [
        (one.id, " · ".join(part for part in (one.title, one.where, one.no) if part))
        for one in sorted(others, key=likeness)[:most]
    ]


def near_choices(kind: str, known: Known) -> tuple[str, ...]:
    """Who is offered in words: a steward takes a matter in, and departments alone are called."""
    if kind == "assign" and known.steward:
        return (_(N_("building steward {name}")).format(name=known.steward), *known.units)
    if kind in ("call", "whistle"):
        return tuple(dict.fromkeys((*known.departments, *known.units)))
    return known.units


def unreached_words(typed: str, known: Known) -> str:
    """Which of the units that are written would not hear of it by themselves, and why."""
    if known.reached is None:
        return ""
    named = [unit for unit in units_in(typed) if unit not in known.reached]
    told = (
        (
            [unit for unit in named if unit in known.departments],
            N_("Nobody signs in for {units}: tell them in words."),
        ),
        (
            [unit for unit in named if unit not in known.departments],
            N_("No department here is called {units}, no computer shows it: tell them in words."),
        ),
    )
    return " ".join(_(words).format(units=_(", ").join(units)) for units, words in told if units)


def way_choices() -> list[tuple[str, str]]:
    """How somebody can be told."""
    return [(key, _(codes.METHOD[key])) for key in WAYS]


def score_choices() -> list[tuple[str, str]]:
    """How content somebody is."""
    return [(key, _(words)) for key, words in SCORES]


def rating_choices() -> list[tuple[str, str]]:
    """How a department did, 5 the best."""
    return [(key, key) for key in reversed(RATINGS)]


def _day(typed: str, today: date) -> str:
    try:
        return date.fromisoformat(typed.strip()).isoformat()
    except ValueError:
        day = read_day(typed, today)
        return day.isoformat() if day else ""


def units_in(typed: str) -> tuple[str, ...]:
    """The units that are written in one line, each once."""
    for mark in "，、；,;":
        typed = typed.replace(mark, "\n")
    return tuple(dict.fromkeys(unit.strip() for unit in typed.split("\n") if unit.strip()))
