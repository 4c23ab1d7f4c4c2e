"""The roster of helpers (三长, stewards, part-time members) as the office keeps it in a table.

One row is one post. What a later table says anew is written as an edit is; whoever it names no
more is counted and stays: a post ends by its day, and by a person's word.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import derived_id
from sync.rules.address import parse_building, part_of
from sync.rules.phone import is_valid_phone, read_phones
from sync.server.roster.matching import estate_key, grid_key
from sync.server.roster.sheets import (
    Cell,
    Sheet,
    cell_text,
    column_letter,
    is_empty,
    read_workbook,
)
from sync.server.roster.words import plain_word

SEARCHED_ROWS: Final = 30

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "post": ("岗位", "职务", "类别", "身份", "POST"),
    "name": ("姓名", "名字", "NAME"),
    "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "PHONE"),
    "grid": ("所属网格", "网格", "网格名称", "GRID"),
    "micro_grid": ("微网格", "所属微网格", "MICRO-GRID"),
    "estate": ("小区", "院落", "小区名称", "ESTATE"),
    "building": ("楼栋", "楼号", "楼", "BUILDING"),
    "unit": ("单元", "单元号", "UNIT"),
    "full_time": ("专兼职", "专职兼职", "专职", "FULL-TIME"),
    "department": ("单位", "部门", "所在单位", "DEPARTMENT"),
    "valid_from": ("起始日期", "任职日期", "开始日期", "FROM"),
    "valid_to": ("截止日期", "结束日期", "离任日期", "UNTIL"),
}
"""The columns that are understood, and how offices call them. README tells them to people."""

POSTS: Final[Mapping[str, tuple[str, ...]]] = {
    "grid_leader": ("网格长",),
    "building_head": ("楼栋长", "楼长"),
    "unit_head": ("单元长",),
    "stair_steward": ("楼道红管家", "红管家"),
    "volunteer": ("微网格员", "微网格长", "微网格志愿者"),
    "part_time": ("兼职网格员", "兼职"),
}
_POST_OF: Final = {plain_word(word): post for post, words in POSTS.items() for word in words}
_COLUMN_OF: Final = {plain_word(word): name for name, words in COLUMNS.items() for word in words}
_FULL: Final = frozenset({"专职", "专", "是", "全职", "YES"})

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "name": (N_("The row has no name."), N_("Fill in the name, or delete the row.")),
    "post": (
        N_("This post is not known."),
        N_("Use the names of the posts in README."),
    ),
    "area": (
        N_("No such grid, micro-grid or building is among the areas."),
        N_("Correct its name, or add the area first."),
    ),
    "unit": (N_("A unit head needs a building and a unit."), N_("Fill in the unit, such as 2.")),
    "phone": (
        N_("This is no phone number."),
        N_("Correct the number."),
    ),
    "day": (N_("The day is not a full date."), N_("Write it like 2026-06-18.")),
    "twice": (
        N_("The same person has the same post in an earlier row."),
        N_("Delete one of the two rows."),
    ),
}
_COSTS_ROW: Final = frozenset({"name", "post", "area", "unit", "twice"})


class NotAHelperTable(DoorstepError):
    """No sheet has a row of column names for helpers."""

    code = "import.no_helpers"
    message = N_("This table has no columns for post, name and area. The first row names them.")


@dataclass(frozen=True, order=True)
class HelperProblem:
    """What is wrong with one cell: its place and a rule, never what it holds."""

    sheet: str
    row: int
    column: str
    code: str

    @property
    def drops_row(self) -> bool:
        """Whether the whole row is left out, and not its cell alone."""
        return self.code in _COSTS_ROW

    @property
    def texts(self) -> tuple[str, str]:
        """What is wrong and how to mend it, untranslated: the laptop speaks its own language."""
        return _TEXTS[self.code]


@dataclass(frozen=True)
class Helper:
    """One post of one person, as rows of the schema say it."""

    id: str
    cells: Mapping[str, Any] = field(repr=False)


@dataclass
class HelperTable:
    """What a table tells. ``rows`` counts all that tell of somebody, left out or not."""

    helpers: list[Helper] = field(default_factory=list)
    problems: list[HelperProblem] = field(default_factory=list)
    rows: int = 0

    @property
    def dropped(self) -> int:
        """Rows that are left out."""
        return len({(one.sheet, one.row) for one in self.problems if one.drops_row})


def read_helpers(
    file: Path | bytes, community_id: str, areas: Mapping[str, Mapping[str, Any]]
) -> HelperTable:
    """Everything the file tells of helpers. Raises :class:`NotAHelperTable` and the errors of
    :mod:`sync.server.roster.errors`."""
    reading = _Reading(community_id, _Areas(areas))
    found = False
    for sheet in read_workbook(file).sheets:
        header = _header(sheet)
        if header is not None:
            found = True
            reading.read(sheet, *header)
    if not found:
        raise NotAHelperTable
    return reading.table


def _header(sheet: Sheet) -> tuple[dict[str, int], int] | None:
    for at, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(row):
            name = _COLUMN_OF.get(plain_word(cell_text(cell)))
            if name:
                columns.setdefault(name, index)
        if {"post", "name"} <= columns.keys():
            return columns, at + 1
    return None


class _Areas:
    """The grids, micro-grids and buildings of a community, by the names that tables use."""

    def __init__(self, areas: Mapping[str, Mapping[str, Any]]) -> None:
        self._named: dict[tuple[str, str], list[str]] = {}
        self._buildings: dict[tuple[str, str], list[str]] = {}
        for row_id, body in areas.items():
            level, name = str(body.get("level")), str(body.get("name", ""))
            self._named.setdefault((level, grid_key(name)), []).append(row_id)
            parsed = parse_building(name) if level == "building" else None
            if parsed is not None:
                estate = str(areas.get(str(body.get("parent_id")), {}).get("name", ""))
                for key in {estate_key(estate), ""}:
                    self._buildings.setdefault((key, parsed[1]), []).append(row_id)

    def find(self, texts: Mapping[str, str]) -> str:
        """The narrowest area that a row names; empty where it is none, or one of several."""
        if texts.get("building"):
            parsed = parse_building(texts["building"])
            number = parsed[1] if parsed else part_of(texts["building"])
            estate = texts.get("estate") or (parsed[0] if parsed else "") or ""
            return _one(self._buildings.get((estate_key(estate), number), []))
        for level in ("micro_grid", "grid"):
            if texts.get(level):
                return _one(self._named.get((level, grid_key(texts[level])), []))
        if texts.get("estate"):
            return _one(self._named.get(("courtyard", grid_key(texts["estate"])), []))
        return ""


def _one(found: Sequence[str]) -> str:
    return found[0] if len(found) == 1 else ""


class _Reading:
    """Reads sheet after sheet into one table."""

    def __init__(self, community_id: str, areas: _Areas) -> None:
        self.table = HelperTable()
        self._community_id = community_id
        self._areas = areas
        self._known: set[str] = set()

    def read(self, sheet: Sheet, columns: Mapping[str, int], first: int) -> None:
        """All rows below the column names."""
        for at, row in enumerate(sheet.rows[first:], start=first + 1):
            if is_empty(row):
                continue
            texts = {name: _text(row, index) for name, index in columns.items()}
            if not any(texts[name] for name in ("post", "name")):
                continue
            self.table.rows += 1
            problems = list(self._row(texts))
            letters = {name: column_letter(index) for name, index in columns.items()}
            self.table.problems += [
                HelperProblem(sheet.name, at, letters.get(column, ""), code)
                for code, column in problems
            ]

    def _row(self, texts: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """Take one row, and tell what is wrong with it: (rule, column)."""
        post, area_id = _POST_OF.get(plain_word(texts["post"]), ""), self._areas.find(texts)
        unit = part_of(texts.get("unit", "").removesuffix("单元"))
        wrong = [("name", "name")] if not texts["name"] else []
        wrong += [("post", "post")] if not post else []
        wrong += [("area", _area_column(texts))] if not area_id else []
        wrong += [("unit", "unit")] if post == "unit_head" and not unit else []
        yield from wrong
        if wrong:
            return
        helper_id = derived_id("member", self._community_id, post, area_id, unit, texts["name"])
        if helper_id in self._known:
            yield "twice", "name"
            return
        self._known.add(helper_id)
        cells: dict[str, Any] = {"post": post, "area_id": area_id, "unit": unit or None}
        cells["name"] = texts["name"]
        # A column that the table lacks says nothing, and nothing is emptied by it.
        if "department" in texts:
            cells["department"] = texts["department"] or None
        if "full_time" in texts:
            cells["full_time"] = plain_word(texts["full_time"]) in _FULL
        if (phone := texts.get("phone")) is not None:
            if phone and not is_valid_phone(phone):
                yield "phone", "phone"
            else:
                cells["phone"] = read_phones(phone).text or None
        for name in [one for one in ("valid_from", "valid_to") if one in texts]:
            day = _day(texts[name])
            if day is None:
                yield "day", name
            else:
                cells[name] = day or None
        self.table.helpers.append(Helper(helper_id, cells))


def _area_column(texts: Mapping[str, str]) -> str:
    named = ("building", "micro_grid", "grid", "estate")
    return next((name for name in named if texts.get(name)), "grid")


def _text(row: Sequence[Cell], index: int) -> str:
    return cell_text(row[index]) if index < len(row) else ""


def _day(text: str) -> str | None:
    """A day as it is stored, empty for none; ``None`` where it is no day."""
    plain = text.replace("年", "-").replace("月", "-").removesuffix("日")
    plain = plain.replace("/", "-").replace(".", "-")
    if not plain:
        return ""
    try:
        year, month, day = (int(part) for part in plain.split("-"))
        return date(year, month, day).isoformat()
    except ValueError:
        return None
