"""``python -m tests.proofs [--share 0.01] [--minutes 60] [PART …]``: all the long runs.

Each part is a number of portions, each with a seed of its own. A portion that is done is a line of
the log (``build/proofs.jsonl``); what the log has is not run again, so that a run may be stopped at
any time and taken up with the same command. The parts take turns, the one that is furthest behind
first. Ends with 1 where anything was found; its seed stands in the line, and runs alone with
``--seed``.
"""

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from tests.attacks.bits import flip_often
from tests.attacks.canaries import look_for_canaries
from tests.attacks.exchanges import cut_exchanges
from tests.attacks.forging import forge_often
from tests.attacks.fuzzing import fuzz_often
from tests.attacks.tampering import tamper_often
from tests.crash.__main__ import cuts
from tests.crash.lives import kill_often
from tests.crash.typing_kills import kill_typists
from tests.support.commit import short_commit

Run = Callable[[Path, int, int], dict[str, Any]]


def _bits(folder: Path, count: int, seed: int) -> dict[str, Any]:
    import random

    told = flip_often(folder, count, random.Random(seed))
    return {"done": told["flips"], "mended": told["mended"], "faults": told["silent"]}


def _kills(folder: Path, count: int, seed: int) -> dict[str, Any]:
    told = kill_often(folder, count, seed)
    return {"done": told["kills"], "told": told["told"], "faults": told["faults"]}


def _power(folder: Path, count: int, seed: int) -> dict[str, Any]:
    told = cuts(folder, count, seed * 1_000)
    return {"done": told["cuts"], "told": told["told"], "faults": told["faults"]}


def _typists(folder: Path, count: int, seed: int) -> dict[str, Any]:
    told = kill_typists(folder, count, seed)
    return {"done": count, "faults": told["faults"]}


@dataclass(frozen=True)
class Part:
    """One measure: what is done, how often in all, and how often in a portion."""

    name: str
    run: Run
    target: int
    portion: int


PARTS: Final = (
    Part("kills at named points", _kills, 10_000, 100),
    Part("power-loss images", _power, 20_000, 200),
    Part("kills of a typist", _typists, 200, 5),
    Part("bit flips", _bits, 20_000, 200),
    Part("cuts of exchanges", cut_exchanges, 100_000, 300),
    Part("requests of the API", fuzz_often, 1_000_000, 5_000),
    Part("forged operations", forge_often, 100_000, 1_000),
    Part("tamperings of the audit", tamper_often, 10_000, 500),
    Part("canaries", look_for_canaries, 200, 200),
)


def read(log: Path) -> list[dict[str, Any]]:
    """The lines of a log, if there is one."""
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def left(
    parts: Sequence[Part], lines: Sequence[dict[str, Any]], share: float
) -> Iterator[tuple[float, Part, int]]:
    """(share that is done, part, next seed) of each part that is not complete yet."""
    for part in parts:
        own = [line for line in lines if line["part"] == part.name]
        done, wanted = sum(line["done"] for line in own), max(1, round(part.target * share))
        if done < wanted and not any(line.get("last") for line in own):
            yield done / wanted, part, max((line["seed"] for line in own), default=0) + 1


def once(part: Part, seed: int, count: int) -> dict[str, Any]:
    """A portion in a folder of its own, as a line of the log."""
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="doorstep-proof-") as folder:
        try:
            told = part.run(Path(folder), count, seed)
        except Exception:  # noqa: BLE001  (A portion that breaks is a finding; the others go on.)
            told = {"done": count, "faults": [f"seed {seed}: {traceback.format_exc()}"]}
    told["faults"] = told["faults"][:20]
    line = {"part": part.name, "seed": seed, "asked": count, "commit": short_commit(), **told}
    return {**line, "seconds": round(monotonic() - began, 1)}


def tell(lines: Sequence[dict[str, Any]]) -> int:
    """What the log comes to, part by part; 1 where anything was found."""
    found = 0
    for part in PARTS:
        own = [line for line in lines if line["part"] == part.name]
        faults = [fault for line in own for fault in line["faults"]]
        found += len(faults)
        done = sum(line["done"] for line in own)
        seeds = f"seeds 1-{max(line['seed'] for line in own)}" if own else "not begun"
        seconds = sum(line["seconds"] for line in own)
        told = f"{done:,} of {part.target:,}, {seeds}, {len(faults)} faults, {seconds:,.0f} s"
        if any(line.get("last") for line in own):
            told += ", every byte of all of them"
        sys.stdout.write(f"{part.name}: {told}\n")
        sys.stdout.writelines(f"    {fault}\n" for fault in faults[:20])
    return 1 if found else 0


def main() -> int:
    """Run what is left, until the time is over."""
    asked = argparse.ArgumentParser(prog="python -m tests.proofs", description=__doc__)
    asked.add_argument("parts", nargs="*", help="words that the names of parts begin with")
    asked.add_argument("--share", type=float, default=1.0, help="of each target")
    asked.add_argument("--minutes", type=float, default=float("inf"))
    asked.add_argument("--seed", type=int, default=0, help="one portion alone, with this seed")
    asked.add_argument("--log", type=Path, default=Path("build/proofs.jsonl"))
    asked.add_argument("--tell", action="store_true", help="run nothing")
    said = asked.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    words = said.parts
    parts = [one for one in PARTS if not words or any(one.name.startswith(w) for w in words)]
    said.log.parent.mkdir(parents=True, exist_ok=True)
    until = monotonic() + said.minutes * 60
    if said.seed:
        for part in parts:
            sys.stdout.write(json.dumps(once(part, said.seed, part.portion), ensure_ascii=False))
        return 0
    while not said.tell and monotonic() < until:
        waiting = sorted(left(parts, read(said.log), said.share), key=lambda one: one[0])
        if not waiting:
            break
        _, part, seed = waiting[0]
        count = min(part.portion, max(1, round(part.target * said.share)))
        line = once(part, seed, count)
        with said.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
    return tell(read(said.log))


if __name__ == "__main__":
    sys.exit(main())
