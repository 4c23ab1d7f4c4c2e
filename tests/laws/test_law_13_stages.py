"""Law 13: a history of stages is a path in the graph, and what is closed stays closed."""

from typing import Any

import pytest
from hypothesis import strategies as st

from sync.merge.operation import Op, OpKind
from tests.laws import bugs
from tests.laws.core import catches, holds
from tests.laws.entities import GRAPH, REGISTRY
from tests.merge.replica import CLIENTS, Replica, writer

# Written out once more: a law does not ask the code that it is about.
LEGAL = {
    (None, "filed"),
    ("filed", "handling"),
    ("handling", "waiting"),
    ("handling", "closed"),
    ("waiting", "handling"),
}
ANY = st.sampled_from(GRAPH.all)
ANSWER = {
    "feedback_to": "王桂兰",
    "feedback_at": "2026-06-18T02:00:00Z",
    "feedback_by": "home",
    "feedback_text": "灯修好了。",
    "satisfaction": 0,
}
STEPS = st.lists(
    st.tuples(st.sampled_from(("go", "go", "go", "decide")), st.sampled_from(CLIENTS), ANY, ANY),
    max_size=16,
)


def matter() -> Replica:
    """A matter that was just filed."""
    replica = Replica(entities=REGISTRY)
    made = Op("made", 0, OpKind.CREATE, "matter", "h1", {"stage": (None, "filed")})
    replica.take(made, writer("anna"))
    return replica


def go(replica: Replica, op_id: str, client: str, pair: tuple[Any, Any]) -> Any:
    """Somebody takes a step that they believe in."""
    return replica.take(Op(op_id, 0, OpKind.PATCH, "matter", "h1", {"stage": pair}), writer(client))


def a_history_is_a_path(steps: list[tuple[str, str, str, str]]) -> None:
    """Whatever people believed the stage to be, and whatever they decided."""
    replica = matter()
    for number, (does, client, seen, new) in enumerate(steps):
        before = (replica.body or {})["stage"]
        if does == "go":
            decided = go(replica, f"op{number}", client, (seen, new))
        else:
            waiting = sorted(key for key, b in replica.conflicts.items() if b["status"] == "open")
            if not waiting:
                continue
            choice = {"value": (before, new)}
            op = Op(
                f"op{number}",
                0,
                OpKind.RESOLVE,
                "conflict",
                waiting[0],
                choice,
                ("e", replica.head),
            )
            decided = replica.take(op, writer(client))
        after = (replica.body or {})["stage"]
        assert before == after or (before, after) in LEGAL
        if decided.outcome == "conflict":
            assert new in replica.wanted("stage")


def test_law_13_stages() -> None:
    """Steps of three people and decisions about them, in any order."""
    holds(a_history_is_a_path, STEPS)


@pytest.mark.parametrize("bug", [bugs.ANY_STEP, bugs.REOPENS, bugs.DECIDES_ANYWHERE], ids=str)
def test_law_13_catches(bug: Any) -> None:
    """Each of these mistakes leaves the graph."""
    catches(bug, a_history_is_a_path, STEPS)


def test_a_step_from_where_it_is_by_now_says_so() -> None:
    """Two handle a matter: the second one's step is legal from the first one's, and noted."""
    replica = matter()
    go(replica, "a", "anna", ("filed", "handling"))
    same_again = go(replica, "b", "bo", ("filed", "handling"))
    assert (same_again.outcome, same_again.code) == ("noop", "")
    assert (go(replica, "c", "bo", ("filed", "waiting")).code) == "stepped_on"


def test_news_after_closing_is_shown_and_reopens_nothing() -> None:
    """It was closed at the desk while somebody handled it on."""
    replica = matter()
    go(replica, "a", "anna", ("filed", "handling"))
    go(replica, "b", "anna", ("handling", "closed"))
    assert go(replica, "c", "bo", ("handling", "waiting")).outcome == "conflict"
    (news,) = replica.open_conflicts()
    assert (news["kind"], news["current"], news["current_by"][0]["client"]) == (
        "after_close",
        "closed",
        "anna",
    )


def test_a_matter_begins_at_a_beginning() -> None:
    """Anything else is kept aside."""
    replica = Replica(entities=REGISTRY)
    made = Op("made", 0, OpKind.CREATE, "matter", "h1", {"stage": (None, "closed")})
    assert replica.take(made, writer("anna")).code == "stage"


def test_closed_is_opened_again_only_by_who_saw_it_closed() -> None:
    """A real matter: somebody who still believed it to be open gives news, and opens nothing."""
    replica = Replica()
    answer = {name: (None, value) for name, value in ANSWER.items()}
    made = Op("made", 0, OpKind.CREATE, "matter", "h1", {"stage": (None, "draft"), **answer})
    replica.take(made, writer("anna"))
    go(replica, "a", "anna", ("draft", "closed"))
    late = go(replica, "b", "bo", ("draft", "reopened"))
    assert (late.outcome, (replica.body or {})["stage"]) == ("conflict", "closed")
    (news,) = replica.open_conflicts()
    assert news["kind"] == "after_close"
    assert go(replica, "c", "anna", ("closed", "reopened")).outcome == "applied"
