"""Somebody else at the server's address: a login page, a proxy, another program."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def stranger(
    status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A server that answers everything in the same way; its address."""

    class Answers(BaseHTTPRequestHandler):
        """One answer for all."""

        def do_GET(self) -> None:
            """Read what came, and say the same as ever."""
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  # The library's name.

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def narrow_proxy(port: int, most_bytes: int) -> Iterator[str]:
    """A proxy before the server on ``port`` that takes no body above ``most_bytes``."""

    class Passes(BaseHTTPRequestHandler):
        """Passes on what is small enough."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """One exchange, or 413 with a page of its own."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if len(body) > most_bytes:
                self._answer(413, {"Content-Type": "text/html"}, b"<h1>Too large</h1>")
                return
            with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as far:
                far.request(self.command, self.path, body or None, dict(self.headers))
                reply = far.getresponse()
                content = reply.read()
                kept = ("Doorstep-Wire", "Content-Encoding", "Content-Type", "Retry-After")
                headers = {name: reply.headers[name] for name in kept if name in reply.headers}
                self._answer(reply.status, headers, content)

        do_POST = do_GET  # noqa: N815  # The library's name.

        def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Passes) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
