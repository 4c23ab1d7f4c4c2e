"""What the campaigns of this computer are made of: the campaign, its round, one sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.services.households import HouseholdLine
from desktop.services.visits import VisitForm, result_chosen
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _, catalogue
from sync.rules.expressions import Answer
from sync.rules.questions import Question, QuestionSet, said
from sync.rules.route import House
from sync.rules.sheets import Together

PURPOSE: Final = "campaign"
"""The purpose of a visit at which a campaign's questions were asked."""


class CampaignNotHere(NotFound):
    """No campaign has that id or title here."""

    code = "campaign.absent"
    message = N_("There is no campaign {campaign} on this computer. Sync first, or list them.")


class NotOnTheList(DoorstepError):
    """The household is not asked in this campaign."""

    code = "campaign.not_listed"
    message = N_("This household is not on the campaign's list.")


class SheetIncomplete(DoorstepError):
    """A question keeps the sheet from being saved."""

    code = "campaign.incomplete"
    message = N_("{count} questions still need you. First: {first}")


class AnswerRefused(DoorstepError):
    """What was given is no answer to that question."""

    code = "campaign.answer"
    message = N_("{question}: {why}")


class TallyUnwritten(DoorstepError):
    """The spreadsheet could not be written."""

    code = "campaign.export"
    message = N_("{file} cannot be written. Close it if it is open, or choose another name.")


class Way(StrEnum):
    """How the answers were got. The first two are a visit where somebody was met."""

    MET = "met"
    MET_FAMILY = "met_family"
    PHONE = "phone"
    NO_VISIT = "no_visit"  # From a paper that was handed in, or a mistake that is mended.

    @property
    def words(self) -> str:
        """As the form offers it."""
        return _(_WAYS[self])

    def words_at(self, *, two_people: bool) -> str:
        """The same at a door: where two have to go, pressing it says that two went."""
        if two_people and self in (Way.MET, Way.MET_FAMILY):
            return _(N_("{how}, with a colleague")).format(how=self.words)
        return self.words

    def visit(self, *, two_people: bool) -> VisitForm | None:
        """The visit that it is; ``None`` where it is none."""
        match self:
            case Way.NO_VISIT:
                return None
            case Way.PHONE:
                return VisitForm(result="met", method="phone", purposes=(PURPOSE,))
        with_whom = ("colleague",) if two_people else ()
        met = result_chosen(VisitForm(), self.value)
        return replace(met, purposes=(PURPOSE,), companions=with_whom)


_WAYS: Final = {
    Way.MET: N_("met in person"),
    Way.MET_FAMILY: N_("met family"),
    Way.PHONE: N_("by phone"),
    Way.NO_VISIT: N_("no visit"),
}


class SheetState(StrEnum):
    """How far one household is."""

    OPEN = "open"
    BEGUN = "begun"
    DIFFERS = "differs"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Campaign:
    """One campaign as it is asked. Days are ``None`` where the office set none."""

    id: str
    title: str
    version: str
    questions: QuestionSet = field(repr=False)
    valid_from: date | None = None
    valid_to: date | None = None

    def is_open(self, today: date) -> bool:
        """Whether it is asked on this day."""
        begun = self.valid_from is None or self.valid_from <= today
        return begun and (self.valid_to is None or today <= self.valid_to)


@dataclass(frozen=True)
class CampaignLine:
    """A campaign with its counts of households on this computer."""

    campaign: Campaign
    doors: int
    answered: int
    differing: int
    begun: int

    def document(self) -> dict[str, Any]:
        """The line as scripts read it."""
        campaign = self.campaign
        return {
            "id": campaign.id,
            "title": campaign.title,
            "version": campaign.version,
            "from": campaign.valid_from.isoformat() if campaign.valid_from else "",
            "to": campaign.valid_to.isoformat() if campaign.valid_to else "",
            "questions": len(campaign.questions.questions),
            "households": self.doors,
            "answered": self.answered,
            "differing": self.differing,
        }


@dataclass(frozen=True)
class SheetForm:
    """What was answered so far. ``at`` is the question that was worked on last."""

    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    way: str = ""
    at: str = ""

    @property
    def is_begun(self) -> bool:
        """Whether losing it would lose anything."""
        return bool(self.answers or self.way)


@dataclass(frozen=True)
class CampaignDoor:
    """One household of the list: ``knocked`` is when nobody answered last, for this campaign,
    since the last sheet (a stamp); ``kept`` how many questions a draft has answers to."""

    line: HouseholdLine
    state: SheetState
    told: Together = field(repr=False)
    knocked: str = ""
    kept: int = 0


@dataclass(frozen=True)
class CampaignRound:
    """The households of a campaign in walking order, with the areas that their doors are in."""

    campaign: Campaign
    doors: tuple[CampaignDoor, ...]
    houses: Mapping[str, House] = field(default_factory=dict, repr=False)

    def is_answered(self, household_id: str) -> bool:
        """Whether this door is done."""
        return any(
            door.line.id == household_id and door.state is SheetState.ANSWERED
            for door in self.doors
        )

    def next_after(self, household_id: str) -> CampaignDoor | None:
        """The next door to ask at, from the start after the last; ``None`` where none is left."""
        doors = list(self.doors)
        at = next((i for i, door in enumerate(doors) if door.line.id == household_id), -1)
        onward = doors[at + 1 :] + doors[: max(at, 0)]
        return next((door for door in onward if door.state is not SheetState.ANSWERED), None)

    def neighbour(self, household_id: str, step: int) -> CampaignDoor | None:
        """The door before (-1) or after (1) this one; ``None`` at an end."""
        at = next((i for i, one in enumerate(self.doors) if one.line.id == household_id), None)
        if at is None or not 0 <= at + step < len(self.doors):
            return None
        return self.doors[at + step]


@dataclass(frozen=True)
class Spoken:
    """What one colleague wrote down for a disputed question, in words."""

    who: str
    at: str
    answer: Answer = field(repr=False)


@dataclass(frozen=True)
class OpenSheet:
    """A sheet to be filled in: what stands already, what is disputed, and what a draft kept.

    ``corrects`` are the sheets that stand now: the new one takes their place.
    """

    campaign: Campaign
    line: HouseholdLine
    form: SheetForm
    kept_at: str
    differing: Mapping[str, tuple[Spoken, ...]] = field(repr=False)
    corrects: tuple[str, ...] = ()


@dataclass(frozen=True)
class SavedSheet:
    """What was written, for the toast and for taking it back."""

    campaign_id: str
    household_id: str
    sheet_id: str
    visit_id: str


def label_of(question: Question | None) -> str:
    """A question as people read it, in the language in use."""
    return said(question.label, catalogue.language) if question else ""


def answer_words(question: Question, answer: Answer) -> str:
    """An answer as people read it: labels in place of names."""
    names = answer if isinstance(answer, list) else [str(answer)]
    if not question.kind.chooses:
        return names[0]
    found = ((question.choice(name), name) for name in names)
    return _(", ").join(
        said(choice.label, catalogue.language) if choice else name for choice, name in found
    )
