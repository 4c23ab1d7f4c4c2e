"""A lost laptop: what it hands in when it calls once more, and whose data was on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from sync.identity import Clock, local_day, stamp
from sync.rules.masking import mask_name
from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.crossing import insert_missing
from sync.server.database import Database
from sync.server.grants import grants_of
from sync.server.incoming import IncomingPush
from sync.server.people import Caller, DeviceUnknown
from sync.server.tables import DEVICE, HELD, PURGED, ROW
from sync.wire.messages import HandInReply

HELD_REVOKED: Final = "revoked"
_HOMES: Final = scope_name(ScopeKind.GRID, "")


@dataclass(frozen=True)
class Affected:
    """One resident whose data was on a computer. The name is masked: the app knows the rest."""

    person_id: str
    scope_id: str
    name: str


@dataclass(frozen=True)
class Loss:
    """Whose data was on a computer, from when, and when it was last seen."""

    device: str
    since: str
    last_seen: str
    scopes: tuple[str, ...]
    people: tuple[Affected, ...]


def loss_of(connection: Connection, client_id: str, clock: Clock) -> Loss:
    """What a computer may have held. Raises :class:`~sync.server.people.DeviceUnknown`.

    A scope that the computer said is gone from it is left out.
    """
    device = connection.execute(select(DEVICE).where(DEVICE.c.client_id == client_id)).first()
    if device is None:
        raise DeviceUnknown(device=client_id)
    gone = select(PURGED.c.scope_id).where(PURGED.c.client_id == client_id, PURGED.c.kept == 0)
    purged = set(connection.execute(gone).scalars())
    granted = grants_of(connection, device.account_id, local_day(clock.now())).scopes
    scopes = tuple(scope for scope in granted if scope not in purged)
    people = tuple(one for scope in scopes for one in _people_in(connection, scope))
    return Loss(device.name, device.enrolled_at, device.last_seen, scopes, people)


def _people_in(connection: Connection, scope_id: str) -> Sequence[Affected]:
    if not scope_id.startswith(_HOMES):
        return ()
    lines = connection.execute(
        select(ROW.c.id, ROW.c.body)
        .where(ROW.c.scope_id == scope_id, ROW.c.type == "person", ROW.c.deleted.is_(False))
        .order_by(ROW.c.id)
    )
    return [
        Affected(row_id, scope_id, mask_name(str(decode_body(body).get("name", ""))))
        for row_id, body in lines
    ]


def hand_in(db: Database, caller: Caller, push: IncomingPush, clock: Clock) -> HandInReply:
    """Keep what a lost computer had not sent, whole, for the desk to look at; nothing is applied.

    The same operations again change nothing.
    """
    now = stamp(clock.now())
    taken, lines = [], []
    for lane in push.lanes:
        for each in lane.read():
            taken.append(each.op_id)
            lines.append(
                {
                    "op_id": each.op_id,
                    "op_hash": each.hash,
                    "scope_id": lane.scope,
                    "client": caller.client_id,
                    "author": caller.staff_id,
                    "device": caller.device_name,
                    "type": each.op.type if each.op else "",
                    "id": each.op.id if each.op else "",
                    "code": HELD_REVOKED,
                    "payload": each.raw,
                    "at": now,
                }
            )
    db.run(lambda connection: insert_missing(connection, HELD, lines))
    return HandInReply(taken)
