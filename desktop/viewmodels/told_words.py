"""What to look for in the ledger when a party was told in words: 「6-2-904 楼下何师傅」."""

import re
from typing import Final

_ROOM: Final = re.compile(r"\d+(?:[-—]\d+)+")
_PHONE: Final = re.compile(r"1\d{10}")
_PARTED: Final = re.compile(r"[^\w·]+|[\d_]+")
_WHERE: Final = re.compile(
    r"^(?:楼上|楼下|隔壁|对门|对面|邻居|业主|住户|租户|租客|房东|老板|同楼|本人|当事人|的)+"
)
_CALLED: Final = re.compile(
    r"(?:师傅|先生|女士|小姐|同志|阿姨|叔叔|奶奶|爷爷|大爷|大妈|大姐|大哥|老师|经理|老板|一家|家)+$"
)
_OLD: Final = re.compile(r"^[老小](?=.$)")


def searches(told: str) -> list[str]:
    """What may find them, the surest first: all of it, a room, a phone, the names alone."""
    whole = " ".join(told.split())
    names = [_bare(part) for part in _PARTED.split(whole) if part]
    found = [whole, *_ROOM.findall(whole), *_PHONE.findall(whole), *names]
    return list(dict.fromkeys(one for one in found if one))


def name_in(told: str) -> str:
    """The name alone, as far as there is one."""
    names = (_bare(part) for part in _PARTED.split(told) if part)
    return next((name for name in names if name), " ".join(told.split()))


def _bare(part: str) -> str:
    """A name without where they live and what one calls them."""
    return _OLD.sub("", _CALLED.sub("", _WHERE.sub("", part)))
