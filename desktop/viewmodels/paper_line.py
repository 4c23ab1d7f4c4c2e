"""A line typed from paper: 3 1 9:40 +Liu words. Row number, result key, what else was written."""

import re
import unicodedata
from collections.abc import Collection
from datetime import time
from typing import Final

from desktop.services.paper import PaperLine
from desktop.viewmodels.visit_form import SEGMENTS
from desktop.viewmodels.visit_times import parse_time
from sync.i18n import N_, _

_LINE: Final = re.compile(r"(\d{1,3})[\s,.、]+([1-5])(?!\d)[\s,.、]*(.*)", re.DOTALL)
_CLOCK: Final = re.compile(r"(\d{1,2}[:.]\d{2}|\d{1,2}点(?:\d{2})?)(?:\s+|$)(.*)", re.DOTALL)
_SIGNS: Final = frozenset("　：＋．")
_COMPANION: Final = re.compile(r"\+\s*(\S+)\s*(.*)", re.DOTALL)


def read_line(text: str, known: Collection[int]) -> PaperLine | str:
    """What was typed, or why it is no line, in words. ``known`` are the row numbers on paper."""
    plain = _plain(text)
    found = _LINE.fullmatch(plain)
    if found is None:
        return _(N_("Write the row number, the result 1 to 5, then words: 3 2 nobody in."))
    number, result, rest = int(found[1]), SEGMENTS[int(found[2]) - 1], found[3].strip()
    if number not in known:
        return _(N_("There is no row {number} on the paper.")).format(number=number)
    clock, rest = _clock(rest)
    companion = _COMPANION.match(rest)
    if companion is None:
        return PaperLine(number, result, rest, clock)
    return PaperLine(number, result, companion[2].strip(), clock, companion[1])


def _clock(rest: str) -> tuple[time | None, str]:
    found = _CLOCK.match(rest)
    parsed = parse_time(found[1]) if found else None
    return (parsed, found[2].strip()) if found and parsed else (None, rest)


def _plain(text: str) -> str:
    """Digits, blanks and the signs between them as those of a keyboard; words stay as they are."""
    return "".join(
        unicodedata.normalize("NFKC", sign) if sign.isdigit() or sign in _SIGNS else sign
        for sign in text
    ).strip()
