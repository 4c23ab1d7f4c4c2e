"""The locks of one transaction: taken in sorted order, kept until it commits."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, insert

from sync.merge.ledger import account_of
from sync.merge.operation import Op, OpKind
from sync.merge.settle import takes_step_back
from sync.schema.policy import ScopeKind
from sync.server.cases import CaseBook
from sync.server.crossing import Crossed
from sync.server.incoming import is_nameable
from sync.server.journal import Journal
from sync.server.matters import Counters
from sync.server.numbers import NumberBook
from sync.server.openscope import OpenScope, lock
from sync.server.referral_queue import Note, note_of, queue_homes, queue_referrals
from sync.server.rows import StoredRow, home_of, read_rows, rows_below, rows_of_ids
from sync.server.tables import NOTICE_QUEUE
from sync.server.writes import Writes

ASKS_FOR_CARE: Final = ("household", "person", "residency", "special_care")
"""The entities from which a household's frequency is computed."""


Work = Sequence[tuple[str, Sequence[Op]]]
"""Scopes with the operations that are to be settled in them."""


@dataclass(frozen=True)
class Locked:
    """The scopes whose locks one transaction holds, and the server's time of receipt (a stamp).

    What is written to them waits in memory until :meth:`save`. ``stayed`` are households of which
    it was read that they moved out of no scope.
    """

    connection: Connection
    scopes: Mapping[str, OpenScope]
    at: str
    journal: Journal
    numbers: NumberBook
    cases: CaseBook
    counters: Counters
    stayed: set[str] = field(default_factory=set)
    _homes: dict[tuple[str, str], str] = field(default_factory=dict)
    _looked_up: set[tuple[str, str]] = field(default_factory=set)
    _below: dict[str, list[tuple[str, StoredRow]]] = field(default_factory=dict)
    _notices: list[dict[str, str]] = field(default_factory=list)
    _referrals: list[Note] = field(default_factory=list)
    _addresses: list[tuple[str, str]] = field(default_factory=list)

    @property
    def grids(self) -> list[OpenScope]:
        """Those of the scopes that hold households."""
        grid = f"{ScopeKind.GRID.value}:"
        return [scope for name, scope in self.scopes.items() if name.startswith(grid)]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo everything that the block wrote, if it fails."""
        mark = self.journal.mark()
        try:
            yield
        except BaseException:
            self.journal.rewind(mark)
            raise

    def home(self, type_: str, row_id: str) -> str:
        """The scope that holds a row, whichever it is; empty where there is none."""
        key = (type_, row_id)
        for scope in self.scopes.values():
            if scope.known(key) is not None:
                return scope.scope_id
        return self._elsewhere(key)

    def are_new(self, scope: OpenScope, keys: Set[tuple[str, str]]) -> bool:
        """Whether no scope holds any of these rows, nor ever did ``scope``."""
        if not all(each.holds_none(keys) for each in self.scopes.values()):
            return False
        return all(scope.row(*key) is None and not self._elsewhere(key) for key in keys)

    def _elsewhere(self, key: tuple[str, str]) -> str:
        """The scope that held a row when it was read, before anything was written here."""
        if key not in self._homes:
            self._homes[key] = home_of(self.connection, *key) or ""
        return self._homes[key]

    def community_of(self, scope_id: str) -> str:
        """The community that a grid's or a desk's scope belongs to; empty where it is not known."""
        kind, _colon, name = scope_id.partition(":")
        if kind == ScopeKind.DESK.value:
            return name
        return self.home("area", name).partition(":")[2]

    def below(self, root_id: str) -> list[StoredRow]:
        """The live rows below a household that ask for care, in whatever scope."""
        if root_id not in self._below:
            self._prefetch_below({root_id})
        found = {(name, row.type, row.id): row for name, row in self._below[root_id]}
        for scope in self.scopes.values():
            for type_, row_id in scope.written_below(root_id):
                if type_ in ASKS_FOR_CARE:
                    found.pop((scope.scope_id, type_, row_id), None)
                    row = scope.known((type_, row_id))
                    if row is not None:
                        found[scope.scope_id, type_, row_id] = row
        present = (self._present(name, row) for (name, _, _), row in found.items())
        return [row for row in present if row.root_id == root_id and not row.deleted]

    def _present(self, scope_id: str, row: StoredRow) -> StoredRow:
        """The row as it stands now: it may have been written since it was read."""
        scope = self.scopes.get(scope_id)
        return (scope.known((row.type, row.id)) if scope else None) or row

    def _prefetch_below(self, roots: set[str]) -> None:
        wanted = roots - self._below.keys()
        self._below.update({root_id: [] for root_id in wanted})
        for scope_id, row in rows_below(self.connection, wanted, ASKS_FOR_CARE):
            self._below[row.root_id].append((scope_id, row))

    def prefetch(self, work: Sequence[tuple[OpenScope, Sequence[Op]]]) -> None:
        """Read in a few statements what settling these operations will ask for."""
        keys = {scope.scope_id: [(op.type, op.id) for op in ops] for scope, ops in work}
        self.look_up([(scope, key) for scope, _ in work for key in keys[scope.scope_id]])
        targets = {
            scope.scope_id: [
                (str(row.body["target_type"]), str(row.body["target_id"]))
                for key in keys[scope.scope_id]
                # One that moved with its household left a tombstone that names nothing.
                if key[0] == "conflict" and (row := scope.known(key)) is not None and row.body
            ]
            for scope, _ in work
        }
        self.look_up([(scope, key) for scope, _ in work for key in targets[scope.scope_id]])
        cared: set[str] = set()
        for scope, ops in work:
            _prefetch_accounts(scope, ops)
            named = dict.fromkeys((*keys[scope.scope_id], *targets[scope.scope_id]))
            there = [row for key in named if (row := scope.known(key)) is not None]
            self._prefetch_around(scope, [(row.type, row.id) for row in there])
            scope.prefetch_deciders(op.id for op in ops if op.kind == OpKind.RESOLVE)
            cared |= {row.root_id for row in there if row.type in ASKS_FOR_CARE}
            cared |= _named_households(ops)
        self._prefetch_below(cared)

    def look_up(self, keys: Sequence[tuple[OpenScope, tuple[str, str]]]) -> None:
        """Read where these rows are: whether in the scope with which they are named, or which."""
        found = rows_of_ids(self.connection, {key[1] for _, key in keys})
        self._looked_up.update([key for _, key in keys])
        self._homes.update(dict.fromkeys([key for _, key in keys], ""))
        self._homes.update({(row.type, row.id): name for name, row in found})
        for name, row in found:
            if name in self.scopes:
                self.scopes[name].know([(row.type, row.id)], [row])
        for scope in {id(scope): scope for scope, _ in keys}.values():
            scope.know([key for named, key in keys if named is scope], [])

    def found(self, scope: OpenScope, key: tuple[str, str]) -> StoredRow | None:
        """The row in one of the scopes, without reading what was looked up before."""
        return scope.known(key) if key in self._looked_up else scope.row(*key)

    @staticmethod
    def _prefetch_around(scope: OpenScope, keys: Sequence[tuple[str, str]]) -> None:
        """The claims on these rows, and the conflicts about them."""
        scope.claims.prefetch(keys)
        scope.waiting.prefetch(keys)
        ids = [found for key in keys for found in scope.waiting.about(key).values()]
        scope.prefetch([("conflict", conflict_id) for conflict_id in ids])

    def queue_notice(self, line: dict[str, str]) -> None:
        """Write a line for somebody's inbox, delivered by a transaction of its own."""
        self.journal.append(self._notices, line)

    def note_referral(self, scope: OpenScope, row: StoredRow, body: Mapping[str, Any]) -> None:
        """A matter or a department's part in one was written: whoever holds a copy is told."""
        self.journal.append(self._referrals, note_of(scope.kind, row.type, row.id, body))

    def note_address(self, scope: OpenScope, row: StoredRow) -> None:
        """A home's address is another one: whoever holds a copy of its matters is told."""
        self.journal.append(self._addresses, (scope.scope_id, row.id))

    def write(self) -> None:
        """Put everything into the store, the counters last. All of it, or an error."""
        writes = Writes()
        for scope in self.scopes.values():
            scope.collect(writes)
        writes.execute(self.connection)
        self.numbers.write()
        self.cases.write()
        self.counters.write()
        if self._notices:
            self.connection.execute(insert(NOTICE_QUEUE), self._notices)
        if self._referrals:
            queue_referrals(self.connection, self._referrals)
        for scope_id in {scope_id for scope_id, _home in self._addresses}:
            homes = {home for there, home in self._addresses if there == scope_id}
            queue_homes(self.connection, scope_id, homes)
        for scope in self.scopes.values():
            scope.written()
        self.numbers.written()
        self.cases.written()
        self.counters.written()
        self._notices.clear()
        self._referrals.clear()
        self._addresses.clear()
        self.journal.forget()

    def save(self) -> None:
        """The last thing before the commit: write what is still only here."""
        self.write()


