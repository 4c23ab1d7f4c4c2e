"""Forms that were not saved yet, inside the encrypted store: they survive a kill."""

import json
from typing import Any

from sqlalchemy import delete, insert, select

from sync.identity import Clock, stamp
from sync.store.database import Database
from sync.store.tables import DRAFT


class Drafts:
    """One JSON value a key. The key names the form and the row, such as ``visit:0190…``."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(self, key: str, value: Any) -> None:
        """Keep what the form holds now, instead of what it held before."""
        text = json.dumps(value, ensure_ascii=False)
        values = {"key": key, "value": text, "saved_at": stamp(self._clock.now())}
        with self._database.writing() as connection:
            connection.execute(insert(DRAFT).prefix_with("OR REPLACE").values(values))

    def find(self, key: str) -> Any | None:
        """What was kept, or ``None``."""
        with self._database.reading() as connection:
            query = select(DRAFT.c.value).where(DRAFT.c.key == key)
            text = connection.execute(query).scalar_one_or_none()
        return None if text is None else json.loads(text)

    def saved_at(self, key: str) -> str:
        """When a draft was kept, as a stamp; empty where there is none."""
        with self._database.reading() as connection:
            query = select(DRAFT.c.saved_at).where(DRAFT.c.key == key)
            return connection.execute(query).scalar_one_or_none() or ""

    def drop(self, key: str) -> None:
        """Forget a draft; one that does not exist is no error."""
        with self._database.writing() as connection:
            connection.execute(delete(DRAFT).where(DRAFT.c.key == key))

    def keys(self, prefix: str = "") -> list[str]:
        """The drafts whose key begins with ``prefix``, newest first."""
        where = DRAFT.c.key.startswith(prefix, autoescape=True)
        query = select(DRAFT.c.key).where(where).order_by(DRAFT.c.saved_at.desc(), DRAFT.c.key)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())
