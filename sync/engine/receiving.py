"""Bringing news in: asked for by place where everything granted is at rest, else by name."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Final

from sync.engine.comparing import Comparing
from sync.engine.line import Line
from sync.engine.parts import Ready, fetched
from sync.errors import RequestRefused
from sync.i18n import N_
from sync.progress import Progress
from sync.store.facts import Grants
from sync.store.feed import Applied
from sync.store.filling import Stand
from sync.store.glance import Glance
from sync.store.store import Store
from sync.wire.messages import DEFAULT_PAGE_ROWS, PullReply, PullRequest, PushReply, ScopePage

RECEIVING: Final = N_("Receiving")
MOST_CARRIED: Final = DEFAULT_PAGE_ROWS
"""Rows of one scope that a courier brings at once (about 100 ms): to fill the scope anew instead
would take another journey."""

MOST_FRUITLESS: Final = 5
"""Pulls in a row that brought nothing: a server that never says done must not hold a session."""


class Receiving:
    """What one session received.

    ``pulled`` counts rows, ``revoked`` tells that a scope was taken away, and ``seen`` is where the
    store stands after the last pull, if that was looked at.
    """

    def __init__(
        self,
        store: Store,
        line: Line,
        comparing: Comparing,
        progress: Progress,
        *,
        carried: bool,
    ) -> None:
        """``carried``: what comes stands in a file, and what is not used is not to be had soon."""
        self._store = store
        self._most = MOST_CARRIED if carried else None
        self._line = line
        self._comparing = comparing
        self._progress = progress
        self._by_name = False
        self._fruitless = 0
        self.pulled = 0
        self.revoked = False
        self.seen: Glance | None = None

    def pull(self, scopes: tuple[str, ...], grants: Grants, glance: Glance) -> PullReply:
        """Ask for the next page of each scope and bring them in."""
        request = self._request(scopes, grants, glance)
        reply = self._line.ask(lambda client: client.pull(request))
        last_tries = {scope for scope in scopes if self._comparing.last_try(scope)}
        if request.scopes:
            fruits = self._bring_in(reply, last_tries)
        else:
            fruits = self._apply(reply.scopes, reply.epoch, last_tries)
            self.seen = self._store.replica.glance()
            fruits += self._note_quiet(self.seen, scopes, reply)
        self._fruitless = 0 if fruits else self._fruitless + 1
        if self._fruitless > MOST_FRUITLESS:
            raise RequestRefused(reason="sync.fruitless")
        return reply

    def note_sent(self, scopes: tuple[str, ...], seen: Glance, reply: PushReply) -> None:
        """Whether nothing is left to ask for after a push: every copy is equal to the server's by
        the sum that came with the receipts. What waits still may change them."""
        at_rest = seen.at_rest(scopes)
        if seen.waiting or at_rest is None or at_rest[0] != reply.epoch:
            return
        if reply.quiet and reply.quiet == seen.quiet_sum(reply.epoch, scopes):
            for scope in scopes:
                self._comparing.note(scope, Applied(done=True))

    def _apply(self, pages: Sequence[ScopePage], epoch: str, last_tries: Set[str]) -> int:
        came = self._store.replica.apply_all(pages, epoch, last_tries, self._most)
        return sum(self._note(page, applied) for page, applied in came)

    def _bring_in(self, reply: PullReply, last_tries: Set[str]) -> int:
        """Bring in the pages and the snapshots that the server offered, whose first parts are on
        their way meanwhile; how much came.

        Due dates wait until all is in: worked out beside this, they held the interpreter and the
        turn to write, and the result was told a third later without their own end coming sooner.
        """
        self.seen = None
        begun = self._store.parts.begin(reply.scopes, reply.epoch)
        offered = self._store.parts.stands() if begun else []
        found = [one for one in offered if one.scope_id in begun]
        # The smallest first: while it is brought in, the larger ones are unpacked.
        found.sort(key=lambda one: one.offer.bytes)
        stands = {stand.generation: stand for stand in found}
        wanted = [part for stand in stands.values() for part in stand.wanted()]
        with fetched(self._line, wanted) as parts:
            pages = [page for page in reply.scopes if page.scope not in begun]
            fruits = self._apply(pages, reply.epoch, last_tries)
            return fruits + self._fill(parts, stands)

    def _request(self, scopes: tuple[str, ...], grants: Grants, glance: Glance) -> PullRequest:
        request = PullRequest(
            client=self._store.account.client_id,
            grant_rev=grants.grant_rev,
            limit=DEFAULT_PAGE_ROWS,
        )
        # Of a scope that is known to differ the sum would not fit either.
        by_name = self._by_name or self._comparing.differing or scopes != grants.scopes
        at_rest = None if by_name else glance.at_rest(scopes)
        if at_rest is not None:
            request.epoch, request.held = at_rest
            return request
        request.scopes = self._store.replica.cursors(scopes)
        # A copy that came out wrong is read row by row the next time.
        request.snapshots = not any(map(self._comparing.last_try, scopes))
        return request

    def _note(self, page: ScopePage, applied: Applied) -> int:
        self.pulled += applied.rows
        self.revoked = self.revoked or applied.revoked
        self._comparing.note(page.scope, applied)
        # How many rows may still come: revisions that were written over do not.
        ahead = max(0, page.head - page.to)
        self._progress(RECEIVING, self.pulled, self.pulled + ahead)
        return applied.rows + applied.done

    def _note_quiet(self, seen: Glance, scopes: tuple[str, ...], reply: PullReply) -> int:
        """Whether the scopes without a page are equal to the server's, by one sum over all."""
        told = {page.scope for page in reply.scopes}
        quiet = [scope for scope in scopes if scope not in told]
        if not reply.quiet or reply.quiet != seen.quiet_sum(reply.epoch, quiet):
            # Asked again by name, each scope answers for itself.
            self._by_name = True
            return 0
        for scope in quiet:
            self._comparing.note(scope, Applied(done=True))
        return len(quiet)

    def _fill(self, parts: Iterator[Ready], stands: Mapping[int, Stand]) -> int:
        """Bring in the parts that were wanted; how many came."""
        rows = sum(stand.rows for stand in stands.values())
        in_all = sum(stand.offer.rows for stand in stands.values())
        fruits = 0
        for part, sections in parts:
            if sections is None:
                self._store.replica.refill(part.scope_id)
                continue
            applied = self._store.parts.fill(stands[part.generation], part.number, sections)
            self._comparing.note(part.scope_id, applied)
            fruits += 1
            came = sum(section.rows for section in sections)
            rows += came
            self.pulled += came
            self._progress(RECEIVING, rows, in_all)
        return fruits
