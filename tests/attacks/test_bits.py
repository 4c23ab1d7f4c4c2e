"""A share of ``python -m tests.attacks bits``."""

import random

from tests.attacks.bits import flip_often


def test_no_bit_that_turns_over_takes_an_edit_unnoticed(tmp_path):
    """In the store, its log or the edit journal: what was told is there, set right if need be."""
    found = flip_often(tmp_path, 30, random.Random(7))

    assert found["silent"] == []
