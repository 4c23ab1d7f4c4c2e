"""The page of attacks and faults names only tests that are there, and every planted defect too."""

import re

import pytest

from tests.attacks.planting import PLANTS
from tests.project.test_project import ROOT

PAGE = (ROOT / "tests" / "attacks" / "README.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| [AF]\d+ ", line)]
NAMED = sorted({*re.findall(r"`(tests/[^`]+)`", PAGE), *(plant.test for plant in PLANTS)})


def test_each_row_has_its_test_or_says_that_it_is_open():
    """And no row stands twice."""
    names = [row.split(" | ")[0] for row in ROWS]
    assert len(names) == len(set(names))
    assert [row for row in ROWS if "`tests/" not in row and "*open*" not in row] == []


@pytest.mark.parametrize("named", NAMED)
def test_the_test_is_there(named):
    """By its file and its name."""
    file, _, name = named.partition("::")
    source = (ROOT / file).read_text(encoding="utf-8")
    assert not name or f"def {name.rpartition('::')[2]}(" in source
