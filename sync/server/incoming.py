"""Operations as they come in: each read on its own, so that a spoiled one spoils no other."""

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, TypeGuard

import msgspec

from sync.errors import ValueRefused
from sync.merge.operation import LARGEST_OPERATION_BYTES, UNFINISHED, Op, OpKind, decode_op, op_hash
from sync.schema.policy import WHOLE_ROW, Kind
from sync.schema.registry import ENTITIES, FieldSpec, scope_kind
from sync.schema.values import LARGEST_NUMBER, settled

HELD_UNREADABLE: Final = "unreadable"
HELD_TOO_LARGE: Final = "too_large"
HELD_UNKNOWN_TYPE: Final = "unknown_type"
HELD_WRONG_SCOPE: Final = "wrong_scope"
HELD_VALUE: Final = "value"
HELD_UNFINISHED: Final = "unfinished"
UNREADABLE: Final = "unreadable-"
"""Begins the ids that such operations are given."""
_PURPOSE: Final = b"doorstep unreadable "
_LABEL_SIGNS: Final = 32
DEEPEST_VALUE: Final = 32
LONGEST_ID: Final = 64
_FREE: Final = (Kind.TEXT, Kind.REF)
"""What takes any words."""

# Asked for each field: a member is slow to look up.
_CODE, _WORDS, _MOMENT = Kind.CODE, Kind.WORDS, Kind.MOMENT
_STAMP_SIGNS: Final = len("2026-06-18T09:30:00Z")

MOST_GROWTH: Final = 3
"""By how much a text can become longer when its characters are composed."""

_DIGITS_ALIKE: Final = bytes.maketrans(b"123456789", b"000000000")
_MANY_DIGITS: Final = b"0" * 16
"""Every number beyond the largest one has as many digits, here all alike."""


class IncomingLane(msgspec.Struct):
    """Operations of one lane that are not looked into yet."""

    scope: str
    first_seq: int
    ops: list[msgspec.Raw]

    def read(self, key: bytes) -> "list[Incoming]":
        """Each operation by itself, so that a spoiled one spoils no other; ``key`` is the server's
        own."""
        return [
            read_operation(bytes(raw), self.first_seq + place, key)
            for place, raw in enumerate(self.ops)
        ]


class IncomingPush(msgspec.Struct):
    """A push of one lane, and of ``more`` lanes of the same client."""

    scope: str
    client: str
    first_seq: int
    ops: list[msgspec.Raw]
    epoch: str = ""
    more: list[IncomingLane] = []
    boot: str = ""
    mono: float = 0.0
    at: str = ""
    grant_rev: int = 0
    gens: list[int] = []

    @property
    def lanes(self) -> list[IncomingLane]:
        """Every lane of it, in order."""
        return [IncomingLane(self.scope, self.first_seq, self.ops), *self.more]

    @property
    def count(self) -> int:
        """How many operations it carries."""
        return sum(len(lane.ops) for lane in self.lanes)

    @property
    def names_one_twice(self) -> bool:
        """Whether two of its lanes are the same: nobody could number them."""
        return len({lane.scope for lane in self.lanes}) < len(self.lanes)


class _Labelled(msgspec.Struct):
    op_id: str


class Incoming(msgspec.Struct, frozen=True):
    """One operation of a push. ``op`` is missing where it could not be read.

    ``hash`` tells it from another under the same id; its number in the lane has no part in
    that, because a cloned laptop sends the same operations in a lane of its own.
    """

    op_id: str
    seq: int
    hash: str
    raw: bytes
    op: Op | None
    flaw: str = ""

    @property
    def text(self) -> str:
        """All of it, as it is kept aside."""
        # A bare NUL is no JSON, and no database takes it: it is kept as JSON would write it.
        return self.raw.decode(errors="replace").replace("\0", "\\u0000")


