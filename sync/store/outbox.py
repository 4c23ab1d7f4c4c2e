"""The journal of operations: numbered when saved, acknowledged by receipts, gone when durable."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    update,
)

from sync.merge.fold import targets
from sync.merge.operation import Op, OpKind, Outcome, decode_op
from sync.store.lists import bound
from sync.store.tables import LANE, OPERATION, TARGET
from sync.wire.messages import OpOutcome

RowKey = tuple[str, str]
"""(type, id) of a row."""

# Written out, because SQLite uses a partial index only for the very words it was made with.
WAITING: Final[ColumnElement[bool]] = OPERATION.c.outcome == literal_column("''")
HELD: Final[ColumnElement[bool]] = OPERATION.c.outcome == literal_column("'held'")


# Made once: making these statements costs more than running them.
_OF_LANE: Final = OPERATION.c.scope_id == bindparam("scope")
UNSENT: Final[dict[str, Any]] = {
    "folded": True,
    "outcome": "",
    "rev": 0,
    "at": "",
    "code": "",
    "conflicts": "",
    "home": "",
}
_NEXT_SEQ: Final = select(LANE.c.next_seq).where(LANE.c.scope_id == bindparam("scope"))
_GIVE_SEQ: Final = (
    update(LANE).where(LANE.c.scope_id == bindparam("scope")).values(next_seq=LANE.c.next_seq + 1)
)
_SAVE: Final = insert(OPERATION)
_SAVE_TARGET: Final = insert(TARGET)
_ON_ROW: Final = and_(TARGET.c.type == bindparam("type"), TARGET.c.row_id == bindparam("row"))
_FOLDED_ON: Final = (
    select(OPERATION.c.raw)
    .join(TARGET, TARGET.c.op_no == OPERATION.c.no)
    .where(_ON_ROW, OPERATION.c.folded)
    .order_by(OPERATION.c.no)
)
_LANE_ON: Final = (
    select(OPERATION.c.scope_id)
    .join(TARGET, TARGET.c.op_no == OPERATION.c.no)
    .where(_ON_ROW, WAITING)
    .order_by(OPERATION.c.no.desc())
    .limit(1)
)
_LANES_ON: Final = (
    select(OPERATION.c.scope_id)
    .join(TARGET, TARGET.c.op_no == OPERATION.c.no)
    .where(_ON_ROW, OPERATION.c.folded)
    .distinct()
)
_ENTRIES: Final = select(OPERATION.c.type, OPERATION.c.row_id).where(
    OPERATION.c.row_id.in_(bound("ids")),
    OPERATION.c.kind == OpKind.APPEND.value,
    OPERATION.c.outcome.in_([Outcome.APPLIED.value, Outcome.NOOP.value]),
)


_ANY: Final = select(OPERATION.c.no).limit(1)


def shown_on(where: ColumnElement[bool]) -> Select[str, str]:
    """The (type, id) of the rows that these operations are about."""
    rows = select(TARGET.c.type, TARGET.c.row_id)
    return rows.join(OPERATION, OPERATION.c.no == TARGET.c.op_no).where(where)


_SETTLED_IN: Final = case((OPERATION.c.home == "", OPERATION.c.scope_id), else_=OPERATION.c.home)
_WITH_RECEIPT: Final = and_(OPERATION.c.folded, OPERATION.c.outcome != "")


def _settled() -> Select[str, str, str, str, int]:
    reached = func.json_each(bindparam("reached", type_=Text())).table_valued("key", "value")
    return (
        select(_SETTLED_IN, OPERATION.c.scope_id, TARGET.c.type, TARGET.c.row_id, OPERATION.c.no)
        .join(OPERATION, OPERATION.c.no == TARGET.c.op_no)
        .join(reached, reached.c.key == _SETTLED_IN)
        .where(_WITH_RECEIPT, OPERATION.c.rev <= reached.c.value)
    )


_FOLDED_IN: Final = shown_on(and_(_OF_LANE, OPERATION.c.folded))
_ALL_FOLDED: Final = shown_on(OPERATION.c.folded)
_FOLDED_BY_LANE: Final = _ALL_FOLDED.add_columns(OPERATION.c.scope_id)
_ALL_WAITING: Final = shown_on(WAITING)
_FOREIGN: Final = shown_on(and_(OPERATION.c.scope_id != bindparam("scope"), OPERATION.c.folded))
_SETTLED: Final = _settled()
_UNFOLD: Final = update(OPERATION).where(OPERATION.c.no.in_(bound("numbers"))).values(folded=False)
# Found by its id: to go through all that wait for each receipt, or the other way round, would
# take a hundred times as long, and only the sign keeps SQLite from it.
_STILL_WAITING: Final[ColumnElement[bool]] = literal_column("+operation.outcome") == literal_column(
    "''"
)
_GOT: Final = ("op_id", "outcome", "rev", "at", "code", "conflicts", "home")


def _receiving() -> Update:
    line = func.jsonb_each(bindparam("receipts", type_=Text())).table_valued("value").c.value
    got = {name: func.json_extract(line, f"$[{place}]") for place, name in enumerate(_GOT)}
    return (
        update(OPERATION).where(OPERATION.c.op_id == got.pop("op_id"), _STILL_WAITING).values(got)
    )


_RECEIVE: Final = _receiving()


def any_known(connection: Connection) -> bool:
    """Whether there is any operation: none before the first edit."""
    return connection.execute(_ANY).first() is not None


def next_seq(connection: Connection, scope_id: str) -> int:
    """The number of the scope's next operation, given once."""
    seq = connection.execute(_NEXT_SEQ, {"scope": scope_id}).scalar_one_or_none()
    if seq is None:
        connection.execute(insert(LANE).values(scope_id=scope_id, next_seq=2, durable=0, epoch=""))
        return 1
    connection.execute(_GIVE_SEQ, {"scope": scope_id})
    return int(seq)


