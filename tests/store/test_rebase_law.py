"""Law 5: after every local transaction, visible = fold(pending, shadow). And laws 4 and 6 beside
it: the server's rows as held equal the server's, and all ends in step."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.merge.fold import fold, targets
from sync.merge.operation import Outcome, decode_op
from sync.schema.canonical import decode_body
from sync.store import records
from sync.store.echo import entries_of
from sync.store.tables import OPERATION, SHADOW
from tests.support.feed import GRID, Feed
from tests.support.laptops import new_store

PEOPLE = ("p1", "p2", "p3")
NAMES = st.sampled_from(["王桂兰", "王桂蓝", "李娜", ""])
TAGS = st.lists(st.sampled_from(["elder_alone", "veteran", "dibao"]), unique=True)


class Laptop(RuleBasedStateMachine):
    """One laptop and its grid: edits, pushes and pulls in any order, correlated on three people,
    and entries between them."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = new_store(self.folder)
        self.feed = Feed()
        self.keys = {("person", person) for person in PEOPLE}
        for person in PEOPLE[:2]:
            self.feed.put("person", person, name="王桂兰", tags=["dibao"])
        self.feed.pull_into(self.store)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    @rule(person=st.sampled_from(PEOPLE), name=NAMES)
    def rename(self, person: str, name: str) -> None:
        if self.store.reading.find("person", person):
            self.store.records.write([records.patch("person", person, {"name": name})])

    @rule(person=st.sampled_from(PEOPLE), tags=TAGS)
    def retag(self, person: str, tags: list[str]) -> None:
        if self.store.reading.find("person", person):
            self.store.records.write([records.patch("person", person, {"tags": tags})])

    @rule(name=NAMES)
    def create(self, name: str) -> None:
        edit = records.create("person", {"name": name}, scope_id=GRID, row_id="p3")
        self.store.records.write([edit])

    @rule(person=st.sampled_from(PEOPLE))
    def delete(self, person: str) -> None:
        if self.store.reading.find("person", person):
            self.store.records.write([records.delete("person", person)])

    @rule(text=NAMES)
    def note(self, text: str) -> None:
        fields = {"household_id": "h1", "text": text}
        written = self.store.records.write([records.append("note", fields, scope_id=GRID)])
        self.keys.add(("note", written.row_ids[0]))

    @rule(person=st.sampled_from(PEOPLE), name=NAMES, tags=TAGS)
    def somebody_else_writes(self, person: str, name: str, tags: list[str]) -> None:
        self.feed.put("person", person, name=name, tags=tags)

    @rule(person=st.sampled_from(PEOPLE))
    def somebody_else_removes(self, person: str) -> None:
        if ("person", person) in self.feed.rows:
            self.feed.remove("person", person)

    @precondition(lambda self: self.store.replica.lanes())
    @rule(some=st.integers(1, 3), outcome=st.sampled_from([Outcome.APPLIED, Outcome.HELD]))
    def push(self, some: int, outcome: Outcome) -> None:
        ops = self.store.replica.batch(GRID)[:some]
        receipts = [self.feed.take(op, outcome) for op in ops]
        self.store.replica.acknowledge(self.feed.reply(*receipts), entries_of(ops))

    @precondition(lambda self: self.store.replica.lanes())
    @rule()
    def push_and_lose_the_reply(self) -> None:
        for op in self.store.replica.batch(GRID)[:1]:
            if op.seq == self.feed.next_seq:
                self.feed.take(op)
                self.lost = op

    @rule(limit=st.integers(1, 3))
    def pull_one_page(self, limit: int) -> None:
        (asked,) = self.store.replica.cursors([GRID])
        self.store.replica.apply(self.feed.page(asked, limit), self.feed.epoch)

    @rule()
    def reset(self) -> None:
        (asked,) = self.store.replica.cursors([GRID])
        page = self.feed.page(asked)
        page.problem = "reset"
        self.store.replica.apply(page, self.feed.epoch)

    @invariant()
    def visible_is_the_pending_folded_over_the_shadow(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.database.reading() as connection:
            raws = connection.execute(
                OPERATION.select().where(OPERATION.c.folded).order_by(OPERATION.c.no)
            )
            pending = [decode_op(row.raw) for row in raws]
            shadows = connection.execute(SHADOW.select()).all()
        server = self.store.replica.server_rows(GRID)
        covered = {key for op in pending for key in targets(op)}
        assert {(row.type, row.id) for row in shadows} == covered
        for key in self.keys:
            ops = [op for op in pending if key in targets(op)]
            held = decode_body(server[key][1]) if key in server else None
            wanted = fold(held, ops, key).body
            found = self.store.reading.find(*key)
            assert (dict(found.fields) if found else None) == wanted

    @invariant()
    def the_sum_kept_is_the_sum_of_the_rows(self) -> None:
        if hasattr(self, "store"):
            assert self.store.replica.verify_deep(GRID)

    @rule()
    def come_to_rest(self) -> None:
        self.feed.push_from(self.store)
        self.feed.pull_into(self.store)
        assert self.store.replica.server_rows(GRID) == self.feed.live()
        with self.store.database.reading() as connection:
            assert not connection.execute(SHADOW.select()).all()


TestRebaseLaw = Laptop.TestCase
TestRebaseLaw.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
