"""What stands in a key header, and how a key is wrapped: pure, apart from reading and writing it.

``password`` is stretched by Argon2id; HKDF joins it with the secrets of the other factors to the
key that wraps the profile's. The first version had the stretched password alone and is read still.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.disk import sync_folder
from sync.errors import StoreTooNew, VaultUnreadable, WrongPassword

FILE_NAME: Final = "vault.json"
VERSION: Final = 2
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_BYTES: Final = 16
# Most work that a header may ask for: a forged one shall not fill the memory.
MOST_MEMORY_KIB: Final = 1024 * 1024
MOST_TIME_COST: Final = 10

DEVICE: Final = "device"
LEASE: Final = "lease"
_PASSWORD: Final = "password"  # The name of a factor.
_CIPHER: Final = "aes-256-gcm"
# These two carry seals of their own.
_UNBOUND: Final = ("wrapped", "login")

RandomBytes = Callable[[int], bytes]
Document = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """Argon2id's cost: RFC 9106's second recommended option."""

    memory_kib: int = 64 * 1024
    time_cost: int = 3
    parallelism: int = 4


@dataclass(frozen=True)
class Owner:
    """Whose key it is. Bound into the wrapping, so a header fits no other profile."""

    server: str
    user: str


@dataclass(frozen=True)
class Factor:
    """One secret beside the password. ``told`` is what the header says of it, in the clear."""

    kind: str
    told: Mapping[str, str] = field(default_factory=dict)
    secret: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Stretched:
    """A password after Argon2id. Kept while a profile is open, as its key is."""

    salt: bytes
    work: Work
    secret: bytes = field(repr=False)

    def joined(self, kinds: Sequence[str], secrets: Sequence[bytes], purpose: str = "kek") -> bytes:
        """The key that this password and these factors make together."""
        info = f"doorstep {purpose} {VERSION} {' '.join(kinds)}".encode()
        secret = self.secret + b"".join(secrets)
        return HKDF(SHA256(), KEY_BYTES, self.salt, info).derive(secret)


class Key:
    """A profile's secret. Never printed; uses are derived from it, each for one purpose."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a key has 32 bytes")
        self._secret = secret

    def __repr__(self) -> str:
        return "Key(hidden)"

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one ``purpose``; one derived key tells nothing about another."""
        expand = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
        return expand.derive(self._secret)

    def wrapped_by(self, seal: Callable[[bytes], bytes]) -> bytes:
        """This key as ``seal`` encrypts it: the only way in which it gets out of here."""
        return seal(self._secret)


def stretch(password: str, salt: bytes, work: Work) -> Stretched:
    """Do the work that a password costs: by far the longest part of unlocking."""
    secret = hash_secret_raw(
        password.encode(),
        salt,
        time_cost=work.time_cost,
        memory_cost=work.memory_kib,
        parallelism=work.parallelism,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
    return Stretched(salt, work, secret)


def stretch_as(header: Document, password: str) -> Stretched:
    """The password, stretched as this header asks. Raises VaultUnreadable, StoreTooNew."""
    try:
        first = header["factors"][0]
        work = Work(**{name: int(first[name]) for name in asdict(Work())})
        salt = decoded(first["salt"])
        known = first["kind"] == _PASSWORD and first["kdf"] == "argon2id"
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise VaultUnreadable from error
    if not known:
        raise StoreTooNew
    if not 0 < work.memory_kib <= MOST_MEMORY_KIB or not 0 < work.time_cost <= MOST_TIME_COST:
        raise VaultUnreadable
    return stretch(password, salt, work)


def salt_of(header: Document) -> bytes:
    """The salt of its password: another one means that the password was set anew."""
    try:
        return decoded(header["factors"][0]["salt"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise VaultUnreadable from error


def others_of(header: Document) -> tuple[Factor, ...]:
    """The factors beside the password, without their secrets."""
    try:
        listed = [dict(one) for one in header["factors"][1:]]
        found = tuple(Factor(str(one.pop("kind")), one) for one in listed)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise VaultUnreadable from error
    if any(one.kind not in (DEVICE, LEASE) for one in found):
        raise StoreTooNew
    return found


def wrapped(
    key: Key,
    by: Stretched,
    owner: Owner,
    factors: Sequence[Factor],
    nonce: bytes,
    more: Mapping[str, Any] | None = None,
) -> Document:
    """A header: ``key``, wrapped by the password and ``factors``; ``more`` is bound in as well."""
    password = {"kind": _PASSWORD, "kdf": "argon2id", "salt": encoded(by.salt), **asdict(by.work)}
    header: Document = {
        "version": VERSION,
        "cipher": _CIPHER,
        "owner": asdict(owner),
        "factors": [password, *({"kind": one.kind, **one.told} for one in factors)],
        "nonce": encoded(nonce),
        **(more or {}),
    }
    kek = by.joined([one.kind for one in factors], [one.secret for one in factors])
    sealed = key.wrapped_by(lambda secret: AESGCM(kek).encrypt(nonce, secret, _bound(header)))
    return {**header, "wrapped": encoded(sealed)}


def unwrapped(header: Document, by: Stretched, factors: Sequence[Factor]) -> Key:
    """The key in a header. Raises :class:`WrongPassword` where any factor is another one."""
    kek = by.secret
    if int(header["version"]) > 1:
        if header.get("cipher") != _CIPHER:
            raise StoreTooNew
        kek = by.joined([one.kind for one in factors], [one.secret for one in factors])
    try:
        nonce, sealed = decoded(header["nonce"]), decoded(header["wrapped"])
        return Key(AESGCM(kek).decrypt(nonce, sealed, _bound(header)))
    except InvalidTag:
        raise WrongPassword from None
    except (KeyError, TypeError, ValueError) as error:
        raise VaultUnreadable from error


def owner_in(header: Document) -> Owner:
    """Whose header it is."""
    try:
        return Owner(**header["owner"])
    except (KeyError, TypeError) as error:
        raise VaultUnreadable from error


def parsed(text: str) -> Document:
    """A header that was read. Raises VaultUnreadable, StoreTooNew."""
    try:
        header = dict(json.loads(text))
        version = int(header["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise VaultUnreadable from error
    if version > VERSION:
        raise StoreTooNew
    return header


def read(folder: Path) -> Document:
    """The header of a profile."""
    try:
        return parsed((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise VaultUnreadable from error


def write(folder: Path, header: Document) -> None:
    """Put a header in place of the one that is there: a kill leaves the old one or the new."""
    put(folder / FILE_NAME, json.dumps(header, indent=1))


def put(file: Path, text: str) -> None:
    """Replace a small file in one step, and have it on the disk.

    No two writers share a draft; who writes what was read before holds ``lock.rewriting``.
    """
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    try:
        with draft.open("x", encoding="utf-8") as disk:
            draft.chmod(0o600)
            disk.write(text)
            disk.flush()
            os.fsync(disk.fileno())
        draft.replace(file)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    sync_folder(file.parent)


def encoded(raw: bytes) -> str:
    """Bytes as a header writes them."""
    return base64.b64encode(raw).decode()


def decoded(text: str) -> bytes:
    """The inverse of :func:`encoded`; raises ``ValueError``."""
    return base64.b64decode(text, validate=True)


def _bound(header: Document) -> bytes:
    told = {name: value for name, value in header.items() if name not in _UNBOUND}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
