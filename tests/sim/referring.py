"""Steps about matters that are handed on to a department: both sides work on the same few."""

from collections.abc import Mapping
from random import Random
from typing import Any

from sync.rules.matter_rights import line_of
from sync.store import records
from sync.store.record import Record
from sync.store.records import Edit
from tests.sim.ground import NOTE, REPORTER, UNIT
from tests.sim.laptop import SimLaptop
from tests.sim.laws.shown import copy_id
from tests.sim.steps import save, some_home, worker
from tests.sim.world import World, person_of

MOST_MATTERS = 6
"""Of which a world knows at a time: everybody is busy with the same ones."""

MOMENTS = ("2026-06-18T03:00:00Z", "2026-06-18T05:30:00Z", None)
ANSWERS: Mapping[str, tuple[Any, ...]] = {
    "checked_in_at": MOMENTS,
    "checked_in_by": ("张科长", "李科长", None),
    "arrived_at": MOMENTS,
    "opinion": ("主板坏了。", "主板坏了。要换。", None),
    "finished_at": MOMENTS,
}
FIELDS: Mapping[str, tuple[Any, ...]] = {
    "title": ("电梯", "门", None),
    "text": ("电梯停运。", "电梯停运。两天了。"),
    "place": ("东门", "三号楼", None),
    "category": ("facility", "fire"),
    "urgency": ("urgent", "simple"),
    "reporter": (REPORTER, None),
}
TOLD = {
    "feedback_to": "她本人",
    "feedback_at": "2026-06-18T06:00:00Z",
    "feedback_by": "home",
    "feedback_text": "修好了",
    "satisfaction": 5,
}
ONWARD: Mapping[str, tuple[dict[str, Any], ...]] = {
    "reported": ({"stage": "accepted"}, {"stage": "void"}),
    "accepted": ({"stage": "processing"},),
    "processing": ({"stage": "finished", "result_text": "换了主板"},),
    "whistled": ({"stage": "processing"}, {"stage": "finished", "result_text": "换了主板"}),
    "finished": ({"stage": "verified"}, {"stage": "processing"}),
    "verified": ({"stage": "feedback"},),
    "feedback": ({"stage": "closed", **TOLD},),
    "closed": ({"stage": "reopened"},),
    "reopened": ({"stage": "processing"},),
}
"""The next steps of a matter, as an app offers them."""

UNTIL = ("2026-06-30", "2026-07-15")


# --- In the community --------------------------------------------------------------------------


def report(world: World, chance: Random) -> str:
    """Somebody writes a matter down: about a home or a place, on a visit or not."""
    laptop, home = worker(world, chance), some_home(world, chance)
    known = laptop.store.reading.rows("matter")
    if len(known) >= MOST_MATTERS:
        return work_on(world, chance)
    fields = {"stage": "reported", "source": "patrol", "reporter": REPORTER, "text": "电梯停运。"}
    if chance.random() < 0.8:
        fields["household_id"] = home.id
        if chance.random() < 0.3:
            fields |= {"source": "visit", "visit_id": world.minter.new_id(), "text": NOTE}
    matter = records.create("matter", fields, scope_id=home.scope)
    return f"{laptop.name} {save(world, laptop, [matter])}"


def hand_on(world: World, chance: Random) -> str:
    """A matter is accepted where it was not, and the department whistled for, or once more."""
    laptop = _office(world, chance)
    _look_first(world, chance, laptop)
    matter = _one_of(laptop, chance, "matter")
    if matter is None:
        return "no matter"
    edits: list[Edit] = []
    if matter.get("stage") == "reported":
        edits.append(records.patch("matter", matter.id, {"stage": "accepted"}))
    until = chance.choice(UNTIL)
    if matter.get("stage") in ("reported", "accepted", "processing", "reopened"):
        called = {"stage": "whistled", "deadline": until}
        edits.append(records.patch("matter", matter.id, called))
    edits += _whistle(world, laptop, matter, until, again=chance.random() < 0.5)
    return f"{laptop.name} {save(world, laptop, edits)}"


def _whistle(
    world: World, laptop: SimLaptop, matter: Record, until: str, *, again: bool
) -> list[Edit]:
    """The call and the department's line of it; ``again``: that of a former call, if there is one
    of which the line was taken back."""
    about = {"matter_id": matter.id, "household_id": matter.get("household_id")}
    calls = laptop.store.reading.rows("whistle", where={"matter_id": matter.id})
    gone = [
        call.id
        for call in sorted(calls, key=lambda row: row.id)
        if laptop.store.reading.find("whistle_unit", line_of(call.id, UNIT)) is None
    ]
    edits: list[Edit] = []
    if again and gone:
        whistle_id = gone[0]
    else:
        whistle_id = world.minter.new_id()
        moment = "2026-06-18T01:00:00Z"
        said = {"units": [UNIT], "reason": "物业修不了", "called_at": moment}
        said |= {"whistled_at": moment, "deadline": until}
        whistle = records.create(
            "whistle", about | said, scope_id=matter.scope_id, row_id=whistle_id
        )
        edits.append(whistle)
    line = about | {"whistle_id": whistle_id, "unit": UNIT, "deadline": until}
    line_id = line_of(whistle_id, UNIT)
    made = records.create("whistle_unit", line, scope_id=matter.scope_id, row_id=line_id)
    return [*edits, made]


