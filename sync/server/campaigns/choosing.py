"""Choosing the households of a campaign: by grid, building, a tag of tier 1, or a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import derived_id, stamp
from sync.merge.values import Writer
from sync.progress import Progress, silent
from sync.rules.address import parse_address
from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.tags import TAGS
from sync.server.forms.problems import FormProblem
from sync.server.grants import community_rows
from sync.server.locked import lock_scopes
from sync.server.office import ADMIN, Office, create_op, submit
from sync.server.roster.sheets import cell_text, is_empty, read_workbook
from sync.server.tables import LED_TO, ROW

AT_ONCE: Final = 200
"""Households of one transaction: the others who write in these grids wait for it."""

STEP: Final = N_("Choosing households")
_HEADS: Final = frozenset({"户室", "房号", "地址", "住户", "room", "household", "address"})


class TagTooClose(DoorstepError):
    """The tag would be told to everybody who sees the list."""

    code = "campaign.tag"
    message = N_(
        "{tag} cannot choose households: a list tells its tag to everyone who sees it. "
        "Only these can: {known}."
    )


class NothingChosen(DoorstepError):
    """No household answers to what was asked for."""

    code = "campaign.nothing"
    message = N_("No household is chosen by this. Check the grid, building, tag or list.")


class ListRefused(DoorstepError):
    """A list names doors that are not there. ``problems`` names each one's cell."""

    code = "campaign.list"
    message = N_("The list names {count} doors that are not clear. Nothing was changed.")

    def __init__(self, problems: Sequence[FormProblem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Choosing:
    """What a household has to be. Of several values of one kind any is enough; of several kinds
    all have to hold. ``households`` are ids, ``None`` where no list was given."""

    grids: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    households: tuple[str, ...] | None = field(default=None, repr=False)

    @property
    def asks(self) -> bool:
        """Whether it says anything at all."""
        return bool(self.grids or self.buildings or self.tags) or self.households is not None


def choose_households(
    office: Office,
    community_id: str,
    campaign_id: str,
    choosing: Choosing,
    progress: Progress = silent,
) -> int:
    """Put the chosen households on the campaign's list; how many of them were not there yet.

    They are written a bounded number in each transaction: what was cut short may be begun again.
    Raises :class:`TagTooClose`, :class:`NothingChosen` and what finding an area raises.
    """
    with office.db.read() as connection:
        chosen = _chosen(office, connection, community_id, choosing)
        listed = _listed(connection, campaign_id)
    if not chosen:
        raise NothingChosen
    fresh = [(home, scope) for home, scope in chosen.items() if home not in listed]
    for start in range(0, len(fresh), AT_ONCE):
        progress(STEP, start, len(fresh))
        _put(office, campaign_id, fresh[start : start + AT_ONCE])
    progress(STEP, len(fresh), len(fresh))
    office.note("campaign.choose", campaign_id)
    return len(fresh)


def read_list(office: Office, community_id: str, path: Path) -> tuple[str, ...]:
    """The households that a file names in its first column, by room or id.

    Raises :class:`ListRefused`, and the errors of reading any spreadsheet.
    """
    book = read_workbook(path)
    with office.db.read() as connection:
        doors = _DoorBook(connection, _grid_scopes(connection, community_id))
    found: list[str] = []
    problems: list[FormProblem] = []
    for sheet in book.sheets:
        for at, row in enumerate(sheet.rows):
            wanted = "" if is_empty(row) else cell_text(row[0])
            if not wanted or (at == 0 and wanted.lower() in _HEADS):
                continue
            homes = doors.households(wanted)
            if len(homes) == 1:
                found += homes
            else:
                code = "door.several" if homes else "door.unknown"
                problems.append(FormProblem(sheet.name, at + 1, "A", code))
    if problems:
        raise ListRefused(problems)
    return tuple(dict.fromkeys(found))


class _DoorBook:
    """Every door of a community, read once. An id, a room, or ``ESTATE/6-2-1602``."""

    def __init__(self, connection: Connection, scopes: Sequence[str]) -> None:
        self._homes = _homes(connection, scopes)
        behind: dict[str, list[str]] = {}
        for key, home in self._homes.items():
            behind.setdefault(home.dwelling_id, []).append(key)
        self._rooms: dict[str, list[tuple[str, list[str]]]] = {}
        for _, row_id, body in _rows(connection, "dwelling", scopes):
            told = (str(body.get("address", "")), behind.get(row_id, []))
            self._rooms.setdefault(str(body.get("room", "")), []).append(told)

    def households(self, wanted: str) -> list[str]:
        if wanted in self._homes:
            return [wanted]
        parsed = parse_address(wanted.rpartition("/")[2])
        estate = wanted.rpartition("/")[0] or (parsed.estate if parsed else "") or ""
        room = parsed.short if parsed else wanted
        doors = self._rooms.get(room, ())
        return [home for address, homes in doors if estate in address for home in homes]


def _put(office: Office, campaign_id: str, homes: Sequence[tuple[str, str]]) -> None:
    """One step: each in the scope in which the household lives."""

    def put(connection: Connection) -> None:
        by_scope: dict[str, list[str]] = {}
        for home, scope_id in homes:
            by_scope.setdefault(scope_id, []).append(home)
        locked = lock_scopes(connection, set(by_scope), stamp(office.clock.now()))
        writer = Writer(ADMIN, ADMIN, at=locked.at)
        for scope_id, found in by_scope.items():
            ops = [
                create_op(
                    office.minter,
                    "campaign_household",
                    derived_id("campaign_household", campaign_id, home),
                    {"campaign_id": campaign_id, "household_id": home},
                )
                for home in found
            ]
            submit(locked, scope_id, ops, writer, office.db.epoch)
        locked.save()

    office.db.run(put)


def _chosen(
    office: Office, connection: Connection, community_id: str, choosing: Choosing
) -> dict[str, str]:
    """The chosen households, each with its scope."""
    if not choosing.asks:
        return {}
    open_tags = [key for key, tag in TAGS.items() if tag.tier == 1]
    for tag in choosing.tags:
        if tag not in open_tags:
            raise TagTooClose(tag=tag, known=", ".join(open_tags))
    wanted = [
        scope_name(ScopeKind.GRID, office.find_area(connection, community_id, each, level="grid"))
        for each in choosing.grids
    ]
    scopes = wanted or _grid_scopes(connection, community_id)
    homes = _homes(connection, scopes)
    if choosing.buildings:
        found = [_building(office, connection, community_id, each) for each in choosing.buildings]
        doors = _doors(connection, scopes, {one for some in found for one in some})
        homes = {key: home for key, home in homes.items() if home.dwelling_id in doors}
    if choosing.tags:
        tagged = _tagged(connection, scopes, set(choosing.tags))
        homes = {key: home for key, home in homes.items() if key in tagged}
    listed = None if choosing.households is None else set(choosing.households)
    return {key: home.scope_id for key, home in homes.items() if listed is None or key in listed}


def _grid_scopes(connection: Connection, community_id: str) -> list[str]:
    areas = community_rows(connection, community_id, "area")
    grids = (row_id for row_id, body in areas.items() if body.get("level") == "grid")
    return [scope_name(ScopeKind.GRID, grid) for grid in sorted(grids)]


@dataclass(frozen=True)
class _Home:
    scope_id: str
    dwelling_id: str


def _homes(connection: Connection, scopes: Sequence[str]) -> dict[str, _Home]:
    return {
        row_id: _Home(scope_id, str(body.get("dwelling_id", "")))
        for scope_id, row_id, body in _rows(connection, "household", scopes)
    }


def _doors(connection: Connection, scopes: Sequence[str], buildings: set[str]) -> set[str]:
    return {
        row_id
        for _, row_id, body in _rows(connection, "dwelling", scopes)
        if body.get("building_id") in buildings
    }


def _tagged(connection: Connection, scopes: Sequence[str], tags: set[str]) -> set[str]:
    """The households in which somebody who lives there has one of the tags."""
    return {
        str(body.get("household_id"))
        for _, _, body in _rows(connection, "person", scopes)
        if tags.intersection(body.get("tags", ())) and not body.get("alias_of")
    }


def _rows(
    connection: Connection, type_: str, scopes: Sequence[str]
) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    live = (ROW.c.scope_id.in_(scopes), ROW.c.type == type_, LED_TO, ROW.c.deleted.is_(False))
    for line in connection.execute(select(ROW.c.scope_id, ROW.c.id, ROW.c.body).where(*live)):
        yield line.scope_id, line.id, decode_body(line.body)


def _listed(connection: Connection, campaign_id: str) -> set[str]:
    told = ROW.c.body.contains(f'"campaign_id":"{campaign_id}"', autoescape=True)
    where = (ROW.c.type == "campaign_household", LED_TO, ROW.c.deleted.is_(False), told)
    return set(connection.execute(select(ROW.c.root_id).where(*where)).scalars())


def _building(office: Office, connection: Connection, community_id: str, wanted: str) -> list[str]:
    """A building, or all buildings of an estate or courtyard, by id or name; an estate may stand
    before the number, as in 丰和苑6号楼."""
    areas = community_rows(connection, community_id, "area")
    full = [
        row_id
        for row_id, body in areas.items()
        if body.get("level") in ("building", "courtyard")
        and str(areas.get(str(body.get("parent_id")), {}).get("name", "")) + str(body.get("name"))
        == wanted
    ]
    found = full or [office.find_area(connection, community_id, wanted)]
    inside = [row_id for row_id, body in areas.items() if body.get("parent_id") in found]
    return [*found, *inside]
