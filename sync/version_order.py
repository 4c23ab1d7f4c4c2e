"""What a version is written as, and which one is newer. Python's own library alone: it is asked
before anything else starts."""

import re
from typing import Final

_VERSION: Final = re.compile(r"\d{1,6}(\.\d{1,6}){1,3}")


def is_version(text: str) -> bool:
    """Whether this is two to four numbers with points between them, as 1.2.0."""
    return _VERSION.fullmatch(text) is not None


def order_of(version: str) -> tuple[int, ...]:
    """A version as numbers: 0.10.0 comes after 0.9.0, and 1.2 is 1.2.0."""
    numbers = [int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:4]]
    return tuple(numbers + [0] * (4 - len(numbers)))
