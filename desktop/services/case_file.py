"""One mediation case as a whole: what the page shows and the papers print."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from sync.i18n import N_, _
from sync.identity import local_day, parse_stamp
from sync.rules.cases import RUNNING, Extension, limit_of
from sync.rules.people import age
from sync.schema import codes

CASE: Final = "mediation_case"
SUPPLEMENT: Final = "supplement"
ORAL: Final = "oral"


@dataclass(frozen=True)
class Party:
    """One party of a case. ``side`` is applicant, respondent or third; ``told`` the name as it was
    told, where the ledger has another."""

    id: str
    side: str = ""
    name: str = field(default="", repr=False)
    told: str = field(default="", repr=False)
    sex: str = ""
    nation: str = ""
    birth: str = ""
    occupation: str = ""
    id_no: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    guardian: str = field(default="", repr=False)
    agent: str = field(default="", repr=False)
    household_id: str = ""
    person_id: str = ""

    def age(self, on: date) -> int | None:
        """Full years on a day, where the birth is known."""
        return age(date.fromisoformat(self.birth), on) if self.birth else None


@dataclass(frozen=True)
class Said:
    """What one of those present said."""

    who: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True)
class Scan:
    """A photo or scan of a case. ``paper`` names the paper it is a scan of, ``about_id`` the talk
    or agreement it belongs to (the case itself otherwise)."""

    id: str
    about_id: str = ""
    paper: str = ""
    media: str = ""
    size: int = 0
    caption: str = ""
    added_at: str = ""
    staff_id: str = ""


@dataclass(frozen=True)
class Talk:
    """One talk, written once. ``corrects`` is the id of the talk that it corrects; ``late``: it
    came after the case was closed; ``sent`` is false while it is on this computer alone."""

    id: str
    kind: str = ""
    held_at: str = ""
    place: str = field(default="", repr=False)
    present: tuple[str, ...] = field(default=(), repr=False)
    said: tuple[Said, ...] = ()
    text: str = field(default="", repr=False)
    result: str = field(default="", repr=False)
    staff_id: str = ""
    corrects: str = ""
    reason: str = ""
    late: bool = False
    sent: bool = True


@dataclass(frozen=True)
class Term:
    """One thing that was agreed. ``amount`` is in cents, ``None`` where no sum is paid."""

    text: str = field(repr=False)
    amount: int | None = None
    due_on: str = ""
    way: str = ""
    place: str = field(default="", repr=False)


@dataclass(frozen=True)
class Agreement:
    """One version of the agreement or of a supplement: ``kind`` is agreement, oral or supplement.

    ``signed_on`` locks it. An oral one has the day on which it was reached there, and no
    signature; it is locked as well.
    """

    id: str
    kind: str = ""
    facts: str = field(default="", repr=False)
    points: str = field(default="", repr=False)
    terms: tuple[Term, ...] = ()
    copies: int | None = None
    signed_on: str = ""
    written_at: str = ""
    staff_id: str = ""
    corrects: str = ""
    reason: str = ""

    @property
    def is_locked(self) -> bool:
        """Whether nothing in it changes any more."""
        return bool(self.signed_on)


@dataclass(frozen=True)
class Step:
    """Something with a date that was done in a case (``codes.CASE_STEP``)."""

    id: str
    kind: str = ""
    done_on: str = ""
    until: str = ""
    agreed_by: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    satisfaction: int | None = None
    done: bool = False
    staff_id: str = ""
    corrects: str = ""
    reason: str = ""

    @property
    def words(self) -> str:
        """What was done, in the language in use."""
        return step_words(self.kind, done=self.done)


def step_words(kind: str, *, done: bool) -> str:
    """What a step is called: an agreement that was performed in part is not performed."""
    if kind == "performed" and not done:
        return _(N_("performed in part"))
    return _(codes.CASE_STEP.get(kind, kind))


@dataclass(frozen=True)
class CaseFile:
    """A case with everything below it. Talks, agreements, steps and scans are oldest first.

    ``no`` is empty until the server gave one. ``opened_at`` is a stamp, ``accepted_on`` a day.
    """

    id: str
    scope_id: str
    no: str = ""
    title: str = field(default="", repr=False)
    stage: str = "clue"
    dispute: str = ""
    scale: str = ""
    origin: str = ""
    origin_id: str = ""
    opened_by: str = ""
    opened_at: str = ""
    accepted_on: str = ""
    mediators: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    grid_id: str = ""
    place: str = field(default="", repr=False)
    facts: str = field(default="", repr=False)
    demands: str = field(default="", repr=False)
    points: str = field(default="", repr=False)
    violence_risk: bool = False
    parties: tuple[Party, ...] = ()
    talks: tuple[Talk, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    steps: tuple[Step, ...] = ()
    scans: tuple[Scan, ...] = ()

    def steps_of(self, kind: str) -> tuple[Step, ...]:
        """The steps of one kind that nothing corrects, oldest first."""
        return tuple(one for one in self._standing if one.kind == kind)

    @property
    def fulfilled(self) -> Step | None:
        """The latest word that all of it was done; what was done in part ends nothing."""
        return next((one for one in reversed(self.steps_of("performed")) if one.done), None)

    def step(self, kind: str) -> Step | None:
        """The latest step of one kind."""
        return next(iter(reversed(self.steps_of(kind))), None)

    def scans_of(self, about_id: str = "", paper: str = "") -> tuple[Scan, ...]:
        """The scans of one entry, or of one paper."""
        return tuple(
            one
            for one in self.scans
            if (not about_id or one.about_id == about_id) and (not paper or one.paper == paper)
        )

    @cached_property
    def _standing(self) -> tuple[Step, ...]:
        corrected = {one.corrects for one in self.steps if one.corrects}
        return tuple(one for one in self.steps if one.id not in corrected)

    @cached_property
    def agreement(self) -> Agreement | None:
        """What was agreed: the version that was signed first, else the newest draft."""
        main = [one for one in self.agreements if one.kind != SUPPLEMENT]
        locked = [one for one in main if one.is_locked]
        return next(iter(locked), None) or next(iter(reversed(main)), None)

    @cached_property
    def signed(self) -> Agreement | None:
        """The agreement, once it is signed or was reached orally."""
        return self.agreement if self.agreement and self.agreement.is_locked else None

    @cached_property
    def supplements(self) -> tuple[Agreement, ...]:
        """Of each supplement its last version, a signed one before all."""
        rows = [one for one in self.agreements if one.kind == SUPPLEMENT]
        locked = [one for one in rows if one.is_locked]
        replaced = {one.corrects for one in rows if one.corrects}
        drafts = [one for one in rows if not one.is_locked and one.id not in replaced]
        return (*locked, *drafts)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Everything that has to be done: of the agreement and of its signed supplements."""
        parts = [self.signed, *(one for one in self.supplements if one.is_locked)]
        return tuple(term for one in parts if one for term in one.terms)

    @cached_property
    def limit(self) -> date | None:
        """The last day of the case; ``None`` where it was not accepted."""
        if not self.accepted_on:
            return None
        extensions = (
            Extension(date.fromisoformat(one.until), frozenset(one.agreed_by))
            for one in self.steps_of("extension")
            if one.until
        )
        return limit_of(date.fromisoformat(self.accepted_on), extensions)

    @property
    def is_running(self) -> bool:
        """Whether the time limit runs: what is drafted and not signed ends nothing."""
        return self.stage in RUNNING or self.waits_for_signatures

    @property
    def waits_for_signatures(self) -> bool:
        """Whether all agree, and nobody has signed what was drafted."""
        return self.stage == "agreed" and self.signed is None

    def talk(self, talk_id: str) -> Talk | None:
        """One of its talks."""
        return next((one for one in self.talks if one.id == talk_id), None)


def day_of(moment: str) -> str:
    """The day of a stamp, in China; empty for none."""
    return local_day(parse_stamp(moment)).isoformat() if moment else ""
