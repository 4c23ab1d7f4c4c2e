"""Where everything stands, read in one snapshot: what a session decides by, and reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, exists, func, or_, select

from sync.schema.canonical import quiet_sum
from sync.store import generations
from sync.store.attachments import State
from sync.store.generations import Copy
from sync.store.outbox import HELD, WAITING
from sync.store.tables import BLOB, GENERATION, LANE, OPERATION, SEALED, STALE, shown


@dataclass(frozen=True)
class LaneState:
    """One lane as this computer knows it. ``next`` is the number that the server expects."""

    next: int
    durable: int
    epoch: str
    waiting: int
    kept: bool


_NO_LANE: Final = LaneState(next=1, durable=0, epoch="", waiting=0, kept=False)


@dataclass(frozen=True)
class Glance:
    """Copies in use by scope, the shown one first; lanes; what waits for somebody.

    ``photos`` counts the attachments whose bytes are here, by how far they have come. ``untidy``
    tells that old copies or due dates wait to be worked on, ``sealed`` that scopes were taken away
    of which something may be left.
    """

    copies: Mapping[str, tuple[Copy, ...]]
    lanes: Mapping[str, LaneState]
    conflicts: int
    held: int
    photos: Mapping[State, int]
    untidy: bool
    sealed: bool

    @property
    def waiting(self) -> dict[str, int]:
        """How many operations wait in each scope's lane; scopes without any are left out."""
        return {scope: lane.waiting for scope, lane in self.lanes.items() if lane.waiting}

    @property
    def heads(self) -> dict[str, int]:
        """The server's revision of each scope, as far as this computer heard of it."""
        return {scope: held[0].head for scope, held in self.copies.items()}

    @property
    def begun_here(self) -> dict[str, int]:
        """Scopes that begin on this computer and are not granted yet, with what waits in each."""
        own = (scope for scope, held in self.copies.items() if any(copy.own for copy in held))
        return {scope: self.waiting.get(scope, 0) for scope in own}

    def epoch_of(self, scope: str) -> str:
        """The server's epoch in which a scope is held."""
        held = self.copies.get(scope, ())
        return held[0].epoch if held else ""

    def cursor_of(self, scope: str) -> int:
        """The revision at which the rows of a scope stand."""
        held = self.copies.get(scope, ())
        return held[0].cursor if held else 0

    def unsure(self, epoch: str) -> frozenset[str]:
        """The lanes with kept receipts of which the server of this ``epoch`` told nothing yet."""
        if not epoch:
            return frozenset()
        return frozenset(
            scope for scope, lane in self.lanes.items() if lane.kept and lane.epoch != epoch
        )

    def at_rest(self, scopes: Sequence[str]) -> tuple[str, list[tuple[int, int]]] | None:
        """The epoch and (cursor, gen) of each scope, if all of them are held and none filled."""
        held = [self.copies.get(scope, ()) for scope in scopes]
        if not all(len(copies) == 1 and _is_whole(copies[0]) for copies in held):
            return None
        epochs = {copies[0].epoch for copies in held}
        epochs |= {self.lanes[scope].epoch for scope in scopes if scope in self.lanes}
        if len(epochs) != 1:
            return None
        return epochs.pop(), [(copies[0].cursor, copies[0].no) for copies in held]

    def quiet_sum(self, epoch: str, scopes: Sequence[str]) -> str:
        """The sum over scopes that the server has no page of; to be equal to its own."""
        lines = []
        for scope in scopes:
            copy, lane = self.copies[scope][0], self.lanes.get(scope, _NO_LANE)
            lines.append((scope, copy.cursor, copy.no, copy.digest, lane.next, lane.durable))
        return quiet_sum(epoch, lines)


def glance(connection: Connection) -> Glance:
    """Look at everything once."""
    copies: dict[str, tuple[Copy, ...]] = {}
    for copy in sorted(generations.copies(connection), key=lambda copy: not copy.shown):
        copies[copy.scope_id] = (*copies.get(copy.scope_id, ()), copy)
    conflicts, held, is_untidy, is_sealed = connection.execute(_counts()).one()
    photos = {State(state): count for state, count in connection.execute(_PHOTOS)}
    lanes = {
        scope: LaneState(lowest or number, durable, epoch, count, bool(is_kept))
        for scope, number, durable, epoch, count, lowest, is_kept in connection.execute(_LANES)
    }
    return Glance(copies, lanes, conflicts, held, photos, bool(is_untidy), bool(is_sealed))


# Made once: making these statements costs more than running them.
_OF_LANE: Final = OPERATION.c.scope_id == LANE.c.scope_id
_PHOTOS: Final = select(BLOB.c.state, func.count()).group_by(BLOB.c.state)
_LANES: Final = select(
    LANE.c.scope_id,
    LANE.c.next_seq,
    LANE.c.durable,
    LANE.c.epoch,
    select(func.count()).where(_OF_LANE, WAITING).scalar_subquery(),
    select(func.min(OPERATION.c.seq)).where(_OF_LANE, WAITING).scalar_subquery(),
    exists().where(_OF_LANE, OPERATION.c.outcome != ""),
)


@cache
def _counts() -> Select[Any]:
    conflicts = shown("conflict")
    still_open = select(func.count()).select_from(conflicts).where(conflicts.c.status == "open")
    held = select(func.count()).select_from(OPERATION).where(HELD)
    given_up = exists(select(GENERATION.c.no).where(GENERATION.c.dropped))
    return select(
        still_open.scalar_subquery(),
        held.scalar_subquery(),
        or_(exists(select(STALE.c.household_id)), given_up),
        exists(select(SEALED.c.scope_id)),
    )


def _is_whole(copy: Copy) -> bool:
    return copy.shown and not copy.staged
