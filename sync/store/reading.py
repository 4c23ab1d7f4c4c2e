"""What screens and the command line ask. Every answer comes from one snapshot."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from sync.merge.operation import Outcome
from sync.rules.due import ANY_DAY, Due
from sync.store import buildings, generations, households, outbox, rows, sendable, visible
from sync.store.bulk import by_type
from sync.store.database import Database
from sync.store.derived import decode_due
from sync.store.lists import bound, encode_texts
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
from sync.store.tables import (
    DUE,
    LANE,
    OPERATION,
    STALE,
    TABLES,
    TARGET,
    is_shown,
    shown,
)


class Reading:
    """Queries over what this computer holds. Never writes, and never waits for a writer."""

    def __init__(self, database: Database, index: SearchIndex | None = None) -> None:
        self._database = database
        self._index = index
        self._states: dict[tuple[str, ...], tuple[int, Hashable]] = {}

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
        found = {}
        with self._database.reading() as connection:
            copies = {copy.no: copy for copy in generations.copies(connection) if copy.shown}
            for type_, ids in by_type(wanted).items():
                for no, row_id, body in rows.held(connection, type_, ids):
                    if no in copies:
                        key, seen = (type_, row_id), (copies[no].epoch, copies[no].cursor)
                        server = visible.server_row(connection, no, key).body
                        found[key] = Saw(seen, server or {}, body)
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

    def ids(self, type_: str) -> list[str]:
        """Those of every row of a kind, in their order: for whoever reads the rows in portions."""
        with self._database.reading() as connection:
            table = shown(type_)
            return list(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())

    def state(self, *kinds: str) -> Hashable:
        """What differs whenever anything that people see may differ, or any row of these kinds:
        cheap to ask, for whoever keeps what they made of the rows."""
        writes = self._database.writes
        known = self._states.get(kinds)
        if known is None or known[0] != writes:
            known = self._states[kinds] = (writes, self._state(kinds))
        return known[1]

    def _state(self, kinds: tuple[str, ...]) -> Hashable:
        with self._database.reading() as connection:
            copies = [
                (copy.scope_id, copy.no, copy.epoch, copy.cursor)
                for copy in generations.copies(connection)
                if copy.shown
            ]
            if not kinds:
                return (*copies, *connection.execute(_figures()).one())
            # Their rows change with a copy, and with an edit that is laid over them or taken off.
            edits = connection.execute(_EDITS, {"kinds": encode_texts(kinds)}).one()
            return (*copies, *edits)

    def shown_copies(self) -> frozenset[int]:
        """The numbers of the copies that people see: another one stands for other rows."""
        with self._database.reading() as connection:
            return frozenset(copy.no for copy in generations.copies(connection) if copy.shown)

    def stale(self, limit: int) -> list[str]:
        """Up to so many households whose rows changed and whose due dates did not follow yet."""
        with self._database.reading() as connection:
            return list(connection.execute(_STALE, {"most": limit}).scalars())

    def household(self, household_id: str) -> HouseholdView | None:
        """One household with everything below it."""
        with self._database.reading() as connection:
            return households.whole(connection, household_id)

    def households(self, ids: Iterable[str] | None = None) -> list[HouseholdView]:
        """Households with dwelling, building and members only: enough for a list."""
        with self._database.reading() as connection:
            return households.for_list(connection, ids)

    def doors(self, ids: Iterable[str]) -> list[tuple[str, str, str, int]]:
        """(household, area, room, floor) of each of these; an empty area is nowhere."""
        with self._database.reading() as connection:
            return households.doors(connection, ids)

    def behind(self, dwelling_ids: Iterable[str]) -> list[str]:
        """The households behind these doors."""
        with self._database.reading() as connection:
            return households.behind(connection, dwelling_ids)

    def unsent(self, type_: str) -> list[str]:
        """The households with an entry of this kind that was written here and not sent yet."""
        with self._database.reading() as connection:
            return households.unsent(connection, type_)

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

    def due(
        self,
        until: date | None = None,
        *,
        unseen: bool = True,
        among: Iterable[str] | None = None,
    ) -> list[Due]:
        """Households that may be asked for on the day ``until`` or were seen on it; all without.

        ``unseen`` homes are those that no date asks for and where nobody ever was: a fresh roster
        is full of them. ``among`` are the only ones to look at. The rules decide from each ``Due``
        what to do that day (``sync.rules.route``).
        """
        values = {"day": until.isoformat()} if until else {}
        if among is not None:
            values["among"] = encode_texts(among)
        query = _due_query(by_day=until is not None, unseen=unseen, some=among is not None)
        with self._database.reading() as connection:
            return [decode_due(detail) for detail in connection.execute(query, values).scalars()]

    def due_of(self, household_id: str) -> Due | None:
        """When one household is due; ``None`` where nobody is left to visit."""
        with self._database.reading() as connection:
            detail = connection.execute(_DUE_OF, {"of": household_id}).scalar_one_or_none()
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

    def latest(self, type_: str, row_ids: Iterable[str]) -> dict[str, Delivery]:
        """The newest edit of each of these rows that waits or whose receipt is still kept."""
        with self._database.reading() as connection:
            found = connection.execute(_LATEST, {"type": type_, "ids": encode_texts(row_ids)})
            rows_by_edit = {no: row_id for row_id, no in found}
            if not rows_by_edit:
                return {}
            query = select(OPERATION).where(OPERATION.c.no.in_(rows_by_edit))
            edits = deliveries(connection, query.order_by(OPERATION.c.no))
        return dict(zip((rows_by_edit[no] for no in sorted(rows_by_edit)), edits, strict=True))

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
                waiting=sum(sendable.lanes(connection).values()),
                conflicts=int(connection.execute(still_open).scalar_one()),
                held=int(connection.execute(held).scalar_one()),
                kept=int(connection.execute(kept).scalar_one()),
                rows={type_: _counted(connection, type_) for type_ in TABLES} if rows else {},
            )

    def count(self, type_: str) -> int:
        """How many rows of one kind people see."""
        with self._database.reading() as connection:
            return _counted(connection, type_)

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

    def has_backup(self) -> bool:
        """Whether the server ever told that a backup of it holds something of what was sent."""
        with self._database.reading() as connection:
            return bool(connection.execute(select(func.max(LANE.c.durable))).scalar_one())

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
            waiting = sendable.lanes(connection)
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


# Made once: making these statements costs more than running them.
_DUE_OF: Final = select(DUE.c.detail).where(DUE.c.household_id == bindparam("of"))
_LATEST: Final = (
    select(TARGET.c.row_id, func.max(TARGET.c.op_no))
    .where(TARGET.c.type == bindparam("type"), TARGET.c.row_id.in_(bound("ids")))
    .group_by(TARGET.c.row_id)
)
_STALE: Final = select(STALE.c.household_id).limit(bindparam("most"))
_EDITS: Final = (
    select(func.max(OPERATION.c.no), func.sum(OPERATION.c.folded))
    .join(TARGET, TARGET.c.op_no == OPERATION.c.no)
    .where(TARGET.c.type.in_(bound("kinds")))
)


@cache
def _figures() -> Select[Any]:
    """The newest edit, how many wait, and how many households have to be worked out again."""
    latest = select(func.max(OPERATION.c.no)).scalar_subquery()
    waiting = select(func.count()).select_from(OPERATION).where(outbox.WAITING).scalar_subquery()
    stale = select(func.count()).select_from(STALE).scalar_subquery()
    return select(latest, waiting, stale)


@cache
def _due_query(*, by_day: bool, unseen: bool, some: bool) -> Select[Any]:
    homes = TABLES["household"]
    query = select(DUE.c.detail)
    if some:
        query = query.where(DUE.c.household_id.in_(bound("among")))
    if by_day:
        day = bindparam("day", type_=Text())
        query = query.where(or_(DUE.c.due_on <= day, DUE.c.seen_on == day))
    if not unseen:
        dated = DUE.c.due_on != ANY_DAY.isoformat()
        query = query.where(or_(dated, DUE.c.seen_on.is_not(None)))
    # SQLite takes the conditions in this order: where few are left by now, each of them is looked
    # up alone, and the other homes are never read.
    if some or not unseen:
        query = query.where(exists().where(homes.c.id == DUE.c.household_id, is_shown(homes)))
    else:
        query = query.where(DUE.c.household_id.in_(select(homes.c.id).where(is_shown(homes))))
    return query.order_by(DUE.c.due_on, DUE.c.household_id)


def _counted(connection: Connection, type_: str) -> int:
    return int(connection.execute(_counting(type_)).scalar_one())


@cache
def _counting(type_: str) -> Select[Any]:
    """By the keys alone: the rows need not be read to be counted."""
    table = TABLES[type_]
    return select(func.count()).select_from(table).where(is_shown(table))


def _in_scope(type_: str, scope_id: str) -> Select[Any]:
    table = shown(type_)
    return select(func.count()).select_from(table).where(table.c.scope_id == scope_id)


def _newest_candidate(conflict: Record) -> tuple[str, str]:
    times = [entry.get("at", "") for entry in conflict.get("candidates", ())]
    return max(times, default=""), conflict.id
