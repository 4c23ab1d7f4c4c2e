"""Several processes on one store: they share the port, and are one server to whoever asks."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from threading import Barrier

import msgspec
import psutil
import pytest

from sync.identity import SystemClock
from sync.merge.operation import OpKind
from sync.server.checking import check_store
from sync.server.database import create_database
from tests.support.rush import rush
from tests.support.server import RunningServer, furnished

WORKERS = 2
_MAIN = "from sync.server.cli import main; main()"


class Crew:
    """``doorstep-server serve --workers``, and what it said."""

    def __init__(self, data):
        options = ["serve", "--workers", str(WORKERS), "--port", "0", "--data", str(data)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _MAIN, *options],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        self.ready = self.process.stdout.readline()

    @property
    def port(self) -> int:
        return int(self.ready.rpartition(":")[2])

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        below = psutil.Process(self.process.pid).children()
        return [each for each in below if _works(each)]

    def end(self, number: int) -> str:
        """Send a signal and wait; what else it printed."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)[0]


@contextmanager
def working_on(database, folder) -> Iterator[tuple[Crew, RunningServer]]:
    """Two processes on a store with two grids."""
    office, grids = furnished(database, SystemClock())
    running = Crew(folder)
    try:
        yield running, RunningServer(database, office, SystemClock(), running.port, grids)
    finally:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)
        database.close()


@pytest.fixture
def crew(tmp_path) -> Iterator[tuple[Crew, RunningServer]]:
    """Two processes, on whatever store."""
    with working_on(create_database(tmp_path / "server"), tmp_path / "server") as working:
        yield working


def _works(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def at_once(count, work) -> list:
    """The same thing asked by so many at the same moment."""
    barrier = Barrier(count)

    def one(number):
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_several_processes_are_one_server(tmp_path, stores):
    """Laws 3 and 2 with processes: a rush of pushes, then each push sent to several at once."""
    folder = tmp_path / "server"
    with working_on(stores.make(folder), folder) as (_, server):
        rush(server)
        send_at_once(server)
        assert check_store(server.database).differences == []


def send_at_once(server: RunningServer) -> None:
    """The same push to whichever process takes it ends once; one code is for one computer."""
    grid = f"grid:{server.grids['第3网格']}"
    laptop = server.enroll("clerk1")
    ops = [laptop.op(grid, OpKind.CREATE, "household", f"once-{number}") for number in range(10)]

    for op in ops:
        replies = at_once(6, lambda _, op=op: laptop.push(grid, op))
        assert len({msgspec.json.encode(reply.outcomes) for reply in replies}) == 1
        assert replies[0].outcomes[0].outcome == "applied"

    request = msgspec.json.encode({"code": server.code_for("clerk2"), "device_name": "x"})
    answers = at_once(6, lambda _: server.request("POST", "/v1/enroll", request).status)
    # One process may have had its ten tries of a minute, and say that instead.
    assert answers.count(200) == 1
    assert set(answers) <= {200, 403, 429}
    assert laptop.rows(grid).keys() >= {("household", op.id) for op in ops}


def test_one_that_dies_is_replaced(crew):
    """By another one, while the rest go on answering."""
    running, server = crew
    before = {each.pid for each in running.workers()}
    assert len(before) == WORKERS

    os.kill(min(before), signal.SIGKILL)
    while len({each.pid for each in running.workers()} - before) == 0:
        assert running.process.poll() is None

    assert server.request("GET", "/health").status == 200
    assert running.end(signal.SIGTERM) == ""
    assert running.process.returncode == 0


def test_nobody_is_left_behind(crew):
    """Neither after a signal nor when the one that looks after them is killed."""
    running, server = crew
    workers = running.workers()
    assert running.ready == f"Ready: http://127.0.0.1:{running.port}\n"

    running.process.kill()
    running.process.communicate(timeout=30)

    _, left = psutil.wait_procs(workers, timeout=30)
    # Whoever ended stays listed until the system's first process looks after orphans.
    assert [each for each in left if each.status() != psutil.STATUS_ZOMBIE] == []
    with pytest.raises((OSError, HTTPException)):
        server.request("GET", "/health")
    assert check_store(server.database).differences == []


def test_processes_that_cannot_start_are_given_up(tmp_path, capfd):
    """Instead of being replaced for ever; each says in a line where it failed."""
    create_database(tmp_path / "server").close()
    (tmp_path / "server" / "blobs.url").write_text("nonsense://", "utf-8")
    running = Crew(tmp_path / "server")
    assert running.ready == ""
    assert running.end(0) == ""
    assert running.process.returncode == 1
    told = capfd.readouterr().err
    assert "did not start" in told
    assert "Traceback" not in told
