"""Bringing a page of the feed into a shown copy: rows, cursor and what people see, in one step."""

from collections.abc import Iterable, Sequence, Set

import msgspec
from sqlalchemy import Connection, delete, insert, select

from sync.schema.canonical import add_mark, digest_text, drop_mark, encode_body
from sync.store import bulk, generations, outbox, visible
from sync.store.bulk import by_type, mark_of
from sync.store.derived import mark_stale
from sync.store.generations import Copy
from sync.store.outbox import RowKey
from sync.store.rows import ServerRow
from sync.store.tables import STAGE
from sync.wire.messages import WireRow


def stage(connection: Connection, copy: Copy, page_rows: Sequence[WireRow], to: int) -> None:
    """Keep a page that is not the last one, out of sight."""
    if page_rows:
        connection.execute(
            insert(STAGE).prefix_with("OR REPLACE"),
            [
                {
                    "generation": copy.no,
                    "type": type_,
                    "id": row_id,
                    "rev": rev,
                    "root_id": root_id,
                    "body": bytes(body).decode(),
                }
                for type_, row_id, rev, root_id, body in page_rows
            ],
        )
    generations.advance(connection, copy.no, staged=to)


def staged_rows(connection: Connection, copy: Copy) -> list[WireRow]:
    """What earlier pages left in the stage."""
    columns = (STAGE.c.type, STAGE.c.id, STAGE.c.rev, STAGE.c.root_id, STAGE.c.body)
    found = connection.execute(select(*columns).where(STAGE.c.generation == copy.no))
    return [(*row[:4], msgspec.Raw(row[4].encode())) for row in found]


def promote(connection: Connection, copy: Copy, page_rows: Sequence[WireRow], to: int) -> str:
    """Apply the stage and the last page, move the cursor, and lay pending edits over it all.

    Returns the copy's digest as this laptop sums it. All of it is one transaction: no crash
    leaves the cursor ahead of the data, and nobody sees a mixture of two revisions.
    """
    if copy.staged:
        page_rows = [*staged_rows(connection, copy), *page_rows]
        connection.execute(delete(STAGE).where(STAGE.c.generation == copy.no))
    page_rows = _latest(page_rows)
    unfolded = outbox.unfold(connection, copy.scope_id, to)
    pending = outbox.folded_keys(connection, copy.scope_id)
    digest = _digest_after(connection, copy, page_rows)
    unchanged = _unchanged(connection, copy, page_rows, unfolded)
    plain = [row for row in page_rows if (row[0], row[1]) not in pending]
    covered = [row for row in page_rows if (row[0], row[1]) in pending]

    bulk.write(connection, copy.no, plain)
    plain_keys = {(row[0], row[1]) for row in plain}
    visible.drop_shadows(connection, copy.no, plain_keys)
    for row in covered:
        visible.set_shadow(connection, copy.no, (row[0], row[1]), _server_row(row))
    recomputed: set[RowKey] = (unfolded - plain_keys) | {(row[0], row[1]) for row in covered}
    roots = visible.recompute(connection, copy.no, recomputed)
    roots |= {row[3] for row in page_rows if (row[0], row[1]) not in unchanged}
    mark_stale(connection, roots)
    generations.advance(connection, copy.no, cursor=to, staged=0, digest=digest)
    return digest


def _latest(page_rows: Iterable[WireRow]) -> list[WireRow]:
    """One row a key: a later page's version replaces an earlier one's."""
    return list({(row[0], row[1]): row for row in page_rows}.values())


def _unchanged(
    connection: Connection, copy: Copy, page_rows: Sequence[WireRow], settled: Set[RowKey]
) -> set[RowKey]:
    """Those of our own edits that come back just as they are shown: the rule after a push."""
    coming = {(row[0], row[1]): bytes(row[4]) for row in page_rows if (row[0], row[1]) in settled}
    same: set[RowKey] = set()
    for type_, ids in by_type(coming).items():
        for row_id, body in bulk.bodies(connection, type_, copy.no, ids):
            if encode_body(body).encode() == coming[type_, row_id]:
                same.add((type_, row_id))
    return same


def _digest_after(connection: Connection, copy: Copy, page_rows: Sequence[WireRow]) -> str:
    digest = int(copy.digest or "0", 16)
    shadows = visible.shadow_marks(connection, copy.no)
    for type_, ids in by_type((row[0], row[1]) for row in page_rows).items():
        held = bulk.marks(connection, copy.no, type_, ids)
        for row_id in ids:
            mark = shadows.get((type_, row_id), held.get(row_id, ""))
            digest = drop_mark(digest, int(mark or "0", 16))
    for row in page_rows:
        digest = add_mark(digest, int(mark_of(row) or "0", 16))
    return digest_text(digest)


def _server_row(row: WireRow) -> ServerRow:
    _, _, rev, root_id, body = row
    if bytes(body) == bulk.TOMBSTONE:
        return ServerRow(rev, root_id, "", None)
    return ServerRow(rev, root_id, mark_of(row), msgspec.json.decode(body))
