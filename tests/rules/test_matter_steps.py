"""Which steps people may take: every one of them legal, and none that a post does not have."""

from itertools import pairwise

import pytest

from sync.rules.matter_steps import LEADS_TO, STEPS, is_possible, may_take, steps_for, way_of
from sync.schema import codes
from sync.schema.matter import OVER, STAGES

POSTS = tuple(codes.POST)


@pytest.mark.parametrize("stage", STAGES.all)
def test_every_step_that_is_offered_is_one_of_the_graph(stage):
    """Whoever it is offered to, and whatever it is called."""
    for kind in steps_for({"stage": stage}, POSTS):
        path = (stage, *way_of(kind, stage))
        assert all(STAGES.may_step(*pair) for pair in pairwise(path)), (stage, kind)


def test_every_step_of_the_graph_is_somebodys():
    """No way of the graph is closed to people: each target is reached by one of the steps."""
    reached = {LEADS_TO[kind] for kind in LEADS_TO} | {"reported"}
    wanted = {after for steps in STAGES.steps.values() for after in steps}
    assert wanted <= reached
    for stage in set(STAGES.all) - OVER - {"draft"}:
        assert steps_for({"stage": stage}, ["grid_leader", "desk_clerk", "secretary"]), stage


@pytest.mark.parametrize(
    ("post", "never"),
    [
        ("grid_worker", {"accept", "assign", "check", "merge", "extend", "hold"}),
        ("grid_worker", {"whistle", "call", "hand_over", "cancel", "redo"}),
        ("desk_clerk", {"check", "merge", "extend", "hold", "whistle"}),
        ("grid_leader", {"whistle"}),
        ("mediator", set(STEPS)),
        ("it_admin", set(STEPS)),
        ("partner", set(STEPS)),
        ("street", set(STEPS) - {"whistle"}),
    ],
)
def test_what_a_post_may_not(post, never):
    """The table of roles, from its other side."""
    assert {kind for kind in STEPS if not may_take(kind, [post])} >= never


def test_there_is_one_extension_and_a_twin_waits_for_the_other():
    """A second one is not offered; one that is the same as another is answered with that."""
    assert is_possible("extend", {"stage": "processing"})
    assert not is_possible("extend", {"stage": "processing", "extended_to": "2026-06-26"})
    assert steps_for({"stage": "reported", "duplicate_of": "m2"}, POSTS) == ["part", "note"]
