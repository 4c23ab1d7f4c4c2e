"""Law 5: what people see is the pending operations laid over the server's row, once.

A household that moves between two scopes of a laptop is in both copies for a while, with operations
that wait in either lane. Of its rows less is told: nothing is shown twice, and what is shown is the
pending operations over the row as one of the copies has it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from sync.merge.operation import Op, OpKind, decode_op
from sync.merge.texts import merge_text
from sync.merge.values import spec_or_unknown
from sync.schema.canonical import compact, decode_body
from sync.schema.policy import WHOLE_ROW, Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same
from sync.store import rows
from sync.store.tables import TABLES
from tests.sim.laptop import SimLaptop
from tests.sim.record import Key, ServerRecord
from tests.sim.witness import Judge

_FOLDED = (
    "SELECT t.type, t.row_id, o.scope_id, o.raw FROM operation o "
    "JOIN operation_target t ON t.op_no = o.no WHERE o.folded ORDER BY o.no"
)
_SHOWN = "SELECT scope_id, no FROM generation WHERE shown AND NOT dropped"
_SHADOWS = "SELECT generation, type, id, body FROM shadow"


@dataclass(frozen=True)
class _Seen:
    """A laptop's copies by scope, what waits on each row by lane, and its shadows."""

    copies: Mapping[str, int]
    pending: Mapping[Key, Sequence[tuple[str, Op]]]
    shadows: Mapping[tuple[int, Key], str | None]


class Rebase:
    """Looks at what a laptop shows."""

    def __init__(self, judge: Judge, record: ServerRecord) -> None:
        self._judge = judge
        self._record = record

    def look(self, laptop: SimLaptop, only: set[Key] | None = None) -> None:
        """All that waits here, or what waits on these rows."""
        seen = _look(laptop)
        moving = {key for key in self._keys(seen) if self._is_moving(key, seen.pending.get(key))}
        self._covered(seen, moving)
        with laptop.store.database.reading() as connection:
            for key in sorted(self._keys(seen) if only is None else only & seen.pending.keys()):
                if key[0] not in TABLES:
                    continue
                if key in moving:
                    self._shown_once(connection, key, seen)
                else:
                    self._shown(connection, key, seen)

    @staticmethod
    def _keys(seen: _Seen) -> set[Key]:
        return {*seen.pending, *(key for _, key in seen.shadows)}

    def _is_moving(self, key: Key, ops: Sequence[tuple[str, Op]] | None) -> bool:
        root = self._record.root(key)
        for _, op in ops or ():
            model = ENTITIES[op.type].model if op.type in ENTITIES else None
            root = root or str(op.f.get(model.ROOT if model else "", (None, ""))[1])
        return self._record.has_moved(root)

    def _covered(self, seen: _Seen, moving: set[Key]) -> None:
        """Where something waits, and nowhere else, the server's row is kept aside."""
        covered = {
            (seen.copies[scope], key)
            for key, ops in seen.pending.items()
            for scope, _ in ops
            if scope in seen.copies
        }
        used = set(seen.copies.values())
        spare = {each for each in seen.shadows if each[0] in used} ^ covered
        spare = {each for each in spare if each[1] not in moving}
        self._judge.hold(5, not spare, "shadows and pending operations differ:", sorted(spare)[:3])

    def _shown(self, connection: Connection, key: Key, seen: _Seen) -> None:
        for scope, no in seen.copies.items():
            ops = [op for lane, op in seen.pending.get(key, ()) if lane == scope]
            if ops:
                text = seen.shadows[no, key]
                wanted = folded(decode_body(text) if text else None, ops, key)
                found = rows.find(connection, key[0], no, key[1])
                body = found.body if found else None
                self._judge.hold(5, body == wanted, "people see something else:", *key)

    def _shown_once(self, connection: Connection, key: Key, seen: _Seen) -> None:
        found = [rows.find(connection, key[0], no, key[1]) for no in seen.copies.values()]
        bodies = [row.body for row in found if row is not None]
        self._judge.hold(5, len(bodies) <= 1, "people see a row twice:", *key)
        waiting = seen.pending.get(key, ())
        if not waiting or not (bodies or any(lane in seen.copies for lane, _ in waiting)):
            return  # Nothing of it is pending, or in sight: the scope is not held any more.
        ops = [op for _, op in waiting]
        held = [text for (_, kept), text in seen.shadows.items() if kept == key]
        wanted = [folded(decode_body(text) if text else None, ops, key) for text in [*held, None]]
        shown = bodies[0] if bodies else None
        self._judge.hold(5, shown in wanted, "people see something else of what moved:", *key)


def _look(laptop: SimLaptop) -> _Seen:
    pending: defaultdict[Key, list[tuple[str, Op]]] = defaultdict(list)
    with laptop.reading() as cursor:
        copies = dict(tuple(row) for row in cursor.execute(_SHOWN).fetchall())
        for type_, row_id, scope, raw in cursor.execute(_FOLDED).fetchall():
            pending[type_, row_id].append((scope, _read(raw)))
        lines = cursor.execute(_SHADOWS).fetchall()
    shadows = {(no, (type_, row_id)): body for no, type_, row_id, body in lines}
    return _Seen(copies, pending, shadows)


def folded(body: Mapping[str, Any] | None, ops: Sequence[Op], key: Key) -> dict[str, Any] | None:
    """Pending operations laid over a row: the rule once more, written apart from the product."""
    shown = dict(body) if body is not None else None
    removed = shown
    for op in ops:
        new = {name: pair[1] for name, pair in op.f.items()}
        if op.kind == OpKind.DELETE:
            removed, shown = shown or removed, None
        elif op.kind == OpKind.RESTORE:
            shown = removed if shown is None else shown
        elif op.kind in (OpKind.CREATE, OpKind.APPEND):
            shown = {**(shown or {}), **new}
        elif shown is None:
            continue
        elif op.kind == OpKind.RESOLVE:
            shown = _decided(shown, op, key)
        else:
            for name, (base, value) in op.f.items():
                shown = {**shown, name: _joined(op.type, name, (base, value), shown.get(name))}
    return None if shown is None else compact(shown)


def _joined(type_: str, name: str, pair: tuple[Any, Any], held: Any) -> Any:
    base, value = pair
    merge = spec_or_unknown(type_, name).merge
    if merge is Merge.TEXT and not same(base, held):
        # How sentences join is proved by themselves (``tests/merge``); here, that they do.
        return merge_text(str(base or ""), str(value or ""), str(held or "")) or value
    if merge is not Merge.SET:
        return value
    added, taken = set(value or ()) - set(base or ()), set(base or ()) - set(value or ())
    return sorted((set(held or ()) | added) - taken)


def _decided(shown: dict[str, Any], op: Op, key: Key) -> dict[str, Any]:
    choice = op.f["value"][1]
    if key == (op.type, op.id):
        return {**shown, "status": "settled", "value": choice}
    field = op.target[2] if op.target else WHOLE_ROW
    return shown if field == WHOLE_ROW else {**shown, field: choice}


@lru_cache(maxsize=5_000)
def _read(raw: str) -> Op:
    """A pending operation, which is looked at after whatever happens until it is settled."""
    return decode_op(raw)
