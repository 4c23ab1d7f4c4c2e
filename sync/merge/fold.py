"""What a laptop shows while its operations wait: the pending ones laid over the server's row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sync.merge.operation import Op, OpKind, new_values
from sync.merge.texts import merge_text
from sync.merge.values import merge_set, spec_or_unknown
from sync.schema.canonical import compact
from sync.schema.policy import WHOLE_ROW, Merge
from sync.schema.values import same


@dataclass(frozen=True)
class Row:
    """A row as it is shown: its body, or nothing where it is removed or not there yet."""

    body: dict[str, Any] | None


def targets(op: Op) -> tuple[tuple[str, str], ...]:
    """The (type, id) of every row that an operation shows on: a resolve shows on two."""
    if op.kind == OpKind.RESOLVE and op.target is not None:
        return ((op.type, op.id), (op.target[0], op.target[1]))
    return ((op.type, op.id),)


def fold(body: Mapping[str, Any] | None, ops: Iterable[Op], key: tuple[str, str]) -> Row:
    """The row ``key`` (type, id) as its pending operations make it, oldest first.

    ``body`` is the server's row, ``None`` where there is none.
    """
    shown: dict[str, Any] | None = dict(body) if body is not None else None
    hidden = dict(shown) if shown is not None else None
    for op in ops:
        if op.kind == OpKind.DELETE:
            hidden, shown = hidden if shown is None else shown, None
        elif op.kind == OpKind.RESTORE:
            shown = shown if shown is not None else hidden
        else:
            shown = _fold_one(shown, op, key)
    return Row(compact(shown) if shown is not None else None)


def _fold_one(shown: dict[str, Any] | None, op: Op, key: tuple[str, str]) -> dict[str, Any] | None:
    if op.kind in (OpKind.CREATE, OpKind.APPEND):
        return {**(shown or {}), **new_values(op)}
    if shown is None:
        return None
    if op.kind == OpKind.RESOLVE:
        return _fold_resolve(shown, op, key)
    for name, (base, new) in op.f.items():
        shown[name] = _folded(op.type, name, (base, new), shown.get(name))
    return _as_alias(shown)


def _as_alias(shown: dict[str, Any]) -> dict[str, Any]:
    """Whoever is another name of somebody lives in no household, as the server has it."""
    return {**shown, "household_id": None} if shown.get("alias_of") else shown


def _folded(type_: str, name: str, pair: tuple[Any, Any], shown: Any) -> Any:
    """One field with a pending edit on top; what others added meanwhile is seen where it joins."""
    base, new = pair
    merge = spec_or_unknown(type_, name).merge
    if merge is Merge.SET:
        return merge_set(base, new, shown)
    if merge is Merge.TEXT and not same(base, shown):
        return merge_text(str(base or ""), str(new or ""), str(shown or "")) or new
    return new


def _fold_resolve(shown: dict[str, Any], op: Op, key: tuple[str, str]) -> dict[str, Any]:
    choice = op.f["value"][1] if "value" in op.f else None
    if key == (op.type, op.id):
        return {**shown, "status": "settled", "value": choice}
    if op.target is not None and op.target[2] != WHOLE_ROW:
        return _as_alias({**shown, op.target[2]: choice})
    return shown
