"""The cards of the first day, for who works here."""

import pytest

from desktop.tour import first_day


@pytest.mark.parametrize(
    ("posts", "title"),
    [
        (("grid_worker",), "The next door first"),
        (("grid_worker", "mediator"), "The next door first"),
        (("mediator",), "The most pressing case first"),
        (("desk_clerk",), "What asks for you stands first"),
    ],
)
def test_the_first_card_is_about_ones_own_work(posts, title):
    """Nobody who walks to no door reads of doors and of the key that starts a visit."""
    first, *rest = first_day(posts)
    assert first.title == title
    assert len(rest) == 2
