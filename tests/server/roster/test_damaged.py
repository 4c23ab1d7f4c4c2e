"""Rosters as offices keep them, each damaged in its own way: exact counts, exact problems."""

from datetime import date

import pytest

from sync.server.roster import Effect, read_roster
from sync.server.roster.errors import (
    FileMissing,
    NotARoster,
    RosterLocked,
    RosterUnreadable,
)
from tests.support.rosters import (
    COLUMNS,
    Table,
    family,
    id_number,
    large_roster,
    phone_number,
    write_csv,
    write_xlsx,
)

HEADER = list(COLUMNS)


def places(roster):
    """Where the problems are, and which: (row, column, code)."""
    return [(problem.row, problem.column, problem.code) for problem in roster.problems]


def sizes(roster):
    """The rooms with how many people live there, in the order of the file."""
    return [(one.address.short, len(one.members)) for one in roster.households]


def members(roster):
    """Everybody, by name."""
    return {one.name: one for household in roster.households for one in household.members}


def test_a_plain_roster_is_read_whole(tmp_path):
    """Every column arrives as the code or the text that is stored."""
    path = write_xlsx(tmp_path / "r.xlsx", Table([HEADER, *family("6栋2单元1602", 1)]))

    roster = read_roster(path)

    (household,) = roster.households
    head, spouse, son = household.members
    assert places(roster) == []
    assert (household.address.short, household.grid_name, household.head) == (
        "6-2-1602",
        "第3网格",
        0,
    )
    assert (head.name, head.sex, head.birth, head.relation) == ("王桂兰", "2", "1950-03-02", "0")
    assert (head.id_type, head.id_no) == ("111", id_number(1, woman=True))
    assert (head.phone, head.tags) == (phone_number(1), {"elder_alone"})
    assert (spouse.sex, spouse.relation, son.relation, son.phone) == ("1", "1", "2", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_tables_in_every_encoding(tmp_path, encoding):
    """The program that saved the file decides its encoding, nobody else knows it."""
    rows = [HEADER, *family("6#-2-1602", 1), *family("6号楼二单元1702室", 10, surname="李")]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows, encoding))

    assert sizes(roster) == [("6-2-1602", 3), ("6-2-1702", 3)]
    assert places(roster) == []


def test_a_title_and_two_rows_of_names(tmp_path):
    """A merged title, a line about the table, and a group name over the parts of the address."""
    rows = [
        ["丰和社区第3网格居民花名册", "", "", "", "", "", ""],
        ["填表日期:2026年3月", "", "", "", "", "", ""],
        ["姓名", "公民身份号码", "现住址", "", "", "与户主的关系", "联系方式"],
        ["", "", "楼栋", "单元", "室", "", ""],
        ["王桂兰", id_number(1, woman=True), "6栋", 2, 1602, "户主", 13800000001.0],
        ["王建国", id_number(2), "6栋", 2, 1602, "配偶", ""],
    ]
    merges = [(0, 0, 0, 6), (2, 2, 2, 4), *((2, at, 3, at) for at in (0, 1, 5, 6))]

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows, merges=merges)))

    assert sizes(roster) == [("6-2-1602", 2)]
    assert members(roster)["王桂兰"].phone == "13800000001"
    assert places(roster) == []


def test_two_rows_of_names_in_a_text_table(tmp_path):
    """Without merged cells the upper row has gaps."""
    rows = [
        ["姓名", "身份证号", "现住址", "", "", "关系"],
        ["", "", "楼栋", "单元", "室", ""],
        ["王桂兰", id_number(1, woman=True), "6", "2", "1602", "户主"],
    ]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    assert sizes(roster) == [("6-2-1602", 1)]


def test_cells_merged_down_a_household(tmp_path):
    """Address, grid and the household's number stand once, for all its members."""
    rows = [
        ["户号", "现住址", "所属网格", "姓名", "关系", "身份证号"],
        ["001", "丰和苑6-2-1602", "3网格", "王桂兰", "户主", id_number(1)],
        ["", "", "", "王建国", "配偶", id_number(2)],
        ["002", "丰和苑6-2-1702", "", "李娜", "户主", id_number(3)],
    ]
    merges = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 3, 2)]

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows, merges=merges)))

    assert sizes(roster) == [("6-2-1602", 2), ("6-2-1702", 1)]
    assert [one.grid_name for one in roster.households] == ["3网格", "3网格"]
    assert [one.address.estate for one in roster.households] == ["丰和苑", "丰和苑"]


