"""What a page of the feed is to the copy that it came for: an echo, quiet, news, a new start."""

from dataclasses import dataclass
from typing import Final

from sync.store.generations import Copy
from sync.wire.messages import ScopePage

RESET: Final = "reset"
REVOKED: Final = "revoked"

MOST_PROMOTED: Final = 1_000
"""Rows that one promotion applies at most (about 20 ms): a copy further behind than that is
filled anew, out of sight and in small transactions."""


@dataclass(frozen=True)
class Applied:
    """What one page did. ``stale`` pages change nothing; ``equal`` is the verdict of the digest."""

    rows: int = 0
    done: bool = False
    stale: bool = False
    equal: bool = True
    revoked: bool = False


def place_of(copy: Copy) -> tuple[str, str, int]:
    """The scope, epoch and revision that a page has to name to be for this copy as it is."""
    return copy.scope_id, copy.epoch, copy.position


def starts_again(copy: Copy, page: ScopePage, epoch: str) -> bool:
    """Whether the copy leads nowhere: refused, or of another epoch."""
    return page.problem == RESET or bool(copy.epoch and copy.epoch != epoch)


def is_quiet(copy: Copy, page: ScopePage, epoch: str) -> bool:
    """A page that tells nothing new, with equal digests: the most frequent answer of all."""
    same = (page.scope, epoch, page.cursor, page.to, page.head, page.digest)
    return (
        page.done
        and not page.rows
        and not page.problem
        and copy.shown
        and not copy.staged
        and same == (copy.scope_id, copy.epoch, copy.cursor, copy.cursor, copy.head, copy.digest)
    )


def is_news(copy: Copy, page: ScopePage, epoch: str, most: int) -> bool:
    """A page for a copy that people see, which goes on from where it stands and is not further
    behind than ``most``."""
    fits = place_of(copy) == (page.scope, page.epoch, page.cursor)
    leads_on = page.problem != REVOKED and not starts_again(copy, page, epoch)
    return copy.shown and fits and leads_on and page.head - copy.cursor <= most
