"""A matter, a step and an answer as they are told, and what each of them cannot do without."""

from dataclasses import dataclass
from typing import Final

from sync.errors import DoorstepError
from sync.i18n import N_

EVENTS: Final = ("checked_in", "arrived", "opinion", "finished", "rated")
"""What a department that was called in does, one after the other."""


class StepNotPossible(DoorstepError):
    """The matter stands elsewhere by now, or this step is somebody else's."""

    code = "matter.step"
    message = N_("This cannot be done from where the matter stands now.")


class NotYourStep(DoorstepError):
    """Another post takes this step."""

    code = "matter.post"
    message = N_("Your post does not take this step. The grid leader or the secretary does.")


class ReasonWanted(DoorstepError):
    """Somebody will ask why."""

    code = "matter.reason"
    message = N_("Say why, in a few words.")


class DayWanted(DoorstepError):
    """A promise without a day is none."""

    code = "matter.day"
    message = N_("Name a day that is still to come.")


class OwnerWanted(DoorstepError):
    """What is given to nobody waits for nobody."""

    code = "matter.owner"
    message = N_("Choose a colleague or write a unit.")


class UnitsWanted(DoorstepError):
    """Nobody comes to a whistle that names nobody."""

    code = "matter.units"
    message = N_("Name at least one department.")


class AnswerWanted(DoorstepError):
    """闭环: nothing closes before the resident was told."""

    code = "matter.answer"
    message = N_("Say who was told, how, and what. Only then it can be closed.")


class ResultWanted(DoorstepError):
    """Whoever checks it, and whoever tells the resident, reads what was done."""

    code = "matter.result"
    message = N_("Result: say in a few words what was done.")


class WordsWanted(DoorstepError):
    """A matter without words is none."""

    code = "matter.words"
    message = N_("Say in a few words what it is about.")


@dataclass(frozen=True)
class Answer:
    """Who was told, how, and what; ``satisfaction`` 5 to 1, 0 for not reached, None for unasked."""

    to: str = ""
    by: str = ""
    text: str = ""
    satisfaction: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it closes a matter."""
        return bool(self.to.strip() and self.by and self.text.strip()) and (
            self.satisfaction is not None
        )


@dataclass(frozen=True)
class NewMatter:
    """A matter as it is told. ``household_id`` or ``grid_id`` says where; with ``answer`` the
    worker settled it alone, on the spot."""

    text: str
    category: str = "other"
    urgency: str = "general"
    source: str = "patrol"
    title: str = ""
    household_id: str = ""
    grid_id: str = ""
    place: str = ""
    reporter: str = ""
    lines: tuple[str, ...] = ()
    disposition: str = ""
    answer: Answer | None = None


@dataclass(frozen=True)
class Step:
    """One step as a person takes it. ``owner_id`` is a colleague, ``owner`` a unit in words."""

    kind: str
    text: str = ""
    until: str = ""
    owner: str = ""
    owner_id: str = ""
    units: tuple[str, ...] = ()
    answer: Answer | None = None
    same_as: str = ""
