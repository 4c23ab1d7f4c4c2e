"""Forms that were not saved yet, inside the encrypted store: they survive a kill."""

import json
import threading
from typing import Any

from sqlalchemy import delete, insert, select

from sync.identity import Clock, stamp
from sync.store.database import Database
from sync.store.tables import DRAFT


class Drafts:
    """One JSON value a key. The key names the form and the row, such as ``visit:0190…``.

    What the disk refused is not forgotten: it stays in memory, is found there, and is tried
    again by :meth:`try_again`.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._guard = threading.Lock()
        self._unwritten: dict[str, dict[str, str]] = {}

    @property
    def unwritten(self) -> int:
        """How many forms are in memory alone, because the disk refused them."""
        with self._guard:
            return len(self._unwritten)

    def keep(self, key: str, value: Any) -> None:
        """Keep what the form holds now, instead of what it held before.

        Raises DiskFull or StoreBusy; the form is then in memory alone, until it is tried again.
        """
        text = json.dumps(value, ensure_ascii=False)
        values = {"key": key, "value": text, "saved_at": stamp(self._clock.now())}
        with self._guard:
            self._unwritten[key] = values
        self._write(values)

    def put_back(self, key: str, value: Any) -> None:
        """Keep a former draft again, unless another one was begun meanwhile: that one stays.

        Raises as :meth:`keep` does.
        """
        if self.find(key) is None:
            self.keep(key, value)

    def try_again(self) -> None:
        """Write what the disk refused before. Raises as :meth:`keep` does."""
        with self._guard:
            waiting = list(self._unwritten.values())
        for values in waiting:
            self._write(values)

    def ended(self, key: str) -> None:
        """The form was saved, and its draft with it."""
        with self._guard:
            self._unwritten.pop(key, None)

    def _write(self, values: dict[str, str]) -> None:
        with self._database.writing() as connection:
            connection.execute(insert(DRAFT).prefix_with("OR REPLACE").values(values))
        with self._guard:
            # Whoever typed on meanwhile has a newer one waiting.
            if self._unwritten.get(values["key"]) is values:
                del self._unwritten[values["key"]]

    def find(self, key: str) -> Any | None:
        """What was kept, or ``None``."""
        with self._guard:
            waiting = self._unwritten.get(key)
        if waiting is not None:
            return json.loads(waiting["value"])
        with self._database.reading() as connection:
            query = select(DRAFT.c.value).where(DRAFT.c.key == key)
            text = connection.execute(query).scalar_one_or_none()
        return None if text is None else json.loads(text)

    def saved_at(self, key: str) -> str:
        """When a draft was kept, as a stamp; empty where there is none."""
        with self._guard:
            waiting = self._unwritten.get(key)
        if waiting is not None:
            return waiting["saved_at"]
        with self._database.reading() as connection:
            query = select(DRAFT.c.saved_at).where(DRAFT.c.key == key)
            return connection.execute(query).scalar_one_or_none() or ""

    def drop(self, key: str) -> None:
        """Forget a draft; one that does not exist is no error."""
        self.ended(key)
        with self._database.writing() as connection:
            connection.execute(delete(DRAFT).where(DRAFT.c.key == key))

    def keys(self, prefix: str = "") -> list[str]:
        """The drafts whose key begins with ``prefix``, newest first."""
        where = DRAFT.c.key.startswith(prefix, autoescape=True)
        with self._database.reading() as connection:
            query = select(DRAFT.c.key, DRAFT.c.saved_at).where(where)
            found = {row.key: row.saved_at for row in connection.execute(query)}
        with self._guard:
            found |= {
                key: values["saved_at"]
                for key, values in self._unwritten.items()
                if key.startswith(prefix)
            }
        by_key = sorted(found.items())
        return [key for key, _ in sorted(by_key, key=lambda kept: kept[1], reverse=True)]
