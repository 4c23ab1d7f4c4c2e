"""How long work tells how far it is, and how it is asked to stop."""

from typing import Protocol


class Cancelled(Exception):
    """The person asked to stop. Raised inside the task, between two batches, never inside one."""


class Progress(Protocol):
    """Called between batches. May raise :class:`Cancelled`: the only place to be stopped."""

    def __call__(self, step: str, so_far: int, in_all: int) -> None:
        """``step`` is an untranslated text; ``in_all`` is 0 while the total is unknown."""


def silent(step: str, so_far: int, in_all: int) -> None:
    """Nobody is watching."""
