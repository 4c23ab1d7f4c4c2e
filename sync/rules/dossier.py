"""What the file of a case has to hold before it is archived (调解一本清).

Sources: 人民调解法 art. 27, the list of the official file in 司发通〔2010〕239号. Nobody signs on a
screen: a paper counts as signed once the scan of what was signed by hand is bound in.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.rules.paper_case import PaperCase, Party
from sync.rules.people import birthday

PAPERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cover": N_("Cover and contents"),
        "application": N_("Application"),
        "registration": N_("Registration of acceptance"),
        "rights": N_("Notice of rights and duties"),
        "identity": N_("Proof of identity"),
        "proxy": N_("Power of attorney"),
        "inquiry": N_("Record of inquiry"),
        "evidence": N_("Evidence"),
        "mediation": N_("Record of mediation"),
        "agreement": N_("Written agreement"),
        "oral": N_("Registration of an oral agreement"),
        "ended": N_("Notice that mediation ended"),
        "supplement": N_("Supplement to the agreement"),
        "performance": N_("Proof of performance"),
        "follow_up": N_("Record of the call-back"),
        "court": N_("Papers of judicial confirmation"),
        "referral": N_("Consent to psychological help"),
    }
)
"""Every paper of a file in its order: the key that scans name, and what people call it."""

_REACHED: Final = frozenset({"agreed", "judicial_confirm", "performing", "follow_up", "archived"})
_OF_AGE: Final = 18


class State(StrEnum):
    """How far a paper of the file is."""

    THERE = "there"
    UNSIGNED = "unsigned"
    MISSING = "missing"
    LATER = "later"  # Its time may come; nothing waits for it now.


@dataclass(frozen=True)
class PaperLine:
    """A paper on the list. ``unsigned`` names who signs what nobody has scanned yet."""

    paper: str
    required: bool
    state: State
    unsigned: tuple[str, ...] = field(default=(), repr=False)

    @property
    def lacks(self) -> bool:
        """Whether the file cannot be archived for want of it."""
        return self.required and self.state is not State.THERE


class DossierIncomplete(DoorstepError):
    """The file cannot be archived yet."""

    code = "case.incomplete"
    message = N_(
        "Not archived yet. Missing: {missing}. Scan of the signed page missing: {unsigned}."
    )

    @classmethod
    def of(cls, lines: Iterable[PaperLine]) -> "DossierIncomplete":
        """The refusal for what is lacking; papers are named, people are not."""
        lacking = list(lines)
        return cls(
            missing=_named(line for line in lacking if line.state is not State.UNSIGNED),
            unsigned=_named(line for line in lacking if line.state is State.UNSIGNED),
        )


def _named(lines: Iterable[PaperLine]) -> str:
    return _(", ").join(_(PAPERS[line.paper]) for line in lines) or _(N_("nothing"))


def outcome(file: PaperCase) -> str:
    """What the case came to: ``written``, ``oral``, ``failed``, ``declined``, or nothing yet."""
    if file.agreement is not None and (file.agreement.signed_on or file.stage in _REACHED):
        return "oral" if file.agreement.kind == "oral" else "written"
    ended = file.steps_of("failed", "declined")
    if file.stage in ("failed", "declined"):
        return file.stage
    if file.stage == "archived" and ended:
        return ended[-1].kind
    return "oral" if file.stage in _REACHED else ""


def checklist(file: PaperCase) -> tuple[PaperLine, ...]:
    """Every paper that the file has or may come to have, in the order they are bound."""
    if file.register_only:
        return (_line(file, "oral", frozenset()),)
    came_to = outcome(file)
    required = _required(file, came_to)
    lines = (_line(file, paper, required) for paper in PAPERS if _belongs(file, paper, came_to))
    return tuple(lines)


def lacking(file: PaperCase) -> tuple[PaperLine, ...]:
    """What keeps the file from being archived."""
    return tuple(line for line in checklist(file) if line.lacks)


def may_archive(file: PaperCase) -> None:
    """Raises :class:`DossierIncomplete` while anything is lacking."""
    if found := lacking(file):
        raise DossierIncomplete.of(found)


def begins_with(file: PaperCase) -> str:
    """The paper a case begins with: who asks for mediation writes an application."""
    return "application" if file.origin == "application" else "registration"


def _required(file: PaperCase, came_to: str) -> frozenset[str]:
    if file.stage == "clue":  # Its file begins once it is accepted or declined.
        return frozenset()
    first = {"cover", begins_with(file)}
    if came_to == "declined":
        return frozenset(first)
    if came_to == "oral":  # A simple case needs its matter and its result.
        return frozenset(first | {"oral"})
    talked = first | {"rights", "identity", "mediation"}
    talked.add("ended" if came_to == "failed" else "agreement")
    if any(party.agent for party in file.parties):
        talked.add("proxy")
    if file.supplements:
        talked.add("supplement")
    if file.steps_of("court_applied", "court_confirmed"):
        talked.add("court")
    return frozenset(talked)


def _belongs(file: PaperCase, paper: str, came_to: str) -> bool:
    """Whether the paper stands on this file's list at all."""
    if paper in ("application", "registration"):
        return paper == begins_with(file) or bool(file.scans_of(paper))
    if paper == "proxy":
        return any(party.agent for party in file.parties)
    if paper == "supplement":
        return bool(file.supplements)
    if paper == "referral":
        return bool(file.steps_of("referred"))
    if paper in ("agreement", "oral", "ended"):
        return paper == {"oral": "oral", "failed": "ended"}.get(came_to, "agreement")
    return True


