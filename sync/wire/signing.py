"""Requests that one computer alone can make: signed by its key, each with a number of its own.

A token that somebody copied off the wire or out of a log opens nothing without the key, and a
profile that goes on in two places uses a number twice, or one that is long past.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Final
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNED_HEADER: Final = "Doorstep-Signed"
LARGEST_COUNT: Final = 2**53 - 1
_PURPOSE: Final = "doorstep request 1"
_CARRIED: Final = "doorstep courier 1"
_UNCOUNTED: Final = 1
_NONCE_BYTES: Final = 8
_PARTS: Final = 4
_LONGEST: Final = 300


def new_key() -> bytes:
    """A key for one computer: 32 bytes that never leave it."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(key: bytes) -> bytes:
    """What the server knows a key by."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


@dataclass(frozen=True)
class Signer:
    """Signs the requests of one computer. ``count`` gives each the next number, never one twice."""

    key: bytes = field(repr=False)
    count: Callable[[], int]

    def header(self, token: str, method: str, path: str, body: bytes) -> str:
        """What is said beside a request whose unpacked body is ``body``."""
        return self._header(_PURPOSE, self.count(), (token, method, unquote(path)), body)

    def carried(self, token: str, method: str, path: str, body: bytes) -> str:
        """The same of a request that a courier takes along: it has no number, because it comes
        days later in any order, and is good for nothing else."""
        return self._header(_CARRIED, _UNCOUNTED, (token, method, path), body)

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.key)

    def _header(self, purpose: str, count: int, asked: tuple[str, str, str], body: bytes) -> str:
        nonce, body_hash = secrets.token_hex(_NONCE_BYTES), sha256(body).hexdigest()
        told = _told(purpose, *asked, str(count), nonce, body_hash)
        signature = self._private.sign(told)
        return f"{count}.{nonce}.{body_hash}.{base64.urlsafe_b64encode(signature).decode()}"


@dataclass(frozen=True)
class Credentials:
    """How a computer shows who it is: by its token, and by the ``signer`` that newer ones have."""

    token: str = field(default="", repr=False)
    signer: Signer | None = None


NOBODY: Final = Credentials()


@dataclass(frozen=True)
class Signed:
    """What stands beside a signed request. Nothing of it is true before :meth:`fits`."""

    count: int
    nonce: str
    body_hash: str
    signature: bytes

    @property
    def mark(self) -> str:
        """Tells this request from any other with the same number."""
        return sha256(self.signature).hexdigest()[:8]

    def fits(
        self, public: bytes, token: str, method: str, path: str, *, carried: bool = False
    ) -> bool:
        """Whether the computer with that key made this request, for a courier where it is
        ``carried``; ``path`` is the decoded one."""
        purpose = _CARRIED if carried else _PURPOSE
        told = _told(purpose, token, method, path, str(self.count), self.nonce, self.body_hash)
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, told)
        except (InvalidSignature, ValueError):
            return False
        return True


def signed_of(header: str) -> Signed | None:
    """What a header says; ``None`` where it is none of ours."""
    parts = header.split(".")
    if len(header) > _LONGEST or len(parts) != _PARTS or not header.isascii():
        return None
    count, nonce, body_hash, signature = parts
    try:
        number, raw = int(count), base64.urlsafe_b64decode(signature)
    except ValueError:
        return None
    if str(number) != count or not 0 < number <= LARGEST_COUNT:
        return None
    return Signed(number, nonce, body_hash, raw)


def _told(*parts: str) -> bytes:
    return "\n".join(parts).encode()
