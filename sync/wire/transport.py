"""The only place on the laptop that speaks HTTP."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Link:
    """How to reach a server: its address and what IT set. ``token`` is sent as a bearer."""

    server: str
    token: str = field(default="", repr=False)
    ca_file: str = ""
    proxy: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer that came from a Doorstep server, whatever its status."""

    status: int
    body: bytes = field(repr=False)
    retry_after_s: int = 0


@dataclass
class Traffic:
    """Bytes of bodies on the line, as they travel."""

    up: int = 0
    down: int = 0
    requests: int = 0


class Transport(Protocol):
    """The way to the server. Raises :class:`NetworkError` where no server answered."""

    traffic: Traffic

    def exchange(
        self, method: str, path: str, body: bytes | None = None, *, deadline_s: float = 60.0
    ) -> Reply:
        """One request and its whole answer, within ``deadline_s`` seconds in all."""
