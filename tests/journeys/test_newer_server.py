"""A server of the next version: what this app does not know yet survives it."""

from contextlib import closing

import pytest

from sync.identity import SystemClock, stamp
from sync.merge.values import Writer
from sync.schema.registry import SCHEMA_VERSION
from sync.server.database import Database
from sync.server.locked import lock_scopes
from sync.server.people import mint_code
from sync.server.rows import Cause, read_rows
from tests.support.processes import LaptopProcess
from tests.support.scene import served_town
from tests.support.terminal import Terminal
from tests.support.town import WORKER, Home, Town

MOOD = ["calm", {"since": 2031}]


@pytest.fixture
def newer(founded, tmp_path, monkeypatch, stores):
    """The address and the store of a server whose first household has a field we do not know."""
    monkeypatch.setattr("sync.server.pulling.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with served_town(founded, tmp_path, stores) as (url, database):
        _add_a_field(database, founded.town)
        yield url, database


def test_a_new_field_survives_an_edit_beside_it(worker, newer, founded):
    """The app keeps it, and both sides still sum up to the same."""
    url, database = newer
    worker.reach(url)

    _edit_beside_it(worker, database, founded.town)


def test_a_new_field_survives_a_first_sync(newer, founded, tmp_path, monkeypatch, capsys):
    """Of a computer that gets everything at once."""
    url, database = newer
    fresh = Terminal(tmp_path / "fresh", monkeypatch, capsys)
    fresh.must("enroll", url, "--code", mint_code(database, WORKER, SystemClock()).code)

    _edit_beside_it(fresh, database, founded.town)


def _edit_beside_it(terminal: Terminal, database: Database, town: Town) -> None:
    home = town.homes[0]
    terminal.must("sync")
    with closing(LaptopProcess(terminal.home).look_inside()) as place:
        assert place.store.replica.verify_deep(town.grid), "summed up from what is stored here"
    terminal.must("edit", home.id, "contact=13700001111")
    report = terminal.json("sync")
    # The change, and the entry that tells of it in the history of the home.
    assert (report["pushed"], report["held"], report["differing"]) == (2, 0, [])
    assert _served_body(database, town, home)["mood"] == MOOD
    assert _served_body(database, town, home)["contact"] == "13700001111"
    assert terminal.json("show", home.room, "--reveal")["fields"]["contact"] == "13700001111"


def _served_body(database: Database, town: Town, home: Home) -> dict[str, object]:
    with database.read() as connection:
        (row,) = read_rows(connection, town.grid, [("household", home.id)])
    return row.body


def _add_a_field(database: Database, town: Town) -> None:
    writer = Writer("newer", "newer", at=stamp(SystemClock().now()))
    with database.write() as connection:
        locked = lock_scopes(connection, {town.grid}, writer.at)
        scope = locked.scopes[town.grid]
        before = scope.row("household", town.homes[0].id)
        assert before is not None
        row = scope.put("household", before.id, before.body | {"mood": MOOD}, deleted=False)
        scope.record(row, (), Cause("newer", writer))
        locked.save()