def read_operation(raw: bytes, seq: int, key: bytes) -> Incoming:
    """Read an operation; ``seq`` is its place in the push, for one that does not say its own, and
    ``key`` the server's own, by which one without an id is named."""
    try:
        op, same_in_any_lane = decode_op(raw), op_hash(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        digest = sha256(raw).hexdigest()
        return Incoming(_label(raw, digest, key), seq, digest, raw, None, HELD_UNREADABLE)
    if not _all_nameable(op):
        digest = sha256(raw).hexdigest()
        return Incoming(_label(raw, digest, key), op.seq, digest, raw, None, HELD_UNREADABLE)
    flaw = HELD_TOO_LARGE if len(raw) > LARGEST_OPERATION_BYTES else _flaw(op, raw)
    return Incoming(op.op_id, op.seq, same_in_any_lane, raw, op, flaw)


def flaw_in(op: Op, scope_id: str) -> str:
    """Why an operation cannot be settled in this scope; empty where it can."""
    entity = ENTITIES.get(op.type)
    if entity is None:
        return HELD_UNKNOWN_TYPE
    if op.type == "conflict":
        # Conflicts are made by settling alone, in whatever scope, and by nobody directly.
        return "" if op.kind == OpKind.RESOLVE else HELD_UNKNOWN_TYPE
    if op.kind == OpKind.RESOLVE:
        return HELD_UNKNOWN_TYPE
    if not entity.may_live_in(scope_kind(scope_id)):
        return HELD_WRONG_SCOPE
    fields = entity.fields
    for name, (_base, new) in op.f.items():
        if not (is_plain(fields.get(name), new) or value_fits(op.type, name, new)):
            return HELD_VALUE
    return ""


def is_plain(spec: FieldSpec | None, value: Any) -> bool:
    """Whether a field holds the value for sure: nearly all of them show it at a glance."""
    if spec is None or value is None:
        return spec is not None
    kind = spec.kind
    if kind in _FREE:
        if not isinstance(value, str):
            return False
        length = len(value) if value.isascii() else len(value) * MOST_GROWTH
        return length <= spec.most and value.isprintable()
    if kind is _CODE:
        return isinstance(value, str) and value in spec.choices
    if kind is _MOMENT:
        return isinstance(value, str) and _is_stamp(value)
    words = value if kind is _WORDS and isinstance(value, list) else [None]
    return all(word in spec.choices for word in words)


def _is_stamp(text: str) -> bool:
    """Whether it is a moment as every laptop writes it. Any other may be one too."""
    if len(text) != _STAMP_SIGNS or not text.endswith("Z"):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def value_fits(type_: str, field: str, value: Any) -> bool:
    """Whether a field can hold the value. A field of a newer schema holds anything."""
    if field == WHOLE_ROW:
        return value in ("keep", "delete")
    spec = ENTITIES[type_].fields.get(field)
    if spec is None:
        return True
    try:
        settled(spec, value)
    except ValueRefused:
        return False
    return True


def label_of(key: bytes, digest: str) -> str:
    """The id of an operation that says none: the same for every retry, and to nobody without the
    server's key a proof of what stood in it."""
    return UNREADABLE + hmac.digest(key, _PURPOSE + digest.encode(), "sha256").hex()[:_LABEL_SIGNS]


def bare_label_of(digest: str) -> str:
    """The id that older versions gave it."""
    return UNREADABLE + digest[:_LABEL_SIGNS]


def _label(raw: bytes, digest: str, key: bytes) -> str:
    """The operation's id, as far as a database could keep it as a key."""
    try:
        named = msgspec.json.decode(raw, type=_Labelled).op_id
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        named = ""
    return named if is_nameable(named) else label_of(key, digest)


def is_nameable(value: object) -> TypeGuard[str]:
    """Whether a row may be called this. PostgreSQL is not even asked about a NUL: a push that did
    so would fail as a whole, each time that it comes."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable()


def _all_nameable(op: Op) -> bool:
    if not (is_nameable(op.op_id) and is_nameable(op.id)):
        return False
    # What we called something ourselves needs no look.
    entity = ENTITIES.get(op.type)
    if entity is None:
        return all(map(is_nameable, (op.type, *op.f)))
    return op.f.keys() <= entity.fields.keys() or all(map(is_nameable, op.f))


def _flaw(op: Op, raw: bytes) -> str:
    if op.type == UNFINISHED:
        # Whatever its author may do by now: a person looks at it.
        return HELD_UNFINISHED
    # Nearly every operation shows from outside that it is neither deep nor has a huge number.
    is_flat = raw.count(b"[") + raw.count(b"{") < DEEPEST_VALUE
    if is_flat and _MANY_DIGITS not in raw.translate(_DIGITS_ALIKE):
        return ""
    return "" if _bounded(op.f, DEEPEST_VALUE) else HELD_VALUE


def _bounded(value: Any, depth: int) -> bool:
    """Whether every JSON reader agrees on the value: no deep nesting, no huge number."""
    if depth == 0:
        return False
    if isinstance(value, dict):
        return all(_bounded(held, depth - 1) for held in value.values())
    if isinstance(value, list | tuple):
        return all(_bounded(held, depth - 1) for held in value)
    return not isinstance(value, int) or abs(value) <= LARGEST_NUMBER
