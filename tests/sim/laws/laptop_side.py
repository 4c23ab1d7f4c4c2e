"""Laws 1, 4, 5, 7 and 14 on a laptop, looked at after everything that happens to it."""

from collections.abc import Iterable, Sequence

import msgspec

from sync.merge.operation import Op, OpKind, decode_op
from sync.merge.values import spec_or_unknown
from sync.schema.canonical import decode_body
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same
from sync.store.tables import TABLES
from tests.sim.laptop import SimLaptop
from tests.sim.laws.held import server_rows
from tests.sim.laws.rebase import Rebase
from tests.sim.record import Key, ServerRecord
from tests.sim.witness import Judge, Saved, Witness

_JOURNAL = "SELECT op_id, scope_id, raw, outcome FROM operation"
_COPIES = (
    "SELECT no, scope_id, epoch, cursor, staged, digest, shown FROM generation "
    "WHERE NOT dropped ORDER BY no"
)


class LaptopLaws:
    """Looks at one laptop's store against what was saved and what the server has been."""

    def __init__(self, judge: Judge, witness: Witness, record: ServerRecord) -> None:
        self._judge = judge
        self._witness = witness
        self._record = record
        self._rebase = Rebase(judge, record)

    def after_saving(self, laptop: SimLaptop, op_ids: Iterable[str]) -> None:
        """What was saved is in the journal, and people see it."""
        wanted = [op_id for op_id in op_ids if op_id]
        with laptop.reading() as cursor:
            marks = ",".join("?" * len(wanted))
            query = f"{_JOURNAL} WHERE op_id IN ({marks})"
            found = [tuple(row[:3]) for row in cursor.execute(query, wanted)]
        self._judge.hold(1, len(found) == len(wanted), "saved, and not in the journal")
        new = self._witness.remember(laptop.name, found)
        self.rebase(laptop, {key for one in new for key in _keys(one.op)})
        for one in new:
            self._base(one)

    def _base(self, one: Saved) -> None:
        """Law 9 begins here: an edit starts from the server's value, never from a pending one."""
        moved = self._record.has_moved(self._record.root((one.op.type, one.op.id)))
        if one.op.kind != OpKind.PATCH or moved:  # Of two scopes no revision tells what they saw.
            return
        log = self._record.log(one.scope, one.op.seen[0])
        versions = log.versions.get((one.op.type, one.op.id), [])
        known = [version for version in versions if version.rev <= one.op.seen[1]]
        body = decode_body(known[-1].body) if known and not known[-1].deleted else {}
        for name, (base, _) in one.op.f.items():
            if spec_or_unknown(one.op.type, name).merge is Merge.ASK:
                fair = same(base, body.get(name))
                self._judge.hold(9, fair, "does not start from the server's value:", one.op)

    def after_anything(self, laptop: SimLaptop) -> None:
        """All laws of a laptop, after a session, a crash or a restart."""
        self.journal(laptop)
        self.rebase(laptop)
        self.copies(laptop)

    def journal(self, laptop: SimLaptop) -> None:
        """Law 1: each operation is here or with the server; nothing unsent is missing here."""
        found = self.unchanged(laptop)
        for op_id, one in self._witness.of(laptop.name):
            if op_id not in found:
                # Only durable operations may be forgotten; settled ones at least.
                self._judge.hold(1, bool(one.outcome), "lost from the journal:", op_id)
            elif found[op_id]:
                told = found[op_id] == one.outcome
                self._judge.hold(1, told, "a receipt that nobody gave:", found[op_id], one)

    def unchanged(self, laptop: SimLaptop) -> dict[str, str]:
        """What the journal holds is what was saved; the receipt's outcome of each operation."""
        with laptop.reading() as cursor:
            found = {row[0]: row for row in cursor.execute(_JOURNAL).fetchall()}
        self._witness.remember(laptop.name, [row[:3] for row in found.values()])
        for op_id, one in self._witness.of(laptop.name):
            if op_id in found:
                same_op = found[op_id][2] == one.raw or _same_op(found[op_id][2], one.op)
                self._judge.hold(1, same_op, "changed in the journal:", op_id)
        return {op_id: row[3] for op_id, row in found.items()}

    # --- Rebase ------------------------------------------------------------------------------

    def rebase(self, laptop: SimLaptop, only: set[Key] | None = None) -> None:
        """Law 5: what people see is the pending operations laid over the server's row."""
        if self._judge.asks(5):
            self._rebase.look(laptop, only)

    # --- Copies ------------------------------------------------------------------------------

    def copies(self, laptop: SimLaptop) -> None:
        """Laws 4 and 7: each copy is the server's state at its cursor."""
        if not self._judge.asks(4, 7):
            return
        with laptop.reading() as cursor:
            copies = cursor.execute(_COPIES).fetchall()
        for no, scope, epoch, position, staged, digest, shown in copies:
            facts = (no, epoch, position, staged, digest, shown)
            if laptop.checked.get(scope) == facts:
                continue
            if shown:
                laptop.checked[scope] = facts
                self._prefix(laptop, no, scope, epoch, position)
                if staged > position:
                    self._staged(laptop, no, scope, epoch, (position, staged))

    def _prefix(self, laptop: SimLaptop, no: int, scope: str, epoch: str, position: int) -> None:
        wanted = self._record.log(scope, epoch or "none").at(position)
        with laptop.reading() as cursor:
            held = server_rows(cursor, no)
        if held != wanted:
            missing = sorted(key for key in wanted if held.get(key) != wanted[key])
            extra = sorted(key for key in held if key not in wanted)
            behind = any(held.get(key, (0, ""))[0] < wanted[key][0] for key in missing)
            if behind:
                self._judge.hold(7, False, "the cursor is ahead of the data:", scope, missing[:2])
            self._judge.hold(4, False, "not the server's state:", scope, missing[:2], extra[:2])
        self._judge.hold(4, True, "")
        self._judge.hold(7, True, "")

    def _staged(
        self, laptop: SimLaptop, no: int, scope: str, epoch: str, span: tuple[int, int]
    ) -> None:
        """Law 7: the stage holds all that its cursor has passed and nobody changed again."""
        with laptop.reading() as cursor:
            query = "SELECT type, id, rev FROM stage WHERE generation = ?"
            held = {row[:2]: row[2] for row in cursor.execute(query, (no,)).fetchall()}
        for key, versions in self._record.log(scope, epoch).versions.items():
            rev = versions[-1].rev
            if span[0] < rev <= span[1]:
                self._judge.hold(7, held.get(key) == rev, "the stage passed over", *key)

    def in_step(self, laptop: SimLaptop, granted: Iterable[str]) -> bool:
        """Whether nothing waits here, and every copy stands at the server's head."""
        with laptop.reading() as cursor:
            waiting = cursor.execute("SELECT count(*) FROM operation WHERE outcome = ''").fetchone()
            at = {row[1]: row[2:4] for row in cursor.execute(_COPIES).fetchall() if row[6]}
        heads = self._record.heads()
        return waiting[0] == 0 and all(
            scope in at and at[scope][1] == heads[scope][0] for scope in granted
        )

    def sealed(self, laptop: SimLaptop, granted: Sequence[str]) -> None:
        """Law 14 after a whole session: no copy of a scope that is not ours, and none half gone."""
        if not self._judge.asks(14):
            return
        with laptop.reading() as cursor:
            kept = {row[1] for row in cursor.execute(_COPIES).fetchall()}
            numbers = {row[0] for row in cursor.execute("SELECT no FROM generation").fetchall()}
            left = set()
            for table in (*TABLES, "shadow", "stage", "other_row"):
                query = f"SELECT DISTINCT generation FROM {table}"
                left |= {row[0] for row in cursor.execute(query).fetchall()}
        self._judge.hold(14, kept <= set(granted), "held and not granted:", kept - set(granted))
        self._judge.hold(14, left <= numbers, "rows of a copy that is gone:", left - numbers)


def _keys(op: Op) -> list[Key]:
    keys = [(op.type, op.id)]
    if op.kind == OpKind.RESOLVE and op.target is not None:
        keys.append((op.target[0], op.target[1]))
    return [key for key in keys if key[0] in ENTITIES]


def _same_op(raw: str, op: Op) -> bool:
    """The same operation; only its place in a lane may differ, after a cloned disk."""
    return msgspec.structs.replace(decode_op(raw), seq=0) == msgspec.structs.replace(op, seq=0)
