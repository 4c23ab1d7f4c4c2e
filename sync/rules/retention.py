"""How long somebody's record is kept once they left: then it is due for deletion."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

KEPT_DAYS: Final = 730
"""After somebody moved out or died; a court, a pension office or an heir asks within two years."""

_LEFT: Final = frozenset({"moved_out", "dead"})


def left_on(residencies: Iterable[Mapping[str, Any]]) -> date | None:
    """The day on which somebody left the last home that they had here; ``None`` where they live in
    one still, or nobody wrote a day down."""
    days = []
    for one in residencies:
        until = str(one.get("valid_to") or "")
        if one.get("status") not in _LEFT or not until:
            return None
        days.append(date.fromisoformat(until))
    return max(days, default=None)


def is_due(left: date | None, today: date) -> bool:
    """Whether the record is to be deleted now."""
    return left is not None and today - left >= timedelta(days=KEPT_DAYS)
