"""Bad input and trouble: one calm sentence, the right exit code, and nothing saved is lost."""

import io
import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from desktop.cli import run
from desktop.demo.processes import Ended
from desktop.services.profiles import Profiles
from sync.identity import SystemClock, stamp
from sync.merge.values import Writer
from sync.schema.registry import SCHEMA_VERSION
from sync.server.database import Database, open_database
from sync.server.locked import lock_scopes
from sync.server.people import mint_code
from sync.server.rows import Cause, read_rows
from tests.support.processes import LaptopProcess
from tests.support.scene import Founded
from tests.support.server import served
from tests.support.stranger import stranger
from tests.support.terminal import Terminal
from tests.support.town import WORKER

REFUSED, USAGE, NO_NETWORK, LOCKED = 1, 2, 3, 4
NOBODY = "http://127.0.0.1:9"
NOTE = "敲门三分钟没人应，对门说晚上七点后在家。"


def _assert_calm(ended: Ended, code: int, *words: str) -> None:
    """It failed with this code and said so in one line: no trace, no exclamation, no JSON."""
    assert ended.code == code, ended.err
    assert ended.out == ""
    assert ended.err.count("\n") == 1, ended.err
    assert "Traceback" not in ended.err
    assert "!" not in ended.err
    for word in words:
        assert word in ended.err


def _notes(terminal: Terminal, room: str = "6-1-101") -> list[str]:
    return [note["text"] for note in terminal.json("show", room)["notes"]]


@contextmanager
def _town_server(founded: Founded, tmp_path) -> Iterator[tuple[str, Database]]:
    """The town's server in a thread: its address and its store."""
    database = open_database(founded.copy("server", tmp_path))
    with served(database, SystemClock()) as port:
        yield f"http://127.0.0.1:{port}", database


# --- The network ------------------------------------------------------------------------------


def test_without_a_network_work_is_kept(worker):
    """No server answers: exit 3, and the note still waits."""
    worker.reach(NOBODY)
    worker.must("note", "6-1-101", NOTE)

    _assert_calm(worker.type("sync"), NO_NETWORK, "No network")

    assert worker.json("status")["pending"] == 1
    assert _notes(worker) == [NOTE]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        pytest.param(200, b"<html>Welcome. Log in.</html>", {"Content-Type": "text/html"}),
        pytest.param(200, b"{}", {"Content-Type": "application/json"}),
        pytest.param(302, b"", {"Location": "http://login.example/"}),
        pytest.param(511, b"", {}),
    ],
    ids=["html", "empty json", "redirect", "login wanted"],
)
def test_a_login_page_is_no_server(worker, status, body, headers):
    """Whatever somebody else answers: exit 3, and nothing counts as sent."""
    worker.must("note", "6-1-101", NOTE)
    with stranger(status, body, headers) as url:
        worker.reach(url)
        _assert_calm(worker.type("sync"), NO_NETWORK, "login")

    assert worker.json("status")["pending"] == 1


def test_a_redirect_is_not_followed(worker, founded, tmp_path):
    """Not even to the right server: a portal that forwards could read along."""
    worker.must("note", "6-1-101", NOTE)
    with (
        _town_server(founded, tmp_path) as (real, _),
        stranger(307, headers={"Location": f"{real}/v1/push"}) as url,
    ):
        worker.reach(url)
        _assert_calm(worker.type("sync"), NO_NETWORK)
        worker.reach(real)
        assert worker.json("sync")["pushed"] == 1


def test_another_program_at_the_address(worker):
    """A wrong port: exit 3, and the sentence says whom to ask."""
    with stranger(404, b"no such page") as url:
        worker.reach(url)
        _assert_calm(worker.type("sync"), NO_NETWORK, "address", "IT")


# --- Enrolling ----------------------------------------------------------------------------------


def test_a_wrong_code_makes_nothing(founded, tmp_path, monkeypatch, capsys):
    """The right code works afterwards, on the same profile."""
    new = Terminal(tmp_path / "new", monkeypatch, capsys)
    with _town_server(founded, tmp_path) as (url, database):
        refused = new.type("enroll", url, "--code", "AAAA-BBBB-CCCC-DDDD")
        _assert_calm(refused, REFUSED, "code", "IT")
        assert Profiles(new.home / "profiles").names() == []

        new.must("enroll", url, "--code", mint_code(database, WORKER, SystemClock()).code)
        assert new.json("sync")["pulled"] > 0


def test_a_code_works_once(founded, tmp_path, monkeypatch, capsys):
    """Whoever reads it over a shoulder comes too late."""
    first, second = (Terminal(tmp_path / name, monkeypatch, capsys) for name in ("a", "b"))
    with _town_server(founded, tmp_path) as (url, database):
        code = mint_code(database, WORKER, SystemClock()).code
        first.must("enroll", url, "--code", code)
        _assert_calm(second.type("enroll", url, "--code", code), REFUSED, "used")


