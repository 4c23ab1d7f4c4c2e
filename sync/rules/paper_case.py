"""A whole mediation case as its papers need it: people by name, days as days, nothing else.

None of it shows itself: what somebody said must not stand in a trace.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sync.rules.people import age


@dataclass(frozen=True, repr=False)
class Party:
    """One party as the official forms name them. ``side`` and ``sex`` are codes."""

    name: str
    side: str = ""
    sex: str = ""
    nation: str = ""
    birth: date | None = None
    occupation: str = ""
    id_no: str = ""
    phone: str = ""
    address: str = ""
    guardian: str = ""
    agent: str = ""

    def years(self, day: date) -> int | None:
        """Whole years on ``day``; ``None`` without a date of birth."""
        return None if self.birth is None else age(self.birth, day)


@dataclass(frozen=True, repr=False)
class Talk:
    """One talk. ``said`` are (who, words) in the order they were said; ``corrects`` names the talk
    that this one corrects; ``late``: it came after the case was closed."""

    id: str
    kind: str
    held_at: datetime | None = None
    place: str = ""
    present: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    text: str = ""
    result: str = ""
    writer: str = ""
    corrects: str = ""
    reason: str = ""
    late: bool = False


@dataclass(frozen=True, repr=False)
class Term:
    """What one party is to do. ``cents`` is 0 where no money is owed."""

    text: str
    cents: int = 0
    due_on: date | None = None
    way: str = ""
    place: str = ""


@dataclass(frozen=True, repr=False)
class Agreement:
    """A version of the agreement (written or oral) or a supplement. With ``signed_on`` it is
    locked; an oral one has there the day on which it was reached. ``cents`` is what is paid in
    all, where no term says it."""

    id: str
    kind: str
    facts: str = ""
    points: str = ""
    terms: tuple[Term, ...] = ()
    copies: int = 0
    signed_on: date | None = None
    written_at: datetime | None = None
    corrects: str = ""
    reason: str = ""
    cents: int = 0


@dataclass(frozen=True, repr=False)
class Step:
    """Something with a date that was done in the case."""

    kind: str
    done_on: date | None = None
    until: date | None = None
    agreed_by: tuple[str, ...] = ()
    text: str = ""
    satisfaction: int | None = None
    done: bool = False
    writer: str = ""
    id: str = ""
    corrects: str = ""


@dataclass(frozen=True, repr=False)
class Scan:
    """A photo or scan bound into the file. ``paper`` is the paper it is a scan of, ``about`` the
    entry; ``size`` is in bytes."""

    id: str
    paper: str
    media: str = ""
    caption: str = ""
    about: str = ""
    size: int = 0


@dataclass(frozen=True, repr=False)
class PaperCase:
    """The case with all that belongs to it. People of the office are names, never ids.

    ``register_only``: an oral mediation that never became a case has one paper, its registration.
    ``guarded``: one party is in danger of another's violence.
    """

    no: str = ""
    title: str = ""
    stage: str = ""
    dispute: str = ""
    scale: str = ""
    origin: str = ""
    opened_on: date | None = None
    accepted_on: date | None = None
    community: str = ""
    mediators: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    place: str = ""
    facts: str = ""
    demands: str = ""
    points: str = ""
    parties: tuple[Party, ...] = ()
    talks: tuple[Talk, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    steps: tuple[Step, ...] = ()
    scans: tuple[Scan, ...] = ()
    register_only: bool = False
    guarded: bool = False

    def on_side(self, side: str) -> tuple[Party, ...]:
        """The parties of one side."""
        return tuple(party for party in self.parties if party.side == side)

    def talks_of(self, kind: str) -> tuple[Talk, ...]:
        """The talks of a kind, first ones first, without those that only correct another."""
        return tuple(talk for talk in self.talks if talk.kind == kind and not talk.corrects)

    def corrections_of(self, talk: Talk) -> tuple[Talk, ...]:
        """What corrects a talk, also by way of another correction."""
        found: list[Talk] = []
        named = {talk.id}
        for other in self.talks:
            if other.corrects in named:
                found.append(other)
                named.add(other.id)
        return tuple(found)

    def steps_of(self, *kinds: str) -> tuple[Step, ...]:
        """The steps of some kinds that no later step corrects."""
        corrected = {step.corrects for step in self.steps if step.corrects}
        return tuple(step for step in self.steps if step.kind in kinds and step.id not in corrected)

    def scans_of(self, paper: str, about: str = "") -> tuple[Scan, ...]:
        """The scans of a paper; with ``about`` those of one entry of it, or of all its entries."""
        known = {talk.id for talk in self.talks} | {one.id for one in self.agreements}
        return tuple(
            scan
            for scan in self.scans
            if scan.paper == paper and (not about or scan.about not in known - {about})
        )

    @property
    def agreement(self) -> Agreement | None:
        """What was agreed: the version that was signed, which is locked; else the newest one."""
        versions = [one for one in self.agreements if one.kind != "supplement"]
        signed = [one for one in versions if one.signed_on]
        return next(iter(signed or reversed(versions)), None)

    @property
    def supplements(self) -> tuple[Agreement, ...]:
        """The supplements, each in its newest version."""
        corrected = {one.corrects for one in self.agreements if one.corrects}
        return tuple(
            one
            for one in self.agreements
            if one.kind == "supplement" and (one.signed_on or one.id not in corrected)
        )
