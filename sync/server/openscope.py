"""A locked scope at work: rows in, revisions out, the digest kept beside them.

What is written here stays in memory until :meth:`OpenScope.collect` hands it out: a few statements
write however many rows. Whoever reads through the scope sees it at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from sync.merge.settle import Change
from sync.schema.canonical import add_mark, digest_text, drop_mark, encode_body, row_hash
from sync.schema.policy import WHOLE_ROW
from sync.schema.registry import ENTITIES
from sync.server.claims import ClaimBook, ConflictList, RowKey
from sync.server.journal import Journal
from sync.server.many import among, insert_lines
from sync.server.rows import Cause, StoredRow, read_rows, stored
from sync.server.tables import CHANGED, HISTORY, LED_TO, ROW, SCOPE
from sync.server.writes import Writes, found_by

# Made once: making a statement costs more than running it on a few rows.
_LOCK: Final = (
    select(SCOPE.c.scope_id, SCOPE.c.head, SCOPE.c.digest)
    .where(among(SCOPE.c.scope_id, "scopes"))
    .order_by(SCOPE.c.scope_id)
    .with_for_update()
)


_LAST_REV: Final = (HISTORY.c.client, func.max(HISTORY.c.rev))
_SINCE: Final = (
    select(HISTORY.c.root_id, *_LAST_REV)
    .where(HISTORY.c.scope_id == bindparam("scope"), HISTORY.c.rev > bindparam("since"))
    .group_by(HISTORY.c.root_id, HISTORY.c.client)
)
_WORKERS: Final = _SINCE.select_from(CHANGED).where(
    ROW.c.scope_id == bindparam("scope"), ROW.c.rev > bindparam("since")
)
_FORGOTTEN: Final = select(SCOPE.c.floor).where(SCOPE.c.scope_id == bindparam("scope"))
_DECIDERS: Final = (
    select(HISTORY.c.id, *_LAST_REV)
    .where(
        HISTORY.c.scope_id == bindparam("scope"),
        HISTORY.c.type == "conflict",
        among(HISTORY.c.id, "about"),
    )
    .group_by(HISTORY.c.id, HISTORY.c.client)
)


def lock(
    connection: Connection, scope_ids: Iterable[str], journal: Journal
) -> "dict[str, OpenScope]":
    """Lock those of the scopes that exist, in sorted order, so that two writers never cross."""
    lines = connection.execute(_LOCK, {"scopes": sorted(set(scope_ids))})
    return {
        line.scope_id: OpenScope(
            connection, line.scope_id, line.head, int(line.digest, 16), journal
        )
        for line in lines.all()
    }


class OpenScope:
    """One scope while its lock is held. Revisions are handed out here and nowhere else."""

    def __init__(
        self, connection: Connection, scope_id: str, head: int, digest: int, journal: Journal
    ) -> None:
        """Made by :func:`lock`."""
        self.connection = connection
        self.scope_id = scope_id
        self.kind = scope_id.partition(":")[0]
        self.head = head
        self.digest = digest
        self.claims = ClaimBook(connection, scope_id, journal)
        self.waiting = ConflictList(connection, scope_id, journal)
        self._journal = journal
        self._saved = head
        self._rows: dict[RowKey, StoredRow | None] = {}
        self._stored: set[RowKey] = set()
        self._changed: dict[RowKey, bool] = {}
        self._lines: list[dict[str, Any]] = []
        self._under: dict[str, list[RowKey]] = {}
        self._held_below: dict[RowKey, list[str]] = {}
        self._by_root: dict[str, dict[str, int]] = {}
        self._read_since = head
        self._came: dict[str, dict[str, int]] = {}
        self._by_conflict: dict[str, dict[str, int]] = {}

    # --- Reading ---------------------------------------------------------------------------

    def row(self, type_: str, row_id: str) -> StoredRow | None:
        """The row, removed or not; ``None`` where this scope never had it."""
        key = (type_, row_id)
        if key not in self._rows:
            self.prefetch([key])
        return self._rows[key]

    def prefetch(self, keys: Iterable[RowKey]) -> None:
        """Read many rows at once that :meth:`row` is about to be asked for."""
        wanted = [key for key in keys if key not in self._rows]
        if wanted:
            self.know(wanted, read_rows(self.connection, self.scope_id, wanted))

    def know(self, keys: Sequence[RowKey], found: Iterable[StoredRow]) -> None:
        """Take over what was read of these rows; those not among ``found`` are not here."""
        rows = {(row.type, row.id): row for row in found}
        missing: list[RowKey] = []
        for key in keys:
            if key in self._rows:
                continue
            row = self._rows[key] = rows.get(key)
            if row is not None:
                self._stored.add(key)
            else:
                missing.append(key)
        self.claims.none_for(missing)
        self.waiting.none_for(missing)

    def known(self, key: RowKey) -> StoredRow | None:
        """The row, if it was looked at or written before."""
        return self._rows.get(key)

    def holds_none(self, keys: Set[RowKey]) -> bool:
        """Whether none of these rows was found here, or written."""
        return self._stored.isdisjoint(keys) and self._changed.keys().isdisjoint(keys)

    def written_below(self, root_id: str) -> list[RowKey]:
        """The rows that were written since the lock was taken and moved with this root then."""
        return self._under.get(root_id, [])

    def prefetch_below(self, type_: str, roots: Iterable[str]) -> None:
        """Read the rows of one kind that :meth:`below` is about to be asked for, which is none of
        :data:`~sync.server.tables.PILED`."""
        wanted = {root for root in roots if (type_, root) not in self._held_below}
        if not wanted:
            return
        self._held_below.update({(type_, root): [] for root in wanted})
        where = (ROW.c.scope_id == self.scope_id, ROW.c.type == type_, ROW.c.root_id.in_(wanted))
        lines = self.connection.execute(select(ROW).where(*where, LED_TO, ROW.c.deleted.is_(False)))
        found = [stored(line) for line in lines]
        self.know([(row.type, row.id) for row in found], found)
        for row in found:
            self._held_below[type_, row.root_id].append(row.id)

    def below(self, type_: str, root_id: str) -> dict[str, StoredRow]:
        """The live rows of one kind that move with a root, by id, those written here included."""
        self.prefetch_below(type_, [root_id])
        written = (row_id for kind, row_id in self.written_below(root_id) if kind == type_)
        named = {row_id: self.row(type_, row_id) for row_id in written}
        named |= {row_id: self.row(type_, row_id) for row_id in self._held_below[type_, root_id]}
        return {
            row_id: row
            for row_id, row in named.items()
            if row is not None and not row.deleted and row.root_id == root_id
        }

    def workers(self, root_id: str, since: int) -> dict[str, int]:
        """Who changed anything below this root after a revision: each client's last one of it."""
        if since < self._read_since:
            self._by_root = self._workers_since(since)
            self._read_since = since
        return self._by_root.get(root_id, {}) | self._came.get(root_id, {})

    def _workers_since(self, since: int) -> dict[str, dict[str, int]]:
        """Below any root. Whoever asks saw this scope lately, so that hardly anything is read: an
        index by root would be written by every push, a page of it for each household. Of rows that
        were forgotten since, the history alone tells, and no index leads to what it says."""
        found: dict[str, dict[str, int]] = {}
        asked = {"scope": self.scope_id, "since": since}
        floor = self.connection.execute(_FORGOTTEN, asked).scalar_one()
        for root_id, client, rev in self.connection.execute(
            _SINCE if since < floor else _WORKERS, asked
        ):
            found.setdefault(root_id, {})[client] = rev
        return found

    def prefetch_deciders(self, conflicts: Iterable[str]) -> None:
        """Read who changed these conflicts, and when last."""
        wanted = set(conflicts) - self._by_conflict.keys()
        if wanted:
            self._by_conflict |= {each: {} for each in wanted}
            about = {"scope": self.scope_id, "about": wanted}
            for conflict_id, client, rev in self.connection.execute(_DECIDERS, about):
                self._by_conflict[conflict_id][client] = rev

    def deciders(self, conflict_id: str) -> dict[str, int]:
        """Who changed this conflict before: each client's last revision of it."""
        self.prefetch_deciders([conflict_id])
        return self._by_conflict[conflict_id]

    def add_workers(self, root_id: str, clients: Iterable[str]) -> None:
        """These worked below this root where it was before: they count as the latest ones."""
        self._came.setdefault(root_id, {}).update(dict.fromkeys(clients, self.head))

    def add_deciders(self, conflict_id: str, clients: Iterable[str]) -> None:
        """The same of a conflict."""
        self.deciders(conflict_id).update(dict.fromkeys(clients, self.head))

    def told_by(self, type_: str, row_id: str, field: str, value: Any) -> str:
        """The latest operation that set a field of a row to ``value``; empty where none did."""
        return str(self._latest(type_, row_id, field, value).get("op_id", ""))

    def came_from(self, type_: str, row_id: str, field: str, value: Any) -> object:
        """What stood in a field of a row before it was last set to ``value``; nothing where no
        line tells it, or not any more."""
        before = self._latest(type_, row_id, field, value).get("old")
        found: object = msgspec.json.decode(before) if before else None
        return found

    def _latest(self, type_: str, row_id: str, field: str, value: Any) -> Mapping[str, Any]:
        """The last line that says that a field of a row was set to ``value``; nothing where none
        does."""
        told = {"type": type_, "id": row_id, "field": field, "new": _json(value)}
        written = [line for line in self._lines if told.items() <= line.items()]
        if written:
            return written[-1]
        about = (HISTORY.c[name] == wanted for name, wanted in told.items())
        query = select(HISTORY).where(HISTORY.c.scope_id == self.scope_id, *about)
        latest = query.order_by(HISTORY.c.rev.desc(), HISTORY.c.n.desc()).limit(1)
        found = self.connection.execute(latest).mappings().first()
        return {**found} if found is not None else {}

    def lines_of(self, op_id: str) -> list[dict[str, Any]]:
        """What one operation changed here, oldest first, as the history has it."""
        query = select(HISTORY).select_from(CHANGED).where(ROW.c.scope_id == self.scope_id)
        of_it = query.where(HISTORY.c.op_id == op_id).order_by(HISTORY.c.rev, HISTORY.c.n)
        stored = self.connection.execute(of_it).mappings()
        return [*map(dict, stored), *(line for line in self._lines if line["op_id"] == op_id)]

    # --- Writing ---------------------------------------------------------------------------

    def put(self, type_: str, row_id: str, body: Mapping[str, Any], *, deleted: bool) -> StoredRow:
        """Write a row under the next revision."""
        before = self.row(type_, row_id)
        key = (type_, row_id)
        self._journal.note(self._as_before(key, before))
        row = self._numbered(type_, row_id, body, deleted, before.home_rev if before else 0)
        if before is not None:
            self.digest = drop_mark(self.digest, before.mark)
        self._rows[key] = row
        self._under.setdefault(row.root_id, []).append(key)
        self._changed[key] = True
        return row

    def put_new(self, rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> list[StoredRow]:
        """Write rows that are not there yet, each under the next revision: as :meth:`put`, with
        one note for all of them."""
        head, digest = self.head, self.digest
        written: list[StoredRow] = []

        def restore() -> None:
            self.head, self.digest = head, digest
            for row in reversed(written):
                self._rows[row.type, row.id] = None
                self._under[row.root_id].pop()
                del self._changed[row.type, row.id]

        self._journal.note(restore)
        for type_, row_id, body in rows:
            row = self._numbered(type_, row_id, body, False, 0)
            key = (type_, row_id)
            self._rows[key] = row
            self._under.setdefault(row.root_id, []).append(key)
            self._changed[key] = True
            written.append(row)
        return written

    def record_new(self, rows: Iterable[StoredRow], causes: Iterable[Cause]) -> None:
        """The history of :meth:`put_new`: that each row was made, and by whom."""
        made = [
            self._line(row, 0, Change(row.type, row.id, WHOLE_ROW, None, None), cause)
            for row, cause in zip(rows, causes, strict=True)
        ]
        self._journal.extend(self._lines, made)

    def put_fresh(self, rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> list[StoredRow]:
        """Write many rows that are not there yet, one revision each, at once: what stands in the
        store already is undone with all of the transaction, or not at all."""
        written = [self._numbered(type_, row_id, body, False, 0) for type_, row_id, body in rows]
        insert_lines(self.connection, ROW, [_values(self.scope_id, row) for row in written])
        for row in written:
            key = (row.type, row.id)
            self._rows[key] = row
            self._stored.add(key)
            self._under.setdefault(row.root_id, []).append(key)
        return written

    def record(self, row: StoredRow, changes: Sequence[Change], cause: Cause) -> None:
        """Say in the history what the row's new revision changed; at least that it did."""
        lines = changes or [Change(row.type, row.id, WHOLE_ROW, None, None)]
        for number, change in enumerate(lines):
            self._journal.append(self._lines, self._line(row, number, change, cause))

    def record_fresh(self, rows: Sequence[StoredRow], cause: Cause) -> None:
        """The history of :meth:`put_fresh`: that each row was made, and by whom."""
        made = [
            self._line(row, 0, Change(row.type, row.id, WHOLE_ROW, None, None), cause)
            for row in rows
        ]
        insert_lines(self.connection, HISTORY, made)

    def collect(self, writes: Writes) -> None:
        """Hand out everything that has to be written; :meth:`written` once nothing failed."""
        for key in self._changed:
            row = self._rows[key]
            assert row is not None
            line = _values(self.scope_id, row)
            if key in self._stored:
                writes.add("row again", [found_by(line, "scope_id", "type", "id")])
            else:
                writes.add("row", [line])
        writes.add("history", self._lines)
        self.claims.collect(writes)
        self.waiting.collect(writes)
        if self.head != self._saved:
            counters = {"head": self.head, "digest": digest_text(self.digest)}
            writes.add("scope", [{"of_scope_id": self.scope_id, **counters}])

    def written(self) -> None:
        """The store holds what is here."""
        self._stored.update(self._changed)
        self._changed.clear()
        self._lines.clear()
        self._saved = self.head
        self.claims.written()
        self.waiting.written()

    def _line(self, row: StoredRow, number: int, change: Change, cause: Cause) -> dict[str, Any]:
        return {
            "scope_id": self.scope_id,
            "rev": row.rev,
            "n": number,
            "type": row.type,
            "id": row.id,
            "root_id": row.root_id,
            "field": change.field,
            "old": _json(change.old),
            "new": _json(change.new),
            "op_id": cause.op_id,
            "client": cause.writer.client,
            "author": cause.writer.author,
            "device": cause.writer.device,
            "at": cause.writer.at,
        }

    def _numbered(
        self, type_: str, row_id: str, body: Mapping[str, Any], deleted: bool, home_rev: int
    ) -> StoredRow:
        text = encode_body(body)
        self.head += 1
        row = StoredRow(
            type=type_,
            id=row_id,
            rev=self.head,
            root_id=ENTITIES[type_].root_of(row_id, body),
            deleted=deleted,
            text=text,
            hash=row_hash(text),
            home_rev=home_rev,
        )
        self.digest = add_mark(self.digest, row.mark)
        return row

    def _as_before(self, key: RowKey, before: StoredRow | None) -> Callable[[], None]:
        """Undoes :meth:`put` of a row: one note for all that it changes."""
        head, digest, is_first = self.head, self.digest, key not in self._changed

        def restore() -> None:
            self.head, self.digest = head, digest
            written = self._rows[key]
            if written is None or written is before:
                return  # It failed before there was a row to write.
            self._under[written.root_id].pop()
            self._rows[key] = before
            if is_first:
                del self._changed[key]

        return restore


def _values(scope_id: str, row: StoredRow) -> dict[str, Any]:
    return {
        "scope_id": scope_id,
        "type": row.type,
        "id": row.id,
        "rev": row.rev,
        "root_id": row.root_id,
        "home_rev": row.home_rev,
        "moved_to": row.moved_to,
        "moved_rev": 0,
        "deleted": row.deleted,
        "body": row.text,
        "body_hash": row.hash,
    }


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value, order="deterministic").decode()
