"""What the server says, applied to this store: pages, receipts, lanes and copies of scopes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from sync.merge.operation import Op, decode_op
from sync.schema.canonical import EMPTY_DIGEST, digest_text
from sync.store import (
    auditing,
    bulk,
    feed,
    filling,
    generations,
    homes,
    lanes,
    outbox,
    promote,
    receipts,
    sealing,
    sendable,
    visible,
)
from sync.store.auditing import Proof
from sync.store.database import Database
from sync.store.derived import mark_stale
from sync.store.echo import Entry
from sync.store.edit_journal import EditJournal
from sync.store.feed import Applied
from sync.store.generations import Copy
from sync.store.glance import Glance, glance
from sync.store.in_place import NotAsWritten
from sync.store.outbox import RowKey
from sync.store.parts import Parts
from sync.store.sendable import Waiting
from sync.store.unfinished import Unfinished
from sync.wire.messages import (
    PushReply,
    RowsReply,
    ScopeCursor,
    ScopePage,
)

EMPTY_TEXT: Final = digest_text(EMPTY_DIGEST)
_NO_ENTRIES: Final[Mapping[str, Entry]] = MappingProxyType({})


class Replica:
    """The engine's side of a store. Every method is one or more small transactions."""

    def __init__(
        self,
        database: Database,
        parts: Parts,
        unfinished: Unfinished,
        journal: EditJournal,
    ) -> None:
        """``parts`` takes the pages that offer a snapshot."""
        self._database = database
        self._parts = parts
        self._unfinished = unfinished
        self._journal = journal
        self._glance: tuple[int, Glance] | None = None

    def glance(self) -> Glance:
        """Where everything stands now; looked at anew where anything was written since."""
        writes = self._database.writes
        if self._glance is None or self._glance[0] != writes:
            with self._database.looking_back() as connection:
                self._glance = writes, glance(connection)
        return self._glance[1]

    # --- Copies of scopes ------------------------------------------------------------------

    def copies(self) -> list[Copy]:
        """The copies in use."""
        with self._database.reading() as connection:
            return generations.copies(connection)

    def grant(self, scopes: Iterable[str]) -> None:
        """Make sure that there is a copy of each of these scopes, empty ones included."""
        held = {copy.scope_id for copy in self.copies()}
        missing = [scope_id for scope_id in scopes if scope_id not in held]
        if missing:
            with self._database.writing() as connection:
                sealing.unseal(connection, missing)
                generations.open_copies(connection, missing)

    def refill(self, scope_id: str) -> None:
        """Fill the scope anew from nothing. What is shown stays shown until that is done."""
        with self._database.writing() as connection:
            generations.start_over(connection, scope_id)

    def revoke(self, scope_id: str) -> None:
        """The scope is no longer ours: nobody sees it from now on. Its operations stay until
        they are sent (``sealing``), and what was begun in it becomes one."""
        with self._journal.saving() as (connection, entries):
            sealing.seal(connection, scope_id)
            for copy in generations.copies(connection):
                if copy.scope_id == scope_id:
                    if copy.shown:
                        self._unfinished.hand_over(connection, copy.no, scope_id, entries)
                    generations.give_up(connection, copy.no)
            outbox.unfold_home(connection, scope_id)
            mark_stale(connection, visible.release(connection))

    def purge_step(self) -> bool:
        """Remove a little of what was given up. False once there is nothing left."""
        with self._database.reading() as connection:
            if not generations.has_dropped(connection):
                return False
        with self._database.filling() as connection:
            return generations.purge_step(connection)

    def cursors(self, scopes: Iterable[str]) -> list[ScopeCursor]:
        """Where to ask each scope's feed from: a copy that is being filled, else the shown one."""
        asked = {copy.scope_id: copy for copy in self.copies()}
        return [
            ScopeCursor(scope=copy.scope_id, epoch=copy.epoch, cursor=copy.position, gen=copy.no)
            for scope_id in scopes
            if (copy := asked.get(scope_id)) is not None
        ]

    # --- Pages -----------------------------------------------------------------------------

    def apply(self, page: ScopePage, epoch: str, *, last_try: bool = False) -> Applied:
        """Bring one scope's page in, as :meth:`apply_all`."""
        ((_, applied),) = self.apply_all([page], epoch, {page.scope} if last_try else set())
        return applied

    def apply_all(
        self,
        pages: Sequence[ScopePage],
        epoch: str,
        last_tries: Set[str] = frozenset(),
        most_promoted: int | None = None,
    ) -> Iterator[tuple[ScopePage, Applied]]:
        """Bring the pages of a reply in, with what came of each; ``epoch`` is the reply's.

        A page that does not answer its copy's present position is dropped: it is an echo of an
        earlier request. A copy that was filled and differs is filled anew; of the ``last_tries``
        it is shown as it came, because news that are in doubt are better than none. News for
        copies that are shown come in together, about :data:`~sync.store.bulk.BATCH_ROWS` rows in a
        transaction; a copy that is more than ``most_promoted`` behind is filled anew.
        """
        if not pages:
            return
        most = feed.MOST_PROMOTED if most_promoted is None else most_promoted
        with self._database.reading() as connection:
            copies = {copy.no: copy for copy in generations.copies(connection)}
            here = lanes.lanes_here(connection)
        together: dict[int, tuple[Copy, ScopePage]] = {}
        rows_together = 0
        begun = self._parts.begin(pages, epoch)
        for page in pages:
            if page.scope in begun:
                yield page, Applied()
                continue
            copy = copies.get(page.gen)
            lane = here.get(page.scope)
            told_more = lane is not None and lane.is_told_more(page.lane, epoch)
            if copy is not None and not told_more and feed.is_quiet(copy, page, epoch):
                yield page, Applied(done=True)
            elif copy is None or not feed.is_news(copy, page, epoch, most):
                yield page, self._bring_in(copy, page, epoch, page.scope in last_tries)
            else:
                rows_together += len(page.rows)
                if together and (copy.no in together or rows_together > bulk.BATCH_ROWS):
                    yield from self._promote(together.values(), epoch)
                    together, rows_together = {}, len(page.rows)
                together[copy.no] = copy, page
        if together:
            yield from self._promote(together.values(), epoch)

    def _bring_in(self, copy: Copy | None, page: ScopePage, epoch: str, last_try: bool) -> Applied:
        """What is no news for a copy that is shown."""
        if copy is None or feed.place_of(copy) != (page.scope, page.epoch, page.cursor):
            return Applied(stale=True)
        if page.problem == feed.REVOKED:
            self.revoke(page.scope)
            with self._database.writing() as connection:
                receipts.note_lane(connection, page.scope, page.lane, epoch)
            return Applied(revoked=True, done=True)
        if copy.shown or feed.starts_again(copy, page, epoch):
            self.refill(page.scope)
            return Applied()
        return self._fill(copy, page, epoch, last_try)

    def _fill(self, copy: Copy, page: ScopePage, epoch: str, last_try: bool) -> Applied:
        for batch in bulk.batches(page.rows):
            with self._database.filling() as connection:
                filling.forget(connection, copy.no)
                filling.write_rows(connection, copy.no, batch)
                homes.note(connection, copy.no, batch, page.homes)
        # The cursor last: after a kill the page is fetched and written over itself again.
        with self._database.filling() as connection:
            receipts.note_lane(connection, page.scope, page.lane, epoch)
            generations.advance(connection, copy.no, cursor=page.to, head=page.head, epoch=epoch)
            if page.done:
                return self._show(connection, copy.no, page, last_try)
        return Applied(rows=len(page.rows))

    def _show(self, connection: Connection, no: int, page: ScopePage, last_try: bool) -> Applied:
        """Show a copy whose feed is at its end, if what was summed up over it is right.

        Losing this to a power cut costs asking again; the next save makes it durable with itself.
        """
        filled = generations.numbered(connection, no)
        if filled is None:
            return Applied(stale=True)
        digest = filled.digest or EMPTY_TEXT
        equal = digest == page.digest
        if not equal and not last_try:
            generations.start_over(connection, page.scope)
            return Applied(rows=len(page.rows), equal=False)
        generations.advance(connection, no, digest=digest)
        generations.flip(connection, filled)
        return Applied(rows=len(page.rows), done=True, equal=equal)

    def _promote(
        self, news: Iterable[tuple[Copy, ScopePage]], epoch: str
    ) -> list[tuple[ScopePage, Applied]]:
        applied: list[tuple[ScopePage, Applied]] = []
        with self._database.writing() as connection:
            # The copies as they are now: a person may have saved since they were looked at.
            copies = {copy.no: copy for copy in generations.copies(connection)}
            last: list[tuple[Copy, ScopePage]] = []
            for copy, page in news:
                now = copies.get(copy.no)
                if now is None or feed.place_of(now) != (page.scope, page.epoch, page.cursor):
                    applied.append((page, Applied(stale=True)))
                elif page.done:
                    last.append((now, page))
                else:
                    promote.stage(connection, now, page)
                    applied.append((page, Applied(rows=len(page.rows))))
            fresh = [page for page, one in applied if not one.stale] + [page for _, page in last]
            receipts.note_lanes(connection, [(page.scope, page.lane, epoch) for page in fresh])
            for (_, page), digest in zip(last, promote.promote(connection, last), strict=True):
                equal = digest == page.digest
                applied.append((page, Applied(rows=len(page.rows), done=True, equal=equal)))
        return applied

    # --- Operations --------------------------------------------------------------------------

    def lanes(self) -> dict[str, int]:
        """How many operations wait in each scope's lane."""
        with self._database.reading() as connection:
            return sendable.lanes(connection)

    def waiting(self, scope_id: str, after: int = 0) -> list[Waiting]:
        """The next operations of a lane, as many as one request carries; those beyond the number
        ``after``."""
        with self._database.reading() as connection:
            return sendable.batch(connection, scope_id, after)

    def waiting_together(self, scopes: Collection[str]) -> dict[str, list[Waiting]]:
        """The next operations of each lane, of as many lanes as one request carries."""
        with self._database.looking_back() as connection:
            return sendable.batches(connection, scopes)

    def batch(self, scope_id: str, after: int = 0) -> list[Op]:
        """The same, read."""
        return [decode_op(each.raw) for each in self.waiting(scope_id, after)]

    def first_waiting(self, scopes: Iterable[str]) -> dict[str, str]:
        """The id of the operation with which each lane's next batch begins, where one waits."""
        asked = list(scopes)
        if not asked:
            return {}
        with self._database.reading() as connection:
            return sendable.first_waiting(connection, asked)

    def acknowledge(self, reply: PushReply, entries: Mapping[str, Entry] = _NO_ENTRIES) -> None:
        """Store a push's receipts, and show what the server's rows contain already.

        The ``entries`` of our own among what was sent become the server's rows by their receipts,
        where they are all that is new. None of them, where an answer to a pull is on its way that
        names the old cursor.
        """
        try:
            self._acknowledge(reply, entries, as_written=True)
        except NotAsWritten:
            self._acknowledge(reply, entries, as_written=False)

    def _acknowledge(
        self, reply: PushReply, entries: Mapping[str, Entry], *, as_written: bool
    ) -> None:
        with self._database.writing() as connection:
            receipts.acknowledge(connection, reply, entries, as_written=as_written)
            # While its pages are at hand: a reader would have to unlock each of them anew.
            found = self._database.writes + 1, glance(connection)
        self._glance = found

    def postpone(self, scope_id: str, op_id: str) -> None:
        """Let the rest of a lane go before an operation that does not get through."""
        with self._database.writing() as connection:
            lanes.postpone(connection, scope_id, op_id)

    # --- Proof -------------------------------------------------------------------------------

    def server_rows(self, scope_id: str) -> dict[RowKey, tuple[int, str]]:
        """The server's rows of a scope as this store holds them: (rev, canonical body) each."""
        with self._database.reading() as connection:
            copy = generations.shown_copy(connection, scope_id)
            return {} if copy is None else auditing.server_rows(connection, copy.no)

    def prove(self, scope_id: str) -> Proof | None:
        """What the stored rows of a scope sum up to, part by part; nothing where none is shown."""
        return auditing.prove(self._database, scope_id)

    def verify_deep(self, scope_id: str) -> bool:
        """Sum a scope up again from its stored rows, and compare with the sum kept beside them."""
        proof = self.prove(scope_id)
        return proof is None or proof.digest == proof.kept

    def mend(self, told: RowsReply) -> bool:
        """Put the server's rows in place of those that differ. False where the copy moved on."""
        return auditing.mend(self._database, told)

    def recount(self, scope_id: str) -> str:
        """Keep the sum of the stored rows as the scope's own from now on; what it is."""
        return auditing.recount(self._database, scope_id)
