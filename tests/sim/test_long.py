"""A long run: what a log has is not run again, and a failure is told at the end."""

import json

from tests.sim.long import Range, read, tell, work

STEPS = 10


def test_what_a_log_has_is_not_run_again(ground, tmp_path):
    """A run that was stopped goes on with the seeds that no line is about."""
    whole = Range(range(5, 8), STEPS, tmp_path / "log")
    assert whole.left() == [5, 6, 7]

    work([6], whole, ground, "abc")

    assert whole.left() == [5, 7]
    (line,) = read(whole.log)
    assert (line["seed"], line["steps"], line["commit"]) == (6, STEPS, "abc")
    assert line["looked"]


def test_a_sum_says_what_failed(ground, tmp_path, capsys):
    """Commit by commit, with the way to see each failure again."""
    whole = Range(range(5, 7), STEPS, tmp_path / "log")
    work([5], whole, ground, "abc")
    (line,) = read(whole.log)
    assert tell([line]) == 0
    assert f"abc: seeds 5-5 (1), {STEPS} steps" in capsys.readouterr().out

    failed = {**line, "seed": 6, "commit": "def", "failure": "law 3: a hole"}
    with whole.log.open("a", encoding="utf-8") as log:
        log.write(json.dumps(failed) + "\n")
    assert tell(read(whole.log)) == 1
    told = capsys.readouterr().out
    assert "def: seeds 6-6 (1)" in told
    assert "law 3: a hole" in told
