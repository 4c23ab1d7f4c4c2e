"""Many power cuts and kills: ``python -m tests.crash [cuts|kills|typing] [COUNT] [SEED]``.

``python -m tests.crash typing COUNT SEED FOLDER [MINUTES]`` keeps its run in ``FOLDER`` and goes on
there with what is left; it stops by itself after so many minutes.
"""

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.crash.cuts import CUTS_A_DAY, cut_often
from tests.crash.lives import kill_often
from tests.crash.typing_kills import kill_typists

COUNT = 2_000


def cuts(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Power cuts, fifty for each recorded day."""
    verdict = cut_often(folder, range(seed, seed + -(-count // CUTS_A_DAY)))
    return {"cuts": verdict.cuts, "told": verdict.told, "faults": verdict.faults}


def typing(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Kills of a typist: each is a window that has to open, so a tenth of what is asked for."""
    return kill_typists(folder, _typists(count), seed)


def _typists(count: int) -> int:
    return max(1, count // 10)


def take_up(count: int, seed: int, folder: Path, minutes: float = float("inf")) -> dict[str, Any]:
    """Go on with the kills of a typist that ``folder`` tells of."""
    folder.mkdir(parents=True, exist_ok=True)
    return kill_typists(folder, _typists(count), seed, minutes * 60)


KINDS = {"cuts": cuts, "kills": kill_often, "typing": typing}


def main(arguments: list[str]) -> int:
    """Run what is asked for, say it as one JSON line each; 1 if anything was found."""
    kind, count, seed = [*arguments, *("all", str(COUNT), "1")[len(arguments) :]][:3]
    if kept := arguments[3:]:
        if kind != "typing":
            raise SystemExit("Only the kills of a typist can be taken up again.")
        told = take_up(int(count), int(seed), Path(kept[0]), *map(float, kept[1:]))
        sys.stdout.write(json.dumps({kind: told}, ensure_ascii=False) + "\n")
        return 1 if told["faults"] else 0
    found = 0
    for name, run in KINDS.items():
        if kind not in (name, "all"):
            continue
        started = perf_counter()
        with tempfile.TemporaryDirectory(prefix="doorstep-crash-") as folder:
            told = run(Path(folder), int(count), int(seed))
        told["seconds"] = round(perf_counter() - started, 1)
        sys.stdout.write(json.dumps({name: told}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        found += len(told["faults"])
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
