"""The key header ``vault.json``: which factors open a profile, and its wrapped key.

The store's key is random and never changes; a password only wraps it, so a new password costs
no re-encryption. The header holds nothing secret, and everything in it is authenticated.
"""

import base64
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import PasswordTooShort, ProfileExists, StoreTooNew, VaultUnreadable, WrongPassword

FILE_NAME: Final = "vault.json"
VERSION: Final = 1
LEAST_PASSWORD: Final = 12
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_BYTES: Final = 16
# Most work that a header may ask for: a forged one shall not fill the memory.
MOST_MEMORY_KIB: Final = 1024 * 1024
MOST_TIME_COST: Final = 10

RandomBytes = Callable[[int], bytes]


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

    def wrapped_by(self, kek: bytes, nonce: bytes, bound: bytes) -> bytes:
        """This key, encrypted and authenticated together with ``bound``."""
        return AESGCM(kek).encrypt(nonce, self._secret, bound)


def check_password(password: str) -> None:
    """Raise :class:`PasswordTooShort` before anything is made with a weak one."""
    if len(password) < LEAST_PASSWORD:
        raise PasswordTooShort(least=LEAST_PASSWORD)


def create(
    folder: Path, password: str, owner: Owner, random_bytes: RandomBytes, work: Work | None = None
) -> Key:
    """Make a new key and write its header. Raises :class:`ProfileExists` over an old one."""
    key = Key(random_bytes(KEY_BYTES))
    seal(folder, key, password, owner, random_bytes, work)
    return key


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
) -> None:
    """Write the header of a new ``key``: from here on there is a profile."""
    check_free(folder)
    check_password(password)
    _write(folder, _header(key, password, owner, random_bytes, work or Work()))


def unlock(folder: Path, password: str) -> Key:
    """The profile's key. Raises :class:`WrongPassword`, :class:`VaultUnreadable`, StoreTooNew."""
    return _unwrap(_read(folder), password)


def owner_of(folder: Path) -> Owner:
    """Whose profile this is; readable while it is locked."""
    return _owner(_read(folder))


def change_password(
    folder: Path, old: str, new: str, random_bytes: RandomBytes, work: Work | None = None
) -> None:
    """Wrap the same key by a new password. A kill leaves the old header or the new one."""
    header = _read(folder)
    key = _unwrap(header, old)
    check_password(new)
    _write(folder, _header(key, new, _owner(header), random_bytes, work or Work()))


def _header(
    key: Key, password: str, owner: Owner, random_bytes: RandomBytes, work: Work
) -> dict[str, Any]:
    salt, nonce = random_bytes(SALT_BYTES), random_bytes(NONCE_BYTES)
    header: dict[str, Any] = {
        "version": VERSION,
        "owner": asdict(owner),
        "factors": [{"kind": "password", "kdf": "argon2id", "salt": _text(salt), **asdict(work)}],
        "nonce": _text(nonce),
    }
    kek = _stretched(password, salt, work)
    return {**header, "wrapped": _text(key.wrapped_by(kek, nonce, _bound(header)))}


def _unwrap(header: dict[str, Any], password: str) -> Key:
    try:
        (factor,) = header["factors"]
        work = Work(**{name: int(factor[name]) for name in asdict(Work())})
        salt, nonce = _bytes(factor["salt"]), _bytes(header["nonce"])
        wrapped = _bytes(header["wrapped"])
        if factor["kind"] != "password" or factor["kdf"] != "argon2id":
            raise StoreTooNew
    except (KeyError, TypeError, ValueError) as error:
        raise VaultUnreadable from error
    if work.memory_kib > MOST_MEMORY_KIB or work.time_cost > MOST_TIME_COST:
        raise VaultUnreadable
    bound = _bound({name: value for name, value in header.items() if name != "wrapped"})
    try:
        return Key(AESGCM(_stretched(password, salt, work)).decrypt(nonce, wrapped, bound))
    except InvalidTag:
        raise WrongPassword from None


def _stretched(password: str, salt: bytes, work: Work) -> bytes:
    return hash_secret_raw(
        password.encode(),
        salt,
        time_cost=work.time_cost,
        memory_cost=work.memory_kib,
        parallelism=work.parallelism,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _bound(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _owner(header: dict[str, Any]) -> Owner:
    try:
        return Owner(**header["owner"])
    except (KeyError, TypeError) as error:
        raise VaultUnreadable from error


def _read(folder: Path) -> dict[str, Any]:
    try:
        header = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        version = int(header["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VaultUnreadable from error
    if version > VERSION:
        raise StoreTooNew
    return dict(header)


def _write(folder: Path, header: dict[str, Any]) -> None:
    draft = folder / f"{FILE_NAME}.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(header, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o600)
    draft.replace(folder / FILE_NAME)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Put on the disk which files a folder has: a file's own bytes do not say its name."""
    if os.name != "posix":
        return  # Windows cannot open a folder; NTFS journals the rename itself.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
