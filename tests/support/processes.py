"""Laptops as processes of their own: the commands that people and scripts type."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from desktop.demo.processes import Ended, ServerProcess, program, run
from desktop.services.profiles import Profiles
from desktop.services.workplace import Workplace, open_workplace
from sync.identity import SystemClock
from tests.support.warm import Running, WarmProcess

PASSWORD: Final = "four calm words here"
DEVNULL: Final = Path(os.devnull)


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
        said = f"{password}\n{stdin}"
        if self.through:
            whole = [*self.through, *program("doorstep"), *self._said(arguments)]
            return run(whole, self._environment(), said)
        return self._begin(arguments, said).end()

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

    def start(self, *arguments: str) -> Running:
        """Start a command and leave it running."""
        return self._begin(arguments, f"{PASSWORD}\n")

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

    def _begin(self, arguments: Sequence[str], stdin: str) -> Running:
        return Running(["doorstep", *self._said(arguments)], self._environment(), stdin)

    def _said(self, arguments: Sequence[str]) -> list[str]:
        return ["--home", str(self.home), "--password-stdin", *arguments]

    def _environment(self) -> dict[str, str]:
        temporary = self.home / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        return {"TMPDIR": str(temporary), "DOORSTEP_LANG": "en", **self.environment}


def reach(home: Path, url: str) -> None:
    """Have the profile in ``home`` reach its server at ``url``."""
    folder = Profiles(home / "profiles").pick(None)
    folder.remember(replace(folder.connection(), server=url))


class CrashingServer(ServerProcess):
    """``doorstep-server serve`` that can be ended as a power cut does."""

    def begin(self, log: Path) -> WarmProcess:
        """Started without importing everything anew."""
        return WarmProcess(["doorstep-server", *self.arguments], os.environ, (DEVNULL, log, log))

    def crash(self) -> None:
        """SIGKILL; :meth:`start` brings it back on the same port."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None


def command_server(data: Path, *arguments: str) -> Ended:
    """Run one ``doorstep-server`` command on a store."""
    return Running(["doorstep-server", *arguments, "--data", str(data)], {}, "").end()
