"""Settling one field of one row, by its policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sync.schema.policy import Kind, Merge
from sync.schema.registry import ENTITIES, FieldSpec
from sync.schema.values import same


@dataclass(frozen=True)
class Writer:
    """Who asserts a value: the client, the person, the device's name and the estimated time.

    ``client`` alone counts for claims: two people on one laptop are two clients.
    """

    client: str
    author: str = ""
    device: str = ""
    at: str = ""
    is_server: bool = False


Claims = Mapping[str, Writer]
"""Who asserts the current value of a field, by client."""


class Verdict(StrEnum):
    """What became of one field of an operation."""

    SET = "set"  # The new value stands.
    AGREED = "agreed"  # It stood already; the writer asserts it too.
    CLASH = "clash"  # The server's value stands; the new one is a candidate.
    WITHDRAWN = "withdrawn"  # The writer went back to where they started.
    IGNORED = "ignored"  # Not the client's to write.
    FROZEN = "frozen"  # Never changes; the operation is held.


@dataclass(frozen=True)
class FieldResult:
    """The verdict, and the value that the server holds from now on."""

    verdict: Verdict
    value: Any


_UNKNOWN: Final = FieldSpec(
    name="", merge=Merge.ASK, kind=Kind.JSON, label="", choices=(), most=0, private=False
)


def spec_or_unknown(type_: str, field: str) -> FieldSpec:
    """A field's declaration; one that a newer version added is a person's word, so it asks."""
    return ENTITIES[type_].fields.get(field, _UNKNOWN)


def merge_set(base: Any, new: Any, current: Any) -> list[str]:
    """Adds and removes of ``new`` against ``base``, done to ``current``. Concurrent adds stay."""
    started, wanted, held = set(base or ()), set(new or ()), set(current or ())
    return sorted((held | (wanted - started)) - (started - wanted))


def settle_field(
    spec: FieldSpec, base: Any, new: Any, current: Any, claims: Claims, writer: Writer
) -> FieldResult:
    """One field by its policy; ``current`` is the server's value.

    For ASK: the value is set when it started from the current one, or when nobody but the
    writer asserts the current one; otherwise the current one stays and a person decides.
    """
    match spec.merge:
        case Merge.SERVER if not writer.is_server:
            return FieldResult(Verdict.IGNORED, current)
        case Merge.SET:
            merged = merge_set(base, new, current)
            unchanged = merged == sorted(current or ())
            return FieldResult(Verdict.AGREED if unchanged else Verdict.SET, merged)
        case Merge.IMMUTABLE | Merge.APPEND:
            if same(current, new):
                return FieldResult(Verdict.AGREED, current)
            free = same(current, None)
            return FieldResult(Verdict.SET if free else Verdict.FROZEN, new if free else current)
        case Merge.LWW:
            return _later_wins(new, current, claims, writer)
        case _:
            return _ask(base, new, current, claims, writer)


def _later_wins(new: Any, current: Any, claims: Claims, writer: Writer) -> FieldResult:
    # (time, client) is a total order, so a tie ends alike whichever arrives first.
    latest = max(((held.at, held.client) for held in claims.values()), default=("", ""))
    if same(current, new):
        return FieldResult(Verdict.AGREED, current)
    if (writer.at, writer.client) < latest:
        return FieldResult(Verdict.IGNORED, current)
    return FieldResult(Verdict.SET, new)


def _ask(base: Any, new: Any, current: Any, claims: Claims, writer: Writer) -> FieldResult:
    if same(current, new):
        return FieldResult(Verdict.AGREED, current)
    if same(current, base) or set(claims) == {writer.client}:
        return FieldResult(Verdict.SET, new)
    if same(new, base):
        return FieldResult(Verdict.WITHDRAWN, current)
    return FieldResult(Verdict.CLASH, current)
