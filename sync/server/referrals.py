"""Matters that a department was whistled for: what it gets to see, and how its answers come back.

A department holds the scope ``unit:<area>`` and nothing else of the community. Of each matter that
it was whistled for there is a copy, with its own words and the address, but without the household,
who told it, the note of the visit that it came from, or any other department; and a copy of its
own line of the whistle. What it writes there (checked in, arrived, opinion, finished) becomes an
ordinary operation of that person on the line in the grid, where two answers at once are a conflict
like any other. Both directions are one transaction that locks both scopes, after the one that
caused it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from sync.errors import DoorstepError
from sync.identity import Clock, derived_id, stamp
from sync.merge.operation import Op, OpKind
from sync.merge.removal import DELETE
from sync.merge.settle import Change
from sync.merge.values import Writer
from sync.rules.matter_rights import ANSWERS
from sync.schema.canonical import compact
from sync.schema.policy import WHOLE_ROW, ScopeKind
from sync.schema.registry import scope_name
from sync.schema.values import same
from sync.server import bugs
from sync.server.crossing import Crossed
from sync.server.database import Database, is_trouble
from sync.server.grants import community_rows
from sync.server.locked import Locked, lock_scopes
from sync.server.openscope import OpenScope
from sync.server.referral_copies import line_as_shown, matter_as_shown, rows_about
from sync.server.referral_queue import MATTER, UNIT
from sync.server.rows import SERVER_CLIENT, Cause, StoredRow, home_of
from sync.server.settling import settle_operation
from sync.server.tables import HISTORY, REFERRAL, REFERRAL_QUEUE

log = logging.getLogger(__name__)

CONFLICT: Final = "conflict"
DEPARTMENT: Final = "department"
"""The level of the areas that are departments and member units."""

MOST_AT_ONCE: Final = 200
MOST_TRIES: Final = 3
"""So often is a matter tried that cannot be brought, until the server starts again."""

_NO_EPOCH: Final = "-"


def deliver_referrals(db: Database, clock: Clock) -> None:
    """Bring what changed to the departments, and their answers back. Twice changes nothing.

    Nobody's push waits for it: what went wrong is tried again by the next one, or at the start.
    """
    with db.read() as connection:
        waiting = select(REFERRAL_QUEUE.c.matter_id).where(REFERRAL_QUEUE.c.tries < MOST_TRIES)
        matters = list(connection.execute(waiting.limit(MOST_AT_ONCE)).scalars())
    for matter_id in matters:
        try:
            db.run(partial(_deliver, matter_id=matter_id, at=stamp(clock.now())))
        except Exception as error:  # noqa: BLE001  # One matter keeps nobody from the others.
            log.warning("a department is not told yet: %s", bugs.place_of(error))
            if not is_trouble(error) and not isinstance(error, DoorstepError):
                db.run(partial(_note_try, matter_id=matter_id))


def try_again(db: Database, clock: Clock) -> None:
    """Deliver at the start of a server, what was given up before as well."""

    def forget(connection: Connection) -> None:
        tried = REFERRAL_QUEUE.c.tries > 0
        connection.execute(update(REFERRAL_QUEUE).where(tried).values(tries=0))

    db.run(forget)
    deliver_referrals(db, clock)


def _note_try(connection: Connection, matter_id: str) -> None:
    mine = REFERRAL_QUEUE.c.matter_id == matter_id
    more = REFERRAL_QUEUE.c.tries + 1
    connection.execute(update(REFERRAL_QUEUE).where(mine).values(tries=more))


def _deliver(connection: Connection, matter_id: str, at: str) -> None:
    home, places, known = _around(connection, matter_id)
    locked = lock_scopes(connection, _scopes(home, places, known), at)
    # Read again under the locks: somebody may have written between the two.
    scopes = _scopes(home, places, known)
    home, places, known = _around(connection, matter_id)
    if _scopes(home, places, known) != scopes:
        raise Crossed
    grid = locked.scopes.get(home)
    matter = grid.row(MATTER, matter_id) if grid else None
    if grid is not None and matter is not None:
        _bring(_Matter(locked, grid, matter), places, known)
    locked.save()
    connection.execute(delete(REFERRAL_QUEUE).where(REFERRAL_QUEUE.c.matter_id == matter_id))


def _around(connection: Connection, matter_id: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Where a matter lives, the scope of the department of each of its lines, and its copies."""
    home = home_of(connection, MATTER, matter_id) or ""
    places = _departments(connection, home, rows_about(connection, home, UNIT, matter_id))
    return home, places, _known(connection, matter_id)