def _line(file: PaperCase, paper: str, required: frozenset[str]) -> PaperLine:
    if not _written(file, paper):
        state = State.MISSING if paper in required else State.LATER
        return PaperLine(paper, paper in required, state)
    unsigned = _unsigned(file, paper)
    state = State.UNSIGNED if unsigned else State.THERE
    return PaperLine(paper, paper in required, state, unsigned)


_MADE_FROM: Final[Mapping[str, Callable[[PaperCase], object]]] = MappingProxyType(
    {
        "cover": lambda file: file.no or outcome(file) == "declined",
        "registration": lambda file: file.stage != "clue" and (file.facts or file.title),
        "rights": lambda file: file.steps_of("rights_told"),
        "identity": lambda file: file.scans_of("identity"),
        "evidence": lambda file: file.scans_of("evidence"),
        "inquiry": lambda file: file.talks_of("inquiry"),
        "mediation": lambda file: file.talks_of("mediation"),
        "agreement": lambda file: file.agreement,
        "oral": lambda file: file.agreement or any(talk.result for talk in file.talks),
        "ended": lambda file: file.steps_of("failed"),
        "performance": lambda file: file.steps_of("performed", "not_performed"),
        "follow_up": lambda file: file.steps_of("called_back"),
        "court": lambda file: file.steps_of("court_applied", "court_confirmed"),
    }
)
"""What each paper is made from; the others are made from what the case is about."""


def _written(file: PaperCase, paper: str) -> bool:
    """Whether there is something the paper can be made from."""
    made_from = _MADE_FROM.get(paper)
    return bool(made_from(file) if made_from else file.facts or file.title)


def _unsigned(file: PaperCase, paper: str) -> tuple[str, ...]:
    """Who has still to sign, as far as no scan shows that they did."""
    entries = [""]
    if paper in ("inquiry", "mediation"):
        entries = [talk.id for talk in file.talks_of(paper)]
    elif paper == "supplement":
        entries = [one.id for one in file.supplements]
    if all(file.scans_of(paper, entry) for entry in entries):
        return ()
    return tuple(dict.fromkeys(_signers(file, paper)))


def _signers(file: PaperCase, paper: str) -> Iterable[str]:
    """Everybody with a line of their own on the paper."""
    declined = file.stage == "declined"
    match paper:
        case "application":
            yield from _hands(file, file.on_side("applicant"))
        case "registration" if not declined:
            yield from _hands(file, file.parties)
        case "rights":
            yield from _hands(file, file.parties)
        case "proxy":
            yield from (
                name for party in file.parties if party.agent for name in (party.name, party.agent)
            )
        case "inquiry":
            yield from (name for talk in file.talks_of(paper) for name in talk.present)
            yield from file.mediators
        case "mediation":
            yield from _hands(file, file.parties)
            yield from (*file.invited, *file.mediators)
        case "agreement" | "supplement":
            yield from _hands(file, file.parties)
            yield from file.mediators
        case "oral" | "follow_up":
            yield from file.mediators
        case "court":
            yield from _hands(file, file.parties)


def _hands(file: PaperCase, parties: Iterable[Party]) -> Iterable[str]:
    """Who signs for these parties: themselves, and the guardian of one under age."""
    for party in parties:
        yield party.name
        if signing := signing_guardian(party, file.accepted_on or file.opened_on):
            yield signing


def signing_guardian(party: Party, day: date | None) -> str:
    """The guardian who signs for a party that is under age on a day; empty where none does."""
    under_age = day and party.birth and birthday(party.birth, _OF_AGE) > day
    return party.guardian if under_age else ""
