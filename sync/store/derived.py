"""When each household is due: worked out from its rows, kept beside them, never synced.

Every write notes the households it touched; :meth:`Dues.refresh` works those out again in small
transactions. A due date depends on rows alone and not on today, so it stays true until then.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from threading import Lock
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, delete, func, literal, literal_column, select
from sqlalchemy.dialects.sqlite import Insert, insert

from sync.identity import local_day
from sync.rules.due import Due, due_of, unreadable
from sync.store.database import Database
from sync.store.due_facts import Region, Stretch, These, chosen_ids, facts_in, scattered
from sync.store.lists import bound, encode_texts
from sync.store.tables import DUE, GENERATION, STALE, TABLES

BATCH_HOUSEHOLDS: Final = 500
"""Households worked out at a time. They are read without a lock and written in about 10 ms."""

WORTH_A_STRETCH: Final = 200
"""So many households of one copy, as after its first sync, are read in one go."""


def mark_stale(connection: Connection, roots: Iterable[str]) -> None:
    """Ask for these households' due dates again. Ids of other rows do no harm."""
    chosen = sorted(set(roots) - {""})
    if chosen:
        connection.execute(_MARK, {"ids": encode_texts(chosen)})


def mark_stale_from(connection: Connection, ids: Select[tuple[str]]) -> None:
    """As :func:`mark_stale`, for the ids that a query gives."""
    connection.execute(_marking(ids))


def _marking(ids: Select[tuple[str]]) -> Insert:
    # Without a WHERE, SQLite would read ON CONFLICT as the condition of a join.
    once = ids.add_columns(literal(1)).where(literal_column("1"))
    chosen = insert(STALE).from_select(["household_id", "times"], once)
    return chosen.on_conflict_do_update(set_={"times": STALE.c.times + 1})


# Made once: making these statements costs more than running them.
_MARK: Final = _marking(bound("ids"))
_TIMES: Final = select(STALE.c.household_id, STALE.c.times).where(
    STALE.c.household_id.in_(bound("ids"))
)


def encode_due(due: Due) -> str:
    """A due date with everything behind it, as the table keeps it."""
    return msgspec.json.encode(due).decode()


def decode_due(text: str) -> Due:
    """The inverse of :func:`encode_due`."""
    return msgspec.json.decode(text, type=Due)


class Touched:
    """Households that were worked out anew, collected for one that keeps something of them."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._turn = Lock()

    def add(self, household_ids: Iterable[str]) -> None:
        """These are not what they were."""
        with self._turn:
            self._ids.update(household_ids)

    def take(self) -> set[str]:
        """What came together since the last time. A dwelling stands for those who live there."""
        with self._turn:
            taken, self._ids = self._ids, set()
        return taken


class Dues:
    """Keeps the table of due dates in step with the rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: list[Touched] = []
        self._scattered: dict[tuple[int, int], frozenset[str]] = {}

    def follow(self) -> Touched:
        """Whoever keeps something else of the households learns here which of them to read again.

        They are told once their rows and due dates are written; until then they wait as stale.
        """
        follower = Touched()
        self._followers.append(follower)
        return follower

    def refresh(self) -> bool:
        """Work out one batch of what was touched. False when nothing was left to do."""
        with self._database.reading() as connection:
            waiting = _waiting(connection)
            if not waiting:
                return False
            many = len(waiting) >= WORTH_A_STRETCH and self._many(connection, waiting)
            if many:
                waiting, region = many
            else:
                region = These(list(waiting))
            dues = _dues(connection, region)
        with self._database.filling(brief=True) as connection:
            found = connection.execute(_TIMES, {"ids": encode_texts(waiting)})
            # One that was touched since it was read stays stale and is worked out again.
            _replace(connection, [hid for hid, times in found if waiting[hid] == times], dues)
        self.tell(waiting)
        return True

    def refresh_these(self, connection: Connection, household_ids: Iterable[str]) -> None:
        """Work these out now, inside the caller's transaction; :meth:`tell` after it."""
        ids = sorted(set(household_ids))
        if ids:
            _replace(connection, ids, _dues(connection, These(ids)))

    def tell(self, household_ids: Iterable[str]) -> None:
        """The transaction that worked these out is written: whoever follows reads them again."""
        for follower in self._followers:
            follower.add(household_ids)

    def _many(
        self, connection: Connection, waiting: Mapping[str, int]
    ) -> tuple[dict[str, int], Region] | None:
        """Households of one copy, to be read in one go; ``None`` for those that take longer.

        Looking for a household's rows in every copy costs far more than reading one copy, so
        households whose rows are scattered over several are told apart once for each state of a
        copy. A short stretch is not worth that, nor one in which most households do not wait.
        """
        homes, scopes = TABLES["household"], select(GENERATION.c.no).where(GENERATION.c.shown)
        query = select(homes.c.generation).where(
            homes.c.generation.in_(scopes), homes.c.id == next(iter(waiting))
        )
        generation = connection.execute(query.limit(1)).scalar_one_or_none()
        if generation is None:
            return None
        chosen = _waiting(connection, generation)
        if len(chosen) < WORTH_A_STRETCH or _many_between(connection, generation, chosen):
            return None
        apart = self._apart(connection)
        chosen = {home: times for home, times in chosen.items() if home not in apart}
        return (chosen, Stretch(generation, min(chosen), max(chosen))) if chosen else None

    def _apart(self, connection: Connection) -> frozenset[str]:
        """Households that have rows in a copy in which they do not live."""
        shown = select(GENERATION.c.no, GENERATION.c.cursor).where(GENERATION.c.shown)
        known, self._scattered = self._scattered, {}
        for no, cursor in connection.execute(shown):
            held = known.get((no, cursor))
            self._scattered[no, cursor] = scattered(connection, no) if held is None else held
        return frozenset().union(*self._scattered.values())


