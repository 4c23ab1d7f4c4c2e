"""A profile's key: made, unlocked, and wrapped anew by other factors without a new key.

The store's key is random and never changes; the factors only wrap it, so a new password costs no
re-encryption. The password is one always. The computer's keychain and the server's lease join it
where there are such, and a copy is sealed to the organisation's recovery key. Both join only where
that copy is: neither a keychain that was reset nor a server that lost what it had lent must ever
close a profile for good.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.errors import (
    KeychainLost,
    KeychainRefused,
    PasswordChanged,
    PasswordTooShort,
    ProfileExists,
    RecoveryRefused,
    VaultUnreadable,
    WrongPassword,
)
from sync.identity import Clock, ComputerClock
from sync.store import header as headers
from sync.store import lease
from sync.store.header import (
    DEVICE,
    FILE_NAME,
    KEY_BYTES,
    LEASE,
    NONCE_BYTES,
    SALT_BYTES,
    Document,
    Factor,
    Key,
    Owner,
    RandomBytes,
    Stretched,
    Work,
)
from sync.store.keychain import Keychain, NoKeychain
from sync.store.lock import rewriting
from sync.wire import recovery

__all__ = [
    "FILE_NAME",
    "KEY_BYTES",
    "LEAST_PASSWORD",
    "Key",
    "OpenVault",
    "Outside",
    "Owner",
    "Protection",
    "Work",
    "change_password",
    "check_free",
    "check_password",
    "create",
    "open_stretched",
    "open_vault",
    "owner_of",
    "recover",
    "seal",
    "unlock",
]

LEAST_PASSWORD: Final = 12
_LOGIN: Final = "login"
_ENTRY_BYTES: Final = 16
NO_KEYCHAIN: Final = NoKeychain()


@dataclass(frozen=True)
class Outside:
    """What a key needs beside its folder: the keychain, and the clock that a lease counts by."""

    keychain: Keychain = NO_KEYCHAIN
    clock: Clock = field(default_factory=ComputerClock)


@dataclass(frozen=True)
class Protection:
    """What the server's word adds to a password.

    ``lease`` is the server's secret for this computer, ``recovery_key`` the organisation's public
    key, ``token`` what asks the server for the lease again once it was given up.
    """

    lease: bytes = field(default=b"", repr=False)
    recovery_key: bytes = b""
    token: str = field(default="", repr=False)


NOTHING_MORE: Final = Protection()


@dataclass(frozen=True)
class OpenVault:
    """An unlocked profile's key, and what wraps it anew without asking for the password again."""

    folder: Path
    key: Key
    by: Stretched = field(repr=False)
    owner: Owner
    keychain: Keychain
    random_bytes: RandomBytes = field(repr=False)

    def portable(self) -> str:
        """A header for a backup, which opens on any computer by the password alone.

        Raises :class:`PasswordChanged`.
        """
        self._current()
        nonce = self.random_bytes(NONCE_BYTES)
        return json.dumps(headers.wrapped(self.key, self.by, self.owner, (), nonce), indent=1)

    def protect(self, more: Protection) -> None:
        """Wrap the key by everything there is now. Raises :class:`PasswordChanged`."""
        with rewriting(self.folder / FILE_NAME):
            self._rewrap(self._current(), self.by, more)

    def with_password(self, by: Stretched) -> "OpenVault":
        """Wrap the key by another password and the same factors."""
        with rewriting(self.folder / FILE_NAME):
            header = self._current()
            token = _token(header, self.by) if _LOGIN in header else ""
            self._rewrap(header, by, Protection(token=token))
        return replace(self, by=by)

    def _current(self) -> Document:
        """The header, as long as this password is the one in it."""
        header = headers.read(self.folder)
        if headers.salt_of(header) != self.by.salt:
            raise PasswordChanged
        return header

    def _rewrap(self, header: Document, by: Stretched, more: Protection) -> None:
        """What is read back proves the new header before it takes the old one's place."""
        recovered = self._recovered(header, more.recovery_key)
        factors = self._factors(header, more, has_way_back=recovered is not None)
        bound = {} if recovered is None else {"recovery": recovered}
        nonce = self.random_bytes(NONCE_BYTES)
        fresh = headers.wrapped(self.key, by, self.owner, factors, nonce, bound)
        if more.token:
            fresh[_LOGIN] = self._login(by, more.token)
        elif _LOGIN in header and by is self.by:
            fresh[_LOGIN] = header[_LOGIN]
        again = _with_secrets(headers.others_of(fresh), self.folder, self.keychain)
        if headers.unwrapped(fresh, by, again).derive(_LOGIN) != self.key.derive(_LOGIN):
            raise VaultUnreadable
        headers.write(self.folder, fresh)
        asked = [one.told["name"] for one in factors if one.kind == LEASE]
        lease.forget_former(self.folder, "".join(asked))

    def _recovered(self, header: Document, public: bytes) -> dict[str, str] | None:
        kept: dict[str, str] | None = header.get("recovery")
        if not public or (kept is not None and kept.get("key") == recovery.name_of(public)):
            return kept
        told, ephemeral = _told(self.owner), self.random_bytes(KEY_BYTES)
        copy = self.key.wrapped_by(lambda it: recovery.seal(it, public, told, ephemeral))
        return {"key": recovery.name_of(public), "sealed": headers.encoded(copy)}

    def _factors(
        self, header: Document, more: Protection, *, has_way_back: bool
    ) -> tuple[Factor, ...]:
        kept = {one.kind: one for one in headers.others_of(header)}
        found: list[Factor] = []
        if DEVICE in kept:
            found += _with_secrets((kept[DEVICE],), self.folder, self.keychain)
        elif has_way_back and self.keychain.is_there:
            entry, secret = self.random_bytes(_ENTRY_BYTES).hex(), self.random_bytes(KEY_BYTES)
            with suppress(KeychainRefused):  # As safe as a computer that has none.
                self.keychain.keep(entry, secret)
                found.append(Factor(DEVICE, {"entry": entry}, secret))
        if more.lease and (has_way_back or LEASE in kept):
            found.append(Factor(LEASE, {"name": lease.name_of(more.lease)}, more.lease))
        elif LEASE in kept:
            found += _with_secrets((kept[LEASE],), self.folder, self.keychain)
        return tuple(found)

    def _login(self, by: Stretched, token: str) -> dict[str, str]:
        nonce = self.random_bytes(NONCE_BYTES)
        key = by.joined((), (), _LOGIN)
        sealed = AESGCM(key).encrypt(nonce, token.encode(), _told(self.owner))
        return {"nonce": headers.encoded(nonce), "sealed": headers.encoded(sealed)}


