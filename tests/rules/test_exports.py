"""What leaves in bulk: cells that are no formulas, words in which nobody is named, and caps."""

import pytest

from sync.rules.exports import masked_text, plain_cell, rows_a_day


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "　@x", "|calc"]
)
def test_no_text_begins_like_a_formula(text):
    """Not after spaces either, nor in the wide signs of an input method."""
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["6号楼2单元", "", "a=b", "5-6"])
def test_other_text_stays(text):
    assert plain_cell(text) == text


def test_numbers_and_names_in_words_are_masked():
    """As they are typed: with spaces, with dashes, an ID number with its X, a landline."""
    said = "王桂兰 13800001024、138 0000 1024，证件11010119480203002X，3号楼401，89321045"
    found = masked_text(said, ["王桂兰", "李"])
    assert found.startswith("王*兰 138****1024、138****1024，证件****002X，3号楼401，****1045")


def test_each_post_takes_so_many_rows_a_day_and_it_lowers_or_raises_them():
    """Several posts: the larger one. Who holds no residents takes nothing, whatever IT says."""
    assert rows_a_day(["secretary"]) == 200
    assert rows_a_day(["mediator", "grid_worker"]) == 200
    assert rows_a_day(["desk_clerk"], 30) == 30
    for post in ("it_admin", "street", "partner"):
        assert rows_a_day([post], 500) == 0
