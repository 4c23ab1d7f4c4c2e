"""What screens and the command line ask. Every answer comes from one snapshot."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from sync.merge.operation import Outcome
from sync.rules.due import Due
from sync.store import generations, outbox, rows
from sync.store.bulk import each
from sync.store.database import Database
from sync.store.derived import decode_due
from sync.store.outbox import RowKey
from sync.store.record import (
    Counts,
    Delivery,
    DeliveryState,
    HouseholdView,
    Match,
    Member,
    Record,
    ScopeState,
)
from sync.store.search import search
from sync.store.tables import DUE, OPERATION, TABLES, TARGET, shown

_STATES: Final[Mapping[str, DeliveryState]] = {
    "": DeliveryState.WAITING,
    Outcome.APPLIED: DeliveryState.DELIVERED,
    Outcome.NOOP: DeliveryState.DELIVERED,
    Outcome.CONFLICT: DeliveryState.CONFLICT,
    Outcome.HELD: DeliveryState.HELD,
}
# A household's entries and the time that orders each kind.
_ENTRIES: Final = {"visit": "started_at", "note": "written_at", "oral_mediation": "held_at"}


class Reading:
    """Queries over what this computer holds. Never writes, and never waits for a writer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, type_: str, row_id: str) -> Record | None:
        """A row as people see it, or ``None`` where it is not on this computer."""
        found = self.rows(type_, ids=[row_id])
        return found[0] if found else None

    def rows(
        self,
        type_: str,
        *,
        where: Mapping[str, Any] | None = None,
        ids: Iterable[str] | None = None,
        scope_id: str = "",
        limit: int = 0,
    ) -> list[Record]:
        """Rows whose fields equal ``where`` (a list: any of it), in order of their ids.

        ``limit`` 0 is all.
        """
        table = shown(type_)
        query = select(table).order_by(table.c.id)
        for name, value in (where or {}).items():
            column = table.c[name]
            many = isinstance(value, list | tuple | set | frozenset)
            query = query.where(column.in_(each(sorted(value))) if many else column == value)
        if ids is not None:
            query = query.where(table.c.id.in_(each(list(ids))))
        if scope_id:
            query = query.where(table.c.scope_id == scope_id)
        if limit:
            query = query.limit(limit)
        with self._database.reading() as connection:
            return [_record(type_, found) for found in connection.execute(query).mappings()]

    def household(self, household_id: str) -> HouseholdView | None:
        """One household with everything below it."""
        found = self.households([household_id])
        if not found:
            return None
        entries = {type_: self._entries(type_, household_id) for type_ in _ENTRIES}
        below = [household_id, *(member.person.id for member in found[0].members)]
        return HouseholdView(
            household=found[0].household,
            dwelling=found[0].dwelling,
            building=found[0].building,
            members=found[0].members,
            visits=entries["visit"],
            notes=entries["note"],
            mediations=entries["oral_mediation"],
            conflicts=self._conflicts_of(household_id, found[0].dwelling),
            deliveries=tuple(self._deliveries_of([*below, *_ids(entries.values())])),
        )

    def households(self, ids: Iterable[str] | None = None) -> list[HouseholdView]:
        """Households with dwelling, building and members only: enough for a list."""
        found = self.rows("household", ids=ids)
        dwellings = self._by_id("dwelling", (row.get("dwelling_id") for row in found))
        buildings = self._by_id("area", (row.get("building_id") for row in dwellings.values()))
        members = self._members([row.id for row in found])
        views = []
        for row in found:
            dwelling = dwellings.get(row.get("dwelling_id", ""))
            building = buildings.get(dwelling.get("building_id", "")) if dwelling else None
            views.append(HouseholdView(row, dwelling, building, tuple(members[row.id])))
        return views

    def search(self, text: str, *, limit: int = 50) -> list[Match]:
        """Households and people by name, initials, pinyin, room or address, or phone tail."""
        with self._database.reading() as connection:
            return search(connection, text, limit)

    def due(self, until: date | None = None) -> list[Due]:
        """Households that may be asked for on the day ``until`` or were seen on it; all without.

        The rules decide from each ``Due`` what to do that day (``sync.rules.route``).
        """
        households = shown("household")
        query = select(DUE.c.detail).where(DUE.c.household_id.in_(select(households.c.id)))
        if until is not None:
            day = until.isoformat()
            query = query.where(or_(DUE.c.due_on <= day, DUE.c.seen_on == day))
        query = query.order_by(DUE.c.due_on, DUE.c.household_id)
        with self._database.reading() as connection:
            return [decode_due(detail) for detail in connection.execute(query).scalars()]

    def due_of(self, household_id: str) -> Due | None:
        """When one household is due; ``None`` where nobody is left to visit."""
        query = select(DUE.c.detail).where(DUE.c.household_id == household_id)
        with self._database.reading() as connection:
            detail = connection.execute(query).scalar_one_or_none()
        return None if detail is None else decode_due(detail)

    def conflicts(self, *, open_only: bool = True) -> list[Record]:
        """Conflict rows, newest first."""
        found = self.rows("conflict", where={"status": "open"} if open_only else None)
        return sorted(found, key=_newest_candidate, reverse=True)

    def deliveries(self, type_: str = "", row_id: str = "") -> list[Delivery]:
        """Edits of one row (or all) that wait or whose receipt is still kept, newest first."""
        query = select(OPERATION).order_by(OPERATION.c.no.desc())
        if row_id:
            of_row = and_(TARGET.c.type == type_, TARGET.c.row_id == row_id)
            query = query.where(OPERATION.c.no.in_(select(TARGET.c.op_no).where(of_row)))
        return self._delivered(query)

    def counts(self, *, rows: bool = False) -> Counts:
        """Waiting, conflicts and held; with ``rows`` also how many rows of each kind."""
        with self._database.reading() as connection:
            conflicts = shown("conflict")
            still_open = select(func.count()).where(conflicts.c.status == "open")
            held = select(func.count()).where(OPERATION.c.outcome == Outcome.HELD.value)
            return Counts(
                waiting=sum(outbox.lanes(connection).values()),
                conflicts=int(connection.execute(still_open).scalar_one()),
                held=int(connection.execute(held).scalar_one()),
                rows={type_: _counted(connection, type_) for type_ in TABLES} if rows else {},
            )

    def scopes(self) -> list[ScopeState]:
        """What this computer has of each scope; while it is filled anew, what is shown."""
        with self._database.reading() as connection:
            waiting = outbox.lanes(connection)
            held = {}
            for copy in generations.copies(connection):
                if copy.shown or copy.scope_id not in held:
                    held[copy.scope_id] = copy
        return [
            ScopeState(
                scope_id=copy.scope_id,
                epoch=copy.epoch,
                cursor=copy.cursor,
                head=copy.head,
                digest=copy.digest,
                ready=copy.shown,
                waiting=waiting.get(copy.scope_id, 0),
            )
            for copy in held.values()
        ]

    def _by_id(self, type_: str, ids: Iterable[str | None]) -> dict[str, Record]:
        wanted = sorted({row_id for row_id in ids if row_id})
        return {row.id: row for row in self.rows(type_, ids=wanted)} if wanted else {}

    def _members(self, household_ids: Sequence[str]) -> dict[str, list[Member]]:
        """Each household's people, by their residency in it, or by their own word."""
        residencies = self.rows("residency", where={"household_id": household_ids})
        people = {row.id: row for row in self.rows("person", where={"household_id": household_ids})}
        elsewhere = {row.get("person_id", "") for row in residencies} - set(people)
        people |= self._by_id("person", elsewhere)
        grouped: dict[str, list[Member]] = defaultdict(list)
        placed: set[RowKey] = set()
        for residency in residencies:
            key = (residency.get("household_id", ""), residency.get("person_id", ""))
            if key[1] in people and key not in placed:
                placed.add(key)
                grouped[key[0]].append(Member(people[key[1]], residency))
        for person in people.values():
            home = person.get("household_id", "")
            if (home, person.id) not in placed and home in set(household_ids):
                grouped[home].append(Member(person))
        return grouped

    def _entries(self, type_: str, household_id: str) -> tuple[Record, ...]:
        found = self.rows(type_, where={"household_id": household_id})
        if type_ == "oral_mediation":
            known = {row.id for row in found}
            other = self.rows(type_, where={"other_household_id": household_id})
            found += [row for row in other if row.id not in known]
        moment = _ENTRIES[type_]
        return tuple(sorted(found, key=lambda row: (row.get(moment, ""), row.id), reverse=True))

    def _conflicts_of(self, household_id: str, dwelling: Record | None) -> tuple[Record, ...]:
        roots = [household_id, *([dwelling.id] if dwelling else [])]
        return tuple(self.rows("conflict", where={"target_root": roots, "status": "open"}))

    def _deliveries_of(self, row_ids: Sequence[str]) -> list[Delivery]:
        query = select(OPERATION).where(OPERATION.c.row_id.in_(each(list(row_ids))))
        return self._delivered(query.order_by(OPERATION.c.no.desc()))

    def _delivered(self, query: Select[Any]) -> list[Delivery]:
        conflicts = shown("conflict")
        with self._database.reading() as connection:
            still_open = select(conflicts.c.id).where(conflicts.c.status == "open")
            asking = set(connection.execute(still_open).scalars())
            return [_delivery(found, asking) for found in connection.execute(query)]


