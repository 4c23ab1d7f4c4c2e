"""Putting visits off to another day, for everyone who walks there, and taking that back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sync.store.records import Edit, patch
from sync.store.store import Store


@dataclass(frozen=True)
class PutOff:
    """Visits that were put off together: the day that stood before, by household."""

    before: Mapping[str, str | None]


class Postponing:
    """Puts households' visits off. An appointment and a knock to be confirmed stay what they are:
    the rules ask for them all the same (``sync.rules.route``)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put_off(self, household_ids: Iterable[str], day: date) -> PutOff:
        """No visit is asked for before ``day``; all of them in one saving."""
        rows = self._store.reading.rows("household", ids=list(household_ids))
        self._store.records.write([_until(row.id, day.isoformat()) for row in rows])
        return PutOff({row.id: row.get("postponed_to") for row in rows})

    def undo(self, put_off: PutOff) -> None:
        """What stood before stands again."""
        self._store.records.write([_until(key, day) for key, day in put_off.before.items()])


def _until(household_id: str, day: str | None) -> Edit:
    return patch("household", household_id, {"postponed_to": day})
