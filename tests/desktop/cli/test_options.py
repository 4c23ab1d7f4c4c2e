"""Options that lead to a profile may stand anywhere."""

import pytest

from desktop.cli.context import options_first


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["sync", "--json"], ["sync", "--json"]),
        (["sync", "--home", "x", "--json"], ["--home", "x", "sync", "--json"]),
        (["due", "--profile=desk"], ["--profile=desk", "due"]),
        (["due", "--password-stdin"], ["--password-stdin", "due"]),
        (["note", "r", "--", "--home", "x"], ["note", "r", "--", "--home", "x"]),
        (["sync", "--home"], ["--home", "sync"]),
    ],
)
def test_they_move_to_the_front(typed, read):
    """What follows ``--`` is text, and is left alone."""
    assert options_first(typed) == read
