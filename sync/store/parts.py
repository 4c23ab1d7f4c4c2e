"""Copies that come as a snapshot: begun by an offer, filled part by part, shown with the last."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import Connection

from sync.store import feed, filling, generations, receipts
from sync.store.database import Database
from sync.store.feed import Applied
from sync.store.filling import Section, Stand
from sync.store.generations import Copy
from sync.wire.messages import ScopePage

TURN_S: Final = 0.5
"""Seconds after which a transaction that fills a copy ends, with the section it is at; sooner if
somebody waits to write. Each costs writing the same pages of the indexes once more: a part in one
of them is a tenth cheaper than in three."""


class Parts:
    """The engine's side of snapshots. Every method is one or more small transactions."""

    def __init__(self, database: Database, monotonic: Callable[[], float]) -> None:
        """``monotonic`` tells seconds: who fills a copy gives way after a few of its moments."""
        self._database = database
        self._monotonic = monotonic

    def begin(self, pages: Sequence[ScopePage], epoch: str) -> set[str]:
        """Begin with the snapshots that are offered, in one transaction; the scopes of those.

        Whoever asks for their parts next need not wait for what else the reply brings.
        """
        offered = [page for page in pages if page.snapshot is not None]
        if not offered:
            return set()
        with self._database.reading() as connection:
            copies = {copy.no: copy for copy in generations.copies(connection)}
        fresh = [
            (copy, page)
            for page in offered
            if (copy := copies.get(page.gen)) is not None
            and feed.place_of(copy) == (page.scope, page.epoch, page.cursor)
            and not (
                page.problem or page.done or copy.shown or feed.starts_again(copy, page, epoch)
            )
        ]
        if fresh:
            with self._database.filling() as connection:
                for copy, page in fresh:
                    _begin(connection, copy, page, epoch)
        return {page.scope for _, page in fresh}

    def stands(self) -> list[Stand]:
        """The copies that wait for parts of a snapshot, and how far they are."""
        with self._database.reading() as connection:
            return filling.stands(connection)

    def fill(self, stand: Stand, number: int, sections: Sequence[Section]) -> Applied:
        """Bring in one part, or what is missing of it, in transactions of :data:`TURN_S`.

        With the last one the copy is shown, if nothing is shown of this scope yet and the sum is
        the one that was offered; ``done`` tells that the server has no more either.
        """
        skipped = stand.sections if number == stand.parts else 0
        waiting = deque(sections[skipped:])
        while True:
            with self._database.filling() as connection:
                written = list(self._for_a_turn(connection, stand, waiting))
                filling.count_in(connection, stand.generation, written)
                if not waiting:
                    filling.end_part(connection, stand, number)
                    is_last = number + 1 == len(stand.offer.parts)
                    return _show_first(connection, stand) if is_last else Applied()

    def _for_a_turn(
        self, connection: Connection, stand: Stand, waiting: deque[Section]
    ) -> Iterator[Section]:
        until = self._monotonic() + TURN_S
        while waiting:
            filling.bring_in(connection, stand, waiting[0])
            yield waiting.popleft()
            if self._monotonic() >= until or self._database.somebody_waits:
                return


def _begin(connection: Connection, copy: Copy, page: ScopePage, epoch: str) -> None:
    assert page.snapshot is not None
    if copy.digest and not filling.has_begun(connection, copy.no):
        # Rows of a feed that broke off: a snapshot begins with nothing.
        generations.start_over(connection, page.scope)
        return
    receipts.note_lane(connection, page.scope, page.lane, epoch)
    filling.begin(connection, copy.no, page.snapshot)
    generations.advance(connection, copy.no, head=page.head, epoch=epoch)


def _show_first(connection: Connection, stand: Stand) -> Applied:
    filled = generations.numbered(connection, stand.generation)
    if filled is None or generations.shown_copy(connection, stand.scope_id) is not None:
        return Applied()
    if filled.head - filled.cursor > feed.MOST_PROMOTED:
        return Applied()  # The feed fills it on; a shown one so far behind would be filled anew.
    if filled.digest != stand.offer.digest:
        return Applied()  # Not offered, or wrong: the digest at the end of the feed decides.
    generations.flip(connection, filled)
    return Applied(done=filled.cursor == filled.head)
