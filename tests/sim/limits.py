"""Limits made so small that a small world meets them: pages, batches, what one step promotes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any

from sync.engine import sending
from sync.server import pulling
from sync.store import feed, sendable


@contextmanager
def swapped(owner: Any, name: str, new: Any) -> Iterator[None]:
    """``owner.name`` is ``new`` for a while."""
    kept = owner.__dict__[name]
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, kept)


@contextmanager
def narrow(chance: Random) -> Iterator[None]:
    """For one session pages of few rows, pushes of few operations, copies that are filled anew."""
    with ExitStack() as stack:
        if chance.random() < 0.5:
            stack.enter_context(swapped(pulling, "MOST_PAGE_ROWS", chance.choice([3, 9, 40])))
        if chance.random() < 0.3:
            ops = chance.choice([1, 2, 5])
            for owner in (sendable, sending):
                stack.enter_context(swapped(owner, "MOST_OPS_IN_PUSH", ops))
        if chance.random() < 0.35:
            stack.enter_context(swapped(feed, "MOST_PROMOTED", chance.choice([2, 12])))
        yield
