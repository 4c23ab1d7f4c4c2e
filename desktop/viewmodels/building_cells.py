"""One door of a building in a state and words, whatever the colours show."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from desktop.cells import Badge, Cell, CellState, LegendKey
from desktop.rows import Lamp, Tag, Tone
from desktop.services.buildings import DoorFacts, HomeFacts
from desktop.viewmodels.building_grid import Spot
from desktop.viewmodels.door_tags import list_chips
from sync.i18n import N_, _, n_
from sync.rules.due import Due, Why
from sync.rules.people import name_with_age
from sync.rules.reason import Lamp as DueLamp
from sync.rules.reason import day_text, light

RECENT_DAYS: Final = 30
QUARTER_DAYS: Final = 90
SOON_DAYS: Final = 7
"""A door that is due within so many days says so in place of when it was seen."""

_LIVED_IN_BY: Final = {
    "owner": CellState.OWNER,
    "rented": CellState.RENTED,
    "group_rented": CellState.GROUP_RENTED,
    "vacant": CellState.VACANT,
    "business": CellState.BUSINESS,
    "dorm": CellState.DORM,
}
EMPTY: Final = frozenset({CellState.VACANT, CellState.NOBODY})


class Colouring(StrEnum):
    """What the colours mean."""

    VISITS = "visits"
    CARE = "care"
    MATTERS = "matters"
    OCCUPANCY = "occupancy"

    @property
    def words(self) -> str:
        """The segment's words."""
        return _(_COLOURINGS[self])


_COLOURINGS: Final = {
    Colouring.VISITS: N_("Visits"),
    Colouring.CARE: N_("Caring"),
    Colouring.MATTERS: N_("Matters"),
    Colouring.OCCUPANCY: N_("Living"),
}
# Where several households share a door, it shows the state that asks for most.
_URGENT: Final = (
    CellState.OVERDUE,
    CellState.HAZARD,
    CellState.NEED,
    CellState.NEVER,
    CellState.CARE,
    CellState.REFUSED,
    CellState.HALF_YEAR,
    CellState.QUARTER,
)
_MOST_PRESSING: Final = (*_URGENT, *(state for state in CellState if state not in _URGENT))


@dataclass(frozen=True)
class DoorLook:
    """One household behind a door, as every colouring says it."""

    home: HomeFacts = field(repr=False)
    visit: CellState
    badges: frozenset[Badge]
    lamp: Lamp | None
    note: str
    tag: Tag | None
    name: str = field(repr=False)
    about: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class DrawnDoor:
    """One door on its spot."""

    door: DoorFacts = field(repr=False)
    spot: Spot
    looks: tuple[DoorLook, ...]
    badges: frozenset[Badge]


def draw_door(door: DoorFacts, spot: Spot, today: date) -> DrawnDoor:
    looks = tuple(_look(door, home, today) for home in door.homes)
    return DrawnDoor(door, spot, looks, frozenset().union(*(look.badges for look in looks)))


def _look(door: DoorFacts, home: HomeFacts, today: date) -> DoorLook:
    visit = visit_state(home, today)
    lamp, note = _standing(home, visit, today)
    badges = frozenset(_badges(home))
    tag = _tag(home, today)
    return DoorLook(
        home, visit, badges, lamp, note, tag, _name(door, home), _about(door, home, lamp)
    )


def cell_of(drawn: DrawnDoor, colouring: Colouring) -> Cell:
    door, spot = drawn.door, drawn.spot
    states = [_state(door, look, colouring) for look in drawn.looks]
    states = states or [_unlived(door, colouring)]
    weights: Counter[LegendKey] = Counter(states)
    for look in drawn.looks:
        weights.update(look.badges)
    at = min(range(len(states)), key=lambda one: _MOST_PRESSING.index(states[one]))
    shown = drawn.looks[at] if drawn.looks else None
    note = shown.note if shown else states[0].words
    return Cell(
        key=shown.home.line.id if shown else f"door:{door.id}",
        row=spot.row,
        column=spot.column,
        label=spot.label,
        state=states[at],
        badges=drawn.badges,
        homes=len(door.homes),
        weights=weights,
        name=shown.name if shown else "",
        note=note,
        lamp=shown.lamp if shown else None,
        tag=shown.tag if shown else None,
        sentence=_sentence(door, shown, states[at], note),
    )


def _name(door: DoorFacts, home: HomeFacts) -> str:
    others = len(door.homes) - 1
    if home.line.people == 0 or not others:
        return home.line.who if home.line.people else ""
    return f"{home.line.who} {_more(others)}"


