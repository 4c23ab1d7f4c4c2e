"""Servers that are no Doorstep server, or a bad day of one: plain sockets on a free port."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from sync.wire.transport import HttpTransport, Link

Answering = Callable[[socket.socket, bytes], None]


def http(body: bytes = b"{}", status: str = "200 OK", ours: bool = True, **headers: str) -> bytes:
    """A whole HTTP answer. ``ours`` sends the header that only our server sends."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += ["Doorstep-Wire: 1"] if ours else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Stub:
    """Answers every connection in its own way, and remembers what was asked."""

    listening: socket.socket
    answering: Answering = lambda connection, request: connection.sendall(http())
    asked: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def says(self, answer: bytes) -> None:
        """Give this answer from now on."""
        self.answering = lambda connection, request: connection.sendall(answer)

    def serve(self) -> None:
        """Until the socket is closed."""
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=[connection], daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            try:
                request = read_request(connection)
                self.asked.append(request)
                self.answering(connection, request)
            except OSError:
                return


def read_request(connection: socket.socket) -> bytes:
    """The head of a request and its body."""
    content = b""
    while b"\r\n\r\n" not in content:
        part = connection.recv(65536)
        if not part:
            return content
        content += part
    head, _, body = content.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A server that says yes to everything, until a test says otherwise."""
    listening = socket.create_server(("127.0.0.1", 0))
    made = Stub(listening)
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    yield made
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(timeout=10)


@pytest.fixture
def transport(stub: Stub) -> Iterator[HttpTransport]:
    """The laptop's way to the stub."""
    made = HttpTransport(Link(stub.url, token="secret"), most_reply_bytes=1_000_000)
    yield made
    made.close()
