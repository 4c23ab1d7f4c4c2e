"""How soon the built app asks for the password, beside the source run, under a virtual X server.

What is timed ends with the first picture of the lock screen: the window's title stands before
anything is painted. Needs Xvfb, xdotool and ImageMagick (``make typing`` says how
they are got) and a build: ``make package``, or ``APP`` with the path of one.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Final

from desktop.demo.cast import WORKER, demo_in
from desktop.demo.processes import program
from tests.bench.figures import Figure

APP: Final = Path(os.environ.get("APP", "dist/doorstep/doorstep"))
ROUNDS: Final = 5
GOAL: Final = 1.3
LONGEST_S: Final = 60
_NEEDED: Final = ("Xvfb", "xdotool", "import")
_FIELD: Final = "280x24+520+376"
"""Within the field of the lock screen, which is white; the sky around it is not."""
_WHITE: Final = b"\xff\xff\xff"


def packaged(folder: Path) -> Iterator[Figure]:
    """From the start of the process to a lock screen that can be typed into."""
    absent = [name for name in _NEEDED if shutil.which(name) is None]
    if absent or not APP.exists():
        why = f"install {', '.join(absent)} first" if absent else f"{APP} is not built"
        print(f"the built app starts: not measured, {why}")
        return
    demo = demo_in(folder / "demo")
    demo.found_community(seed=1)
    with demo.server:
        demo.enroll(demo.worker, WORKER)
    options = ["--home", str(demo.home), "--profile", "worker"]
    commands = {"built": [str(APP), *options], "source": [*program("doorstep"), *options]}
    took: dict[str, list[float]] = {name: [] for name in commands}
    with _display(folder) as environment:
        for number in range(ROUNDS + 1):
            for name, command in commands.items():
                seconds = _until_painted(command, environment)
                if number:  # The first start of each reads its files from the disk.
                    took[name].append(seconds)
    built, source = (median(took[name]) for name in commands)
    yield Figure("the built app starts, to its lock screen: time", built, "s", source, GOAL)


def _until_painted(command: Sequence[str], environment: Mapping[str, str]) -> float:
    began = monotonic()
    app = subprocess.Popen(command, env=dict(environment), stderr=subprocess.DEVNULL)
    try:
        while not _shows_field(environment):
            if monotonic() - began > LONGEST_S or app.poll() is not None:
                raise TimeoutError(f"no lock screen of {command[0]}, exit code {app.poll()}")
            sleep(0.02)
        return monotonic() - began
    finally:
        app.kill()
        app.wait()
        _wait_until_gone(environment)


def _shows_field(environment: Mapping[str, str]) -> bool:
    seen = _look(environment)
    return len(seen) > 0 and seen.count(_WHITE) * len(_WHITE) > 0.7 * len(seen)


def _wait_until_gone(environment: Mapping[str, str]) -> None:
    while _shows_field(environment):
        sleep(0.02)


def _look(environment: Mapping[str, str]) -> bytes:
    asked = ["import", "-window", "root", "-crop", _FIELD, "-depth", "8", "rgb:-"]
    return subprocess.run(asked, env=dict(environment), capture_output=True, check=False).stdout


@contextmanager
def _display(folder: Path) -> Iterator[Mapping[str, str]]:
    """A screen of 1366×768 without a window manager: windows stand where they ask to."""
    with tempfile.TemporaryDirectory(dir=folder) as runtime:
        Path(runtime).chmod(0o700)
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        environment = {
            **kept,
            "HOME": runtime,
            "XDG_RUNTIME_DIR": runtime,
            "QT_QPA_PLATFORM": "xcb",
            "DOORSTEP_LANG": "zh_CN",
        }
        started = ["Xvfb", "-displayfd", "1", "-screen", "0", "1366x768x24"]
        server = subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            assert server.stdout is not None
            environment["DISPLAY"] = f":{server.stdout.readline().decode().strip()}"
            yield environment
        finally:
            server.terminate()
            server.wait()
