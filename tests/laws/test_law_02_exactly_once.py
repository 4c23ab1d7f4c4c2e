"""Law 2: a push that was accepted changes nothing when it comes again."""

import pytest

from tests.laws.worlds import bugs_of, holds, is_found

LAW = 2


def test_the_law_holds(ground):
    """Whatever goes wrong around it."""
    holds(LAW, ground)


@pytest.mark.parametrize("bug", bugs_of(LAW))
def test_a_planted_bug_is_found(ground, bug):
    """The law alone finds it."""
    is_found(LAW, bug, ground)
