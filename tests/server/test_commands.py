"""``doorstep-server`` as an administrator types it: what it prints, and how it ends."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from http.client import HTTPConnection

import pytest
from sqlalchemy import update

from sync.identity import Minter, SystemClock
from sync.server import cli
from sync.server.database import open_database
from sync.server.people import caller_of, enroll, mint_code, note_purged
from sync.server.place import URL_FILE
from sync.server.sqlite import FILE_NAME
from sync.server.tables import META, ROW, SCOPE
from sync.wire.messages import PurgedRequest
from tests.support.rosters import Table, large_roster, write_csv, write_xlsx

_MAIN = "from sync.server.cli import main; main()"


@pytest.fixture
def command(tmp_path, capsys, stores):
    """Runs one command on a server of its own: its exit code, what it said, what it complained.

    A server on PostgreSQL is one whose ``init`` is told the database.
    """
    database = stores.url()
    data = tmp_path / "data"

    def run(*arguments: str) -> tuple[int, str, str]:
        makes = database and arguments[0] == "init" and "--database" not in arguments
        told = ["--database", database] if makes else []
        code = cli.run([*arguments, *told, "--data", str(data)])
        said = capsys.readouterr()
        return code, said.out, said.err

    run.data = data
    run.file = data / (URL_FILE if database else FILE_NAME)
    return run


@pytest.fixture
def made(command):
    """A server with one community and one grid."""
    command("init")
    command("community", "add", "fenghe", "--name", "丰和社区")
    command("area", "add", "grid", "第1网格", "--community", "fenghe")
    return command


def test_a_new_server_says_what_to_keep_of_it_elsewhere(command):
    """Whoever reads nothing else has to hear it: no backup holds the key."""
    code, out, _ = command("init")

    assert code == 0
    assert str(command.data / "column.key") in out


def test_from_nothing_to_a_code(made):
    """Every step of the README's way says what it did, and the last one gives the code."""
    assert made("user", "add", "chen", "--community", "fenghe", "--name", "陈晓禾")[0] == 0
    assert made("assign", "chen", "--post", "grid_worker", "--area", "第1网格")[0] == 0
    code, out, err = made("code", "chen", "--json")
    assert (code, err) == (0, "")
    assert set(json.loads(out)) == {"login", "code", "expires_at"}
    (listed,) = json.loads(made("user", "list", "--json")[1])
    assert (listed["login"], listed["posts"]) == ("chen", ["grid_worker"])
    assert listed["disabled"] is False


def test_what_is_printed_is_in_words(made):
    """No bare False, no raw code; and a post without a place, or none, is refused by the name."""
    made("user", "add", "chen", "--name", "陈晓禾")
    code, _out, err = made("assign", "chen", "--post", "grid_worker")
    assert (code, "--area" in err) == (2, True)
    code, _out, err = made("assign", "chen", "--post", "chief", "--area", "第1网格")
    assert (code, "grid_worker" in err) == (1, True)
    made("assign", "chen", "--post", "grid_worker", "--area", "第1网格")
    listed = made("user", "list")[1]
    assert "False" not in listed
    assert "grid_worker" not in listed
    areas = made("area", "list")[1].splitlines()
    assert any("第1网格" in line and "None" not in line for line in areas)


def test_a_community_that_is_there_is_said_so(made):
    """A script may add it again; a person sees that it was no new one."""
    code, said, _err = made("community", "add", "fenghe", "--name", "丰和社区")
    assert (code, "already" in said) == (0, True)
    assert "already" not in made("community", "add", "other", "--name", "另一社区")[1]


def test_the_only_community_need_not_be_named(made):
    """One office, one community: nobody types its id again and again."""
    assert made("user", "add", "chen", "--name", "陈晓禾")[0] == 0
    assert made("area", "list")[0] == 0
    made("community", "add", "other", "--name", "另一社区")
    code, out, err = made("user", "add", "li", "--name", "李明")
    assert (code, out) == (1, "")
    assert "fenghe, other" in err


def test_a_grid_answers_to_its_number_in_any_spelling(made):
    """第一网格 on the roster is 第1网格 in the table of areas."""
    made("user", "add", "chen", "--name", "陈晓禾")
    assert made("assign", "chen", "--post", "grid_worker", "--area", "第一网格")[0] == 0
    code, _out, err = made("assign", "chen", "--post", "grid_worker", "--area", "第九网格")
    assert code == 1
    assert "area list" in err


def test_a_building_of_two_estates_is_not_guessed(made):
    """Building 1 stands in both estates: the ids are listed instead."""
    for estate in ("丰和苑", "枫林里"):
        made("area", "add", "estate", estate)
        made("area", "add", "building", "1号楼", "--parent", estate)
    made("user", "add", "chen", "--name", "陈晓禾")
    code, _out, err = made("assign", "chen", "--post", "area_officer", "--area", "1号楼")
    assert code == 1
    assert err.count("-") >= 8