def _scopes(home: str, places: Mapping[str, str], known: Mapping[str, Any]) -> set[str]:
    return {home, *places.values(), *(one.scope_id for one in known.values())} - {""}


def _bring(of: "_Matter", places: Mapping[str, str], known: Mapping[str, Any]) -> None:
    """Each department's part; one that has none any more keeps nothing of the matter."""
    called: set[str] = set()
    for line_id in sorted({*places, *known}):
        scope_id = known[line_id].scope_id if line_id in known else places[line_id]
        unit, line = of.locked.scopes.get(scope_id), of.grid.row(UNIT, line_id)
        if unit is None or line is None:
            continue
        is_called = not (line.deleted or of.row.deleted) and places.get(line_id) == scope_id
        _Part(of, unit, line).bring(known.get(line_id), is_called=is_called)
        called |= {scope_id} if is_called else set()
    for scope_id in {one.scope_id for one in known.values()} - called:
        of.put(of.locked.scopes[scope_id], MATTER, of.shown_as(scope_id), {}, gone=True)


@dataclass(frozen=True)
class _Matter:
    """A matter under the locks of its grid and of the departments."""

    locked: Locked
    grid: OpenScope
    row: StoredRow

    def shown_as(self, scope_id: str) -> str:
        """The id of its copy in the scope of a department."""
        return derived_id("referral", self.row.id, scope_id)

    @property
    def server(self) -> Writer:
        """Who writes the copies."""
        return Writer(SERVER_CLIENT, at=self.locked.at, is_server=True)

    def put(
        self,
        unit: OpenScope,
        type_: str,
        row_id: str,
        body: Mapping[str, Any],
        *,
        gone: bool = False,
    ) -> set[str]:
        """Write a copy as it is to be. The fields that changed."""
        before = unit.row(type_, row_id)
        former, after = (before.body if before else {}), compact(body)
        was_gone = before is None or before.deleted
        if was_gone == gone and (gone or former == after):
            return set()
        row = unit.put(type_, row_id, after, deleted=gone)
        changes = [
            Change(type_, row_id, name, former.get(name), after.get(name))
            for name in sorted({*former, *after})
            if not same(former.get(name), after.get(name))
        ]
        unit.record(row, changes, Cause("", self.server))
        return {one.field for one in changes}


