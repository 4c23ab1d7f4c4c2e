"""An operation: one person's edit, immutable, carrying what it started from and what it wants."""

from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

import msgspec

LARGEST_OPERATION_BYTES: Final = 256 * 1024
FIRST_SCHEMA: Final = 1
"""Of an operation that does not say in which version it was written. Never changes: what waits
through an upgrade was not written in the new one."""
UNFINISHED: Final = "unfinished"
"""The type of an operation that carries a form which its author could not finish: no row."""


class OpKind(StrEnum):
    """What an operation does."""

    CREATE = "create"  # A new row; every field's base is empty.
    PATCH = "patch"  # Some fields of a row.
    APPEND = "append"  # A new entry that is never changed.
    DELETE = "delete"  # A row is removed, unless something below it changed meanwhile.
    RESTORE = "restore"  # A removed row comes back.
    RESOLVE = "resolve"  # A conflict is settled by a person.
    MERGE = "merge"  # A resident's record is another name of another one's.


class Outcome(StrEnum):
    """How an operation ended. There is no "rejected": no outcome discards content."""

    APPLIED = "applied"
    NOOP = "noop"  # The server holds this already.
    CONFLICT = "conflict"  # At least one field waits for a person.
    HELD = "held"  # Kept aside whole on the server, with a reason, for a person to see.


class Op(msgspec.Struct, frozen=True, omit_defaults=True):
    """One edit as it travels. ``f`` maps each field to ``(base, new)``.

    ``seen`` is the (epoch, revision) of the scope this device had when it was written; ``at``
    is the device's wall clock and ``boot``/``mono`` its uptime, from which the server estimates
    when it was written; ``schema`` is the version of the fields it was written in. A resolve
    names the conflict as ``id`` and its target in ``target`` (type, id, field).
    """

    op_id: str
    seq: int
    kind: str
    type: str
    id: str
    f: dict[str, tuple[Any, Any]] = {}
    seen: tuple[str, int] = ("", 0)
    schema: int = FIRST_SCHEMA
    at: str = ""
    boot: str = ""
    mono: float = 0.0
    target: tuple[str, str, str] | None = None


_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DECODER: Final = msgspec.json.Decoder(Op)


def encode_op(op: Op) -> bytes:
    """The bytes that travel: the same for every retry."""
    return _ENCODER.encode(op)


def decode_op(raw: bytes | str) -> Op:
    """The inverse of :func:`encode_op`. Raises ``msgspec.DecodeError`` on anything else."""
    return _DECODER.decode(raw)


def op_hash(raw: bytes) -> str:
    """What tells a retry from another operation under the same id.

    The number has no part in it: it differs from lane to lane. Members that this version does
    not know have: they count the same before an upgrade and after it.
    """
    return sha256(_ENCODER.encode({**msgspec.json.decode(raw), "seq": 0})).hexdigest()


def new_values(op: Op) -> dict[str, Any]:
    """The values that the operation wants."""
    return {name: pair[1] for name, pair in op.f.items()}
