"""What of an ID number stands in a stored text: the number itself, told by its shape in whatever
text, and its last four signs, told by the name of their field."""

import re
from typing import Final

from sync.rules.idcard import check_digit, plain_id

MARK: Final = "\uee1d"
"""Begins and ends a token. It is for private use in Unicode, and JSON leaves it as it is. Where a
person typed it, it is stored twice: so nobody can type a token."""

TAIL_FIELD: Final = "id_tail"

_DIGIT_LEADS: Final = frozenset(b"\xd9\xdb\xdf\xe0\xe1\xea\xef\xf0")
"""With these bytes all digits begin in UTF-8 that are none of ASCII, and few Chinese characters."""

_LIKE_DIGITS: Final = bytes(
    ord("0" if byte in {*b"0123456789", *_DIGIT_LEADS} else " ") for byte in range(256)
)
_AFTER_LEAD: Final = bytes(range(0x80, 0xC0))
_MANY: Final = b"0" * 17
"""17 digits in a row are this, of whatever script, with a byte left of each character."""

# A letter that JSON wrote as \u5f20 ends in what looks like digits of the number after it.
NUMBER: Final = re.compile(
    rf"(?:(?<!\d)|(?<=\\u[0-9A-Fa-f]{{4}}))\d{{17}}(?:\d(?!\d)|[Xx\uff38\uff58])|{MARK}"
)
# In a row the field has a text, in an operation what it was and what it is to be. A form that waits
# is JSON within JSON, whose quotes have backslashes.
_TEXT: Final = r'\\*"[^"\\]*\\*"'
TAILS: Final = re.compile(rf'({TAIL_FIELD}\\*"\s*:\s*)({_TEXT}|\[[^\[\]]*\])')
TAIL: Final = re.compile(r'(\\*")([^"\\]*)(\\*")')


def may_hold(text: str) -> bool:
    """Whether a text may have anything to seal: a look that costs a fraction of reading it."""
    if MARK in text or TAIL_FIELD in text:
        return True
    # A lone surrogate is no text that any database takes: that is said where it is stored.
    return _MANY in text.encode(errors="surrogatepass").translate(_LIKE_DIGITS, _AFTER_LEAD)


def is_number(said: str) -> bool:
    """Whether 18 signs of the shape of an ID number end in their check digit."""
    number = plain_id(said)
    return number[-1] == check_digit(number[:-1])


def is_plain_tail(said: str) -> bool:
    """Whether what stands between the quotes is to be sealed: not what is, nor nothing at all."""
    return bool(said) and MARK not in said


def holds_number(text: str) -> bool:
    """Whether a number, or its end, stands in the text as it is stored."""
    if not may_hold(text):
        return False
    is_there = any(one[0] != MARK and is_number(one[0]) for one in NUMBER.finditer(text))
    ends = (end[2] for one in TAILS.finditer(text) for end in TAIL.finditer(one[2]))
    return is_there or any(map(is_plain_tail, ends))
