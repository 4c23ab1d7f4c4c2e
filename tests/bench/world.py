"""A server with a street on it, the floor's server beside it, and laptops to measure."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import msgspec

from desktop.demo.cast import Demo, Laptop, demo_in
from desktop.demo.processes import free_port, run
from sync.server.people import MOST_DEVICES
from sync.wire.client import Client
from sync.wire.messages import EnrollRequest, PullRequest, ScopeCursor, WireRow
from sync.wire.transport import HttpTransport, Link

_FILLED: Final = "filled"


@dataclass(frozen=True)
class World:
    """One size of community, served."""

    demo: Demo
    floor_url: str
    floor_folder: Path
    reader: str

    def laptop(self, name: str, url: str = "") -> Laptop:
        """A new computer of the reader, enrolled and still empty; ``url`` is its way there."""
        self._make_room()
        made = Laptop(self.demo.home / "laptops" / name, "bench")
        code = self.demo.command_server("code", self.reader, "--json").json()["code"]
        made.must("enroll", url or self.demo.server.url, "--code", code, "--device", name)
        return made

    def _make_room(self) -> None:
        """Revoke the reader's oldest computer where they have as many as they may."""
        listed = self.demo.command_server("device", "list", "--json").json()
        held = [one for one in listed if one["login"] == self.reader and not one["revoked_at"]]
        old = [one["device"] for one in held if one["name"] != _FILLED]
        if len(held) >= MOST_DEVICES:
            self.demo.command_server("device", "revoke", old[0])

    def filled_laptop(self) -> Laptop:
        """A computer of the reader that holds everything; the same one each time."""
        made = Laptop(self.demo.home / "laptops" / _FILLED, "bench")
        if not made.home.exists():
            made = self.laptop(_FILLED)
            child("laptop", "sync", str(made.home))
        return made

    def rows(self) -> list[WireRow]:
        """All rows that the reader may hold, as the server sends them."""
        self._make_room()
        code = self.demo.command_server("code", self.reader, "--json").json()["code"]
        reply = Client(HttpTransport(Link(self.demo.server.url))).enroll(
            EnrollRequest(code, "floor")
        )
        client = Client(HttpTransport(Link(self.demo.server.url, reply.token)))
        cursors = [ScopeCursor(scope) for scope in client.hello().grants]
        found: list[WireRow] = []
        while cursors:
            answer = client.pull(PullRequest(reply.client_id, cursors))
            found += [row for page in answer.scopes for row in page.rows]
            cursors = [
                ScopeCursor(page.scope, answer.epoch, page.to)
                for page in answer.scopes
                if not page.done
            ]
        return found

    def offer_rows(self, newest: int = 0) -> int:
        """Put the rows, or the ``newest`` visits alone, where the floor fetches them, compressed;
        how many there are."""
        rows = self.rows()
        if newest:
            visits = sorted((row for row in rows if row[0] == "visit"), key=lambda row: row[1])
            rows = visits[-newest:]
        packed = gzip.compress(msgspec.json.encode(rows), 6)
        (self.floor_folder / "rows.json.gz").write_bytes(packed)
        return len(rows)


@contextmanager
def world(home: Path, households: int) -> Iterator[World]:
    """A street of ``households``, its server running until the end."""
    demo = demo_in(home)
    options = ("--demo", "street", "--households", str(households), "--seed", "7")
    demo.command_server("init", *options)
    floor_folder = home / "floor"
    floor_folder.mkdir()
    port = free_port()
    floor = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.floors", "serve", str(port), str(floor_folder)]
    )
    try:
        with demo.server:
            yield World(demo, f"http://127.0.0.1:{port}", floor_folder, reader="mengxue")
    finally:
        floor.kill()
        floor.wait()


def child(module: str, *arguments: str) -> dict[str, Any]:
    """Run a measuring child to its end; what it printed, with its ``wall`` seconds."""
    started = perf_counter()
    ended = run([sys.executable, "-m", f"tests.bench.{module}", *arguments])
    if ended.code != 0:
        raise RuntimeError(ended.err[-2000:])
    told: dict[str, Any] = json.loads(ended.out) or {}
    return told | {"wall": perf_counter() - started}
