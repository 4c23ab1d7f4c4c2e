"""Somebody else at the server's address: a login page, a proxy, another program."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
