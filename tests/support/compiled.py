"""SQL that is compiled once for all engines of a test process.

Each test has stores of its own, and each of their engines would compile every statement anew: a
tenth of a whole run. Engines of one kind speak one dialect, so they can share what it was compiled
to; what a statement does to a store, and the store, are each test's own.
"""

from collections.abc import Hashable
from copy import copy
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

from sync.server import sealed_types
from sync.server.column_key import ColumnKey
from sync.store import database as laptops

MOST_STATEMENTS: Final = 3_000
"""More than there are: none of them is compiled twice."""


class Shared:
    """What the first engine of each kind compiled, lent to all that follow it."""

    def __init__(self) -> None:
        self._kinds: dict[Hashable, tuple[Any, Any]] = {}

    def lend(self, connection: Connection) -> None:
        """Let a connection use what is there. Its engine keeps a dialect of its own, to which a
        test may give another key: then nothing is lent any more."""
        engine = connection.engine
        kind = _kind(engine)
        if kind is None:
            return
        if kind not in self._kinds:
            self._kinds[kind] = (_twin(engine.dialect), LRUCache(MOST_STATEMENTS))
        # A statement's place in the cache names the dialect, so both go together.
        connection.dialect, engine._compiled_cache = self._kinds[kind]


def _twin(dialect: Dialect) -> Dialect:
    """Another one that knows the same, and prepares values by itself."""
    made = copy(dialect)
    made.__dict__.pop("_type_memos", None)
    return made


def _kind(engine: Engine) -> Hashable:
    """Which engines have a dialect like this one's; none where that cannot be told yet.

    A server's dialect holds the key of its columns, from when its store was opened on.
    """
    key = getattr(engine.dialect, sealed_types._HELD_AS, None)
    if type(key) is ColumnKey:
        return engine.dialect.name, key.secret
    pool: Any = engine.pool
    return laptops.FILE_NAME if pool._creator.__module__ == laptops.__name__ else None


def share_compiled() -> None:
    """From now on, for every engine of this process."""
    event.listen(Engine, "engine_connect", Shared().lend)
