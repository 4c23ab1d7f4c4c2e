"""``python -m tests.sim.long``: a long run, seed by seed, that may be stopped and taken up again.

Each seed brings the same worlds wherever it runs, so a long run is a range of seeds: several
processes share it, each finished seed is a line of a log, and what the log has is not run again.
A failure ends its seed alone; the others go on.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.sim.ground import Ground
from tests.sim.run import Plan, grounded, run
from tests.support.commit import short_commit


@dataclass(frozen=True)
class Range:
    """The seeds of a run, the steps of each, and the log of what is done."""

    seeds: range
    steps: int
    log: Path

    def left(self) -> list[int]:
        """The seeds that no line of the log is about."""
        done = {line["seed"] for line in read(self.log)}
        return [seed for seed in self.seeds if seed not in done]


def main() -> int:
    """Run what is left of a range and say what the whole of it came to; 1 where a law failed."""
    asked = argparse.ArgumentParser(prog="python -m tests.sim.long", description=__doc__)
    asked.add_argument("--seed", type=int, default=1, help="the first seed")
    asked.add_argument("--steps", type=int, default=1_000_000, help="of all seeds together")
    asked.add_argument("--each", type=int, default=2_000, help="steps of one seed")
    asked.add_argument("--jobs", type=int, default=1, help="processes that share the seeds")
    asked.add_argument("--log", type=Path, default=Path("build/sim.jsonl"))
    said = asked.parse_args()
    last = said.seed + -(-said.steps // said.each)
    whole = Range(range(said.seed, last), said.each, said.log)
    whole.log.parent.mkdir(parents=True, exist_ok=True)
    with grounded() as ground:
        _share(whole, ground, said.jobs)
    return tell(read(whole.log))


def _share(whole: Range, ground: Ground, jobs: int) -> None:
    left, commit = whole.left(), short_commit()
    # Forked: each begins with the ground that is made, and goes by this command's name.
    fork = get_context("fork")
    workers = [
        fork.Process(target=work, args=(left[job::jobs], whole, ground, commit))
        for job in range(jobs)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def work(seeds: Sequence[int], whole: Range, ground: Ground, commit: str) -> None:
    """Run these seeds one after the other, and write a line about each."""
    for seed in seeds:
        result = run(Plan(seed=seed, steps=whole.steps), ground)
        line = {
            "seed": seed,
            "commit": commit,
            "steps": result.steps,
            "worlds": result.worlds,
            "seconds": round(result.seconds, 1),
            "looked": dict(result.looked),
            "failure": str(result.failure) if result.failure else "",
        }
        with whole.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")


def read(log: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log, if there is one."""
    if log.exists():
        yield from map(json.loads, log.read_text(encoding="utf-8").splitlines())


def tell(lines: Iterable[dict[str, Any]]) -> int:
    """Say what a log comes to, commit by commit. 1 where a law failed."""
    by_commit: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_commit.setdefault(line["commit"], []).append(line)
    failures = 0
    for commit, some in by_commit.items():
        seeds = sorted(line["seed"] for line in some)
        failed = [line for line in some if line["failure"]]
        failures += len(failed)
        steps, seconds = (sum(line[name] for line in some) for name in ("steps", "seconds"))
        looked = sum((Counter(line["looked"]) for line in some), Counter())
        print(
            f"{commit}: seeds {seeds[0]}-{seeds[-1]} ({len(seeds)}), {steps:,} steps,"
            f" {sum(line['worlds'] for line in some):,} worlds, {len(failed)} failures,"
            f" {steps / max(seconds, 0.1):.0f} steps/s"
        )
        print(
            "  looked at laws "
            + ", ".join(
                f"{law}: {n:,}" for law, n in sorted(looked.items(), key=lambda each: int(each[0]))
            )
        )
        for line in failed:
            print(line["failure"])
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
