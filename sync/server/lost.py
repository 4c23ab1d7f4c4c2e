"""A lost laptop: what it hands in when it calls once more, and whose data was on it."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from sync.identity import Clock, local_day, stamp
from sync.rules.masking import mask_name
from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.crossing import insert_missing
from sync.server.database import Database
from sync.server.grants import grants_of
from sync.server.incoming import Incoming, IncomingPush, read_operation
from sync.server.people import Caller, DeviceUnknown
from sync.server.referral_queue import MATTER, is_open
from sync.server.rows import SERVER_CLIENT, rows_below, rows_of_ids
from sync.server.tables import (
    CHANGED,
    DEVICE,
    HELD,
    HISTORY,
    LED_TO,
    PURGED,
    RECEIPT,
    REFERRAL,
    ROW,
)
from sync.wire.edit_records import records_in
from sync.wire.messages import HandInReply
from sync.wire.sealed import server_key

HELD_REVOKED: Final = "revoked"
_AT_ONCE: Final = 500
_HOMES: Final = scope_name(ScopeKind.GRID, "")
_COPIES: Final = scope_name(ScopeKind.UNIT, "")


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
    named = {
        one.person_id: one
        for scope in scopes
        for one in (*_people_in(connection, scope), *_told_of(connection, scope, device.last_seen))
    }
    people = tuple(named.values())
    return Loss(device.name, device.enrolled_at, device.last_seen, scopes, people)


def _people_in(connection: Connection, scope_id: str) -> Sequence[Affected]:
    if not scope_id.startswith(_HOMES):
        return ()
    lines = connection.execute(
        select(ROW.c.id, ROW.c.body)
        .where(ROW.c.scope_id == scope_id, ROW.c.type == "person", LED_TO, ROW.c.deleted.is_(False))
        .order_by(ROW.c.id)
    )
    return [Affected(row_id, scope_id, _masked(decode_body(body))) for row_id, body in lines]


def _told_of(connection: Connection, scope_id: str, last_seen: str) -> Sequence[Affected]:
    """Who lives where the matters of a department or the street are: those that its copies show,
    or showed until after the computer was last seen."""
    if not scope_id.startswith(_COPIES):
        return ()
    query = select(REFERRAL.c.matter_id, ROW.c.rev, ROW.c.deleted, ROW.c.body).join(
        ROW, (ROW.c.scope_id == REFERRAL.c.scope_id) & (ROW.c.id == REFERRAL.c.shown_as)
    )
    copies = connection.execute(query.where(REFERRAL.c.scope_id == scope_id)).all()
    changed = select(func.min(HISTORY.c.rev)).select_from(CHANGED)
    since = changed.where(
        ROW.c.scope_id == scope_id,
        HISTORY.c.client == SERVER_CLIENT,
        HISTORY.c.at >= last_seen,
    )
    first = connection.execute(since).scalar() or sys.maxsize
    shown = {
        copy.matter_id
        for copy in copies
        if copy.rev >= first or (not copy.deleted and is_open(decode_body(copy.body)))
    }
    matters = [row for _scope, row in rows_of_ids(connection, shown) if row.type == MATTER]
    homes = {str(row.body.get("household_id") or "") for row in matters} - {""}
    found = [row for _scope, row in rows_below(connection, homes, ("person",))]
    return [Affected(row.id, scope_id, _masked(row.body)) for row in found]


def _masked(person: Mapping[str, Any]) -> str:
    return mask_name(str(person.get("name", "")))


@dataclass(frozen=True)
class Sealed:
    """What a computer's edit journal held: kept aside now, here already, not to be read."""

    taken: int = 0
    known: int = 0
    unreadable: int = 0


def hand_in(db: Database, caller: Caller, push: IncomingPush, clock: Clock) -> HandInReply:
    """Keep what a lost computer had not sent, whole, for the desk to look at; nothing is applied.

    The same operations again change nothing.
    """
    author = _Author(caller.client_id, caller.staff_id, caller.device_name)
    told = [(lane.scope, each) for lane in push.lanes for each in lane.read(db.key)]
    lines = [_kept(author, scope, each, clock) for scope, each in told]
    db.run(lambda connection: insert_missing(connection, HELD, lines))
    return HandInReply([line["op_id"] for line in lines])


def hand_in_sealed(db: Database, content: bytes, clock: Clock) -> Sealed:
    """The same from the file of a computer that nobody can unlock any more: its edit journal.

    What has a receipt arrived long ago and is passed over. The same file again changes nothing.
    Raises :class:`~sync.server.people.DeviceUnknown` where it comes from no computer of ours.
    """
    private = server_key(db.key)
    savings, unreadable = [], 0
    for record in records_in(content):
        saving = record.for_server(private)
        unreadable += saving is None
        if saving is not None:
            savings.append(saving)

    def work(connection: Connection) -> Sealed:
        told = [
            (_author(connection, saving.client), op.scope_id, read_operation(op.raw, 0, db.key))
            for saving in savings
            for op in saving.ops
        ]
        lines = [_kept(author, scope, each, clock) for author, scope, each in told]
        known = _known(connection, [line["op_id"] for line in lines])
        fresh = {line["op_id"]: line for line in lines if line["op_id"] not in known}
        insert_missing(connection, HELD, list(fresh.values()))
        return Sealed(len(fresh), len({line["op_id"] for line in lines} & known), unreadable)

    return db.run(work)


@dataclass(frozen=True)
class _Author:
    client: str
    staff_id: str
    device: str


def _author(connection: Connection, client: str) -> _Author:
    known = select(DEVICE).where(DEVICE.c.client_id == client.partition("~")[0])
    device = connection.execute(known).first()
    if device is None:
        raise DeviceUnknown(device=client)
    return _Author(client, device.account_id, device.name)


def _known(connection: Connection, op_ids: Sequence[str]) -> set[str]:
    """Those that have a receipt, or are kept aside already."""
    known: set[str] = set()
    for start in range(0, len(op_ids), _AT_ONCE):
        some = op_ids[start : start + _AT_ONCE]
        for column in (RECEIPT.c.op_id, HELD.c.op_id):
            known |= set(connection.execute(select(column).where(column.in_(some))).scalars())
    return known


def _kept(author: _Author, scope_id: str, each: Incoming, clock: Clock) -> dict[str, Any]:
    return {
        "op_id": each.op_id,
        "op_hash": each.hash,
        "scope_id": scope_id,
        "client": author.client,
        "author": author.staff_id,
        "device": author.device,
        "type": each.op.type if each.op else "",
        "id": each.op.id if each.op else "",
        "code": HELD_REVOKED,
        "payload": each.text,
        "at": stamp(clock.now()),
    }
