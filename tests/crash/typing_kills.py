"""Killing a typist at random keys: what was saved is there, and all but a second of typing.

A run keeps its profile and a line about each life in its folder, so one that was stopped is taken
up again there: each life is the same whenever it runs.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from desktop.services.profiles import ProfileFolder
from desktop.services.workplace import workplace_on
from sync.identity import Minter, SystemClock
from sync.store.store import Store
from tests.crash.typist import KEYS_A_VISIT, text_of
from tests.support.laptops import PASSWORD
from tests.support.workplaces import workplace

MOST_LOST_S = 1.0
MOST_KEYS = 3 * KEYS_A_VISIT
"""A life ends within so many keys: three visits."""


@dataclass
class Life:
    """What one typist told before the end."""

    name: str
    saved: list[tuple[str, int]] = field(default_factory=list)
    keys: list[tuple[str, int, int, float]] = field(default_factory=list)

    def hear(self, line: str) -> None:
        """One line of it."""
        words = line.split("\t")
        if words[0] == "saved":
            self.saved.append((words[1], int(words[2])))
        elif words[0] == "key":
            self.keys.append((words[1], int(words[2]), int(words[3]), float(words[4])))


def kill_typists(
    folder: Path, count: int, seed: int, most_s: float = float("inf")
) -> dict[str, Any]:
    """So many lives on one profile, each killed at a random key; what was lost, in words.

    What ``folder`` tells of is not run again, and no life begins after ``most_s`` seconds.
    """
    started, chance = monotonic(), random.Random(seed)
    ends = [chance.randrange(1, MOST_KEYS) for _ in range(count)]
    profile, log = _profile(folder), folder / "lives.jsonl"
    for at in range(len(_read(log)), count):
        if monotonic() - started > most_s:
            break
        # A life that was cut short with the run itself left words under its own name.
        life = _live(profile, f"{seed}-{at}-{os.getpid()}", ends[at])
        faults, lost_s = _judge(profile, life)
        told = {"saved": len(life.saved), "keys": len(life.keys), "lost_s": lost_s}
        with log.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(told | {"faults": faults}, ensure_ascii=False) + "\n")
    return _sum(_read(log), count)


def _profile(folder: Path) -> Path:
    kept = folder / "profile.txt"
    if not kept.exists():
        with workplace(folder) as place:
            kept.write_text(str(place.folder.path), encoding="utf-8")
    return Path(kept.read_text(encoding="utf-8"))


def _read(log: Path) -> list[dict[str, Any]]:
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def _sum(lives: Iterable[dict[str, Any]], count: int) -> dict[str, Any]:
    done = list(lives)
    return {
        "kills": len(done),
        "of": count,
        "saved": sum(life["saved"] for life in done),
        "keys": sum(life["keys"] for life in done),
        "most_lost_s": round(max((life["lost_s"] for life in done), default=0.0), 3),
        "faults": [fault for life in done for fault in life["faults"]],
    }


def _live(profile: Path, name: str, keys: int) -> Life:
    """One typist, killed after so many keys."""
    life = Life(name)
    command = [sys.executable, "-m", "tests.crash.typist", str(profile), name]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            life.hear(line.rstrip("\n"))
            if len(life.keys) >= keys:
                process.kill()
                break
        for line in process.stdout:
            life.hear(line.rstrip("\n"))
    return life


def _judge(profile: Path, life: Life) -> tuple[list[str], float]:
    """What is missing, and how many seconds of typing were lost."""
    clock = SystemClock()
    store = Store.open(profile, PASSWORD, clock=clock, minter=Minter(now=clock.now))
    try:
        place = workplace_on(ProfileFolder("chen", profile), store, clock)
        notes = {str(row.get("note") or "") for row in store.reading.rows("visit")}
        faults = [
            f"saved visit {life.name}.{number} is lost"
            for _household, number in life.saved
            if text_of(life.name, number, KEYS_A_VISIT) not in notes
        ]
        if not life.keys:
            return [f"life {life.name} never typed"], 0.0
        household, number, pressed, last = life.keys[-1]
        if text_of(life.name, number, KEYS_A_VISIT) in notes:
            return faults, 0.0
        draft = place.visits.draft(household)
        kept = draft.form.note if draft else ""
        typed = text_of(life.name, number, pressed)
        mine = kept if kept.startswith(f"{life.name}.{number}:"[: max(1, len(kept))]) else ""
        if not typed.startswith(mine):
            faults.append(f"the draft of {life.name}.{number} holds what nobody typed")
        lost = [moment for _h, n, key, moment in life.keys if n == number and key > len(mine)]
        lost_s = last - lost[0] if lost else 0.0
        if lost_s > MOST_LOST_S:
            faults.append(f"{lost_s:.2f} s of typing in {life.name}.{number} are lost")
        return faults, lost_s
    finally:
        store.close()
