"""Which version of the app starts, where it updates itself: the first thing that runs.

The program that was installed stays as it is and starts others: each newer version lies whole in
a folder of its own below ``versions/``. One that was just put there is tried. Once its window
stands, or a command of it ended, it has proved itself; until then each start counts, and after
three that proved nothing it is never started again and the one before it is. What was installed
over it since by hand, and is newer than all of them, starts itself. Only Python's own library is
used here: what is broken in a new version must not keep the old one from starting.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from sync import __version__
from sync.version_order import is_version, order_of

FOLDER_NAME: Final = "versions"
MOST_STARTS: Final = 3
_STATE: Final = "state.json"


@dataclass(frozen=True)
class State:
    """What is known of the versions here. Empty names none.

    Attributes:
        good: the newest that proved itself.
        trial: one that is yet to do so, and ``starts`` how often it was tried.
        failed: those that never did.
        highest: the newest that was ever put here: nothing older is taken.
    """

    good: str = ""
    trial: str = ""
    starts: int = 0
    failed: tuple[str, ...] = field(default=())
    highest: str = ""


class Versions:
    """The versions below one installed program."""

    def __init__(self, program: Path) -> None:
        """``program`` is the file that runs: the installed one, or that of a newer version."""
        at_home = program.parent.parent
        self.is_newer = at_home.name == FOLDER_NAME and is_version(program.parent.name)
        self.folder = at_home if self.is_newer else program.parent / FOLDER_NAME
        self._name = program.name

    def state(self) -> State:
        """What is known; nothing where the file is not there or cannot be read."""
        try:
            told = json.loads((self.folder / _STATE).read_text(encoding="utf-8"))
            names = {name: str(told.get(name, "")) for name in ("good", "trial", "highest")}
            failed = tuple(str(one) for one in told.get("failed", ()))
            return State(**names, starts=int(told.get("starts", 0)), failed=failed)
        except (OSError, ValueError, TypeError, AttributeError):
            return State()

    def keep(self, state: State) -> None:
        """Write it down in one step. Raises OSError."""
        draft = self.folder / f"{_STATE}.{os.getpid()}"
        try:
            with draft.open("w", encoding="utf-8") as file:
                file.write(json.dumps(asdict(state)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.folder / _STATE)
        finally:
            draft.unlink(missing_ok=True)

    def program_of(self, version: str) -> Path | None:
        """The file that starts a version, where it is here."""
        if not is_version(version):
            return None
        file = self.folder / version / self._name
        return file if file.is_file() else None

    def waiting(self, own: str = __version__) -> str:
        """The version that is yet to be tried at the next start; empty where there is none that is
        newer than the program's ``own``."""
        trial = self.state().trial
        return trial if order_of(trial) > order_of(own) else ""

    def chosen(self, own: str = __version__) -> Path | None:
        """The version newer than the program's ``own`` that is to start now, its start counted;
        ``None``: this one."""
        if self.is_newer:
            return None
        state = _newer_than(own, self.state())
        if state.trial and state.starts < MOST_STARTS and self.program_of(state.trial):
            try:
                self.keep(replace(state, starts=state.starts + 1))
            except OSError:
                return self.program_of(state.good)  # What is not counted is not tried.
            return self.program_of(state.trial)
        if state.trial:
            with suppress(OSError):
                failed = (*state.failed, state.trial)
                self.keep(replace(state, trial="", starts=0, failed=failed))
        return self.program_of(state.good)

    def confirm(self, version: str) -> None:
        """The version that runs has proved itself."""
        state = self.state()
        if self.is_newer and state.trial == version:
            with suppress(OSError):
                self.keep(replace(state, good=version, trial="", starts=0))


def _newer_than(own: str, state: State) -> State:
    """What is known of newer ones: an older one that lies here leads back to mended gaps."""
    is_good = order_of(state.good) > order_of(own)
    state = state if is_good else replace(state, good="")
    is_tried = order_of(state.trial) > order_of(own)
    return state if is_tried else replace(state, trial="", starts=0)


def start_newer(program: Path, arguments: Sequence[str]) -> None:
    """Become the newer version that is to start; return where that is this program itself."""
    chosen = Versions(program).chosen()
    if chosen is None:
        return
    command, environment = [str(chosen), *arguments], fresh_environment(os.environ)
    with suppress(OSError):  # It cannot run: this one does.
        if sys.platform == "win32":
            sys.exit(subprocess.call(command, env=environment))
        os.execve(command[0], command, environment)


def fresh_environment(found: Mapping[str, str]) -> dict[str, str]:
    """What the packaging told this program of its own folder is not the other one's."""
    told = {name: value for name, value in found.items() if not name.startswith("_PYI_")}
    before = told.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        told["LD_LIBRARY_PATH"] = before
    elif found.get("_PYI_APPLICATION_HOME_DIR"):
        told.pop("LD_LIBRARY_PATH", None)
    return told | {"PYINSTALLER_RESET_ENVIRONMENT": "1"}
