"""Holding the pure merge core to a law, and proving that the law would catch a bug.

A law is a function of what Hypothesis draws. :func:`holds` runs it; :func:`catches` plants a bug
in the core and expects the same law to fail. Both draw the same things every time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

Law = Callable[..., None]
ENOUGH = 400
"""Cases a law is tried with. Every planted bug is found within them."""


@dataclass(frozen=True)
class Bug:
    """A mistake that somebody might make: ``place`` of the core behaves as ``wrong``."""

    name: str
    place: str
    wrong: Any

    def __str__(self) -> str:
        return self.name


def holds(law: Law, *drawn: st.SearchStrategy[Any]) -> None:
    """The law holds for everything that is drawn; a counterexample is shrunk and shown."""
    _run(law, drawn, tuple(Phase))


def catches(bug: Bug, law: Law, *drawn: st.SearchStrategy[Any]) -> None:
    """The law fails once the bug is planted."""
    with pytest.MonkeyPatch.context() as planting:
        planting.setattr(bug.place, bug.wrong)
        with pytest.raises(AssertionError):
            _run(law, drawn, (Phase.generate,))


def _run(law: Law, drawn: tuple[st.SearchStrategy[Any], ...], phases: tuple[Phase, ...]) -> None:
    # A function of its own: Hypothesis remembers settings on the function that it is given.
    def one_case(*values: Any) -> None:
        law(*values)

    strict = settings(
        max_examples=ENOUGH,
        deadline=None,
        derandomize=True,
        database=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    strict(given(st.tuples(*drawn))(lambda values: one_case(*values)))()
