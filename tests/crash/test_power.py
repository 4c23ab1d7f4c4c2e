"""Power cuts: a share of what ``python -m tests.crash`` does, and that its net holds.

They run in a process of their own: it looks over SQLite's shoulder from within.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.crash.cuts import CUTS_A_DAY

pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux", reason="the driver shows SQLite's file system on Linux only"
    ),
    pytest.mark.timeout(600),  # A minute of its own, and several beside other work.
]

CUTS = 2 * CUTS_A_DAY

NOT_DURABLE = """
from contextlib import nullcontext
from sync.store import database
database._PRAGMAS = tuple(
    (name, {value!r}, {answer!r}) if name == "synchronous" else (name, wanted, said)
    for name, wanted, said in database._PRAGMAS
)
database._synced = lambda connection, synchronous: nullcontext()
"""
"""Commits that do not wait for the disk."""

TOLD_TOO_EARLY = """
from sync.store.records import Records
write = Records.write
def hasty(self, *arguments, **options):
    database = self._journal._database
    database.writing, kept = database.filling, database.writing
    try:
        return write(self, *arguments, **options)
    finally:
        database.writing = kept
Records.write = hasty
"""
"""A saving whose transaction is not durable when it returns."""

CURSOR_FIRST = """
from sync.store import generations, promote
apply = promote.promote
def hasty(connection, news):
    for copy, last in news:
        generations.advance(connection, copy.no, cursor=last.to)
    connection.exec_driver_sql("COMMIT")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    return apply(connection, news)
promote.promote = hasty
"""
"""A promotion in two transactions, the cursor in the first."""


NOT_WRITTEN_DOWN = """
from sync.store import edit_journal
put = edit_journal.EditJournal._put
def lazy(self, record):
    kept, edit_journal._on_disk = edit_journal._on_disk, lambda descriptor: None
    try:
        put(self, record)
    finally:
        edit_journal._on_disk = kept
edit_journal.EditJournal._put = lazy
"""
"""A saving whose record in the edit journal does not wait for the disk."""


def cut(folder, planted="", cuts=CUTS):
    """What many cuts found, with this fault planted first."""
    run = f"import sys\nfrom tests.crash.__main__ import main\nsys.exit(main(['cuts', '{cuts}']))"
    ended = subprocess.run(
        [sys.executable, "-c", f"{planted}\n{run}"],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(folder)},
        timeout=600,
        check=False,
    )
    assert ended.returncode in (0, 1), ended.stderr
    return json.loads(ended.stdout)["cuts"]


def test_whatever_a_cut_leaves_holds_all_that_was_told(tmp_path):
    """Laws 1, 4, 5 and 7 at any moment, with anything unsynced lost or torn."""
    found = cut(tmp_path)

    assert found["faults"] == []
    assert found["told"] > CUTS


class TestTheNet:
    """Planted faults, each of which it catches in the first day."""

    @pytest.mark.parametrize(("value", "answer"), [("NORMAL", "1"), ("OFF", "0")])
    def test_a_commit_that_does_not_wait_for_the_disk(self, tmp_path, value, answer):
        """Saved work is lost, and with OFF the file with it."""
        planted = NOT_DURABLE.format(value=value, answer=answer)
        assert cut(tmp_path, planted, CUTS_A_DAY)["faults"]

    @pytest.mark.parametrize("planted", [TOLD_TOO_EARLY, CURSOR_FIRST, NOT_WRITTEN_DOWN])
    def test_a_step_out_of_its_order(self, tmp_path, planted):
        """A person reads 已存 a moment too early; a page is never asked for again."""
        assert cut(tmp_path, planted, CUTS_A_DAY)["faults"]
