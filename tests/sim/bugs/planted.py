"""What a planted bug is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """A planted bug. The law that is made to find it comes first; others may be quicker."""

    name: str
    laws: tuple[int, ...]
    install: Callable[[], AbstractContextManager[None]]


def planted(name: str, *laws: int) -> Callable[[Callable[[], Iterator[None]]], Bug]:
    """Make a bug of a generator that plants it, yields, and takes it away again."""
    return lambda install: Bug(name, laws, contextmanager(install))