def test_a_short_password_spends_no_code(founded, tmp_path, monkeypatch, capsys):
    """It is checked before anything is sent."""
    new = Terminal(tmp_path / "new", monkeypatch, capsys)
    with _town_server(founded, tmp_path) as (url, database):
        code = mint_code(database, WORKER, SystemClock()).code
        refused = new.type("enroll", url, "--code", code, password="short")
        _assert_calm(refused, REFUSED, "12")
        new.must("enroll", url, "--code", code)


def test_enrolling_at_a_login_page_spends_no_code(founded, tmp_path, monkeypatch, capsys):
    """The code is still good at the real address."""
    new = Terminal(tmp_path / "new", monkeypatch, capsys)
    with _town_server(founded, tmp_path) as (url, database):
        code = mint_code(database, WORKER, SystemClock()).code
        with stranger(200, b"<html>") as portal:
            _assert_calm(new.type("enroll", portal, "--code", code), NO_NETWORK)
        new.must("enroll", url, "--code", code)


def test_an_enrolment_that_was_cut_off_is_set_aside(worker, founded, tmp_path):
    """A computer that died between the key and the profile can be enrolled; no file is erased."""
    (left,) = (worker.home / "profiles").iterdir()
    (left / "connection.json").unlink()
    kept = (left / "store.db").read_bytes()

    with _town_server(founded, tmp_path) as (url, database):
        worker.must("enroll", url, "--code", mint_code(database, WORKER, SystemClock()).code)

    assert worker.json("status")["user"] == WORKER
    assert kept in [path.read_bytes() for path in worker.home.rglob("store.db")]


# --- The password and the store -------------------------------------------------------------------


def test_a_wrong_password(worker):
    """Exit 4, and the right one still opens."""
    _assert_calm(worker.type("status", password="not these four words"), LOCKED, "password")
    assert worker.json("status")["user"] == WORKER


