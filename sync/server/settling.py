"""One operation on locked scopes: decided by the pure merge core, written down here.

Pushes, imports and the administrator's commands all come through :func:`settle_operation`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from sync.merge.ledger import account_of
from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.settle import OpenConflict, Settlement, Target, held, settle, settle_resolve
from sync.merge.values import Claims, Writer
from sync.schema.policy import WHOLE_ROW
from sync.schema.values import same
from sync.server.aliases import ALIAS, PERSON, Follow, alias_fits, consequences, redirected
from sync.server.caring import care_flaw
from sync.server.derived import refresh_households, with_pinyin
from sync.server.duplicates import NUMBER, note_number
from sync.server.incoming import HELD_VALUE, flaw_in, value_fits
from sync.server.locked import ASKS_FOR_CARE, Locked, asks_who_worked
from sync.server.matters import FOLLOWED, followed_through
from sync.server.openscope import OpenScope
from sync.server.referral_queue import SHOWN, moves_address
from sync.server.rows import SERVER_CLIENT, Cause, StoredRow

HELD_ELSEWHERE: Final = "elsewhere"
ALIAS_CODE: Final = "alias"
"""The code of an outcome that was reached on whom the row is another name of."""

NOTICE_SETTLED: Final = "conflict_settled"


class Ended(msgspec.Struct, frozen=True):
    """How an operation ended, and the conflicts its fields went to. ``home`` is the scope where
    that was, if not its lane's."""

    outcome: Outcome
    code: str
    conflicts: tuple[str, ...]
    home: OpenScope | None = None


def settle_operation(locked: Locked, scope: OpenScope, op: Op, writer: Writer, epoch: str) -> Ended:
    """Settle one operation and write everything that follows from it."""
    code = flaw_in(op, scope.scope_id) or care_flaw(locked, scope.scope_id, op)
    if code:
        return _ended(held(code))
    if op.kind == OpKind.RESOLVE:
        return _resolve(locked, scope, op, writer, epoch)
    if op.type == PERSON and not alias_fits(locked, op, op.id):
        return _ended(held(HELD_VALUE))
    home, meant = redirected(locked, scope, op)
    if meant.id == op.id:
        return _settle(locked, scope, meant, writer, epoch)
    ended = _settle(locked, home, meant, writer, epoch)
    return msgspec.structs.replace(
        ended, code=ended.code or ALIAS_CODE, home=None if home is scope else home
    )


def _settle(locked: Locked, scope: OpenScope, op: Op, writer: Writer, epoch: str) -> Ended:
    row = scope.row(op.type, op.id)
    if row is None and locked.home(op.type, op.id):
        return _ended(held(HELD_ELSEWHERE))
    target = _target(scope, op, (op.type, op.id), op.f, writer, epoch)
    return _write(locked, scope, (op.type, op.id), op, writer, settle(op, target, writer))


def _resolve(locked: Locked, scope: OpenScope, op: Op, writer: Writer, epoch: str) -> Ended:
    conflict = scope.row("conflict", op.id)
    if conflict is None:
        return _ended(settle_resolve(op, None, Target(), writer))
    body = conflict.body
    key = (str(body["target_type"]), str(body["target_id"]))
    field = str(body["field"])
    if "value" in op.f and not value_fits(key[0], field, op.f["value"][1]):
        return _ended(held(HELD_VALUE))
    if (key[0], field) == (PERSON, ALIAS) and not alias_fits(locked, op, key[1]):
        return _ended(held(HELD_VALUE))
    fields = [field, *_edited(body)]
    target = _target(scope, op, key, fields, writer, epoch)
    ended = _write(locked, scope, key, op, writer, settle_resolve(op, body, target, writer))
    # The server decides nothing: it takes a question to where somebody does.
    if op.id in ended.conflicts and ended.outcome is Outcome.APPLIED and not writer.is_server:
        _queue_notices(locked, op, body, writer)
    return ended


def _edited(conflict: Mapping[str, Any]) -> set[str]:
    """The fields of the edits that wait in a conflict about a whole row."""
    waiting = (entry["value"] for entry in conflict.get("candidates", ()))
    return {name for value in waiting if isinstance(value, dict) for name in value}


def _target(
    scope: OpenScope,
    op: Op,
    key: tuple[str, str],
    fields: Iterable[str],
    writer: Writer,
    epoch: str,
) -> Target:
    """The row that an operation speaks about, as the merge core wants to know it."""
    row = scope.row(*key)
    if row is None:
        return Target(entries=_entries(scope, op))
    seen = op.seen[1] if op.seen[0] == epoch else 0
    waiting = _waiting(scope, key)
    wanted = set(fields) | set(row.body if op.kind == OpKind.DELETE else ())
    return Target(
        body=row.body,
        deleted=row.deleted,
        claims=scope.claims.of(key, wanted),
        open_conflicts=waiting,
        root_changed=asks_who_worked(op) and _worked_on(scope, row.root_id, seen, writer),
        decided_since=op.kind == OpKind.RESOLVE and _decided(scope, op.id, seen, writer),
    )


def _entries(scope: OpenScope, op: Op) -> dict[str, Mapping[str, Any]]:
    """Of an entry that is counted: the others to the same account."""
    account = account_of(op)
    if not account:
        return {}
    return {row_id: row.body for row_id, row in scope.below(op.type, account).items()}


