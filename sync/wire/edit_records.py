"""Records of the edit journal: one for each saving, sealed for its profile and for its server.

Each record has a key of its own. The profile derives it from its journal key and the record's
salt; the server finds it sealed to its public key. So the laptop reads its journal when its store
is damaged, and the server reads it when the laptop cannot be unlocked any more.

Records are numbered without a gap. A checksum over the front tells where a record begins even
where bits turned over before it; the seal covers the front and everything else.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import RecoveryRefused
from sync.wire import recovery

KEY_BYTES: Final = 32
MOST_RECORD_BYTES: Final = 64 * 1024 * 1024

_MAGIC: Final = b"DSEDIT01"
# Magic, number, bytes that follow, salt, the record's key for the server, checksum of all that.
_FRONT: Final = struct.Struct(">8sQI32s80sI")
_FOR_SERVER_BYTES: Final = 80
_TAG_BYTES: Final = 16
_NO_SERVER: Final = bytes(_FOR_SERVER_BYTES)
_PURPOSE: Final = b"doorstep edit journal"
# Every record has a key of its own, so its nonce needs no randomness.
_NONCE: Final = bytes(12)


class SavedOp(msgspec.Struct, frozen=True, array_like=True):
    """An operation in its lane: ``raw`` is what travels."""

    op_id: str
    scope_id: str
    raw: bytes


class SavedPhoto(msgspec.Struct, frozen=True, array_like=True):
    """A sealed file beside the store, and what opens it."""

    id: str
    scope_id: str
    size: int
    sha256: str
    file: str
    key: bytes


class Saving(msgspec.Struct, frozen=True, array_like=True):
    """What one saving wrote. ``client`` is who the laptop was to its server then.

    ``holds_all`` says that it is everything that waited at that time, in one record. It ended
    ``drafts``; earlier versions named one alone, in ``ends_draft``.
    """

    client: str
    ops: tuple[SavedOp, ...]
    photos: tuple[SavedPhoto, ...] = ()
    ends_draft: str = ""
    holds_all: bool = False
    drafts: tuple[str, ...] = ()


@dataclass(frozen=True)
class EditRecord:
    """One record as it lies in a file, from ``start`` to ``end``."""

    number: int
    front: bytes
    sealed: bytes
    start: int

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.start + len(self.raw)

    @property
    def raw(self) -> bytes:
        """As it is written."""
        return self.front + self.sealed

    def for_profile(self, journal_key: bytes) -> Saving | None:
        """What the profile reads in it; ``None`` where it was changed or is another's."""
        salt = _FRONT.unpack(self.front)[3]
        return self._opened(_own_key(journal_key, salt))

    def for_server(self, private: X25519PrivateKey) -> Saving | None:
        """What the server reads in it; ``None`` where it was changed or is for another."""
        _, number, _, salt, for_server, _ = _FRONT.unpack(self.front)
        try:
            key = recovery.unseal(for_server, private, _told(number, salt), _PURPOSE)
        except RecoveryRefused:
            return None
        return self._opened(key)

    def _opened(self, key: bytes) -> Saving | None:
        try:
            content = AESGCM(key).decrypt(_NONCE, self.sealed, self.front)
            return msgspec.msgpack.decode(content, type=Saving)
        except (InvalidTag, msgspec.DecodeError):
            return None


def sealed_record(
    saving: Saving, number: int, journal_key: bytes, server_key: bytes, noise: bytes
) -> bytes:
    """A record; ``noise`` are 64 random bytes. Without a ``server_key`` only the profile reads
    it."""
    salt, ephemeral = noise[:KEY_BYTES], noise[KEY_BYTES:]
    key = _own_key(journal_key, salt)
    for_server = (
        recovery.seal(key, server_key, _told(number, salt), ephemeral, _PURPOSE)
        if server_key
        else _NO_SERVER
    )
    content = msgspec.msgpack.encode(saving)
    length = len(content) + _TAG_BYTES
    fields = (_MAGIC, number, length, salt, for_server)
    front = _FRONT.pack(*fields, zlib.crc32(_FRONT.pack(*fields, 0)))
    return front + AESGCM(key).encrypt(_NONCE, content, front)


def records_in(data: bytes) -> Iterator[EditRecord]:
    """Every record that is whole in its length, also behind damaged ones."""
    at = data.find(_MAGIC)
    while at >= 0:
        record = _record_at(data, at)
        if record is None:
            at = data.find(_MAGIC, at + 1)
        else:
            yield record
            at = data.find(_MAGIC, record.end)


def _record_at(data: bytes, at: int) -> EditRecord | None:
    front = data[at : at + _FRONT.size]
    if len(front) < _FRONT.size:
        return None
    *fields, checksum = _FRONT.unpack(front)
    length = fields[2]
    end = at + _FRONT.size + length
    if checksum != zlib.crc32(_FRONT.pack(*fields, 0)) or length > MOST_RECORD_BYTES:
        return None
    if end > len(data):
        return None
    return EditRecord(fields[1], front, data[at + _FRONT.size : end], at)


def _own_key(journal_key: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, _PURPOSE).derive(journal_key)


def _told(number: int, salt: bytes) -> bytes:
    return number.to_bytes(8) + salt
