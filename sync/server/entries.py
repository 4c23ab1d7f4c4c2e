"""Lanes of nothing but new entries: settled together, each just as it would be by itself.

Most of what a laptop sends is written once and never changed. Nobody else has a claim in it, and
no row stands in its way: what is left is a number, a line of history and a receipt for each.
"""

from collections.abc import Iterable, Sequence, Set
from typing import Final

from sync.merge.operation import Op, OpKind, new_values
from sync.rules.matter_rights import WATCHED
from sync.schema.registry import ENTITIES
from sync.server.caring import SPECIAL_CARE
from sync.server.following import left_behind
from sync.server.grants import Grants
from sync.server.incoming import Incoming, flaw_in
from sync.server.locked import Locked
from sync.server.openscope import OpenScope
from sync.server.rows import StoredRow

_PLAIN: Final = frozenset(
    type_
    for type_, entity in ENTITIES.items()
    # Of any other kind something else follows: sums, steps, numbers, or who may hold a scope.
    if entity.append_only and not entity.is_ledger and type_ not in (*WATCHED, SPECIAL_CARE)
)


def plain_entries(
    locked: Locked,
    scope: OpenScope,
    incoming: Iterable[Incoming],
    first: int,
    grants: Grants,
    households: Set[str],
) -> list[Op]:
    """The operations, if each of them makes another new entry of its own in this scope and its
    writer may; none where one does not. ``first`` is the number that the lane expects,
    ``households`` are those that the entries belong to."""
    ops: list[Op] = []
    keys: set[tuple[str, str]] = set()
    writes = grants.writes.get(scope.scope_id, frozenset()) & _PLAIN
    for number, each in enumerate(incoming, start=first):
        op = each.op
        if op is None or each.flaw or each.seq != number or op.kind != OpKind.APPEND:
            return []
        if op.type not in writes or flaw_in(op, scope.scope_id):
            return []
        keys.add((op.type, op.id))
        ops.append(op)
    if len(keys) < len(ops) or not locked.are_new(scope, keys):
        return []
    if any(left_behind(locked, scope, root) for root in households - locked.stayed):
        return []  # The household moved away, and its entries follow it.
    return ops if len({op.op_id for op in ops}) == len(ops) else []


def fresh_rows(scope: OpenScope, ops: Sequence[Op]) -> list[StoredRow]:
    """The entries written, in order, a revision each."""
    return scope.put_new((op.type, op.id, new_values(op)) for op in ops)