def lock_scopes(connection: Connection, scope_ids: Iterable[str], at: str) -> Locked:
    """Lock those of the scopes that exist, in sorted order, so that two writers never cross."""
    journal = Journal()
    scopes = lock(connection, scope_ids, journal)
    numbers, cases = NumberBook(connection, journal), CaseBook(connection, journal)
    counters = Counters(connection, journal)
    return Locked(connection, scopes, at, journal, numbers, cases, counters)


def lock_homes(connection: Connection, work: Work, at: str, also: Collection[str] = ()) -> Locked:
    """Lock every scope that these operations write to, and ``also`` these.

    Where a household lives is read before its scope is locked, and again after, when it stays
    there. Raises :class:`Crossed` where it moved in between.
    """
    homes = _all_homes(connection, work)
    locked = lock_scopes(connection, homes | set(also), at)
    if _all_homes(connection, work) != homes:
        raise Crossed
    return locked


def _all_homes(connection: Connection, work: Work) -> set[str]:
    found: set[str] = set()
    return found.union(*(home_scopes(connection, scope_id, ops) for scope_id, ops in work))


def _prefetch_accounts(scope: OpenScope, ops: Sequence[Op]) -> None:
    accounts: dict[str, set[str]] = {}
    for op in ops:
        if account := account_of(op):
            accounts.setdefault(op.type, set()).add(account)
    for type_, roots in accounts.items():
        scope.prefetch_below(type_, roots)


