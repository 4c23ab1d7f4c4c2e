"""Running the two programs as processes of their own, as IT and users do."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol

from sync.errors import DoorstepError
from sync.i18n import N_

READY_S: Final = 30.0
COMMAND_S: Final = 300.0
STOP_S: Final = 10.0


class NoServerProgram(DoorstepError):
    """A packaged app ships without the server."""

    code = "demo.no_server"
    message = N_("The demo needs doorstep-server, which is not installed beside this app.")


class ProgramFailed(DoorstepError):
    """One of the demo's own commands did not work. ``what`` is what it said."""

    code = "demo.failed"
    message = N_("A step of the demo failed: {what}")


@dataclass(frozen=True)
class Ended:
    """How one command ended."""

    code: int
    out: str = field(repr=False)
    err: str = field(repr=False)

    def json(self) -> Any:
        """The one document it printed."""
        return json.loads(self.out)


def program(name: str) -> list[str]:
    """The command that starts ``name``: beside this interpreter, or on the path."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise NoServerProgram
    return [found]


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(
    command: Sequence[str], environment: Mapping[str, str] | None = None, stdin: str = ""
) -> Ended:
    """Run one command to its end; its exit code is the caller's to judge."""
    ended = subprocess.run(
        list(command),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **(environment or {})},
        timeout=COMMAND_S,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


class Begun(Protocol):
    """A process as :class:`subprocess.Popen` describes it, so far as a server needs it."""

    @property
    def pid(self) -> int:
        """Its number."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises :class:`subprocess.TimeoutExpired` after so many seconds."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it at once."""


class ServerProcess:
    """``doorstep-server serve`` on loopback; stopping it is how the demo loses its network."""

    def __init__(self, data: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self._address = ("127.0.0.1", port)
        self.arguments = ["serve", "--data", str(data), "--host", "127.0.0.1", "--port", str(port)]
        self._log = data / "server.log"
        self._process: Begun | None = None

    @property
    def pid(self) -> int:
        """The running process. Raises :class:`ProgramFailed` where there is none."""
        if self._process is None:
            raise ProgramFailed(what="doorstep-server serve")
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers. Raises :class:`ProgramFailed`."""
        self._log.touch()
        self._process = self.begin(self._log)
        for _attempt in range(int(READY_S / 0.1)):
            if self._answers():
                return
            try:
                self._process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        self.stop()
        raise ProgramFailed(what="doorstep-server serve")

    def begin(self, log: Path) -> Begun:
        """The process itself; what it says goes to the end of ``log``."""
        with log.open("ab") as said:
            whole = [*program("doorstep-server"), *self.arguments]
            return subprocess.Popen(whole, stdout=said, stderr=said)

    def stop(self) -> None:
        """Stop it, and wait until it is gone."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(self._address, timeout=1):
                return True
        except OSError:
            return False

    def __enter__(self) -> "ServerProcess":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
