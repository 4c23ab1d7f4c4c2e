"""What everybody may see of a name and a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.masking import mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王桂兰", "王*兰"), ("李娜", "李*"), ("欧阳娜娜", "欧**娜"), ("王", "*"), ("", "")],
)
def test_names(name, masked):
    """The first sign, and the last of three or more."""
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13804711024", "138****1024"),
        ("13804711024、13904711025", "138****1024、139****1025"),
        ("0471-6221024", "047****1024"),
        ("6221024", "****1024"),
        ("12345", "****"),
        ("", ""),
    ],
)
def test_phones(phone, masked):
    """Each number of a cell is masked by itself."""
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"), [("11010519491231002X", "****002X"), ("1234567", "****"), ("", "")]
)
def test_id_numbers(number, masked):
    """The last four, and nothing of a number so short that four would tell it."""
    assert mask_id(number) == masked


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_the_middle_of_a_phone_never_shows(phone):
    """Whatever the number, its middle four digits are gone."""
    assert mask_phone(phone) == f"{phone[:3]}****{phone[-4:]}"
