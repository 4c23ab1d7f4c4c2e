"""A lock ends the process that held the data: what it left in memory goes with it.

The fresh one is told through a pipe what the lock screen needs, and nothing of it is written down.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop.paths import Paths, paths_for
from desktop.services.locked import Locked, locked_of
from desktop.versions import fresh_environment
from sync.store.quick import QuickKey, quick_key_of

_TOLD: Final = "DOORSTEP_LOCKED"
_FROM_SOURCE: Final = ("-P", "-c", "from desktop.cli import main; main()")


@dataclass(frozen=True)
class Handed:
    """What the next lock screen is told: whose it is, where its window was, the wrapped key that
    six digits open, and what it may say of whoever locked."""

    profile: str
    geometry: bytes = b""
    minimised: bool = False
    quick: QuickKey | None = None
    locked: Locked | None = None

    def text(self) -> str:
        """For the pipe."""
        told: dict[str, Any] = {
            "profile": self.profile,
            "geometry": base64.b64encode(self.geometry).decode(),
            "minimised": self.minimised,
            "quick": self.quick.document() if self.quick else None,
            "locked": self.locked.document() if self.locked else None,
        }
        return json.dumps(told)


def start_fresh(paths: Paths, handed: Handed) -> None:
    """Start the program again, locked. Raises OSError; then this process has to go on."""
    command = [*_command(), *_options(paths), "--profile", handed.profile]
    environment = {**fresh_environment(os.environ), _TOLD: "1"}
    fresh = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    assert fresh.stdin is not None
    with fresh.stdin as pipe:
        pipe.write(handed.text().encode())


def taken_over() -> Handed | None:
    """What the process before this one told; ``None`` where there was none, or it said nothing
    that can be read: then the password opens it, as ever."""
    if os.environ.pop(_TOLD, "") != "1":
        return None
    try:
        told = json.loads(_whole_input())
        quick, locked = told["quick"], told["locked"]
        return Handed(
            str(told["profile"]),
            base64.b64decode(told["geometry"]),
            bool(told["minimised"]),
            quick_key_of(quick) if quick else None,
            locked_of(locked) if locked else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _whole_input() -> bytes:
    """Standard input to its end; a program without a console has the handle all the same."""
    return sys.stdin.buffer.read() if sys.stdin is not None else Path("/dev/stdin").read_bytes()


def _command() -> Sequence[str]:
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, *_FROM_SOURCE)


def _options(paths: Paths) -> Sequence[str]:
    """Where everything is kept, unless it is where the system keeps such things."""
    return () if paths == paths_for() else ("--home", str(paths.data))
