"""What can be done in a case beside the next stage: steps and forms that fit it."""

from collections.abc import Iterable

from desktop.services.case_file import CaseFile
from desktop.services.case_order import asked_of_court
from desktop.services.case_stages import steps_from
from sync.i18n import N_, _
from sync.schema import codes

Way = tuple[str, str]
"""The detail of the form's route, and its words."""


def other_ways(file: CaseFile) -> Iterable[Way]:
    """Everything that fits the stage, the pressing first."""
    if file.stage == "archived":
        return
    if file.violence_risk and not file.steps_of("violence_reported"):
        yield _step("violence_reported")
    if file.stage != "clue":
        yield from _while_open(file)
    yield from (_step(one) for one in ("declined", "failed") if one in steps_from(file))
    if file.signed is not None:
        yield from map(_step, (*_of_court(file), "performed", "not_performed"))
    if file.stage in ("follow_up", "performing", "failed"):
        yield _step("called_back")
    yield _step("referred")
    yield "party", _(N_("One more party"))
    yield "people", _(N_("Mediators and invited"))


def _while_open(file: CaseFile) -> Iterable[Way]:
    if not file.steps_of("rights_told"):
        yield _step("rights_told")
    if file.is_running:
        yield _step("extension")
    if file.stage != "declined":
        label = N_("Write the agreement") if file.signed is None else N_("Write a supplement")
        yield "agreement", _(label)


def _of_court(file: CaseFile) -> Iterable[str]:
    """A court is asked, then it confirms; after that there is nothing more to ask for."""
    if not file.steps_of("court_confirmed"):
        yield "court_applied"
    if asked_of_court(file):
        yield "court_confirmed"


def _step(kind: str) -> Way:
    return f"step:{kind}", _(codes.CASE_STEP[kind])