def take_back(world: World, chance: Random) -> str:
    """The department is called off, or that is taken back while it waits."""
    laptop = _office(world, chance)
    _look_first(world, chance, laptop)
    line = _one_of(laptop, chance, "whistle_unit")
    if line is None:
        return "no line"
    said = [save(world, laptop, [records.delete("whistle_unit", line.id)])]
    if chance.random() < 0.2:
        said.append(save(world, laptop, [records.restore("whistle_unit", line.id)]))
    return f"{laptop.name} {' '.join(said)}"


def note_answer(world: World, chance: Random) -> str:
    """Somebody of the community notes by phone what the department did."""
    laptop = worker(world, chance)
    return _answer(world, chance, laptop)


def work_on(world: World, chance: Random) -> str:
    """A matter is told better, goes on to its next stage, or is removed."""
    laptop = worker(world, chance)
    matter = _one_of(laptop, chance, "matter")
    if matter is None:
        return "no matter"
    kind = chance.random()
    if kind < 0.04:
        return f"{laptop.name} {save(world, laptop, [records.delete('matter', matter.id)])}"
    steps = ONWARD.get(str(matter.get("stage")), ())
    if kind < 0.5 and steps:
        fields = chance.choice(steps)
    else:
        names = chance.sample(sorted(FIELDS), chance.choice([1, 1, 2]))
        fields = {name: chance.choice(FIELDS[name]) for name in names}
    return f"{laptop.name} {save(world, laptop, [records.patch('matter', matter.id, fields)])}"


# --- In the department ---------------------------------------------------------------------------


def answer(world: World, chance: Random) -> str:
    """The department says what it did; now and then its app says what is not its to say."""
    laptop = _outside(world, chance)
    if laptop is None:
        return "nobody"
    if chance.random() < 0.05:
        return _say_too_much(world, chance, laptop)
    return _answer(world, chance, laptop)


def both_answer(world: World, chance: Random) -> str:
    """The department writes it down while somebody of the community notes the same by phone; who
    is first is chance."""
    outside, inside = _outside(world, chance), worker(world, chance)
    copy = _one_of(outside, chance, "whistle_unit") if outside else None
    if outside is None or copy is None:
        return "nobody"
    lines = inside.store.reading.rows("whistle_unit")
    line = next((one for one in lines if copy_id(one.id, copy.scope_id) == copy.id), None)
    name = chance.choice(sorted(ANSWERS))
    said = []
    for laptop, row in chance.sample([(outside, copy), (inside, line)], 2):
        if row is not None:
            edit = records.patch("whistle_unit", row.id, {name: chance.choice(ANSWERS[name])})
            said.append(f"{laptop.name} {save(world, laptop, [edit])}")
            if chance.random() < 0.7:
                world.session(laptop)
    return " ".join(said)


def _answer(world: World, chance: Random, laptop: SimLaptop) -> str:
    line = _one_of(laptop, chance, "whistle_unit")
    if line is None:
        return "no line"
    names = chance.sample(sorted(ANSWERS), chance.choice([1, 1, 2]))
    fields = {name: chance.choice(ANSWERS[name]) for name in names}
    return f"{laptop.name} {save(world, laptop, [records.patch('whistle_unit', line.id, fields)])}"


def _say_too_much(world: World, chance: Random, laptop: SimLaptop) -> str:
    """All of it is held, whatever stands beside it."""
    type_, fields = chance.choice(
        [
            ("whistle_unit", {"rating": 5}),
            ("matter", {"place": "别处"}),
            ("matter", {"stage": "void"}),
        ]
    )
    row = _one_of(laptop, chance, type_)
    if row is None:
        return "no row"
    return f"{laptop.name} {save(world, laptop, [records.patch(type_, row.id, fields)])}"


def _outside(world: World, chance: Random) -> SimLaptop | None:
    laptops = [one for one in world.laptops.values() if person_of(one).is_outside]
    return chance.choice(laptops) if laptops else None


# --- Who and what ------------------------------------------------------------------------------


def _office(world: World, chance: Random) -> SimLaptop:
    """Mostly somebody who whistles; whoever else tries has it held."""
    laptops = [
        one
        for one in world.laptops.values()
        if any(post.name == "secretary" for post in person_of(one).posts)
    ]
    return chance.choice(laptops) if laptops and chance.random() < 0.9 else worker(world, chance)


def _look_first(world: World, chance: Random, laptop: SimLaptop) -> None:
    """As a rule somebody who decides about others' work has it before them."""
    if chance.random() < 0.6:
        world.session(laptop)


def _one_of(laptop: SimLaptop, chance: Random, type_: str) -> Record | None:
    found = sorted(laptop.store.reading.rows(type_), key=lambda row: row.id)
    return chance.choice(found) if found else None
