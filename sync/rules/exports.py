"""What may leave in bulk: how many rows a day, and what never does (hand-book, section 9)."""

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from sync.rules.masking import mask_id, mask_name, mask_phone

ROWS_A_DAY: Final[Mapping[str, int]] = MappingProxyType(
    {
        "secretary": 200,
        "grid_leader": 200,
        "grid_worker": 200,
        "area_officer": 200,
        "mediator": 100,
        "desk_clerk": 100,
    }
)
"""Rows about people that somebody with this post takes along in a day; other posts none."""

HEALTH_NEEDS: Final = frozenset({"medical", "childcare"})
"""Needs that tell of an illness or a child."""

QUIET_MATTERS: Final = frozenset({"security", "dispute", "welfare", "care", "emergency", "special"})
"""Matters that may tell of a crime, an illness or a child: no words of theirs leave in bulk."""

QUIET_DISPUTES: Final = frozenset({"01", "13"})
"""Disputes in a family and about treatment: nobody is named."""

QUIET_SERVICES: Final = frozenset({"medical", "relief", "elder"})
"""Categories of services that tell of an illness or a hardship: nobody is named."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_DIGITS: Final = re.compile(r"(?<!\d)(?:\d[ -]?){6,17}[\dXx](?!\d)")
_ID_SIGNS: Final = 15


def rows_a_day(posts: Collection[str], allowed: int = 0) -> int:
    """How many rows about people may leave in a day; ``allowed`` is IT's word, 0 for none;
    it gives nothing to a post that takes nothing along."""
    most = max((ROWS_A_DAY.get(post, 0) for post in posts), default=0)
    return allowed if allowed and most else most


def plain_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula, also after it went through CSV."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(_FORMULA) else text


def masked_text(text: str, names: Iterable[str] = ()) -> str:
    """Words in which numbers and these names are masked."""
    found = _DIGITS.sub(lambda match: _masked_number(match[0]), text)
    for name in sorted({one for one in names if len(one) > 1}, key=len, reverse=True):
        found = found.replace(name, mask_name(name))
    return found


def _masked_number(number: str) -> str:
    plain = re.sub(r"[ -]", "", number)
    return mask_id(plain) if len(plain) >= _ID_SIGNS else mask_phone(plain)
