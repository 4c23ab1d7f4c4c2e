"""Somebody who reads the tables, such as in a copy of a PostgreSQL, and computes what they do not
tell without the server's key.

A resident's birthday and sex are in plain, and they know the home districts: there are some
thousand numbers that may be theirs, and whatever stands in the copy may prove one of them.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect
from sqlcipher3 import dbapi2 as sqlite

from sync.merge.operation import Op, OpKind, encode_op, op_hash
from sync.rules.idcard import check_digit
from sync.schema.canonical import row_hash, row_mark
from sync.server.file_key import FileKey
from sync.server.incoming import UNREADABLE, label_of
from sync.server.numbers import hashed
from tests.support.raw_files import engine_on, raw

Line = Mapping[str, Any]

_TOKEN = re.compile("\uee1d[A-Za-z0-9_=-]+\uee1d|(?<!\\d)99\\d{15}[\\dX]")
"""Where a number stood; or the number itself, which nobody has to compute."""
_HEX = re.compile(r"[0-9a-f]{32,}")
_TAIL = re.compile(r'"id_tail":"([^"\uee1d]+)"')
_SERIALS = 1_000


@dataclass(frozen=True)
class Copy:
    """What a thief has: the lines of each table as they are stored, and whatever else is told."""

    tables: Mapping[str, Sequence[Line]]
    files: Sequence[bytes] = ()

    @cached_property
    def proofs(self) -> frozenset[str]:
        """Whatever may be a hash: each row of signs that are all hex, from either end."""
        texts = [
            str(value)
            for lines in self.tables.values()
            for line in lines
            for value in line.values()
            if isinstance(value, str)
        ]
        texts += [content.decode("latin-1") for content in self.files]
        runs = {run for text in texts for run in _HEX.findall(text)}
        return frozenset(
            part for run in runs for size in (32, 64) for part in (run[:size], run[-size:])
        )

    def rows(self, type_: str) -> Iterator[tuple[Line, dict[str, Any]]]:
        """The live rows of a kind, and what they tell."""
        for line in self.tables["synced_row"]:
            if line["type"] == type_ and not line["deleted"]:
                yield line, json.loads(line["body"])


def copy_of(folder: Path) -> Copy:
    """A copy of the store of the server in ``folder``, its files included; of PostgreSQL what it
    keeps of its tables elsewhere."""
    engine = engine_on(folder)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        tables = {name: connection.exec_driver_sql(f"SELECT * FROM {name}") for name in names}
        found = {name: [dict(one._mapping) for one in lines] for name, lines in tables.items()}
        samples: list[bytes] = []
        if connection.dialect.name == "postgresql":
            samples = samples_of(connection)
    engine.dispose()
    files = [one.read_bytes() for one in folder.glob("*.sqlite3*")]
    return Copy(found, [*files, *samples])


def samples_of(connection: Connection) -> list[bytes]:
    """What PostgreSQL keeps of its tables to plan by: some lines of each column, as they were."""
    kept = connection.exec_driver_sql("SELECT pg_stats::text FROM pg_stats")
    return [str(one).encode() for one in kept.scalars()]


def copy_of_backup(file: Path, key: FileKey | None) -> Copy:
    """The same of a backup, its file once opened."""
    with raw(file, key) as connection:
        connection.row_factory = sqlite.Row
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {name: connection.execute(f"SELECT * FROM {name}") for (name,) in names}
        found = {name: [dict(one) for one in lines] for name, lines in tables.items()}
    return Copy(found, [file.read_bytes()])


@dataclass
class Thief:
    """Computes. ``districts`` are those that may be a resident's; ``earlier`` is a copy from
    before, which shows how a scope's digest has changed since."""

    copy: Copy
    districts: Sequence[str]
    earlier: Copy | None = None
    found: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The numbers that something proved, by what did."""

    def compute(self) -> Mapping[str, set[str]]:
        """Try every number that may be a resident's."""
        people = {line["id"]: (line, body) for line, body in self.copy.rows("person")}
        rows = {body["person_id"]: line for line, body in self.copy.rows("id_number")}
        for person_id, (line, body) in people.items():
            numbers = list(self._of(body))
            self._by_its_end(line["body"], numbers)
            for number in numbers:
                self._try(rows.get(person_id), person_id, number)
        return self.found

    def _of(self, person: Mapping[str, Any]) -> Iterator[str]:
        born = str(person.get("birth", "")).replace("-", "")
        for district in self.districts if born else ():
            for serial in range(_SERIALS):
                if serial % 2 == int(person["sex"]) % 2:
                    first = f"{district}{born}{serial:03}"
                    yield first + check_digit(first)

    def _by_its_end(self, body: str, numbers: Iterable[str]) -> None:
        end = _TAIL.search(body)
        if end is not None:
            # About one for each eleven districts, of thousands.
            fitting = {number for number in numbers if number.endswith(end[1])}
            self.found["the end"] |= fitting

    def _try(self, row: Line | None, person_id: str, number: str) -> None:
        for what, proof in self._proofs(row, person_id, number):
            if proof in self.copy.proofs or proof in self._changes:
                self.found[what].add(number)

    def _proofs(self, row: Line | None, person_id: str, number: str) -> Iterator[tuple[str, str]]:
        for secret in self._secrets:
            yield "the server's own key", hashed(secret, number)
        for line in self.copy.tables["held"]:
            if person_id in line["payload"]:
                told = _TOKEN.sub(number, line["payload"]).encode()
                digest = sha256(told).hexdigest()
                yield "the name of what nobody could read", digest[:32]
                for secret in self._secrets:
                    name = label_of(secret, digest).removeprefix(UNREADABLE)
                    yield "the name of what nobody could read", name
                yield "what is held", _op_hash(told) or digest
        if row is not None:
            body = _TOKEN.sub(number, row["body"])
            digest = row_hash(body)
            yield "the row", digest
            mark = row_mark(row["type"], row["id"], row["rev"], digest)
            yield "the scope", f"{mark:032x}"
            made = self._ops.get(row["id"], "")
            fields = {name: (None, value) for name, value in json.loads(body).items()}
            op = Op(made, 0, OpKind.CREATE, row["type"], row["id"], fields)
            yield "the operation", op_hash(encode_op(op))

    @cached_property
    def _ops(self) -> Mapping[str, str]:
        return {line["id"]: line["op_id"] for line in self.copy.tables["history"]}

    @cached_property
    def _secrets(self) -> list[bytes]:
        told = [line["value"] for line in self.copy.tables["meta"] if line["name"] == "key"]
        return [bytes.fromhex(one) for one in told if _HEX.fullmatch(one)]

    @cached_property
    def _changes(self) -> frozenset[str]:
        """By how much each scope's digest changed: the share of what was written since."""
        if self.earlier is None:
            return frozenset()
        before, now = (
            {line["scope_id"]: line["digest"] for line in copy.tables["scope"]}
            for copy in (self.earlier, self.copy)
        )
        return frozenset(
            f"{(int(now[scope], 16) - int(digest, 16)) % (1 << 128):032x}"
            for scope, digest in before.items()
            if _HEX.fullmatch(digest) and _HEX.fullmatch(now[scope])
        )


def _op_hash(raw: bytes) -> str:
    try:
        return op_hash(raw)
    except (ValueError, TypeError):
        return ""
