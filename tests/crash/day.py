"""A day on one laptop: saving, sending, receiving, filling a scope anew, in any order."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sync.merge.operation import Outcome
from sync.store import records
from sync.store.echo import entries_of
from sync.store.store import Store
from tests.support.feed import GRID, Feed

PEOPLE: Final = tuple(f"p{number}" for number in range(12))
NAMES: Final = ("王桂兰", "王桂蓝", "李娜", "赵五一")
STEPS: Final = 60
BACKED_UP: Final = 0.4
"""How often what was sent is in every backup by the time that it is answered."""


@dataclass
class Remembering(Feed):
    """A feed that knows what it was at every revision."""

    log: list[tuple[tuple[str, str], dict[str, Any] | None]] = field(default_factory=list)
    safe: set[str] = field(default_factory=set)
    """Operations that it told were durable: a laptop may let go of them."""

    def put(self, type_: str, row_id: str, **body: Any) -> None:
        """Write a row, and remember it."""
        super().put(type_, row_id, **body)
        self.log.append(((type_, row_id), body))

    def remove(self, type_: str, row_id: str) -> None:
        """Leave a tombstone, and remember it."""
        super().remove(type_, row_id)
        self.log.append(((type_, row_id), None))

    def at(self, rev: int) -> dict[tuple[str, str], tuple[int, str]]:
        """What a laptop in step with this held at that revision."""
        past = Feed(self.scope)
        for key, body in self.log[:rev]:
            past.remove(*key) if body is None else past.put(*key, **body)
        return past.live()


@dataclass
class Day:
    """``told`` hears the id of each operation once its saving has returned."""

    store: Store
    feed: Feed
    chance: random.Random
    told: Callable[[str], None]
    sent: set[str] = field(default_factory=set)

    def live(self, steps: int = STEPS) -> None:
        """So many things happen."""
        happenings = (
            *((self._rename,) * 8),
            *((self._note,) * 8),
            *((self._hear,) * 4),
            *((self._send,) * 3),
            *((self._receive,) * 4),
            self._begin_anew,
            self._tidy,
            self._rest,
        )
        for _ in range(steps):
            self.chance.choice(happenings)()

    def _rename(self) -> None:
        person = self.chance.choice(PEOPLE)
        if self.store.reading.find("person", person):
            name = self.chance.choice(NAMES)
            self._save(records.patch("person", person, {"name": name}))

    def _note(self) -> None:
        note = {"household_id": "h1", "text": self.chance.choice(NAMES) * 40}
        self._save(records.append("note", note, scope_id=GRID))

    def _save(self, edit: records.Edit) -> None:
        for op_id in self.store.records.write([edit]).op_ids:
            if op_id:
                self.told(op_id)

    def _hear(self) -> None:
        """Somebody else writes, at the server."""
        for _ in range(self.chance.randint(1, 30)):
            person = self.chance.choice(PEOPLE)
            self.feed.put(
                "person", person, name=self.chance.choice(NAMES), household_id="h1", tags=["dibao"]
            )

    def _send(self) -> None:
        ops = self.store.replica.batch(GRID) if self.store.replica.lanes() else []
        receipts = [self.feed.take(op, self._outcome()) for op in ops]
        if receipts:
            self.sent |= {op.op_id for op in ops}
            if self.chance.random() < BACKED_UP:
                self.feed.durable = self.feed.next_seq - 1
                self.feed.safe |= self.sent
            self.store.replica.acknowledge(self.feed.reply(*receipts), entries_of(ops))

    def _outcome(self) -> Outcome:
        return self.chance.choice((Outcome.APPLIED, Outcome.APPLIED, Outcome.HELD))

    def _receive(self) -> None:
        """One page, of whatever size."""
        (asked,) = self.store.replica.cursors([GRID])
        page = self.feed.page(asked, self.chance.randint(1, 20))
        self.store.replica.apply(page, self.feed.epoch)

    def _begin_anew(self) -> None:
        (asked,) = self.store.replica.cursors([GRID])
        page = self.feed.page(asked)
        page.problem = "reset"
        self.store.replica.apply(page, self.feed.epoch)

    def _tidy(self) -> None:
        self.store.dues.refresh()
        self.store.replica.purge_step()

    def _rest(self) -> None:
        self.store.journal.trim()
        self.store.database.checkpoint()


def begin(store: Store, feed: Feed) -> None:
    """The grid as it is in the morning."""
    for person in PEOPLE:
        feed.put("person", person, name="王桂兰", household_id="h1", tags=["dibao"])
    feed.put("household", "h1", contact="13800001024")
    feed.pull_into(store)