def test_a_post_is_given_where_it_is_held(made):
    """A desk clerk of a grid would hold nothing, a worker of a department everything: said at
    once, and nobody has the post."""
    made("user", "add", "chen", "--name", "陈晓禾")
    made("area", "add", "department", "市监局")
    for post, area in (
        ("desk_clerk", "第1网格"),
        ("secretary", "第1网格"),
        ("partner", "第1网格"),
        ("partner", "fenghe"),
        ("grid_worker", "市监局"),
    ):
        code, out, err = made("assign", "chen", "--post", post, "--area", area)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert area in err
    (listed,) = json.loads(made("user", "list", "--json")[1])
    assert listed["posts"] == []
    assert made("assign", "chen", "--post", "partner", "--area", "市监局")[0] == 0


def test_an_import_ends_with_0_with_1_where_rows_were_left_out_and_with_2_asked_wrongly(
    made, tmp_path
):
    """As for every command; a preview that finds the same has done what it was asked."""
    head = ["姓名", "证件号码", "现住址", "联系电话", "所属网格"]
    good = ["王桂兰", "990101194003021220", "丰和苑6号楼2单元1602", "13800001024", "第1网格"]
    astray = [*good[:2], "丰和苑6号楼2单元1603", good[3], "第9网格"]
    whole = str(write_csv(tmp_path / "whole.csv", [head, good]))
    holey = str(write_csv(tmp_path / "holey.csv", [head, good, astray]))
    ended = {
        "whole": made("import", whole),
        "previewed": made("import", holey, "--preview"),
        "left out": made("import", holey),
        "no table": made("import", str(tmp_path)),
        "no file": made("import", str(tmp_path / "none.csv")),
        "no argument": made("import"),
        "no such option": made("import", whole, "--all"),
    }
    assert {name: code for name, (code, _out, _err) in ended.items()} == {
        "whole": 0,
        "previewed": 0,
        "left out": 1,
        "no table": 1,
        "no file": 1,
        "no argument": 2,
        "no such option": 2,
    }
    assert all(bool(err) == bool(code) for code, _out, err in ended.values())


REFUSED = {
    "a server that is there": (("init",), 1),
    "no database": (("init", "--database", "mysql://x/y"), 2),
    "an unknown demo": (("init", "--demo", "moon"), 2),
    "an unknown command": (("frobnicate",), 2),
    "an unknown user": (("code", "nobody"), 1),
    "an unknown area": (("assign", "chen", "--post", "grid_worker", "--area", "nowhere"), 1),
    "an unknown post": (("assign", "chen", "--post", "king", "--area", "fenghe"), 1),
    "an unknown computer": (("device", "revoke", "x"), 1),
    "a computer that is not suspended": (("device", "resume", "x"), 1),
    "an unknown community": (("user", "add", "x", "--community", "moon", "--name", "x"), 1),
    "a user that is there": (("user", "add", "chen", "--community", "fenghe", "--name", "x"), 1),
    "no roster": (("import", "none.csv", "--community", "fenghe"), 1),
    "no process at all": (("serve", "--workers", "0"), 2),
}


def test_a_household_moves_by_its_room(command):
    """One line says what was done; the store adds up, and an unknown room is one line too."""
    command("init", "--demo", "fenghe")

    code, out, err = command("move", "6-2-1602", "--to", "第4网格", "--json")

    told = json.loads(out)
    assert (code, len(told["households"])) == (0, 1)
    assert told["records"] > 1
    assert command("check")[0] == 0
    assert command("move", "6-2-1602", "--to", "第3网格")[0] == 0
    code, _, err = command("move", "99-9-999", "--to", "第3网格")
    assert (code, err.count("\n")) == (1, 1)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_one_line_and_an_exit_code(made, name):
    """Nothing on stdout, one sentence on stderr, and the store is as it was."""
    made("user", "add", "chen", "--community", "fenghe", "--name", "陈晓禾")
    before = made("check", "--json")[1]
    arguments, expected = REFUSED[name]

    code, out, err = made(*arguments)

    assert (code, out) == (expected, "")
    assert err.count("\n") == 1
    assert made("check", "--json")[1] == before


def test_without_a_store_every_command_says_how_to_make_one(command):
    """And makes none by itself."""
    code, _, err = command("check")
    assert (code, command.data.exists()) == (1, False)
    assert "doorstep-server init" in err


def test_a_store_of_a_newer_version_is_not_touched(made):
    """Its tables may mean something else."""
    database = open_database(made.data)
    with database.write() as connection:
        connection.execute(update(META).where(META.c.name == "version").values(value="99"))
    database.close()
    assert made("check")[0] == 1


def test_the_folder_is_the_administrators_alone(made):
    """Nobody else on the machine reads it."""
    assert stat.S_IMODE(made.data.stat().st_mode) == 0o700


