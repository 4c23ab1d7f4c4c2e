"""Whether this computer's copies equal the server's, and what a session does where they do not."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from sync.engine.line import Line
from sync.errors import NetworkError, NotPermitted, RequestRefused
from sync.identity import parse_stamp, stamp
from sync.store.auditing import total
from sync.store.facts import Facts
from sync.store.feed import Applied
from sync.store.replica import Replica
from sync.store.store import Store
from sync.wire.messages import MOST_BUCKETS

TRY_AGAIN_AFTER: Final = timedelta(days=1)
"""A scope that could not be mended costs a whole copy each time: not with every sync."""

PROVE_EVERY: Final = timedelta(days=7)


class Mended(Enum):
    """What a repair came to."""

    EQUAL = auto()
    MOVED = auto()  # The server is further by now: the news first, and then look again.
    DIFFERS = auto()
    THEIRS = auto()  # The server's own digest is not the sum of its rows: nothing to mend here.
    UNTOLD = auto()  # No answer came: nothing is known, and the next session asks again.


class Comparing:
    """What one session knows of its copies.

    ``settled`` are the scopes it is done with, ``doubtful`` those whose feed was read to its end
    and whose sum differs, ``repairs`` counts how often they were mended row by row.
    """

    def __init__(self, store: Store, line: Line) -> None:
        self._replica = store.replica
        self._line = line
        self._doubts = _Doubts(store.facts, store.clock.now())
        self._filled: Counter[str] = Counter()
        self._untold: set[str] = set()
        self.settled: set[str] = set()
        self.doubtful: set[str] = set()
        self.repairs: Counter[str] = Counter()

    @property
    def differing(self) -> tuple[str, ...]:
        """The scopes that differ and could not be mended."""
        return tuple(sorted({*self._doubts.scopes, *self._untold}))

    def last_try(self, scope: str) -> bool:
        """Whether a copy that is being filled is shown even if it differs once more."""
        return self._filled[scope] > 0

    def note(self, scope: str, applied: Applied) -> None:
        """What a page brought: news are shown first, and mended after that."""
        if applied.equal:
            if applied.done:
                self._settle(scope, equal=True)
        elif not applied.done:
            self._filled[scope] += 1
        elif self._filled[scope] or self._doubts.lately(scope):
            self._settle(scope, equal=False)
        else:
            self.doubtful.add(scope)

    def repair(self, scope: str) -> None:
        """Mend the rows that differ."""
        self.repairs[scope] += 1
        match mend_scope(self._line, self._replica, scope):
            case Mended.MOVED:
                self._look_again(scope)
            case Mended.DIFFERS:
                pass  # Tried again, or taken anew.
            case Mended.UNTOLD:
                self._untold.add(scope)
                self.doubtful.discard(scope)
                self.settled.add(scope)
            case mended:
                self._settle(scope, equal=mended is Mended.EQUAL)

    def take_anew(self, scope: str) -> None:
        """Fill the scope from nothing, once: what comes then is shown."""
        self._replica.refill(scope)
        self._filled[scope] += 1
        self._look_again(scope)

    def prove_one(self, scopes: tuple[str, ...]) -> None:
        """In an idle moment: see that what is stored still is what was received."""
        scope = self._doubts.unproved(scopes)
        if scope in self.settled:
            self._doubts.note_proved(scope)
            if not self._replica.verify_deep(scope) and not self._doubts.lately(scope):
                self.doubtful.add(scope)

    def _look_again(self, scope: str) -> None:
        self.doubtful.discard(scope)
        self.settled.discard(scope)

    def _settle(self, scope: str, *, equal: bool) -> None:
        self.doubtful.discard(scope)
        self.settled.add(scope)
        self._doubts.note(scope, equal=equal)


def mend_scope(line: Line, replica: Replica, scope: str) -> Mended:
    """Compare the parts, fetch the rows of those that differ, and sum up again.

    Operations are never touched, and the sum is always that of the rows which are stored here.
    """
    try:
        return _mend(line, replica, scope)
    except (NotPermitted, RequestRefused):
        # Taken from us meanwhile, or a server that cannot be asked: the feed tells the rest.
        return Mended.DIFFERS
    except NetworkError:
        # The news are in, and a scope in doubt keeps nothing else from its end.
        return Mended.UNTOLD


def _mend(line: Line, replica: Replica, scope: str) -> Mended:
    told = line.ask(lambda client: client.audit(scope))
    proof = replica.prove(scope)
    if proof is None or (proof.epoch, proof.cursor) != (told.epoch, told.head):
        return Mended.MOVED
    if total(told.sums) != told.digest:
        replica.recount(scope)
        return Mended.THEIRS
    pairs = enumerate(zip(proof.sums, told.sums, strict=True))
    parts = [number for number, (ours, theirs) in pairs if ours != theirs]
    if len(parts) > MOST_BUCKETS:
        return Mended.DIFFERS
    if parts and not replica.mend(line.ask(lambda client: client.fetch(scope, parts))):
        return Mended.MOVED
    return Mended.EQUAL if replica.recount(scope) == told.digest else Mended.DIFFERS


class _Doubts:
    """What is known about differing scopes beyond one session, and when each was last proved."""

    def __init__(self, facts: Facts, now: datetime) -> None:
        self._facts = facts
        self._now = now
        self._differing = facts.differing()

    @property
    def scopes(self) -> Collection[str]:
        return self._differing.keys()

    def lately(self, scope: str) -> bool:
        """Whether mending it was tried in vain less than a day ago."""
        tried = self._differing.get(scope, "")
        return bool(tried) and self._now < parse_stamp(tried) + TRY_AGAIN_AFTER

    def note(self, scope: str, *, equal: bool) -> None:
        """How the last comparison with the server's digest ended."""
        if equal:
            if self._differing.pop(scope, None) is not None:
                self._facts.set_differing(self._differing)
        elif not self.lately(scope):
            self._differing[scope] = stamp(self._now)
            self._facts.set_differing(self._differing)

    def unproved(self, scopes: tuple[str, ...]) -> str:
        """The scope whose rows are to be summed up again next; empty where none is due.

        One that was never seen is proved by its first copy, so its time begins now.
        """
        proved = self._facts.proved()
        known = {scope: proved.get(scope, stamp(self._now)) for scope in scopes}
        if known != proved:
            self._facts.set_proved(known)
        oldest = min(known, key=lambda scope: known[scope], default="")
        due = oldest and parse_stamp(known[oldest]) + PROVE_EVERY <= self._now
        return oldest if due else ""

    def note_proved(self, scope: str) -> None:
        self._facts.set_proved({**self._facts.proved(), scope: stamp(self._now)})
