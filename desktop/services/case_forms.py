"""What is filled in for a mediation case, and what is wrong with it: a sentence for each field."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desktop.services.case_file import ORAL, SUPPLEMENT, Party, Said, Term
from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.rules.cases import MOST_CENTS, OF_AGE
from sync.rules.idcard import IdCard, read_id
from sync.rules.people import age
from sync.rules.phone import is_valid_phone

APPLICANT, RESPONDENT, THIRD = "applicant", "respondent", "third"


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one field. ``field`` is its name, with the number of its line before it
    where there are several: ``1.guardian``. ``text`` is a marked sentence."""

    field: str
    text: str

    @property
    def words(self) -> str:
        """The sentence, in the language in use."""
        return _(self.text)


class CaseRefused(DoorstepError):
    """Something about a case is missing or cannot be. ``flaws`` names each field."""

    code = "case.refused"
    message = N_("{what}")

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__(what="")

    def sentence(self) -> str:
        """The first thing to mend."""
        return self.flaws[0].words


def refuse(flaws: Iterable[Flaw]) -> None:
    """Raises :class:`CaseRefused` where there is a flaw."""
    found = list(flaws)
    if found:
        raise CaseRefused(found)


@dataclass(frozen=True)
class OpeningForm:
    """A new case. ``accepted_on`` (a day) is empty for a clue; ``mediators`` are staff."""

    title: str = field(default="", repr=False)
    dispute: str = ""
    scale: str = ""
    origin: str = ""
    origin_id: str = ""
    accepted_on: str = ""
    mediators: tuple[str, ...] = ()
    grid_id: str = ""
    place: str = field(default="", repr=False)
    facts: str = field(default="", repr=False)
    demands: str = field(default="", repr=False)
    violence_risk: bool = False
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True)
class TalkForm:
    """One talk. ``held_at`` is a stamp, empty for now."""

    kind: str = ""
    held_at: str = ""
    place: str = field(default="", repr=False)
    present: tuple[str, ...] = field(default=(), repr=False)
    said: tuple[Said, ...] = ()
    text: str = field(default="", repr=False)
    result: str = field(default="", repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        words = [self.text, self.result, *(one.words for one in self.said)]
        return not any(each.strip() for each in words)


@dataclass(frozen=True)
class AgreementForm:
    """A version of the agreement: ``kind`` is agreement, oral or supplement. ``agreed_on`` is the
    day of an oral one; a written one is dated by its signature."""

    kind: str = "agreement"
    facts: str = field(default="", repr=False)
    points: str = field(default="", repr=False)
    terms: tuple[Term, ...] = ()
    copies: int | None = None
    agreed_on: str = ""

    def body(self) -> dict[str, Any]:
        """As the row holds it."""
        return {
            "kind": self.kind,
            "facts": self.facts.strip() or None,
            "points": self.points.strip() or None,
            "terms": [_told(term) for term in self.terms],
            "copies": self.copies,
            "signed_on": self.agreed_on or None,
        }


@dataclass(frozen=True)
class StepForm:
    """Something done in a case. ``done_on`` and ``until`` are days."""

    kind: str
    done_on: str = ""
    until: str = ""
    agreed_by: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    satisfaction: int | None = None
    done: bool = False


def opening_flaws(form: OpeningForm, today: date) -> Iterator[Flaw]:
    """A title, a kind, two sides that are two people."""
    if not form.title.strip():
        yield Flaw("title", N_("Say in a few words what the quarrel is about."))
    if form.accepted_on and not form.dispute:
        yield Flaw("dispute", N_("Choose the kind of dispute."))
    if form.accepted_on and form.accepted_on > today.isoformat():
        yield Flaw("accepted_on", N_("This day has not come yet."))
    if form.accepted_on:
        yield from sides_flaws(form.parties)
    for at, party in enumerate(form.parties, 1):
        yield from _in_line(at, party_flaws(party, today))
    yield from twice_flaws(form.parties)


def sides_flaws(parties: Sequence[Party]) -> Iterator[Flaw]:
    """Nobody is mediated with alone."""
    for side, words in (
        (APPLICANT, N_("Say who applies.")),
        (RESPONDENT, N_("Say with whom the quarrel is.")),
    ):
        if not any(one.side == side for one in parties):
            yield Flaw(side, words)


def party_flaws(party: Party, today: date) -> Iterator[Flaw]:
    """What is wrong with one party."""
    if not party.name.strip():
        yield Flaw("name", N_("Write the name."))
    if not party.side:
        yield Flaw("side", N_("Say on which side they are."))
    if party.id_no and not isinstance(read_id(party.id_no), IdCard):
        yield Flaw("id_no", N_("This is no ID number: 18 characters, with the right last one."))
    if party.phone and not is_valid_phone(party.phone):
        yield Flaw("phone", N_("This is no phone number. It may be left empty."))
    if party.birth and party.birth > today.isoformat():
        yield Flaw("birth", N_("This day has not come yet."))
    elif _is_minor(party, today) and not party.guardian.strip():
        yield Flaw("guardian", N_("Under 18: name the guardian who acts for them."))


def _is_minor(party: Party, today: date) -> bool:
    card = read_id(party.id_no) if party.id_no else None
    born = card.birth if isinstance(card, IdCard) else None
    if party.birth:
        born = date.fromisoformat(party.birth)
    return born is not None and age(born, today) < OF_AGE


def twice_flaws(parties: Sequence[Party]) -> Iterator[Flaw]:
    """Nobody is at odds with themselves: each of the same two is told once."""
    for at, one in enumerate(parties, 1):
        if any(_same(one, other) for other in parties[: at - 1]):
            yield Flaw(
                f"{at}.name", N_("This is the same person as another party. Name somebody else.")
            )


def _same(one: Party, other: Party) -> bool:
    if one.person_id and other.person_id:
        return one.person_id == other.person_id
    if one.id_no.strip() and other.id_no.strip():
        return one.id_no.strip().upper() == other.id_no.strip().upper()
    if not one.name.strip() or one.name.strip() != other.name.strip():
        return False
    # Two people may bear one name: they differ in something else that is known of both.
    told = (
        (one.birth, other.birth),
        (one.phone, other.phone),
        (one.household_id, other.household_id),
        (one.address.strip(), other.address.strip()),
    )
    return not any(mine and theirs and mine != theirs for mine, theirs in told)


def talk_flaws(form: TalkForm, now: str) -> Iterator[Flaw]:
    """Something was said, by somebody, and not in the future. ``now`` is a stamp."""
    if form.is_empty:
        yield Flaw("text", N_("Write what was said, or what came of it."))
    if form.held_at and form.held_at > now:
        yield Flaw("time", N_("This time has not come yet."))
    for at, one in enumerate(form.said, 1):
        if one.words.strip() and not one.who.strip():
            yield Flaw(f"{at}.who", N_("Say who said this."))


def agreement_flaws(form: AgreementForm, today: date) -> Iterator[Flaw]:
    """At least one term; each with words, a readable sum, paid by a day not before signing."""
    if not any(term.text.strip() or _says_more(term) for term in form.terms):
        yield Flaw("1.text", N_("Write at least one term: who does what by when."))
    for at, term in enumerate(form.terms, 1):
        yield from _in_line(at, _term_flaws(term))
    if form.copies is not None and form.copies < 1:
        yield Flaw("copies", N_("Copies are a number such as 3."))
    if form.kind == ORAL and not form.agreed_on:
        yield Flaw("agreed_on", N_("Say on which day it was agreed."))
    if form.agreed_on:
        for flaw in signing_flaws(form.terms, form.agreed_on, today):
            yield Flaw("agreed_on", flaw.text) if flaw.field == "signed_on" else flaw


def _term_flaws(term: Term) -> Iterator[Flaw]:
    if not term.text.strip() and _says_more(term):
        yield Flaw("text", N_("Write what has to be done."))
    if term.amount is not None and not 0 <= term.amount <= MOST_CENTS:
        yield Flaw("amount", N_("Write a sum such as 1200, 1200元 or 1.2万."))
    if term.amount and not term.due_on:
        yield Flaw("due_on", N_("Say by when it is paid, such as 6-21."))


def _says_more(term: Term) -> bool:
    return term.amount is not None or bool(term.due_on or term.place.strip())


def signing_flaws(terms: Sequence[Term], signed_on: str, today: date) -> Iterator[Flaw]:
    """Nothing is due before it was agreed, and nobody signs tomorrow today."""
    if not signed_on:
        yield Flaw("signed_on", N_("Say on which day it was signed."))
        return
    if signed_on > today.isoformat():
        yield Flaw("signed_on", N_("This day has not come yet."))
    for at, term in enumerate(terms, 1):
        if term.due_on and term.due_on < signed_on:
            yield Flaw(
                f"{at}.due_on",
                N_("This is due before the agreement was signed. Choose a later day."),
            )


def step_flaws(form: StepForm, today: date) -> Iterator[Flaw]:
    """What a step has to say."""
    if not form.done_on:
        yield Flaw("done_on", N_("Say on which day."))
    elif form.done_on > today.isoformat():
        yield Flaw("done_on", N_("This day has not come yet."))
    match form.kind:
        case "extension":
            yield from _extension_flaws(form)
        case "declined" if not form.text.strip():
            yield Flaw("text", N_("Write who declined, and what they said."))
        case "failed" if not form.done:
            others = N_("First explain the other ways: arbitration, the authorities, a court.")
            yield Flaw("done", others)
        case "referred" if not form.agreed_by:
            yield Flaw("agreed_by", N_("Only with their consent: press who agreed to it."))
        case "called_back" if form.satisfaction is None:
            yield Flaw("satisfaction", N_("Ask how satisfied they are: 5 to 1, 0 not reached."))
    if form.satisfaction is not None and not 0 <= form.satisfaction <= 5:
        yield Flaw("satisfaction", N_("Satisfaction is 5 to 1, or 0 where nobody was reached."))


def _extension_flaws(form: StepForm) -> Iterator[Flaw]:
    if not form.until or form.until <= form.done_on:
        yield Flaw("until", N_("Say until when, a later day."))
    if not {APPLICANT, RESPONDENT} <= set(form.agreed_by):
        yield Flaw("agreed_by", N_("More time needs both sides: press each that agreed."))


def _in_line(at: int, flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    return (Flaw(f"{at}.{one.field}", one.text) for one in flaws)


def _told(term: Term) -> dict[str, Any]:
    told = {
        "text": term.text.strip(),
        "amount": term.amount,
        "due_on": term.due_on,
        "way": term.way.strip(),
        "place": term.place.strip(),
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


KINDS: Final = ("agreement", ORAL, SUPPLEMENT)
