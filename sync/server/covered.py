"""What no restore can lose: what every backup that is kept holds, because any may be restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, insert, literal, select, update

from sync.server.tables import BACKUP, BACKUP_LANE, LANE, SCOPE

_NOBODY: Final = ""
"""The client of a line that speaks of a scope's revisions instead of a lane's numbers."""


@dataclass(frozen=True)
class Backup:
    """One backup that ended well. ``keep`` is how many its keeper keeps."""

    id: str
    at: str
    keep: int


def backups_known(connection: Connection) -> list[Backup]:
    """The backups that are recorded, oldest first."""
    found = connection.execute(select(BACKUP).order_by(BACKUP.c.at, BACKUP.c.id)).all()
    return [Backup(line.id, line.at, line.keep) for line in found]


def note_coverage(connection: Connection, backup_id: str) -> None:
    """Write down how far each lane and each scope is at this moment."""
    lanes = select(literal(backup_id), LANE.c.client, LANE.c.scope_id, LANE.c.next)
    scopes = select(literal(backup_id), literal(_NOBODY), SCOPE.c.scope_id, SCOPE.c.head + 1)
    columns = ["backup_id", "client", "scope_id", "next"]
    for each in (lanes, scopes):
        connection.execute(insert(BACKUP_LANE).from_select(columns, each))


def settle_durable(connection: Connection) -> None:
    """Forget the backups that are not kept any more, and say how far each lane is safe."""
    known = backups_known(connection)
    if not known:
        return
    kept = known[-known[-1].keep :]
    gone = [each.id for each in known if each not in kept]
    for table, column in ((BACKUP_LANE, BACKUP_LANE.c.backup_id), (BACKUP, BACKUP.c.id)):
        connection.execute(delete(table).where(column.in_(gone)))
    # Not that of the oldest by its date: a clock may have been set back in between.
    covered = _least(kept).where(
        BACKUP_LANE.c.client == LANE.c.client, BACKUP_LANE.c.scope_id == LANE.c.scope_id
    )
    connection.execute(update(LANE).values(durable=func.coalesce(covered.scalar_subquery(), 0)))


def durable_head(connection: Connection, scope_id: str) -> int:
    """The revision of a scope up to which no restore can lose anything; 0 without backups."""
    of_scope = (BACKUP_LANE.c.client == _NOBODY, BACKUP_LANE.c.scope_id == scope_id)
    covered = _least(backups_known(connection)).where(*of_scope)
    return int(connection.execute(covered).scalar() or 0)


def _least(kept: Sequence[Backup]) -> Select[Any]:
    """What all of these backups hold of one thing; nothing where one of them knows it not."""
    return (
        select(func.min(BACKUP_LANE.c.next) - 1)
        .where(BACKUP_LANE.c.backup_id.in_([each.id for each in kept]))
        .having(func.count() == len(kept))
    )
