"""The small table of estates, buildings and grids that comes before any roster."""

import pytest

from sync.server.roster import estate_key, grid_key, read_areas
from sync.server.roster.errors import NotAnAreaTable
from tests.support.rosters import Table, write_csv, write_xlsx


def test_estates_buildings_and_grids(tmp_path):
    """Merged estates, ranges of buildings, and a yard that belongs to a grid as a whole."""
    rows = [
        ["丰和社区楼栋网格对照表", "", "", "", "", "", "", ""],
        ["小区/院落", "楼栋", "所属网格", "层数", "单元数", "每层户数", "电梯", "物业公司"],
        ["丰和苑", "1号楼", "第1网格", 6, 3, 2, "无", "安居物业"],
        ["", "2-4号楼", "2网格", "18层", "2", 2, "有", ""],
        ["枫林里", "A座、B座", "第三网格", "", "", "", "", "无"],
        ["平安巷院落", "", "第4网格", "", "", "", "", ""],
        ["合计", "", "", "", "", "", "", ""],
    ]
    merges = [(0, 0, 0, 7), (2, 0, 3, 0)]

    table = read_areas(write_xlsx(tmp_path / "a.xlsx", Table(rows, merges=merges)))

    assert [(one.estate, one.name, one.grid_name) for one in table.buildings] == [
        ("丰和苑", "1号楼", "第1网格"),
        ("丰和苑", "2号楼", "第2网格"),
        ("丰和苑", "3号楼", "第2网格"),
        ("丰和苑", "4号楼", "第2网格"),
        ("枫林里", "A座", "第3网格"),
        ("枫林里", "B座", "第3网格"),
    ]
    first, second = table.buildings[:2]
    assert (first.floors, first.units, first.households, first.has_lift) == (6, 3, 36, False)
    assert (second.floors, second.households, second.has_lift) == (18, 72, True)
    assert [(one.name, one.courtyard, one.grid_name) for one in table.estates] == [
        ("丰和苑", False, None),
        ("枫林里", False, None),
        ("平安巷院落", True, "第4网格"),
    ]
    assert [one.property_name for one in table.estates] == ["安居物业", None, None]
    assert table.grids == ("第1网格", "第2网格", "第3网格", "第4网格")
    assert table.problems == ()


def test_problems_of_an_area_table(tmp_path):
    """Each is listed with its row and column, and the rest is read."""
    rows = [
        ["小区", "楼栋", "网格", "层数", "电梯"],
        ["", "1号楼", "1", "", ""],
        ["丰和苑", "1号楼", "", "", ""],
        ["丰和苑", "物业办公室", "1", "", ""],
        ["丰和苑小区", "1栋", "2", "", ""],
        ["丰和苑", "2号楼", "2", "很高", "也许"],
        ["平安巷", "", "", "", ""],
    ]

    table = read_areas(write_csv(tmp_path / "a.csv", rows, "gb18030"))

    assert [(one.row, one.column, one.code, one.other) for one in table.problems] == [
        (2, "A", "building.no_estate", ""),
        (3, "C", "building.no_grid", ""),
        (4, "B", "building.unclear", ""),
        (5, "", "building.twice", "3"),
        (6, "D", "number.wrong", ""),
        (6, "E", "lift.unknown", ""),
        (7, "C", "building.no_grid", ""),
    ]
    assert [(one.name, one.grid_name) for one in table.buildings] == [
        ("1号楼", None),
        ("2号楼", "第2网格"),
    ]


def test_grids_in_a_sheet_of_their_own(tmp_path):
    """Buildings on one sheet, grids on another; a grid is one however it is written."""
    table = read_areas(
        write_xlsx(
            tmp_path / "a.xlsx",
            Table([["楼栋", "小区", "网格"], [1, "丰和苑", 1]], name="楼栋"),
            Table([["小区", "网格"], ["", "第一网格"], ["", "第2网格"]], name="网格"),
        )
    )

    assert [(one.estate, one.number) for one in table.buildings] == [("丰和苑", "1")]
    assert table.grids == ("第1网格", "第2网格")


def test_what_is_no_area_table(tmp_path):
    """A table without grids decides nothing about areas."""
    with pytest.raises(NotAnAreaTable):
        read_areas(write_csv(tmp_path / "a.csv", [["姓名", "房号"], ["王桂兰", "6-2-1602"]]))


@pytest.mark.parametrize(
    "name", ["3", "第3网格", "三网格", "丰和社区第三网格", "3号网格", "第 3 网格"]
)
def test_spellings_of_one_grid(name):
    """A grid is its number."""
    assert grid_key(name) == "3"


def test_first_grids_of_two_estates_stay_two():
    """Merged, the worker of one would hold the residents of the other."""
    assert grid_key("锦绣一网格") == grid_key("锦绣第1网格") == "锦绣1"
    assert grid_key("柳浪一网格") != grid_key("锦绣一网格")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("丰和苑", "丰和苑小区", True),
        ("平安巷", "平安巷院落", True),
        ("丰和苑", "丰和园", False),
        ("枫林里", None, False),
    ],
)
def test_spellings_of_one_estate(one, other, same):
    """What every estate is called besides its name does not count."""
    assert (estate_key(one) == estate_key(other)) is same