def save(connection: Connection, scope_id: str, op: Op, raw: bytes, saved_at: str) -> None:
    """Write one operation into the journal, with the rows it shows on."""
    values = {
        "op_id": op.op_id,
        "scope_id": scope_id,
        "seq": op.seq,
        "kind": op.kind,
        "type": op.type,
        "row_id": op.id,
        "raw": raw.decode(),
        "saved_at": saved_at,
    }
    number = connection.execute(_SAVE, {**UNSENT, **values}).inserted_primary_key
    assert number is not None
    connection.execute(
        _SAVE_TARGET,
        [{"op_no": number[0], "type": type_, "row_id": row_id} for type_, row_id in targets(op)],
    )


def folded(connection: Connection, key: RowKey) -> list[Op]:
    """The operations that people still see on a row, oldest first."""
    found = connection.execute(_FOLDED_ON, {"type": key[0], "row": key[1]}).scalars()
    return [decode_op(raw) for raw in found]


def folded_keys(connection: Connection, scope_id: str) -> set[RowKey]:
    """The rows of a scope on which an operation still shows."""
    return keys_of(connection, _FOLDED_IN, {"scope": scope_id})


def waiting_keys(connection: Connection) -> set[RowKey]:
    """The rows of all lanes on which something without a receipt shows."""
    return keys_of(connection, _ALL_WAITING)


def foreign_keys(connection: Connection, scope_id: str) -> set[RowKey]:
    """The rows on which an operation of another lane still shows."""
    return keys_of(connection, _FOREIGN, {"scope": scope_id})


def lane_of(connection: Connection, key: RowKey) -> str:
    """The lane in which an operation on a row waits: the next one follows it there, so that the
    server settles them in their order. Empty where none waits."""
    found = connection.execute(_LANE_ON, {"type": key[0], "row": key[1]})
    return found.scalar_one_or_none() or ""


def receive(connection: Connection, outcomes: Sequence[OpOutcome]) -> None:
    """Store the receipts. An operation's first one is the law; a repeated one changes nothing."""
    if outcomes:
        receipts = [
            (
                receipt.op_id,
                receipt.outcome,
                receipt.rev,
                receipt.at,
                receipt.code,
                msgspec.json.encode(receipt.conflicts).decode(),
                receipt.home,
            )
            for receipt in outcomes
        ]
        connection.execute(_RECEIVE, {"receipts": msgspec.json.encode(receipts).decode()})


def unfold(connection: Connection, reached: Mapping[str, int]) -> dict[str, set[RowKey]]:
    """Stop showing what the server's rows contain by the revision ``reached`` in each scope.

    Returns the rows that this touches, by scope: where they live now, and where they were written
    about. Scopes without any are left out.
    """
    touched: dict[str, set[RowKey]] = defaultdict(set)
    numbers: set[int] = set()
    by = {"reached": msgspec.json.encode(reached).decode()}
    for scope_id, lane, type_, row_id, number in connection.execute(_SETTLED, by).all():
        touched[scope_id].add((type_, row_id))
        touched[lane].add((type_, row_id))
        numbers.add(number)
    if numbers:
        connection.execute(_UNFOLD, {"numbers": msgspec.json.encode(sorted(numbers)).decode()})
    return dict(touched)


def lanes_by_row(connection: Connection) -> dict[RowKey, set[str]]:
    """The rows on which an operation still shows, with the lanes of those."""
    lanes: dict[RowKey, set[str]] = defaultdict(set)
    for type_, row_id, scope_id in connection.execute(_FOLDED_BY_LANE).all():
        lanes[type_, row_id].add(scope_id)
    return dict(lanes)


def lanes_on(connection: Connection, key: RowKey) -> set[str]:
    """The lanes of the operations that show on one row."""
    found = connection.execute(_LANES_ON, {"type": key[0], "row": key[1]})
    return set(found.scalars())


def entries(connection: Connection, keys: Iterable[RowKey]) -> set[RowKey]:
    """Those of these rows that one operation of ours made, that never change, and that the server
    took: it holds just what the operation says, or would have held it aside."""
    ids = msgspec.json.encode([row_id for _, row_id in keys]).decode()
    found = connection.execute(_ENTRIES, {"ids": ids}).all()
    return {(type_, row_id) for type_, row_id in found}


def fold_waiting(connection: Connection, scope_id: str) -> None:
    """Show everything without a receipt: what the server had once, it may have lost."""
    hidden = and_(OPERATION.c.scope_id == scope_id, WAITING, ~OPERATION.c.folded)
    connection.execute(update(OPERATION).where(hidden).values(folded=True))


def unfold_home(connection: Connection, scope_id: str) -> None:
    """The scope is not ours any more: what other lanes sent there is its server's alone."""
    settled = and_(
        OPERATION.c.home == scope_id, OPERATION.c.scope_id != scope_id, OPERATION.c.folded
    )
    connection.execute(update(OPERATION).where(settled).values(folded=False))


def keys_of(
    connection: Connection,
    query: Select[str, str],
    by: Mapping[str, str | int] | None = None,
) -> set[RowKey]:
    """The rows that operations show on; ``query`` is one of :func:`_shown_on`."""
    return {(type_, row_id) for type_, row_id in connection.execute(query, by)}