def asks_who_worked(op: Op) -> bool:
    """Whether it matters who else worked on the row since: it would be removed, by the operation
    or as a decision about it, or a step of it taken back."""
    decides = op.kind == OpKind.RESOLVE and "value" in op.f and op.f["value"][1] == "delete"
    return op.kind == OpKind.DELETE or decides or takes_step_back(op)


def _named_households(ops: Sequence[Op]) -> set[str]:
    """The households that operations on rows of :data:`ASKS_FOR_CARE` name."""
    wanted = (
        pair[1]
        for op in ops
        if op.type in ASKS_FOR_CARE
        for name, pair in op.f.items()
        if name == "household_id"
    )
    # Anything but plain text is held later, by itself: here it would block the whole lane.
    named = set(filter(is_nameable, wanted))
    return named | {op.id for op in ops if op.type == "household"}


def home_scopes(connection: Connection, scope_id: str, ops: Sequence[Op]) -> set[str]:
    """Every scope that these operations write to: tier-3 care moves its household's frequency."""
    scopes = {scope_id}
    if not scope_id.startswith(ScopeKind.CARE.value):
        return scopes
    # Of the person whose scope it is, and never of whomever an operation names: nobody takes
    # the locks of a grid, or moves its frequencies, that they have nothing to do with.
    person = home_of(connection, "person", scope_id.partition(":")[2])
    homes = {home_of(connection, "household", root) for root in _roots(connection, scope_id, ops)}
    return scopes | {home for home in (person, *homes) if home}


def _roots(connection: Connection, scope_id: str, ops: Sequence[Op]) -> set[str]:
    keys = [(op.type, op.id) for op in ops]
    return {row.root_id for row in read_rows(connection, scope_id, keys)}
