"""Two mediators walk one case at random, offline and online: legal paths, and every talk stays.

A property that finds nothing proves nothing: two bugs are planted, and both are found.
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from desktop.services.case_forms import TalkForm
from desktop.services.cases import Cases
from sync.identity import Minter
from sync.merge.operation import Op, Outcome
from sync.merge.settle import Settlement, Target
from sync.merge.values import FieldResult, Verdict, Writer
from sync.schema.case import STAGES
from sync.schema.registry import Entity
from sync.schema.values import same
from sync.server.tables import HISTORY
from sync.store import records
from tests.support.laptops import TestLaptop, TickingClock, laptop

WALKS = 6
STEPS = 14

# Written out once more: a property does not ask the table that it is about.
LEGAL = {
    "clue": {"accepted", "declined"},
    "accepted": {"investigating", "mediating", "declined", "failed"},
    "investigating": {"mediating", "declined", "failed"},
    "mediating": {"investigating", "agreed", "failed"},
    "agreed": {"judicial_confirm", "performing", "follow_up"},
    "judicial_confirm": {"performing", "follow_up"},
    "performing": {"judicial_confirm", "mediating", "follow_up"},
    "follow_up": {"performing", "archived"},
    "failed": {"mediating", "archived"},
    "declined": {"accepted", "archived"},
    "archived": set(),
}


@pytest.fixture
def pair(staffed, tmp_path) -> Iterator[tuple[TestLaptop, TestLaptop]]:
    """The laptops of two mediators, synced."""
    for login in ("zoudahai", "qinlan"):
        staffed.add_user(login, "mediator", "fenghe", login)
    with (
        laptop(tmp_path / "zou", staffed, "zoudahai") as one,
        laptop(tmp_path / "qin", staffed, "qinlan") as other,
    ):
        one.sync()
        other.sync()
        yield one, other


def begun(pair: tuple[TestLaptop, TestLaptop], stage: str) -> str:
    """A case that both hold."""
    case = Minter().new_id()
    people = [one.store.account.user.staff_id for one in pair]
    fields = {"stage": stage, "mediators": people, "opened_by": people[0]}
    edit = records.create("mediation_case", fields, scope_id=f"case:{case}", row_id=case)
    pair[0].store.records.write([edit])
    for device in pair:
        device.sync()
    return case


def walk(random: Random, pair: tuple[TestLaptop, TestLaptop], case: str) -> set[str]:
    """Steps, talks and syncs of both in any order; the words of every talk."""
    written = set()
    for number in range(STEPS):
        device = random.choice(pair)
        cases = Cases(device.store, TickingClock())
        match random.choice(("step", "step", "talk", "sync")):
            case "step":
                possible = STAGES.steps[device.value("mediation_case", case, "stage")]
                if possible:
                    device.patch("mediation_case", case, stage=random.choice(possible))
            case "talk":
                words = f"{case} {number}"
                cases.talk(case, TalkForm(text=words))
                written.add(words)
            case "sync":
                device.sync()
    return written


def settle(random: Random, pair: tuple[TestLaptop, TestLaptop], case: str) -> None:
    """Both send and hear everything; what waits for a person is decided, as it stands there."""
    for _round in range(2):
        for device in (*pair, *pair):
            device.sync()
        device = random.choice(pair)
        waiting = device.store.reading.conflicts()
        here = device.value("mediation_case", case, "stage")
        edits = [records.resolve(one.id, here) for one in waiting]
        if edits:
            device.store.records.write(edits)
    for device in (*pair, *pair):
        device.sync()


def stages_on_the_server(staffed, case: str) -> list[str]:
    """Every stage that the case ever had, in order."""
    query = (
        select(HISTORY.c.new)
        .where(HISTORY.c.type == "mediation_case", HISTORY.c.id == case)
        .where(HISTORY.c.field == "stage")
        .order_by(HISTORY.c.rev, HISTORY.c.n)
    )
    with staffed.database.read() as connection:
        return [json.loads(new) for new in connection.execute(query).scalars()]


def talks(device: TestLaptop, case: str) -> list[str]:
    """The words of its talks on one laptop."""
    rows = device.store.reading.rows("case_talk", where={"case_id": case})
    return sorted(row.get("text") for row in rows)


def test_the_graph_is_the_one_of_the_hand_book():
    """One table, and this is what it has to say."""
    assert {stage: set(after) for stage, after in STAGES.steps.items()} == LEGAL
    assert set(STAGES.starts) == {"clue", "accepted"}


def walk_to_the_end(staffed, pair: tuple[TestLaptop, TestLaptop], seed: int) -> None:
    """One walk, and everything that has to be true of it."""
    random = Random(seed)
    case = begun(pair, random.choice(STAGES.starts))
    written = walk(random, pair, case)
    settle(random, pair, case)

    one, other = (device.value("mediation_case", case, "stage") for device in pair)
    assert one == other, seed
    assert one in LEGAL, seed
    assert talks(pair[0], case) == talks(pair[1], case) == sorted(written), seed
    path = stages_on_the_server(staffed, case)
    assert path[-1:] in ([one], []), seed
    assert all(after in LEGAL[before] for before, after in pairwise(path)), seed
    assert [device.store.reading.conflicts() for device in pair] == [[], []], seed


def walks(staffed, pair: tuple[TestLaptop, TestLaptop]) -> None:
    """Several of them, each with a case of its own."""
    for seed in range(WALKS):
        walk_to_the_end(staffed, pair, seed)


def test_any_walk_of_two_ends_legal_with_every_talk(staffed, pair):
    """Collisions settle by the graph or wait for a person; nothing that was said is lost."""
    walks(staffed, pair)


def _anywhere(spec: Any, base: Any, new: Any, current: Any) -> FieldResult:
    """Whoever comes last names the stage, whatever the graph says."""
    return FieldResult(Verdict.AGREED if same(current, new) else Verdict.SET, new)


def _nothing_new(op: Op, entity: Entity, target: Target, writer: Writer) -> Settlement:
    """An entry is taken for one that is there already, and so it is gone."""
    return Settlement(Outcome.NOOP)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [("sync.merge.values._step", _anywhere), ("sync.merge.settle._append", _nothing_new)],
    ids=["an illegal stage is merged", "a talk is lost"],
)
def test_a_planted_bug_is_found(staffed, pair, monkeypatch, place, wrong):
    """By the same walks."""
    monkeypatch.setattr(place, wrong)
    with pytest.raises(AssertionError):
        walks(staffed, pair)
