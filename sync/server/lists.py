"""Imports over the network: a table comes in, lines about how far it is go out.

The table is read in memory and never lies on the server's disk. Whoever goes away stops it at its
next step, and then nothing of it is written.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sync.errors import DoorstepError
from sync.identity import local_day
from sync.progress import Cancelled, Progress
from sync.schema.registry import ENTITIES
from sync.server import bugs
from sync.server.grants import community_rows
from sync.server.importing.commit import DEFAULT_SOURCE, Imported, commit, look
from sync.server.importing.helper_commit import HelperPlan, import_helpers
from sync.server.importing.known import Known
from sync.server.importing.plan import Plan
from sync.server.office import Office
from sync.server.people import Caller
from sync.server.powers import POWERS, Power, require
from sync.server.roster import Roster, read_roster
from sync.server.roster.problems import KINDS, Effect
from sync.wire.office_messages import ListChange, ListLine, ListProblem, ListReply

log = logging.getLogger(__name__)

MOST_LIST_BYTES: Final = 16 * 1024 * 1024
MOST_NAMED: Final = 1_000
"""Differences that are told by name; the counts tell of all."""

MOST_PROBLEMS: Final = 1_000
RESIDENTS, HELPERS = "residents", "helpers"
KINDS_OF_LISTS: Final = (RESIDENTS, HELPERS)


@dataclass(frozen=True)
class ListJob:
    """One table that somebody may import: what it holds and what is asked of it."""

    office: Office
    community_id: str
    kind: str
    file: bytes
    commit: bool
    verify_missing: bool
    tells_names: bool


def list_job(
    office: Office, caller: Caller, kind: str, file: bytes, *, commit: bool, verify_missing: bool
) -> ListJob:
    """A job that may begin. Raises :class:`NotPermitted`."""
    with office.db.read() as connection:
        giving = require(connection, caller, Power.LISTS, local_day(office.clock.now()))
    tells = any(Power.NAMES_IN_LISTS in POWERS[held.post] for held in giving)
    community_id = str(caller.account.community_id)
    return ListJob(office, community_id, kind, file, commit, verify_missing, tells)


class Telling:
    """A job in a thread of its own. ``tell`` is given each line, from that thread, and ``None``
    after the last; ``stop`` ends it."""

    def __init__(self, job: ListJob, tell: Callable[[ListLine | None], None]) -> None:
        self._job = job
        self._tell = tell
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="list-import", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Nobody listens any more: nothing is written that is not written yet."""
        self._stopped.set()

    def _progress(self, step: str, so_far: int, in_all: int) -> None:
        if self._stopped.is_set():
            raise Cancelled
        self._tell(ListLine(step=step, so_far=so_far, in_all=in_all))

    def _run(self) -> None:
        try:
            self._tell(ListLine(ended=run_list(self._job, self._progress)))
        except Cancelled:
            pass  # Whoever asked is gone: there is nobody to tell.
        except DoorstepError as error:
            params = dict(error.details)
            self._tell(ListLine(error=error.code, message=error.message, params=params))
        except Exception as error:  # noqa: BLE001  # The last place that can answer it.
            log.error("an import ended: %s", bugs.place_of(error))
            self._tell(ListLine(error="bug"))
        finally:
            self._tell(None)


def run_list(job: ListJob, progress: Progress) -> ListReply:
    """Read a table, compare it, and write it where that is asked for."""
    if job.kind == HELPERS:
        plan = import_helpers(
            job.office, job.community_id, job.file, progress, preview=not job.commit
        )
        return _helpers_told(job, plan)
    roster = read_roster(job.file, progress)
    seen, known = look(job.office, job.community_id, roster, DEFAULT_SOURCE)
    done = Imported(seen)
    if job.commit:
        done = commit(
            job.office,
            job.community_id,
            roster,
            DEFAULT_SOURCE,
            progress,
            verify_missing=job.verify_missing,
        )
    return _residents_told(job, roster, done, seen, known)


