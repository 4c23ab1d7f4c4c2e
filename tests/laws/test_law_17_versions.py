"""Law 17: one trace with clients v−1, v and v+1 agrees on shared fields and keeps unknown ones."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from desktop.demo.processes import Ended
from sync.errors import UpgradeNeeded
from sync.identity import Clock, SystemClock
from sync.merge.operation import decode_op, encode_op, op_hash
from sync.schema.registry import SCHEMA_VERSION
from sync.server.people import mint_code
from sync.server.rows import read_rows
from sync.store import records
from tests.support.laptops import TestLaptop
from tests.support.processes import PASSWORD, LaptopProcess, reach
from tests.support.scene import founded, served_town
from tests.support.town import CLERK, WORKER
from tests.support.versions import GONE, NEW

__all__ = ["founded"]

CLOCK: Clock = SystemClock()


@pytest.fixture
def office(founded, tmp_path):
    """The address and the store of the town's server, of this version."""
    with served_town(founded, tmp_path) as (url, database):
        yield url, database


@dataclass(frozen=True)
class OtherVersion:
    """A computer whose app is older or newer, with the commands that are typed there."""

    home: Path
    process: subprocess.Popen[str]

    def must(self, *arguments: str) -> Ended:
        """Run one command that has to work."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        whole = ["--home", str(self.home), "--password-stdin", *arguments]
        asked = {"arguments": whole, "stdin": f"{PASSWORD}\n"}
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        ended = Ended(**json.loads(self.process.stdout.readline()))
        assert ended.code == 0, f"{arguments[0]}: {ended.err}"
        return ended


@contextmanager
def of_version(by, home, login, office):
    """A new computer whose app is ``by`` versions newer."""
    url, database = office
    command = [sys.executable, "-m", "tests.support.versions", str(by)]
    surroundings = {**os.environ, "DOORSTEP_LANG": "en"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, encoding="utf-8", env=surroundings
    ) as process:
        try:
            made = OtherVersion(home, process)
            made.must("enroll", url, "--code", mint_code(database, login, CLOCK).code)
            made.must("sync")
            yield made
        finally:
            process.kill()


@pytest.fixture
def older(office, tmp_path):
    """The clerk's computer, a version behind."""
    with of_version(-1, tmp_path / "older", CLERK, office) as made:
        yield made


@pytest.fixture
def newer(office, tmp_path):
    """The worker's other computer, a version ahead."""
    with of_version(+1, tmp_path / "newer", WORKER, office) as made:
        yield made


def body_at(office, grid, household_id):
    with office[1].read() as connection:
        (row,) = read_rows(connection, grid, [("household", household_id)])
    return row.body


def test_law_17_three_versions_agree(founded, office, older, newer, tmp_path):
    """Each edits what it knows, beside what it does not know; nothing of either is lost."""
    this = LaptopProcess(founded.copy("worker", tmp_path))
    reach(this.home, office[0])
    home = founded.town.homes[0]
    edits = [
        (newer, f"{NEW}=calm"),
        (this, f"{GONE}=evening"),
        (older, "contact=13700001111"),
        (newer, f"{NEW}=cheerful"),
        (older, "contact_name=older"),
        (this, "contact_name=this"),
        (newer, f"{GONE}=morning"),
    ]
    for laptop, edit in edits:
        laptop.must("edit", home.id, edit)
        if laptop is not this:
            laptop.must("sync")
    laptops = (this, older, newer)
    reports = [laptop.must("sync", "--json").json() for laptop in laptops * 2][-3:]

    body = body_at(office, founded.town.grid, home.id)
    assert body["contact"] == "13700001111"
    assert body[NEW] == "cheerful"
    for report in reports:
        assert (report["pending"], report["held"], report["differing"]) == (0, 0, [])
    # Two people wrote best_time and contact_name: neither is lost, and all see the same.
    asked = [laptop.must("conflicts", "--json").json() for laptop in laptops]
    fields = [sorted(each["field"] for each in found) for found in asked]
    assert fields == [["best_time", "contact_name"]] * 3
    shown = [laptop.must("show", home.room, "--reveal", "--json").json() for laptop in laptops]
    for document in shown:
        assert document["fields"]["contact"] == "13700001111"
        assert document["fields"].get("contact_name") == body["contact_name"]


def test_an_operation_keeps_the_schema_it_was_written_in(worker, household, grid, monkeypatch):
    """One that waits through an upgrade does not become one of the new version."""
    monkeypatch.setattr("sync.store.records.SCHEMA_VERSION", 7)
    worker.patch("household", household, contact="1")
    monkeypatch.undo()
    (op,) = worker.store.replica.batch(grid)
    assert op.schema == 7
    assert (
        decode_op(b'{"op_id":"a","seq":1,"kind":"patch","type":"household","id":"b"}').schema == 1
    )
    later = encode_op(msgspec.structs.replace(op, schema=SCHEMA_VERSION + 1))
    assert decode_op(later).schema == SCHEMA_VERSION + 1


def test_a_retry_is_known_after_the_server_learned_new_members():
    """What an older server did not know of an operation is part of it all the same."""
    known = b'{"op_id":"a","seq":7,"kind":"patch","type":"household","id":"b"}'
    newer = b'{"op_id":"a","seq":7,"kind":"patch","type":"household","id":"b","tone":"soft"}'
    lane = known.replace(b"7", b"1")

    assert op_hash(known) == op_hash(lane)
    assert op_hash(known) != op_hash(newer)


def test_work_is_taken_from_an_app_that_is_too_old(
    worker: TestLaptop, clerk, household, monkeypatch
):
    """It hears that it has to be updated, and keeps everything it holds."""
    worker.patch("household", household, contact="139")
    clerk.patch("household", household, best_time="evening")
    clerk.sync()
    monkeypatch.setattr("sync.server.routes.OLDEST_WIRE", 2)

    with pytest.raises(UpgradeNeeded):
        worker.sync()

    assert worker.store.replica.lanes() == {}
    assert worker.value("household", household, "contact") == "139"
    monkeypatch.setattr("sync.server.routes.OLDEST_WIRE", 1)
    clerk.sync()
    assert clerk.value("household", household, "contact") == "139"


def test_a_field_of_a_newer_version_is_kept_by_server_and_laptop(worker, household, grid, staffed):
    """Through an edit, a mending and a first sync."""
    newer = staffed.enroll("mengxue", "newer")
    newer.push(grid, newer.op(grid, "patch", "household", household, mood="calm"))
    worker.sync()
    worker.store.records.write([records.patch("household", household, {"contact": "1"})])
    worker.sync()

    assert worker.store.replica.verify_deep(grid)
    rows = staffed.enroll("mengxue", "probe").rows(grid)
    assert rows["household", household]["mood"] == "calm"
    assert rows["household", household]["contact"] == "1"
