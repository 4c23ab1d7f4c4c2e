"""The front desk: who stands at the window, what they come for, and what they take home.

Names are masked until a case is opened for somebody; opening is written down.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from desktop.services.desk_cases import CaseLine
from desktop.services.finder import Finder, Hit
from desktop.services.households import HouseholdCard, Households
from desktop.services.matter_list import title_of
from desktop.services.names import Names
from desktop.services.privacy import Reveals, Sight
from desktop.services.promises import Promises
from desktop.services.visit_form import VisitForm
from desktop.services.visits import SavedVisit, Visits
from sync.errors import NotFound
from sync.identity import Clock, local_day, stamp
from sync.store.record import Record
from sync.store.store import Store

MOST_HITS: Final = 20
_SOLVED: Final = frozenset({"verified", "feedback"})
_OWN_WORD: Final = frozenset({"visit", "desk", "phone", "resident_photo", "patrol"})
"""Where a matter with a home and without a reporter was told by the home, or seen by a worker."""
_IN_CONFIDENCE: Final = frozenset({"dispute", "care", "security"})
"""May be about somebody of the very home: no window begins to speak of it."""


@dataclass(frozen=True)
class Visitor:
    """Somebody at the window whose case was opened: names in full, tags of tiers 1 and 2.

    ``promises`` are open, ``answers`` what was solved for their home and wants to be told, and
    ``cases`` what the desk has in hand for them.
    """

    person_id: str
    card: HouseholdCard = field(repr=False)
    name: str = field(repr=False)
    sex: str
    age: int | None
    phone: str = field(repr=False)
    worker: str
    worker_id: str
    steward: str
    opened_at: str
    promises: tuple[str, ...] = field(default=(), repr=False)
    answers: tuple[str, ...] = field(default=(), repr=False)
    cases: tuple[CaseLine, ...] = field(default=(), repr=False)


class Desk:
    """The window of one profile's user."""

    def __init__(
        self, store: Store, clock: Clock, households: Households, names: Names, visits: Visits
    ) -> None:
        self._store = store
        self._clock = clock
        self._households = households
        self._names = names
        self._visits = visits
        self._reveals = Reveals(store, clock)
        self._finder = Finder(
            store.reading, households, Sight(frozenset(store.account.user.posts)), clock
        )
        self._promises = Promises(store, clock)

    # --- Who stands there -------------------------------------------------------------------------

    def find(self, typed: str) -> list[Hit]:
        """People by name, initials, room or the end of a phone."""
        return self._finder.find(typed, most=MOST_HITS)

    def open_case(self, person_id: str) -> Visitor:
        """Whom a hit stands for, in full; that it was opened is written down.

        Raises :class:`NotFound`.
        """
        person = self._store.reading.find("person", person_id)
        household_id = str((person or self._record("household", person_id)).get("household_id", ""))
        if person is None:
            household_id = person_id
        self._reveals.record([("household", household_id, "case")], "desk")
        sight = Sight(frozenset(self._store.account.user.posts), opened=True)
        card = self._households.card(household_id, sight)
        member = next((one for one in card.members if one.id == person_id), None)
        worker_id = self._worker_of(card.record.scope_id)
        return Visitor(
            person_id=person.id if person else "",
            card=card,
            name=member.name if member else card.line.who,
            sex=member.sex if member else card.line.sex,
            age=member.age if member else card.line.age,
            phone=member.phone if member else card.contact,
            worker=self._names.staff(worker_id) if worker_id else "",
            worker_id=worker_id,
            steward=self._steward_of(card.line.building_id),
            opened_at=stamp(self._clock.now()),
            promises=tuple(one.what for one in self._promises.open(household_id)),
            answers=tuple(self._to_be_told(household_id, member.name if member else "")),
        )

    def _to_be_told(self, household_id: str, name: str) -> Iterator[str]:
        """Matters of a home that are solved, and whose answer nobody brought yet: those that the
        home told, or that ``name`` did. What others told of a home is answered to them alone."""
        for row in self._store.reading.rows("matter", where={"household_id": household_id}):
            if (
                row.get("stage") in _SOLVED
                and not row.get("duplicate_of")
                and _is_answer_for(row, name)
            ):
                result = str(row.get("result_text") or "")
                yield f"{title_of(row)}: {result}" if result else title_of(row)

    def met_here(self, household_id: str, note: str = "") -> SavedVisit:
        """They stand at the window: that is a meeting, and counts for everybody."""
        home = self._households.record(household_id)
        return self._visits.record(home, VisitForm("met", method="desk", note=note))

    def _record(self, type_: str, row_id: str) -> Record:
        found = self._store.reading.find(type_, row_id)
        if found is None:
            raise NotFound(what=row_id)
        return found

    def _worker_of(self, scope_id: str) -> str:
        grid_id, today = scope_id.partition(":")[2], local_day(self._clock.now()).isoformat()
        for row in self._store.reading.rows("assignment", where={"area_id": grid_id}):
            if row.get("post") == "grid_worker" and _runs(row, today):
                return str(row.get("staff_id") or "")
        return ""

    def _steward_of(self, building_id: str) -> str:
        """Who is steward of the building today; the head of it where nobody is."""
        today = local_day(self._clock.now()).isoformat()
        rows = self._store.reading.rows("member", where={"area_id": building_id})
        for post in ("stair_steward", "building_head"):
            for row in rows:
                if row.get("post") == post and _runs(row, today):
                    return str(row.get("name") or "")
        return ""


def _is_answer_for(row: Record, name: str) -> bool:
    """Whether the answer is for whoever stands at the window: nobody learns there what a
    neighbour complained of."""
    if row.get("category") in _IN_CONFIDENCE:
        return False
    reporter = str(row.get("reporter") or "").strip()
    return reporter == name if reporter else row.get("source") in _OWN_WORD


def _runs(row: Record, today: str) -> bool:
    """Whether somebody holds this post on that day."""
    return str(row.get("valid_from") or "") <= today <= str(row.get("valid_to") or "9999")
