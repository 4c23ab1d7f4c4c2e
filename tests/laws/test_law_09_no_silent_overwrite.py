"""Law 9: nothing is written over that its writer had not seen, written alone, or decided about."""

from typing import Any

import pytest

from sync.merge.operation import OpKind
from sync.schema.policy import WHOLE_ROW
from sync.schema.values import same
from tests.laws import bugs
from tests.laws.core import catches, holds
from tests.laws.offline import World, scripts

FIELDS = (*["edit"] * 4, *["send"] * 6, "pull", "look", "look", "decide")
ROWS = (*FIELDS, "remove", "look")


def nothing_is_overwritten_unseen(script: list[tuple[str, str, str, str]]) -> None:
    """Checked on the history, against what each writer really saw."""
    world = World.begun()
    for step in script:
        _check_one(world, step)


def _check_one(world: World, step: tuple[str, str, str, str]) -> None:
    replica = world.replica
    written, waiting = len(replica.history), dict(replica.conflicts)
    touched = list(replica.touched)
    if world.step(*step) is None:
        return
    for name, old, new, claims, who, op in replica.history[written:]:
        if name == WHOLE_ROW:
            removes = op.kind == OpKind.DELETE or op.f["value"][1] == "delete"
            since = [at for at, by, _ in touched if at > op.seen[1] and by != who.client]
            assert not (removes and since), "removed over work that nobody saw"
            continue
        waited = _bases_that_waited(waiting.get(op.id, {}), name, new)
        fits = same(old, world.saw[op.op_id]) if not waited else any(same(old, b) for b in waited)
        alone = op.kind == OpKind.PATCH and set(claims) == {who.client}
        assert fits or alone, "overwritten unseen"
        if op.kind == OpKind.RESOLVE and not waited:
            assert set(replica.claims[name]) == {who.client}


def _bases_that_waited(conflict: dict[str, Any], name: str, new: Any) -> list[Any]:
    """What the edits of a removed row started from that this decision brings back."""
    if conflict.get("field") != WHOLE_ROW:
        return []
    edits = [held["value"] for held in conflict["candidates"] if isinstance(held["value"], dict)]
    return [edit[name][0] for edit in edits if name in edit and same(edit[name][1], new)]


def test_law_09_no_silent_overwrite_of_a_value() -> None:
    """Edits, decisions and pulls of three laptops, in any order."""
    holds(nothing_is_overwritten_unseen, scripts(*FIELDS))


def test_law_09_no_silent_overwrite_of_a_row() -> None:
    """The same, with removals, and decisions about what was removed here and changed there."""
    holds(nothing_is_overwritten_unseen, scripts(*ROWS))


@pytest.mark.parametrize(
    "bug",
    [
        bugs.WALL_CLOCK,
        bugs.OWN_CLAIM,
        bugs.PENDING_BASE,
        bugs.UNGUARDED,
        bugs.ROW_UNGUARDED,
        bugs.REMOVES,
        bugs.JOINS_BLINDLY,
    ],
    ids=str,
)
def test_law_09_catches(bug: Any) -> None:
    """Each of these mistakes overwrites somebody's word."""
    catches(bug, nothing_is_overwritten_unseen, scripts(*ROWS))


def test_a_script_really_makes_people_meet() -> None:
    """A law about quarrels says nothing where nobody ever quarrels."""
    met = {"conflict": 0, "row": 0, "kept": 0}

    def counts(script: list[tuple[str, str, str, str]]) -> None:
        world = World.begun()
        for step in script:
            world.step(*step)
        bodies = world.replica.conflicts.values()
        met["conflict"] += any(body["field"] != WHOLE_ROW for body in bodies)
        met["row"] += any(body["field"] == WHOLE_ROW for body in bodies)
        met["kept"] += any(body.get("value") == "keep" for body in bodies)

    holds(counts, scripts(*ROWS))
    assert min(met.values()) >= 40, met
