"""The key that seals residents' ID numbers in the store, and whatever tells one.

The database, and whoever copies it, sees a token where a number of an ID card stood, and where its
last four signs stood. Hashes of what holds a number are sealed, too: there are so few numbers with
a known birthday that a bare hash tells which it is, and so does a keyed one beside its key: the
server's own secret is sealed with the rest. The wire knows nothing of all this.

The same number has the same token (AES-SIV), and the same hash is sealed alike, so that they are
still compared and looked up by what they are. The same four signs have many people; their tokens
are all different.
"""

import binascii
import hmac
import os
import re
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import cached_property
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from sync.server.file_key import FileKey, file_key_of
from sync.server.number_shapes import (
    MARK,
    NUMBER,
    TAIL,
    TAIL_FIELD,
    TAILS,
    is_number,
    is_plain_tail,
    may_hold,
)

KEY_BYTES: Final = 64
"""Two AES-256 keys, as SIV takes them."""

SEALED: Final = "~"
"""Begins a sealed hash, and the sealed secret. Neither begins so in plain: they are hex."""

_TOKEN: Final = re.compile(rf"{MARK}(\.?)([A-Za-z0-9_=-]*){MARK}")
"""A point begins the token of an end."""

_OF_A_NUMBER: Final = b"id number"
_OF_AN_END: Final = b"end of an id number"
_OF_BYTES: Final = b"bytes"
_OF_HASHES: Final = b"doorstep column hashes"
_CHECKED: Final = b"doorstep column key"
_NONCE_BYTES: Final = 12
_HASH_SIGNS: Final = frozenset({32, 64})
"""Whole blocks of AES, in hex."""


class TokenUnknown(ValueError):
    """A token that another key made, or nobody."""


class Sealing(Protocol):
    """What seals and unseals what the columns of one store hold."""

    @property
    def file_key(self) -> FileKey | None:
        """What opens the SQLite files that the store and its backups are."""

    def seal(self, text: str) -> str:
        """The text as it is stored."""

    def unseal(self, text: str) -> str:
        """The inverse."""

    def seal_bytes(self, content: bytes) -> bytes:
        """All of it, as it is stored."""

    def unseal_bytes(self, content: bytes) -> bytes:
        """The inverse."""

    def seal_hashes(self, hashes: Sequence[str]) -> list[str]:
        """Hashes as they are stored."""

    def unseal_hash(self, stored: str) -> str:
        """The inverse, of one."""

    def seal_secret(self, secret: bytes) -> str:
        """The server's own secret as it is stored."""

    def unseal_secret(self, stored: str) -> bytes:
        """The inverse."""


