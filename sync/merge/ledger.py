"""Entries that are counted: points, allowances. Written once for each occasion, never deleted."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sync.identity import derived_id
from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.merge.operation import Op, Outcome, new_values
from sync.merge.settlement import (
    HELD_APPEND_DIFFERS,
    HELD_UNKNOWN_ROW,
    Settlement,
    Target,
    held,
)
from sync.merge.values import Writer
from sync.schema.canonical import compact
from sync.schema.registry import ENTITIES, Entity

RULE: Final = "rule"
SUBJECT: Final = "subject"
OCCASION: Final = "occasion"
AMOUNT: Final = "amount"
REVERSES: Final = "reverses"
"""The fields of every ledger entry; a ledger's rows move with their ``subject``."""

HELD_OCCASION: Final = "ledger_occasion"
HELD_AMOUNT: Final = "ledger_amount"
OVERDRAFT: Final = "overdraft"


def entry_id(type_: str, body: Mapping[str, Any]) -> str:
    """The same id wherever the same occasion is entered: two laptops make one entry."""
    return derived_id("ledger", type_, *(str(body.get(name)) for name in (RULE, SUBJECT, OCCASION)))


def reversal_of(type_: str, row_id: str, body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The entry (id, body) that takes another one back. Reversing twice is one reversal."""
    reversal = {
        RULE: body[RULE],
        SUBJECT: body[SUBJECT],
        OCCASION: f"reversal:{row_id}",
        AMOUNT: -int(body[AMOUNT]),
        REVERSES: row_id,
    }
    return entry_id(type_, reversal), reversal


def account_of(op: Op, entities: Mapping[str, Entity] = ENTITIES) -> str:
    """Whose account an operation's entry counts to; empty where it is no ledger's."""
    entity = entities.get(op.type)
    subject = op.f.get(SUBJECT, (None, None))[1] if entity and entity.is_ledger else None
    return subject if isinstance(subject, str) else ""


def balance(entries: Iterable[Mapping[str, Any]]) -> int:
    """What stands to somebody's account: the sum of their entries, and nothing else."""
    return sum(int(body[AMOUNT]) for body in entries)


def settle_entry(op: Op, target: Target, writer: Writer) -> Settlement:
    """An entry stands as soon as it is entered; one that overdraws is shown to a person.

    ``target.entries`` are the other entries of the same subject.
    """
    wanted = compact(new_values(op))
    if target.body is not None:
        return (
            Settlement(Outcome.NOOP) if dict(target.body) == wanted else held(HELD_APPEND_DIFFERS)
        )
    flaw = _flaw(op, wanted, target)
    if flaw:
        return held(flaw)
    out = Settlement(Outcome.APPLIED, body=wanted)
    if wanted[AMOUNT] < 0 and balance(target.entries.values()) + wanted[AMOUNT] < 0:
        place = Place(op.type, op.id, str(wanted[SUBJECT]), AMOUNT)
        said = {writer.client: writer}
        asked = conflicts.opened(OVERDRAFT, place, None, wanted[AMOUNT], said)
        out.conflicts[conflicts.conflict_id(place, op.op_id)] = asked
        out.code = OVERDRAFT
    return out


def _flaw(op: Op, wanted: Mapping[str, Any], target: Target) -> str:
    """Why an entry is kept aside; empty where it counts."""
    amount, reverses = wanted.get(AMOUNT), wanted.get(REVERSES)
    if op.id != entry_id(op.type, wanted) or not wanted.get(OCCASION):
        return HELD_OCCASION
    if not isinstance(amount, int) or isinstance(amount, bool):
        return HELD_AMOUNT
    if not reverses:
        return ""
    former = target.entries.get(str(reverses))
    if former is None:
        return HELD_UNKNOWN_ROW
    return "" if reversal_of(op.type, str(reverses), former)[1] == dict(wanted) else HELD_AMOUNT
