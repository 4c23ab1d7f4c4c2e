"""Typing commands: the program's own entry, in the test's process, with its exit code and words."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import run
from desktop.demo.processes import Ended
from tests.support.processes import PASSWORD, reach
from tests.support.scene import Founded


@dataclass(frozen=True)
class Terminal:
    """One computer's terminal. ``home`` is where its app keeps everything."""

    home: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def type(self, *arguments: str, stdin: str = "", password: str = PASSWORD) -> Ended:
        """Run one command; ``stdin`` follows the password."""
        self.monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n{stdin}"))
        self.capsys.readouterr()
        code = run(["--home", str(self.home), "--password-stdin", *arguments])
        said = self.capsys.readouterr()
        return Ended(code, said.out, said.err)

    def must(self, *arguments: str, stdin: str = "") -> Ended:
        """The same, for a command that has to work."""
        ended = self.type(*arguments, stdin=stdin)
        assert ended.code == 0, f"{arguments[0]}: {ended.err}"
        assert ended.err == "", ended.err
        return ended

    def reach(self, url: str) -> None:
        """Talk to the server through another address from now on."""
        reach(self.home, url)

    def json(self, *arguments: str) -> Any:
        """The one document that a command prints with ``--json``."""
        return self.must(*arguments, "--json").json()


def assert_calm(ended: Ended, code: int, *words: str) -> None:
    """It failed with this code and said so in one line: no trace, no exclamation, no JSON."""
    assert ended.code == code, ended.err
    assert ended.out == ""
    assert ended.err.count("\n") == 1, ended.err
    assert "Traceback" not in ended.err
    assert "!" not in ended.err
    for word in words:
        assert word in ended.err


@pytest.fixture
def worker(founded: Founded, tmp_path: Path, monkeypatch, capsys) -> Terminal:
    """The grid worker's terminal, with no server in reach."""
    return Terminal(founded.copy("worker", tmp_path), monkeypatch, capsys)


@pytest.fixture
def desk(founded: Founded, tmp_path: Path, monkeypatch, capsys) -> Terminal:
    """The clerk's terminal, with no server in reach."""
    return Terminal(founded.copy("desk", tmp_path), monkeypatch, capsys)
