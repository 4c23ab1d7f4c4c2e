"""Fetching the parts of snapshots while those before are brought in."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from sync.engine.line import Line
from sync.errors import RequestRefused
from sync.store.filling import Section, WantedPart, unpack
from sync.wire.client import Client

MOST_AHEAD: Final = 2
"""Parts that wait to be brought in: some 2 MB each, whatever the whole weighs."""

Ready = tuple[WantedPart, list[Section] | None]
"""A part with what is in it, or ``None`` where its snapshot is not kept any more."""


@contextmanager
def fetched(line: Line, wanted: Sequence[WantedPart]) -> Iterator[Iterator[Ready]]:
    """The wanted parts in their order, fetched and unpacked by a thread of their own.

    Of a snapshot that is gone one part comes, without sections. What fetching raised, getting the
    next part raises.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="parts")
    try:
        yield _in_order(pool, line, wanted)
    finally:
        # The line is used by one thread at a time: what is under way has to end.
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    pool: ThreadPoolExecutor, line: Line, wanted: Sequence[WantedPart]
) -> Iterator[Ready]:
    gone: set[int] = set()
    ahead: deque[tuple[WantedPart, Future[list[Section] | None]]] = deque()
    waiting = deque(wanted)
    while waiting or ahead:
        while waiting and len(ahead) <= MOST_AHEAD:
            part = waiting.popleft()
            ahead.append((part, pool.submit(_fetch, line, part)))
        part, future = ahead.popleft()
        if part.generation in gone:
            future.cancel()
            continue
        sections = future.result()
        if sections is None:
            gone.add(part.generation)
        yield part, sections


def _fetch(line: Line, part: WantedPart) -> list[Section] | None:
    def ask(client: Client) -> list[Section]:
        packed = client.snapshot_part(part.scope_id, part.rev, part.number)
        return unpack(packed, part.sha256)

    try:
        return line.ask(ask)
    except RequestRefused:
        return None
