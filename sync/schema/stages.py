"""The ways that something which moves in stages may take: a matter, a case, a service."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stages:
    """A declared graph. ``starts`` are the first stages, ``steps`` where each may go from there.

    A stage without a step is closed, and so are those of ``closed``: what comes later is news for
    a person. From one of ``closed`` only somebody who saw it closed goes on, as to reopen it.
    ``needs`` names the fields that have to be filled for a row to stand in a stage.

    ``back`` says from where to where a step may be taken back. That is no step: only who took it
    may, from the row as it stood when they did, and never over what somebody did since.
    """

    starts: tuple[str, ...]
    steps: Mapping[str, tuple[str, ...]]
    closed: frozenset[str] = frozenset()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    back: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def all(self) -> tuple[str, ...]:
        """Every stage, first ones first."""
        reached = (after for steps in self.steps.values() for after in steps)
        return tuple(dict.fromkeys((*self.starts, *self.steps, *reached)))

    def may_step(self, before: object, after: object) -> bool:
        """Whether one step leads from ``before`` (empty: from nothing) to ``after``."""
        if not before:
            return after in self.starts
        return after in self.steps.get(str(before), ())

    def may_go_back(self, before: object, after: object) -> bool:
        """Whether a step from ``after`` to ``before`` may be taken back."""
        return bool(before) and after in self.back.get(str(before), ())

    def is_closed(self, stage: object) -> bool:
        """Whether nothing follows by itself."""
        return bool(stage) and (stage in self.closed or not self.steps.get(str(stage)))

    def missing(self, stage: object, body: Mapping[str, object]) -> tuple[str, ...]:
        """The fields without which the row may not stand in ``stage``. Zero is an answer."""
        wanted = self.needs.get(str(stage), ())
        return tuple(name for name in wanted if _is_empty(body.get(name)))


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [])
