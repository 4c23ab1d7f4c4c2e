"""``python -m tests.typing [--app COMMAND] [--method ibus|fcitx5]``: type a visit in Chinese.

A demo is set up, the app is started in a window under a virtual X server, and a visit is recorded
by key events alone, with a real input method in its Chinese mode all the while: the single keys of
lists and forms have to work beside it. The home is then found by its name in Ctrl K, typed with the
same input method, and a note written there. What was typed is read from the store. Pictures of the
way go to ``build/typing``. ``--app`` is the packaged app to try instead of the source.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from desktop.demo.cast import PASSWORD, WORKER, Demo, demo_in
from desktop.demo.processes import program
from tests.typing.screen import METHODS, Missing, Screen, screen

PICTURES: Final = Path("build/typing")
LETTERS: Final = "nihao"
CHINESE: Final = "你好"
SIDE: Final = "40x200+2+300"
"""A piece of the sidebar, where the lock shows its sky."""
NAME: Final = "wangguilan"
"""What is typed into the palette; Enter ends the composition as it stands, Enter opens the home."""
STOP_S: Final = 30


def main() -> int:
    """Try every input method asked for; 1 where one did not bring Chinese into the record."""
    asked = argparse.ArgumentParser(prog="python -m tests.typing", description=__doc__)
    asked.add_argument("--app", default="")
    asked.add_argument("--method", choices=sorted(METHODS), action="append")
    said = asked.parse_args()
    command = [said.app] if said.app else program("doorstep")
    PICTURES.mkdir(parents=True, exist_ok=True)
    failed = 0
    for method in said.method or sorted(METHODS):
        with tempfile.TemporaryDirectory(prefix="doorstep-typing-") as folder:
            try:
                notes = record_a_visit(Path(folder), command, method)
            except Missing as missing:
                print(f"{method}: install {missing} first", file=sys.stderr)
                return 1
        good = notes == ([CHINESE], [CHINESE])
        failed += not good
        print(f"{method}: {'recorded' if good else 'FAILED, recorded'} {notes}")
    return 1 if failed else 0


def record_a_visit(folder: Path, command: list[str], method: str) -> tuple[list[str], list[str]]:
    """What the typed visit added to the first door of the day, and the typed note to the home that
    was found by name."""
    demo = demo_in(folder / "demo")
    demo.found_community(seed=1)
    with demo.server:
        demo.enroll(demo.worker, WORKER)
        demo.worker.must("sync")
    door = demo.worker.must("due", "--json").json()[0]["household"]
    found = demo.worker.must("find", NAME, "--json").json()[0]["household"]
    before = _notes(demo, door, "visits")
    with screen(folder / "person", method, PICTURES) as here:
        _type_a_visit(here, [*command, "--home", str(demo.home), "--profile", "worker"], method)
    after = _notes(demo, door, "visits")
    visits = [note for note in after if note not in before]
    return visits, [note for note in _notes(demo, found, "notes") if note == CHINESE]


def _type_a_visit(here: Screen, command: list[str], method: str) -> None:
    app = subprocess.Popen(command, env=here.environment, stderr=subprocess.DEVNULL)
    try:
        here.focus("家门口")
        lock = here.look(SIDE)
        here.type(PASSWORD)
        here.press("Return")
        here.until_changed(SIDE, lock)
        here.picture(f"{method}-1-today")
        here.press("v")
        here.picture(f"{method}-2-form")
        here.press("1", "slash")
        here.type(LETTERS)
        here.picture(f"{method}-3-composing")
        here.press("space")
        here.picture(f"{method}-4-words")
        here.press("ctrl+s")
        here.picture(f"{method}-5-saved")
        here.press("ctrl+k")
        here.type(NAME)
        here.picture(f"{method}-6-found-while-composing")
        here.press("Return", "Return")
        here.picture(f"{method}-7-home")
        here.press("slash")
        here.type(LETTERS)
        here.press("space", "ctrl+s")
        here.picture(f"{method}-8-note")
    finally:
        app.terminate()
        app.wait(timeout=STOP_S)


def _notes(demo: Demo, household: str, kind: str) -> list[str]:
    """What stands in the visits or the notes of one household."""
    told = demo.worker.must("show", household, "--json").json()[kind]
    words = [one.get("note") or one.get("text") for one in told]
    return [str(one) for one in words if one]


if __name__ == "__main__":
    sys.exit(main())
