"""Exchanges that end at each of their bytes, on the way there and on the way back.

Seven things that a laptop sends, each with the greeting, the push, the pull and the word of the
computer's state that go with it, but where the push of an entry spares the pull: twenty exchanges,
cut both ways. After each cut the laptop calls again; at the end the server has each operation once.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count as counting_from
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from sync.errors import DoorstepError
from sync.identity import Clock, SystemClock
from sync.server.checking import check_store
from sync.server.tables import RECEIPT
from sync.store import records
from sync.store.records import Edit
from tests.support.laptops import TestLaptop, enrolled
from tests.support.line import Accident, Line, Way
from tests.support.server import RunningServer, running_server

REQUESTS = (b"/v1/hello", b"/v1/push", b"/v1/pull", b"/v1/device-state")
_FAR = 1 << 40


@dataclass
class Counting(Accident):
    """An accident that never happens, and counts the bytes that pass from its request on."""

    @property
    def seen(self) -> int:
        """So many passed."""
        return self._seen


@dataclass(frozen=True)
class Exchange:
    """One of them: what is sent, in which request, which way, and how long it is in bytes."""

    work: int
    request: bytes
    way: Way
    length: int

    @property
    def words(self) -> str:
        """As a fault names it."""
        return f"work {self.work}, {self.request.decode()} {self.way.value}"


@dataclass
class _Ground:
    server: RunningServer
    line: Line
    laptop: TestLaptop
    grid: str
    told: list[str] = field(default_factory=list)

    def do(self, work: int) -> None:
        """One of these things, which every sync after it carries."""
        edits = _WORKS[work](self.grid)
        self.told += self.laptop.store.records.write(edits).op_ids

    def sync(self) -> None:
        with suppress(DoorstepError):
            self.laptop.sync()


def _note(grid: str) -> list[Edit]:
    return [records.append("note", {"household_id": "h1", "text": "说卫生间地滑"}, scope_id=grid)]


def _visit(grid: str) -> list[Edit]:
    told = {"household_id": "h1", "result": "met", "started_at": "2026-06-18T02:00:00Z"}
    return [records.append("visit", told, scope_id=grid)]


def _home(grid: str) -> list[Edit]:
    return [records.create("household", {"contact": "13800001024"}, scope_id=grid)]


def _person(grid: str) -> list[Edit]:
    return [records.create("person", {"household_id": "h1", "name": "王桂兰"}, scope_id=grid)]


def _phone(_grid: str) -> list[Edit]:
    return [records.patch("household", "h1", {"contact": f"138{next(_NUMBERS):08}"})]


def _several(grid: str) -> list[Edit]:
    return [edit for _ in range(5) for edit in _note(grid)]


def _long(grid: str) -> list[Edit]:
    return [records.append("note", {"household_id": "h1", "text": "长" * 400}, scope_id=grid)]


_NUMBERS: Final = counting_from(1)
"""Each edit writes another number than the one before."""
_WORKS: tuple[Callable[[str], list[Edit]], ...] = (
    _note,
    _visit,
    _home,
    _several,
    _long,
    _person,
    _phone,
)


def cut_exchanges(folder: Path, count: int, seed: int, every: int = 1) -> dict[str, Any]:
    """``count`` cuts, the ``seed``-th portion of all there are: each exchange at every byte, or at
    each ``every``-th. Told are operations that came never or twice."""
    faults: list[str] = []
    done = struck = 0
    with _ground(folder, SystemClock()) as there:
        exchanges = list(_measured(there))
        cuts = [(one, after) for one in exchanges for after in range(0, one.length, every)]
        begin = (seed - 1) * count
        for one, after in cuts[begin : begin + count]:
            there.do(one.work)
            accident = there.line.expect(Accident(one.request, one.way, after))
            there.sync()
            struck += accident.has_happened
            there.line.plug_in()
            there.sync()
            waiting = there.laptop.store.reading.counts().waiting
            if waiting:
                there.sync()
                waiting = there.laptop.store.reading.counts().waiting
            if waiting:
                faults.append(f"{one.words}, byte {after}: {waiting} still wait")
            done += 1
        faults += _at_rest(there)
    whole = begin + count >= len(cuts)
    return {
        "done": done,
        "struck": struck,
        "of": len(cuts),
        "exchanges": len(exchanges),
        "last": whole,
        "faults": faults,
    }


def _at_rest(there: _Ground) -> Iterator[str]:
    with there.server.database.read() as connection:
        query = select(RECEIPT.c.op_id, func.count()).group_by(RECEIPT.c.op_id)
        received = {str(line[0]): int(line[1]) for line in connection.execute(query)}
    yield from (
        f"{op_id}: {received.get(op_id, 0)} receipts"
        for op_id in there.told
        if received.get(op_id) != 1
    )
    yield from check_store(there.server.database).differences


def _measured(there: _Ground) -> Iterator[Exchange]:
    """How long each request and each answer is; they differ by a few bytes from time to time."""
    for work in range(len(_WORKS)):
        for way in Way:
            passed = [_count(there, work, request, way) for request in REQUESTS]
            for number, request in enumerate(REQUESTS):
                rest = passed[number + 1] if number + 1 < len(REQUESTS) else 0
                if passed[number] > rest:
                    yield Exchange(work, request, way, passed[number] - rest)


def _count(there: _Ground, work: int, request: bytes, way: Way) -> int:
    there.do(work)
    counting = Counting(request, way, _FAR)
    there.line.expect(counting)
    there.sync()
    there.line.plug_in()
    return counting.seen


class _ground:  # noqa: N801  (Used as a context manager alone.)
    """A server, a line, and a laptop that was synced once."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    def __enter__(self) -> _Ground:
        self._running = running_server(self._folder / "server", self._clock)
        server = self._running.__enter__()
        server.add_user("chen", "grid_worker", "第3网格", "陈晓禾")
        self._line = Line(server.port)
        laptop = enrolled(self._folder / "laptop", _At(server, self._line.url), "chen", self._clock)
        self._laptop = laptop
        grid = f"grid:{server.grids['第3网格']}"
        made = _Ground(server, self._line, laptop, grid)
        laptop.sync()
        home = records.create("household", {"contact": "1"}, scope_id=grid, row_id="h1")
        made.told += laptop.store.records.write([home]).op_ids
        laptop.sync()
        return made

    def __exit__(self, *error: Any) -> None:
        self._laptop.store.close()
        self._line.close()
        self._running.__exit__(*error)


@dataclass(frozen=True)
class _At:
    """The server at the address of the line."""

    server: RunningServer
    base_url: str

    def code_for(self, login: str) -> str:
        return self.server.code_for(login)
