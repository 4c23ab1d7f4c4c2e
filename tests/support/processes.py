"""Laptops as processes of their own: the commands that people and scripts type."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from desktop.demo.processes import COMMAND_S, Ended, ServerProcess, program, run
from desktop.services.profiles import Profiles
from desktop.services.workplace import Workplace, open_workplace
from sync.identity import SystemClock

PASSWORD: Final = "four calm words here"


@dataclass(frozen=True)
class LaptopProcess:
    """One computer: everything the app keeps lies in ``home``, temporary files included.

    ``through`` is a command that starts the app, where something has to be set up for it.
    """

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    through: tuple[str, ...] = ()

    def do(self, *arguments: str, stdin: str = "", password: str = PASSWORD) -> Ended:
        """Run one command to its end. ``stdin`` follows the password."""
        return run(self._command(*arguments), self._environment(), f"{password}\n{stdin}")

    def must(self, *arguments: str, stdin: str = "") -> Ended:
        """The same, for a command that has to work."""
        ended = self.do(*arguments, stdin=stdin)
        assert ended.code == 0, f"{arguments[0]}: {ended.err}"
        return ended

    def apply(self, actions: Sequence[Mapping[str, Any]]) -> list[str]:
        """Do a list of actions that all have to work; the ids of what they wrote."""
        lines = "".join(json.dumps(action, ensure_ascii=False) + "\n" for action in actions)
        done = self.must("apply", "-", "--json", stdin=lines).json()
        return [line["id"] for line in done]

    def start(self, *arguments: str) -> "Running":
        """Start a command and leave it running."""
        process = subprocess.Popen(
            self._command(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **self._environment()},
        )
        assert process.stdin is not None
        process.stdin.write(f"{PASSWORD}\n")
        process.stdin.flush()
        return Running(process)

    def reach(self, url: str) -> None:
        """Talk to the server through another address from now on, as after a change of network."""
        reach(self.home, url)

    def with_files_of_at_most(self, most_bytes: int) -> "LaptopProcess":
        """The same computer on a disk that is nearly full: no file grows beyond this."""
        limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}))"
        start = f"import os, resource, sys; {limit}; os.execv(sys.argv[1], sys.argv[1:])"
        return replace(self, through=(sys.executable, "-c", start))

    def look_inside(self) -> Workplace:
        """The profile opened in the test's own process; close it before the next command."""
        folder = Profiles(self.home / "profiles").pick(None)
        return open_workplace(folder, PASSWORD, SystemClock())

    def _command(self, *arguments: str) -> list[str]:
        return [
            *self.through,
            *program("doorstep"),
            "--home",
            str(self.home),
            "--password-stdin",
            *arguments,
        ]

    def _environment(self) -> dict[str, str]:
        temporary = self.home / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        return {"TMPDIR": str(temporary), "DOORSTEP_LANG": "en", **self.environment}


def reach(home: Path, url: str) -> None:
    """Have the profile in ``home`` reach its server at ``url``."""
    folder = Profiles(home / "profiles").pick(None)
    folder.remember(replace(folder.connection(), server=url))


class Running:
    """A command that was started and not waited for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def kill(self) -> None:
        """End it as a power cut does, and wait until it is gone."""
        self._process.kill()
        self._process.communicate()

    def end(self) -> Ended:
        """Wait for it."""
        out, err = self._process.communicate(timeout=COMMAND_S)
        return Ended(self._process.returncode, out, err)


class CrashingServer(ServerProcess):
    """``doorstep-server serve`` that can be ended as a power cut does."""

    def crash(self) -> None:
        """SIGKILL; :meth:`start` brings it back on the same port."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None


def command_server(data: Path, *arguments: str) -> Ended:
    """Run one ``doorstep-server`` command on a store."""
    return run([*program("doorstep-server"), *arguments, "--data", str(data)])
