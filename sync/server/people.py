"""Accounts, one-time codes and enrolled computers. Secrets are kept as hashes only."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from sync.errors import AnotherPerson, CodeRefused, DevicesFull, DoorstepError
from sync.i18n import N_
from sync.identity import Clock, Minter, stamp
from sync.server.database import Database
from sync.server.signatures import NOTHING, Known, shown_by
from sync.server.tables import ACCOUNT, CODE, DEVICE, DEVICE_KEY, LEASE, PURGED
from sync.wire.messages import PurgedReply, PurgedRequest

CODE_MINUTES: Final = 10
CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # None that look alike on paper.
CODE_GROUPS: Final = 4
CODE_GROUP_LENGTH: Final = 4
LONGEST_DEVICE_NAME: Final = 60
LONGEST_SCOPE: Final = 100
MOST_DEVICES: Final = 3
"""Computers of one account that are enrolled at the same time."""


class UserUnknown(DoorstepError):
    """No account has that login."""

    code = "server.user_unknown"
    message = N_("There is no user {login}. See: doorstep-server user list")


class UserDisabled(DoorstepError):
    """The account was switched off."""

    code = "server.user_disabled"
    message = N_("The user {login} is disabled.")


class DeviceUnknown(DoorstepError):
    """No enrolled computer has that id."""

    code = "server.device_unknown"
    message = N_("There is no computer {device}. See: doorstep-server device list")


@dataclass(frozen=True)
class Caller:
    """Who sends a request: an enrolled computer of an account that may be used.

    ``public`` is the key that it signs with, in hex, where it has one; ``serial`` is the place of
    the token that it showed, ``known`` what the store knows of its requests.
    """

    account: Any
    client_id: str
    device_name: str
    enrolled_at: str
    public: str = ""
    serial: int = 0
    known: Known = NOTHING
    suspended: bool = False

    @property
    def staff_id(self) -> str:
        """The person, as conflicts and the history name them."""
        return str(self.account.id)

    def owns_lane(self, client: str) -> bool:
        """Whether the client of a push is this computer, or a lane set of its own.

        After ``seq_reuse`` (a cloned disk) a laptop goes on as ``<client_id>~<suffix>``.
        """
        return client == self.client_id or client.startswith(f"{self.client_id}~")


@dataclass(frozen=True)
class NewCode:
    """A code for one computer, shown once."""

    code: str
    expires_at: str


@dataclass(frozen=True)
class Enrolled:
    """What a computer gets for its code."""

    client_id: str
    token: str
    account: Any


def account_by_login(connection: Connection, login: str) -> Any:
    """The account's line. Raises :class:`UserUnknown`."""
    found = connection.execute(select(ACCOUNT).where(ACCOUNT.c.login == login)).first()
    if found is None:
        raise UserUnknown(login=login)
    return found


def mint_code(db: Database, login: str, clock: Clock, minutes: int = CODE_MINUTES) -> NewCode:
    """A one-time code for this user, good for ``minutes``. Giving it is the approval."""
    letters = [secrets.choice(CODE_LETTERS) for _ in range(CODE_GROUPS * CODE_GROUP_LENGTH)]
    code = "".join(letters)
    with db.write() as connection:
        account = account_by_login(connection, login)
        if account.disabled_at:
            raise UserDisabled(login=login)
        expires_at = stamp(clock.now() + timedelta(minutes=minutes))
        connection.execute(
            insert(CODE).values(
                code_hash=_hashed(code), account_id=account.id, expires_at=expires_at
            )
        )
    groups = range(0, len(code), CODE_GROUP_LENGTH)
    return NewCode("-".join(code[at : at + CODE_GROUP_LENGTH] for at in groups), expires_at)


def enroll(
    db: Database,
    code: str,
    device_name: str,
    app_version: str,
    clock: Clock,
    minter: Minter,
    login: str = "",
) -> Enrolled:
    """Trade a code for a computer's token. Raises :class:`CodeRefused`, whatever was wrong.

    A computer that holds the work of ``login`` takes no other's code: :class:`AnotherPerson`,
    and the code is not spent.
    """
    now = stamp(clock.now())
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    token = secrets.token_urlsafe(32)
    client_id = minter.new_id()
    with db.write() as connection:
        taken = connection.execute(
            update(CODE)
            .where(
                CODE.c.code_hash == _hashed(typed), CODE.c.used_at == "", CODE.c.expires_at > now
            )
            .values(used_at=now)
            .returning(CODE.c.account_id)
        ).scalar()
        # Locked, so that two computers that come at once are counted one after the other.
        account = connection.execute(
            select(ACCOUNT).where(ACCOUNT.c.id == taken).with_for_update()
        ).first()
        if account is None or account.disabled_at:
            raise CodeRefused
        if login not in ("", account.login):
            raise AnotherPerson
        in_use = (DEVICE.c.account_id == account.id, DEVICE.c.revoked_at == "")
        count = select(func.count()).select_from(DEVICE).where(*in_use)
        if connection.execute(count).scalar_one() >= MOST_DEVICES:
            # Nothing is written, so the code is still good once one of them is revoked.
            raise DevicesFull
        connection.execute(
            insert(DEVICE).values(
                client_id=client_id,
                account_id=account.id,
                name=device_name.strip()[:LONGEST_DEVICE_NAME],
                app_version=app_version[:LONGEST_DEVICE_NAME],
                token_hash=_hashed(token),
                enrolled_at=now,
                last_seen=now,
            )
        )
    return Enrolled(client_id, token, account)


