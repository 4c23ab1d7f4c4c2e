"""A step that is taken back, of a case at the window: nobody's step is overwritten by an undo."""

from typing import Any

import pytest
from hypothesis import strategies as st

from sync.merge.operation import Op, OpKind
from sync.schema.service import STAGES
from tests.laws.core import Bug, catches, holds
from tests.merge.replica import CLIENTS, Replica, writer

ANY = st.sampled_from(STAGES.all)
SEEN = st.integers(0, 3)
STEPS = st.lists(
    st.tuples(st.sampled_from(("on", "on", "back")), st.sampled_from(CLIENTS), ANY, SEEN),
    max_size=16,
)
PLAIN = Bug(
    "a step back is a step",
    "sync.schema.stages.Stages.may_step",
    lambda self, before, after: after in (self.steps | self.back).get(before or "", self.starts),
)
UNGUARDED = Bug("an undo asks nobody", "sync.merge.settle._is_overtaken", lambda *_: False)


def case() -> Replica:
    """A case that was just received, with who took it home known: every stage may be stood in."""
    replica = Replica()
    body = {"stage": "received", "picked_up_by": "王晓燕", "satisfaction": 5}
    fields = {name: (None, value) for name, value in body.items()}
    replica.take(Op("made", 0, OpKind.CREATE, "service_case", "h1", fields), writer("anna"))
    return replica


def go(
    replica: Replica, op_id: str, client: str, pair: tuple[Any, Any], seen: int = 0, **more: Any
) -> Any:
    """Somebody at a window takes a step, or takes one back, having seen the row of that age."""
    fields = {"stage": pair, **more}
    at = ("e", max(0, replica.head - seen))
    op = Op(op_id, 0, OpKind.PATCH, "service_case", "h1", fields, at)
    return replica.take(op, writer(client))


def only_ones_own_is_taken_back(steps: list[tuple[str, str, str, int]]) -> None:
    """Where the stage leaves the graph it is an undo of the last step, by who took it."""
    replica, took, last = case(), {"": ("", "")}, ("anna", 0)
    for number, (does, client, wanted, seen) in enumerate(steps):
        before = str((replica.body or {})["stage"])
        if does == "back":
            believed, new = took.get(client, ("received", "supplement"))
        elif wanted in (before, *STAGES.steps[before]):
            believed, new = before, wanted
        else:
            continue
        go(replica, f"op{number}", client, (believed, new), seen)
        after = str((replica.body or {})["stage"])
        if after == before:
            continue
        if after not in STAGES.steps[before]:
            assert after in STAGES.back[before]
            assert last[0] == client
        took[client] = (after, before)
        last = (client, replica.head)


def test_only_ones_own_step_is_taken_back() -> None:
    """Three windows, stale and not, in any order."""
    holds(only_ones_own_is_taken_back, STEPS)


def test_it_catches_a_step_back_that_is_a_plain_step() -> None:
    """The easy way: an edge backwards in the graph."""
    with pytest.MonkeyPatch.context() as planting:
        planting.setattr("sync.schema.stages.Stages.may_go_back", lambda *_: False)
        catches(PLAIN, only_ones_own_is_taken_back, STEPS)


READY = {"ready_at": (None, "2026-06-18T02:00:00Z")}
NOT_READY = {"ready_at": ("2026-06-18T02:00:00Z", None)}


@pytest.mark.parametrize("seen", [0, 1])
def test_ones_own_step_is_taken_back(seen: int) -> None:
    """Sent alone, or in one go with the step itself, of which its device has not heard yet."""
    replica = case()
    go(replica, "a", "anna", ("received", "ready"), **READY)
    assert go(replica, "b", "anna", ("ready", "received"), seen, **NOT_READY).outcome == "applied"
    assert (replica.body or {}).get("stage") == "received"
    assert "ready_at" not in (replica.body or {})


@pytest.mark.parametrize(
    ("meanwhile", "stands"),
    [(("ready", "picked_up"), "picked_up"), (("received", "ready"), "ready")],
    ids=["went on", "took the same step"],
)
def test_an_undo_of_a_stale_device_is_kept_aside_whole(
    meanwhile: tuple[str, str], stands: str
) -> None:
    """What another window did stands, with the time that belongs to it."""
    replica = case()
    go(replica, "a", "anna", ("received", "ready"), **READY)
    go(replica, "b", "bo", meanwhile)
    undo = go(replica, "c", "anna", ("ready", "received"), 1, **NOT_READY)
    assert (undo.outcome, undo.code) == ("held", "gone_on")
    body = replica.body or {}
    assert (body["stage"], body["ready_at"]) == (stands, READY["ready_at"][1])


def test_an_undo_takes_no_step_away_that_its_step_had_gone_on_from() -> None:
    """Bo passed it on, of which anna's device had not heard when it said ready and took it back:
    her undo would say that it was never passed on."""
    replica = case()
    go(replica, "a", "bo", ("received", "forwarded"))
    go(replica, "b", "anna", ("received", "ready"), 1)
    undo = go(replica, "c", "anna", ("ready", "received"), 2)
    assert (undo.code, (replica.body or {})["stage"]) == ("gone_on", "ready")


def test_nobody_takes_back_what_somebody_else_did() -> None:
    """Also having seen it: they go on from there, or ask who did it."""
    replica = case()
    go(replica, "a", "anna", ("received", "ready"))
    assert go(replica, "b", "bo", ("ready", "received")).code == "gone_on"


def test_an_unguarded_undo_is_caught() -> None:
    """With the guard gone, anna's undo would leave the case of bo's pick-up half changed."""
    with pytest.MonkeyPatch.context() as planting:
        planting.setattr(UNGUARDED.place, UNGUARDED.wrong)
        with pytest.raises(AssertionError):
            test_an_undo_of_a_stale_device_is_kept_aside_whole(("ready", "picked_up"), "picked_up")


def test_every_step_of_a_case_can_be_taken_back() -> None:
    """One by one, and nothing else."""
    ways = {(after, before) for before, steps in STAGES.steps.items() for after in steps}
    forward = {(before, after) for before, steps in STAGES.steps.items() for after in steps}
    back = {(after, before) for after, befores in STAGES.back.items() for before in befores}
    assert back | forward == ways | forward
    assert back - ways == set()
