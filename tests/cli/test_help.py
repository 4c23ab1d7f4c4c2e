"""``--help`` of both programs: in the language of whoever asks, in every command."""

import re

import pytest
import typer

from desktop import cli
from desktop.cli.commands import app as doorstep
from sync.command_help import LIBRARY_WORDS
from sync.i18n import _
from sync.server import cli as server_cli
from sync.server.cli.commands import app as doorstep_server

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LIBRARYS_OWN = re.compile(r"Usage:|Options:|Arguments:|Commands:|required|default:|Show this")


def commands_of(app: typer.Typer):
    """The words that lead to each command of a program, the program itself first."""

    def walk(command, words):
        yield words
        for name, below in getattr(command, "commands", {}).items():
            yield from walk(below, (*words, name))

    return list(walk(typer.main.get_command(app), ()))


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("run", "app"),
    [(cli.run, doorstep), (server_cli.run, doorstep_server)],
    ids=["doorstep", "doorstep-server"],
)
def test_every_command_explains_itself_in_chinese(run, app, capsys, monkeypatch):
    """What it does, each of its options, and the library's own words."""
    monkeypatch.setenv("DOORSTEP_LANG", "zh_CN")
    english = []
    for words in commands_of(app):
        assert run([*words, "--help"]) == 0
        said = capsys.readouterr().out
        _usage, does, *_rest = [line for line in said.splitlines() if line.strip()]
        options = re.findall(r"^  (?:--)?[a-zA-Z-]+ .*(?:\n {6,}\S.*)*", said, re.MULTILINE)
        english += [line for line in (does, *options) if not CHINESE.search(line)]
        english += LIBRARYS_OWN.findall(said)
    assert english == []


@pytest.mark.usefixtures("chinese")
def test_the_words_of_the_library_have_their_chinese():
    """It says them while it writes, so nothing else would miss them."""
    assert [words for words in LIBRARY_WORDS if _(words) == words] == []


def test_english_stays_as_the_code_has_it(capsys, monkeypatch):
    """And so do the marks of an option."""
    monkeypatch.setenv("DOORSTEP_LANG", "en")

    assert cli.run(["visit", "--help"]) == 0

    said = capsys.readouterr().out
    assert "Usage: " in said
    assert "Record a visit." in said
    assert "[required]" in said
    assert not CHINESE.search(said)
