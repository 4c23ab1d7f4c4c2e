"""When two spellings mean the same place: 第三网格 and 3网格, 丰和苑 and 丰和苑小区."""

import re
import unicodedata
from typing import Final

from sync.rules.address import Address, part_of

_GRID: Final = re.compile(
    r"(?:.*(?:社区|居委会))?(?P<of>.*?)第?(?P<no>[\d一二三四五六七八九十]{1,4})号?(?:网格|片区)?"
)
_ESTATE_TAIL: Final = re.compile(r"(?<=..)(?:住宅小区|小区|院落|居民区)$")
_BLANKS: Final = re.compile(r"[\s,,.。·/\\()()-]+")


def grid_key(name: str) -> str:
    """What a grid's name is compared by: 3 for 第三网格, 锦绣1 for 锦绣一网格, else its plain name.

    What stands before the number belongs to the name: grids of two estates, each the first of
    its own, must never become one, or a worker would hold the other's residents.
    """
    plain = _plain(name)
    found = _GRID.fullmatch(plain)
    return f"{found['of']}{part_of(found['no'])}" if found else plain


def estate_key(name: str | None) -> str:
    """What the name of an estate or courtyard is compared by."""
    return _ESTATE_TAIL.sub("", _plain(name or ""))


def door_key(address: Address) -> tuple[str, ...]:
    """What a door is compared by inside one roster."""
    return "door", estate_key(address.estate), address.short


def _plain(name: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name)).upper()