def check_password(password: str) -> None:
    """Raise :class:`PasswordTooShort` before anything is made with a weak one."""
    if len(password) < LEAST_PASSWORD:
        raise PasswordTooShort(least=LEAST_PASSWORD)


def create(
    folder: Path, password: str, owner: Owner, random_bytes: RandomBytes, work: Work | None = None
) -> Key:
    """Make a new key and write its header. Raises :class:`ProfileExists` over an old one."""
    key = Key(random_bytes(KEY_BYTES))
    return seal(folder, key, password, owner, random_bytes, work).key


def check_free(folder: Path) -> None:
    """Raise :class:`ProfileExists` where a header is: without it its data is lost."""
    if (folder / FILE_NAME).exists():
        raise ProfileExists


def seal(
    folder: Path,
    key: Key,
    password: str,
    owner: Owner,
    random_bytes: RandomBytes,
    work: Work | None = None,
    keychain: Keychain = NO_KEYCHAIN,
) -> OpenVault:
    """Write the header of a new ``key``: from here on there is a profile."""
    check_free(folder)
    check_password(password)
    by = headers.stretch(password, random_bytes(SALT_BYTES), work or Work())
    headers.write(folder, headers.wrapped(key, by, owner, (), random_bytes(NONCE_BYTES)))
    return OpenVault(folder, key, by, owner, keychain, random_bytes)


def unlock(folder: Path, password: str, keychain: Keychain = NO_KEYCHAIN) -> Key:
    """The profile's key, nothing changed. Raises :class:`WrongPassword`, KeychainLost,
    LeaseEnded, VaultUnreadable, StoreTooNew."""
    return _opened(headers.read(folder), folder, password, keychain)[0]


