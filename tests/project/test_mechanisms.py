"""The page that says where each mechanism works names only files and tests that are there."""

import re

import pytest

from tests.project.test_project import ROOT

PAGE = (ROOT / "sync" / "MECHANISMS.md").read_text(encoding="utf-8")
LINES = [line.split(" | ") for line in PAGE.splitlines() if re.match(r"\| [0-9a-z]", line)]
ROWS = [line for line in LINES if re.match(r"\| \d{3}-\d{2}$", line[0])]
CORE = re.findall(
    r"\S+",
    """
000-02 000-03 000-04 000-05 000-06 000-07 000-10 000-15 000-17 000-23 000-24 000-25
001-01 001-03 001-04 001-05 001-09 001-10 001-13 001-14 001-17 001-20 001-21
002-03 002-05 002-09 002-13 002-22 002-23
003-02 003-03 003-10 003-11 003-12 003-14 003-17 003-20
004-02 004-07 004-09 004-17
""",
)
"""The core rows about visits, needs, matters, services, whistles, rosters and grids."""
TESTS = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))


def test_every_core_row_is_there_and_works():
    """None is left out, and none is promised for later."""
    told = {row[0].removeprefix("| "): row[3] for row in ROWS}
    assert [name for name in CORE if name not in told] == []
    assert [name for name in CORE if "*not yet*" in told[name]] == []


def test_each_row_says_where_and_by_which_test_or_that_it_is_not_yet():
    """No row is left blank, and none stands twice."""
    names = [row[0] for row in ROWS]
    assert len(names) == len(set(names))
    for row in ROWS:
        assert "`tests/" in row[3] or "*not yet*" in row[3], row[0]


@pytest.mark.parametrize("named", TESTS)
def test_the_test_is_there(named):
    """By its file and its name."""
    file, _, name = named.partition("::")
    source = (ROOT / file).read_text(encoding="utf-8")
    assert not name or f"def {name}(" in source


@pytest.mark.parametrize("place", sorted(set(re.findall(r"`((?:sync|desktop)/[^`]+)`", PAGE))))
def test_the_place_is_there(place):
    """A file or a folder of the project."""
    assert (ROOT / place).exists()