def _record(type_: str, found: Mapping[Any, Any]) -> Record:
    return Record(
        type=type_,
        id=found["id"],
        scope_id=found["scope_id"],
        rev=found["rev"],
        root_id=found["root_id"],
        fields=rows.body_of(type_, found),
    )


def _delivery(found: Row[Any], asking: Set[str]) -> Delivery:
    state = _STATES[found.outcome]
    if state is DeliveryState.CONFLICT and asking.isdisjoint(json.loads(found.conflicts)):
        state = DeliveryState.DELIVERED  # What it met was settled meanwhile.
    return Delivery(
        op_id=found.op_id,
        kind=found.kind,
        type=found.type,
        row_id=found.row_id,
        scope_id=found.scope_id,
        saved_at=found.saved_at,
        state=state,
        at=found.at,
        code=found.code,
    )


def _counted(connection: Connection, type_: str) -> int:
    return int(connection.execute(select(func.count()).select_from(shown(type_))).scalar_one())


def _newest_candidate(conflict: Record) -> tuple[str, str]:
    times = [entry.get("at", "") for entry in conflict.get("candidates", ())]
    return max(times, default=""), conflict.id


def _ids(groups: Iterable[Sequence[Record]]) -> list[str]:
    return [row.id for group in groups for row in group]
