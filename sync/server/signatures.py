"""Which requests a computer made, by its signature: a profile that goes on twice is told apart.

A number that comes a second time under another mark, or after many that are higher, shows that two
copies of one profile are at work. The computer is *suspended* then: what it sends is taken, so that
no copy loses an edit, and it is given nothing until it is enrolled anew or IT lets it go on.

Tokens are renewed in a row: each is derived from the server's key and its place in the row, so the
same is told to whoever asks again, and a restored server knows those it had not made yet.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

import msgspec
from sqlalchemy import Connection, select, update

from sync.errors import NotSuspended, SignedOut
from sync.identity import Clock, parse_stamp, stamp
from sync.server.crossing import insert_missing
from sync.server.sealed_audit import append
from sync.server.tables import DEVICE_KEY

WINDOW: Final = 128
"""How many requests may overtake one: several are on their way at once, and SQLite lets whoever
waits for it in by no order (of 12 threads that asked without a pause one was 64 behind, of 6 none).
They are counted, and not how far their numbers are: an app that starts anew leaves many out, and
what it had sent before may still wait here for its turn."""

RENEW_AFTER: Final = timedelta(days=30)
KEY_BYTES: Final = 32
_TAG: Final = b"doorstep token "

Seen = dict[int, str]
"""The numbers that came last, each with the mark of its request."""

SEEN: Final = msgspec.json.Decoder(Seen)


class Standing(Enum):
    """What a request is to those before it."""

    FRESH = "fresh"
    REPEATED = "repeated"  # The very same once more: something in between sent it twice.
    FORKED = "forked"


@dataclass(frozen=True)
class Shown:
    """A token that was shown: whose it is, and its place in the row."""

    client_id: str
    serial: int


@dataclass(frozen=True)
class Known:
    """What the store knows of a computer's requests: which ``seen`` (JSON) came last, and the place
    of the token that it used last."""

    seen: str = "{}"
    serial: int = 0


NOTHING: Final = Known()
"""Of a computer that does not sign."""


def standing_of(seen: Seen, count: int, mark: str) -> Standing:
    """What a request with this number is, after those that were ``seen``."""
    if count in seen:
        return Standing.REPEATED if seen[count] == mark else Standing.FORKED
    is_late = len(seen) >= WINDOW and sum(number > count for number in seen) >= WINDOW
    return Standing.FORKED if is_late else Standing.FRESH


def newest(seen: Seen) -> Seen:
    """Those that are looked at from now on."""
    return dict(sorted(seen.items())[-WINDOW:]) if len(seen) > WINDOW else seen


def is_forked(seen: Seen, others: Seen) -> bool:
    """Whether two processes each took another request with the same number. None of these is late:
    which of them came first nobody knows."""
    return any(seen.get(number, mark) != mark for number, mark in others.items())


def token_of(key: bytes, client_id: str, serial: int) -> str:
    """The token of a computer at a place in its row; ``key`` is the server's own."""
    told = f"{client_id}.{serial}"
    seal = hmac.digest(key, _TAG + told.encode(), "sha256")
    return f"{told}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


def shown_by(key: bytes, token: str) -> Shown | None:
    """Whose token it is; ``None`` for one of enrolment, which is kept as a hash, and for none."""
    client_id, _, rest = token.partition(".")
    serial = rest.partition(".")[0]
    if not (serial.isascii() and serial.isdecimal() and len(serial) < KEY_BYTES):
        return None
    expected = token_of(key, client_id, int(serial))
    is_ours = hmac.compare_digest(expected.encode(), token.encode())
    return Shown(client_id, int(serial)) if is_ours else None


def learn_key(connection: Connection, client_id: str, public: bytes, clock: Clock) -> None:
    """Keep the key of a computer that has none yet. Raises SignedOut where it has another."""
    if len(public) != KEY_BYTES:
        raise SignedOut
    line = {
        "client_id": client_id,
        "public": public.hex(),
        "seen": "{}",
        "serial": 0,
        "serial_at": stamp(clock.now()),
        "suspended_at": "",
    }
    insert_missing(connection, DEVICE_KEY, [line])
    known = select(DEVICE_KEY.c.public).where(DEVICE_KEY.c.client_id == client_id)
    if connection.execute(known).scalar_one() != public.hex():
        raise SignedOut


def suspend(connection: Connection, key: bytes, client_id: str, clock: Clock) -> None:
    """Give a computer nothing from now on, and have the audit tell of it, once; ``key`` is the
    server's own."""
    now = stamp(clock.now())
    mine = (DEVICE_KEY.c.client_id == client_id, DEVICE_KEY.c.suspended_at == "")
    if connection.execute(update(DEVICE_KEY).where(*mine).values(suspended_at=now)).rowcount:
        told = {"id": f"{client_id}:{now}", "at": now, "actor": "server", "reason": ""}
        what = {"action": "device.suspend", "type": "", "object_id": client_id}
        append(connection, key, [{**told, **what, "device": "doorstep-server"}])


def wants(connection: Connection, client_id: str, clock: Clock) -> tuple[bool, bool]:
    """Whether a computer should tell its key, and whether its token should be renewed."""
    at = select(DEVICE_KEY.c.serial_at).where(DEVICE_KEY.c.client_id == client_id)
    since = connection.execute(at).scalar()
    return since is None, since is not None and clock.now() - parse_stamp(since) >= RENEW_AFTER


def resume(connection: Connection, client_id: str) -> None:
    """Let a suspended computer go on from whatever number it shows next.

    Raises :class:`NotSuspended`.
    """
    suspended = (DEVICE_KEY.c.client_id == client_id, DEVICE_KEY.c.suspended_at != "")
    fresh = {"seen": "{}", "suspended_at": "", "serial": 0}
    if connection.execute(update(DEVICE_KEY).where(*suspended).values(fresh)).rowcount == 0:
        raise NotSuspended
