"""Bringing pages of the feed into shown copies: rows, cursors and what people see, in one step."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, delete, insert, select

from sync.schema.canonical import add_mark, digest_text, drop_mark, encode_body
from sync.store import bulk, generations, homes, outbox, visible
from sync.store.bulk import Place, by_type, mark_of
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
    generations.advance(connection, copy.no, staged=page.to, head=page.head)


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


def promote(connection: Connection, news: Sequence[tuple[Copy, ScopePage]]) -> list[str]:
    """Apply the stages and the last pages of some copies, move their cursors, and lay pending edits
    over it all.

    Returns the copies' digests as this laptop sums them. All of it is one transaction: no crash
    leaves a cursor ahead of the data, and nobody sees a mixture of two revisions.
    """
    if not news:
        return []
    whole = [_News(copy, whole_page(connection, copy, last)) for copy, last in news]
    lanes = outbox.lanes_by_row(connection)
    if len(whole) > 1 and (homes.any_known(connection) or any(_moves(one, lanes) for one in whole)):
        # Rows between two scopes: where one copy's are shown depends on what the others hold.
        for one in whole:
            _apply(connection, [one], outbox.lanes_by_row(connection))
    else:
        _apply(connection, whole, lanes)
    return [one.digest for one in whole]


@dataclass
class _News:
    """A copy and what comes for it, with what is found out on the way.

    ``unfolded`` are the rows of our own edits that it contains, ``plain`` its rows on which nothing
    is pending, ``covered`` the others, and ``staying`` those of them that linger after a move, with
    the ``counts`` of those that had moved before.
    """

    copy: Copy
    page: ScopePage
    digest: str = ""
    unfolded: set[RowKey] = field(default_factory=set)
    staying: set[RowKey] = field(default_factory=set)
    counts: dict[RowKey, int] = field(default_factory=dict)
    elsewhere: set[RowKey] = field(default_factory=set)
    plain: list[WireRow] = field(default_factory=list)
    covered: list[WireRow] = field(default_factory=list)

    @property
    def no(self) -> int:
        return self.copy.no

    def place(self, row: WireRow) -> Place:
        return self.copy.no, row[0], row[1]


def _moves(one: _News, lanes: Mapping[RowKey, Set[str]]) -> bool:
    """Whether rows came that live in two scopes, or that another scope's edits are about."""
    return bool(one.page.homes or one.page.moved or _awaited(one, lanes))


def _awaited(one: _News, lanes: Mapping[RowKey, Set[str]]) -> set[RowKey]:
    if not lanes:
        return set()
    own = {one.copy.scope_id}
    return {key for key in map(_key, one.page.rows) if lanes.get(key, own) - own}


def _gone_below_others(one: _News, pending: Mapping[RowKey, Set[str]]) -> set[RowKey]:
    """Removed rows on which edits of other lanes alone are pending: these are shown where their
    lane is, and nothing of them here, where nobody would take it away again."""
    if not pending:
        return set()
    gone = {_key(row) for row in one.page.rows if bytes(row[4]) == bulk.TOMBSTONE}
    here = {one.copy.scope_id}
    return {key for key in gone - one.staying if key in pending and not pending[key] & here}


def _apply(connection: Connection, news: Sequence[_News], lanes: Mapping[RowKey, Set[str]]) -> None:
    pending = lanes
    unfolded: dict[str, set[RowKey]] = {}
    if pending:
        reached = {one.copy.scope_id: one.page.to for one in news}
        unfolded = outbox.unfold(connection, reached)
        for one in news:
            one.unfolded = unfolded.pop(one.copy.scope_id, set())
        pending = outbox.lanes_by_row(connection)
    coming = {
        one.place(row): bulk.mark_bytes(row[0], row[1], row[2], row[4])
        for one in news
        for row in one.page.rows
        if bytes(row[4]) != bulk.TOMBSTONE
    }
    shadows = visible.shadow_marks(connection, [one.no for one in news])
    _sum_up(connection, news, coming, shadows)
    unchanged = _unchanged(connection, news)
    for one in news:
        left = homes.lingering(connection, one.no, one.page.rows, one.page.moved)
        one.staying = {_key(row) for row in left}
        one.counts = homes.counts_of(connection, one.no, left)
        one.elsewhere = _gone_below_others(one, pending)
        beside = (pending.keys() | one.staying) - one.elsewhere
        for row in one.page.rows:
            (one.covered if beside and _key(row) in beside else one.plain).append(row)
        homes.note(connection, one.no, one.page.rows, one.page.homes, _awaited(one, lanes))
    bulk.write(connection, [(one.no, row) for one in news for row in one.plain], coming)
    if shadows:
        plain = {one.place(row) for one in news for row in one.plain} & shadows.keys()
        visible.drop_shadows(connection, plain)
    for one in news:
        _cover(connection, one)
    generations.reach(
        connection, [(one.no, one.page.to, one.page.head, one.digest) for one in news]
    )
    roots = _show(connection, news) | visible.recompute_in(connection, unfolded)
    roots |= {
        row[3]
        for one in news
        for row in one.page.rows
        if not unchanged or one.place(row) not in unchanged
    }
    mark_stale(connection, roots)