class _Part:
    """One department's part in one matter."""

    def __init__(self, of: _Matter, unit: OpenScope, line: StoredRow) -> None:
        self._of = of
        self._unit = unit
        self._line = (UNIT, line.id)
        self._shown_as = of.shown_as(unit.scope_id)
        self._copy = (UNIT, derived_id("referral", line.id, unit.scope_id))

    def bring(self, known: Any, *, is_called: bool) -> None:
        """Answers first, so that nothing which the department wrote is written over; then what it
        is to see, which is nothing once it is not called any more."""
        agreed = msgspec.json.decode(known.agreed) if known else {}
        agreed |= self._take_questions()
        copy = self._unit.row(*self._copy)
        told = copy.body if copy and not copy.deleted else agreed
        self._take_answers(agreed, told)
        line = self._of.grid.row(*self._line)
        assert line is not None
        shown = line_as_shown(line)
        # Until somebody decides, a department reads its own word and not the other one.
        disputed = self._of.grid.waiting.about(self._line)
        shown |= {name: told.get(name) for name in ANSWERS if name in disputed}
        if is_called:
            of = self._of
            of.put(self._unit, MATTER, self._shown_as, matter_as_shown(of.locked, of.row, of.grid))
            self._show(shown | {"matter_id": self._shown_as})
        else:
            # What comes late finds its matter by this.
            self._of.put(self._unit, *self._copy, {"matter_id": self._shown_as}, gone=True)
        self._remember(known, {name: shown[name] for name in ANSWERS})

    def _show(self, body: Mapping[str, Any]) -> None:
        changed = self._of.put(self._unit, *self._copy, body) & set(ANSWERS)
        # Whoever asserts a value in the grid asserts it here, so that a department's other word
        # is a question and never put over theirs.
        asserted = self._of.grid.claims.of(self._line, changed)
        self._unit.claims.claim(self._copy, {name: asserted[name] for name in changed})

    def _take_answers(self, agreed: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        for name in ANSWERS:
            if same(told.get(name), agreed.get(name)):
                continue
            said = self._said(name)
            writer = Writer(said.client, said.author, said.device, at=said.at)
            self._answer(name, (agreed.get(name), told.get(name)), said.op_id, writer)

    def _take_questions(self) -> dict[str, Any]:
        """An answer that met the office's own word in the copy, or came after the department was
        called off: it is asked about in the grid, where the office decides, and the department
        reads its own until then."""
        taken: dict[str, Any] = {}
        for name, conflict_id in self._unit.waiting.about(self._copy).items():
            question = self._unit.row(CONFLICT, conflict_id)
            if question is None or name not in (*ANSWERS, WHOLE_ROW):
                continue
            for one in question.body["candidates"]:
                writer = Writer(one["client"], one["author"], one["device"], at=one["at"])
                # From what its author saw: the office's word came in between.
                pairs = {name: (question.body.get("base"), one["value"])}
                for field, pair in (one["value"] if name == WHOLE_ROW else pairs).items():
                    self._answer(field, tuple(pair), one["op"], writer)
                    taken[field] = pair[1]
            choice = DELETE if name == WHOLE_ROW else taken[name]
            op_id = derived_id("referral", conflict_id, str(self._unit.head))
            value = {"value": (question.body.get("current"), choice)}
            seen = (_NO_EPOCH, self._unit.head)
            op = Op(op_id, 0, OpKind.RESOLVE, CONFLICT, conflict_id, value, seen)
            settle_operation(self._of.locked, self._unit, op, self._of.server, _NO_EPOCH)
        return taken

    def _answer(self, name: str, pair: tuple[Any, Any], op_id: str, writer: Writer) -> None:
        """The department's word on its line in the grid, in the name of whoever wrote it."""
        own = derived_id("referral", op_id, name)
        op = Op(own, 0, OpKind.PATCH, *self._line, {name: pair})
        settle_operation(self._of.locked, self._of.grid, op, writer, _NO_EPOCH)

    def _said(self, name: str) -> Any:
        """Who wrote an answer last, as the history of the department's scope has it."""
        where = (
            HISTORY.c.scope_id == self._unit.scope_id,
            HISTORY.c.type == UNIT,
            HISTORY.c.id == self._copy[1],
            HISTORY.c.field == name,
        )
        latest = select(HISTORY).where(*where).order_by(HISTORY.c.rev.desc()).limit(1)
        return self._of.locked.connection.execute(latest).one()

    def _remember(self, known: Any, agreed: Mapping[str, Any]) -> None:
        text = msgspec.json.encode(agreed, order="deterministic").decode()
        connection = self._of.locked.connection
        if known is None:
            line = {
                "copy_id": self._copy[1],
                "scope_id": self._unit.scope_id,
                "line_id": self._line[1],
                "matter_id": self._of.row.id,
                "shown_as": self._shown_as,
                "agreed": text,
            }
            connection.execute(insert(REFERRAL), [line])
        elif known.agreed != text:
            mine = REFERRAL.c.copy_id == self._copy[1]
            connection.execute(update(REFERRAL).where(mine).values(agreed=text))


def _known(connection: Connection, matter_id: str) -> dict[str, Any]:
    lines = connection.execute(select(REFERRAL).where(REFERRAL.c.matter_id == matter_id))
    return {line.line_id: line for line in lines}


def _departments(connection: Connection, home: str, lines: list[StoredRow]) -> dict[str, str]:
    """The scope of the department that each line names, where there is one of that name."""
    grid_id = home.partition(":")[2]
    community = home_of(connection, "area", grid_id) if lines else None
    if not community:
        return {}
    areas = community_rows(connection, community.partition(":")[2], "area")
    by_name = {
        str(body.get("name")).strip(): row_id
        for row_id, body in areas.items()
        if body.get("level") == DEPARTMENT
    }
    found = {row.id: by_name.get(str(row.body.get("unit") or "").strip(), "") for row in lines}
    return {key: scope_name(ScopeKind.UNIT, area) for key, area in found.items() if area}
