"""The organisation's recovery key: a copy of a profile's key that only two people together open.

Its private half exists in two files, each of which is noise by itself. The public half reaches a
laptop when it is enrolled; what is sealed with it stands in the key header.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import RecoveryRefused

KEY_BYTES: Final = 32
# Every sealing agrees on a key of its own, so its nonce needs no randomness.
_NONCE: Final = bytes(12)
_PURPOSE: Final = b"doorstep recovery"


@dataclass(frozen=True)
class Shares:
    """The two halves of a private key."""

    first: bytes
    second: bytes

    def key(self) -> X25519PrivateKey:
        """The private key. Raises :class:`RecoveryRefused` where they are no halves."""
        if len(self.first) != KEY_BYTES or len(self.second) != KEY_BYTES:
            raise RecoveryRefused
        joined = bytes(a ^ b for a, b in zip(self.first, self.second, strict=True))
        return X25519PrivateKey.from_private_bytes(joined)


def seal(
    secret: bytes, public: bytes, bound: bytes, ephemeral: bytes, purpose: bytes = _PURPOSE
) -> bytes:
    """``secret`` for the owner of ``public`` alone; ``ephemeral`` are 32 random bytes."""
    ours = X25519PrivateKey.from_private_bytes(ephemeral)
    theirs = X25519PublicKey.from_public_bytes(public)
    front = ours.public_key().public_bytes_raw()
    key = _derived(ours.exchange(theirs), front + public, purpose)
    return front + AESGCM(key).encrypt(_NONCE, secret, bound)


def unseal(
    sealed: bytes, private: X25519PrivateKey, bound: bytes, purpose: bytes = _PURPOSE
) -> bytes:
    """What :func:`seal` was given. Raises :class:`RecoveryRefused` for another key."""
    public = private.public_key().public_bytes_raw()
    front, rest = sealed[:KEY_BYTES], sealed[KEY_BYTES:]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(front))
        return AESGCM(_derived(shared, front + public, purpose)).decrypt(_NONCE, rest, bound)
    except (InvalidTag, ValueError):
        raise RecoveryRefused from None


def name_of(public: bytes) -> str:
    """A short name of a public key, to tell one from another."""
    return sha256(public).hexdigest()[:16]


def _derived(shared: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(shared)
