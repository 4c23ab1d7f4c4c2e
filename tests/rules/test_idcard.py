"""ID numbers are checked to the last digit, and never told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.idcard import IdCard, IdFault, check_digit, paper_kind, plain_id, read_id

NUMBER = "150102195003020012"[:17] + check_digit("15010219500302001")


def test_birth_and_sex_follow_from_the_number():
    """Digits 7 to 14 are the day of birth, and an odd 17th digit is a man."""
    assert read_id(NUMBER) == IdCard(NUMBER, date(1950, 3, 2), "1")


def test_known_number_of_the_standard():
    """The example of GB 11643 itself."""
    assert read_id("11010519491231002x") == IdCard("11010519491231002X", date(1949, 12, 31), "2")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (NUMBER[:-1], IdFault.LENGTH),
        ("", IdFault.LENGTH),
        (NUMBER[:6] + NUMBER[8:17], IdFault.OLD),
        (NUMBER[:5] + "O" + NUMBER[6:], IdFault.CHARACTERS),
        ("15010219501332001" + check_digit("15010219501332001"), IdFault.BIRTH),
        ("15010217500302001" + check_digit("15010217500302001"), IdFault.BIRTH),
        (NUMBER[:-1] + "0", IdFault.CHECK),
    ],
)
def test_faults_have_names(text, fault):
    """The fault alone is told: the same number can be mended, and never leaks."""
    assert read_id(text) is fault


def test_a_card_does_not_show_itself():
    """A repr in a log holds no number."""
    assert NUMBER not in repr(read_id(NUMBER))


def test_blanks_widths_and_text_marks_do_not_count():
    """What a spreadsheet puts around a number is no part of it."""
    assert plain_id(" '150102 19500302 001x ") == "15010219500302001X"
    assert plain_id("１５０１０２") == "150102"


@pytest.mark.parametrize(
    ("text", "kind"), [("H12345678", "516"), ("E12345678", "414"), (NUMBER, None), ("无", None)]
)
def test_other_papers_are_told_by_their_shape(text, kind):
    """A travel permit or a passport is no faulty ID card."""
    assert paper_kind(text) == kind


@given(
    born=st.dates(date(1900, 1, 1), date(2025, 12, 31)),
    county=st.integers(110000, 659999),
    serial=st.integers(0, 999),
    at=st.integers(0, 16),
    shift=st.integers(1, 9),
)
def test_one_wrong_digit_is_always_caught(born, county, serial, at, shift):
    """Mod 11-2 catches every single slip of the hand."""
    first = f"{county}{born:%Y%m%d}{serial:03}"
    number = first + check_digit(first)
    slipped = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]

    assert read_id(number) == IdCard(number, born, "1" if serial % 2 else "2")
    assert read_id(slipped) is IdFault.CHECK
