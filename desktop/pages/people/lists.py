"""What the page read last, and the rows and sheets that follow from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.rows import Row
from desktop.services.dispatch_board import Board, Task
from desktop.services.grids import GridMap, LoadLine
from desktop.services.households import HouseholdLine
from desktop.services.office_desk import ListReply, Table
from desktop.services.roster import HelperLine, HelperRoster, StaffLine
from desktop.services.workplace import Workplace
from desktop.sheet import Sheet
from desktop.viewmodels import people_dispatch, people_grids, people_roster, people_tables
from desktop.viewmodels.people import DISPATCH, GRIDS, HELPERS, LISTS, LOAD, STAFF
from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE

_SECRETARY, _LEADER, _IT = "secretary", "grid_leader", "it_admin"


@dataclass(frozen=True)
class Read:
    """Everything of one reading of the store."""

    roster: HelperRoster
    staff: tuple[StaffLine, ...]
    grids: GridMap
    load: tuple[LoadLine, ...]
    board: Board
    now: datetime


def read_all(place: Workplace) -> Read:
    """On the store lane."""
    load = tuple(place.grids.load())
    return Read(
        place.rosters.listed(),
        tuple(place.rosters.staff()),
        place.grids.map(),
        load,
        place.dispatch.board(load),
        place.clock.now().astimezone(LOCAL_ZONE),
    )


@dataclass(frozen=True)
class _Made:
    """The rows of dispatch as they were made last."""

    of: Read
    marked: frozenset[str]
    rows: list[Row]


@dataclass
class Lists:
    """What is shown. ``homes`` are the households behind a count that was opened;
    ``marked`` the rows that are chosen for dispatch."""

    posts: frozenset[str]
    read: Read | None = None
    tab: str = HELPERS
    wanted: str = ""
    homes: Sequence[HouseholdLine] = ()
    homes_title: str = ""
    marked: frozenset[str] = frozenset()
    table: Table | None = None
    reply: ListReply | None = None
    is_done: bool = False
    code: str = field(default="", repr=False)
    code_of: str = ""
    _made: _Made | None = field(default=None, repr=False)

    @property
    def tabs(self) -> list[str]:
        """What this person's posts are about."""
        if _SECRETARY in self.posts:
            return [HELPERS, STAFF, GRIDS, LOAD, DISPATCH, LISTS]
        if _LEADER in self.posts:
            return [LOAD, DISPATCH, GRIDS, STAFF, HELPERS]
        return [STAFF, HELPERS, GRIDS, LISTS]

    @property
    def keeps_roster(self) -> bool:
        """Whether the roster of helpers is this person's to write."""
        return _SECRETARY in self.posts

    @property
    def keeps_areas(self) -> bool:
        """Whether areas are."""
        return bool(self.posts & {_SECRETARY, _IT})

    @property
    def may(self) -> frozenset[str]:
        """What this person may do about colleagues; the server asks again."""
        found: set[str] = set()
        if _SECRETARY in self.posts:
            found |= {"code", "post", "cover", "end", "new", "hand"}
        if _LEADER in self.posts:
            found |= {"cover", "hand"}
        if _IT in self.posts:
            found |= {"code", "new"}
        return frozenset(found)

    def count(self, tab: str) -> int | None:
        """The number beside a tab; none where nothing lacks a grid."""
        if self.read is None:
            return None
        if tab == HELPERS:
            return len(self.read.roster.vacancies)
        if tab == GRIDS:
            coverage = self.read.grids.coverage
            return coverage.in_all - coverage.covered or None
        if tab == DISPATCH:
            return sum(not one.owner_id and not one.unit for one in self.read.board.tasks)
        return len(self.read.staff) if tab == STAFF else None

    def take(self, found: Read) -> None:
        """What was read; of what is chosen stays what is still in hand."""
        self.read = found
        self.marked &= {people_dispatch.task_key(one) for one in found.board.tasks}

    def rows(self) -> list[Row]:
        """The rows of the tab, or the households behind a count."""
        if self.read is None:
            return []
        if self.homes:
            return people_grids.home_rows(self.homes)
        read = self.read
        made: dict[str, Callable[[], list[Row]]] = {
            HELPERS: lambda: people_roster.helper_rows(read.roster, self.wanted),
            STAFF: lambda: people_roster.staff_rows(read.staff, self.wanted),
            GRIDS: lambda: people_grids.grid_rows(read.grids),
            LOAD: lambda: people_grids.load_rows(read.load),
            DISPATCH: self._dispatch_rows,
            LISTS: lambda: people_tables.list_rows(self.reply),
        }
        return made[self.tab]()

    def _dispatch_rows(self) -> list[Row]:
        """Hundreds of rows, of which a key chooses or leaves a few."""
        read = self.read
        assert read is not None
        made = self._made
        if made is None or made.of is not read:
            rows = people_dispatch.dispatch_rows(read.board, self.marked, read.now)
        else:
            changed = made.marked ^ self.marked
            rows = people_dispatch.remarked(made.rows, changed, self.marked)
        self._made = _Made(read, self.marked, rows)
        return rows

    def sheet(self, key: str) -> Sheet | None:
        """What stands beside a row."""
        if self.read is None:
            return None
        if self.tab == LISTS:
            return people_tables.list_sheet(self.table, self.reply, is_done=self.is_done)
        return self._person_sheet(key) or self._count_sheet(key)

    def _person_sheet(self, key: str) -> Sheet | None:
        helper, colleague, load = self.helper(key), self.colleague(key), self.load_of(key)
        task = self.task(key)
        if task is not None and self.read is not None:
            count = len(self.marked)
            board, now = self.read.board, self.read.now
            return people_dispatch.dispatch_sheet(task, board, count, now, may=self.may)
        if helper is not None:
            return people_roster.helper_sheet(helper, may_write=self.keeps_roster)
        if colleague is not None:
            return self._staff_sheet(colleague)
        if load is not None:
            return people_grids.load_sheet(load, may=self.may)
        return self._vacancy_sheet(key) if key.startswith("vacant:") else None

    def _vacancy_sheet(self, key: str) -> Sheet:
        assert self.read is not None
        area_id = key.split(":")[2]
        empty = (one for one in self.read.roster.vacancies if one.area_id == area_id)
        place = next((one.place for one in empty), "")
        return people_roster.vacancy_sheet(key, place, may_write=self.keeps_roster)

    def _staff_sheet(self, colleague: StaffLine) -> Sheet:
        sheet = people_roster.staff_sheet(colleague, may=self.may)
        if self.code and self.code_of == colleague.id:
            about = _(N_("The code works once, within 10 minutes. It is not shown again."))
            return Sheet(sheet.title, about, sheet.facts, sheet.acts, big=self.code)
        return sheet

    def _count_sheet(self, key: str) -> Sheet | None:
        if self.homes:
            return people_grids.count_sheet(self.homes_title, len(self.homes), self._home_acts())
        title, ids = self.behind(key)
        if not title:
            return None
        acts = [("open", _(N_("Open the households")), "⏎")] if ids else []
        acts += self._home_acts() if ids else []
        if key.startswith("plan:") and self.keeps_areas:
            acts = [*acts[:1], ("withdraw", _(N_("Take it back")), "W")]
        return people_grids.count_sheet(title, len(ids), acts)

    def _home_acts(self) -> list[tuple[str, str, str]]:
        return [("move", _(N_("Split, merge or move")), "M")] if self.keeps_areas else []

    def behind(self, key: str) -> tuple[str, tuple[str, ...]]:
        """What a count is about, and its households."""
        assert self.read is not None
        kind, _colon, rest = key.partition(":")
        grids = self.read.grids
        if kind == "coverage":
            outside = [one for ids in grids.coverage.wrong.values() for one in ids]
            return _(N_("Not in exactly one micro-grid")), tuple(outside)
        if kind == "wrong":
            return _(people_grids.WRONG[rest]), tuple(grids.coverage.wrong.get(rest, ()))
        if kind == "plan":
            plan = next((one for one in grids.planned if one.id == rest), None)
            return (plan.target, plan.households) if plan else ("", ())
        if kind == "area":
            area = next((one for one in grids.grids if one.id == rest), None)
            return (area.name, area.households) if area else ("", ())
        return "", ()

    def helper(self, key: str) -> HelperLine | None:
        """The helper of a row."""
        helpers = self.read.roster.helpers if self.read else ()
        return next((one for one in helpers if key == f"helper:{one.id}"), None)

    def colleague(self, key: str) -> StaffLine | None:
        """The colleague of a row."""
        staff = self.read.staff if self.read else ()
        return next((one for one in staff if key == f"staff:{one.id}"), None)

    @property
    def board(self) -> Board | None:
        """What is in hand, and with whom."""
        return self.read.board if self.read else None

    def task(self, key: str) -> Task | None:
        """What stands in a row of dispatch."""
        tasks = self.read.board.tasks if self.read and key.startswith("task:") else ()
        return next((one for one in tasks if people_dispatch.task_key(one) == key), None)

    def load_of(self, key: str) -> LoadLine | None:
        """The worker of a row."""
        load = self.read.load if self.read else ()
        return next((one for one in load if key == f"load:{one.grid_id}:{one.staff_id}"), None)
