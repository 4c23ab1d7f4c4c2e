"""The page that says where each mechanism works names only files and tests that are there."""

import re

import pytest

from tests.project.test_project import ROOT

PAGE = (ROOT / "sync" / "MECHANISMS.md").read_text(encoding="utf-8")
LINES = [line.split(" | ") for line in PAGE.splitlines() if re.match(r"\| [0-9a-z]", line)]
ROWS = [line for line in LINES if re.match(r"\| \d{3}-\d{2}$", line[0])]
TESTS = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))


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