# Asked with every request: made once.
_DEVICE: Final = (
    select(
        DEVICE.c.client_id,
        DEVICE.c.name,
        DEVICE.c.enrolled_at,
        DEVICE.c.token_hash,
        DEVICE_KEY.c.public,
        DEVICE_KEY.c.seen,
        DEVICE_KEY.c.serial,
        DEVICE_KEY.c.suspended_at,
        ACCOUNT,
    )
    .join(ACCOUNT, ACCOUNT.c.id == DEVICE.c.account_id)
    .outerjoin(DEVICE_KEY, DEVICE_KEY.c.client_id == DEVICE.c.client_id)
)
_IN_USE: Final = _DEVICE.where(DEVICE.c.revoked_at == "", ACCOUNT.c.disabled_at == "")
_LOST: Final = _DEVICE.join(LEASE, LEASE.c.client_id == DEVICE.c.client_id).where(
    LEASE.c.lost_at != ""
)
_HASH: Final = DEVICE.c.token_hash == bindparam("hashed")
_CLIENT: Final = DEVICE.c.client_id == bindparam("client")
_IN_USE_BY: Final = (_IN_USE.where(_HASH), _IN_USE.where(_CLIENT))
_LOST_BY: Final = (_LOST.where(_HASH), _LOST.where(_CLIENT))


def caller_of(connection: Connection, token: str, key: bytes = b"") -> Caller | None:
    """Whose token this is; nobody's where it is unknown, revoked or of a disabled account.

    Without the server's own ``key`` the token of an enrolment alone is known, and no later one.
    """
    return _caller(connection, _IN_USE_BY, token, key)


def lost_caller_of(connection: Connection, token: str, key: bytes = b"") -> Caller | None:
    """Which lost computer this token was of: it may hand in its edits and learn that it is lost."""
    return _caller(connection, _LOST_BY, token, key)


def _caller(
    connection: Connection, queries: tuple[Any, Any], token: str, key: bytes
) -> Caller | None:
    by_hash, by_client = queries
    shown, hashed = shown_by(key, token) if key else None, _hashed(token)
    if shown is not None:
        found = connection.execute(by_client, {"client": shown.client_id}).first()
    else:
        found = connection.execute(by_hash, {"hashed": hashed}).first()
    if found is None or (shown is None and not hmac.compare_digest(found.token_hash, hashed)):
        return None
    return Caller(
        account=found,
        client_id=found.client_id,
        device_name=found.name,
        enrolled_at=found.enrolled_at,
        public=found.public or "",
        serial=0 if shown is None else shown.serial,
        known=Known(found.seen, found.serial) if found.public else NOTHING,
        suspended=bool(found.suspended_at),
    )


def note_seen(db: Database, caller: Caller, clock: Clock) -> None:
    """Keep when this computer last said hello, for the list of computers."""
    with db.write() as connection:
        connection.execute(
            update(DEVICE)
            .where(DEVICE.c.client_id == caller.client_id)
            .values(last_seen=stamp(clock.now()))
        )


def note_purged(db: Database, caller: Caller, request: PurgedRequest, clock: Clock) -> PurgedReply:
    """Keep what this computer says is gone from it, the latest word for each scope."""
    lines = [
        {
            "client_id": caller.client_id,
            "scope_id": scope_id[:LONGEST_SCOPE],
            "at": stamp(clock.now()),
            "kept": max(0, kept),
        }
        for scope_id, kept in request.scopes.items()
    ]

    def work(connection: Connection) -> None:
        named = PURGED.c.scope_id.in_([line["scope_id"] for line in lines])
        connection.execute(delete(PURGED).where(PURGED.c.client_id == caller.client_id, named))
        if lines:
            connection.execute(insert(PURGED), lines)

    db.run(work)
    return PurgedReply(recorded=len(lines))


def revoke_device(db: Database, client_id: str, clock: Clock) -> None:
    """The computer's token is worth nothing from now on. Raises :class:`DeviceUnknown`."""
    with db.write() as connection:
        revoke(connection, client_id, clock)


def revoke(connection: Connection, client_id: str, clock: Clock) -> None:
    """The same within a transaction."""
    known = update(DEVICE).where(DEVICE.c.client_id == client_id)
    if connection.execute(known.values(revoked_at=stamp(clock.now()))).rowcount == 0:
        raise DeviceUnknown(device=client_id)


def disable_user(db: Database, login: str, clock: Clock) -> None:
    """Nobody signs in as this user any more; what they wrote stays theirs."""
    with db.write() as connection:
        account = account_by_login(connection, login)
        connection.execute(
            update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(disabled_at=stamp(clock.now()))
        )


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
