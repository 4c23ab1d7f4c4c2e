"""A typist is killed at random keys: a share of ``python -m tests.crash typing``."""

from desktop.viewmodels import draft_keeper
from tests.crash import typing_kills
from tests.crash.typing_kills import kill_typists

KILLS = 4


def test_a_killed_typist_loses_no_visit_and_no_more_than_a_second(tmp_path):
    """The real form, store and threads; the next life opens what the last one left."""
    found = kill_typists(tmp_path, KILLS, 3)

    assert found["faults"] == []
    assert found["kills"] == KILLS
    assert found["keys"] > KILLS


def test_a_run_that_was_stopped_is_taken_up_again(tmp_path):
    """No life begins after the time that was given; what is told of a life is not lived again."""
    assert kill_typists(tmp_path, 2, 3, most_s=-1.0)["kills"] == 0
    assert kill_typists(tmp_path, 1, 3)["kills"] == 1
    told = (tmp_path / "lives.jsonl").read_text()

    whole = kill_typists(tmp_path, 2, 3)

    assert (whole["kills"], whole["faults"]) == (2, [])
    assert (tmp_path / "lives.jsonl").read_text().startswith(told)


def test_the_net_catches_drafts_that_are_kept_too_late(tmp_path, monkeypatch):
    """Held to less than a draft may take, the same lives fail."""
    monkeypatch.setattr(typing_kills, "MOST_LOST_S", -1.0)
    assert draft_keeper.KEEP_AFTER_MS < 1_000
    assert kill_typists(tmp_path, 1, 3)["faults"]
