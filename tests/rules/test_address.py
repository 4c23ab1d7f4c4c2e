"""A door is one door, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.address import Address, address_of_parts, parse_address, parse_building

NUMERALS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """A number below 100 as people write it on a door: 十二, 二十三."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


def wide(text: str) -> str:
    """The same digits, as wide as Chinese signs."""
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isdecimal() else sign for sign in text)


@pytest.mark.parametrize(
    "text",
    [
        "6-2-1602",
        "6栋2单元1602",
        "6#-2-1602",
        "6号楼二单元1602室",
        "6幢二单元一六〇二",
        "６号楼２单元１６０２",
        "6＃楼2门1602",
        "06栋02单元1602号",
        " 6 号楼 2 单元 1602 室 ",
        "6–2–1602",
        "6号2单元1602",
        "6号楼2单元16层1602室",
        "6号楼2单元16楼02室",
    ],
)
def test_every_spelling_is_the_same_door(text):
    """What the spelling adds is lost, what it means is kept."""
    assert parse_address(text) == Address(None, "6", "2", "1602")


@pytest.mark.parametrize(
    ("text", "estate", "short", "title"),
    [
        ("丰和苑6-2-1602", "丰和苑", "6-2-1602", "6号楼2单元1602"),
        ("丰和苑/6-2-1602", "丰和苑", "6-2-1602", "6号楼2单元1602"),
        ("云岭街道丰和社区丰和苑6栋2单元1602", "丰和苑", "6-2-1602", "6号楼2单元1602"),
        ("和平路18号丰和苑6栋2单元1602", "丰和苑", "6-2-1602", "6号楼2单元1602"),
        ("和平路18号6号楼2单元1602", "和平路18号", "6-2-1602", "6号楼2单元1602"),
        ("阳光100 6-2-1602", "阳光100", "6-2-1602", "6号楼2单元1602"),
        ("枫林里3号楼1602", "枫林里", "3-1602", "3号楼1602"),
        ("A座1602", None, "A-1602", "A座1602"),
        ("6号楼东单元302", None, "6-东-302", "6号楼东单元302"),
        ("平安巷12号", "平安巷", "12", "12号"),
        ("平安巷12号院3号", "平安巷12号院", "3", "3号"),
        ("12号301室", None, "12-301", "12号楼301"),
    ],
)
def test_estates_towers_and_yards(text, estate, short, title):
    """The estate is split off; a tower has no unit and a yard no building."""
    address = parse_address(text)

    assert address is not None
    assert (address.estate, address.short, address.title) == (estate, short, title)


@pytest.mark.parametrize("text", ["", "王桂兰", "平安巷", "wgl", "6-2-", "张家-二", "6-2-3-4-5"])
def test_what_is_no_door_is_none(text):
    """A name or a half address is never bent into a door."""
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("parts", "full"),
    [
        (("丰和苑", "6栋", "2单元", "1602室"), "丰和苑6号楼2单元1602"),
        (("", "丰和苑6#", "二", "302"), "丰和苑6号楼2单元302"),
        (("丰和苑", "", "", "6-2-1602"), "丰和苑6号楼2单元1602"),
        (("", "6", "", "2-1602"), "6号楼2单元1602"),
        (("", "6", "2", "6-2-1602"), "6号楼2单元1602"),
        (("枫林里", "3号楼", "", "1602"), "枫林里3号楼1602"),
        (("平安巷", "", "", "12号"), "平安巷12号"),
    ],
)
def test_an_address_in_several_columns(parts, full):
    """Cells are put together; a room cell may hold what the others leave empty."""
    address = address_of_parts(*parts)

    assert address is not None
    assert address.full == full


def test_several_columns_without_a_room_are_no_door():
    """A building alone is no home."""
    assert address_of_parts("丰和苑", "6", "2", "") is None


def test_a_building_with_its_estate():
    """The estate may stand in the building's own cell."""
    assert parse_building("丰和苑6号楼") == ("丰和苑", "6")
    assert parse_building("十二栋") == (None, "12")
    assert parse_building("物业办公室") is None


@pytest.mark.parametrize(("room", "floor"), [("6-2-1602", 16), ("6-2-302", 3), ("平安巷12", None)])
def test_floor_follows_from_the_room(room, floor):
    """The last two digits number the door, the rest is the floor; a yard has none."""
    address = parse_address(room)

    assert address is not None
    assert address.floor == floor


def test_doors_sort_by_value():
    """Room 302 comes before 1602 and building 2 before 10."""
    doors = [parse_address(text) for text in ("10-1-101", "2-1-1602", "2-1-302")]

    ordered = sorted((door for door in doors if door), key=lambda door: door.sort_key)

    assert [door.short for door in ordered] == ["2-1-302", "2-1-1602", "10-1-101"]


BUILDINGS = st.integers(1, 99)
UNITS = st.integers(1, 12)
ROOMS = st.builds(lambda floor, door: floor * 100 + door, st.integers(1, 33), st.integers(1, 12))


@given(building=BUILDINGS, unit=UNITS, room=ROOMS)
def test_spellings_agree(building, unit, room):
    """Each way of writing three numbers reads as those three numbers."""
    wanted = Address(None, str(building), str(unit), str(room))
    spellings = [
        f"{building}-{unit}-{room}",
        f"{building}#-{unit}-{room}",
        f"{building}栋{unit}单元{room}室",
        f"{spoken(building)}号楼{spoken(unit)}单元{room}",
        wide(f"{building}幢{unit}单元{room}"),
        f"{building:02}号楼{unit:02}单元{room:04}",
    ]

    assert {parse_address(text) for text in spellings} == {wanted}


@given(
    estate=st.sampled_from([None, "丰和苑", "纺织厂家属院", "阳光100", "1号院", "枫林里小区"]),
    building=st.one_of(BUILDINGS.map(str), st.sampled_from("ABC")),
    unit=st.one_of(st.just(""), UNITS.map(str)),
    room=ROOMS.map(str),
)
def test_what_is_written_reads_back(estate, building, unit, room):
    """The full form holds everything, the short one everything but the estate."""
    address = Address(estate, building, unit, room)

    assert parse_address(address.full) == address
    assert parse_address(address.short) == Address(None, building, unit, room)
    assert parse_address(address.title) == Address(None, building, unit, room)
