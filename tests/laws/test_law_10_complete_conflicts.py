"""Law 10: what could not be written waits in exactly one live conflict, until somebody says so."""

from typing import Any

import pytest

from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.settle import Settlement
from sync.schema.policy import WHOLE_ROW
from sync.schema.values import same
from tests.laws import bugs
from tests.laws.core import catches, holds
from tests.laws.offline import World, scripts
from tests.merge.replica import PLACE

STEPS = (*["edit"] * 4, *["send"] * 6, "pull", "look", "look", "decide")
ROWS = (*STEPS, "remove", "look")
Waiting = dict[tuple[str, str], Any]


def every_clash_waits_once(script: list[tuple[str, str, str, str]]) -> None:
    """By client and field, the last word that was refused; as the conflicts hold it."""
    world, waiting = World.begun(), Waiting()
    replica = world.replica
    for does, client, name, value in script:
        sent = world.laptops[client].pending[:1]
        decided = world.step(does, client, name, value)
        if decided is None:
            continue
        _follow(waiting, sent[0], client, decided, world)
        held: Waiting = {}
        for body in replica.open_conflicts():
            for entry in body["candidates"]:
                place = (entry["client"], str(body["field"]))
                assert place not in held, "one word waits twice"
                held[place] = entry["value"]
        assert held == waiting


def _follow(waiting: Waiting, op: Op, client: str, decided: Settlement, world: World) -> None:
    """What must wait from now on."""
    replica = world.replica
    current = replica.body or {}
    if op.kind == OpKind.RESOLVE:
        asked = replica.conflicts[op.id]
        names = [str(asked["field"])]
        if decided.outcome is Outcome.CONFLICT:
            waiting[client, names[0]] = op.f["value"][1]
        elif decided.outcome is Outcome.APPLIED:
            for place in [place for place in waiting if place[1] == names[0]]:
                # A decision ends the conflict that it is about; one that came later goes on.
                if _was_in(asked, place[0]):
                    del waiting[place]
    else:
        names = list(op.f)
    for name, (_, new) in op.f.items() if op.kind == OpKind.PATCH else ():
        if same(current.get(name), new) or not _refused(decided, client, name):
            waiting.pop((client, name), None)
        else:
            waiting[client, name] = new
    for place in [p for p in waiting if p[1] in names and same(waiting[p], current.get(p[1]))]:
        del waiting[place]


def _was_in(conflict: dict[str, Any], client: str) -> bool:
    return any(entry["client"] == client for entry in conflict["candidates"])


def _refused(decided: Settlement, client: str, name: str) -> bool:
    return decided.outcome is Outcome.CONFLICT


def edits_of_a_removed_row_wait_whole(script: list[tuple[str, str, str, str]]) -> None:
    """Every edit that met a removed row is in the one conflict about it, with its base."""
    world = World.begun()
    replica = world.replica
    for does, client, name, value in script:
        gone, sent = replica.deleted, world.laptops[client].pending[:1]
        decided = world.step(does, client, name, value)
        if decided is None or not gone or sent[0].kind != OpKind.PATCH:
            continue
        (conflict,) = [body for body in replica.open_conflicts() if body["field"] == WHOLE_ROW]
        (mine,) = [held for held in conflict["candidates"] if held["client"] == client]
        for field, (base, new) in sent[0].f.items():
            assert tuple(mine["value"][field]) == (base, new)


def a_kept_row_loses_no_edit(script: list[tuple[str, str, str, str]]) -> None:
    """Whoever keeps a row brings every edit back: written, or asked about."""
    world = World.begun()
    replica = world.replica
    for step in script:
        before = {key: dict(body) for key, body in replica.conflicts.items()}
        sent = world.laptops[step[1]].pending[:1]
        decided = world.step(*step)
        if decided is None or sent[0].kind != OpKind.RESOLVE or decided.outcome != "applied":
            continue
        asked = before[sent[0].id]
        if asked["field"] != WHOLE_ROW or sent[0].f["value"][1] != "keep":
            continue
        for held in asked["candidates"]:
            for field, (_, new) in held["value"].items() if isinstance(held["value"], dict) else ():
                assert new in replica.wanted(field), "an edit that waited is gone"


def test_law_10_complete_conflicts() -> None:
    """Edits and decisions of three laptops, in any order."""
    holds(every_clash_waits_once, scripts(*STEPS))


def test_law_10_complete_conflicts_about_rows() -> None:
    """Edits of what somebody else removed."""
    holds(edits_of_a_removed_row_wait_whole, scripts(*ROWS))
    holds(a_kept_row_loses_no_edit, scripts(*ROWS))


@pytest.mark.parametrize(
    "bug",
    [bugs.ONE_CANDIDATE, bugs.CLOSES_ALL, bugs.FORGETS, bugs.DROPS_CHOICE],
    ids=str,
)
def test_law_10_catches(bug: Any) -> None:
    """Each of these mistakes loses a word that waited."""
    catches(bug, every_clash_waits_once, scripts(*STEPS))


def test_law_10_catches_edits_joined_by_time() -> None:
    """Two edits of one field that waited: the later one would hide the earlier one."""
    catches(bugs.JOINS_BLINDLY, a_kept_row_loses_no_edit, scripts(*ROWS))


def test_the_row_is_the_one_of_the_script() -> None:
    """All of it happens to one household."""
    assert PLACE == ("household", "h1")
