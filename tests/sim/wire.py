"""Requests and answers as bytes, and the server's app driven without threads or sockets."""

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import fastapi.dependencies.utils
import fastapi.routing
import starlette._exception_handler
from fastapi import FastAPI

from sync.wire.messages import SUM_HEADER, WIRE_HEADER, WIRE_VERSION, sum_of
from sync.wire.signing import SIGNED_HEADER, Credentials


@dataclass(frozen=True)
class Request:
    """What a laptop sends. ``sum`` and ``signed`` go with the body that it meant to send."""

    method: str
    path: str
    body: bytes | None
    token: str
    sum: str = ""
    signed: str = ""

    @classmethod
    def by(cls, who: Credentials, method: str, path: str, body: bytes | None) -> "Request":
        """A request of this computer, under the next of its numbers."""
        signed = who.signer.header(who.token, method, path, body or b"") if who.signer else ""
        return cls(method, path, body, who.token, sum_of(body or b""), signed)

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """As ``HttpTransport`` sends them."""
        said = {WIRE_HEADER: str(WIRE_VERSION), "Accept-Encoding": "gzip"}
        if self.token:
            said["Authorization"] = f"Bearer {self.token}"
        if self.signed:
            said[SIGNED_HEADER] = self.signed
        if self.body is not None:
            said["Content-Type"] = "application/json"
            said["Content-Length"] = str(len(self.body))
            said[SUM_HEADER] = self.sum
        return [(name.lower().encode(), value.encode()) for name, value in said.items()]


@dataclass(frozen=True)
class Answer:
    """What came back, whoever wrote it. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def without_threads() -> Iterator[None]:
    """Run the routes where they are called: a hop to a thread costs more than most of them do."""

    async def here(function: Any, /, *args: Any, **named: Any) -> Any:
        return function(*args, **named)

    places: tuple[Any, ...] = (
        fastapi.routing,
        fastapi.dependencies.utils,
        starlette._exception_handler,
    )
    kept = [place.run_in_threadpool for place in places]
    for place in places:
        place.run_in_threadpool = here
    try:
        yield
    finally:
        for place, before in zip(places, kept, strict=True):
            place.run_in_threadpool = before


def ask(app: FastAPI, request: Request) -> Answer:
    """One request through the whole app. Call it inside :func:`without_threads`."""
    start: dict[str, Any] = {}
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body or b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "https",
        "headers": request.headers,
        "client": ("192.0.2.1", 40000),
        "server": ("sim", 443),
    }
    _drive(app(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(parts))


def _drive(coroutine: Coroutine[Any, Any, None]) -> None:
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise AssertionError("the app waited for something that nobody here brings about")
