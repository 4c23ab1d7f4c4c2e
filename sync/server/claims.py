"""Who asserts which value, and which disagreements wait: read once, written together."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from sync.merge.values import Claims, Writer
from sync.schema.policy import WHOLE_ROW
from sync.server.journal import Journal
from sync.server.many import among, insert_lines
from sync.server.tables import CLAIM, OPEN_CONFLICT
from sync.server.writes import Writes

RowKey = tuple[str, str]
"""(type, id) of a row."""

FieldKey = tuple[str, str, str]
"""(type, id, field)."""

_NOBODY: Final[Claims] = {}

# Made once: making a statement costs more than running it on a few lines.
_CLAIMS: Final = select(CLAIM).where(
    CLAIM.c.scope_id == bindparam("scope"), among(CLAIM.c.id, "ids")
)
_CONFLICTS: Final = select(OPEN_CONFLICT).where(
    OPEN_CONFLICT.c.scope_id == bindparam("scope"), among(OPEN_CONFLICT.c.id, "ids")
)


class ClaimBook:
    """The claims of one locked scope."""

    def __init__(self, connection: Connection, scope_id: str, journal: Journal) -> None:
        self._connection = connection
        self._scope_id = scope_id
        self._journal = journal
        self._read: set[RowKey] = set()
        self._stored: set[FieldKey] = set()
        self._held: dict[FieldKey, Claims] = {}
        self._changed: dict[FieldKey, bool] = {}

    def prefetch(self, keys: Iterable[RowKey]) -> None:
        """Read the claims of many rows at once."""
        wanted = {key for key in keys if key not in self._read}
        if not wanted:
            return
        self._read |= wanted
        found: dict[FieldKey, dict[str, Writer]] = {}
        asked = {"scope": self._scope_id, "ids": {key[1] for key in wanted}}
        for line in self._connection.execute(_CLAIMS, asked):
            if (line.type, line.id) in wanted:
                writers = found.setdefault((line.type, line.id, line.field), {})
                writers[line.client] = Writer(line.client, line.author, line.device, line.at)
        self._stored |= found.keys()
        self._held.update(found)

    def none_for(self, keys: Iterable[RowKey]) -> None:
        """These rows were never here, so nobody claims anything of them."""
        self._read.update(keys)

    def of(self, key: RowKey, fields: Iterable[str]) -> dict[str, Claims]:
        """The claims on each of ``fields``; the row's maker asserts what nobody claimed since."""
        self.prefetch([key])
        made = self._held.get((*key, WHOLE_ROW), _NOBODY)
        return {field: self._held.get((*key, field)) or made for field in fields}

    def claim(self, key: RowKey, claims: Mapping[str, Claims]) -> None:
        """From now on exactly these clients assert these fields."""
        if claims:
            self.prefetch([key])
            held = {(*key, field): writers for field, writers in claims.items()}
            self._journal.update(self._held, held)
            self._journal.update(self._changed, dict.fromkeys(held, True))

    def made(self, keys: Iterable[RowKey], writer: Writer) -> None:
        """The writer made these rows and asserts everything in them: written at once."""
        lines = [self._line((*key, WHOLE_ROW), writer) for key in keys]
        self._read -= {(line["type"], line["id"]) for line in lines}
        insert_lines(self._connection, CLAIM, lines)

    def collect(self, writes: Writes) -> None:
        """Hand out what changed; :meth:`written` once nothing failed."""
        gone = (key for key in self._changed if key in self._stored)
        writes.add("claim gone", (_bound(self._scope_id, key) for key in gone))
        for key in self._changed:
            writes.add("claim", (self._line(key, writer) for writer in self._held[key].values()))

    def written(self) -> None:
        """The store holds what is here."""
        for key in self._changed:
            (self._stored.add if self._held[key] else self._stored.discard)(key)
        self._changed.clear()

    def _line(self, key: FieldKey, writer: Writer) -> dict[str, Any]:
        return {
            "scope_id": self._scope_id,
            "type": key[0],
            "id": key[1],
            "field": key[2],
            "client": writer.client,
            "author": writer.author,
            "device": writer.device,
            "at": writer.at,
        }


class ConflictList:
    """Which conflicts of one locked scope wait for a person: one at most for each field."""

    def __init__(self, connection: Connection, scope_id: str, journal: Journal) -> None:
        self._connection = connection
        self._scope_id = scope_id
        self._journal = journal
        self._read: set[RowKey] = set()
        self._stored: dict[FieldKey, str] = {}
        self._open: dict[FieldKey, str] = {}
        self._fields: dict[RowKey, tuple[str, ...]] = {}
        self._changed: dict[FieldKey, bool] = {}

    def prefetch(self, keys: Iterable[RowKey]) -> None:
        """Read the waiting conflicts about many rows at once."""
        wanted = {key for key in keys if key not in self._read}
        if not wanted:
            return
        self._read |= wanted
        asked = {"scope": self._scope_id, "ids": {key[1] for key in wanted}}
        for line in self._connection.execute(_CONFLICTS, asked):
            key = (line.type, line.id)
            if key in wanted:
                self._stored[*key, line.field] = self._open[*key, line.field] = line.conflict_id
                self._fields[key] = (*self._fields.get(key, ()), line.field)

    def none_for(self, keys: Iterable[RowKey]) -> None:
        """These rows were never here, so nobody disagrees about them."""
        self._read.update(keys)

    def about(self, key: RowKey) -> dict[str, str]:
        """The ids of the conflicts about a row, by field."""
        self.prefetch([key])
        fields = self._fields.get(key, ())
        return {field: conflict_id for field in fields if (conflict_id := self._open[*key, field])}

    def keep(self, conflict_id: str, body: Mapping[str, Any]) -> None:
        """Keep the list true once a conflict was written."""
        row: RowKey = (str(body["target_type"]), str(body["target_id"]))
        field = str(body["field"])
        self.prefetch([row])
        there = self._open.get((*row, field), "")
        if body["status"] == "open":
            if there not in ("", conflict_id):
                raise TwoOpen
            self._set(row, field, conflict_id)
        elif there == conflict_id:
            self._set(row, field, "")

    def _set(self, row: RowKey, field: str, conflict_id: str) -> None:
        fields = self._fields.get(row, ())
        if field not in fields:
            self._journal.set(self._fields, row, (*fields, field))
        self._journal.set(self._open, (*row, field), conflict_id)
        self._journal.set(self._changed, (*row, field), True)

    def collect(self, writes: Writes) -> None:
        """Hand out what changed; :meth:`written` once nothing failed."""
        gone = (key for key in self._changed if self._stored.get(key))
        writes.add("conflict closed", (_bound(self._scope_id, key) for key in gone))
        there = (key for key in self._changed if self._open[key])
        writes.add("conflict", (self._opened(key) for key in there))

    def written(self) -> None:
        """The store holds what is here."""
        self._stored.update({key: self._open[key] for key in self._changed})
        self._changed.clear()

    def _opened(self, key: FieldKey) -> dict[str, str]:
        return {
            "scope_id": self._scope_id,
            "type": key[0],
            "id": key[1],
            "field": key[2],
            "conflict_id": self._open[key],
        }


class TwoOpen(Exception):
    """A second conflict about the same field: a bug of the merge, never written."""


def _bound(scope_id: str, key: FieldKey) -> dict[str, str]:
    return {"of_scope_id": scope_id, "of_type": key[0], "of_id": key[1], "of_field": key[2]}
