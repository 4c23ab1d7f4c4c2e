"""Filling a new copy of a scope with the parts of a snapshot, out of sight.

Where the filling stands is kept in the transaction that brings the rows in, so that it goes on
after a kill with the section that is not in yet.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from sync.errors import NotTheServer, ServerUnreachable
from sync.schema.canonical import add_mark, digest_text, drop_mark
from sync.store import bulk, generations, homes
from sync.store.bulk import by_type
from sync.store.tables import FILLING, GENERATION
from sync.wire.messages import Snapshot, WireRow

MOST_PART_BYTES: Final = 32 * 1024 * 1024
"""Text of a part at most: more is no honest server's."""

_GZIP: Final = 16 + zlib.MAX_WBITS


class _Entry(msgspec.Struct, array_like=True, gc=False):
    """A row of a section. Nothing that the collector would look through again and again."""

    id: str
    rev: int
    root_id: str
    body: msgspec.Raw


_SECTION: Final = msgspec.json.Decoder(tuple[str, list[_Entry]])


@dataclass(frozen=True)
class Section:
    """Rows of one kind as they came, and what this laptop sums over them.

    ``marks`` holds the rows' shares of the digest one after the other, ``total`` is their sum.
    """

    type: str
    part: bytes
    marks: bytes
    total: int
    rows: int


@dataclass(frozen=True)
class WantedPart:
    """The next part that a copy waits for: of which snapshot, and its SHA-256."""

    generation: int
    scope_id: str
    rev: int
    number: int
    sha256: str


@dataclass(frozen=True)
class Stand:
    """How far a copy has come with its snapshot."""

    generation: int
    scope_id: str
    offer: Snapshot
    parts: int
    sections: int
    rows: int

    def wanted(self) -> Iterator[WantedPart]:
        """The parts that are not wholly in."""
        for number, sha in enumerate(self.offer.parts[self.parts :], start=self.parts):
            yield WantedPart(self.generation, self.scope_id, self.offer.rev, number, sha)


def unpack(packed: bytes, sha: str) -> list[Section]:
    """The sections of a part, with the marks worked out from the very bytes that are stored.

    Raises :class:`ServerUnreachable` for a part that was damaged on its way.
    """
    if sha256(packed).hexdigest() != sha:
        raise ServerUnreachable
    unzip = zlib.decompressobj(_GZIP)
    text = unzip.decompress(packed, MOST_PART_BYTES)
    if not unzip.eof:
        raise NotTheServer
    return [_section(line) for line in text.splitlines()]


def _section(line: bytes) -> Section:
    type_, rows = _SECTION.decode(line)
    marks = bytearray()
    total = 0
    for row in rows:
        mark = bulk.mark_bytes(type_, row.id, row.rev, row.body)
        total += int.from_bytes(mark)
        marks += mark
    return Section(type_, line, bytes(marks), total, len(rows))


def has_begun(connection: Connection, generation: int) -> bool:
    """Whether parts of a snapshot are being fetched for a copy."""
    query = select(FILLING.c.generation).where(FILLING.c.generation == generation)
    return connection.execute(query).first() is not None


def begin(connection: Connection, generation: int, offer: Snapshot) -> None:
    """Remember what the server offered, unless an earlier offer is being fetched already."""
    homes.note_all(connection, generation, offer.homes)
    if not offer.parts:
        generations.advance(connection, generation, cursor=offer.rev)
    elif not has_begun(connection, generation):
        text = msgspec.json.encode(msgspec.structs.replace(offer, homes={})).decode()
        connection.execute(insert(FILLING).values(generation=generation, offer=text))


def stands(connection: Connection) -> list[Stand]:
    """Every copy that waits for parts of a snapshot."""
    found = connection.execute(
        select(FILLING, GENERATION.c.scope_id)
        .join_from(FILLING, GENERATION, GENERATION.c.no == FILLING.c.generation)
        .where(~GENERATION.c.shown, ~GENERATION.c.dropped)
        .order_by(FILLING.c.generation)
    )
    return [
        Stand(
            row.generation,
            row.scope_id,
            msgspec.json.decode(row.offer, type=Snapshot),
            row.parts,
            row.sections,
            row.rows,
        )
        for row in found
    ]


def bring_in(connection: Connection, stand: Stand, section: Section) -> None:
    """Write one section; :func:`count_in` follows in the same transaction."""
    told = stand.offer.fields.get(section.type, ())
    bulk.write_part(connection, stand.generation, section.type, section.part, section.marks, told)


def count_in(connection: Connection, generation: int, sections: Sequence[Section]) -> None:
    """Count the sections that the caller's transaction wrote."""
    if sections:
        _add(connection, generation, sum(section.total for section in sections))
        rows = sum(section.rows for section in sections)
        counted = {
            "sections": FILLING.c.sections + len(sections),
            "rows": FILLING.c.rows + rows,
        }
        _advance(connection, generation, counted)


def end_part(connection: Connection, stand: Stand, number: int) -> None:
    """A part is in wholly; after the last one the feed goes on from the snapshot's revision."""
    if number + 1 < len(stand.offer.parts):
        _advance(connection, stand.generation, {"parts": number + 1, "sections": 0})
        return
    forget(connection, stand.generation)
    generations.advance(connection, stand.generation, cursor=stand.offer.rev)


def forget(connection: Connection, generation: int) -> None:
    """The copy is filled by the feed from now on."""
    connection.execute(delete(FILLING).where(FILLING.c.generation == generation))


def write_rows(connection: Connection, generation: int, rows: Sequence[WireRow]) -> None:
    """Write rows of the feed into a copy that is being filled, and keep its digest."""
    change = 0
    where = GENERATION.c.no == generation
    held = connection.execute(select(GENERATION.c.digest).where(where)).scalar_one()
    for type_, ids in by_type((row[0], row[1]) for row in rows if held).items():
        places = [(generation, row_id) for row_id in ids]
        for mark in bulk.marks(connection, type_, places).values():
            change = drop_mark(change, int(mark or "0", 16))
    bulk.write(connection, [(generation, row) for row in rows])
    for row in {(row[0], row[1]): row for row in rows}.values():
        change = add_mark(change, int(bulk.mark_of(row) or "0", 16))
    _add(connection, generation, change)


def _add(connection: Connection, generation: int, total: int) -> None:
    where = GENERATION.c.no == generation
    held = connection.execute(select(GENERATION.c.digest).where(where)).scalar_one()
    digest = digest_text(add_mark(int(held or "0", 16), total))
    connection.execute(update(GENERATION).where(where).values(digest=digest))


def _advance(connection: Connection, generation: int, values: Mapping[str, object]) -> None:
    connection.execute(update(FILLING).where(FILLING.c.generation == generation).values(values))
