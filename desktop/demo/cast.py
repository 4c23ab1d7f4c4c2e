"""Setting the demo up: the server's data, and the two laptops."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop.demo.processes import Ended, ProgramFailed, ServerProcess, free_port, program, run
from desktop.services.profiles import Profiles
from sync.errors import DoorstepError
from sync.i18n import N_, _

PASSWORD: Final = "doorstep-demo-only"
"""Everyone may know it: the demo's people are invented."""

WORKER: Final = "chenxiaohe"
CLERK: Final = "mengxue"
SECRETARY: Final = "hanzhiyuan"
MEDIATOR: Final = "zoudahai"
_COMPUTERS: Final = {"worker": N_("the worker's laptop"), "desk": N_("the desk's computer")}
"""What others read where a value came from."""


class DemoThere(DoorstepError):
    """The folder holds a demo already, and a story needs a new one."""

    code = "demo.exists"
    message = N_("There is a demo in this folder already. Choose an empty one with --home.")


@dataclass(frozen=True)
class Laptop:
    """One profile, worked by commands."""

    home: Path
    profile: str

    def do(self, *arguments: str) -> Ended:
        """Run one ``doorstep`` command on this laptop."""
        command = [*program("doorstep"), "--home", str(self.home), "--profile", self.profile]
        return run([*command, "--password-stdin", *arguments], stdin=PASSWORD + "\n")

    def must(self, *arguments: str) -> Ended:
        """The same, for a command that has to work. Raises :class:`ProgramFailed`."""
        ended = self.do(*arguments)
        if ended.code != 0:
            raise ProgramFailed(what=f"{arguments[0]}: {ended.err.strip()}")
        return ended


@dataclass(frozen=True)
class Demo:
    """The demo's folder, its server and its laptops."""

    home: Path
    server: ServerProcess
    worker: Laptop
    desk: Laptop
    secretary: Laptop
    mediator: Laptop

    @property
    def server_data(self) -> Path:
        """What the server keeps."""
        return self.home / "server"

    def command_server(self, *arguments: str) -> Ended:
        """Run one ``doorstep-server`` command on the demo's data."""
        ended = run([*program("doorstep-server"), *arguments, "--data", str(self.server_data)])
        if ended.code != 0:
            raise ProgramFailed(what=f"{arguments[0]}: {ended.err.strip()}")
        return ended

    @property
    def is_new(self) -> bool:
        """Whether nothing was set up here yet."""
        return not (self.home / "server").exists()

    def found_community(self, seed: int) -> None:
        """Make the server's data: the invented community, a year of visits."""
        self.command_server("init", "--demo", "fenghe", "--seed", str(seed))

    def enroll(self, laptop: Laptop, user: str) -> None:
        """Let IT make a code, and spend it on the laptop. A finished enrolment is kept."""
        if laptop.profile in Profiles(laptop.home / "profiles").names():
            return
        code = self.command_server("code", user, "--json").json()["code"]
        named = _(_COMPUTERS.get(laptop.profile, laptop.profile))
        laptop.must("enroll", self.server.url, "--code", code, "--device", named)


def demo_in(home: Path) -> Demo:
    """The demo in ``home``; its port is kept, since the laptops remember the address."""
    home.mkdir(parents=True, exist_ok=True)
    kept = home / "port"
    if not kept.exists():
        kept.write_text(str(free_port()), encoding="utf-8")
    server = ServerProcess(home / "server", int(kept.read_text(encoding="utf-8")))
    names = ("worker", "desk", "secretary", "mediator")
    return Demo(home, server, *(Laptop(home, name) for name in names))