def _many_between(connection: Connection, generation: int, chosen: Mapping[str, int]) -> bool:
    """Whether a copy has more than twice as many households from the first to the last of these."""
    homes = TABLES["household"]
    between = homes.c.id.between(min(chosen), max(chosen))
    some = select(homes.c.id).where(homes.c.generation == generation, between)
    enough = some.limit(2 * len(chosen) + 1).subquery()
    count: int = connection.execute(select(func.count()).select_from(enough)).scalar_one()
    return count > 2 * len(chosen)


def _waiting(connection: Connection, generation: int | None = None) -> dict[str, int]:
    """Households to work out, and how often they were touched: any few, or many of one copy."""
    query = select(STALE.c.household_id, STALE.c.times).limit(BATCH_HOUSEHOLDS)
    if generation is not None:
        homes = TABLES["household"]
        query = (
            select(STALE.c.household_id, STALE.c.times)
            .join_from(homes, STALE, STALE.c.household_id == homes.c.id)
            .where(homes.c.generation == generation)
            .order_by(homes.c.id)
            .limit(BATCH_HOUSEHOLDS)
        )
    return dict(connection.execute(query).all())


def _dues(connection: Connection, region: Region) -> dict[str, Due]:
    try:
        found = [due_of(facts) for facts in facts_in(connection, region)]
    except msgspec.ValidationError:
        # One row that no rule can read: the others' dates, and whoever saves, must not wait.
        ids = chosen_ids(connection, region)
        found = [_alone(connection, household_id) for household_id in ids]
    return {due.household_id: due for due in found if due is not None}


def _alone(connection: Connection, household_id: str) -> Due | None:
    try:
        facts = facts_in(connection, These([household_id]))
    except msgspec.ValidationError:
        return unreadable(household_id)
    return due_of(facts[0]) if facts else None


def _replace(connection: Connection, ids: Sequence[str], dues: Mapping[str, Due]) -> None:
    gone = {"ids": msgspec.json.encode(ids).decode()}
    connection.execute(_NOT_STALE, gone)
    connection.execute(_NOT_DUE, gone)
    columns = [_columns(dues[household_id]) for household_id in ids if household_id in dues]
    if columns:
        connection.execute(_ADD_DUE, columns)


# Made once: making these statements costs more than running them for one household.
_NOT_STALE: Final = delete(STALE).where(STALE.c.household_id.in_(bound("ids")))
_NOT_DUE: Final = delete(DUE).where(DUE.c.household_id.in_(bound("ids")))
_ADD_DUE: Final = insert(DUE)


def _columns(due: Due) -> dict[str, Any]:
    return {
        "household_id": due.household_id,
        "due_on": _first_day(due).isoformat(),
        "seen_on": local_day(due.last_visit_at).isoformat() if due.last_visit_at else None,
        "detail": encode_due(due),
    }


def _first_day(due: Due) -> date:
    """The first day on which this household may be asked for, whatever the reason."""
    days = [due.next_due]
    days += [local_day(at) for at in (due.appointment, due.confirm_safe_by) if at]
    if due.failures and due.last_visit_at:
        days.append(local_day(due.last_visit_at))
    return min(days)
