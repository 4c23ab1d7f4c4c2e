"""Whose step it is: an operation about a matter is held unless its author's post takes the step.

A scope's grant says who may write matters there at all; this says who may bring one to which
stage, whistle, rate, or merge twins (``sync/rules/matter_rights.py``), from the stage in which the
row stands here and not from what the sender believed. A step back is nobody's step: whoever took
it takes it back, and nobody else does without the post for it.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sync.merge.operation import Op, OpKind
from sync.rules.matter_rights import MATTER, WATCHED, may_change, may_remove
from sync.schema.matter import STAGES
from sync.schema.policy import WHOLE_ROW
from sync.schema.values import same
from sync.server.openscope import OpenScope

HELD_NOT_YOUR_STEP: Final = "not_your_step"
_STAGE: Final = "stage"


def is_watched(op: Op) -> bool:
    """Whether it has to be asked for whose step the operation is: a conflict may be about one."""
    return op.type in WATCHED or op.type == "conflict"


def may_step(op: Op, scope: OpenScope, posts: Collection[str], client: str) -> bool:
    """Whether somebody with these posts, at the computer ``client``, may do to a matter what the
    operation says."""
    type_, row_id, wanted = _meant(op, scope)
    if type_ not in WATCHED:
        return True
    if wanted is None:
        return may_remove(posts)
    row = scope.row(type_, row_id)
    before: Mapping[str, Any] = row.body if row is not None else {}
    if _takes_own_step_back(op, before, scope, client):
        wanted = {name: value for name, value in wanted.items() if name != _STAGE}
    return may_change(type_, before, wanted, posts)


def _takes_own_step_back(op: Op, before: Mapping[str, Any], scope: OpenScope, client: str) -> bool:
    """Whether the stage in which the row stands is the computer's own, and it says that it never
    came to it: back to where it came from here, and to nowhere else."""
    if op.type != MATTER or op.kind != OpKind.PATCH or _STAGE not in op.f:
        return False
    stood, new = op.f[_STAGE]
    claims = scope.claims.of((op.type, op.id), [_STAGE])
    own = set(claims.get(_STAGE, {})) == {client}
    if not own or before.get(_STAGE) != stood or not STAGES.may_go_back(stood, new):
        return False
    return same(scope.came_from(op.type, op.id, _STAGE, stood), new)


def _meant(op: Op, scope: OpenScope) -> tuple[str, str, dict[str, Any] | None]:
    """The row that an operation is about and the values it wants; none of it: the row goes."""
    if op.kind in (OpKind.DELETE, OpKind.RESTORE):
        return op.type, op.id, None
    if op.kind != OpKind.RESOLVE:
        return op.type, op.id, {name: new for name, (_base, new) in op.f.items()}
    conflict = scope.row("conflict", op.id)
    if conflict is None or "value" not in op.f:
        return "", "", {}
    target = str(conflict.body["target_type"]), str(conflict.body["target_id"])
    field, choice = str(conflict.body["field"]), op.f["value"][1]
    if field == WHOLE_ROW:
        return *target, None
    return *target, {field: choice}
