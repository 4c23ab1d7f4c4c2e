"""Bringing a page of the feed into a shown copy: rows, cursor and what people see, in one step."""

from collections.abc import Iterable, Mapping, Sequence, Set

import msgspec
from sqlalchemy import Connection, delete, insert, select

from sync.schema.canonical import add_mark, digest_text, drop_mark, encode_body
from sync.store import bulk, generations, homes, outbox, visible
from sync.store.bulk import by_type, mark_of
from sync.store.derived import mark_stale
from sync.store.generations import Copy
from sync.store.outbox import RowKey
from sync.store.rows import ServerRow
from sync.store.tables import STAGE
from sync.wire.messages import ScopePage, WireRow


def stage(connection: Connection, copy: Copy, page: ScopePage) -> None:
    """Keep a page that is not the last one, out of sight."""
    if page.rows:
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
                    "home_rev": page.homes.get(row_id, 0),
                    "moved_to": page.moved.get(root_id, ("", 0))[0],
                    "moved_rev": page.moved.get(root_id, ("", 0))[1],
                }
                for type_, row_id, rev, root_id, body in page.rows
            ],
        )
    generations.advance(connection, copy.no, staged=page.to)


def whole_page(connection: Connection, copy: Copy, page: ScopePage) -> ScopePage:
    """The last page together with what earlier ones left in the stage."""
    if not copy.staged:
        return msgspec.structs.replace(page, rows=_latest(page.rows))
    staged: list[WireRow] = []
    homes: dict[str, int] = {}
    moved: dict[str, tuple[str, int]] = {}
    for line in connection.execute(select(STAGE).where(STAGE.c.generation == copy.no)):
        body = msgspec.Raw(line.body.encode())
        staged.append((line.type, line.id, line.rev, line.root_id, body))
        if line.home_rev:
            homes[line.id] = line.home_rev
        if line.moved_to:
            moved[line.root_id] = (line.moved_to, line.moved_rev)
    connection.execute(delete(STAGE).where(STAGE.c.generation == copy.no))
    return msgspec.structs.replace(
        page,
        rows=_latest([*staged, *page.rows]),
        homes=homes | page.homes,
        moved=moved | page.moved,
    )


def promote(connection: Connection, copy: Copy, last: ScopePage) -> str:
    """Apply the stage and the last page, move the cursor, and lay pending edits over it all.

    Returns the copy's digest as this laptop sums it. All of it is one transaction: no crash
    leaves the cursor ahead of the data, and nobody sees a mixture of two revisions.
    """
    page = whole_page(connection, copy, last)
    foreign = outbox.foreign_keys(connection, copy.scope_id)
    unfolded = outbox.unfold(connection, copy.scope_id, page.to)
    pending = outbox.all_folded_keys(connection)
    coming = {
        _key(row): bulk.mark_bytes(row[0], row[1], row[2], row[4])
        for row in page.rows
        if bytes(row[4]) != bulk.TOMBSTONE
    }
    digest = _digest_after(connection, copy, page.rows, coming)
    unchanged = _unchanged(connection, copy, page.rows, unfolded)
    staying = {_key(row) for row in homes.lingering(connection, copy.no, page.rows, page.moved)}
    plain = [row for row in page.rows if _key(row) not in pending | staying]
    covered = [row for row in page.rows if _key(row) in pending | staying]

    homes.note(connection, copy.no, page.rows, page.homes, foreign)
    bulk.write(connection, copy.no, plain, coming)
    plain_keys = {_key(row) for row in plain}
    visible.drop_shadows(connection, copy.no, plain_keys)
    for row in covered:
        if _key(row) in staying:
            visible.keep_lingering(connection, copy.no, row)
        else:
            visible.set_shadow(connection, copy.no, _key(row), _server_row(row))
    homes.linger(connection, copy.no, [row for row in covered if _key(row) in staying], page.moved)
    generations.advance(connection, copy.no, cursor=page.to, staged=0, digest=digest)
    recomputed: set[RowKey] = (unfolded - plain_keys) | {_key(row) for row in covered}
    roots = visible.recompute(connection, copy.no, recomputed)
    roots |= visible.settle_homes(connection, copy.no, {*map(_key, page.rows), *unfolded})
    roots |= visible.release(connection)
    roots |= {row[3] for row in page.rows if _key(row) not in unchanged}
    mark_stale(connection, roots)
    return digest


def _key(row: WireRow) -> RowKey:
    return row[0], row[1]


def _latest(page_rows: Iterable[WireRow]) -> list[WireRow]:
    """One row a key: a later page's version replaces an earlier one's."""
    return list({(row[0], row[1]): row for row in page_rows}.values())


def _unchanged(
    connection: Connection, copy: Copy, page_rows: Sequence[WireRow], settled: Set[RowKey]
) -> set[RowKey]:
    """Those of our own edits that come back just as they are shown: the rule after a push."""
    coming = {(row[0], row[1]): bytes(row[4]) for row in page_rows if (row[0], row[1]) in settled}
    same = outbox.entries(connection, coming) & coming.keys()
    for type_, ids in by_type(coming.keys() - same).items():
        for row_id, body in bulk.bodies(connection, type_, copy.no, ids):
            if encode_body(body).encode() == coming[type_, row_id]:
                same.add((type_, row_id))
    return same


def _digest_after(
    connection: Connection,
    copy: Copy,
    page_rows: Sequence[WireRow],
    coming: Mapping[RowKey, bytes],
) -> str:
    """The copy's digest once these rows are in it; ``coming`` are the marks of live ones."""
    digest = int(copy.digest or "0", 16)
    shadows = visible.shadow_marks(connection, copy.no)
    for type_, ids in by_type((row[0], row[1]) for row in page_rows).items():
        held = bulk.marks(connection, copy.no, type_, ids)
        for row_id in ids:
            if mark := shadows.get((type_, row_id), held.get(row_id, "")):
                digest = drop_mark(digest, int(mark, 16))
    for mark_bytes in coming.values():
        digest = add_mark(digest, int.from_bytes(mark_bytes))
    return digest_text(digest)


def _server_row(row: WireRow) -> ServerRow:
    _, _, rev, root_id, body = row
    if bytes(body) == bulk.TOMBSTONE:
        return ServerRow(rev, root_id, "", None)
    return ServerRow(rev, root_id, mark_of(row), msgspec.json.decode(body))
