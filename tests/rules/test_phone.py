"""Phone numbers as offices keep them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.phone import is_valid_phone, normal_phone, read_phones


@pytest.mark.parametrize(
    ("cell", "text", "refused"),
    [
        ("138 0471 1024", "13804711024", 0),
        ("138-0471-1024", "13804711024", 0),
        ("+86 13804711024", "13804711024", 0),
        ("１３８０４７１１０２４", "13804711024", 0),
        ("13804711024 13904711025", "13804711024、13904711025", 0),
        ("13804711024/13904711025", "13804711024、13904711025", 0),
        ("1380471102413904711025", "13804711024、13904711025", 0),
        ("13804711024\n0471-6221024", "13804711024、0471-6221024", 0),
        ("本人13804711024、儿子13904711025", "13804711024、13904711025", 0),
        ("13804711024、13804711024", "13804711024", 0),
        ("(0471)6221024", "0471-6221024", 0),
        ("6221024", "6221024", 0),
        ("13804711024、1390471", "13804711024", 1),
        ("13804711", "", 1),
        ("无", "", 1),
        ("—", "", 0),
        ("", "", 0),
    ],
)
def test_numbers_of_one_cell(cell, text, refused):
    """Blanks go, several numbers are joined by 、, and what is no number is counted."""
    found = read_phones(cell)

    assert (found.text, found.refused) == (text, refused)


@pytest.mark.parametrize(
    ("text", "valid"),
    [("13804711024", True), ("0471-6221024", True), ("13804711024、12", False), ("", False)],
)
def test_validity_looks_at_every_number(text, valid):
    """One bad number makes the cell bad."""
    assert is_valid_phone(text) is valid


@given(st.lists(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), min_size=1, max_size=4))
def test_what_is_stored_reads_back(numbers):
    """The stored text is its own normal form."""
    text = read_phones("、".join(numbers)).text

    assert read_phones(text).text == text
    assert normal_phone(numbers[0]) == numbers[0]
