"""What the server counted for the street: numbers of its community, and nobody's name."""

from dataclasses import dataclass

from sync.store.store import Store

_COUNT = "matter_count"


@dataclass(frozen=True)
class MonthCount:
    """The matters that were reported in a month (2026-06), as they stood on ``day``."""

    month: str
    day: str
    reported: int
    overdue: int
    finished: int
    in_time: int
    closed: int
    reached: int
    content: int


class StreetCounts:
    """The counts on this computer; there are none but on the street's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest(self) -> MonthCount | None:
        """The latest month in which something was reported."""
        rows = self._store.reading.rows(_COUNT)
        told = [row for row in rows if row.get("reported")]
        if not told:
            return None
        row = max(told, key=lambda one: str(one.get("month")))
        names = ("reported", "overdue", "finished", "in_time", "closed", "reached", "content")
        numbers = {name: int(row.get(name) or 0) for name in names}
        return MonthCount(str(row.get("month")), str(row.get("day")), **numbers)
