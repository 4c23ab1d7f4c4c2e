"""What the campaign pages show: the campaigns, one round by stair, and its tally."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Final

from desktop.rows import Lamp, Row, RowKind, Tag, Tone
from desktop.services.campaign_records import (
    CampaignDoor,
    CampaignLine,
    CampaignRound,
    SheetState,
)
from desktop.viewmodels.door_tags import list_chips
from desktop.viewmodels.moments import day_and_time
from desktop.viewmodels.today import door_number
from sync.i18n import N_, _, n_
from sync.identity import Clock
from sync.rules.people import name_with_age
from sync.rules.reason import day_text
from sync.rules.route import House, unit_of


class Shown(StrEnum):
    """Which households of a campaign are listed; the tally stands beside them."""

    ALL = "all"
    OPEN = "open"
    ANSWERED = "answered"
    DIFFERS = "differs"
    TALLY = "tally"

    @property
    def words(self) -> str:
        """The tab's words."""
        return _(_SHOWN[self])

    def holds(self, door: CampaignDoor) -> bool:
        """Whether a door belongs here."""
        match self:
            case Shown.OPEN:
                return door.state in (SheetState.OPEN, SheetState.BEGUN)
            case Shown.ANSWERED:
                return door.state is SheetState.ANSWERED
            case Shown.DIFFERS:
                return door.state is SheetState.DIFFERS
        return True


_SHOWN: Final = {
    Shown.ALL: N_("All"),
    Shown.OPEN: N_("To ask"),
    Shown.ANSWERED: N_("Answered"),
    Shown.DIFFERS: N_("Two different sheets"),
    Shown.TALLY: N_("Tally by building"),
}
_LAMPS: Final = {
    SheetState.OPEN: Lamp.NOT_DUE,
    SheetState.BEGUN: Lamp.YELLOW,
    SheetState.DIFFERS: Lamp.RED,
    SheetState.ANSWERED: Lamp.DONE,
}
_TONES: Final = {SheetState.BEGUN: Tone.WARN, SheetState.DIFFERS: Tone.BAD}


@dataclass(frozen=True)
class StateWords:
    """How far one household is: a lamp, a few words, and what follows from it."""

    lamp: Lamp
    tone: Tone
    words: str
    detail: str


def doors_words(answered: int, doors: int) -> str:
    """7 / 18 户."""
    return n_("{done} / {all} household", "{done} / {all} households", doors).format(
        done=answered, all=doors
    )


def campaign_rows(lines: Iterable[CampaignLine], today: date) -> tuple[Row, ...]:
    """One row a campaign, the count of its households at the right."""
    return tuple(_campaign_row(line, today) for line in lines)


def period_words(line: CampaignLine, today: date) -> str:
    """Until when it runs, or that it is over or yet to come."""
    campaign = line.campaign
    if campaign.valid_to is not None and campaign.valid_to < today:
        return _(N_("ended on {day}")).format(day=day_text(campaign.valid_to, today))
    if campaign.valid_from is not None and campaign.valid_from > today:
        return _(N_("begins on {day}")).format(day=day_text(campaign.valid_from, today))
    if campaign.valid_to is not None:
        return _(N_("until {day}")).format(day=day_text(campaign.valid_to, today))
    return _(N_("without an end"))


def round_rows(found: CampaignRound, shown: Shown, clock: Clock) -> tuple[Row, ...]:
    """The households by stair in walking order, each stair with how far it is."""
    rows: list[Row] = []
    number = 0
    for (building_id, unit), group in groupby(found.doors, key=_stair):
        doors = list(group)
        listed = [door for door in doors if shown.holds(door)]
        if listed:
            number += 1
            rows.append(_header(number, found.houses.get(building_id), unit, doors))
            rows += [_door_row(door, clock) for door in listed]
    return tuple(rows)


def tab_counts(found: CampaignRound) -> Mapping[Shown, int]:
    """How many households each tab lists."""
    return {
        shown: sum(shown.holds(door) for door in found.doors)
        for shown in Shown
        if shown is not Shown.TALLY
    }


def state_words(door: CampaignDoor, clock: Clock) -> StateWords:
    """The state of one household, in words."""
    say: dict[SheetState, Callable[[], tuple[str, str]]] = {
        SheetState.OPEN: lambda: (_(N_("Not asked yet")), _knock_words(door, clock)),
        SheetState.BEGUN: lambda: (
            n_("{count} answer kept", "{count} answers kept", door.kept).format(count=door.kept),
            _(N_("Go on where it stopped.")),
        ),
        SheetState.DIFFERS: lambda: (
            _(N_("Two sheets say different things")),
            _(N_("Both are kept. Open it and choose what holds.")),
        ),
        SheetState.ANSWERED: lambda: (
            _(N_("Answered")),
            day_and_time(door.told.sheets[-1].at, clock) if door.told.sheets else "",
        ),
    }
    words, detail = say[door.state]()
    return StateWords(_LAMPS[door.state], _TONES.get(door.state, Tone.NEUTRAL), words, detail)


def _campaign_row(line: CampaignLine, today: date) -> Row:
    count = len(line.campaign.questions.questions)
    asked = n_("{count} question", "{count} questions", count).format(count=count)
    differs = n_(
        "{count} household with two different sheets",
        "{count} households with two different sheets",
        line.differing,
    ).format(count=line.differing)
    kept = n_("{count} begun", "{count} begun", line.begun).format(count=line.begun)
    parts = [period_words(line, today), asked, kept if line.begun else ""]
    done = line.answered == line.doors
    return Row(
        key=line.campaign.id,
        title=line.campaign.title,
        icon="check-circle" if done else "megaphone",
        icon_tone=Tone.OK if done else Tone.PRIMARY,
        reason=differs if line.differing else "",
        reason_tone=Tone.BAD,
        detail=" · ".join(part for part in parts if part),
        badge=Tag(doors_words(line.answered, line.doors), Tone.OK if done else Tone.NEUTRAL),
    )


def _stair(door: CampaignDoor) -> tuple[str, str]:
    return door.line.building_id, unit_of(door.line.room)


def _header(number: int, house: House | None, unit: str, doors: list[CampaignDoor]) -> Row:
    title = house.name if house and house.name else _(N_("Other doors"))
    if unit:
        title = _(N_("{building}, unit {unit}")).format(building=title, unit=unit)
    done = sum(bool(door.told.sheets) for door in doors)
    return Row(
        key=f"stair:{house.id if house else ''}:{unit}",
        title=title,
        kind=RowKind.GROUP,
        lead=str(number),
        detail=house.estate if house else "",
        when=doors_words(done, len(doors)),
        so_far=done,
        in_all=len(doors),
    )


def _door_row(door: CampaignDoor, clock: Clock) -> Row:
    state, line = state_words(door, clock), door.line
    return Row(
        key=line.id,
        title=name_with_age(line.who, line.age),
        lamp=state.lamp,
        lead=door_number(line.room),
        tags=list_chips(line.tags, two_people=line.two_people),
        reason=state.words,
        reason_tone=state.tone,
        detail=state.detail,
        action=_(N_("Ask")) if door.state is not SheetState.ANSWERED else _(N_("Open")),
        action_key="⏎",
    )


def _knock_words(door: CampaignDoor, clock: Clock) -> str:
    if not door.knocked:
        return ""
    return _(N_("no answer {when}")).format(when=day_and_time(door.knocked, clock))