DAMAGE = {
    "a changed text": update(ROW).where(ROW.c.type == "area").values(body='{"level":"grid"}'),
    "a lost digest": update(SCOPE).values(digest="0" * 32),
    "a head that ran ahead": update(SCOPE).values(head=SCOPE.c.head + 1),
}


def test_the_head_of_the_audit_is_kept_in_a_file_elsewhere(made, tmp_path):
    """Added to it by the one command, and held against the audit by the other."""
    file = tmp_path / "heads"
    code, head, _err = made("audit", "--head-file", str(file))
    assert (code, file.read_text().split()[-1]) == (0, head.strip())
    assert made("check", "--audit-head-file", str(file))[0] == 0
    number, _, mark = head.strip().partition(":")
    file.write_text(f"now {number}:{mark[::-1]}\n")
    assert made("check", "--audit-head-file", str(file))[0] == 1
    code, _out, err = made("audit", "--head-file", str(file))
    assert (code, f"line {number}" in err) == (1, True)
    assert made("check", "--audit-head-file", str(tmp_path / "none"))[0] == 1


@pytest.mark.parametrize("name", DAMAGE)
def test_check_finds_what_no_longer_adds_up(made, name):
    """And ends with 1; before the damage it ended with 0."""
    assert made("check")[0] == 0
    database = open_database(made.data)
    with database.write() as connection:
        connection.execute(DAMAGE[name])
    database.close()

    code, out, _ = made("check", "--json")

    assert code == 1
    assert json.loads(out)["differences"]


def test_a_whole_communitys_roster_is_imported_in_time(made, tmp_path):
    """1,286 households, 3,910 people: preview and commit within a minute; again changes nothing."""
    file = write_xlsx(tmp_path / "roster.xlsx", Table(large_roster(7)))
    started = time.monotonic()
    _, previewed, _ = made("import", str(file), "--community", "fenghe", "--preview", "--json")
    _, imported, _ = made("import", str(file), "--community", "fenghe", "--json")
    took = time.monotonic() - started

    counts = json.loads(imported)
    assert json.loads(previewed) | {"preview": False} == counts
    assert (counts["new_households"], counts["new_people"], counts["problems"]) == (1286, 3910, [])
    assert took < 60
    again = json.loads(made("import", str(file), "--community", "fenghe", "--json")[1])
    assert (again["new_households"], again["new_people"], again["changed_cells"]) == (0, 0, 0)
    assert made("check")[0] == 0


def test_an_import_prints_no_personal_data(made, tmp_path):
    """Not in its counts, not in its problems: places and rules only."""
    rows = [
        ["姓名", "证件号码", "现住址", "联系电话", "所属网格"],
        ["王桂兰", "990101194003021220", "丰和苑6号楼2单元1602", "1380000", "第9网格"],
    ]
    file = write_csv(tmp_path / "roster.csv", rows)
    for mode in ((), ("--preview",), ("--json",)):
        _, out, err = made("import", str(file), "--community", "fenghe", *mode)
        for secret in ("王桂兰", "990101194003021220", "1380000", "1602"):
            assert secret not in out + err


def test_serve_says_when_it_is_ready_and_stops_when_told(made):
    """One line with the address it chose; a signal ends it with the store whole."""
    server = subprocess.Popen(
        [sys.executable, "-c", _MAIN, "serve", "--port", "0", "--data", str(made.data)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert server.stdout is not None
    try:
        ready = server.stdout.readline()
        host, _, port = ready.strip().rpartition("http://")[2].partition(":")
        connection = HTTPConnection(host, int(port), timeout=30)
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200
        connection.close()
    finally:
        server.send_signal(signal.SIGTERM)
        rest = server.communicate(timeout=30)[0]
    assert rest == ""
    assert made("check")[0] == 0


def test_a_port_that_is_taken_is_said(made):
    """With what to do, and at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, err = made("serve", "--port", port)
    assert code == 1
    assert port in err


def test_the_demo_is_a_store_that_adds_up(command):
    """Four grids, 1,286 households and 3,910 people, as the hand-book counts them."""
    assert command("init", "--demo", "fenghe")[0] == 0
    code, out, _ = command("check", "--json")
    assert (code, json.loads(out)["differences"]) == (0, [])
    assert command.file.is_file()


def test_the_list_of_computers_tells_what_is_gone_from_each(made):
    """What a computer confirmed, latest word first to last, in the list's JSON."""
    made("user", "add", "chen", "--name", "陈晓禾")
    database = open_database(made.data)
    clock = SystemClock()
    code = mint_code(database, "chen", clock).code
    enrolled = enroll(database, code, "laptop", "", clock, Minter(now=clock.now))
    with database.read() as connection:
        caller = caller_of(connection, enrolled.token)
    for kept in (2, 0):
        note_purged(database, caller, PurgedRequest({"grid:g1": kept}), clock)
    database.close()

    (device,) = json.loads(made("device", "list", "--json")[1])

    assert [(one["scope"], one["kept"]) for one in device["purged"]] == [("grid:g1", 0)]
