"""Which version is newer. Python's own library alone: it is asked before anything else starts."""

import re


def order_of(version: str) -> tuple[int, ...]:
    """A version as numbers: 0.10.0 comes after 0.9.0, and 1.2 is 1.2.0."""
    numbers = [int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:4]]
    return tuple(numbers + [0] * (4 - len(numbers)))
