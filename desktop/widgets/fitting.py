"""Showing what has room, and hiding the rest, in a widget that lays itself out meanwhile."""

from collections.abc import Callable
from typing import Final

_MOST_ROUNDS: Final = 3
"""Each changes the room at most once more."""


class Fitting:
    """Does one fitting at a time.

    Showing a part lays its parents out, which may give the widget another size in the midst of it:
    a fitting within the fitting would be overruled by what the outer one still does. So it is only
    noted, and done afterwards.
    """

    def __init__(self, show_those_that_fit: Callable[[], None]) -> None:
        self._show = show_those_that_fit
        self._fitting = self._is_stale = False

    def fit(self) -> None:
        """Fit now, or once more after the fitting under way."""
        self._is_stale = True
        if self._fitting:
            return
        self._fitting = True
        for _round in range(_MOST_ROUNDS):
            if self._is_stale:
                self._is_stale = False
                self._show()
        self._fitting = False
