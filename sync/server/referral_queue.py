"""Which matters departments have to be shown anew: noted with the cause, see ``referrals``."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, or_, select, update

from sync.schema.canonical import decode_body
from sync.schema.matter import OVER
from sync.schema.policy import ScopeKind
from sync.server.crossing import insert_missing
from sync.server.many import among
from sync.server.rows import read_rows
from sync.server.tables import LED_TO, REFERRAL, REFERRAL_QUEUE, ROW

MATTER: Final = "matter"
UNIT: Final = "whistle_unit"
WHISTLE: Final = "whistle"
SHOWN: Final = frozenset({MATTER, UNIT, WHISTLE})
"""The entities of which departments hold copies."""

_WHERE: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"household": frozenset({"dwelling_id"}), "dwelling": frozenset({"address", "room"})}
)
"""The fields by which a home's matters are found."""

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
    _queue(connection, coming)


def moves_address(type_: str, changed: Iterable[str]) -> bool:
    """Whether the home's address is another one now that these fields of a row changed."""
    return not _WHERE.get(type_, frozenset()).isdisjoint(changed)


def queue_homes(connection: Connection, scope_id: str, homes: Collection[str]) -> None:
    """Remember the matters of which there are copies and whose home is one of these households,
    or behind one of these doors."""
    copied = select(REFERRAL.c.matter_id)
    here = (ROW.c.scope_id == scope_id, ROW.c.deleted.is_(False))
    matters = select(ROW.c.id, ROW.c.root_id, ROW.c.body).where(
        *here, ROW.c.type == MATTER, LED_TO, ROW.c.id.in_(copied)
    )
    lines = connection.execute(matters).all()
    roots = {line.root_id for line in lines}
    households = read_rows(connection, scope_id, [("household", one) for one in roots])
    doors = {row.id: row.body.get("dwelling_id") for row in households}
    _queue(
        connection,
        {
            line.id
            for line in lines
            if not {line.root_id, doors.get(line.root_id)}.isdisjoint(homes)
            and is_open(decode_body(line.body))
        },
    )


def queue_open(connection: Connection, grids: Collection[str]) -> None:
    """Remember every matter of these grids' scopes that is not over and that somebody was called
    to: whoever it was may not have been there then."""
    live = (among(ROW.c.scope_id, "scopes"), ROW.c.deleted.is_(False), ROW.c.moved_to == "")
    calls = select(ROW.c.body).where(*live, ROW.c.type.in_((UNIT, WHISTLE)), LED_TO)
    called = {
        str(decode_body(body).get("matter_id"))
        for body in connection.execute(calls, {"scopes": grids}).scalars()
    }
    query = select(ROW.c.id, ROW.c.body).where(*live, ROW.c.type == MATTER, among(ROW.c.id, "ids"))
    matters = connection.execute(query, {"scopes": grids, "ids": called})
    _queue(connection, {row_id for row_id, body in matters if is_open(decode_body(body))})


def is_open(matter: Mapping[str, Any]) -> bool:
    """Whether somebody still has to do something about it."""
    return matter.get("stage") not in OVER


def _queue(connection: Connection, matters: Collection[str]) -> None:
    lines = [{"matter_id": one, "tries": 0} for one in sorted(matters)]
    insert_missing(connection, REFERRAL_QUEUE, lines)
    if matters:
        # A new cause is a new chance.
        again = (among(REFERRAL_QUEUE.c.matter_id, "ids"), REFERRAL_QUEUE.c.tries > 0)
        connection.execute(update(REFERRAL_QUEUE).where(*again).values(tries=0), {"ids": matters})
