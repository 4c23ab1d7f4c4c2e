"""Reading a room however it is written: 6栋2单元1602, 6#-2-1602, 6号楼二单元1602室, 6-2-1602."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_NUMBER: Final = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_ROOM: Final = re.compile(
    rf"(?P<estate>.*?)/?(?P<building>{_NUMBER})(?:(?:号楼|号院|栋|幢|座|楼|#)-?|-)"
    rf"(?:(?P<unit>{_NUMBER})(?:(?:单元|门)-?|-))?"
    r"(?P<number>\d{1,5}[A-Za-z]?)(?:室|户|号)?"
)
_DASHES: Final = str.maketrans("—–－‐－~", "------")


@dataclass(frozen=True)
class Room:
    """A room as the ledger keeps it: ``short`` is 6-2-1602, or 6-1602 in a house of one unit."""

    short: str
    estate: str = ""


def parse_room(text: str) -> Room | None:
    """The room that ``text`` names, with the estate before it; ``None`` where it is none."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    found = _ROOM.fullmatch("".join(plain.split()))
    if found is None:
        return None
    parts = [found["building"], found["unit"], found["number"]]
    numbers = [_plain(part) for part in parts if part]
    return Room("-".join(numbers), found["estate"])


def _plain(part: str) -> str:
    """二十三 as 23; what is written in digits loses its leading zeros."""
    if part[0].isdigit():
        return part.lstrip("0") or "0"
    tens, ten, ones = part.rpartition("十")
    value = (_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return str(value + (_DIGITS[ones] if ones else 0))
