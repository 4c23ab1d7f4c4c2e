"""Power cuts: a share of what ``python -m tests.crash`` does, and that its nets hold."""

import sys
from contextlib import nullcontext

import pytest

from sync.store import database, generations, promote, records
from tests.crash.cuts import cut_often

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the driver shows SQLite's file system on Linux only"
)

SEEDS = range(3)


def not_durable(monkeypatch, value, answer):
    """Commit without waiting for the disk."""
    pragmas = [
        (name, value, answer) if name == "synchronous" else (name, wanted, said)
        for name, wanted, said in database._PRAGMAS
    ]
    monkeypatch.setattr(database, "_PRAGMAS", tuple(pragmas))
    monkeypatch.setattr(database, "_synced", lambda connection, synchronous: nullcontext())


def test_whatever_a_cut_leaves_holds_all_that_was_told(tmp_path):
    """Laws 1, 5 and 7 at any moment, with anything unsynced lost or torn."""
    verdict = cut_often(tmp_path, SEEDS, cuts=40)

    assert verdict.faults == []
    assert verdict.told > 200


class TestTheNet:
    """Planted faults, each of which it catches."""

    @pytest.mark.parametrize(("value", "answer"), [("NORMAL", "1"), ("OFF", "0")])
    def test_a_commit_that_does_not_wait_for_the_disk(self, monkeypatch, tmp_path, value, answer):
        """Saved work is lost, and with OFF the file with it."""
        not_durable(monkeypatch, value, answer)

        assert cut_often(tmp_path, SEEDS, cuts=40).faults

    def test_a_saving_that_is_told_before_it_commits(self, monkeypatch, tmp_path):
        """The person reads 已存 a moment too early."""
        monkeypatch.setattr(records.Records, "write", told_too_early(records.Records.write))

        assert cut_often(tmp_path, SEEDS, cuts=40).faults

    def test_a_cursor_that_moves_before_its_rows(self, monkeypatch, tmp_path):
        """The rows of a page are gone, and the server is never asked for them again."""
        monkeypatch.setattr(promote, "promote", cursor_first(promote.promote))

        assert cut_often(tmp_path, SEEDS, cuts=40).faults


def cursor_first(apply):
    """A promotion in two transactions, the cursor in the first."""

    def hasty(connection, copy, page_rows, to, schema):
        generations.advance(connection, copy.no, cursor=to)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return apply(connection, copy, page_rows, to, schema)

    return hasty


def told_too_early(write):
    """A saving whose transaction is not durable when it returns."""

    def hasty(self, *arguments, **options):
        self._database.writing, kept = self._database.filling, self._database.writing
        try:
            return write(self, *arguments, **options)
        finally:
            self._database.writing = kept

    return hasty
