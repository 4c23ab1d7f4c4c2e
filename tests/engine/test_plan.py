"""The planner: facts in, the next step out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.plan import (
    MOST_HELLOS,
    MOST_REPAIRS,
    AskLane,
    Facts,
    Finish,
    PullPages,
    PushLanes,
    Repair,
    SayHello,
    TakeAnew,
    Tidy,
    plan,
)

A, B = "grid:a", "grid:b"


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (Facts(hello_wanted=True, lanes={A: 1}), SayHello()),
        (Facts(hello_wanted=True, hellos=MOST_HELLOS, lanes={A: 1}), PushLanes((A,))),
        (Facts(lanes={B: 1, A: 1}, granted=(A, B)), PushLanes((A, B))),
        (Facts(lanes={A: 1, B: 1}, stuck=frozenset([A])), PushLanes((B,))),
        (Facts(lanes={A: 1}, stuck=frozenset([A]), granted=(A, B)), PullPages((A, B))),
        (Facts(lanes={"grid:gone": 1}, granted=(A,)), PushLanes(("grid:gone",))),
        (Facts(granted=(A, B), settled=frozenset([A])), PullPages((B,))),
        (Facts(granted=(A, B), doubtful=frozenset([A])), PullPages((B,))),
        (Facts(granted=(A,), doubtful=frozenset([A])), Repair(A)),
        (Facts(granted=(A,), doubtful=frozenset([A]), repairs={A: MOST_REPAIRS}), TakeAnew(A)),
        (Facts(granted=(A,), unsure=frozenset([B])), PullPages((A,))),
        (Facts(granted=(A,), settled=frozenset([A]), unsure=frozenset([B])), AskLane(B)),
        (Facts(unsure=frozenset([B]), stuck=frozenset([B])), Tidy()),
        (Facts(granted=(A,), settled=frozenset([A])), Tidy()),
        (Facts(granted=(A,), settled=frozenset([A]), tidied=True), Finish()),
        (
            Facts(upgrade_wanted=True, hello_wanted=True, lanes={A: 1}, granted=(A,)),
            PushLanes((A,)),
        ),
        (Facts(upgrade_wanted=True, granted=(A,)), Tidy()),
    ],
)
def test_the_next_step_follows_from_the_facts(facts, step):
    """Work goes out first, a stuck lane stops nothing, an old app still sends."""
    assert plan(facts) == step


@given(
    lanes=st.dictionaries(st.sampled_from([A, B]), st.integers(0, 3)),
    stuck=st.frozensets(st.sampled_from([A, B])),
    settled=st.frozensets(st.sampled_from([A, B])),
    tidied=st.booleans(),
)
def test_it_never_ends_before_all_was_tried(lanes, stuck, settled, tidied):
    """Finish means: every lane empty or stuck, every scope read, everything tidied."""
    step = plan(Facts(lanes=lanes, stuck=stuck, settled=settled, granted=(A, B), tidied=tidied))

    if isinstance(step, Finish):
        assert tidied
        assert settled == {A, B}
        assert all(not waiting or scope in stuck for scope, waiting in lanes.items())