def _cover(connection: Connection, one: _News) -> None:
    """Keep the rows that something is pending on beside what people see."""
    for row in one.covered:
        if _key(row) in one.staying:
            visible.keep_lingering(connection, one.no, row)
        else:
            visible.set_shadow(connection, one.no, _key(row), _server_row(row))
    left = [row for row in one.covered if _key(row) in one.staying]
    homes.linger(connection, one.no, left, one.page.moved, one.counts)


def _show(connection: Connection, news: Sequence[_News]) -> set[str]:
    """Work out what people see of all that was touched; the roots of it."""
    roots: set[str] = set()
    any_moved = homes.any_known(connection)
    for one in news:
        recomputed = one.unfolded - {_key(row) for row in one.plain}
        recomputed |= {_key(row) for row in one.covered}
        roots |= visible.recompute(connection, one.no, recomputed)
        if any_moved:
            keys = {*map(_key, one.page.rows), *one.unfolded}
            roots |= visible.settle_homes(connection, one.no, keys)
        roots |= _show_in_lanes(connection, one.elsewhere)
    return roots | visible.release(connection)


def _show_in_lanes(connection: Connection, keys: Set[RowKey]) -> set[str]:
    """Show edits of rows that are gone where they were written. Returns the roots touched."""
    roots: set[str] = set()
    lanes = outbox.lanes_by_row(connection) if keys else {}
    for key in keys:
        for scope_id in sorted(lanes.get(key, ())):
            copy = generations.shown_copy(connection, scope_id)
            if copy is not None:
                visible.capture(connection, copy.no, [key])
                roots |= visible.recompute(connection, copy.no, [key])
    return roots


def _key(row: WireRow) -> RowKey:
    return row[0], row[1]


def _latest(page_rows: Iterable[WireRow]) -> list[WireRow]:
    """One row a key: a later page's version replaces an earlier one's."""
    return list({(row[0], row[1]): row for row in page_rows}.values())


def _unchanged(connection: Connection, news: Sequence[_News]) -> set[Place]:
    """Those of our own edits that come back just as they are shown: the rule after a push."""
    coming = {
        one.place(row): bytes(row[4])
        for one in news
        if one.unfolded
        for row in one.page.rows
        if _key(row) in one.unfolded
    }
    if not coming:
        return set()
    entries = outbox.entries(connection, {place[1:] for place in coming})
    same = {place for place in coming if place[1:] in entries}
    for no in {place[0] for place in coming.keys() - same}:
        others = by_type(place[1:] for place in coming.keys() - same if place[0] == no)
        for type_, ids in others.items():
            for row_id, body in bulk.bodies(connection, type_, no, ids):
                if encode_body(body).encode() == coming[no, type_, row_id]:
                    same.add((no, type_, row_id))
    return same


def _sum_up(
    connection: Connection,
    news: Sequence[_News],
    coming: Mapping[Place, bytes],
    shadows: Mapping[Place, str],
) -> None:
    """The copies' digests once these rows are in them; ``coming`` are the marks of live ones."""
    held: dict[Place, str] = {}
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in news:
        for row in one.page.rows:
            places[row[0]].append((one.no, row[1]))
    for type_, asked in places.items():
        for (no, row_id), mark in bulk.marks(connection, type_, asked).items():
            held[no, type_, row_id] = mark
    for one in news:
        digest = int(one.copy.digest or "0", 16)
        for place in map(one.place, one.page.rows):
            if mark := shadows.get(place, held.get(place, "")):
                digest = drop_mark(digest, int(mark, 16))
            if place in coming:
                digest = add_mark(digest, int.from_bytes(coming[place]))
        one.digest = digest_text(digest)


def _server_row(row: WireRow) -> ServerRow:
    _, _, rev, root_id, body = row
    if bytes(body) == bulk.TOMBSTONE:
        return ServerRow(rev, root_id, "", None)
    return ServerRow(rev, root_id, mark_of(row), msgspec.json.decode(body))
