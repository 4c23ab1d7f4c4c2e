"""Two laptops, a week without a network, and everything that can go wrong on the way back."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import select

from sync.schema.canonical import decode_body
from sync.schema.registry import ENTITIES
from sync.server.database import open_database
from sync.server.tables import ROW, SCOPE
from tests.journeys.week import ACTIONS, COLLISIONS, OPERATIONS, Collision, actions, collisions
from tests.support.line import Accident, Line, Way
from tests.support.plaintext import leaks
from tests.support.processes import LaptopProcess
from tests.support.scene import Scene
from tests.support.town import CLERK_NAME, WORKER_NAME

NO_NETWORK = 3
ENTRIES = {
    "visit": ("visit", "note"),
    "note": ("note", "text"),
    "mediation": ("oral_mediation", "what"),
}
"""The record that an action writes, and the field that says most about it."""

PUSH, PULL = b"POST /v1/push", b"POST /v1/pull"

Rows = dict[tuple[str, str], dict[str, Any]]
"""Rows by (type, id)."""


@pytest.mark.timeout(900)
def test_nothing_is_lost_in_a_week_offline(scene: Scene):
    """Forty actions each, ten collisions; cuts and kills; settled; equal; and then quiet."""
    clashing = collisions(scene.town)
    written = _work_offline(scene, clashing)
    _come_back_through_trouble(scene)
    _sync(scene.desk, scene.worker)

    for copy in (_rows(scene.worker), _rows(scene.desk), _served(scene)):
        _assert_all_there(written, copy)
    conflicts = _both_see_the_same_conflicts(scene, clashing)

    _settle(scene, conflicts)
    _sync(scene.worker, scene.desk, scene.worker)
    _assert_settled(scene, conflicts, clashing)
    _assert_equal_and_quiet(scene)
    assert leaks(scene.worker.home, scene.town.canaries) == []
    assert leaks(scene.desk.home, scene.town.canaries) == []


def _work_offline(scene: Scene, clashing: list[Collision]) -> dict[str, list[dict[str, Any]]]:
    """Everybody's actions, each with the id of what it wrote."""
    scene.worker_line.unplug()
    scene.desk_line.unplug()
    written = {}
    for who, laptop in (("worker", scene.worker), ("desk", scene.desk)):
        planned = actions(scene.town, who, clashing)
        assert len(planned) == ACTIONS
        ids = laptop.apply(planned)
        written[who] = [{**action, "id": id_} for action, id_ in zip(planned, ids, strict=True)]
        _assert_held(written[who], _rows(laptop))
    assert scene.worker.do("sync").code == NO_NETWORK
    return written


def _come_back_through_trouble(scene: Scene) -> None:
    """Each accident strikes once, and nobody tidies up after it."""
    line, worker = scene.worker_line, scene.worker
    line.plug_in()
    line.expect(Accident(PUSH, Way.UP, after=800, stays_down=True))
    assert worker.do("sync").code == NO_NETWORK
    line.plug_in()
    _kill_in_mid_sync(worker, line, Accident(PUSH, Way.UP, after=1500, holds=True))
    # The server takes all of it and the laptop never hears: the next push says it again.
    _kill_in_mid_sync(worker, line, Accident(PUSH, Way.DOWN, after=0, holds=True))
    assert _waiting(worker) == OPERATIONS
    assert leaks(worker.home, scene.town.canaries) == [], "beside what a kill leaves open"
    _kill_in_mid_sync(worker, line, Accident(PULL, Way.DOWN, after=200, holds=True))
    assert _waiting(worker) == 0
    _crash_the_server_in_mid_sync(scene)


def _kill_in_mid_sync(laptop: LaptopProcess, line: Line, accident: Accident) -> None:
    line.expect(accident)
    syncing = laptop.start("sync")
    accident.wait()
    syncing.kill()
    accident.let_go()


def _crash_the_server_in_mid_sync(scene: Scene) -> None:
    scene.desk_line.plug_in()
    accident = scene.desk_line.expect(Accident(PUSH, Way.UP, after=800, holds=True))
    syncing = scene.desk.start("sync")
    accident.wait()
    scene.server.crash()
    accident.let_go()
    assert syncing.end().code == NO_NETWORK
    scene.server.start()


def _sync(*laptops: LaptopProcess) -> None:
    for laptop in laptops:
        laptop.must("sync")


def _waiting(laptop: LaptopProcess) -> int:
    with closing(laptop.look_inside()) as place:
        return int(place.store.reading.counts().waiting)


def _digests(laptop: LaptopProcess) -> dict[str, str]:
    scopes = laptop.must("status", "--json").json()["scopes"]
    return {scope: state["digest"] for scope, state in scopes.items()}


def _rows(laptop: LaptopProcess) -> Rows:
    """What people see on this laptop."""
    with closing(laptop.look_inside()) as place:
        return {
            (type_, row.id): dict(row.fields)
            for type_ in ENTITIES
            for row in place.store.reading.rows(type_)
        }