def test_without_a_password_nobody_waits(worker, monkeypatch, capsys):
    """A script that gives none ends at once."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code = run(["--home", str(worker.home), "status"])
    said = capsys.readouterr()
    _assert_calm(Ended(code, said.out, said.err), LOCKED, "--password-stdin")


def test_a_profile_is_open_once(founded, tmp_path):
    """A second process is told, the first goes on, and the second works once it has ended."""
    laptop = LaptopProcess(founded.copy("worker", tmp_path))
    with closing(laptop.look_inside()):
        _assert_calm(laptop.do("note", "6-1-101", NOTE), REFUSED, "already open")
    laptop.must("note", "6-1-101", NOTE)


@pytest.mark.parametrize("damage", ["first page", "not ours", "empty"])
def test_a_store_that_does_not_open_is_set_aside(worker, damage):
    """Byte by byte as it was; and no empty one takes its place."""
    (profile,) = (worker.home / "profiles").iterdir()
    store = profile / "store.db"
    whole = store.read_bytes()
    broken = {
        "first page": b"\xa5" * 4096 + whole[4096:],
        "not ours": b"SQLite format 3\x00" + whole[16:],
        "empty": b"",
    }[damage]
    store.write_bytes(broken)

    _assert_calm(worker.type("status"), REFUSED, "set aside", "IT")
    (aside,) = (profile / "set-aside").glob("*/store.db")
    assert aside.read_bytes() == broken
    _assert_calm(worker.type("status"), REFUSED, "IT")
    assert not store.exists()


@pytest.mark.skipif(os.name == "nt", reason="the limit is POSIX's")
def test_a_full_disk_while_saving(founded, tmp_path):
    """What was saved before stays, what did not fit is said, and both are true afterwards."""
    laptop = LaptopProcess(founded.copy("worker", tmp_path))
    long = {"do": "note", "household": "6-1-101", "text": "长" * 10_000}
    lines = "".join(json.dumps(long, ensure_ascii=False) + "\n" for _ in range(12))

    full = laptop.with_files_of_at_most(400_000)
    results = full.do("apply", "-", "--json", stdin=lines)

    assert results.code == REFUSED
    done = [line["ok"] for line in results.json()]
    assert done[0]
    assert not done[-1]
    assert {line["code"] for line in results.json() if not line["ok"]} == {"store.disk_refused"}
    with closing(laptop.look_inside()) as place:
        saved = {note.id for note in place.store.reading.rows("note")}
    assert saved == {line["id"] for line in results.json() if line["ok"]}
    laptop.must("note", "6-1-101", NOTE)


# --- Another version ------------------------------------------------------------------------------


def test_a_field_of_a_newer_server_survives(worker, founded, tmp_path, monkeypatch):
    """The app keeps what it does not know, edits beside it, and both sides still sum up equal."""
    home = founded.town.homes[0]
    with _town_server(founded, tmp_path) as (url, database):
        monkeypatch.setattr("sync.server.pulling.SCHEMA_VERSION", SCHEMA_VERSION + 1)
        _write_unknown_field(database, founded.town.grid, home.id)
        worker.reach(url)
        assert worker.json("sync")["differing"] == []
        worker.must("edit", home.id, "contact=13700001111")
        report = worker.json("sync")
        assert (report["pushed"], report["held"], report["differing"]) == (1, 0, [])

        with database.read() as connection:
            row = next(iter(read_rows(connection, founded.town.grid, [("household", home.id)])))
        assert row.body["mood"] == ["calm", {"since": 2031}]
        assert row.body["contact"] == "13700001111"
        assert worker.json("show", home.room, "--reveal")["fields"]["contact"] == "13700001111"


def _write_unknown_field(database: Database, scope_id: str, household_id: str) -> None:
    writer = Writer("newer", "newer", at=stamp(SystemClock().now()))
    with database.write() as connection:
        locked = lock_scopes(connection, {scope_id}, writer.at)
        scope = locked.scopes[scope_id]
        before = scope.row("household", household_id)
        body = before.body | {"mood": ["calm", {"since": 2031}]}
        row = scope.put("household", household_id, body, deleted=False)
        scope.record(row, (), Cause("newer", writer))
        locked.save()


# --- What people type -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        ("sing",),
        ("visit", "6-1-101"),
        ("visit", "6-1-101", "--result", "met", "--colour", "red"),
        ("edit", "6-1-101", "contact"),
        ("find",),
    ],
    ids=" ".join,
)
def test_wrong_usage(worker, typed):
    """Exit 2, one line, and where to read more."""
    _assert_calm(worker.type(*typed), USAGE)
    assert worker.json("status")["pending"] == 0


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (("visit", "6-1-101", "--result", "danced"), "met"),
        (("visit", "6-9-9999", "--result", "met"), "6-9-9999"),
        (("edit", "6-1-101", "colour=red"), "contact"),
        (("edit", "6-1-101", "care_floor=red"), "by itself"),
        (("note", "6-1-101", "  "), "Write something"),
        (("note", "6-1-101", "长" * 20_001), "20000"),
        (("resolve", "0190aaaa-0000-7000-8000-000000000000", "--take", "mine"), "0190aaaa"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_saved_says_why(worker, typed, word):
    """Exit 1, one line that names the field or the choices, and nothing is written."""
    _assert_calm(worker.type(*typed), REFUSED, word)
    assert worker.json("status")["pending"] == 0


def test_several_matches_list_their_ids(worker):
    """Two households behind one door: exit 1, and the ids to choose from."""
    home = worker.json("show", "6-1-101")
    set_ = {"dwelling_id": "6-1-101", "contact": "13900001111"}
    line = json.dumps({"do": "create", "type": "household", "set": set_})
    other = worker.must("apply", "-", "--json", stdin=line).json()[0]["id"]

    _assert_calm(worker.type("show", "6-1-101"), REFUSED, home["id"], other)
    assert worker.json("show", other)["room"] == "6-1-101"


def test_bad_lines_stop_none_of_the_others(worker):
    """Each bad line is named on stderr, the good ones are saved, and the exit code says so."""
    lines = [
        '{"do":"note","household":"6-1-101","text":"one"}',
        "not JSON",
        '{"do":"sing"}',
        "[1]",
        '{"do":"visit","household":"6-1-101"}',
        '{"do":"visit","household":"6-1-101","result":"danced"}',
        '{"do":"note","household":"6-9-9999","text":"nowhere"}',
        '{"do":"edit","ref":"6-1-101","set":{"contact":13,"best_time":"晚上"}}',
        '{"do":"note","household":"6-1-101","text":5}',
        "",
        '{"do":"note","household":"6-1-101","text":"two"}',
    ]
    ended = worker.type("apply", "-", "--json", stdin="\n".join(lines))

    assert ended.code == REFUSED
    assert [line["line"] for line in ended.json() if line["ok"]] == [1, 11]
    failed = [int(line.partition(":")[0]) for line in ended.err.splitlines()]
    assert failed == [2, 3, 4, 5, 6, 7, 8, 9]
    assert sorted(_notes(worker)) == ["one", "two"]
    assert worker.json("status")["pending"] == 2


def test_a_file_of_actions_that_is_not_there(worker):
    """Wrong usage, said in one line."""
    _assert_calm(worker.type("apply", str(worker.home / "nothing.jsonl")), USAGE)


def test_which_profile(worker, founded, tmp_path):
    """None: how to make one. Several: name one. An unknown one: as none."""
    empty = Terminal(tmp_path / "empty", worker.monkeypatch, worker.capsys)
    _assert_calm(empty.type("status"), REFUSED, "doorstep enroll")

    profiles = worker.home / "profiles"
    (profiles / "default").rename(profiles / "chen")
    (founded.copy("desk", tmp_path) / "profiles" / "default").rename(profiles / "meng")
    _assert_calm(worker.type("status"), REFUSED, "--profile")
    assert worker.must("status", "--json", "--profile", "meng").json()["user"] == "meng"
    _assert_calm(worker.type("status", "--profile", "liu"), REFUSED)
