"""Writing an import: all of it in one transaction, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, and_, delete, insert

from sync.i18n import N_
from sync.identity import local_day, stamp
from sync.merge.operation import Outcome
from sync.merge.values import Writer
from sync.progress import Progress
from sync.schema.policy import ScopeKind
from sync.server.bulk import KEYS_AT_ONCE, ROWS_AT_ONCE, bulk_create
from sync.server.crossing import Crossed
from sync.server.importing.known import Known, read_known
from sync.server.importing.plan import Plan, community_scopes, plan_import
from sync.server.locked import Locked, lock_scopes
from sync.server.office import Office
from sync.server.roster.types import Roster
from sync.server.rows import ensure_scope
from sync.server.settling import settle_operation
from sync.server.tables import IMPORT_CELLS, IMPORT_KEY

DEFAULT_SOURCE: Final = "roster"
STEP_COMPARE: Final = N_("Comparing")
STEP_WRITE: Final = N_("Writing")
_CARE: Final = f"{ScopeKind.CARE.value}:"


@dataclass(frozen=True)
class Imported:
    """What an import did. ``conflicts`` and ``held`` count the changed rows that wait."""

    plan: Plan
    conflicts: int = 0
    held: int = 0


def preview(office: Office, community_id: str, roster: Roster, source: str) -> Plan:
    """What :func:`commit` would do. Raises :class:`CommunityUnknown`."""
    return look(office, community_id, roster, source)[0]


def look(office: Office, community_id: str, roster: Roster, source: str) -> tuple[Plan, Known]:
    """The same, with what it was compared with."""
    office.community(community_id)
    today = local_day(office.clock.now()).isoformat()
    with office.db.read() as connection:
        known = read_known(connection, office.db.key, community_id, source)
        return plan_import(roster, known, today, office.minter), known


def commit(
    office: Office,
    community_id: str,
    roster: Roster,
    source: str,
    progress: Progress,
    *,
    verify_missing: bool = False,
) -> Imported:
    """Write what a roster says anew. ``progress`` is called between batches of rows: what it
    stops is not written at all. With ``verify_missing`` whoever the source names no more is to be
    verified at the door."""
    progress(STEP_COMPARE, 0, 0)
    office.community(community_id)
    today = local_day(office.clock.now()).isoformat()
    verify = stamp(office.clock.now()) if verify_missing else ""

    def write(connection: Connection) -> Imported:
        # The scopes have to be known before they can be locked in order; what is written follows
        # from a second look, under the locks.
        known = read_known(connection, office.db.key, community_id, source)
        expected = plan_import(roster, known, today, office.minter, verify).scopes
        for scope_id in sorted(expected):
            if scope_id.startswith(_CARE):
                ensure_scope(connection, scope_id)
        scopes = expected | community_scopes(known)
        locked = lock_scopes(connection, scopes, stamp(office.clock.now()))
        known = read_known(connection, office.db.key, community_id, source)
        plan = plan_import(roster, known, today, office.minter, verify)
        if not plan.scopes <= set(locked.scopes):
            raise Crossed
        written = _Writing(office, locked, source, progress).all_of(plan)
        _remember(connection, community_id, source, plan)
        locked.save()
        office.audit(connection, f"import.{source}"[:60], community_id)
        return written

    return office.db.run(write)


@dataclass
class _Writing:
    office: Office
    locked: Locked
    source: str
    progress: Progress

    def all_of(self, plan: Plan) -> Imported:
        """Tier-3 care first: the frequency of a new household is computed with it."""
        writer = Writer(f"import:{self.source}", f"import:{self.source}", at=self.locked.at)
        run = self.office.minter.new_id()
        in_all = sum(map(len, plan.fresh.values())) + sum(map(len, plan.ops.values()))
        so_far = 0
        self.progress(STEP_WRITE, so_far, in_all)
        for scope_id in sorted(plan.fresh, key=_care_first):
            rows = plan.fresh[scope_id]
            bulk_create(self.locked, scope_id, rows, writer, run)
            so_far += len(rows)
            self.progress(STEP_WRITE, so_far, in_all)
        outcomes: list[Outcome] = []
        for scope_id in sorted(plan.ops, key=_care_first):
            scope = self.locked.scopes[scope_id]
            for op in plan.ops[scope_id]:
                ended = settle_operation(self.locked, scope, op, writer, self.office.db.epoch)
                outcomes.append(ended.outcome)
            so_far += len(plan.ops[scope_id])
            self.progress(STEP_WRITE, so_far, in_all)
        waiting = outcomes.count(Outcome.CONFLICT)
        return Imported(plan, conflicts=waiting, held=outcomes.count(Outcome.HELD))


def _care_first(scope_id: str) -> tuple[bool, str]:
    return not scope_id.startswith(_CARE), scope_id


def _remember(connection: Connection, community_id: str, source: str, plan: Plan) -> None:
    """What the source says now, and by what its rows are recognised next time."""
    for type_, ids in _by_type(plan.cells).items():
        gone = and_(IMPORT_CELLS.c.source == source, IMPORT_CELLS.c.type == type_)
        for some in _chunks(ids, KEYS_AT_ONCE):
            connection.execute(delete(IMPORT_CELLS).where(gone, IMPORT_CELLS.c.id.in_(some)))
    said = [
        {"source": source, "type": type_, "id": row_id, "said": _json(cells)}
        for (type_, row_id), cells in plan.cells.items()
    ]
    for some in _chunks(said, ROWS_AT_ONCE):
        connection.execute(insert(IMPORT_CELLS), some)
    for type_, hashes in _by_type(plan.keys).items():
        gone = and_(IMPORT_KEY.c.community_id == community_id, IMPORT_KEY.c.type == type_)
        for some in _chunks(hashes, KEYS_AT_ONCE):
            connection.execute(delete(IMPORT_KEY).where(gone, IMPORT_KEY.c.key_hash.in_(some)))
    keys = [
        {"community_id": community_id, "type": type_, "key_hash": key_hash, "id": row_id}
        for (type_, key_hash), row_id in plan.keys.items()
    ]
    for some in _chunks(keys, ROWS_AT_ONCE):
        connection.execute(insert(IMPORT_KEY), some)


def _by_type(keyed: Mapping[tuple[str, str], Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for type_, second in keyed:
        found.setdefault(type_, []).append(second)
    return found


def _chunks(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _json(cells: Mapping[str, Any]) -> str:
    return msgspec.json.encode(cells, order="deterministic").decode()
