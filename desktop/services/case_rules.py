"""Why something about a case is refused as a whole, and the names of its drafts."""

from typing import Final

from sync.errors import DoorstepError
from sync.i18n import N_


class MayNotAccept(DoorstepError):
    """Only a mediator or the secretary accepts a case."""

    code = "case.may_not_accept"
    message = N_("A mediator accepts it. Name one; until then it is a clue.")


class NobodyNamed(DoorstepError):
    """A clue goes to somebody."""

    code = "case.nobody_named"
    message = N_("Name the mediator who shall take it.")


class AgreementLocked(DoorstepError):
    """It was signed: what changes goes in a supplement."""

    code = "case.agreement_locked"
    message = N_("This agreement is signed and stays as it is. Write a supplement.")


class ScanNeeded(DoorstepError):
    """Signed means that the scan is attached: the app never makes a signature."""

    code = "case.scan_needed"
    message = N_("Attach the scan of the signed pages: signatures are given on paper.")


LOOKED_INTO: Final = "two people"
"""Why somebody who does not mediate it opened a case with a risk of violence, as the log has it."""


def talk_draft_key(case_id: str) -> str:
    """The draft of the next talk of a case."""
    return f"case_talk:{case_id}"


def agreement_draft_key(case_id: str) -> str:
    """The draft of a case's agreement."""
    return f"case_agreement:{case_id}"


def opening_draft_key(household_id: str = "") -> str:
    """The draft of a case that is begun from a household, or from none."""
    return f"case_opening:{household_id}" if household_id else "case_opening"
