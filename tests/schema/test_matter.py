"""The stages of a matter: one graph, whose promises to residents are stated here once more."""

import pytest

from sync.schema import codes
from sync.schema.matter import OVER, STAGES


def after(stage, *, without=()):
    """Every stage that may follow, at once or later, on ways that avoid some."""
    found, waiting = set(), [stage]
    while waiting:
        for step in STAGES.steps.get(waiting.pop(), ()):
            if step not in found and step not in without:
                found.add(step)
                waiting.append(step)
    return found


def test_every_stage_has_words_and_can_be_reached():
    """None is declared that nothing leads to."""
    reached = set(STAGES.starts).union(*(after(start) for start in STAGES.starts))
    assert set(STAGES.all) == set(codes.MATTER_STAGE) == reached


def test_nothing_reported_closes_unless_the_resident_is_answered():
    """闭环: whatever way it takes, it waits for the answer first."""
    assert "closed" in after("reported")
    assert "closed" not in after("reported", without={"feedback"})


def test_a_worker_alone_settles_what_she_kept_to_herself():
    """自办: from draft to closed at once."""
    assert STAGES.may_step("draft", "closed")
    assert not any(
        STAGES.may_step(stage, "closed")
        for stage in STAGES.all
        if stage not in {"draft", "feedback"}
    )


@pytest.mark.parametrize("stage", ["closed", "withdrawn", "void"])
def test_what_is_over_stays_over(stage):
    """It is opened again by whoever saw it closed, and by nobody by accident."""
    assert stage in OVER
    assert STAGES.steps[stage] == (("reopened",) if stage == "closed" else ())


def test_every_other_stage_leads_to_an_end():
    """No matter is ever stuck."""
    for stage in set(STAGES.all) - OVER:
        assert after(stage) & OVER, stage
