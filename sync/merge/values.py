"""Settling one field of one row, by its policy."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from sync.merge.texts import merge_text
from sync.schema.policy import Kind, Merge
from sync.schema.registry import ENTITIES, Entity, FieldSpec
from sync.schema.values import same


class Writer(msgspec.Struct, frozen=True, gc=False):
    """Who asserts a value: the client, the person, the device's name and the estimated time.

    ``sure`` says how the time was come by (``sync/merge/times.py``). ``client`` alone counts for
    claims: two people on one laptop are two clients.
    """

    client: str
    author: str = ""
    device: str = ""
    at: str = ""
    is_server: bool = False
    sure: str = ""


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


class FieldResult(msgspec.Struct, frozen=True):
    """The verdict, and the value that the server holds from now on.

    ``note`` says more to people: that a step came later than its writer thought, or too late.
    """

    verdict: Verdict
    value: Any
    note: str = ""


STEPPED_ON: Final = "stepped_on"
"""Somebody else had gone a step before, and this one was still a step from there."""

AFTER_CLOSE: Final = "after_close"
"""It was closed already: closed stays closed, and this is news for a person."""

_UNKNOWN: Final = FieldSpec(
    name="", merge=Merge.ASK, kind=Kind.JSON, label="", choices=(), most=0, private=False
)


def spec_or_unknown(type_: str, field: str, entities: Mapping[str, Entity] = ENTITIES) -> FieldSpec:
    """A field's declaration; one that a newer version added is a person's word, so it asks."""
    return entities[type_].fields.get(field, _UNKNOWN)


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
        case Merge.IMMUTABLE | Merge.APPEND | Merge.LEDGER:
            return _once(new, current)
        case Merge.TEXT | Merge.STAGE:
            if takes_back(spec, base, new):
                result = _step_back(spec, base, new, current, claims, writer)
            else:
                goes_on = _joined if spec.merge is Merge.TEXT else _step
                result = goes_on(spec, base, new, current)
            return result
        case Merge.LWW:
            return _later_wins(new, current, claims, writer)
        case _:
            return _ask(base, new, current, claims, writer)


def _once(new: Any, current: Any) -> FieldResult:
    if same(current, new):
        return FieldResult(Verdict.AGREED, current)
    free = same(current, None)
    return FieldResult(Verdict.SET if free else Verdict.FROZEN, new if free else current)


def _joined(spec: FieldSpec, base: Any, new: Any, current: Any) -> FieldResult:
    """``base`` is what the writer saw, so their own edits before this one are no change in it."""
    if same(current, new):
        return FieldResult(Verdict.AGREED, current)
    if same(current, base):
        return FieldResult(Verdict.SET, new)
    if same(new, base):
        return FieldResult(Verdict.WITHDRAWN, current)
    merged = merge_text(str(base or ""), str(new or ""), str(current or ""))
    if merged is None or len(merged) > spec.most:
        return FieldResult(Verdict.CLASH, current)
    return FieldResult(Verdict.AGREED if same(merged, current) else Verdict.SET, merged)


def _step(spec: FieldSpec, base: Any, new: Any, current: Any) -> FieldResult:
    if same(current, new):
        return FieldResult(Verdict.AGREED, current)
    stages = spec.stages
    closed = stages is not None and stages.is_closed(current)
    meant = same(current, base)
    if stages is not None and stages.may_step(current, new) and (meant or not closed):
        return FieldResult(Verdict.SET, new, "" if meant else STEPPED_ON)
    if same(new, base):
        return FieldResult(Verdict.WITHDRAWN, current)
    return FieldResult(Verdict.CLASH, current, AFTER_CLOSE if closed else "")


def takes_back(spec: FieldSpec, base: Any, new: Any) -> bool:
    """Whether somebody who saw ``base`` takes the step to it back. It may be a step on as well."""
    return spec.stages is not None and spec.stages.may_go_back(base, new)


def is_step(spec: FieldSpec, base: Any, new: Any) -> bool:
    """Whether a step leads on from ``base`` to ``new``."""
    return spec.stages is not None and spec.stages.may_step(base, new)


def is_own(claims: Claims, writer: Writer) -> bool:
    """Whether nobody but the writer asserts a value."""
    return set(claims) == {writer.client}


def _step_back(
    spec: FieldSpec, base: Any, new: Any, current: Any, claims: Claims, writer: Writer
) -> FieldResult:
    if same(current, new):
        return FieldResult(Verdict.AGREED, current)
    if same(current, base) and (is_own(claims, writer) or is_step(spec, base, new)):
        return FieldResult(Verdict.SET, new)
    return FieldResult(Verdict.CLASH, current)


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
    if same(current, base) or is_own(claims, writer):
        return FieldResult(Verdict.SET, new)
    if same(new, base):
        return FieldResult(Verdict.WITHDRAWN, current)
    return FieldResult(Verdict.CLASH, current)
