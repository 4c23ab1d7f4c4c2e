"""The server's part of each laptop's key: lent, lent again, read out as a code, destroyed."""

import secrets
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from sync.errors import DoorstepError, NothingLent
from sync.i18n import N_
from sync.identity import Clock, stamp
from sync.server.crossing import insert_missing
from sync.server.database import Database
from sync.server.people import DeviceUnknown
from sync.server.signatures import wants
from sync.server.tables import DEVICE, LEASE, META
from sync.wire.lending import SECRET_BYTES, code_of, spares_of
from sync.wire.messages import LeaseReply

USUAL_DAYS: Final = 14
LEAST_DAYS: Final = 3
MOST_DAYS: Final = 30
_RULES: Final = "key_rules"


class KeyRules(msgspec.Struct, frozen=True):
    """What an office decided. ``recovery_key`` is public; its private half is not on the server."""

    days: int = USUAL_DAYS
    keychain_needed: bool = False
    recovery_key: bytes = b""


class DaysOutside(DoorstepError):
    """A lease is neither so short that a week in the hills ends it, nor endless."""

    code = "server.lease_days"
    message = N_("A lease lasts from {least} to {most} days.")


class RecoveryFirst(DoorstepError):
    """Without it a keychain that is reset would close a laptop for good."""

    code = "server.recovery_first"
    message = N_("Make the recovery key first: doorstep-server keys recovery FIRST SECOND")


def rules_of(connection: Connection) -> KeyRules:
    """What holds now."""
    text = connection.execute(select(META.c.value).where(META.c.name == _RULES)).scalar()
    return KeyRules() if text is None else msgspec.json.decode(text, type=KeyRules)


def set_rules(connection: Connection, rules: KeyRules) -> None:
    """Decide anew. Raises :class:`DaysOutside` or :class:`RecoveryFirst`."""
    if not LEAST_DAYS <= rules.days <= MOST_DAYS:
        raise DaysOutside(least=LEAST_DAYS, most=MOST_DAYS)
    if rules.keychain_needed and not rules.recovery_key:
        raise RecoveryFirst
    connection.execute(delete(META).where(META.c.name == _RULES))
    connection.execute(insert(META).values(name=_RULES, value=msgspec.json.encode(rules).decode()))


def lend(db: Database, client_id: str, clock: Clock) -> LeaseReply:
    """This computer's part: made the first time, the same ever after."""
    fresh = {
        "client_id": client_id,
        "secret": secrets.token_hex(SECRET_BYTES),
        "extended": 0,
        "lent_at": stamp(clock.now()),
        "lost_at": "",
    }

    def work(connection: Connection) -> LeaseReply:
        insert_missing(connection, LEASE, [fresh])
        mine = LEASE.c.client_id == client_id
        connection.execute(update(LEASE).where(mine).values(lent_at=fresh["lent_at"]))
        found = connection.execute(select(LEASE).where(mine)).one()
        if not found.secret or found.lost_at:
            raise NothingLent
        rules = rules_of(connection)
        secret = bytes.fromhex(found.secret)
        wants_key, wants_token = wants(connection, client_id, clock)
        return LeaseReply(
            secret=secret,
            days=rules.days,
            spares=tuple(spares_of(secret, client_id, found.extended, rules.days)),
            recovery_key=rules.recovery_key,
            keychain_needed=rules.keychain_needed,
            wants_key=wants_key,
            wants_token=wants_token,
        )

    return db.run(work)


def next_code(connection: Connection, client_id: str) -> str:
    """The code to read out over the telephone; each is read out once. Raises DeviceUnknown or
    :class:`NothingLent`."""
    mine = LEASE.c.client_id == client_id
    found = connection.execute(select(LEASE).where(mine).with_for_update()).first()
    if found is None or not found.secret or found.lost_at:
        raise NothingLent
    connection.execute(update(LEASE).where(mine).values(extended=found.extended + 1))
    return code_of(bytes.fromhex(found.secret), client_id, found.extended)


def destroy(connection: Connection, client_id: str, clock: Clock) -> None:
    """The computer is lost: its part is gone, and it is told so when it next calls.

    Raises :class:`~sync.server.people.DeviceUnknown`.
    """
    now = stamp(clock.now())
    known = update(DEVICE).where(DEVICE.c.client_id == client_id)
    if connection.execute(known.values(revoked_at=now)).rowcount == 0:
        raise DeviceUnknown(device=client_id)
    line: dict[str, Any] = {"client_id": client_id, "secret": "", "extended": 0, "lent_at": ""}
    insert_missing(connection, LEASE, [{**line, "lost_at": ""}])
    connection.execute(
        update(LEASE).where(LEASE.c.client_id == client_id).values(secret="", lost_at=now)
    )