def test_the_same_file_saved_as_text(tmp_path):
    """What was merged is empty there: it is filled down a household, never into the next."""
    rows = [
        ["现住址", "所属网格", "姓名", "关系", "身份证号"],
        ["6-2-1602", "3网格", "王桂兰", "户主", id_number(1)],
        ["", "", "王建国", "配偶", id_number(2)],
        ["", "", "李娜", "户主", id_number(3)],
        ["", "", "", "", ""],
        ["", "", "李小明", "子", id_number(4)],
    ]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    assert sizes(roster) == [("6-2-1602", 2)]
    assert [one.grid_name for one in roster.households] == ["3网格"]
    assert places(roster) == [(4, "A", "address.missing"), (6, "A", "address.missing")]


def test_several_sheets(tmp_path):
    """Each sheet has its own columns; one named after its grid says it for all its rows."""
    other = [["楼号", "门洞", "房号", "户主姓名", "电话"], ["6", "2", "1702", "李娜", ""]]
    book = write_xlsx(
        tmp_path / "r.xlsx",
        Table([HEADER, *family("6-2-1602", 1)], name="6栋"),
        Table(other, name="第4网格"),
        Table([["使用说明"], ["把名单填在前两页"]], name="说明"),
        Table([HEADER, *family("6-2-1802", 20)], name="旧表", hidden=True),
        Table([], name="空"),
    )

    roster = read_roster(book)

    assert sizes(roster) == [("6-2-1602", 3), ("6-2-1702", 1)]
    assert [one.grid_name for one in roster.households] == ["第3网格", "第4网格"]
    assert [(one.sheet, one.code) for one in roster.problems] == [
        ("说明", "sheet.no_header"),
        ("旧表", "sheet.hidden"),
    ]
    assert roster.counts.sheets == 2


def test_a_sheet_for_each_building(tmp_path):
    """The building stands in the name of the sheet alone."""
    rows = [["单元", "房号", "姓名"], [2, 1602, "王桂兰"], ["二单元", "1702室", "李娜"]]

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows, name="丰和苑6号楼")))

    assert [one.address.full for one in roster.households] == [
        "丰和苑6号楼2单元1602",
        "丰和苑6号楼2单元1702",
    ]


def test_id_numbers_that_became_numbers(tmp_path):
    """Their last digits are gone: reported, never stored. The person stays."""
    rows = [HEADER, *family("6-2-1602", 1)]
    lost = int(id_number(1, woman=True)[:17] + "0")
    for row, cell in zip(rows[1:], (lost, "1.50102E+17", "150102195003020000"), strict=True):
        row[1] = cell

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows)))

    assert places(roster) == [
        (2, "B", "id.lost_digits"),
        (3, "B", "id.lost_digits"),
        (4, "B", "id.zeros"),  # A text: it may as well be mistyped.
    ]
    assert [one.id_no for one in members(roster).values()] == [None] * 3
    assert all("id_no" not in one.said for one in members(roster).values())
    assert roster.counts.people == 3


def test_wrong_id_numbers_have_their_reason(tmp_path):
    """Each fault has a name; a passport and 无 are no faults."""
    good = id_number(1)
    cells = [good[:-1], good[:6] + good[8:17], good[:-1] + "7", "E12345678", "无", f" '{good} "]
    rows = [HEADER] + [
        [f"王{sign}", cell, "户主", "", f"6-2-{at}02", "", ""]
        for at, (sign, cell) in enumerate(zip("一二三四五六", cells, strict=True), start=1)
    ]

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows)))

    assert places(roster) == [
        (2, "B", "id.length"),
        (3, "B", "id.old"),
        (4, "B", "id.check"),
    ]
    found = [one.id_no for one in members(roster).values()]
    assert found == [None, None, None, "E12345678", None, good]


def test_phones_with_blanks_and_several_in_a_cell(tmp_path):
    """Each number is checked by itself; the good ones stay, the bad ones are listed."""
    rows = [
        ["姓名", "房号", "联系电话1", "联系电话2"],
        ["王桂兰", "6-2-1602", "138 0471 1024", "0471-6221024"],
        ["王建国", "6-2-1702", "13804711025/13904711026", ""],
        ["李娜", "6-2-1802", "1380471102", "无"],
    ]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    assert [one.phone for one in members(roster).values()] == [
        "13804711024、0471-6221024",
        "13804711025、13904711026",
        None,
    ]
    assert places(roster) == [(4, "C", "phone.wrong")]


