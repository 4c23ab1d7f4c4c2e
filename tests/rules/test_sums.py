"""Sums in the characters that nobody can alter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.sums import MOST_CENTS, capital_sum, plain_sum

DIGITS = {"零": 0, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (120000, "壹仟贰佰元整"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (1005, "壹拾元零伍分"),
        (1050, "壹拾元零伍角整"),
        (123456789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (1000500, "壹万零伍元整"),
        (10_000_000_000, "壹亿元整"),
        (100_000_100_000, "壹拾亿零壹仟元整"),
        (1_000_100_00, "壹佰万零壹佰元整"),
    ],
)
def test_a_sum_is_written_as_banks_do(cents, written):
    assert capital_sum(cents) == written


def read(written: str) -> int:
    """Cents from a sum in characters: an independent way back."""
    total = group = digit = cents = 0
    for sign in written:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in UNITS:
            group, digit = group + digit * UNITS[sign], 0
        elif sign in "万亿元":
            factor = {"万": 10_000, "亿": 100_000_000, "元": 1}[sign]
            total, group, digit = total + (group + digit) * factor, 0, 0
        elif sign in "角分":
            cents, digit = cents + digit * {"角": 10, "分": 1}[sign], 0
    return total * 100 + cents


@given(st.integers(0, MOST_CENTS))
def test_every_sum_reads_back_as_itself(cents):
    written = capital_sum(cents)
    assert read(written) == cents
    assert "零零" not in written


@pytest.mark.parametrize("cents", [-1, MOST_CENTS + 1])
def test_what_is_no_sum_is_refused(cents):
    with pytest.raises(ValueError, match="cannot be written out"):
        capital_sum(cents)


def test_digits_have_their_thousands_marked():
    assert plain_sum(123456789) == "1,234,567.89"
