"""A real server on a free port, in a thread of the test, and a client that speaks to it plainly."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn

from sync.identity import Clock, Minter, SystemClock
from sync.merge.operation import Op, OpKind
from sync.server.app import make_app
from sync.server.blobs.stores import BlobStore, FolderStore
from sync.server.checking import check_store
from sync.server.database import Database
from sync.server.office import Office
from sync.server.people import mint_code
from sync.server.serving import AnsweringServer
from sync.wire.messages import (
    EnrollReply,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    ScopeCursor,
)
from tests.conftest import Endings
from tests.support.stores import empty_store

COMMUNITY = "fenghe"


@dataclass
class Answer:
    """A reply as it came: status, headers in lower case, and the body as bytes."""

    status: int
    headers: dict[str, str]
    body: bytes

    def read_as(self, type_: Any) -> Any:
        """The body as one of our messages."""
        return msgspec.json.decode(self.body, type=type_)


@dataclass
class RunningServer:
    """A served store with one community, two grids and nobody in it yet."""

    database: Database
    office: Office
    clock: Clock
    port: int
    grids: dict[str, str] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def add_user(self, login: str, post: str, area: str, name: str = "") -> str:
        """A user with one post; ``area`` is a grid's name or the community's id."""
        staff_id = self.office.add_user(COMMUNITY, login, name or login)
        self.office.assign(login, post, area)
        return staff_id

    def code_for(self, login: str) -> str:
        """A fresh enrolment code."""
        return mint_code(self.database, login, self.clock).code

    def enroll(self, login: str, device: str = "laptop") -> "Laptop":
        """A new computer of the user, already enrolled over HTTP."""
        request = {"code": self.code_for(login), "device_name": device}
        answer = self.request("POST", "/v1/enroll", msgspec.json.encode(request))
        assert answer.status == 200, answer.body
        return Laptop(self, answer.read_as(EnrollReply))

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        token: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One plain HTTP exchange."""
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, sent)
            reply = connection.getresponse()
            named = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, named, reply.read())


@dataclass
class Laptop:
    """An enrolled computer that keeps nothing but its lanes' numbers."""

    server: RunningServer
    enrolled: EnrollReply
    minter: Minter = field(default_factory=Minter)
    next_seq: dict[str, int] = field(default_factory=dict)

    @property
    def client_id(self) -> str:
        """The id that enrolment gave."""
        return self.enrolled.client_id

    def post(self, path: str, message: msgspec.Struct) -> Answer:
        """Send one of our messages."""
        return self.server.request("POST", path, msgspec.json.encode(message), self.enrolled.token)

    def get(self, path: str) -> Answer:
        """Ask for something."""
        return self.server.request("GET", path, token=self.enrolled.token)

    def op(self, scope: str, kind: OpKind, type_: str, row_id: str, **fields: Any) -> Op:
        """The next operation of a lane; ``fields`` are new values, or (base, new) pairs."""
        seq = self.next_seq.get(scope, 1)
        self.next_seq[scope] = seq + 1
        pairs = {
            name: value if isinstance(value, tuple) else (None, value)
            for name, value in fields.items()
        }
        return Op(op_id=self.minter.new_id(), seq=seq, kind=kind, type=type_, id=row_id, f=pairs)

    def push(self, scope: str, *ops: Op) -> PushReply:
        """Send operations of one lane; the reply of a push that was taken."""
        answer = self.post("/v1/push", self.push_request(scope, *ops))
        assert answer.status == 200, answer.body
        return answer.read_as(PushReply)

    def push_request(self, scope: str, *ops: Op) -> PushRequest:
        """What :meth:`push` sends."""
        first = ops[0].seq if ops else self.next_seq.get(scope, 1)
        return PushRequest(scope=scope, client=self.client_id, first_seq=first, ops=list(ops))

    def pull(self, *cursors: ScopeCursor, limit: int = 5000) -> PullReply:
        """Ask for the rows after these cursors."""
        asked = PullRequest(client=self.client_id, scopes=list(cursors), limit=limit)
        answer = self.post("/v1/pull", asked)
        assert answer.status == 200, answer.body
        return answer.read_as(PullReply)

    def rows(self, scope: str) -> dict[tuple[str, str], dict[str, Any]]:
        """Every live row of a scope, pulled from zero."""
        page = self.pull(ScopeCursor(scope)).scopes[0]
        assert page.problem == "", page.problem
        assert page.done
        bodies = {(row[0], row[1]): msgspec.json.decode(row[4]) for row in page.rows}
        return {key: body for key, body in bodies.items() if body is not None}


@contextmanager
def served(
    database: Database,
    clock: Clock,
    blobs: BlobStore | None = None,
    updates: Path | None = None,
) -> Iterator[int]:
    """Serve a store in a thread until the block ends; its port."""
    # Bound before the thread starts: a request made too early waits in the socket's queue.
    listening = socket.create_server(("127.0.0.1", 0))
    app = make_app(database, clock, blobs=blobs, updates=updates)
    config = uvicorn.Config(app, log_level="error", access_log=False)
    serving = AnsweringServer(config)
    thread = threading.Thread(target=serving.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        serving.should_exit = True
        thread.join(timeout=30)
        listening.close()
        database.close()
        assert not thread.is_alive(), "a server did not end within 30 s"


def furnished(database: Database, clock: Clock) -> tuple[Office, dict[str, str]]:
    """A new store with one community and two grids: its office, and the grids' ids by name."""
    office = Office(database, clock, Minter(now=clock.now))
    office.add_community(COMMUNITY, "丰和社区")
    names = ("第1网格", "第3网格")
    ids = office.add_areas(COMMUNITY, [{"level": "grid", "name": name} for name in names])
    return office, dict(zip(names, ids, strict=True))


@contextmanager
def running_server(
    folder: Path, clock: Clock | None = None, database: Database | None = None
) -> Iterator[RunningServer]:
    """Serve a new store until the block ends: a SQLite file in ``folder``, or the one given."""
    clock = clock or SystemClock()
    database = database or empty_store(folder)
    office, grids = furnished(database, clock)
    with served(database, clock, FolderStore(folder / "blobs"), folder / "updates") as port:
        yield RunningServer(database, office, clock, port, grids)


@contextmanager
def proved_server(
    folder: Path, clock: Clock | None = None, database: Database | None = None
) -> Iterator[RunningServer]:
    """The same for a journey: at its end the store is proved, as ``doorstep-server check`` does."""
    with running_server(folder, clock, database) as running:
        yield running
        assert check_store(running.database).differences == []


@pytest.fixture
def server(tmp_path: Path, endings: Endings) -> Iterator[RunningServer]:
    """A fresh server for one test."""
    with ExitStack() as lasting:
        yield lasting.enter_context(running_server(tmp_path / "server"))
        endings.submit(lasting.pop_all().close)
