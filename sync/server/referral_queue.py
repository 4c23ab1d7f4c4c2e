"""Which matters departments have to be shown anew: noted with the cause, see ``referrals``."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection, or_, select, update

from sync.schema.policy import ScopeKind
from sync.server.crossing import insert_missing
from sync.server.many import among
from sync.server.tables import REFERRAL, REFERRAL_QUEUE

MATTER: Final = "matter"
UNIT: Final = "whistle_unit"
WHISTLE: Final = "whistle"
SHOWN: Final = frozenset({MATTER, UNIT, WHISTLE})
"""The entities of which departments hold copies."""

Note = tuple[str, bool]
"""A matter's id, or that of a copy; and whether a department may have come to it just now."""


def note_of(scope_kind: str, type_: str, row_id: str, body: Mapping[str, Any]) -> Note:
    """What has to be remembered of a row that was written."""
    if type_ == MATTER:
        return row_id, False
    return str(body.get("matter_id") or ""), scope_kind == ScopeKind.GRID


def queue_referrals(connection: Connection, notes: Collection[Note]) -> None:
    """Remember the matters that concern a department, in the transaction of their cause."""
    coming = {matter_id for matter_id, is_new in notes if is_new}
    others = {matter_id for matter_id, is_new in notes if not is_new} - coming
    if others:
        known = or_(among(REFERRAL.c.matter_id, "ids"), among(REFERRAL.c.shown_as, "ids"))
        query = select(REFERRAL.c.matter_id).where(known).distinct()
        coming |= set(connection.execute(query, {"ids": others}).scalars())
    lines = [{"matter_id": one, "tries": 0} for one in sorted(coming)]
    insert_missing(connection, REFERRAL_QUEUE, lines)
    if coming:
        # A new cause is a new chance.
        again = (among(REFERRAL_QUEUE.c.matter_id, "ids"), REFERRAL_QUEUE.c.tries > 0)
        connection.execute(update(REFERRAL_QUEUE).where(*again).values(tries=0), {"ids": coming})
