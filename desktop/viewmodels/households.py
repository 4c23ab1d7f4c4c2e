"""The list of households: all of them by stair in walking order, or the answers to a search."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Final

from desktop.rows import Lamp, Row, RowKind
from desktop.services.finder import MOST_HITS, Hit
from desktop.services.households import HouseholdLine
from desktop.services.workplace import Workplace
from desktop.viewmodels.door_card import DoorCard, door_card
from desktop.viewmodels.door_tags import list_chips
from desktop.viewmodels.today import door_number, tone_of
from sync.i18n import N_, _, n_
from sync.rules.due import Due
from sync.rules.people import name_with_age
from sync.rules.reason import light, standing_words
from sync.rules.route import House, unit_of

_URGENT: Final = frozenset({Lamp.RED, Lamp.YELLOW})


@dataclass(frozen=True)
class HouseholdRows:
    """Rows to show and the household that each of them opens. ``wanted`` is what was searched."""

    rows: tuple[Row, ...] = field(repr=False)
    homes: Mapping[str, str]
    wanted: str = field(default="", repr=False)
    cut: bool = False

    @property
    def count_words(self) -> str:
        """How many households, or how many answers."""
        if not self.wanted:
            count = len(self.homes)
            return n_("{count} household", "{count} households", count).format(count=count)
        if self.cut:
            return _("the first {count}, write more to narrow it").format(count=MOST_HITS)
        return n_("{count} found", "{count} found", len(self.homes)).format(count=len(self.homes))


def all_households(place: Workplace) -> HouseholdRows:
    """Every household on this computer, by stair. Runs on the store lane."""
    lines = place.households.in_walking_order()
    dues = place.households.dues() if place.sight.knows_names else {}
    houses, today = place.households.houses(), place.day()
    rows: list[Row] = []
    for (building_id, unit), group in groupby(lines, key=_stair):
        doors = list(group)
        rows.append(_header(houses.get(building_id), unit, doors))
        rows += [_row(line, dues.get(line.id), today, lamps=bool(dues)) for line in doors]
    return HouseholdRows(tuple(rows), {line.id: line.id for line in lines})


def found_households(place: Workplace, wanted: str) -> HouseholdRows:
    """The answers to a search, the best first. Runs on the store lane."""
    hits = place.finder.find(wanted)
    rows = tuple(_hit_row(hit) for hit in hits)
    homes = {hit.id: hit.household_id for hit in hits}
    return HouseholdRows(rows, homes, wanted, cut=len(hits) >= MOST_HITS)


def preview(place: Workplace, household_id: str) -> DoorCard:
    """The card beside the list. Nothing is opened by it, so who does not know the doors sees no
    care, no reason and no past visits there."""
    card = door_card(place.households.card(household_id), place.day())
    if place.sight.knows_names:
        return card
    return replace(card, tags=(), late="", why="", facts=(), past=(), visit_count=0)


def _stair(line: HouseholdLine) -> tuple[str, str]:
    return line.building_id, unit_of(line.room)


def _header(house: House | None, unit: str, doors: Iterable[HouseholdLine]) -> Row:
    """A stair: its building and unit, the estate beside, how many households behind its doors."""
    shown = list(doors)
    title = house.name if house and house.name else _(N_("Other doors"))
    if unit:
        title = _(N_("{building}, unit {unit}")).format(building=title, unit=unit)
    count = n_("{count} household", "{count} households", len(shown)).format(count=len(shown))
    key = f"stair:{house.id if house else ''}:{unit}"
    estate = house.estate if house else ""
    return Row(key=key, title=title, kind=RowKind.GROUP, detail=estate, when=count)


def _row(line: HouseholdLine, due: Due | None, today: date, *, lamps: bool) -> Row:
    lamp, reason, standing = _state(due, today) if lamps else (None, "", "")
    return Row(
        key=line.id,
        title=name_with_age(line.who, line.age),
        lamp=lamp,
        lead=door_number(line.room),
        tags=list_chips(line.tags, two_people=line.two_people),
        reason=reason,
        reason_tone=tone_of(lamp) if lamp else tone_of(Lamp.NOT_DUE),
        detail=" · ".join(part for part in (standing, _people(line)) if part),
        action=_(N_("Open")),
        action_key="⏎",
    )


def _state(due: Due | None, today: date) -> tuple[Lamp, str, str]:
    """The lamp, its words where it asks for something, and how it stands."""
    if due is None:
        return Lamp.NOT_DUE, "", ""
    state = light(due, today)
    lamp = Lamp(state.lamp.value)
    return lamp, state.words if lamp in _URGENT else "", standing_words(due, today)


def _people(line: HouseholdLine) -> str:
    return n_("{count} person", "{count} people", line.people).format(count=line.people)


def _hit_row(hit: Hit) -> Row:
    line = hit.line
    is_other = hit.type == "person" and hit.name != line.who
    family = _(N_("home of {name}")).format(name=line.who) if is_other else ""
    where = " ".join(part for part in (line.estate, line.title or line.room) if part)
    return Row(
        key=hit.id,
        title=hit.who,
        lead=door_number(line.room),
        tags=list_chips(line.tags, two_people=line.two_people),
        detail=" · ".join(part for part in (where, family, hit.phone) if part),
        action=_(N_("Open")),
        action_key="⏎",
    )
