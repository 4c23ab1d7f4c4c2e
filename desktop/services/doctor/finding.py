"""What one look found."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync.errors import DoorstepError
from sync.i18n import N_, _


class State(StrEnum):
    """How bad a finding is."""

    WELL = "well"
    CARE = "care"  # Work goes on; somebody should look before it does not.
    TROUBLE = "trouble"
    UNKNOWN = "unknown"  # It could not be looked at.


NAMES: Final = {
    "folder": N_("Folder of the app"),
    "disk": N_("Free space"),
    "clock": N_("Clock"),
    "server_clock": N_("Clock beside the server's"),
    "fonts": N_("Chinese characters"),
    "input": N_("Chinese input"),
    "crashes": N_("Crash reports"),
    "policy": N_("What IT set"),
    "keychain": N_("Keychain"),
    "profile": N_("Profile"),
    "server": N_("Way to the server"),
    "proxy": N_("Proxy"),
    "sign_in": N_("Enrolment"),
    "password": N_("Password and key"),
    "store": N_("Data on this computer"),
    "brought_back": N_("Edits after damage"),
    "waiting": N_("What waits to be sent"),
    "backup": N_("Backup of the server"),
    "copies": N_("Agreement with the server"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``told`` and ``remedy`` are sentences without anything
    about a resident, a worker or a profile: IT passes them on."""

    check: str
    state: State
    told: str
    remedy: str = ""

    @property
    def name(self) -> str:
        """What was looked at, in words."""
        return _(NAMES[self.check])


def well(check: str, told: str) -> Finding:
    """Nothing to mend."""
    return Finding(check, State.WELL, told)


def trouble(check: str, error: DoorstepError, remedy: str = "") -> Finding:
    """What an expected failure says; ``remedy`` where its own sentence names none."""
    return Finding(check, State.TROUBLE, error.sentence(), remedy)


def worst(findings: Iterable[Finding]) -> State:
    """The gravest of them; what could not be looked at counts for nothing."""
    states = {finding.state for finding in findings}
    return next((one for one in (State.TROUBLE, State.CARE) if one in states), State.WELL)
