"""A way to the server that somebody may break off for good, as when the app is locked."""

from collections.abc import Callable

from sync.errors import NetworkError
from sync.progress import Cancelled
from sync.wire.transport import DEADLINE_S, HttpTransport, Meantime, Reply, Transport, nothing


class BreakableTransport:
    """Uses another transport until :meth:`hang_up`: what is under way then ends, and nothing
    follows, not even a retry. A dead line would keep the store open for minutes otherwise."""

    def __init__(self, way: Transport) -> None:
        self.traffic = way.traffic
        self._way = way
        self._broken = False

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        meanwhile: Meantime = nothing,
    ) -> Reply:
        """As the other's. Raises :class:`Cancelled` once it is broken off."""
        self._check()
        try:
            return self._way.exchange(
                method, path, body, deadline_s=deadline_s, meanwhile=meanwhile
            )
        except NetworkError:
            self._check()
            raise

    def exchange_lines(
        self, path: str, body: bytes, hear: Callable[[bytes], None], *, deadline_s: float
    ) -> Reply:
        """As the other's. Raises :class:`Cancelled` once it is broken off."""
        self._check()
        assert isinstance(self._way, HttpTransport)
        try:
            return self._way.exchange_lines(path, body, hear, deadline_s=deadline_s)
        except NetworkError:
            self._check()
            raise

    def hang_up(self) -> None:
        """For good, from any thread."""
        self._broken = True
        self._way.hang_up()

    def _check(self) -> None:
        if self._broken:
            raise Cancelled
