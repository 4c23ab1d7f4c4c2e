"""Sealing parts: AES-256-GCM under a random key of the scope, which the server's secret wraps."""

import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, insert, select

from sync.server.tables import BLOB_KEY

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_PURPOSE: Final = b"doorstep blob keys"


class PartSealer:
    """Seals and opens parts of one scope. A part is bound to its place in its content."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, blob_id: str, number: int, part: bytes) -> bytes:
        """Encrypted and authenticated; another nonce each time."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, part, _place(blob_id, number))

    def open(self, blob_id: str, number: int, sealed: bytes) -> bytes:
        """The part. Raises ``InvalidTag`` for anything that was not sealed for this place."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self._cipher.decrypt(nonce, rest, _place(blob_id, number))


def sealer_of(connection: Connection, scope_id: str, secret: bytes) -> PartSealer | None:
    """The sealer of a scope that has a key already."""
    found = select(BLOB_KEY.c.wrapped).where(BLOB_KEY.c.scope_id == scope_id)
    wrapped = connection.execute(found).scalar()
    if wrapped is None:
        return None
    sealed = bytes.fromhex(wrapped)
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return PartSealer(AESGCM(_wrapper(secret)).decrypt(nonce, rest, scope_id.encode()))


def ensure_key(connection: Connection, scope_id: str, secret: bytes) -> None:
    """Make the scope's key unless it has one. The caller holds the scope's lock."""
    if sealer_of(connection, scope_id, secret) is not None:
        return
    nonce = secrets.token_bytes(NONCE_BYTES)
    key = secrets.token_bytes(KEY_BYTES)
    wrapped = nonce + AESGCM(_wrapper(secret)).encrypt(nonce, key, scope_id.encode())
    connection.execute(insert(BLOB_KEY).values(scope_id=scope_id, wrapped=wrapped.hex()))


def _wrapper(secret: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(secret)


def _place(blob_id: str, number: int) -> bytes:
    return f"{blob_id}:{number}".encode()