def _waiting(scope: OpenScope, key: tuple[str, str]) -> dict[str, OpenConflict]:
    """The conflicts about a row that wait for a person, by field."""
    waiting: dict[str, OpenConflict] = {}
    for field, conflict_id in scope.waiting.about(key).items():
        row = scope.row("conflict", conflict_id)
        if row is not None:
            waiting[field] = OpenConflict(conflict_id, row.body)
    return waiting


def _worked_on(scope: OpenScope, root_id: str, seen: int, writer: Writer) -> bool:
    """Whether another client changed anything below this root since revision ``seen``."""
    ours = (writer.client, SERVER_CLIENT)
    workers = scope.workers(root_id, seen)
    return any(rev > seen for client, rev in workers.items() if client not in ours)


def _decided(scope: OpenScope, conflict_id: str, seen: int, writer: Writer) -> bool:
    """Whether another client settled this conflict since revision ``seen``.

    Of one about a whole row: whether they changed it at all, because a decision about it speaks
    of every edit that waits there.
    """
    row = scope.row("conflict", conflict_id)
    if row is None or (row.body["status"] == "open" and row.body["field"] != WHOLE_ROW):
        return False
    deciders = scope.deciders(conflict_id)
    return any(rev > seen for client, rev in deciders.items() if client != writer.client)


def _write(
    locked: Locked,
    scope: OpenScope,
    key: tuple[str, str],
    op: Op,
    writer: Writer,
    settlement: Settlement,
) -> Ended:
    cause = Cause(op.op_id, writer)
    before = scope.row(*key)
    if settlement.body is not None:
        body = with_pinyin(key[0], settlement.body)
        body = locked.cases.numbered(*key, body, locked.at)
        if key[0] in FOLLOWED:
            rows = (before.body if before else None, body)
            community = locked.community_of(scope.scope_id)
            at = locked.at
            body = followed_through(locked.counters, community, key, rows, writer, at)
        row = scope.put(*key, body, deleted=settlement.deleted)
        scope.record(row, settlement.changes, cause)
        locked.cases.note(row)
        if row.type in SHOWN:
            locked.note_referral(scope, row, body)
        if before and moves_address(row.type, (change.field for change in settlement.changes)):
            locked.note_address(scope, row)
        if row.type in ASKS_FOR_CARE:
            refresh_households(locked, [before, row] if before else [row])
        if row.type in (PERSON, NUMBER):
            _follow_through(locked, scope, (before, row), cause)
    scope.claims.claim(key, settlement.claims)
    for conflict_id, body in settlement.conflicts.items():
        _write_conflict(scope, conflict_id, body, cause)
        if key[0] in SHOWN and before is not None:
            locked.note_referral(scope, before, before.body)
    return _ended(settlement)


def _follow_through(
    locked: Locked, scope: OpenScope, rows: tuple[StoredRow | None, StoredRow], cause: Cause
) -> None:
    """What a written row asks for beyond itself: of ID numbers, and of records that are one."""

    def settle_patch(home: OpenScope, op: Op, writer: Writer) -> Ended:
        return _settle(locked, home, op, writer, "")

    def note(place: OpenScope, row: StoredRow) -> None:
        note_number(locked, place, row, cause)

    note(scope, rows[1])
    consequences(locked, scope, rows, cause, Follow(settle_patch, note))


def _write_conflict(
    scope: OpenScope, conflict_id: str, body: Mapping[str, Any], cause: Cause
) -> None:
    before = scope.row("conflict", conflict_id)
    if before is None or before.body != body:
        scope.record(scope.put("conflict", conflict_id, body, deleted=False), (), cause)
        scope.waiting.keep(conflict_id, body)


def _queue_notices(locked: Locked, op: Op, body: Mapping[str, Any], writer: Writer) -> None:
    """The verdict goes to whoever took part, except the one who gave it."""
    taking_part = [*body.get("candidates", ()), *body.get("current_by", ())]
    people = {str(each["author"]) for each in taking_part} - {writer.author, ""}
    for user_id in sorted(people):
        locked.queue_notice(
            {
                "op_id": op.op_id,
                "user_id": user_id,
                "about": op.id,
                "kind": NOTICE_SETTLED,
                "at": locked.at,
            }
        )


def _ended(settlement: Settlement) -> Ended:
    return Ended(settlement.outcome, settlement.code, tuple(sorted(settlement.conflicts)))


def inherit_claims(scope: OpenScope, op: Op, before: str, heir: Writer) -> None:
    """An author's operation came again under another client id: what it asserted, that one does.

    Only who holds the journal knows the operation, so nobody else's word is taken over: without
    this a laptop that was enrolled anew would quarrel with what it wrote itself.
    """
    row = scope.row(op.type, op.id)
    moved: dict[str, Claims] = {}
    for name, claims in scope.claims.of((op.type, op.id), op.f).items():
        said = claims.get(before)
        stands = row is not None and same(row.body.get(name), op.f[name][1])
        if said is not None and said.author == heir.author and stands:
            others = {client: who for client, who in claims.items() if client != before}
            moved[name] = {heir.client: msgspec.structs.replace(said, client=heir.client), **others}
    scope.claims.claim((op.type, op.id), moved)
