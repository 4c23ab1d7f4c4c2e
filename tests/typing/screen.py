"""A desktop of its own: virtual X server, session bus, input method, and hands on its keyboard."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

WAIT_S: Final = 60.0
POLL_S: Final = 0.1
STILL_POLLS: Final = 3
"""A picture that is the same so many times in a row has nothing left to paint. A blinking caret
stays for half a second."""

_CARRIED: Final = ("PATH", "LANG", "LC_ALL")

_FCITX_PROFILE: Final = """\
[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=pinyin
Layout=

[GroupOrder]
0=Default
"""
_FCITX_CONFIG: Final = "[Behavior]\nActiveByDefault=True\n"

# The exit code of choosing tells of the keyboard's layout, which a virtual screen has none of.
_CHOOSE_PINYIN: Final = "ibus engine libpinyin; ibus engine"

METHODS: Final[Mapping[str, str]] = {"ibus": "ibus", "fcitx5": "fcitx"}
"""Input methods, and what a desktop that uses them writes into ``QT_IM_MODULE``."""

NEEDED: Final = ("Xvfb", "xdotool", "dbus-daemon", "import", "ibus-daemon", "fcitx5")


class Missing(Exception):
    """Programs that this run needs are not installed."""


class Screen:
    """What a person has before them. Keys go to the window in front."""

    def __init__(self, environment: Mapping[str, str], pictures: Path) -> None:
        self.environment = dict(environment)
        self._pictures = pictures

    def press(self, *keys: str) -> None:
        """Press keys one after the other, by their X names, and wait for what they did."""
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)
            self.settle()

    def type(self, text: str) -> None:
        """Type letters as a person does, and wait for what they did."""
        self._xdotool("type", "--delay", "60", text)
        self.settle()

    def focus(self, title: str) -> None:
        """Give the keyboard to the window of this title, as soon as it is there."""
        found = self._xdotool("search", "--sync", "--onlyvisible", "--name", title)
        window = found.split()[-1]
        self._xdotool("windowmove", "--sync", window, "0", "0")
        self._xdotool("windowfocus", "--sync", window)
        self.settle()

    def settle(self) -> None:
        """Wait until the picture stands still. Raises ``TimeoutError``."""
        until = time.monotonic() + WAIT_S
        seen: list[bytes] = []
        while time.monotonic() < until:
            seen.append(self._grab())
            if len(seen) > STILL_POLLS and len(set(seen[-STILL_POLLS:])) == 1:
                return
            time.sleep(POLL_S)
        raise TimeoutError("the window never stopped painting")

    def look(self, region: str) -> bytes:
        """What is painted in a region, as ``40x200+2+300``."""
        return self._run("import", "-window", "root", "-crop", region, "rgb:-")

    def until_changed(self, region: str, former: bytes) -> None:
        """Wait until a region shows something else, and then until all stands still: deriving a
        key from a password moves nothing on the screen. Raises ``TimeoutError``."""
        until = time.monotonic() + WAIT_S
        while self.look(region) == former:
            if time.monotonic() > until:
                raise TimeoutError("the window never showed anything else")
            time.sleep(POLL_S)
        self.settle()

    def picture(self, name: str) -> Path:
        """Keep what is to be seen now as a PNG."""
        file = self._pictures / f"{name}.png"
        self._run("import", "-window", "root", str(file))
        return file

    def _grab(self) -> bytes:
        return self._run("import", "-window", "root", "rgb:-")

    def _xdotool(self, *arguments: str) -> str:
        return self._run("xdotool", *arguments).decode()

    def _run(self, *command: str) -> bytes:
        done = subprocess.run(
            command, env=self.environment, capture_output=True, timeout=WAIT_S, check=True
        )
        return done.stdout


@contextmanager
def screen(home: Path, method: str, pictures: Path) -> Iterator[Screen]:
    """A desktop with ``method`` as its input method, its Chinese mode on."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if absent:
        raise Missing(", ".join(absent))
    environment = _environment(home, method)
    with _started(["Xvfb", "-displayfd", "1", "-screen", "0", "1366x768x24"], environment) as x:
        environment["DISPLAY"] = f":{_first_line(x)}"
        bus = ["dbus-daemon", "--session", "--nofork", "--print-address"]
        with _started(bus, environment) as session:
            environment["DBUS_SESSION_BUS_ADDRESS"] = _first_line(session)
            with _input_method(method, home, environment):
                yield Screen(environment, pictures)


def _environment(home: Path, method: str) -> dict[str, str]:
    """A person's environment: nothing of whoever runs this."""
    kept = {name: os.environ[name] for name in _CARRIED if name in os.environ}
    runtime = home / "runtime"
    runtime.mkdir(parents=True, mode=0o700)
    return kept | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_RUNTIME_DIR": str(runtime),
        "QT_QPA_PLATFORM": "xcb",
        "QT_IM_MODULE": METHODS[method],
        "XMODIFIERS": f"@im={METHODS[method]}",
        "GSETTINGS_BACKEND": "memory",
        "LANG": "C.UTF-8",
    }


@contextmanager
def _input_method(method: str, home: Path, environment: dict[str, str]) -> Iterator[None]:
    if method == "ibus":
        command = ["ibus-daemon", "--panel", "disable", "--xim"]
        with _started(command, environment, quiet=True):
            _until_said(["sh", "-c", _CHOOSE_PINYIN], "libpinyin", environment)
            yield
        return
    folder = home / "config" / "fcitx5"
    folder.mkdir(parents=True)
    (folder / "profile").write_text(_FCITX_PROFILE, encoding="utf-8")
    (folder / "config").write_text(_FCITX_CONFIG, encoding="utf-8")
    with _started(["fcitx5", "--replace"], environment, quiet=True):
        _until_said(["fcitx5-remote"], "", environment)
        yield


def _until_said(command: Sequence[str], answer: str, environment: Mapping[str, str]) -> None:
    """Ask again until the program that was just started gives ``answer``, or any where that is
    empty. Raises ``TimeoutError``."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        asked = subprocess.run(
            command, env=dict(environment), capture_output=True, text=True, check=False
        )
        said = asked.stdout.strip()
        if said == answer or (not answer and asked.returncode == 0):
            return
        time.sleep(POLL_S)
    raise TimeoutError(command[0])


@contextmanager
def _started(
    command: Sequence[str], environment: Mapping[str, str], *, quiet: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """A program that runs until the end of the block."""
    out = subprocess.DEVNULL if quiet else subprocess.PIPE
    process = subprocess.Popen(
        command, env=dict(environment), stdout=out, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
