"""What comes next, from facts alone: no clock, no store, no network, so every case is testable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MOST_HELLOS: Final = 3
"""A server whose grants change with every answer must not keep a session going for ever."""

MOST_REPAIRS: Final = 2
"""A copy whose digest differs is mended row by row; after this many times it is taken anew."""


@dataclass(frozen=True)
class Facts:
    """Where a session stands. What outlives it is read from the store each time.

    ``lanes`` counts the operations that wait, by scope; ``stuck`` are lanes that did not get
    through this time; ``unsure`` those of which the server has not told in its present epoch how
    far they are. ``granted`` are the scopes to hold; ``settled`` those with which this session
    is done; ``doubtful`` those whose feed was read to its end and whose sum differs, ``repairs``
    how often that was tried to be mended. ``photos`` are the attachments whose bytes are still
    to be sent, without those that were tried; ``ask_photos``: some are on the server and not yet
    beyond every restore. ``purged`` are scopes that are gone from here without the server
    knowing it.
    """

    hello_wanted: bool = False
    hellos: int = 0
    upgrade_wanted: bool = False
    lanes: Mapping[str, int] = field(default_factory=dict)
    stuck: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    granted: tuple[str, ...] = ()
    settled: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    repairs: Mapping[str, int] = field(default_factory=dict)
    tidied: bool = False
    purged: tuple[str, ...] = ()
    ask_photos: bool = False
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class SayHello:
    """Ask for versions and grants."""


@dataclass(frozen=True)
class PushLanes:
    """Send the next batches of these lanes, in one request as far as they fit."""

    scopes: tuple[str, ...]


@dataclass(frozen=True)
class AskLane:
    """Learn how far a lane is whose scope is not pulled any more: a push of nothing."""

    scope: str


@dataclass(frozen=True)
class PullPages:
    """Ask for the next page of each of these scopes, in one request."""

    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Repair:
    """Ask in which parts a scope differs, and mend those rows."""

    scope: str


@dataclass(frozen=True)
class TakeAnew:
    """Fill a scope from nothing; what is shown stays shown until that is done."""

    scope: str


@dataclass(frozen=True)
class Tidy:
    """Remove what was taken away, and in an idle moment look at what is stored."""


@dataclass(frozen=True)
class ConfirmPurge:
    """Tell that these scopes, which are not ours any more, are gone from this computer."""

    scopes: tuple[str, ...]


@dataclass(frozen=True)
class AskPhotos:
    """Learn which bytes the server can no longer lose, and which it lost."""


@dataclass(frozen=True)
class SendPhoto:
    """Send the bytes of one attachment, once all that is written has gone."""

    attachment: str


@dataclass(frozen=True)
class Finish:
    """Nothing is left to do now."""


Step = (
    SayHello
    | PushLanes
    | AskLane
    | PullPages
    | Repair
    | TakeAnew
    | Tidy
    | ConfirmPurge
    | AskPhotos
    | SendPhoto
)
Effect = Step | Finish


def plan(facts: Facts) -> Effect:
    """The next step. Work goes out before news comes in, and a lane that is stuck stops nothing.

    An app that is too old still sends what it holds, and receives nothing.
    """
    if facts.hello_wanted and facts.hellos < MOST_HELLOS and not facts.upgrade_wanted:
        return SayHello()
    waiting = {scope for scope, count in facts.lanes.items() if count}
    if waiting - facts.stuck:
        return PushLanes(tuple(sorted(waiting - facts.stuck)))
    news = None if facts.upgrade_wanted else _news(facts)
    if news is not None:
        return news
    for scope in sorted(facts.unsure - facts.stuck):
        return AskLane(scope)
    return _photos(facts) if facts.tidied else Tidy()


def _photos(facts: Facts) -> Effect:
    if facts.purged:
        return ConfirmPurge(facts.purged)
    if facts.ask_photos:
        return AskPhotos()
    return SendPhoto(facts.photos[0]) if facts.photos else Finish()


def _news(facts: Facts) -> PullPages | Repair | TakeAnew | None:
    """Everybody's news first, then what differs: one scope in doubt holds no other up."""
    unread = tuple(
        scope
        for scope in facts.granted
        if scope not in facts.settled and scope not in facts.doubtful
    )
    if unread:
        return PullPages(unread)
    for scope in sorted(facts.doubtful):
        often = facts.repairs.get(scope, 0)
        return Repair(scope) if often < MOST_REPAIRS else TakeAnew(scope)
    return None
