"""The one way to write a row down, and the sums that prove two copies equal.

Two programs that hold the same row must write the same bytes: keys sorted, no spaces, UTF-8,
empty values left out, fields this version does not know included.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])
DIGEST_MODULUS: Final = 1 << 128
EMPTY_DIGEST: Final = 0


def is_empty(value: object) -> bool:
    """True for what is left out of a body: nothing, empty text, an empty list, ``False``."""
    return value is None or value is False or value in ("", [], {})


def compact(fields: Mapping[str, Any]) -> dict[str, Any]:
    """``fields`` without the empty ones: the body of a row."""
    # What counts as true is never empty, and what is not is nothing as a rule.
    return {
        name: value
        for name, value in fields.items()
        if value or (value is not None and not is_empty(value))
    }


def encode_body(body: Mapping[str, Any]) -> str:
    """The canonical JSON text of a row's body."""
    return _ENCODER.encode(compact(body)).decode()


def decode_body(text: str | bytes) -> dict[str, Any]:
    """The inverse of :func:`encode_body`. Raises ``msgspec.DecodeError`` on anything else."""
    return _DECODER.decode(text)


def row_hash(text: str) -> str:
    """SHA-256 of a row's canonical text, in hex."""
    return sha256(text.encode()).hexdigest()


def row_mark(type_: str, row_id: str, rev: int, text_hash: str) -> int:
    """One live row's share of its scope's digest: a 128-bit number."""
    return int.from_bytes(row_mark_bytes(type_, row_id, rev, text_hash))


def row_mark_bytes(type_: str, row_id: str, rev: int, text_hash: str) -> bytes:
    """The same as 16 bytes, the highest first."""
    line = f"{type_}\x1f{row_id}\x1f{rev}\x1f{text_hash}"
    return sha256(line.encode()).digest()[:16]


def add_mark(digest: int, mark: int) -> int:
    """The digest once a live row is there."""
    return (digest + mark) % DIGEST_MODULUS


def drop_mark(digest: int, mark: int) -> int:
    """The digest once a row is gone or replaced."""
    return (digest - mark) % DIGEST_MODULUS


def digest_text(digest: int) -> str:
    """A digest as the wire writes it: 32 hex digits."""
    return f"{digest:032x}"


def bucket_of(row_id: str) -> int:
    """Which of the 256 buckets of an audit a row falls in."""
    return sha256(row_id.encode()).digest()[0]


QuietLine = tuple[str, int, int, str, int, int]
"""(scope, head, gen, digest, next number of the lane, its durable one): one scope at rest."""


def quiet_sum(epoch: str, lines: Iterable[QuietLine]) -> str:
    """One sum over scopes at rest, in order: equal where nobody has any news of any of them."""
    text = "\n".join("\x1f".join(map(str, line)) for line in lines)
    return sha256(f"{epoch}\n{text}".encode()).hexdigest()[:32]
