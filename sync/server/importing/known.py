"""What the server knows before an import: rows of the community, and what sources said of them."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Connection, or_, select

from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.grants import community_rows
from sync.server.importing.places import Places
from sync.server.tables import IMPORT_CELLS, IMPORT_KEY, LED_TO, ROW

KeyParts = tuple[str, ...]
RowKey = tuple[str, str]
"""(type, id)."""

_LEDGER: Final = ("dwelling", "household", "person", "residency", "door_check")


@dataclass(frozen=True)
class KnownRow:
    """A row as it stands; a removed one still has its last body."""

    scope_id: str
    body: Mapping[str, Any]
    deleted: bool = False


@dataclass(frozen=True)
class Known:
    """Everything an import compares a roster with. ``key`` is the server's secret."""

    key: bytes
    source: str
    places: Places
    rows: Mapping[RowKey, KnownRow]
    said: Mapping[RowKey, Mapping[str, Any]]
    ids: Mapping[tuple[str, str], str]
    by_id_number: Mapping[str, str]
    by_door: Mapping[tuple[str, str], str]
    residents: Mapping[str, frozenset[str]]
    closed_care: Mapping[str, Sequence[Mapping[str, Any]]]
    """What this source said of tier-3 care, by person."""

    def hashed(self, parts: KeyParts) -> str:
        """What is kept of a key: of use only to whoever has the server's secret."""
        return hmac.new(self.key, "\x1f".join(parts).encode(), sha256).hexdigest()

    def recognised(self, type_: str, parts: KeyParts) -> str | None:
        """The id of the row that an earlier import knew by this key."""
        return self.ids.get((type_, self.hashed(parts)))

    def new_id(self, type_: str, *parts: str) -> str:
        """The id of a row that is new: the same whenever the same roster is read here."""
        return str(UUID(bytes=bytes.fromhex(self.hashed(("id", type_, *parts)))[:16], version=5))


def read_known(connection: Connection, key: bytes, community_id: str, source: str) -> Known:
    """Read all of it, in the transaction of the caller."""
    areas = community_rows(connection, community_id, "area")
    grids = [row_id for row_id, body in areas.items() if body.get("level") == "grid"]
    rows = _rows_of(connection, grids)
    said = _said(connection, source)
    return Known(
        key=key,
        source=source,
        places=Places(areas),
        rows=rows,
        said=said,
        ids=_ids(connection, community_id),
        by_id_number={
            str(row.body["id_no"]): str(row.body["person_id"])
            for (type_, _), row in rows.items()
            if type_ == "id_number" and "id_no" in row.body and "person_id" in row.body
        },
        by_door={
            (str(row.body.get("building_id", "")), str(row.body["room"])): row_id
            for (type_, row_id), row in rows.items()
            if type_ == "dwelling" and "room" in row.body
        },
        residents=_residents(rows),
        closed_care=_closed_care(said),
    )


def _rows_of(connection: Connection, grids: Sequence[str]) -> dict[RowKey, KnownRow]:
    scopes = [scope_name(ScopeKind.GRID, grid) for grid in grids]
    numbers = [scope_name(ScopeKind.ID_NUMBERS, grid) for grid in grids]
    wanted = or_(
        ROW.c.scope_id.in_(scopes) & ROW.c.type.in_(_LEDGER),
        ROW.c.scope_id.in_(numbers) & (ROW.c.type == "id_number"),
        ROW.c.type == "special_care",
    )
    lines = connection.execute(
        select(ROW.c.type, ROW.c.id, ROW.c.scope_id, ROW.c.body, ROW.c.deleted).where(
            wanted, LED_TO, ROW.c.moved_to == ""
        )
    )
    return {
        (type_, row_id): KnownRow(scope_id, decode_body(body), deleted)
        for type_, row_id, scope_id, body, deleted in lines
    }


def _residents(rows: Mapping[RowKey, KnownRow]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for (type_, row_id), row in rows.items():
        if type_ == "person" and "household_id" in row.body:
            found.setdefault(str(row.body["household_id"]), set()).add(row_id)
    return {household: frozenset(people) for household, people in found.items()}


def _closed_care(said: Mapping[RowKey, Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for (type_, _), cells in said.items():
        if type_ == "special_care":
            found.setdefault(str(cells["person_id"]), []).append(cells)
    return found


def _said(connection: Connection, source: str) -> dict[RowKey, dict[str, Any]]:
    lines = connection.execute(
        select(IMPORT_CELLS.c.type, IMPORT_CELLS.c.id, IMPORT_CELLS.c.said).where(
            IMPORT_CELLS.c.source == source
        )
    )
    return {(type_, row_id): msgspec.json.decode(said) for type_, row_id, said in lines}


def _ids(connection: Connection, community_id: str) -> dict[tuple[str, str], str]:
    lines = connection.execute(
        select(IMPORT_KEY.c.type, IMPORT_KEY.c.key_hash, IMPORT_KEY.c.id).where(
            IMPORT_KEY.c.community_id == community_id
        )
    )
    return {(type_, key_hash): row_id for type_, key_hash, row_id in lines}
