"""``python -m tests.attacks plants``: every planted defect, and whether its test noticed.

``python -m tests.attacks bits COUNT SEED``: so many flipped bits in store, log and edit journal.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.attacks.bits import flip_often
from tests.attacks.planting import PLANTS, Plant

LONGEST_S = 300


def noticed(plant: Plant) -> bool:
    """Whether the test fails with the defect; a test that cannot be run has noticed nothing."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.attacks.planting"]
    ended = subprocess.run(
        [*command, "-p", "no:cacheprovider", plant.test],
        env={**os.environ, "DOORSTEP_PLANT": plant.name, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST_S,
        check=False,
    )
    return ended.returncode == 1


def plants() -> int:
    """Each in turn; 1 where one was missed."""
    missed = 0
    for plant in PLANTS:
        found = noticed(plant)
        missed += not found
        sys.stdout.write(f"{'noticed' if found else 'MISSED '}  {plant.name}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(PLANTS) - missed} of {len(PLANTS)} noticed\n")
    return 1 if missed else 0


def bits(count: int, seed: int) -> int:
    """A run of any length; a fault is told with what replays it."""
    with tempfile.TemporaryDirectory(prefix="doorstep-bits-") as folder:
        told: dict[str, Any] = flip_often(Path(folder), count, random.Random(seed))
    sys.stdout.write(json.dumps({"seed": seed, **told}, ensure_ascii=False) + "\n")
    return 1 if told["silent"] else 0


def main(arguments: list[str]) -> int:
    """Run what is asked for."""
    kind, count, seed = [*arguments, *("plants", "1000", "1")[len(arguments) :]][:3]
    return plants() if kind == "plants" else bits(int(count), int(seed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
