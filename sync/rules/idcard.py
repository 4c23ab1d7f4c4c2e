"""The number of a resident's ID card: 18 characters, the last a check digit (GB 11643).

A number that fails is told by its fault alone; no text here ever holds the number.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from stdnum.cn.ric import calc_check_digit

RESIDENT_CARD: Final = "111"
TAIL_SIGNS: Final = 4
_OLDEST: Final = date(1880, 1, 1)
_OTHER_PAPERS: Final = (
    ("516", re.compile(r"[HMC]\d{8}(?:\d{2})?")),
    ("414", re.compile(r"(?:[DEGPS][A-Z]?|[A-Z]{2})\d{7,8}")),
)


class IdFault(StrEnum):
    """Why a text is no ID number."""

    LENGTH = "length"
    OLD = "old"  # The 15-digit number of before 1999: no check digit, no century.
    CHARACTERS = "characters"
    BIRTH = "birth"
    CHECK = "check"


@dataclass(frozen=True)
class IdCard:
    """A number whose check digit holds, with the birth and the sex (1, 2) that it tells."""

    number: str = field(repr=False)
    birth: date = field(repr=False)
    sex: str = field(repr=False)


def read_id(text: str) -> IdCard | IdFault:
    """The card behind ``text``, in any width and with blanks between; or what is wrong with it."""
    number = plain_id(text)
    if re.fullmatch(r"\d{15}", number):
        return IdFault.OLD
    if len(number) != 18:
        return IdFault.LENGTH
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return IdFault.CHARACTERS
    if number[-1] != calc_check_digit(number):
        return IdFault.CHECK
    birth = _birth(number)
    if birth is None:
        return IdFault.BIRTH
    return IdCard(number, birth, "1" if int(number[16]) % 2 else "2")


def check_digit(first_17: str) -> str:
    """The last character that belongs to 17 digits: mod 11-2, ``X`` for ten."""
    digit: str = calc_check_digit(first_17 + "0")
    return digit


def paper_kind(text: str) -> str | None:
    """The code of another paper that ``text`` looks like: 516 Hong Kong and Macao, 414 passport."""
    number = plain_id(text)
    return next((code for code, shape in _OTHER_PAPERS if shape.fullmatch(number)), None)


def plain_id(text: str) -> str:
    """One width, capitals, no blanks, dashes or the quote that marks a text cell."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s'‘’`\"=\-—]+", "", narrow)


def id_tail(text: str) -> str:
    """The last four signs, all that a masked number shows; nothing of what is too short for it."""
    number = plain_id(text)
    return number[-TAIL_SIGNS:] if len(number) > 2 * TAIL_SIGNS else ""


def typed_tail(typed: str) -> str:
    """The last four signs that somebody looks for: typed alone, or read from a whole card."""
    number = plain_id(typed)
    if re.fullmatch(r"(?:\d{14})?\d{3}[\dX]", number):
        return number[-TAIL_SIGNS:]
    return ""


def _birth(number: str) -> date | None:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born >= _OLDEST else None
