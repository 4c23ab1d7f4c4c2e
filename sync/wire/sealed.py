"""Envelopes that travel on a USB stick: sealed for one reader, and worthless to whoever finds one.

A courier file is a row of envelopes, each small enough to be held in memory and good by itself.

*Request*: made by a laptop for its server. A key of its own is agreed between a fresh X25519 key,
whose public half stands in the header, and the server's courier key, which hello told over TLS.
The laptop's bearer token travels inside, exactly as it would inside TLS.

*Answer*: made by the server for that laptop. Its key is derived from the bearer token, which both
know and nobody else, and a fresh salt in the header.

Who is kept out:

- whoever finds, copies or carries the stick, the desk that relays it included: they learn the
  size and the number of envelopes, and a random id; no name, no login, no count of records;
- whoever makes a file of their own: without a token that the server knows, and the key of a
  computer that signs, nothing is taken from it, and neither can be cut out of another's file,
  because nobody can open one;
- whoever changes, swaps, cuts or mixes: AES-256-GCM covers an envelope with its header, which has
  the file's id, its number and whether it is the last; a lost end is seen before anything is used;
- whoever plays a file again: what it holds are the requests of a sync, which the server answers
  the second time as it did the first.

Who is not: someone with the server's own secret (its backup) can read a file, as they can read
all that it holds; someone inside an unlocked laptop is its user.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import CourierDamaged
from sync.wire.messages import MOST_BODY_BYTES, MOST_REPLY_BYTES

RandomBytes = Callable[[int], bytes]

REQUEST: Final = 1
ANSWER: Final = 2
ID_BYTES: Final = 16
KEY_BYTES: Final = 32
MOST_REQUEST_BYTES: Final = MOST_BODY_BYTES + 64 * 1024
"""A whole push, and what stands around it."""

_MAGIC: Final = b"DOORSTEP"
_VERSION: Final = 1
_HEADER: Final = struct.Struct(">8sBB16sI?32sI")
_TAG_BYTES: Final = 16
# Every key seals one envelope, so its nonce needs no randomness.
_NONCE: Final = bytes(12)
_MOST: Final = {REQUEST: MOST_REQUEST_BYTES, ANSWER: MOST_REPLY_BYTES}


@dataclass(frozen=True)
class Mark:
    """What everyone may read of an envelope: which file's, which one, and whether the last."""

    kind: int
    file_id: bytes
    number: int
    last: bool


@dataclass(frozen=True)
class Envelope:
    """One sealed piece; ``header`` is covered by the seal."""

    mark: Mark
    header: bytes
    salt: bytes
    sealed: bytes

    @property
    def raw(self) -> bytes:
        """As it stands in a file."""
        return self.header + self.sealed


def seal_request(content: bytes, mark: Mark, server_key: bytes, random_bytes: RandomBytes) -> bytes:
    """An envelope that only the server opens; ``server_key`` is its public courier key."""
    ours = X25519PrivateKey.from_private_bytes(random_bytes(KEY_BYTES))
    public = ours.public_key().public_bytes_raw()
    shared = _agreed(ours, server_key)
    return _sealed(content, mark, public, _request_key(shared, public, server_key))


def open_request(envelope: Envelope, private: X25519PrivateKey) -> bytes:
    """What a laptop put in. Raises :class:`CourierDamaged`, also where it is for another server."""
    shared = _agreed(private, envelope.salt)
    public = private.public_key().public_bytes_raw()
    return _opened(envelope, REQUEST, _request_key(shared, envelope.salt, public))


def seal_answer(content: bytes, mark: Mark, token: str, random_bytes: RandomBytes) -> bytes:
    """An envelope for the computer that has this token."""
    salt = random_bytes(KEY_BYTES)
    return _sealed(content, mark, salt, _answer_key(token, salt, mark.file_id))


def open_answer(envelope: Envelope, token: str) -> bytes:
    """What the server put in. Raises :class:`CourierDamaged`, also where it is for others."""
    key = _answer_key(token, envelope.salt, envelope.mark.file_id)
    return _opened(envelope, ANSWER, key)


def server_key(secret: bytes) -> X25519PrivateKey:
    """The server's courier key: derived from its secret, so that every process and every restored
    backup has the same."""
    return X25519PrivateKey.from_private_bytes(_derived(secret, b"", b"doorstep courier server"))


def parse(raw: bytes) -> Envelope:
    """One envelope that came alone. Raises :class:`CourierDamaged`."""
    envelope, length = _header(raw[: _HEADER.size])
    sealed = raw[_HEADER.size :]
    if len(sealed) != length:
        raise CourierDamaged
    return Envelope(envelope.mark, envelope.header, envelope.salt, sealed)


def read_envelopes(file: BinaryIO) -> Iterator[Envelope]:
    """The envelopes of a file, one in memory at a time. Raises :class:`CourierDamaged`."""
    while head := file.read(_HEADER.size):
        envelope, length = _header(head)
        sealed = file.read(length)
        if len(sealed) != length:
            raise CourierDamaged
        yield Envelope(envelope.mark, envelope.header, envelope.salt, sealed)


def _header(head: bytes) -> tuple[Envelope, int]:
    if len(head) != _HEADER.size:
        raise CourierDamaged
    magic, version, kind, file_id, number, last, salt, length = _HEADER.unpack(head)
    known = magic == _MAGIC and version == _VERSION and kind in _MOST
    if not known or length > _MOST[kind]:
        raise CourierDamaged
    return Envelope(Mark(kind, file_id, number, last), head, salt, b""), length


def _sealed(content: bytes, mark: Mark, salt: bytes, key: bytes) -> bytes:
    packed = zlib.compress(content)
    length = len(packed) + _TAG_BYTES
    fields = (mark.kind, mark.file_id, mark.number, mark.last, salt, length)
    header = _HEADER.pack(_MAGIC, _VERSION, *fields)
    return header + AESGCM(key).encrypt(_NONCE, packed, header)


def _opened(envelope: Envelope, kind: int, key: bytes) -> bytes:
    if envelope.mark.kind != kind:
        raise CourierDamaged
    try:
        packed = AESGCM(key).decrypt(_NONCE, envelope.sealed, envelope.header)
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(packed, MOST_REPLY_BYTES)
    except (InvalidTag, ValueError, zlib.error):
        raise CourierDamaged from None
    if not unpacking.eof:
        raise CourierDamaged
    return content


def _agreed(private: X25519PrivateKey, public: bytes) -> bytes:
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        raise CourierDamaged from None  # A point that no honest computer makes.


def _request_key(shared: bytes, public: bytes, server: bytes) -> bytes:
    return _derived(shared, public + server, b"doorstep courier request")


def _answer_key(token: str, salt: bytes, file_id: bytes) -> bytes:
    return _derived(token.encode(), salt, b"doorstep courier answer" + file_id)


def _derived(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(secret)