def test_empty_rows_totals_and_names_printed_again(tmp_path):
    """What sums up, explains or repeats is no resident and no problem."""
    rows = [
        HEADER,
        *family("6-2-1602", 1),
        ["", "", "", "", "", "", ""],
        ["小计", "", "3人", "", "", "", ""],
        HEADER,
        *family("6-2-1702", 10, surname="李"),
        ["合计:2户6人", "", "", "", "", "", ""],
        ["备注:空户未列入", "", "", "", "", "", ""],
        ["填表人:", "", "", "", "审核人:", "", ""],
    ]

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows)))

    assert sizes(roster) == [("6-2-1602", 3), ("6-2-1702", 3)]
    assert (roster.rows, places(roster)) == (6, [])


def test_the_same_person_twice(tmp_path):
    """At one door both rows are one person; at another door the first row stands."""
    first = family("6-2-1602", 1)
    again = [*first[0][:5], "低保", ""]
    elsewhere = [*first[1][:4], "6-2-1702", "", ""]
    other_name = ["赵六", *first[2][1:]]
    no_id = ["王小明", "", "子", "13804711024", "6-2-1602", "党员", ""]
    rows = [HEADER, *first, again, elsewhere, other_name, no_id]

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows)))

    assert sizes(roster) == [("6-2-1602", 3)]
    assert members(roster)["王桂兰"].tags == {"elder_alone", "dibao"}
    assert members(roster)["王小明"].phone == "13804711024"
    assert [(p.row, p.code, p.other) for p in roster.problems] == [
        (5, "person.twice", "2"),
        (6, "person.elsewhere", "3"),
        (7, "person.other_name", "4"),
        (8, "person.twice", "4"),
    ]


def test_two_households_in_one_dwelling(tmp_path):
    """Each head starts a household; a number or the head's name decides where there is one."""
    by_head = [HEADER, *family("6-2-1602", 1), *family("6栋2单元1602", 10, surname="李")]
    by_number = [
        ["户号", "姓名", "房号"],
        ["1", "王桂兰", "6-2-1602"],
        ["2", "李娜", "6-2-1602"],
        ["1", "王建国", "6-2-1602"],
    ]
    by_name = [
        ["户主姓名", "姓名", "房号"],
        ["王桂兰", "王桂兰", "6-2-1602"],
        ["李娜", "李娜", "6-2-1602"],
        ["王桂兰", "王建国", "6-2-1602"],
    ]

    heads = read_roster(write_csv(tmp_path / "h.csv", by_head))
    numbers = read_roster(write_csv(tmp_path / "n.csv", by_number))
    names = read_roster(write_csv(tmp_path / "m.csv", by_name))

    assert sizes(heads) == [("6-2-1602", 3), ("6-2-1602", 3)]
    assert heads.counts.shared_dwellings == heads.counts.dwellings == 1
    for roster in (numbers, names):
        assert [[m.name for m in one.members] for one in roster.households] == [
            ["王桂兰", "王建国"],
            ["李娜"],
        ]
    keys = [key for one in heads.households for key in one.keys]
    assert len(set(keys)) == len(keys)


def test_addresses_in_every_spelling_are_one_door(tmp_path):
    """Six spellings of one door and a yard; what names no door is listed, never guessed."""
    spellings = [
        "6栋2单元1602",
        "6#-2-1602",
        "6号楼二单元1602室",
        "６－２－１６０２",
        "6幢2单元16层1602",
    ]
    rows = [["姓名", "住址"]]
    rows += [[f"王{sign}", text] for sign, text in zip("一二三四五", spellings, strict=True)]
    rows += [["赵一", "平安巷12号"], ["赵二", "物业办公室"], ["赵三", "1602"]]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    assert sizes(roster) == [("6-2-1602", 5), ("12", 1)]
    assert places(roster) == [(8, "B", "address.unclear"), (9, "B", "address.unclear")]


def test_an_address_that_became_a_date(tmp_path):
    """3-12 is the twelfth of March to a spreadsheet; the reason is told."""
    rows = [["姓名", "房号"], ["王桂兰", date(2026, 3, 12)], ["李娜", "3-1202"]]

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows)))

    assert sizes(roster) == [("3-1202", 1)]
    assert places(roster) == [(2, "B", "address.date")]


def test_parts_of_the_address_in_columns_with_gaps(tmp_path):
    """A building written once counts for the rooms below it, and not for another estate."""
    rows = [
        ["小区", "楼栋", "单元", "房号", "姓名"],
        ["丰和苑", "6栋", "1单元", "101", "王桂兰"],
        ["", "", "2单元", "201", "李娜"],
        ["", "7栋", "", "301", "赵一"],
        ["平安巷院落", "", "", "12号", "赵二"],
    ]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    assert [one.address.full for one in roster.households] == [
        "丰和苑6号楼1单元101",
        "丰和苑6号楼2单元201",
        "丰和苑7号楼301",
        "平安巷院落12号",
    ]


