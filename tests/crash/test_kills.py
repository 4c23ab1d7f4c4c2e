"""Kills at named points: a share of what ``python -m tests.crash`` does, and that its net holds."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="a process is forked for every life"),
    pytest.mark.timeout(600),  # As the process below: forty lives, each with its own server.
]

KILLS = 40
UNTIL_IT_SHOWS = 12
"""Enough for a fault of every fourth saving."""

EARLY = """
from tests.crash import lives
from sync.store.records import Records
kept = Records.write
def hasty(self, edits, **options):
    if len(edits) == 1 and self._minter.random_bytes(1)[0] < 64:
        return type("Told", (), {"op_ids": ["told and never saved"]})()
    return kept(self, edits, **options)
Records.write = hasty
"""
"""A saving that says so and does not do it, now and then."""


def killed(folder, planted="", kills=KILLS):
    """Run the kills in a process that may be forked: it has one thread. What it found."""
    script = f"{planted}\nimport sys\nfrom tests.crash.__main__ import main\nsys.exit(main({{}}))"
    ended = subprocess.run(
        [sys.executable, "-c", script.format(["kills", str(kills), "7"])],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(folder)},
        timeout=600,
        check=False,
    )
    assert ended.returncode in (0, 1), ended.stderr
    return json.loads(ended.stdout)["kills"]


def test_a_laptop_killed_anywhere_keeps_all_that_was_told(tmp_path):
    """And the server has each operation once when it comes to rest."""
    found = killed(tmp_path)

    assert found["faults"] == []
    assert found["kills"] == KILLS
    assert len(found["points"]) >= 8
    assert found["told"] > KILLS


def test_a_saving_that_only_says_so_is_caught(tmp_path):
    """A planted fault."""
    planted = EARLY.replace("{", "{{").replace("}", "}}")
    assert killed(tmp_path, planted, UNTIL_IT_SHOWS)["faults"]