def _served(scene: Scene) -> Rows:
    """What the server holds."""
    database = open_database(scene.data)
    with closing(database), database.read() as connection:
        lines = connection.execute(select(ROW.c.type, ROW.c.id, ROW.c.body)).all()
    return {(line.type, line.id): decode_body(line.body) for line in lines}


def _assert_all_there(written: Mapping[str, list[dict[str, Any]]], copy: Rows) -> None:
    """Each action's record is in this copy, once: no retry made a second one."""
    for of_one in written.values():
        _assert_held(of_one, copy)
    made = Counter(action["do"] for of_one in written.values() for action in of_one)
    there = Counter(type_ for type_, _ in copy)
    assert {do: there[kind] for do, (kind, _) in ENTRIES.items()} == {
        do: made[do] for do in ENTRIES
    }


def _assert_held(written: list[dict[str, Any]], copy: Rows) -> None:
    """Entries whole, values in force or as candidates."""
    open_values = {
        (row["target_type"], row["target_id"], row["field"]): {
            row["current"],
            *(candidate["value"] for candidate in row["candidates"]),
        }
        for (type_, _), row in copy.items()
        if type_ == "conflict"
    }
    for action in written:
        if action["do"] == "edit":
            ((field, value),) = action["set"].items()
            type_, row_id = _edited(action, copy, field)
            held = open_values.get((type_, row_id, field), {copy[type_, row_id].get(field)})
            assert value in held, (type_, field)
        else:
            kind, said = ENTRIES[action["do"]]
            assert copy[kind, action["id"]][said] == action[said]


def _edited(action: Mapping[str, Any], copy: Rows, field: str) -> tuple[str, str]:
    """The row that an edit reached: of a home's reference it may be the dwelling."""
    for type_ in ("household", "person"):
        row = copy.get((type_, action["id"]))
        if row is not None:
            on_the_door = field in ENTITIES["dwelling"].fields
            return ("dwelling", row["dwelling_id"]) if on_the_door else (type_, action["id"])
    raise AssertionError(action["do"])


def _both_see_the_same_conflicts(
    scene: Scene, clashing: list[Collision]
) -> list[tuple[str, Collision]]:
    """Both laptops list one conflict a collision, with both values, each with its author."""
    names = {"worker": WORKER_NAME, "desk": CLERK_NAME}
    seen = [laptop.must("conflicts", "--json").json() for laptop in (scene.worker, scene.desk)]
    assert {one["id"] for one in seen[0]} == {one["id"] for one in seen[1]}
    found = []
    for conflicts in seen:
        assert len(conflicts) == COLLISIONS
        by_sides = {
            (
                one["type"],
                one["field"],
                frozenset((side["value"], side["author"]) for side in one["candidates"]),
            ): one["id"]
            for one in conflicts
        }
        found = [
            (by_sides[c.type, c.field, frozenset((c.values[w], names[w]) for w in names)], c)
            for c in clashing
        ]
    return found


def _settle(scene: Scene, conflicts: list[tuple[str, Collision]]) -> None:
    """The worker settles half of them, the clerk the others."""
    ways = ("mine", "theirs", "both", "mine", "right after all")
    half = COLLISIONS // 2
    for laptop, part in ((scene.worker, conflicts[:half]), (scene.desk, conflicts[half:])):
        laptop.apply(
            [
                {"do": "resolve", "id": conflict_id, "field": collision.field, "take": way}
                for (conflict_id, collision), way in zip(part, ways, strict=True)
            ]
        )


def _decided(clashing: list[Collision]) -> list[str]:
    """What :func:`_settle` makes of each."""
    half = COLLISIONS // 2
    decided = []
    for who, other, part in (
        ("worker", "desk", clashing[:half]),
        ("desk", "worker", clashing[half:]),
    ):
        mine, theirs = [c.values[who] for c in part], [c.values[other] for c in part]
        decided += [mine[0], theirs[1], f"{mine[2]}、{theirs[2]}", mine[3], "right after all"]
    return decided


def _assert_settled(
    scene: Scene, conflicts: list[tuple[str, Collision]], clashing: list[Collision]
) -> None:
    """Everybody holds what was decided, wherever it was."""
    for copy in (_rows(scene.worker), _rows(scene.desk), _served(scene)):
        for (conflict_id, collision), value in zip(conflicts, _decided(clashing), strict=True):
            row = copy["conflict", conflict_id]
            assert (row["status"], row["value"]) == ("settled", value)
            assert copy[row["target_type"], row["target_id"]][collision.field] == value


def _assert_equal_and_quiet(scene: Scene) -> None:
    """A second sync moves nothing, and the three copies sum up to the same."""
    for laptop in (scene.worker, scene.desk):
        report = laptop.must("sync", "--json").json()
        counts = ("pushed", "pulled", "conflicts", "held", "pending")
        assert [report[name] for name in counts] == [0] * len(counts)
    database = open_database(scene.data)
    with closing(database), database.read() as connection:
        lines = connection.execute(select(SCOPE.c.scope_id, SCOPE.c.digest)).all()
    served = {line.scope_id: line.digest for line in lines}
    for laptop in (scene.worker, scene.desk):
        held = _digests(laptop)
        assert scene.town.grid in held
        assert held == {scope: served[scope] for scope in held}
