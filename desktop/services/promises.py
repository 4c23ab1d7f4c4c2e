"""What was promised at a door: shown every day until somebody brought it back."""

from dataclasses import dataclass, field
from datetime import date

from desktop.services.visit_form import VisitForm
from sync.identity import Clock, stamp
from sync.store.record import Record
from sync.store.records import Edit, create, patch
from sync.store.store import Store


@dataclass(frozen=True)
class PromiseLine:
    """One promise that is open. ``due`` is the day that was named, if any."""

    id: str
    household_id: str
    what: str = field(repr=False)
    made_at: str
    due: date | None

    def is_for(self, day: date) -> bool:
        """Whether it is time to bring it back."""
        return self.due is not None and self.due <= day


class Promises:
    """The promises of one profile's households."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def open(self, household_id: str = "") -> list[PromiseLine]:
        """Every open promise, or those of one household; those with a day first."""
        where = {"household_id": household_id} if household_id else {}
        found = self._store.reading.rows("promise", where={**where, "kept_at": None})
        lines = [_line(row) for row in found if _is_open(row)]
        return sorted(lines, key=lambda one: (one.due or date.max, one.made_at, one.id))

    def keep(self, promise_id: str) -> None:
        """It was brought back, without a visit."""
        self._store.records.write([self._kept(promise_id, "")])

    def open_again(self, promise_id: str) -> None:
        """It was not brought back after all."""
        self._store.records.write([_open_again(promise_id)])

    def edits_for(self, household: Record, visit_id: str, form: VisitForm) -> list[Edit]:
        """What a visit promises, and what it brings back."""
        edits = [self._kept(promise_id, visit_id) for promise_id in form.kept]
        if form.promise.strip():
            fields = {
                "household_id": household.id,
                "visit_id": visit_id,
                "staff_id": self._store.account.user.staff_id,
                "made_at": stamp(self._clock.now()),
                "what": form.promise.strip(),
                "due": form.promise_by,
            }
            edits.append(create("promise", fields, scope_id=household.scope_id))
        return edits

    def withdrawals(self, visit_id: str) -> list[Edit]:
        """What was promised and brought back at a visit that is taken back."""
        reading = self._store.reading
        made = [
            patch("promise", row.id, {"dropped": True})
            for row in reading.rows("promise", where={"visit_id": visit_id})
            if _is_open(row)
        ]
        kept = [
            _open_again(row.id)
            for row in reading.rows("promise", where={"kept_visit_id": visit_id})
        ]
        return made + kept

    def _kept(self, promise_id: str, visit_id: str) -> Edit:
        fields = {"kept_at": stamp(self._clock.now()), "kept_visit_id": visit_id}
        return patch("promise", promise_id, fields)


def _open_again(promise_id: str) -> Edit:
    return patch("promise", promise_id, {"kept_at": None, "kept_visit_id": None})


def _is_open(row: Record) -> bool:
    return not row.get("kept_at") and not row.get("dropped")


def _line(row: Record) -> PromiseLine:
    due = str(row.get("due") or "")
    return PromiseLine(
        row.id,
        str(row.get("household_id") or ""),
        str(row.get("what") or ""),
        str(row.get("made_at") or ""),
        date.fromisoformat(due) if due else None,
    )
