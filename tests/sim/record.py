"""What the server's store has been: every version of every row that a laptop can have seen."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync.server.carrying import MOVED_FIELD
from sync.server.database import Database
from tests.sim.server import SimServer
from tests.sim.witness import Judge

Key = tuple[str, str]

MOST_KNOWN = 8
"""Revisions of a scope that several laptops stand at."""


@dataclass(frozen=True)
class Version:
    """A row as of one revision; ``body`` is the canonical text."""

    rev: int
    root: str
    deleted: bool
    body: str


@dataclass(frozen=True)
class Line:
    """One line of the server's history. ``old`` and ``new`` are JSON or nothing."""

    rev: int
    type: str
    id: str
    field: str
    old: str | None
    new: str | None
    op_id: str
    client: str
    root: str


@dataclass
class News:
    """What one exchange changed in one scope."""

    scope: str
    rows: list[tuple[Key, Version | None, Version]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass
class ScopeLog:
    """The life of one scope in one epoch."""

    head: int = 0
    digest: str = ""
    versions: defaultdict[Key, list[Version]] = field(default_factory=lambda: defaultdict(list))
    workers: defaultdict[str, list[tuple[int, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Below each root, who changed something at which revision."""
    known: dict[int, dict[Key, tuple[int, str]]] = field(default_factory=dict)
    """What :meth:`at` said of the last revisions it was asked about."""

    def at(self, cursor: int) -> Mapping[Key, tuple[int, str]]:
        """The live rows as they were at a revision: (rev, canonical body) each."""
        if cursor in self.known:
            return self.known[cursor]
        found = self._at(cursor)
        if cursor <= self.head:  # The past stays as it was.
            self.known[cursor] = found
            if len(self.known) > MOST_KNOWN:
                del self.known[next(iter(self.known))]
        return found

    def _at(self, cursor: int) -> dict[Key, tuple[int, str]]:
        found: dict[Key, tuple[int, str]] = {}
        for key, versions in self.versions.items():
            for version in reversed(versions):
                if version.rev <= cursor:
                    if not version.deleted:
                        found[key] = (version.rev, version.body)
                    break
        return found


_ROWS = (
    "SELECT type, id, rev, root_id, deleted, body, moved_to FROM synced_row "
    "WHERE scope_id = ? AND rev > ? ORDER BY rev"
)
_LINES = (
    "SELECT rev, type, id, field, old, new, op_id, client, root_id FROM history "
    "WHERE scope_id = ? AND rev > ? ORDER BY rev, n"
)


class ServerRecord:
    """Looks at the store after each exchange and keeps what it finds, scope by scope."""

    def __init__(self, server: SimServer, judge: Judge) -> None:
        self._server = server
        self._judge = judge
        self._logs: defaultdict[tuple[str, str], ScopeLog] = defaultdict(ScopeLog)
        self._homes: dict[Key, str] = {}
        self._moved: set[str] = set()

    @property
    def epoch(self) -> str:
        """The present life of the server's store."""
        return self._server.database.epoch

    @property
    def database(self) -> Database:
        """The server's store."""
        return self._server.database

    def log(self, scope: str, epoch: str = "") -> ScopeLog:
        """The life of a scope, in the present epoch or another."""
        return self._logs[epoch or self.epoch, scope]

    def home(self, key: Key) -> str:
        """The scope in which a row lives, or lived last; empty where it never was."""
        return self._homes.get(key, "")

    def has_moved(self, root: str) -> bool:
        """Whether what moves with this root was in more than one scope."""
        return root in self._moved

    def root(self, key: Key) -> str:
        """What a row moves with; empty where the server never had it."""
        version = self.latest(key)
        return version.root if version else ""

    def latest(self, key: Key) -> Version | None:
        """A row as it is now, removed or not."""
        versions = self.log(self.home(key)).versions.get(key)
        return versions[-1] if versions else None

    def heads(self) -> dict[str, tuple[int, str]]:
        """Head and digest of every scope, as last seen."""
        logs = self._logs.items()
        return {scope: (log.head, log.digest) for (of, scope), log in logs if of == self.epoch}

    def rows_without_times(self) -> dict[str, dict[Key, Any]]:
        """The live rows of each scope as they are now, without when anybody wrote anything."""
        return {
            scope: {key: _timeless(body) for key, (_, body) in self.log(scope).at(head).items()}
            for scope, (head, _) in self.heads().items()
        }

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A cursor on the server's store."""
        raw = self._server.database.engine.raw_connection()
        try:
            yield raw.cursor()
        finally:
            raw.close()

    def observe(self) -> list[News]:
        """Keep what changed since the last look. Law 3 is looked at on the way."""
        news = []
        with self.reading() as cursor:
            for scope, head, sealed in cursor.execute(
                "SELECT scope_id, head, digest FROM scope ORDER BY scope_id"
            ).fetchall():
                log, digest = self.log(scope), self.database.column_key.unseal_hash(sealed)
                if (head, digest) != (log.head, log.digest) and (head or log.head):
                    news.append(self._follow(cursor, log, scope, head))
                    log.head, log.digest = head, digest
        return news

    def _follow(self, cursor: Any, log: ScopeLog, scope: str, head: int) -> News:
        hold, unseal = self._judge.hold, self.database.column_key.unseal
        hold(3, head > log.head, "a scope changed and its revision did not rise:", scope)
        news = News(scope)
        rows = cursor.execute(_ROWS, (scope, log.head))
        for type_, row_id, rev, root, deleted, body, moved_to in rows:
            version = Version(rev, root, bool(deleted), unseal(body))
            before = log.versions[type_, row_id]
            news.rows.append(((type_, row_id), before[-1] if before else None, version))
            before.append(version)
            if not moved_to:
                self._homes[type_, row_id] = scope
        for *where, old, new, op_id, client, root in cursor.execute(_LINES, (scope, log.head)):
            values = (old and unseal(old), new and unseal(new))
            news.lines.append(Line(*where, *values, op_id, client, root))
        for line in news.lines:
            if line.field == MOVED_FIELD:
                self._moved.add(line.root)
            log.workers[line.root].append((line.rev, line.client))
        revs = sorted({line.rev for line in news.lines})
        hold(3, revs == list(range(log.head + 1, head + 1)), "revisions with a hole in", scope)
        last = news.rows[-1][2].rev if news.rows else 0
        hold(3, last == head, "the last row does not have the head's revision in", scope)
        return news


# A limit begins when somebody did what it is about.
_TIMES = ("at", "decided_at", "limit_from", "due_", "amber_", "finished_at")


def _timeless(text: str) -> Any:
    body = msgspec.json.decode(text)
    for entries in (body.get("candidates", ()), body.get("current_by", ())):
        for entry in entries:
            entry.pop("at", None)
            entry.pop("sure", None)  # How sure that time is.
    # Candidates stand in the order of their times.
    body.get("candidates", []).sort(key=lambda entry: entry["op"])
    return {name: value for name, value in body.items() if not name.startswith(_TIMES)}
