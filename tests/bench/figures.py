"""One measured figure, its floor, and the table they make."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """``target`` is a goal for the ratio, or for the value where there is no floor; 0 is none."""

    name: str
    value: float
    unit: str
    floor: float = 0.0
    target: float = 0.0

    @property
    def ratio(self) -> float:
        """How many times the floor; 0 without one."""
        return self.value / self.floor if self.floor else 0.0

    @property
    def ok(self) -> bool:
        """Whether the goal is met; a figure without a goal is."""
        return not self.target or (self.ratio or self.value) <= self.target

    def document(self) -> dict[str, object]:
        """The figure as ``build/bench.json`` lists it."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "floor": round(self.floor, 4),
            "ratio": round(self.ratio, 3),
            "target": self.target,
            "ok": self.ok,
        }

    def line(self) -> str:
        """The figure for people."""
        beside = f"floor {self.floor:10.3f}  × {self.ratio:6.2f}" if self.floor else " " * 26
        goal = f"  goal {self.target:g} {'met' if self.ok else 'MISSED'}" if self.target else ""
        return f"{self.name:<48} {self.value:10.3f} {self.unit:<3} {beside}{goal}"


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of ``work`` after one round that is not counted."""
    work()
    return median(_seconds(work) for _ in range(rounds))


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def memory_mb(what: str) -> float:
    """MB of this process now (``VmRSS``) or at its highest (``VmHWM``), by Linux' word.

    What ``getrusage`` calls the highest begins with that of the process which started this one.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024


def write(figures: Sequence[Figure], path: Path) -> None:
    """Keep the figures for scripts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([one.document() for one in figures], indent=2), encoding="utf-8")
