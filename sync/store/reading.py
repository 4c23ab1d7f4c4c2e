"""What screens and the command line ask. Every answer comes from one snapshot."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from sync.merge.operation import Outcome
from sync.rules.due import ANY_DAY, Due
from sync.store import buildings, generations, households, outbox, rows, visible
from sync.store.database import Database
from sync.store.derived import decode_due
from sync.store.queries import deliveries, rows_of
from sync.store.record import (
    BuildingView,
    Counts,
    Delivery,
    HouseholdView,
    Key,
    Match,
    Record,
    Saw,
    ScopeState,
)
from sync.store.search import search
from sync.store.search_index import SearchIndex
from sync.store.tables import DUE, OPERATION, STALE, TABLES, TARGET, shown


class Reading:
    """Queries over what this computer holds. Never writes, and never waits for a writer."""

    def __init__(self, database: Database, index: SearchIndex | None = None) -> None:
        self._database = database
        self._index = index

    def find(self, type_: str, row_id: str) -> Record | None:
        """A row as people see it, or ``None`` where it is not on this computer."""
        found = self.rows(type_, ids=[row_id])
        return found[0] if found else None

    def saw(self, keys: Iterable[Key]) -> dict[Key, Saw]:
        """What stands in these rows now, for somebody who begins to change them.

        Rows that are not here are left out. Ask before reading what is put on the screen: then
        a sync in between brings a question and never an overwritten value.
        """
        wanted = set(keys)
        with self._database.reading() as connection:
            shown = [copy for copy in generations.copies(connection) if copy.shown]
            found = {}
            for copy in shown:
                for key in wanted:
                    row = rows.find(connection, key[0], copy.no, key[1])
                    if row is not None:
                        server = visible.server_row(connection, copy.no, key).body
                        seen = (copy.epoch, copy.cursor)
                        found[key] = Saw(seen, server or {}, row.body or {})
        return found

    def seen(self) -> dict[str, tuple[str, int]]:
        """The (epoch, revision) of each scope that people see now."""
        with self._database.reading() as connection:
            found = [copy for copy in generations.copies(connection) if copy.shown]
        return {copy.scope_id: (copy.epoch, copy.cursor) for copy in found}

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
        with self._database.reading() as connection:
            return rows_of(connection, type_, where=where, ids=ids, scope_id=scope_id, limit=limit)

    def state(self) -> tuple[Hashable, ...]:
        """What differs whenever anything that people see may differ: cheap to ask, for whoever
        keeps what they made of the rows."""
        latest = select(func.max(OPERATION.c.no)).scalar_subquery()
        waiting = select(func.count()).select_from(OPERATION).where(outbox.WAITING)
        stale = select(func.count()).select_from(STALE).scalar_subquery()
        with self._database.reading() as connection:
            copies = sorted(
                (copy.scope_id, copy.no, copy.epoch, copy.cursor)
                for copy in generations.copies(connection)
                if copy.shown
            )
            figures = connection.execute(select(latest, waiting.scalar_subquery(), stale)).one()
        return (*copies, *figures)

    def household(self, household_id: str) -> HouseholdView | None:
        """One household with everything below it."""
        with self._database.reading() as connection:
            return households.whole(connection, household_id)

    def households(self, ids: Iterable[str] | None = None) -> list[HouseholdView]:
        """Households with dwelling, building and members only: enough for a list."""
        with self._database.reading() as connection:
            return households.for_list(connection, ids)

    def buildings(self) -> list[str]:
        """The areas in which doors stand on this computer; empty text for doors of none."""
        with self._database.reading() as connection:
            return buildings.holding(connection)

    def building(self, building_ids: Sequence[str]) -> BuildingView:
        """Every door of these areas with who lives there; an empty id is doors of none."""
        with self._database.reading() as connection:
            return buildings.inside(connection, building_ids)

    def walk(self, building_id: str) -> list[tuple[str, str, int]]:
        """(household, room, floor) of everybody in one area; an empty id is nowhere."""
        with self._database.reading() as connection:
            return buildings.walk(connection, building_id)

    def search(self, text: str, *, limit: int = 50, notes: bool = False) -> list[Match]:
        """Households and people by name, initials, pinyin, room or address, or phone tail; with
        ``notes`` also by what was written about them, once the index is built."""
        found = self._index.search(text, limit, notes=notes) if self._index else None
        if found is not None:
            return found
        with self._database.reading() as connection:
            return search(connection, text, limit)

    def due(self, until: date | None = None, *, unseen: bool = True) -> list[Due]:
        """Households that may be asked for on the day ``until`` or were seen on it; all without.

        ``unseen`` homes are those that no date asks for and where nobody ever was: a fresh roster
        is full of them. The rules decide from each ``Due`` what to do that day
        (``sync.rules.route``).
        """
        here = select(shown("household").c.id)
        query = select(DUE.c.detail).where(DUE.c.household_id.in_(here))
        if until is not None:
            day = until.isoformat()
            query = query.where(or_(DUE.c.due_on <= day, DUE.c.seen_on == day))
        if not unseen:
            dated = DUE.c.due_on != ANY_DAY.isoformat()
            query = query.where(or_(dated, DUE.c.seen_on.is_not(None)))
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
        with self._database.reading() as connection:
            return deliveries(connection, query)

    def pending(self, type_: str) -> dict[str, str]:
        """The rows of one kind with edits that the server's row does not show yet, by id, and
        when the latest of these was made (a stamp)."""
        latest = func.max(OPERATION.c.saved_at)
        query = (
            select(TARGET.c.row_id, latest)
            .join_from(TARGET, OPERATION, OPERATION.c.no == TARGET.c.op_no)
            .where(OPERATION.c.folded, TARGET.c.type == type_)
            .group_by(TARGET.c.row_id)
        )
        with self._database.reading() as connection:
            return {str(found[0]): str(found[1]) for found in connection.execute(query)}

    def counts(self, *, rows: bool = False) -> Counts:
        """Waiting, conflicts and held; with ``rows`` also how many rows of each kind."""
        with self._database.reading() as connection:
            conflicts = shown("conflict")
            still_open = select(func.count()).where(conflicts.c.status == "open")
            held = select(func.count()).where(OPERATION.c.outcome == Outcome.HELD.value)
            kept = select(func.count()).where(OPERATION.c.outcome.not_in(("", Outcome.HELD.value)))
            return Counts(
                waiting=sum(outbox.lanes(connection).values()),
                conflicts=int(connection.execute(still_open).scalar_one()),
                held=int(connection.execute(held).scalar_one()),
                kept=int(connection.execute(kept).scalar_one()),
                rows={type_: _counted(connection, type_) for type_ in TABLES} if rows else {},
            )

    def kept(self) -> int:
        """Edits that the server has, and that stay here until it can no longer lose them."""
        arrived = OPERATION.c.outcome.not_in(("", Outcome.HELD.value))
        with self._database.reading() as connection:
            query = select(func.count()).select_from(OPERATION).where(arrived)
            return int(connection.execute(query).scalar_one())

    def oldest_waiting(self) -> str:
        """Since when the longest waiting edit is saved, as a stamp; empty where none waits."""
        return self._first(OPERATION.c.saved_at, OPERATION.c.outcome == "")

    def oldest_kept(self) -> str:
        """Since when the server has, and may still lose, the first of what stays here for that."""
        return self._first(OPERATION.c.at, OPERATION.c.outcome.not_in(("", Outcome.HELD.value)))

    def _first(self, moment: ColumnElement[str], where: ColumnElement[bool]) -> str:
        with self._database.reading() as connection:
            return connection.execute(select(func.min(moment)).where(where)).scalar_one() or ""

    def count_in(self, scope_id: str, type_: str = "") -> int:
        """Rows of one scope that people see: of one kind, or of all."""
        with self._database.reading() as connection:
            return sum(
                int(connection.execute(_in_scope(name, scope_id)).scalar_one())
                for name in ([type_] if type_ else TABLES)
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


def _counted(connection: Connection, type_: str) -> int:
    return int(connection.execute(select(func.count()).select_from(shown(type_))).scalar_one())


def _in_scope(type_: str, scope_id: str) -> Select[Any]:
    table = shown(type_)
    return select(func.count()).select_from(table).where(table.c.scope_id == scope_id)


def _newest_candidate(conflict: Record) -> tuple[str, str]:
    times = [entry.get("at", "") for entry in conflict.get("candidates", ())]
    return max(times, default=""), conflict.id
