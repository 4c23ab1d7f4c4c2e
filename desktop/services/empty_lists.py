"""Why a list is empty, and which command has what the person looks for."""

from typing import Final

from sync.i18n import N_, _
from sync.store.store import Store

_MEDIATOR: Final = frozenset({"mediator"})
_NO_CASE: Final = N_("No mediation case on this computer. N begins one in the app.")
_CASES_ONLY: Final = N_("A mediator holds cases, not households. See them with: doorstep cases")
_NO_HOME: Final = N_("No household on this computer yet. They come with: doorstep sync")


def no_cases() -> str:
    """Nobody named this person in a case."""
    return _(_NO_CASE)


def no_households(store: Store) -> str:
    """Why this person sees no household; empty where the computer holds some."""
    if store.reading.count("household"):
        return ""
    return _(_CASES_ONLY) if _MEDIATOR.issuperset(store.account.user.posts) else _(_NO_HOME)