def test_care_words_in_columns_remarks_and_ticks(tmp_path):
    """Tags of tiers 1 and 2 apart from those of tier 3; what is no known word is never bent."""
    rows = [
        ["姓名", "房号", "人员类别", "备注", "是否低保", "残疾"],
        ["王一", "6-2-102", "独居老人、高龄", "女儿在外地", "是", "二级"],
        ["王二", "6-2-202", "社矫、党员", "", "否", ""],
        ["王三", "6-2-302", "非低保", "肢体残疾3级", "", ""],
        ["王四", "6-2-402", "流动人口 外出", "完全失能", "大概", ""],
        ["王五", "6-2-502", "低保残疾一级", "", "√", "无"],
    ]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    found = members(roster)
    assert found["王一"].tags == {"elder_alone", "aged_80", "dibao", "disabled"}
    assert found["王一"].disabled_grade == 2
    assert (found["王二"].tags, found["王二"].special) == ({"party_member"}, {"correction"})
    assert (found["王三"].tags, found["王三"].disabled_grade) == ({"disabled"}, 3)
    assert (found["王四"].pop_kind, found["王四"].status) == ("floating", "away")
    assert (found["王四"].tags, found["王四"].fully_dependent) == ({"disabled_elder"}, True)
    assert (found["王五"].tags, found["王五"].disabled_grade) == ({"disabled", "dibao"}, 1)
    assert places(roster) == [
        (2, "D", "remark.free"),
        (4, "C", "word.unknown"),
        (5, "E", "word.unknown"),
    ]


def test_birth_sex_and_relation(tmp_path):
    """Dates in every form; the ID number wins over a cell, and the difference is told."""
    rows = [
        ["姓名", "房号", "身份证号", "出生日期", "性别", "关系"],
        ["王一", "6-2-102", "", date(1950, 3, 2), "男", "户主"],
        ["王二", "6-2-202", "", "1950年3月2日", "女", "本人"],
        ["王三", "6-2-302", "", 19500302, 1, "户主"],
        ["王四", "6-2-402", "", 18324, "M", "户主"],
        ["王五", "6-2-502", id_number(1), "1951-03-02", "女", "户主"],
        ["王六", "6-2-602", "", "1950.3", "?", "结拜"],
    ]

    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", Table(rows)))

    found = members(roster)
    assert [one.birth for one in found.values()] == ["1950-03-02"] * 5 + [None]
    assert [one.sex for one in found.values()] == ["1", "2", "1", "1", "1", None]
    assert places(roster) == [
        (6, "D", "birth.differs"),
        (6, "E", "sex.differs"),
        (7, "D", "birth.wrong"),
        (7, "E", "sex.unknown"),
        (7, "F", "relation.unknown"),
    ]


def test_vacant_homes_and_rows_without_a_name(tmp_path):
    """A vacant home is a door with nobody; a row without a name is left out."""
    rows = [
        ["姓名", "房号", "居住情况", "人户一致"],
        ["空户", "6-2-102", "", ""],
        ["", "6-2-202", "空置", ""],
        ["", "6-2-302", "出租", ""],
        ["王一", "6-2-402", "出租", "否"],
        ["王二", "6-2-102", "自住", "是"],
        ["王三", "6-2-502", "", "说不清"],
    ]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    assert [(one.address.short, len(one.members), one.occupancy) for one in roster.households] == [
        ("6-2-102", 1, "owner"),
        ("6-2-202", 0, "vacant"),
        ("6-2-402", 1, "rented"),
        ("6-2-502", 1, None),
    ]
    assert [one.hukou_match for one in roster.households] == ["01", None, "02", None]
    assert places(roster) == [(4, "A", "name.missing"), (7, "D", "remark.free")]
    assert roster.counts.vacant == 1


def test_a_household_without_a_head_and_with_two_grids(tmp_path):
    """Both stay, and both are told."""
    rows = [HEADER, *family("6-2-1602", 1)]
    rows[1][2] = "配偶"
    rows[3][6] = "第4网格"

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    (household,) = roster.households
    assert (household.head, household.grid_name) == (None, "第3网格")
    assert places(roster) == [(2, "", "household.no_head"), (4, "", "household.two_grids")]


