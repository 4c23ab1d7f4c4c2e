"""After a lock nothing of a resident and no key is in the memory of any process of ours."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from desktop.demo.processes import READY_S, STOP_S, program
from desktop.paths import paths_for
from sync.store import vault
from sync.store.database import KEY_PURPOSE
from tests.support.laptops import PASSWORD
from tests.support.memory import found_in
from tests.support.workplaces import put_home, workplace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")

ROOM, NAME, PHONE, NOTE = "6-2-777", "阚沐霖", "13711122233", "止疼片藏在柜顶"
WORDS = (NAME, PHONE, NOTE, PASSWORD)


def somebody(community, grid):
    """Whose name stands nowhere in our own code."""
    home = {
        "people": [(NAME, "2", "1948-02-01", ["serious_illness"])],
        "household": {"contact": PHONE},
        "visits": [("2026-06-02T02:00:00Z", "met", NOTE)],
    }
    put_home(grid, ROOM, home)


def traces(folder: Path) -> dict[bytes, str]:
    """What must not be there, and what each is."""
    key = vault.unlock(folder, PASSWORD)
    found = {
        key.wrapped_by(bytes): "the key",
        key.derive(KEY_PURPOSE).hex().encode(): "the key in digits",
    }
    for word in WORDS:
        for coding in ("utf-8", "utf-16-le"):
            found[word.encode(coding)] = f"{word} in {coding}"
    return found


def of_home(home: Path) -> Iterator[psutil.Process]:
    """The windows of ours that show this home's profiles."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            line = process.cmdline()
            if str(home) in line and "lock" not in line:
                yield process


def wait_for_the_gate(process: psutil.Process) -> None:
    """Until it asks for the password: looking takes long enough to be no busy waiting."""
    gate, until = "没有网络也能解锁".encode("utf-16-le"), time.monotonic() + READY_S
    while not found_in(process.pid, [gate, "Unlocks without a network".encode("utf-16-le")]):
        assert time.monotonic() < until


def test_a_locked_window_holds_no_key_and_nobody(tmp_path):
    """The one that held them is gone within a second, and a fresh one asks for the password."""
    paths = paths_for(tmp_path)
    with workplace(paths.profiles, more=somebody):
        pass
    wanted = traces(paths.profiles / "chen")
    command = [sys.executable, "-m", "tests.support.driven_window", str(tmp_path), PASSWORD, ROOM]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    opened = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    try:
        assert opened.stdout is not None
        assert opened.stdout.readline() == "open\n"
        there = {wanted[one] for one in found_in(opened.pid, wanted)}
        assert {"the key in digits", f"{NAME} in utf-16-le", f"{NOTE} in utf-8"} <= there
        lock = [*program("doorstep"), "--home", str(tmp_path), "lock"]
        subprocess.run(lock, env=environment, check=True, timeout=READY_S)
        opened.wait(STOP_S)
        (fresh,) = of_home(tmp_path)
        wait_for_the_gate(fresh)
        assert {wanted[one] for one in found_in(fresh.pid, wanted)} == set()
    finally:
        for process in of_home(tmp_path):
            process.kill()
        opened.kill()
        opened.communicate()  # Waits, and closes the pipe.