def _more(others: int) -> str:
    return n_("and {count} more", "and {count} more", others).format(count=others)


def _sentence(door: DoorFacts, look: DoorLook | None, state: CellState, note: str) -> str:
    """1602 王桂兰, aged 78; red lamp; 5 days late; older person living alone; open: repairs."""
    if look is None:
        return _("; ").join(part for part in (door.room, note) if part)
    who, lamp, *rest = look.about
    told = state.words if state.words != note else ""
    return _("; ").join(part for part in (who, lamp, told, note, *rest) if part)


def _about(door: DoorFacts, home: HomeFacts, lamp: Lamp | None) -> tuple[str, ...]:
    """What a cell's sentence says in every colouring: who and the lamp, tags and what is open."""
    line = home.line
    who = f"{line.room} {name_with_age(line.who, line.age)}".strip()
    tags = list_chips(line.tags, two_people=line.two_people)
    asked = _(", ").join(one.words for one in home.open)
    others = len(door.homes) - 1
    return (
        who,
        lamp.words if lamp else "",
        *(tag.text for tag in tags),
        _(N_("open: {what}")).format(what=asked) if asked else "",
        _more(others) if others else "",
    )


def _state(door: DoorFacts, look: DoorLook, colouring: Colouring) -> CellState:
    home = look.home
    match colouring:
        case Colouring.VISITS:
            return look.visit
        case Colouring.CARE if home.care:
            return look.visit if look.visit is CellState.OVERDUE else CellState.CARE
        case Colouring.CARE:
            return CellState.NO_CARE
        case Colouring.MATTERS if home.open:
            return CellState.HAZARD if home.open[0].is_hazard else CellState.NEED
        case Colouring.MATTERS:
            return CellState.NO_MATTER
        case Colouring.OCCUPANCY:
            return _LIVED_IN_BY.get(door.occupancy, CellState.UNKNOWN)


def _unlived(door: DoorFacts, colouring: Colouring) -> CellState:
    """A door without a household."""
    match colouring:
        case Colouring.VISITS:
            return CellState.VACANT if door.occupancy == "vacant" else CellState.NOBODY
        case Colouring.CARE:
            return CellState.NO_CARE
        case Colouring.MATTERS:
            return CellState.NO_MATTER
        case Colouring.OCCUPANCY:
            return _LIVED_IN_BY.get(door.occupancy, CellState.UNKNOWN)


def visit_state(home: HomeFacts, today: date) -> CellState:
    due = home.due
    if due is None:
        return CellState.NOBODY
    if light(due, today).lamp is DueLamp.RED:
        return CellState.OVERDUE
    if due.wait_until is not None and due.wait_until >= today:
        return CellState.REFUSED
    if due.reason_key is Why.VACANT:
        return CellState.VACANT
    return _recency(due, today)


def _recency(due: Due, today: date) -> CellState:
    if due.last_met is None:
        return CellState.NEVER
    days = (today - due.last_met).days
    if days <= RECENT_DAYS:
        return CellState.RECENT
    return CellState.QUARTER if days <= QUARTER_DAYS else CellState.HALF_YEAR


def _badges(home: HomeFacts) -> set[Badge]:
    found = {Badge.CARE} if home.care else set()
    return found | ({Badge.MATTER} if home.open else set())


def _standing(home: HomeFacts, state: CellState, today: date) -> tuple[Lamp | None, str]:
    """How a home stands, in a few words, with the lamp of one that asks for somebody."""
    due = home.due
    if due is None or state in EMPTY:
        return None, state.words
    if state is CellState.REFUSED and due.wait_until:
        day = day_text(due.wait_until, today)
        return None, _(N_("refused, again from {day}")).format(day=day)
    lit = light(due, today)
    if lit.lamp is DueLamp.RED or (lit.lamp is DueLamp.YELLOW and lit.days <= SOON_DAYS):
        return Lamp(lit.lamp.value), lit.words
    if due.last_met is None:
        return None, state.words
    days = (today - due.last_met).days
    if days == 0:
        return None, _(N_("met today"))
    return None, n_("met {count} day ago", "met {count} days ago", days).format(count=days)


def _tag(home: HomeFacts, today: date) -> Tag | None:
    line, due = home.line, home.due
    if line.two_people:
        return next(iter(list_chips(line.tags, two_people=True)))
    if due is not None and due.reason_key is Why.NEW_HOME:
        return Tag(_(N_("new here")), Tone.NEUTRAL)
    return next(iter(list_chips(line.tags, two_people=False)), None)