def open_vault(
    folder: Path, password: str, random_bytes: RandomBytes, keychain: Keychain = NO_KEYCHAIN
) -> OpenVault:
    """As :func:`unlock`, for who goes on to use the profile."""
    header = headers.read(folder)
    key, by = _opened(header, folder, password, keychain)
    return OpenVault(folder, key, by, headers.owner_in(header), keychain, random_bytes)


def open_stretched(
    folder: Path, by: Stretched, random_bytes: RandomBytes, keychain: Keychain = NO_KEYCHAIN
) -> OpenVault:
    """As :func:`open_vault`, by a password that was stretched already. Raises
    :class:`PasswordChanged` too, where another one was set meanwhile."""
    header = headers.read(folder)
    if headers.salt_of(header) != by.salt:
        raise PasswordChanged
    factors = _with_secrets(headers.others_of(header), folder, keychain)
    key = headers.unwrapped(header, by, factors)
    return OpenVault(folder, key, by, headers.owner_in(header), keychain, random_bytes)


def owner_of(folder: Path) -> Owner:
    """Whose profile this is; readable while it is locked."""
    return headers.owner_in(headers.read(folder))


def login_of(folder: Path, password: str) -> str:
    """The token that asks the server for the lease again. Raises :class:`WrongPassword`."""
    header = headers.read(folder)
    by = headers.stretch_as(header, password)
    return _token(header, by)


def change_password(
    folder: Path,
    old: str,
    new: str,
    random_bytes: RandomBytes,
    work: Work | None = None,
    keychain: Keychain = NO_KEYCHAIN,
) -> OpenVault:
    """Wrap the same key by a new password. A kill leaves the old header or the new one."""
    opened = open_vault(folder, old, random_bytes, keychain)
    check_password(new)
    return opened.with_password(headers.stretch(new, random_bytes(SALT_BYTES), work or Work()))


def recover(
    folder: Path,
    private: X25519PrivateKey,
    password: str,
    random_bytes: RandomBytes,
    work: Work | None = None,
) -> Key:
    """Open a profile with the organisation's recovery key, and give it this password alone.

    The next sync adds the other factors again. Raises :class:`RecoveryRefused`; then nothing was
    changed.
    """
    check_password(password)
    header = headers.read(folder)
    owner = headers.owner_in(header)
    try:
        sealed = headers.decoded(header["recovery"]["sealed"])
    except (KeyError, TypeError, ValueError):
        raise RecoveryRefused from None
    key = Key(recovery.unseal(sealed, private, _told(owner)))
    by = headers.stretch(password, random_bytes(SALT_BYTES), work or Work())
    with rewriting(folder / FILE_NAME):
        # The copy that was opened holds this key, whatever was written since.
        more = {"recovery": header["recovery"]}
        headers.write(folder, headers.wrapped(key, by, owner, (), random_bytes(NONCE_BYTES), more))
    return key


def _opened(
    header: Document, folder: Path, password: str, keychain: Keychain
) -> tuple[Key, Stretched]:
    factors = _with_secrets(headers.others_of(header), folder, keychain)
    by = headers.stretch_as(header, password)
    return headers.unwrapped(header, by, factors), by


def _with_secrets(
    factors: Sequence[Factor], folder: Path, keychain: Keychain
) -> tuple[Factor, ...]:
    return tuple(replace(one, secret=_secret_of(one, folder, keychain)) for one in factors)


def _secret_of(factor: Factor, folder: Path, keychain: Keychain) -> bytes:
    if factor.kind == LEASE:
        return lease.secret(folder, factor.told.get("name", ""))
    secret = keychain.find(factor.told.get("entry", ""))
    if secret is None:
        raise KeychainLost
    return secret


def _token(header: dict[str, Any], by: Stretched) -> str:
    try:
        kept = header[_LOGIN]
        nonce, sealed = headers.decoded(kept["nonce"]), headers.decoded(kept["sealed"])
        told = _told(headers.owner_in(header))
        return AESGCM(by.joined((), (), _LOGIN)).decrypt(nonce, sealed, told).decode()
    except InvalidTag:
        raise WrongPassword from None
    except (KeyError, TypeError, ValueError) as error:
        raise VaultUnreadable from error


def _told(owner: Owner) -> bytes:
    return json.dumps([owner.server, owner.user]).encode()
