"""Takes shares of the pictures side by side. The processes find what they run by this module's
name: that of ``python -m`` they do not import."""

import multiprocessing
import os
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from desktop.demo.cast import demo_in
from tests.shots.camera import Camera, take_all
from tests.shots.laptops import ROOM
from tests.shots.shares import SHARES

FIRST: Final = "first"
"""The share that needs the server: the first run of a new computer, and a worker's day."""


def take_shares(home: Path, folder: Path, wanted: Collection[str]) -> Iterator[str]:
    """Take the shares, as many at once as there are processors; each fault is told and yielded."""
    began = time.monotonic()
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawned) as pool:
        running = {pool.submit(take_share, name, home, folder): name for name in wanted}
        for done in as_completed(running):
            found = done.result()
            head = f"{time.monotonic() - began:4.0f} s  {running[done]}: {len(found)} faults"
            print("\n".join([head, *found]), flush=True)
            yield from found


def take_share(name: str, home: Path, folder: Path) -> list[str]:
    """One share, in this process; what is wrong with its windows."""
    application = QApplication.instance() or QApplication(["doorstep"])
    assert isinstance(application, QApplication)
    if name == FIRST:
        take_all(Camera(application, folder), demo_in(home), ROOM)
        return []
    return list(SHARES[name](application, home, folder))
