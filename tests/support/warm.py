"""Our two programs as processes of their own, which find everything imported already.

A command spends most of its time on importing. Each one here is forked from a process that has
done so and nothing else: it has its own memory, its own open files and its own end, ``kill -9``
included. That the installed entries work from nothing is shown by the demo and the packages.
"""

import atexit
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from weakref import WeakSet

from desktop.demo.processes import COMMAND_S, Ended, program

_STREAMS: Final = ((os.O_RDONLY, 0), (os.O_WRONLY | os.O_APPEND, 1), (os.O_WRONLY | os.O_APPEND, 2))


@cache
def _context() -> ForkServerContext:
    """The process to fork from; whatever still runs when the tests end is ended with them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.imported"])
    # Before multiprocessing's own, which would wait for them.
    atexit.register(_end_all)
    return context


@cache
def _started() -> "WeakSet[WarmProcess]":
    return WeakSet()


def _end_all() -> None:
    for process in _started():
        process.kill()


class WarmProcess:
    """One program with what of :class:`subprocess.Popen` is asked of it here.

    ``command`` is the name of the program with its arguments, ``streams`` the files that it reads
    from, writes to and complains to.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        streams: tuple[Path, Path, Path],
    ) -> None:
        self._process: ForkServerProcess = _context().Process(
            target=_be,
            args=(tuple(command), dict(environment), tuple(map(str, streams)), str(Path.cwd())),
        )
        self._process.start()
        _started().add(self)

    @property
    def pid(self) -> int:
        """Of the program itself."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """``None`` while it runs; below 0 the signal that ended it."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises :class:`subprocess.TimeoutExpired` after so many seconds."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("program", timeout or 0.0)
        return self._process.exitcode

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, 15)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()


def _be(
    command: tuple[str, ...],
    environment: Mapping[str, str],
    streams: tuple[str, str, str],
    folder: str,
) -> None:
    """Become the program: its streams, its surroundings, its arguments, its entry."""
    from tests.support.imported import PROGRAMS

    for (mode, number), path in zip(_STREAMS, streams, strict=True):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  (the program's, to its end)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    name, *arguments = command
    sys.argv = [*program(name), *arguments]
    PROGRAMS[name]()


class Running:
    """A command that was started and not waited for. ``stdin`` is all that it can read."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], stdin: str) -> None:
        self._folder = TemporaryDirectory()
        files = [Path(self._folder.name, name) for name in ("in", "out", "err")]
        self._out, self._err = files[1:]
        for file, text in zip(files, (stdin, "", ""), strict=True):
            file.write_text(text, encoding="utf-8")
        streams = (files[0], files[1], files[2])
        self._process = WarmProcess(command, {**os.environ, **environment}, streams)

    def kill(self) -> None:
        """End it as a power cut does, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def end(self) -> Ended:
        """Wait for it."""
        code = self._process.wait(COMMAND_S)
        said = [file.read_text(encoding="utf-8") for file in (self._out, self._err)]
        self._folder.cleanup()
        return Ended(code, *said)
