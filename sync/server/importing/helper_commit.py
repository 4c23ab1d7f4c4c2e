"""What a table of helpers changes: added, changed, and those whom it names no more."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, insert, select

from sync.identity import stamp
from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.values import Writer
from sync.progress import Progress
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.values import same, settled_fields
from sync.server.bulk import KEYS_AT_ONCE, ROWS_AT_ONCE, FreshRow, bulk_create
from sync.server.grants import community_rows
from sync.server.importing.commit import STEP_COMPARE, STEP_WRITE
from sync.server.importing.helpers import HelperTable, read_helpers
from sync.server.locked import lock_scopes
from sync.server.office import Office
from sync.server.settling import settle_operation
from sync.server.tables import IMPORT_CELLS

SOURCE: Final = "helpers"


@dataclass
class HelperPlan:
    """The difference between a table and what is kept, and how writing it ended."""

    table: HelperTable
    fresh: list[FreshRow] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    conflicts: int = 0
    held: int = 0


def import_helpers(
    office: Office,
    community_id: str,
    file: Path | bytes,
    progress: Progress,
    *,
    preview: bool,
) -> HelperPlan:
    """Compare a table of helpers with what is kept, and write it unless it is a ``preview``.

    All of it is one transaction: what ``progress`` stops is not written at all.
    """
    progress(STEP_COMPARE, 0, 0)
    office.community(community_id)
    source = f"{SOURCE}:{community_id}"[:60]
    if preview:
        with office.db.read() as connection:
            return _plan(connection, office, community_id, file, source)

    def write(connection: Connection) -> HelperPlan:
        scope_id = scope_name(ScopeKind.COMMUNITY, community_id)
        locked = lock_scopes(connection, {scope_id}, stamp(office.clock.now()))
        plan = _plan(connection, office, community_id, file, source)
        writer = Writer(f"import:{SOURCE}", f"import:{SOURCE}", at=locked.at)
        in_all, run = len(plan.fresh) + len(plan.ops), office.minter.new_id()
        for start in range(0, len(plan.fresh), KEYS_AT_ONCE):
            progress(STEP_WRITE, start, in_all)
            some = plan.fresh[start : start + KEYS_AT_ONCE]
            bulk_create(locked, scope_id, some, writer, run)
        for done, op in enumerate(plan.ops, start=len(plan.fresh)):
            if done % KEYS_AT_ONCE == 0:
                progress(STEP_WRITE, done, in_all)
            ended = settle_operation(locked, locked.scopes[scope_id], op, writer, office.db.epoch)
            plan.conflicts += ended.outcome is Outcome.CONFLICT
            plan.held += ended.outcome is Outcome.HELD
        progress(STEP_WRITE, in_all, in_all)
        _remember(connection, source, plan)
        locked.save()
        office.audit(connection, "import.helpers", community_id)
        return plan

    return office.db.run(write)


def _plan(
    connection: Connection, office: Office, community_id: str, file: Path | bytes, source: str
) -> HelperPlan:
    table = read_helpers(file, community_id, community_rows(connection, community_id, "area"))
    known = community_rows(connection, community_id, "member")
    before = _said(connection, source)
    plan = HelperPlan(table)
    for helper in table.helpers:
        cells = settled_fields("member", helper.cells)
        said = before.get(helper.id, {})
        if helper.id not in known and helper.id not in before:
            filled = {name: value for name, value in cells.items() if value is not None}
            plan.fresh.append(("member", helper.id, filled))
            plan.said[helper.id] = dict(cells)
            continue
        # Where somebody wrote the row by hand, the table says it for the first time: what it
        # says may differ, and then a person decides.
        changed = {
            name: (said.get(name), value)
            for name, value in cells.items()
            if not same(said.get(name), value)
        }
        if changed:
            plan.ops.append(
                Op(office.minter.new_id(), 0, OpKind.PATCH, "member", helper.id, dict(changed))
            )
            plan.said[helper.id] = {**said, **cells}
    told = {helper.id for helper in table.helpers}
    plan.missing = sorted(row_id for row_id in before.keys() & known.keys() if row_id not in told)
    return plan


def _said(connection: Connection, source: str) -> dict[str, dict[str, Any]]:
    where = (IMPORT_CELLS.c.source == source, IMPORT_CELLS.c.type == "member")
    lines = connection.execute(select(IMPORT_CELLS.c.id, IMPORT_CELLS.c.said).where(*where))
    return {row_id: msgspec.json.decode(said) for row_id, said in lines}


def _remember(connection: Connection, source: str, plan: HelperPlan) -> None:
    ids = sorted(plan.said)
    for start in range(0, len(ids), KEYS_AT_ONCE):
        some = IMPORT_CELLS.c.id.in_(ids[start : start + KEYS_AT_ONCE])
        of_source = (IMPORT_CELLS.c.source == source, IMPORT_CELLS.c.type == "member")
        connection.execute(delete(IMPORT_CELLS).where(*of_source, some))
    lines = [
        {
            "source": source,
            "type": "member",
            "id": row_id,
            "said": msgspec.json.encode(plan.said[row_id], order="deterministic").decode(),
        }
        for row_id in ids
    ]
    for start in range(0, len(lines), ROWS_AT_ONCE):
        connection.execute(insert(IMPORT_CELLS), lines[start : start + ROWS_AT_ONCE])
