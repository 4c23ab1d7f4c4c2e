"""A form of a case as the page shows it: its fields in words, what is typed, and what is wrong.

Texts stay as they were typed until saving reads them, so that a draft keeps every letter.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple

from desktop.services.case_file import CaseFile
from desktop.services.case_forms import CaseRefused, Flaw
from desktop.services.photos import Photo
from desktop.services.workplace import Workplace
from desktop.viewmodels.day_input import read_day
from desktop.viewmodels.visit_times import parse_day, parse_time
from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE, stamp
from sync.rules.cases import read_sum
from sync.schema import codes

Texts = Mapping[str, str]
"""What is typed and chosen, by field; several choices are joined by a comma."""

YES: Final = "yes"
_COMMA: Final = ","


class FieldKind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    NOTE = "note"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True)
class FormField:
    """One field. ``choices`` are (key, words); ``helps`` names the ready words that fit it
    (``mediation_help.USES``)."""

    key: str
    label: str
    kind: FieldKind = FieldKind.LINE
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    helps: str = ""


class Quarrel(NamedTuple):
    """What a case is about, as far as ready words go by it: its official type and its title."""

    dispute: str = ""
    told: str = ""


@dataclass(frozen=True)
class FormPart:
    """Fields that belong together, under a title."""

    title: str
    fields: tuple[FormField, ...]
    hint: str = ""


@dataclass(frozen=True)
class Saved:
    """What was written: words for the toast, the case it belongs to, and what takes it back
    (``None`` where nothing does): how many fields were given back, how many stay."""

    words: str
    case_id: str = ""
    undo: Callable[[], tuple[int, int]] | None = None
    stays: bool = True
    """Whether it is there for good where nothing takes it back, so that undoing says so."""


class CaseForm(ABC):
    """One form. Everything that asks the store runs on its lane."""

    takes_files: ClassVar[bool] = False
    opens_case: ClassVar[bool] = False
    """Whether the case is shown once it is saved; else the page before."""
    more_words: ClassVar[str] = ""
    """The words of the button that adds a line, marked; empty where there is none."""

    def __init__(self, place: Workplace, record_id: str = "") -> None:
        self.place = place
        self.record_id = record_id
        self._quarrel = Quarrel()

    @property
    @abstractmethod
    def title(self) -> str:
        """What the form is about."""

    @property
    def hint(self) -> str:
        """What a person should know before they save."""
        return ""

    @property
    @abstractmethod
    def draft_key(self) -> str:
        """Where its draft is kept."""

    @abstractmethod
    def begin(self) -> dict[str, str]:
        """What stands in it when it opens without a draft. On the store lane. Raises NotFound."""

    def resumed(self, kept: Texts, fresh: Texts) -> dict[str, str]:
        """What stands in it when it opens with a draft; ``fresh``: what would without."""
        return dict(kept)

    @abstractmethod
    def parts(self, lines: int) -> Sequence[FormPart]:
        """Its fields; ``lines`` of those that may be several."""

    @abstractmethod
    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """On the store lane. Raises CaseRefused with a flaw for each field, or what saving
        raises."""

    def finish(self, texts: Texts) -> Saved:
        """Save it with the files that were chosen for it, and end its draft. On the store lane.
        Raises as :meth:`save`."""
        files = self.place.chosen.photos(self.draft_key) if self.takes_files else []
        saved = self.save(texts, files)
        self.place.cases.drop_draft(self.draft_key)
        return saved

    def case(self) -> CaseFile:
        """The case that is written into, as it is now; ready words go by it from then on.

        On the store lane. Raises NotFound.
        """
        file = self.place.cases.case(self.record_id)
        self._quarrel = Quarrel(file.dispute, file.title)
        return file

    def quarrel(self, texts: Texts) -> Quarrel:
        """What it is about: what the case said when the form began."""
        return self._quarrel

    def lines_in(self, texts: Texts) -> int:
        """How many lines what is typed asks for."""
        return 1

    def filled(self, key: str, texts: Texts) -> dict[str, str]:
        """What follows from a field that was just left, such as a room. On the store lane."""
        return {}


class Reader:
    """Reads texts, and gathers what is wrong with them."""

    def __init__(self, texts: Texts, today: date) -> None:
        self._texts = texts
        self._today = today
        self.flaws: list[Flaw] = []

    def text(self, key: str) -> str:
        """What is typed, without blanks around."""
        return self._texts.get(key, "").strip()

    def several(self, key: str) -> tuple[str, ...]:
        """The chosen ones."""
        return split(self._texts.get(key, ""))

    def flag(self, key: str) -> bool:
        """Whether it was pressed."""
        return YES in self.several(key)

    def past_day(self, key: str) -> str:
        """A day that was, as the store keeps it."""
        return self._day(key, read_day(self.text(key), self._today))

    def coming_day(self, key: str) -> str:
        """A day that comes; one without a year is the next one."""
        return self._day(key, parse_day(self.text(key), self._today))

    def _day(self, key: str, found: date | None) -> str:
        if not self.text(key):
            return ""
        if found is None:
            self.flaws.append(Flaw(key, N_("Write the day like 2026-06-12 or 6-12.")))
            return ""
        return found.isoformat()

    def moment(self, day_key: str, time_key: str) -> str:
        """A stamp from a day and a time; empty where neither is given."""
        day, clock = self.past_day(day_key), self.text(time_key)
        if not day and not clock:
            return ""
        at = parse_time(clock) if clock else None
        if at is None:
            self.flaws.append(Flaw(time_key, N_("Write the time like 15:00.")))
            return ""
        when = date.fromisoformat(day) if day else self._today
        return stamp(datetime.combine(when, at, LOCAL_ZONE))

    def sum(self, key: str) -> int | None:
        """Cents."""
        if not self.text(key):
            return None
        found = read_sum(self.text(key))
        if found is None:
            self.flaws.append(Flaw(key, N_("Write a sum such as 1200, 1200元 or 1.2万.")))
        return found

    def number(self, key: str, message: str) -> int | None:
        """A whole number."""
        if not self.text(key):
            return None
        if not self.text(key).isdecimal():
            self.flaws.append(Flaw(key, message))
            return None
        return int(self.text(key))

    def check(self) -> None:
        """Raises CaseRefused where something could not be read."""
        if self.flaws:
            raise CaseRefused(self.flaws)


def split(value: str) -> tuple[str, ...]:
    """Several choices from one text."""
    return tuple(one for one in value.split(_COMMA) if one)


def joined(keys: Sequence[str]) -> str:
    """Several choices as one text."""
    return _COMMA.join(keys)


def coded(choices: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Codes with their words."""
    return tuple((key, _(words)) for key, words in choices.items())


def pressed(words: str) -> tuple[tuple[str, str], ...]:
    """A single thing to press."""
    return ((YES, words),)


def note_field(key: str, label: str, helps: str = "") -> FormField:
    """Room for longer words, with what can be chosen for them."""
    hint = _(N_("/ on an empty line, Alt H: ready words and the law")) if helps else ""
    return FormField(key, label, FieldKind.NOTE, hint, helps=helps)


def day_field(key: str, label: str) -> FormField:
    """A line for a day."""
    return FormField(key, label, hint=_(N_("like 6-21")))


SEXES: Final = ("1", "2")


def sex_choices() -> tuple[tuple[str, str], ...]:
    """The two that papers ask for."""
    return tuple((key, _(codes.SEX[key])) for key in SEXES)
