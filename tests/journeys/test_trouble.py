"""Bad input and trouble: one calm sentence, the right exit code, and nothing saved is lost."""

import io
import json
import os
from contextlib import closing

import pytest

from desktop.cli import run
from desktop.demo.processes import Ended
from desktop.services.profiles import Profiles
from sync.identity import SystemClock
from sync.server.people import mint_code
from tests.support.processes import LaptopProcess
from tests.support.scene import served_town
from tests.support.stranger import stranger
from tests.support.terminal import Terminal, assert_calm
from tests.support.town import WORKER

REFUSED, NO_NETWORK, LOCKED = 1, 3, 4
NOBODY = "http://127.0.0.1:9"
NOTE = "敲门三分钟没人应，对门说晚上七点后在家。"


# --- The network ------------------------------------------------------------------------------


def test_without_a_network_work_is_kept(worker):
    """No server answers: exit 3, and the note still waits."""
    worker.reach(NOBODY)
    worker.must("note", "6-1-101", NOTE)

    assert_calm(worker.type("sync"), NO_NETWORK, "No network")

    assert worker.json("status")["pending"] == 1
    assert [note["text"] for note in worker.json("show", "6-1-101")["notes"]] == [NOTE]


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
        assert_calm(worker.type("sync"), NO_NETWORK, "login")

    assert worker.json("status")["pending"] == 1


def test_a_redirect_is_not_followed(worker, founded, tmp_path):
    """Not even to the right server: a portal that forwards could read along."""
    worker.must("note", "6-1-101", NOTE)
    with (
        served_town(founded, tmp_path) as (real, _),
        stranger(307, headers={"Location": f"{real}/v1/push"}) as url,
    ):
        worker.reach(url)
        assert_calm(worker.type("sync"), NO_NETWORK)
        worker.reach(real)
        assert worker.json("sync")["pushed"] == 1


def test_another_program_at_the_address(worker):
    """A wrong port: exit 3, and the sentence says whom to ask."""
    with stranger(404, b"no such page") as url:
        worker.reach(url)
        assert_calm(worker.type("sync"), NO_NETWORK, "address", "IT")


# --- Enrolling ----------------------------------------------------------------------------------


def test_a_wrong_code_makes_nothing(founded, tmp_path, monkeypatch, capsys):
    """The right code works afterwards, on the same profile."""
    new = Terminal(tmp_path / "new", monkeypatch, capsys)
    with served_town(founded, tmp_path) as (url, database):
        refused = new.type("enroll", url, "--code", "AAAA-BBBB-CCCC-DDDD")
        assert_calm(refused, REFUSED, "code", "IT")
        assert Profiles(new.home / "profiles").names() == []

        new.must("enroll", url, "--code", mint_code(database, WORKER, SystemClock()).code)
        assert new.json("sync")["pulled"] > 0


def test_a_code_works_once(founded, tmp_path, monkeypatch, capsys):
    """Whoever reads it over a shoulder comes too late."""
    first, second = (Terminal(tmp_path / name, monkeypatch, capsys) for name in ("a", "b"))
    with served_town(founded, tmp_path) as (url, database):
        code = mint_code(database, WORKER, SystemClock()).code
        first.must("enroll", url, "--code", code)
        assert_calm(second.type("enroll", url, "--code", code), REFUSED, "used")


def test_a_short_password_spends_no_code(founded, tmp_path, monkeypatch, capsys):
    """It is checked before anything is sent."""
    new = Terminal(tmp_path / "new", monkeypatch, capsys)
    with served_town(founded, tmp_path) as (url, database):
        code = mint_code(database, WORKER, SystemClock()).code
        refused = new.type("enroll", url, "--code", code, password="short")
        assert_calm(refused, REFUSED, "12")
        new.must("enroll", url, "--code", code)


def test_enrolling_at_a_login_page_spends_no_code(founded, tmp_path, monkeypatch, capsys):
    """The code is still good at the real address."""
    new = Terminal(tmp_path / "new", monkeypatch, capsys)
    with served_town(founded, tmp_path) as (url, database):
        code = mint_code(database, WORKER, SystemClock()).code
        with stranger(200, b"<html>") as portal:
            assert_calm(new.type("enroll", portal, "--code", code), NO_NETWORK)
        new.must("enroll", url, "--code", code)


def test_an_enrolment_that_was_cut_off_is_set_aside(worker, founded, tmp_path):
    """A computer that died between the key and the profile can be enrolled; no file is erased."""
    (left,) = (worker.home / "profiles").iterdir()
    (left / "connection.json").unlink()
    kept = (left / "store.db").read_bytes()

    with served_town(founded, tmp_path) as (url, database):
        worker.must("enroll", url, "--code", mint_code(database, WORKER, SystemClock()).code)

    assert worker.json("status")["user"] == WORKER
    assert kept in [path.read_bytes() for path in worker.home.rglob("store.db")]


# --- The password and the store -------------------------------------------------------------------


def test_a_wrong_password(worker):
    """Exit 4, and the right one still opens."""
    assert_calm(worker.type("status", password="not these four words"), LOCKED, "password")
    assert worker.json("status")["user"] == WORKER


def test_without_a_password_nobody_waits(worker, monkeypatch, capsys):
    """A script that gives none ends at once."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code = run(["--home", str(worker.home), "status"])
    said = capsys.readouterr()
    assert_calm(Ended(code, said.out, said.err), LOCKED, "--password-stdin")


def test_a_profile_is_open_once(founded, tmp_path):
    """A second process is told, the first goes on, and the second works once it has ended."""
    laptop = LaptopProcess(founded.copy("worker", tmp_path))
    with closing(laptop.look_inside()):
        assert_calm(laptop.do("note", "6-1-101", NOTE), REFUSED, "already open")
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

    assert_calm(worker.type("status"), REFUSED, "set aside", "IT")
    (aside,) = (profile / "set-aside").glob("*/store.db")
    assert aside.read_bytes() == broken
    assert_calm(worker.type("status"), REFUSED, "IT")
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
