"""Many new rows at once, for imports and the demo: what settling would write, in few statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.errors import NotFound
from sync.identity import local_day, parse_stamp
from sync.merge.values import Writer
from sync.schema.canonical import compact, decode_body
from sync.schema.registry import ENTITIES
from sync.schema.values import settled_fields
from sync.server.cases import CASE
from sync.server.derived import (
    care_fields,
    care_of_rows,
    refresh_households,
    with_pinyin,
)
from sync.server.duplicates import note_fresh
from sync.server.locked import Locked
from sync.server.matters import FOLLOWED, followed_through
from sync.server.rows import Cause
from sync.server.tables import LED_TO, ROW

FreshRow = tuple[str, str, Mapping[str, Any]]
"""(type, id, body) of a row that is not on the server yet."""

ROWS_AT_ONCE: Final = 2000
KEYS_AT_ONCE: Final = 500


def bulk_create(
    locked: Locked, scope_id: str, rows: Sequence[FreshRow], writer: Writer, op_id: str
) -> None:
    """Write new rows of one scope: a revision each, claimed by ``writer``, the digest kept.

    The scope is among the locked ones (``with db.write() as c: locked = lock_scopes(c, ids, at)``,
    and ``locked.save()`` at the end). No row may be there already. Names get their pinyin, and
    households their frequency from the people of the same call and the tier-3 rows that are on
    the server, so tier-3 rows come first. ``op_id`` names the run in the history. Raises
    :class:`ValueRefused` for a value that its field cannot hold.
    """
    scope = locked.scopes.get(scope_id)
    if scope is None:
        raise NotFound(what=scope_id)
    today = local_day(parse_stamp(locked.at))
    care = _care_of_households(locked.connection, rows, today)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        bodies = [
            (type_, row_id, compact({**_settled(type_, body), **care.get(row_id, {})}))
            for type_, row_id, body in rows[start : start + ROWS_AT_ONCE]
        ]
        bodies = [_with_limits(locked, scope_id, row) for row in bodies]
        written = scope.put_fresh(bodies)
        for row in written:
            locked.cases.note(row)
        scope.record_fresh(written, Cause(op_id, writer))
        note_fresh(locked, scope, written, Cause(op_id, writer))
        made = (row for row in written if not ENTITIES[row.type].append_only)
        scope.claims.made(((row.type, row.id) for row in made), writer)
        refresh_households(locked, [row for row in written if row.root_id not in care])


def _with_limits(
    locked: Locked, scope_id: str, row: tuple[str, str, dict[str, Any]]
) -> tuple[str, str, dict[str, Any]]:
    """A matter with its number and limits, of the day it was reported; a case with its."""
    type_, row_id, body = row
    if type_ == CASE:
        at = str(body.get("opened_at") or locked.at)
        return type_, row_id, locked.cases.numbered(type_, row_id, body, at)
    if type_ not in FOLLOWED:
        return row
    came = str(body.get("reported_at") or body.get("received_at") or locked.at)
    began = Writer("", at=came)
    community = locked.community_of(scope_id)
    key = (type_, row_id)
    body = followed_through(locked.counters, community, key, (None, body), began, came)
    return type_, row_id, body


def _settled(type_: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return with_pinyin(type_, settled_fields(type_, body))


def _care_of_households(
    connection: Connection, rows: Sequence[FreshRow], today: date
) -> dict[str, dict[str, Any]]:
    """The computed fields of each household among ``rows``, by its id."""
    below: dict[str, list[FreshRow]] = {row[1]: [] for row in rows if row[0] == "household"}
    for type_, row_id, body in rows:
        home = below.get(str(body.get("household_id", "")))
        if home is not None and type_ in ("person", "residency"):
            home.append((type_, row_id, body))
    for household_id, type_, row_id, body in _closed_care(connection, list(below)):
        below[household_id].append((type_, row_id, body))
    return {home: care_fields(care_of_rows(held, today), today) for home, held in below.items()}


def _closed_care(
    connection: Connection, households: Sequence[str]
) -> Iterable[tuple[str, str, str, Mapping[str, Any]]]:
    for start in range(0, len(households), KEYS_AT_ONCE):
        some = households[start : start + KEYS_AT_ONCE]
        lines = connection.execute(
            select(ROW).where(
                ROW.c.root_id.in_(some),
                ROW.c.type == "special_care",
                LED_TO,
                ROW.c.deleted.is_(False),
            )
        )
        for line in lines:
            yield line.root_id, line.type, line.id, decode_body(line.body)
