"""Phone numbers as people keep them in one cell: blanks, dashes, prefixes, several at once."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

JOINED_BY: Final = "、"

_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"(010|02\d|0[3-9]\d{2})([2-9]\d{6,7})")
_SHORT: Final = re.compile(r"[2-9]\d{4,7}|[48]00\d{7}")
_BETWEEN: Final = re.compile(r"[、,;;/|\\\n\r或和]+")
_NO_DIGIT: Final = re.compile(r"\D")


@dataclass(frozen=True)
class Phones:
    """The numbers of one cell in their one spelling, and how many pieces were no number."""

    numbers: tuple[str, ...] = field(repr=False)
    refused: int

    @property
    def text(self) -> str:
        """All numbers, joined as they are stored."""
        return JOINED_BY.join(self.numbers)


def read_phones(cell: str) -> Phones:
    """Every number in ``cell``, each once, in the order written."""
    pieces = [piece for piece in _BETWEEN.split(unicodedata.normalize("NFKC", cell)) if piece]
    numbers: list[str] = []
    refused = 0
    for piece in pieces:
        found = _numbers_in(piece)
        refused += not found and any(sign.isalnum() for sign in piece)
        numbers.extend(found)
    return Phones(tuple(dict.fromkeys(numbers)), refused)


def normal_phone(text: str) -> str | None:
    """One number in its one spelling (13812341024, 0471-6221024); ``None`` where it is none."""
    digits = _NO_DIGIT.sub("", unicodedata.normalize("NFKC", text))
    bare = re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)", "", digits)
    if _MOBILE.fullmatch(bare) or _SHORT.fullmatch(bare):
        return bare
    landline = _LANDLINE.fullmatch(bare)
    return f"{landline[1]}-{landline[2]}" if landline else None


def is_valid_phone(text: str) -> bool:
    """Whether ``text`` is one or several numbers and nothing else."""
    found = read_phones(text)
    return bool(found.numbers) and not found.refused


def _numbers_in(piece: str) -> list[str]:
    """One number with blanks inside, or several that only blanks keep apart."""
    whole = normal_phone(piece)
    if whole is not None:
        return [whole]
    apart = [normal_phone(word) for word in piece.split()]
    if len(apart) > 1 and all(apart):
        return [number for number in apart if number]
    digits = _NO_DIGIT.sub("", piece)
    run = _MOBILE.findall(digits)
    return run if run and len("".join(run)) == len(digits) else []
