"""In which order things are done in a case: nothing is performed or confirmed before it was signed,
and nothing is due before the case was accepted."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from desktop.services.case_file import ORAL, CaseFile, Term
from desktop.services.case_forms import Flaw, StepForm
from sync.i18n import N_
from sync.rules.cases import confirm_until

OF_AGREEMENT: Final = ("court_applied", "court_confirmed", "performed", "not_performed")
"""Steps that need a signed agreement. They stand beside the stages: each is kept with its day, and
moves the case only where the graph leads on from the stage it is at."""

_BEFORE_ACCEPTED: Final = N_("This is before the case was accepted. Choose a later day.")
_CONFIRMED: Final = N_("The court has confirmed it already.")


def signed_flaws(file: CaseFile) -> Iterator[Flaw]:
    """The signed pages are there, or it was agreed orally."""
    signed = file.signed
    if signed is None or (signed.kind != ORAL and not file.scans_of(signed.id)):
        yield Flaw("stage", N_("First the signed pages: sign on paper, scan, attach."))


def asked_of_court(file: CaseFile) -> bool:
    """Whether a court was asked to confirm the agreement and has not done so yet."""
    return bool(file.steps_of("court_applied")) and not file.steps_of("court_confirmed")


def order_flaws(file: CaseFile, form: StepForm) -> Iterator[Flaw]:
    """What a step that is about the agreement has to come after."""
    if form.kind not in OF_AGREEMENT:
        return
    yield from signed_flaws(file)
    if file.signed is None or not form.done_on:
        return
    if form.done_on < file.signed.signed_on:
        yield Flaw("done_on", N_("This is before the agreement was signed. Choose a later day."))
    elif form.done_on < file.accepted_on:
        yield Flaw("done_on", _BEFORE_ACCEPTED)
    elif form.kind == "court_applied":
        yield from _applied_flaws(file, form.done_on, file.signed.signed_on)
    elif form.kind == "court_confirmed":
        yield from _confirmed_flaws(file, form.done_on)


def _applied_flaws(file: CaseFile, done_on: str, signed_on: str) -> Iterator[Flaw]:
    if file.steps_of("court_confirmed"):
        yield Flaw("done_on", _CONFIRMED)
    elif any(one.done_on == done_on for one in file.steps_of("court_applied")):
        yield Flaw("done_on", N_("That the court was asked on this day is written down already."))
    elif done_on > confirm_until(date.fromisoformat(signed_on)).isoformat():
        yield Flaw("done_on", N_("The court is asked within 30 days of signing. This is later."))


def _confirmed_flaws(file: CaseFile, done_on: str) -> Iterator[Flaw]:
    asked = [one.done_on for one in file.steps_of("court_applied")]
    if file.steps_of("court_confirmed"):
        yield Flaw("done_on", _CONFIRMED)
    elif not asked:
        yield Flaw(
            "done_on", N_("First write down on which day both sides asked the court to confirm it.")
        )
    elif done_on < min(asked):
        yield Flaw("done_on", N_("This is before the court was asked. Choose a later day."))


def acceptance_flaws(
    file: CaseFile, terms: Sequence[Term], agreed_on: str, field: str
) -> Iterator[Flaw]:
    """Nothing is agreed or due before the case was accepted; ``field`` is that of the day."""
    if not file.accepted_on:
        return
    if agreed_on and agreed_on < file.accepted_on:
        yield Flaw(field, _BEFORE_ACCEPTED)
    for at, term in enumerate(terms, 1):
        # What is due before it was signed is told as that.
        if term.due_on and term.due_on < file.accepted_on and not agreed_on:
            yield Flaw(f"{at}.due_on", _BEFORE_ACCEPTED)
