"""Whom and where a matter concerns: colleagues by name, and the door that a place names."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from desktop.services.matter_forms import NewMatter
from desktop.services.matter_list import ListedMatter
from desktop.services.workplace import Workplace
from sync.errors import NotFound, SeveralMatches
from sync.store.record import Record

_TAKE_NO_MATTER: Final = frozenset({"it_admin", "partner", "street"})


@dataclass(frozen=True)
class Known:
    """Who may be meant where a step asks for somebody: colleagues as id and name; the steward of
    the building and the units that share responsibility for the grid, in words.

    ``departments`` are areas of the community: what names one of them comes to its own computers,
    where ``reached`` has it. The street holds no areas, and knows nothing of that (``None``).
    """

    colleagues: list[tuple[str, str]]
    steward: str = ""
    units: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    reached: frozenset[str] | None = None


def known_for(place: Workplace, line: ListedMatter) -> Known:
    """Whom a step of this matter may concern, from the roster as it is today."""
    grid_id = line.record.scope_id.partition(":")[2]
    building_id = line.home.building_id if line.home else ""
    here = [one for one in place.rosters.listed().helpers if one.holds]
    steward = next(
        (one.name for one in here if (one.post, one.area_id) == ("stair_steward", building_id)), ""
    )
    units = (one.department for one in here if one.post == "part_time" and one.area_id == grid_id)
    departments, knows = _departments(place), bool(place.names.areas())
    return Known(
        colleagues(place),
        steward,
        tuple(dict.fromkeys(unit for unit in units if unit)),
        tuple(sorted(departments)),
        frozenset(name for name, held in departments.items() if held) if knows else None,
    )


def _departments(place: Workplace) -> dict[str, bool]:
    """The department areas of the community by name, and whether somebody answers for each."""
    today = place.day().isoformat()
    held = {
        str(row.get("area_id"))
        for row in place.store.reading.rows("assignment", where={"post": "partner"})
        if str(row.get("valid_from") or "") <= today <= str(row.get("valid_to") or today)
    }
    named = {
        key: str(area.get("name") or "").strip()
        for key, area in place.names.areas().items()
        if area.get("level") == "department"
    }
    return {
        name: any(key in held for key, one in named.items() if one == name)
        for name in named.values()
        if name
    }


def _takes_matters(posts: Sequence[Record], today: str) -> bool:
    """Whether one of somebody's posts, as far as any are known, takes matters and is held today."""
    return not posts or any(
        row.get("post") not in _TAKE_NO_MATTER
        and str(row.get("valid_from") or "") <= today <= str(row.get("valid_to") or today)
        for row in posts
    )


def colleagues(place: Workplace) -> list[tuple[str, str]]:
    """Everybody of the community who may be given a matter: id and name, oneself first. Not who
    keeps the computers and sees no matter; nor who speaks for a department or the street, which is
    named itself; nor who has no post any more."""
    me, reading = place.store.account.user.staff_id, place.store.reading
    today = place.day().isoformat()
    posts: dict[str, list[Record]] = defaultdict(list)
    for held in reading.rows("assignment"):
        posts[str(held.get("staff_id"))].append(held)
    rows = [
        row
        for row in reading.rows("staff")
        if row.get("name") and _takes_matters(posts[row.id], today)
    ]
    ordered = sorted(rows, key=lambda row: (row.id != me, str(row.get("py") or ""), row.id))
    return [(row.id, str(row.get("name"))) for row in ordered]


def report_at_door(place: Workplace, told: NewMatter) -> str:
    """Report a matter; where its place is one door of this computer, it belongs to who lives
    there. Raises what :meth:`MatterWork.report` raises."""
    if told.place and not told.household_id:
        try:
            household = place.references.household(told.place)
        except (NotFound, SeveralMatches):
            return place.matter_work.report(told)
        told = replace(told, household_id=household.id, place="")
    return place.matter_work.report(told)
