"""Fetching the parts of snapshots while those before are brought in."""

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from sync.engine.line import Line
from sync.errors import RequestRefused
from sync.store.filling import Section, WantedPart, unpack
from sync.wire.client import Client

_TURN_S: Final = 0.0005

MOST_AHEAD: Final = 2
"""Parts that wait to be brought in: some 2 MB each, whatever the whole weighs."""

Ready = tuple[WantedPart, list[Section] | None]
"""A part with what is in it, or ``None`` where its snapshot is not kept any more."""


@contextmanager
def fetched(line: Line, wanted: Sequence[WantedPart]) -> Iterator[Iterator[Ready]]:
    """The wanted parts in their order, fetched and unpacked by a thread of their own, from now on:
    nobody else uses the line until the block ends.

    Of a snapshot that is gone one part comes, without sections. What fetching raised, getting the
    next part raises.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="parts")
    turn_s = sys.getswitchinterval()
    # Each statement gives the interpreter away and wants it back: at the usual 5 ms unpacking kept
    # it from them, and 10,000 households took a fifth longer.
    sys.setswitchinterval(min(turn_s, _TURN_S))
    try:
        yield _InOrder(pool, line, wanted)
    finally:
        # The line is used by one thread at a time: what is under way has to end.
        pool.shutdown(wait=True, cancel_futures=True)
        sys.setswitchinterval(turn_s)


class _InOrder(Iterator[Ready]):
    """The parts as they are wanted, a few of them always on their way."""

    def __init__(self, pool: ThreadPoolExecutor, line: Line, wanted: Sequence[WantedPart]) -> None:
        self._pool = pool
        self._line = line
        self._gone: set[int] = set()
        self._ahead: deque[tuple[WantedPart, Future[list[Section] | None]]] = deque()
        self._waiting = deque(wanted)
        self._send_for_more()

    def __next__(self) -> Ready:
        while self._ahead:
            part, future = self._ahead.popleft()
            self._send_for_more()
            if part.generation in self._gone:
                future.cancel()
                continue
            sections = future.result()
            if sections is None:
                self._gone.add(part.generation)
            return part, sections
        raise StopIteration

    def _send_for_more(self) -> None:
        while self._waiting and len(self._ahead) < MOST_AHEAD:
            part = self._waiting.popleft()
            self._ahead.append((part, self._pool.submit(_fetch, self._line, part)))


def _fetch(line: Line, part: WantedPart) -> list[Section] | None:
    def ask(client: Client) -> list[Section]:
        packed = client.snapshot_part(part.scope_id, part.rev, part.number)
        return unpack(packed, part.sha256)

    try:
        return line.ask(ask)
    except RequestRefused:
        return None
