"""Six digits that open a profile again for a while after its password did.

What they wrap is the stretched password alone: the keychain and the server's lease are asked for
as ever, so a lease that ended meanwhile, or a computer that was revoked, stays shut. It is held by
the lock screen's memory and never written down; six digits are too few for a disk.
"""

import base64
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import Clock, parse_stamp, stamp
from sync.store import header as headers
from sync.store.header import NONCE_BYTES, SALT_BYTES, RandomBytes, Stretched, Work
from sync.store.keychain import Keychain
from sync.store.vault import OpenVault, open_stretched

DIGITS: Final = 6
HOURS: Final = 12
TRIES: Final = 5
_SIX: Final = re.compile(r"[0-9]{6}")
_UP, _DOWN = "01234567890", "09876543210"


class QuickCodeWeak(DoorstepError):
    """No code, or one that whoever looks on tries first."""

    code = "quick.weak"
    message = N_("Six digits, and neither one digit six times nor a row such as 123456.")


class QuickCodeWrong(DoorstepError):
    """Another code."""

    code = "quick.wrong"
    message = N_("That is not the code. Tries left: {left}; after that, the password.")
    exit_code = 4


class QuickCodeOver(DoorstepError):
    """It was tried too often, or the password was typed too long ago."""

    code = "quick.over"
    message = N_("The code does not open it any more. Type the password.")
    exit_code = 4


@dataclass(frozen=True)
class QuickKey:
    """A stretched password below a code. ``until`` is a stamp, ``until_up`` the uptime, whichever
    comes first; ``tries`` are left."""

    salt: bytes
    nonce: bytes
    sealed: bytes = field(repr=False)
    password_salt: bytes
    password_work: Work
    work: Work
    until: str
    until_up: float
    tries: int = TRIES

    def is_over(self, clock: Clock) -> bool:
        """Whether the password is asked for again. A clock that is set back helps nobody."""
        late = clock.now() >= parse_stamp(self.until) or clock.monotonic() >= self.until_up
        early = parse_stamp(self.until) - clock.now() > timedelta(hours=HOURS)
        return self.tries <= 0 or late or early

    def document(self) -> dict[str, Any]:
        """What one process hands another through a pipe."""
        told = asdict(self)
        for name in ("salt", "nonce", "sealed", "password_salt"):
            told[name] = base64.b64encode(told[name]).decode()
        return told


def quick_key_of(told: dict[str, Any]) -> QuickKey:
    """The inverse of :meth:`QuickKey.document`. Raises ValueError, KeyError or TypeError."""
    found = dict(told)
    for name in ("salt", "nonce", "sealed", "password_salt"):
        found[name] = base64.b64decode(found[name], validate=True)
    works = {name: Work(**found[name]) for name in ("work", "password_work")}
    return QuickKey(**{**found, **works})


def check_code(code: str) -> None:
    """Raise :class:`QuickCodeWeak` for what is no code, or hardly one."""
    if not _SIX.fullmatch(code) or len(set(code)) == 1 or code in _UP or code in _DOWN:
        raise QuickCodeWeak


@dataclass(frozen=True)
class Until:
    """Until when a code opens: a stamp, and an uptime in seconds."""

    wall: str
    up: float

    @classmethod
    def from_now(cls, clock: Clock) -> "Until":
        """So many hours after a password that was typed now."""
        return cls(stamp(clock.now() + timedelta(hours=HOURS)), clock.monotonic() + HOURS * 3600)


def seal_quickly(
    vault: OpenVault, code: str, until: Until, random_bytes: RandomBytes, work: Work | None = None
) -> QuickKey:
    """Have ``code`` open this profile until then. Raises :class:`QuickCodeWeak`. Takes about as
    long as unlocking."""
    check_code(code)
    salt, nonce, by = random_bytes(SALT_BYTES), random_bytes(NONCE_BYTES), vault.by
    key = headers.stretch(code, salt, work or Work()).secret
    sealed = AESGCM(key).encrypt(nonce, by.secret, by.salt)
    cost = work or Work()
    return QuickKey(salt, nonce, sealed, by.salt, by.work, cost, until.wall, until.up)


def open_quickly(
    quick: QuickKey,
    code: str,
    clock: Clock,
    folder: Path,
    random_bytes: RandomBytes,
    keychain: Keychain,
) -> OpenVault:
    """The profile's key by its code. Raises :class:`QuickCodeWrong`, with ``left`` tries, or
    :class:`QuickCodeOver`, and what :func:`~sync.store.vault.open_stretched` raises."""
    if quick.is_over(clock):
        raise QuickCodeOver
    key = headers.stretch(code, quick.salt, quick.work).secret
    try:
        secret = AESGCM(key).decrypt(quick.nonce, quick.sealed, quick.password_salt)
    except InvalidTag:
        left = quick.tries - 1
        raise (QuickCodeWrong(left=left) if left else QuickCodeOver()) from None
    by = Stretched(quick.password_salt, quick.password_work, secret)
    return open_stretched(folder, by, random_bytes, keychain)


def after_a_wrong_code(quick: QuickKey) -> QuickKey:
    """The same with a try less."""
    return replace(quick, tries=quick.tries - 1)
