"""What "mine", "theirs" and "both" stand for."""

import pytest

from desktop.services.conflicts import (
    CannotKeepBoth,
    Disagreement,
    SeveralOthers,
    Side,
    choice,
)


def side(value, *, mine=False):
    """One value of one person."""
    return Side(value, "someone", "laptop", "2026-06-17T02:20:00Z", mine)


def seen(mine, theirs, joined=None):
    """A disagreement about a phone."""
    return Disagreement(
        id="c",
        type="household",
        record_id="h",
        root_id="h",
        field="contact",
        label="Contact phone",
        kind="value",
        base="1",
        current="2",
        mine=mine,
        theirs=tuple(theirs),
        joined=joined,
        status="open",
    )


def test_mine_and_theirs_are_the_two_values():
    """From the point of view of whoever settles it."""
    here = seen(side("2", mine=True), [side("3")], "2、3")
    assert choice(here, "mine") == "2"
    assert choice(here, "theirs") == "3"
    assert choice(here, "both") == "2、3"
    assert choice(here, "4") == "4"


def test_theirs_is_refused_where_it_could_mean_two_values():
    """Guessing which of two others is right is not the program's to do."""
    with pytest.raises(SeveralOthers):
        choice(seen(side("2", mine=True), [side("3"), side("4")]), "theirs")


def test_a_coded_field_keeps_one_value():
    """Both sexes, both days: there is no such thing."""
    with pytest.raises(CannotKeepBoth):
        choice(seen(side("1", mine=True), [side("2")]), "both")


def test_a_third_person_takes_the_standing_value_or_the_other():
    """Where neither is one's own, the server's value counts as theirs and the other as mine."""
    here = seen(None, [side("2"), side("3")])
    assert choice(here, "theirs") == "2"
    assert choice(here, "mine") == "3"
