"""From one stage of a case to the next: what has to be there before, and what a step moves."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from desktop.services.case_file import CaseFile
from desktop.services.case_forms import Flaw, party_flaws, sides_flaws, twice_flaws
from desktop.services.case_order import signed_flaws
from sync.i18n import N_
from sync.schema.case import STAGES

MOVES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "declined": "declined",
        "failed": "failed",
        "court_applied": "judicial_confirm",
        "performed": "follow_up",
        "archived": "archived",
    }
)
"""The stage into which a step leads; the others have a date and move nothing. What is done about
a signed agreement (``case_order.OF_AGREEMENT``) moves a case only where the graph leads there."""

RAIL: Final = (
    ("accepted", N_("Accept")),
    ("investigating", N_("Inquire")),
    ("mediating", N_("Mediate")),
    ("agreed", N_("Agree")),
    ("performing", N_("Perform")),
    ("follow_up", N_("Call back")),
    ("archived", N_("File")),
)
"""The stages as the page draws them, in the order of a case that goes well."""


def steps_from(file: CaseFile) -> tuple[str, ...]:
    """Where the graph leads from here."""
    return STAGES.steps.get(file.stage, ())


def next_on_rail(file: CaseFile) -> str:
    """The stage that comes next where all goes well; empty at the end."""
    order = [stage for stage, _words in RAIL]
    possible = steps_from(file)
    at = order.index(file.stage) + 1 if file.stage in order else 0
    later = [stage for stage in order[at:] if stage in possible]
    return next(iter(later), "")


def stage_flaws(file: CaseFile, stage: str, today: date) -> Iterator[Flaw]:
    """What is missing before the case may go there; the graph first."""
    if not STAGES.may_step(file.stage, stage):
        yield Flaw("stage", N_("The case does not go there from this stage."))
        return
    match stage:
        case "accepted":
            yield from _ready_to_accept(file, today)
        case "agreed":
            yield from _agreed(file)
        case "judicial_confirm" | "performing" | "follow_up":
            yield from signed_flaws(file)
        case "failed":
            if file.step("failed") is None:
                yield Flaw("stage", N_("First explain the other ways, and write it down."))
        case "archived":
            yield from _finished(file)


def _ready_to_accept(file: CaseFile, today: date) -> Iterator[Flaw]:
    if not file.dispute:
        yield Flaw("dispute", N_("Choose the kind of dispute."))
    yield from sides_flaws(file.parties)
    for party in file.parties:
        yield from party_flaws(party, today)
    yield from twice_flaws(file.parties)


def _agreed(file: CaseFile) -> Iterator[Flaw]:
    found = file.agreement
    if found is None or not found.terms:
        yield Flaw("stage", N_("Write the agreement first: it needs at least one term."))


def _finished(file: CaseFile) -> Iterator[Flaw]:
    if file.stage == "follow_up" and not file.steps_of("called_back"):
        yield Flaw("stage", N_("First call both parties back, and write down what they said."))
