"""Reading a door's address however it is written, and writing it in one way.

6栋2单元1602, 6#-2-1602, 6号楼二单元1602室 and 丰和苑6-2-1602 are one door: ``6-2-1602``, shown as
6号楼2单元1602. An old yard without building numbers has a name and a number: 平安巷12号.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from sync.rules.route import NaturalKey, natural_key

_DASHES: Final = str.maketrans("—–－‐‑―−﹣~～", "-" * 10)
_NUMERALS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0}

_CHINESE: Final = r"[一二三四五六七八九十]{1,3}"
_SIDE: Final = "[东西南北中甲乙丙丁]"
_BUILDING: Final = rf"\d{{1,3}}[A-Z]?|[A-Z]\d{{0,2}}|{_CHINESE}|{_SIDE}"
_UNIT: Final = rf"\d{{1,2}}|[A-Z]|{_CHINESE}|{_SIDE}"
_ROOM: Final = r"[A-Z]?\d{1,5}[A-Z]?|[〇零一二三四五六七八九]{3,4}|十[一二三四五六七八九]?"

_HOUSE_WORD: Final = r"(?:号楼|栋楼?|幢|座|楼|#楼?|号(?=-|[^-]{1,3}(?:单元|门)|\d{3,4}室?$))"
_UNIT_WORD: Final = r"(?:单元|门洞?|梯)"
_ROOM_WORD: Final = r"(?:室|号房?|户|房)?"

_DOOR: Final = re.compile(
    rf"(?P<estate>(?:.*?[^\d/-]|[^\d/-].*?[/-])??)[/-]*"
    rf"(?P<building>{_BUILDING})(?:{_HOUSE_WORD}-?|-)"
    rf"(?:(?P<unit>{_UNIT})(?:{_UNIT_WORD}-?|-))?"
    rf"(?:(?P<floor>\d{{1,2}})(?:层|楼)-?)?"
    rf"(?P<room>{_ROOM}){_ROOM_WORD}"
)
_YARD: Final = re.compile(rf"(?P<estate>.*[^\d/-])?[/-]*(?P<room>\d{{1,4}}){_ROOM_WORD}")
_DISTRICT: Final = re.compile(r"^.*(?:街道办事处|街道|社区居委会|社区|居委会)(?=.)")
_STREET: Final = re.compile(r"^.*?(?:路|街|大道)\d+号(?=[^\d\W][^\d]*)")
_WORD_AT_END: Final = re.compile(r"(?:号楼|号院|栋楼?|幢|座|楼|#楼?|单元|门洞?|梯|室|房|户|号|层)$")


@dataclass(frozen=True)
class Address:
    """One door. ``building`` and ``unit`` are empty where there are none.

    ``estate`` is what the text said, ``None`` where it named none; which estate or courtyard of
    the community that is, is decided by whoever knows the areas.
    """

    estate: str | None
    building: str
    unit: str
    room: str

    @property
    def short(self) -> str:
        """The form that is stored, typed and searched: ``6-2-1602``, ``3-1602``, ``12``."""
        return "-".join(part for part in (self.building, self.unit, self.room) if part)

    @property
    def title(self) -> str:
        """The form that is shown: 6号楼2单元1602, A座1602, 12号."""
        if not self.building:
            return f"{self.room}号"
        house = f"{self.building}号楼" if self.building.isdecimal() else f"{self.building}座"
        return f"{house}{self.unit}单元{self.room}" if self.unit else f"{house}{self.room}"

    @property
    def full(self) -> str:
        """The title with its estate before it; reads back as the same address."""
        return join_estate(self.estate, self.title)

    @property
    def floor(self) -> int | None:
        """The floor that the room number tells: 16 for 1602; ``None`` in a yard."""
        digits = re.sub(r"\D", "", self.room)
        return int(digits[:-2]) if self.building and len(digits) >= 3 else None

    @property
    def sort_key(self) -> tuple[NaturalKey, ...]:
        """Orders doors by estate, building, unit and room, numbers by their value."""
        parts = (self.estate or "", self.building, self.unit, self.room)
        return tuple(natural_key(part) for part in parts)


def parse_address(text: str) -> Address | None:
    """The door that ``text`` names; ``None`` where it is none.

    A bare number is a door in a yard; three parts always are building, unit and room.
    """
    plain = _plain(text)
    found = _DOOR.fullmatch(plain)
    if found is None:
        return _parse_yard(plain)
    room = _number(found["room"])
    if found["floor"]:
        room = _room_on(found["floor"], room)
    return Address(
        estate=_estate(found["estate"]),
        building=_number(found["building"]),
        unit=_number(found["unit"] or ""),
        room=room,
    )


def address_of_parts(estate: str, building: str, unit: str, room: str) -> Address | None:
    """The door told in several cells. A room cell may hold what other cells leave empty:
    2-1602 beside building 6, or the whole address.

    ``None`` where no room is named, or the building cell names none.
    """
    house = parse_building(building)
    if house is None:
        return None
    named, number = house
    door = parse_address(room) or Address(None, "", "", part_of(room))
    if not door.room:
        return None
    in_room = [part for part in (door.building, door.unit) if part]
    known = [number, part_of(unit)]
    if number and not known[1] and len(in_room) == 1:
        known, in_room = [number, in_room[0]], []
    house_number, stair = (door.building, door.unit) if in_room else known
    place = _estate(estate) or named or door.estate
    return Address(place, house_number, stair or known[1], door.room)


def parse_building(text: str) -> tuple[str | None, str] | None:
    """The estate and the number of a building: 丰和苑6号楼 is (丰和苑, 6); empty is (None, "").

    ``None`` where ``text`` names no building.
    """
    plain = _plain(text)
    if not plain:
        return None, ""
    found = re.fullmatch(
        rf"(?P<estate>(?:.*?[^\d/-]|[^\d/-].*?[/-])??)[/-]*(?P<number>{_BUILDING})"
        r"(?:号楼|号院|栋楼?|幢|座|楼|#楼?|号)?",
        plain,
    )
    return (_estate(found["estate"]), _number(found["number"])) if found else None


def part_of(text: str) -> str:
    """A building, unit or room alone, without the word after it: 二单元 is 2, 1602室 is 1602."""
    plain = _WORD_AT_END.sub("", _plain(text)).strip("-/")
    return _number(plain)


def join_estate(estate: str | None, title: str) -> str:
    """An estate and what stands in it, apart where two numbers would run together."""
    if not estate:
        return title
    return f"{estate}/{title}" if estate[-1].isdigit() and title[0].isalnum() else estate + title


def _parse_yard(plain: str) -> Address | None:
    found = _YARD.fullmatch(plain)
    if found is None:
        return None
    return Address(_estate(found["estate"] or ""), "", "", _number(found["room"]))


def _plain(text: str) -> str:
    """One width, one dash, capitals, no blanks but those that keep two numbers apart."""
    narrow = unicodedata.normalize("NFKC", text).translate(_DASHES).upper().strip()
    apart = re.sub(r"(?<=\d)\s+(?=\d)", "/", narrow)
    return re.sub(r"-{2,}", "-", re.sub(r"[\s,,.。·]+", "", apart))


def _estate(text: str) -> str | None:
    """The estate without the streets and offices before it."""
    plain = _plain(text).strip("/-")
    inner = _DISTRICT.sub("", plain)
    return _STREET.sub("", inner) or None


def _room_on(floor: str, room: str) -> str:
    """16楼02 is 1602; a room that already starts with its floor stays."""
    return room if len(room) >= 3 else f"{int(floor)}{room.zfill(2)}"


def _number(part: str) -> str:
    """二十三 as 23, 一六〇二 as 1602; what is written in digits loses its leading zeros."""
    if part.isdecimal():
        return part.lstrip("0") or "0"
    if not part or any(sign not in _NUMERALS and sign != "十" for sign in part):
        return part.lstrip("0")
    if "十" not in part:
        digits = "".join(str(_NUMERALS[sign]) for sign in part)
        return digits.lstrip("0") or "0"
    tens, _, ones = part.partition("十")
    return str((_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0))
