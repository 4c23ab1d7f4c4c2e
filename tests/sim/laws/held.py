"""The server's rows as a laptop's file holds them, read with plain SQL: apart from the product."""

from functools import cache, lru_cache
from typing import Any

import msgspec

from sync.schema.canonical import decode_body, encode_body
from sync.schema.policy import Kind
from sync.schema.registry import ENTITIES
from sync.store.tables import TABLES
from tests.sim.record import Key

_AS_JSON = frozenset({Kind.WORDS, Kind.JSON})


def server_rows(cursor: Any, no: int) -> dict[Key, tuple[int, str]]:
    """The rows of one copy without what waits here: (rev, canonical body) each."""
    held: dict[Key, tuple[int, str]] = {}
    for type_ in TABLES:
        for row_id, rev, *stored in cursor.execute(_query(type_), (no,)):
            held[type_, row_id] = (rev, _text(type_, *stored))
    query = "SELECT type, id, rev, body FROM other_row WHERE generation = ?"
    held |= {row[:2]: row[2:] for row in cursor.execute(query, (no,))}
    query = "SELECT type, id, rev, body, mark FROM shadow WHERE generation = ?"
    for type_, row_id, rev, text, mark in cursor.execute(query, (no,)):
        held.pop((type_, row_id), None)
        # What moved away stays in sight for a while; it is no row of this copy any more.
        if text is not None and mark:
            held[type_, row_id] = (rev, text)
    return held


@lru_cache(maxsize=20_000, typed=True)
def _text(type_: str, extra: str | None, *values: Any) -> str:
    """The canonical body of what a row's columns hold: most rows are looked at again and again."""
    body = dict(zip(ENTITIES[type_].fields, values, strict=True))
    for name in _json_fields(type_):
        body[name] = body[name] and msgspec.json.decode(body[name])
    for name in _flags(type_):
        body[name] = bool(body[name])
    return encode_body({**body, **decode_body(extra or "{}")})


@cache
def _query(type_: str) -> str:
    names = ("id", "rev", "extra", *ENTITIES[type_].fields)
    columns = ", ".join(f'"{name}"' for name in names)
    return f"SELECT {columns} FROM {type_} WHERE generation = ? AND mark != ''"


@cache
def _json_fields(type_: str) -> tuple[str, ...]:
    fields = ENTITIES[type_].fields.values()
    return tuple(spec.name for spec in fields if spec.kind in _AS_JSON)


@cache
def _flags(type_: str) -> tuple[str, ...]:
    fields = ENTITIES[type_].fields.values()
    return tuple(spec.name for spec in fields if spec.kind is Kind.FLAG)