def _residents_told(
    job: ListJob, roster: Roster, done: Imported, seen: Plan, known: Known
) -> ListReply:
    plan = done.plan
    rows = [
        ListProblem(
            sheet=one.sheet,
            row=one.row,
            column=one.column,
            what=KINDS[one.code].what,
            mend=KINDS[one.code].mend,
            other=one.other,
            drops_row=one.effect is Effect.ROW,
        )
        for one in roster.problems
    ]
    rows += [
        ListProblem(one.sheet, one.row, "", *one.texts, drops_row=True) for one in plan.left_out
    ]
    changed = {(op.type, op.id) for ops in seen.ops.values() for op in ops} - {
        (op.type, op.id) for ops in seen.ops.values() for op in ops if op.type == "door_check"
    }
    return ListReply(
        rows=roster.rows_in_all,
        dropped=roster.counts.rows_left_out + len(plan.left_out),
        new_households=plan.new_households,
        added=plan.new_people,
        changed=len(changed),
        missing=len(plan.missing),
        missing_households=plan.missing_households,
        conflicts=done.conflicts,
        held=done.held,
        changes=_firsts(_residents_changed(seen, known)) if job.tells_names else [],
        problems=rows[:MOST_PROBLEMS],
    )


def _residents_changed(plan: Plan, known: Known) -> Iterator[ListChange]:
    """By name and door, the missing first: they are what somebody has to look into."""
    fresh = {(row[0], row[1]): row[2] for rows in plan.fresh.values() for row in rows}

    def body(type_: str, row_id: str) -> Any:
        row = known.rows.get((type_, row_id))
        return {**(row.body if row else {}), **fresh.get((type_, row_id), {})}

    def place(household_id: str) -> str:
        home = body("household", household_id)
        return str(body("dwelling", str(home.get("dwelling_id", ""))).get("room", ""))

    for one in plan.missing:
        name = str(body("person", one.person_id).get("name", ""))
        yield ListChange("missing", name, place(one.household_id))
    for op in (op for ops in plan.ops.values() for op in ops):
        if op.type not in ("person", "household", "dwelling"):
            continue
        row = body(op.type, op.id)
        at = row.get("room") if op.type == "dwelling" else None
        home = op.id if op.type == "household" else str(row.get("household_id", ""))
        labels = [ENTITIES[op.type].fields[name].label for name in sorted(op.f)]
        yield ListChange("changed", str(row.get("name", "")), str(at or place(home)), labels)
    for (type_, _row_id), row in fresh.items():
        if type_ == "person":
            home = place(str(row.get("household_id", "")))
            yield ListChange("added", str(row.get("name", "")), home)


def _helpers_told(job: ListJob, plan: HelperPlan) -> ListReply:
    table = plan.table
    problems = [
        ListProblem(one.sheet, one.row, one.column, *one.texts, drops_row=one.drops_row)
        for one in table.problems
    ]
    with job.office.db.read() as connection:
        known = community_rows(connection, job.community_id, "member")
        areas = community_rows(connection, job.community_id, "area")

    def told(kind: str, row: Any, names: Iterable[str] = ()) -> ListChange:
        labels = [ENTITIES["member"].fields[name].label for name in names]
        place = str(areas.get(str(row.get("area_id")), {}).get("name", ""))
        return ListChange(kind, str(row.get("name", "")), place, labels)

    changes = [told("missing", known.get(row_id, {})) for row_id in plan.missing]
    changes += [told("changed", known.get(op.id, {}), sorted(op.f)) for op in plan.ops]
    changes += [told("added", body) for _type, _id, body in plan.fresh]
    return ListReply(
        rows=table.rows,
        dropped=table.dropped,
        added=len(plan.fresh),
        changed=len(plan.ops),
        missing=len(plan.missing),
        conflicts=plan.conflicts,
        held=plan.held,
        changes=_firsts(changes),
        problems=problems[:MOST_PROBLEMS],
    )


def _firsts(changes: Iterable[ListChange]) -> list[ListChange]:
    found: list[ListChange] = []
    for one in changes:
        if len(found) == MOST_NAMED:
            break
        found.append(one)
    return found