def test_a_whole_community(tmp_path):
    """1,286 households and 3,910 people; progress rises and ends at the last row."""
    path = write_xlsx(tmp_path / "r.xlsx", Table(large_roster(7)))
    told: list[tuple[int, int]] = []

    roster = read_roster(path, lambda step, so_far, in_all: told.append((so_far, in_all)))

    counts = roster.counts
    assert (counts.households, counts.people, counts.rows) == (1286, 3910, 3910)
    assert places(roster) == []
    assert told == sorted(told)
    assert told[-1] == (3911, 3911)


def test_keys_survive_what_a_later_file_adds(tmp_path):
    """A mended ID number, a birth or a second household leaves a key that fits as before."""
    before = [["姓名", "房号", "关系"], ["王桂兰", "6-2-1602", "户主"]]
    after = [
        ["姓名", "房号", "关系", "身份证号"],
        ["王桂兰", "6栋2单元1602", "户主", id_number(1)],
        ["李娜", "6-2-1602", "户主", id_number(2)],
    ]

    old = read_roster(write_csv(tmp_path / "a.csv", before)).households[0]
    new = read_roster(write_csv(tmp_path / "b.csv", after)).households[0]

    assert set(old.members[0].keys) <= set(new.members[0].keys)
    assert set(old.keys) <= set(new.keys)
    assert old.dwelling_key == new.dwelling_key


def test_an_absent_column_and_a_broken_cell_say_nothing(tmp_path):
    """An empty cell empties a field, a column that is not there leaves it alone."""
    rows = [["姓名", "房号", "电话"], ["王桂兰", "6-2-1602", ""], ["李娜", "6-2-1702", "123"]]

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    first, second = members(roster).values()
    assert dict(first.cells) == {"name": "王桂兰", "phone": None}
    assert dict(second.cells) == {"name": "李娜"}


def test_problems_hold_no_personal_data(tmp_path):
    """Whatever is wrong, its text names places and rules. Reprs hide people too."""
    first = family("6-2-1602", 1)
    rows = [
        HEADER,
        *first,
        [*first[0][:4], "6-2-1702", "", ""],
        ["赵六", first[1][1], "结拜", "1380471", "6-2-1602", "邻居说他常喝酒", "第4网格"],
        ["", id_number(9)[:-1], "户主", "13804711024", "6-2-1802", "", ""],
        ["孙七", id_number(8)[:-1], "配偶", "13804711x24", "物业楼上", "", ""],
        ["周八", id_number(7)[:-1], "配偶", "13804711", "6-2-1902", "", ""],
    ]
    planted = {cell for row in rows[1:] for cell in (*row[:2], row[3], row[4]) if cell}
    planted |= {"邻居说他常喝酒", "结拜"}

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    told = "\n".join(f"{one} {one.what} {one.mend}" for one in roster.problems)
    assert len(roster.problems) >= 6
    assert [text for text in planted if text in told] == []
    shown = repr(roster)
    assert [row[at] for row in rows[1:] for at in (0, 1) if row[at] and row[at] in shown] == []


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("empty.csv", b"", RosterUnreadable),
        ("blank.csv", b"\n \n", RosterUnreadable),
        ("broken.xlsx", b"PK\x03\x04 no archive", RosterUnreadable),
        ("noise.csv", bytes(range(128, 256)) * 4, RosterUnreadable),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00", RosterUnreadable),
        ("letter.csv", "各位居民:\n明天停水。\n".encode(), NotARoster),
        (
            "locked.xlsx",
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            RosterLocked,
        ),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), RosterUnreadable),
    ],
)
def test_what_is_no_roster_has_one_clear_error(tmp_path, name, data, error):
    """The sentence says what to do; nothing was read."""
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(error) as caught:
        read_roster(path)

    assert len(caught.value.sentence()) > 30


def test_a_file_that_is_not_there(tmp_path):
    """No such file is no damaged file."""
    with pytest.raises(FileMissing):
        read_roster(tmp_path / "none.xlsx")


def test_an_empty_workbook_is_no_roster(tmp_path):
    """A workbook without a table is told apart from a damaged one."""
    with pytest.raises(NotARoster):
        read_roster(write_xlsx(tmp_path / "r.xlsx", Table([])))


def test_counts_of_a_preview(tmp_path):
    """Rows and cells that were left out are counted apart from mere remarks."""
    rows = [HEADER, *family("6-2-1602", 1), ["", "", "", "", "6-2-1702", "", ""]]
    rows[2][3] = "12"

    roster = read_roster(write_csv(tmp_path / "r.csv", rows))

    assert (roster.counts.rows_left_out, roster.counts.cells_left_out) == (1, 1)
    assert [one.effect for one in roster.problems] == [Effect.CELL, Effect.ROW]