class ColumnKey:
    """The key of one server's columns."""

    def __init__(self, secret: bytes) -> None:
        self.secret: Final = secret
        self._cipher = AESSIV(secret)
        self._blocks = _Blocks(hmac.digest(secret, _OF_HASHES, "sha256"))

    @cached_property
    def file_key(self) -> FileKey:
        """What opens the SQLite files that the store and its backups are."""
        return file_key_of(self.secret)

    @property
    def check(self) -> str:
        """What a store keeps, to know its key by."""
        return self._cipher.encrypt(_CHECKED, None).hex()

    def seal(self, text: str) -> str:
        """The text with a token for each number and each end in it; nearly always itself."""
        return self.seal_tails(NUMBER.sub(self._sealed, text)) if may_hold(text) else text

    def seal_tails(self, text: str) -> str:
        """The same for the ends alone: of a text whose numbers are sealed already."""
        return TAILS.sub(self._sealed_tails, text) if TAIL_FIELD in text else text

    def unseal(self, text: str) -> str:
        """The inverse of :meth:`seal`. Raises :class:`TokenUnknown`."""
        return _TOKEN.sub(self._unsealed, text) if MARK in text else text

    def seal_bytes(self, content: bytes) -> bytes:
        """All of it, whatever it holds."""
        return self._cipher.encrypt(content, [_OF_BYTES])

    def unseal_bytes(self, content: bytes) -> bytes:
        """The inverse. Raises :class:`TokenUnknown`."""
        return self._opened(content, [_OF_BYTES])

    def seal_hashes(self, hashes: Sequence[str]) -> list[str]:
        """Hashes in hex, each sealed by itself; what is no hash, or is sealed, stays as it is.

        To whoever lacks the key a hash is as good as random, so each of its blocks is sealed
        alone. That costs next to nothing where many are stored at once.
        """
        sizes = {*map(len, hashes)}
        if len(sizes) == 1 and sizes <= _HASH_SIGNS:
            try:
                return self._sealed_hashes(hashes, sizes.pop())
            except ValueError:
                pass  # One of them is no hex.
        return [self._sealed_hash(one) for one in hashes]

    def unseal_hash(self, stored: str) -> str:
        """The inverse; one that an older version stored is in plain. Raises
        :class:`TokenUnknown`."""
        if not stored.startswith(SEALED):
            return stored
        if len(stored) - len(SEALED) not in _HASH_SIGNS:
            raise TokenUnknown
        try:
            return self._blocks.unseal(_whole(stored[len(SEALED) :])).hex()
        except ValueError:
            raise TokenUnknown from None

    def seal_secret(self, secret: bytes) -> str:
        """The server's own secret."""
        return SEALED + self.seal_bytes(secret).hex()

    def unseal_secret(self, stored: str) -> bytes:
        """The inverse; an older version stored it in plain. Raises :class:`TokenUnknown`."""
        plain = bytes.fromhex(stored.removeprefix(SEALED))
        return self.unseal_bytes(plain) if stored.startswith(SEALED) else plain

    def _sealed(self, found: re.Match[str]) -> str:
        said = found[0]
        if said == MARK:
            return MARK + MARK
        if not is_number(said):
            return said
        sealed = self._cipher.encrypt(said.encode(), [_OF_A_NUMBER])
        return f"{MARK}{urlsafe_b64encode(sealed).decode()}{MARK}"

    def _sealed_tails(self, found: re.Match[str]) -> str:
        return found[1] + TAIL.sub(self._sealed_tail, found[2])

    def _sealed_tail(self, found: re.Match[str]) -> str:
        before, said, behind = found.groups()
        if not is_plain_tail(said):
            return found[0]
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(said.encode(), [_OF_AN_END, nonce])
        return f"{before}{MARK}.{urlsafe_b64encode(sealed).decode()}{MARK}{behind}"

    def _unsealed(self, found: re.Match[str]) -> str:
        is_end, token = found.groups()
        if not token:
            return MARK
        try:
            sealed = urlsafe_b64decode(token)
        except binascii.Error:
            raise TokenUnknown from None
        nonce = sealed[:_NONCE_BYTES] if is_end else b""
        purpose = [_OF_AN_END, nonce] if is_end else [_OF_A_NUMBER]
        return self._opened(sealed[len(nonce) :], purpose).decode()

    def _sealed_hashes(self, hashes: Sequence[str], size: int) -> list[str]:
        told = self._blocks.seal(_whole("".join(hashes))).hex()
        return [SEALED + told[at : at + size] for at in range(0, len(told), size)]

    def _sealed_hash(self, said: str) -> str:
        try:
            return self._sealed_hashes([said], len(said))[0] if len(said) in _HASH_SIGNS else said
        except ValueError:
            return said

    def _opened(self, sealed: bytes, purpose: list[bytes]) -> bytes:
        try:
            return self._cipher.decrypt(sealed, purpose)
        except (InvalidTag, ValueError):
            raise TokenUnknown from None


def _whole(signs: str) -> bytes:
    """Two signs a byte: Python passes over blanks, and a block would wait for its rest."""
    told = bytes.fromhex(signs)
    if 2 * len(told) != len(signs):
        raise ValueError
    return told


class _Blocks(threading.local):
    """Blocks of 16 bytes, each sealed by itself, by a cipher of each thread's own: it is made
    once, because that takes longer than to seal dozens."""

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(AES(key), ECB())  # No block comes twice but for the same hash.
        self.seal: Final = cipher.encryptor().update
        self.unseal: Final = cipher.decryptor().update


class PlainColumns:
    """No key at all: for backups of versions that sealed nothing yet."""

    file_key: Final = None

    def seal(self, text: str) -> str:
        """As it is."""
        return text

    unseal = unseal_hash = seal

    def seal_bytes(self, content: bytes) -> bytes:
        """As it is."""
        return content

    unseal_bytes = seal_bytes

    def seal_hashes(self, hashes: Sequence[str]) -> list[str]:
        """As they are."""
        return list(hashes)

    def seal_secret(self, secret: bytes) -> str:
        """As it is, in hex."""
        return secret.hex()

    def unseal_secret(self, stored: str) -> bytes:
        """The inverse."""
        return bytes.fromhex(stored)
