"""What people type wrong: the right exit code, one line that helps, and nothing written."""

import json
import sys

import pytest

from desktop.versions import State, Versions
from sync import __version__
from tests.support.terminal import Terminal, assert_calm

REFUSED, USAGE = 1, 2


def _notes(terminal: Terminal, room: str = "6-1-101") -> list[str]:
    return [note["text"] for note in terminal.json("show", room)["notes"]]


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
    assert_calm(worker.type(*typed), USAGE)
    assert worker.json("status")["pending"] == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("vist",), "没有 vist 这个命令。是不是 visit？"),
        (("visit", "6-1-101", "--result", "met", "--colour", "red"), "没有 --colour 这个选项。"),
        (("visit", "6-1-101"), "缺少选项 --result。"),
        (("visit", "6-1-101", "--result"), "选项 --result 后面要写值。"),
        (("find",), "缺少 text。"),
        (("sync", "now"), "多写了：now。"),
        (("sync", "--json=yes"), "选项 --json 后面不写值。"),
        (("courier",), ""),
    ],
)
def test_wrong_usage_in_chinese(worker, monkeypatch, typed, said):
    """The library knows English alone."""
    monkeypatch.setenv("DOORSTEP_LANG", "zh_CN")

    ended = worker.type(*typed)

    assert ended.code == USAGE
    assert said in ended.err


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (("visit", "6-1-101", "--result", "danced"), "met"),
        (("visit", "6-1-101", "--result", "met", "--hazard", "wiring"), "wire"),
        (("visit", "6-1-101", "--result", "met", "--need", "gold"), "repair"),
        (("visit", "6-9-9999", "--result", "met"), "6-9-9999"),
        (("edit", "6-1-101", "colour=red"), "contact"),
        (("edit", "6-1-101", "contact=none"), "no phone number"),
        (("edit", "6-1-101", "contact=1380001"), "no phone number"),
        (("edit", "6-1-101", "care_floor=red"), "by itself"),
        (("note", "6-1-101", "  "), "Write something"),
        (("note", "6-1-101", "长" * 20_001), "20000"),
        (("resolve", "0190aaaa-0000-7000-8000-000000000000", "--take", "mine"), "0190aaaa"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_saved_says_why(worker, typed, word):
    """Exit 1, one line that names the field or the choices, and nothing is written."""
    assert_calm(worker.type(*typed), REFUSED, word)
    assert worker.json("status")["pending"] == 0


@pytest.mark.parametrize("typed", [("sing",), ("show", "6-9-9999"), ("--version",)], ids=" ".join)
def test_a_new_version_that_refuses_proves_that_it_runs(worker, tmp_path, monkeypatch, typed):
    """A nightly sync without a network, three times, gives no good version up."""
    program = tmp_path / "versions" / __version__ / "doorstep"
    program.parent.mkdir(parents=True)
    Versions(program).keep(State(trial=__version__, starts=2))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))

    worker.type(*typed)

    assert Versions(program).state().good == __version__


def test_several_matches_list_their_ids(worker):
    """Two households behind one door: exit 1, and the ids to choose from."""
    home = worker.json("show", "6-1-101")
    set_ = {"dwelling_id": "6-1-101", "contact": "13900001111"}
    line = json.dumps({"do": "create", "type": "household", "set": set_})
    other = worker.must("apply", "-", "--json", stdin=line).json()[0]["id"]

    assert_calm(worker.type("show", "6-1-101"), REFUSED, home["id"], other)
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
    assert_calm(worker.type("apply", str(worker.home / "nothing.jsonl")), USAGE)


def test_which_profile(worker, founded, tmp_path):
    """None: how to make one. Several: name one. An unknown one: as none."""
    empty = Terminal(tmp_path / "empty", worker.monkeypatch, worker.capsys)
    assert_calm(empty.type("status"), REFUSED, "doorstep enroll")

    profiles = worker.home / "profiles"
    (profiles / "default").rename(profiles / "chen")
    (founded.copy("desk", tmp_path) / "profiles" / "default").rename(profiles / "meng")
    assert_calm(worker.type("status"), REFUSED, "--profile")
    assert worker.must("status", "--json", "--profile", "meng").json()["user"] == "meng"
    assert_calm(worker.type("status", "--profile", "liu"), REFUSED)


def test_a_policy_that_cannot_be_used(worker, tmp_path, monkeypatch):
    """No command works below half a policy; the sentence names line and word, doctor too."""
    file = tmp_path / "policy.toml"
    file.write_text('# the office\nlanguage = "fr"\n', encoding="utf-8")
    monkeypatch.setenv("DOORSTEP_POLICY", str(file))

    assert_calm(worker.type("due"), REFUSED, str(file), "2", "language")

    examined = worker.type("doctor", "--json")
    assert examined.code == REFUSED
    told = {one["check"]: one["told"] for one in examined.json()["findings"]}
    assert "language" in told["policy"]
