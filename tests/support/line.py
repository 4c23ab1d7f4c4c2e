"""The line between a laptop and its server, with the accidents that befall it.

It carries bytes and knows nothing of what they mean, except where a request begins.
"""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

WAIT_S: Final = 60.0
_CHUNK_BYTES: Final = 64 * 1024


class Way(StrEnum):
    """Which half of an exchange."""

    UP = "up"  # From the laptop to the server.
    DOWN = "down"


@dataclass
class Accident:
    """Ends the exchange that begins with ``request``, once ``after`` bytes went ``way``.

    With ``way`` down and ``after`` 0 the server has done the work and nobody hears of it.
    ``holds`` stops the bytes and keeps the line open, until :meth:`let_go`. ``stays_down``
    leaves the line dead afterwards, until it is plugged in again.
    """

    request: bytes
    way: Way
    after: int
    holds: bool = False
    stays_down: bool = False
    _begun: bool = False
    _seen: int = 0
    _happened: threading.Event = field(default_factory=threading.Event)
    _gone_on: threading.Event = field(default_factory=threading.Event)

    def room_for(self, way: Way, data: bytes) -> int | None:
        """How much of ``data`` still passes; ``None`` where the accident is not due."""
        if not self._begun and way is Way.UP and self.request in data:
            self._begun = True
        if not self._begun or way is not self.way:
            return None
        self._seen += len(data)
        return None if self._seen <= self.after else self.after - (self._seen - len(data))

    @property
    def has_happened(self) -> bool:
        """Whether it came to pass."""
        return self._happened.is_set()

    def happen(self) -> None:
        """The bytes stop here."""
        self._happened.set()
        if self.holds:
            self._gone_on.wait(WAIT_S)

    def wait(self) -> None:
        """Until it has happened. Fails a test where it never does."""
        assert self._happened.wait(WAIT_S), "the accident did not happen"

    def let_go(self) -> None:
        """End the hold: the line breaks."""
        self._gone_on.set()


class Line:
    """A listener on loopback that passes everything on to ``port``, until an accident."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._plugged = True
        self._accident: Accident | None = None
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address that a laptop is given as its server's."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def expect(self, accident: Accident) -> Accident:
        """Let this happen next."""
        with self._lock:
            self._accident = accident
        return accident

    def unplug(self) -> None:
        """No network: each connection ends at once."""
        self._plugged = False

    def plug_in(self) -> None:
        """The network is back, and no accident waits."""
        with self._lock:
            self._accident = None
        self._plugged = True

    def close(self) -> None:
        """Take the line away."""
        self._listening.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return  # The line was taken away.
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near:
            if not self._plugged:
                return
            with suppress(OSError), socket.create_connection(self._target, timeout=5) as far:
                far.settimeout(None)
                back = threading.Thread(target=self._pump, args=(far, near, Way.DOWN), daemon=True)
                back.start()
                self._pump(near, far, Way.UP)
                back.join()

    def _pump(self, source: socket.socket, sink: socket.socket, way: Way) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK_BYTES):
                passes = self._due(way, data)
                sink.sendall(data if passes is None else data[:passes])
                if passes is not None:
                    self._strike()
                    break
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _due(self, way: Way, data: bytes) -> int | None:
        with self._lock:
            return self._accident.room_for(way, data) if self._accident else None

    def _strike(self) -> None:
        with self._lock:
            accident, self._accident = self._accident, None
        if accident is not None:
            self._plugged = self._plugged and not accident.stays_down
            accident.happen()
