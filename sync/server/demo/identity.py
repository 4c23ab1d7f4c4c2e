"""Invented numbers of the right form: ID numbers, phones and ids, each used once."""

from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Final

from sync.identity import derived_id
from sync.server.demo.model import MALE

REGION: Final = "990101"
"""A county that does not exist, so that no number belongs to anybody."""

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_PREFIXES: Final = ("138", "139", "137", "136", "135", "158", "159", "188")


def check_digit(digits: str) -> str:
    """The last of the 18 characters of an ID number (GB 11643, mod 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


class Numbers:
    """Hands out numbers that nobody else in the community has. ``taken`` phones are avoided."""

    def __init__(self, rng: Random, community: str, seed: int, taken: Iterable[str]) -> None:
        self._rng = rng
        self._root = ("demo", community, str(seed))
        self._phones = set(taken)
        self._born: dict[tuple[date, bool], int] = {}

    def row_id(self, *parts: str) -> str:
        """The id of the row that is known by ``parts``: the same for the same seed."""
        return derived_id(*self._root, *parts)

    def phone(self) -> str:
        """An eleven-digit mobile number."""
        while True:
            phone = self._rng.choice(_PREFIXES) + f"{self._rng.randrange(10**8):08}"
            if phone not in self._phones:
                self._phones.add(phone)
                return phone

    def id_number(self, birth: date, sex: str) -> str:
        """An ID number with a valid check digit; the sequence is odd for men."""
        male = sex == MALE
        count = self._born.get((birth, male), 0)
        self._born[birth, male] = count + 1
        sequence = 2 * count + (1 if male else 2)
        digits = f"{REGION}{birth:%Y%m%d}{sequence:03}"
        return digits + check_digit(digits)
