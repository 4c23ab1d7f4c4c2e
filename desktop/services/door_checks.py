"""Whom a newer roster does not name any more: to be verified at the door (到户核实)."""

from dataclasses import dataclass, field
from typing import Final

from desktop.services.residents import Done, Move, Residents
from sync.errors import NotFound
from sync.identity import Clock, local_day, stamp
from sync.store.records import patch
from sync.store.store import Store

LIVES, MOVED_OUT, DIED = "lives", "moved_out", "dead"

_MOVES: Final = {MOVED_OUT: Move.MOVED_OUT, DIED: Move.DIED, "away": Move.AWAY}


@dataclass(frozen=True)
class CheckLine:
    """One person to look for at a door."""

    id: str
    household_id: str
    person_id: str
    name: str = field(repr=False)
    asked_at: str


class DoorChecks:
    """The open questions of a roster on this computer."""

    def __init__(self, store: Store, clock: Clock, residents: Residents) -> None:
        self._store = store
        self._clock = clock
        self._residents = residents

    def open(self, household_id: str = "") -> list[CheckLine]:
        """Every open one, or those of one household, the oldest first."""
        where = {"household_id": household_id} if household_id else {}
        rows = self._store.reading.rows("door_check", where={**where, "answer": None})
        if not rows:
            return []
        people = {
            row.id: row
            for row in self._store.reading.rows(
                "person", ids=[str(row.get("person_id")) for row in rows]
            )
        }
        lines = [
            CheckLine(
                row.id,
                str(row.get("household_id") or ""),
                str(row.get("person_id") or ""),
                str(people[person_id].get("name") or "") if person_id in people else "",
                str(row.get("asked_at") or ""),
            )
            for row in rows
            for person_id in [str(row.get("person_id"))]
        ]
        return sorted(lines, key=lambda one: (one.asked_at, one.household_id, one.id))

    def answer(self, check_id: str, answer: str) -> Done | None:
        """What was found at the door. Who moved out or died is written down as that, too; the
        answer is what :meth:`ask_again` needs for that.

        Raises :class:`NotFound` and whatever saving raises.
        """
        row = self._store.reading.find("door_check", check_id)
        if row is None:
            raise NotFound(what=check_id)
        move, done = _MOVES.get(answer), None
        if move is not None:
            day = local_day(self._clock.now()).isoformat()
            household_id = str(row.get("household_id"))
            done = self._residents.move(household_id, [str(row.get("person_id"))], move, day)
        fields = {
            "answer": answer,
            "answered_at": stamp(self._clock.now()),
            "answered_by": self._store.account.user.staff_id,
        }
        self._store.records.write([patch("door_check", check_id, fields)])
        return done

    def ask_again(self, check_id: str, done: Done | None = None) -> None:
        """It was not verified after all; nobody moved."""
        if done is not None:
            self._residents.undo(done)
        cleared = dict.fromkeys(("answer", "answered_at", "answered_by"))
        self._store.records.write([patch("door_check", check_id, cleared)])
