"""Scopes that are not ours any more: out of sight at once, sent to the end, gone without residue.

A sealed scope's rows are hidden when it is sealed. What waits in its lane is sent as ever; only
then is the scope *purged*: rows, shadows, search index and due dates, photos and their key, and
every operation that no restore of the server can lose, those in the edit journal too. Afterwards
the log is emptied, because it holds former pages. What has to stay for now (``kept``) is counted
and told along: of photos those that the server could still lose or refused, because nobody else
has them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from sync.identity import Clock, local_day, stamp
from sync.merge.operation import Outcome
from sync.store.attachments import Attachments
from sync.store.database import Database
from sync.store.edit_journal import EditJournal
from sync.store.lists import each
from sync.store.tables import BLOB, DRAFT, GENERATION, LANE, OPERATION, SEALED, TARGET, shown

NOT_TOLD = -1

_FORMS_ARE_ABOUT: Final = ("household", "mediation_case", "oral_mediation", "visit")


@dataclass(frozen=True)
class Purged:
    """A scope of which nothing is left but ``kept`` edits and drafts that must not be lost."""

    scope_id: str
    kept: int


@dataclass(frozen=True)
class SealedDraft:
    """A form about a household that is not on this computer any more, and that did not go to the
    office with its scope (``unfinished``): the household moved, or the form is too large. It is
    kept until somebody throws it away. ``kind`` is that of the form."""

    key: str
    kind: str
    saved_at: str


class Sealing:
    """What became of the scopes that were taken away."""

    def __init__(
        self,
        database: Database,
        attachments: Attachments,
        clock: Clock,
        journal: EditJournal,
        drop_copies: Callable[[], bool] = lambda: True,
    ) -> None:
        """``drop_copies`` lets whatever else holds rows go, the store before an upgrade, and says
        whether it is gone."""
        self._drop_copies = drop_copies
        self._database = database
        self._journal = journal
        self._attachments = attachments
        self._clock = clock

    def scopes(self) -> list[str]:
        """The scopes that are sealed and not purged to the end."""
        with self._database.reading() as connection:
            return list(connection.execute(select(SEALED.c.scope_id)).scalars())

    def lanes_to_ask(self) -> set[str]:
        """Sealed lanes whose words stay until the server can no longer lose them: nobody pulls
        their scope, so once a day it is asked how far they are."""
        words = exists().where(OPERATION.c.scope_id == SEALED.c.scope_id, OPERATION.c.raw != "")
        query = select(SEALED.c.scope_id).where(SEALED.c.asked_on != self._today(), words)
        with self._database.reading() as connection:
            return set(connection.execute(query).scalars())

    def asked(self, scope_id: str) -> None:
        """The server was asked about a lane today."""
        with self._database.writing() as connection:
            where = SEALED.c.scope_id == scope_id
            connection.execute(update(SEALED).where(where).values(asked_on=self._today()))

    def _today(self) -> str:
        return local_day(self._clock.now()).isoformat()

    def drafts(self) -> list[SealedDraft]:
        """Forms whose household is out of sight, oldest first."""
        with self._database.reading() as connection:
            return _lost_drafts(connection)

    def purge(self) -> list[Purged]:
        """Purge what may be purged, once the rows are gone (``Replica.purge_step``).

        Returns the scopes of which the server was not told yet how they stand. A scope whose lane
        is not empty waits.
        """
        ready = [scope_id for scope_id in self.scopes() if self._is_ready(scope_id)]
        # Also of households that had moved into a scope since their photos were taken.
        unseen = self._attachments.drop_unseen()
        for scope_id in ready:
            removed = self._attachments.purge_scope(scope_id)
            with self._database.writing() as connection:
                if _forget_journal(connection, scope_id) or removed or unseen:
                    _set_purged(connection, [scope_id], "")
        if not self._is_clean(ready):
            gone = self._drop_copies() and self._journal.purge() and self._database.checkpoint()
            if not gone:
                # Somebody reads, or the disk is full: a file still holds what it held.
                return []
            with self._database.writing() as connection:
                _set_purged(connection, ready, stamp(self._clock.now()))
        return self._to_tell(ready)

    def told(self, purged: Iterable[Purged]) -> None:
        """The server knows: a scope of which nothing at all is left is forgotten."""
        with self._database.writing() as connection:
            for one in purged:
                where = SEALED.c.scope_id == one.scope_id
                if one.kept:
                    connection.execute(update(SEALED).where(where).values(told=one.kept))
                else:
                    connection.execute(delete(SEALED).where(where))

    def _is_ready(self, scope_id: str) -> bool:
        rows_left = select(GENERATION.c.no).where(GENERATION.c.scope_id == scope_id)
        waits = (OPERATION.c.scope_id == scope_id, OPERATION.c.outcome == "")
        with self._database.reading() as connection:
            left = connection.execute(rows_left.limit(1)).first()
            waiting = connection.execute(select(OPERATION.c.no).where(*waits).limit(1)).first()
        return left is None and waiting is None

    def _is_clean(self, scopes: Iterable[str]) -> bool:
        """Whether the log was emptied after the last that was removed of these scopes."""
        dirty = select(SEALED.c.scope_id).where(
            SEALED.c.scope_id.in_(list(scopes)), SEALED.c.purged_at == ""
        )
        with self._database.reading() as connection:
            return connection.execute(dirty.limit(1)).first() is None

    def _to_tell(self, scopes: Iterable[str]) -> list[Purged]:
        with self._database.reading() as connection:
            told = dict(connection.execute(select(SEALED.c.scope_id, SEALED.c.told)).all())
            found = [Purged(scope_id, _kept(connection, scope_id)) for scope_id in scopes]
        return [one for one in found if one.scope_id in told and told[one.scope_id] != one.kept]


def seal(connection: Connection, scope_id: str) -> None:
    """The scope was taken away: remember to purge it."""
    values = {"scope_id": scope_id, "purged_at": "", "told": NOT_TOLD, "asked_on": ""}
    connection.execute(insert(SEALED).prefix_with("OR IGNORE").values(values))


def unseal(connection: Connection, scopes: Iterable[str]) -> None:
    """These are ours again: nothing of them is purged or told of any more."""
    connection.execute(delete(SEALED).where(SEALED.c.scope_id.in_(list(scopes))))


def _set_purged(connection: Connection, scopes: Iterable[str], at: str) -> None:
    where = SEALED.c.scope_id.in_(list(scopes))
    connection.execute(update(SEALED).where(where).values(purged_at=at))


def _forget_journal(connection: Connection, scope_id: str) -> bool:
    """Empty the operations that no restore can lose; held ones stay as a reason without words."""
    durable = select(LANE.c.durable).where(LANE.c.scope_id == scope_id).scalar_subquery()
    safe = (
        OPERATION.c.scope_id == scope_id,
        OPERATION.c.seq <= durable,
        OPERATION.c.outcome != "",
        OPERATION.c.raw != "",
    )
    held = OPERATION.c.outcome == Outcome.HELD.value
    gone = select(OPERATION.c.no).where(*safe, ~held)
    connection.execute(delete(TARGET).where(TARGET.c.op_no.in_(gone)))
    removed = connection.execute(delete(OPERATION).where(*safe, ~held)).rowcount
    emptied = connection.execute(
        update(OPERATION).where(*safe, held).values(raw="", folded=False)
    ).rowcount
    return bool(removed or emptied)


def _kept(connection: Connection, scope_id: str) -> int:
    """The edits and photos of a scope that a restored server may need again, or refused, and the
    drafts that only their author can finish."""
    edits = (OPERATION.c.scope_id == scope_id, OPERATION.c.raw != "")
    counts = [
        select(func.count()).select_from(OPERATION).where(*edits),
        select(func.count()).select_from(BLOB).where(BLOB.c.scope_id == scope_id),
    ]
    kept = sum(int(connection.execute(query).scalar_one()) for query in counts)
    return kept + len(_lost_drafts(connection))


def _lost_drafts(connection: Connection) -> list[SealedDraft]:
    """A key is the kind of the form, then what it is about; a third part may tell it from others
    about the same."""
    query = select(DRAFT.c.key, DRAFT.c.saved_at).order_by(DRAFT.c.saved_at, DRAFT.c.key)
    found = [(*key.split(":")[:2], key, at) for key, at in connection.execute(query) if ":" in key]
    about = each([row_id for _kind, row_id, _key, _at in found])
    here = {
        row_id
        for type_ in _FORMS_ARE_ABOUT
        for row_id in connection.execute(
            select(shown(type_).c.id).where(shown(type_).c.id.in_(about))
        ).scalars()
    }
    return [
        SealedDraft(key, kind, at)
        for kind, row_id, key, at in found
        if row_id and row_id not in here
    ]
