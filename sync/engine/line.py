"""The way to the server during one session: few, short retries, and no transaction meanwhile."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final, Generic, TypeVar

from sync.errors import (
    Bug,
    DoorstepError,
    NetworkError,
    ServerBusy,
    ServerUnreachable,
    UpgradeNeeded,
)
from sync.store.store import Store
from sync.wire.client import Client

MOST_RETRIES: Final = 3
"""In one session. A lost reply is asked for again at once; a line that is down is left alone."""

MOST_PAUSE_S: Final = 5.0
_PAUSES_S: Final = (0.2, 1.0, 3.0)

T = TypeVar("T")


class Meanwhile(Generic[T]):
    """What can be worked out while the server has a request: done then, once, or at the latest
    when it is asked for.

    By the thread that sends: one beside it would keep it from packing and sending the request.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._found: list[T] = []

    def __call__(self) -> None:
        """The request is on its way. What cannot be worked out is told to who asks for it."""
        with suppress(DoorstepError):
            self.result()

    def result(self) -> T:
        """What was found out."""
        if not self._found:
            self._found.append(self._work())
        return self._found[0]


class Line:
    """Asks the server, and counts what that cost."""

    def __init__(self, store: Store, client: Client, pause: Callable[[float], None]) -> None:
        self._store = store
        self._client = client
        self._pause = pause
        self.was_answered = False
        """Whether the server said anything to this computer, if only that it is too old."""
        self._retries = 0
        traffic = client.transport.traffic
        self._before = (traffic.up, traffic.down, traffic.requests)

    @property
    def bytes_up(self) -> int:
        """Bytes sent in this session."""
        return self._client.transport.traffic.up - self._before[0]

    @property
    def bytes_down(self) -> int:
        """Bytes received in this session."""
        return self._client.transport.traffic.down - self._before[1]

    @property
    def requests(self) -> int:
        """Requests made in this session."""
        return self._client.transport.traffic.requests - self._before[2]

    def ask(self, call: Callable[[Client], T]) -> T:
        """One request with its answer. Every request may be repeated: the server knows the second.

        Raises what the last try raised.
        """
        while True:
            if self._store.database.in_transaction:
                raise Bug  # Whoever saves would wait for the network.
            try:
                answer = call(self._client)
            except (ServerBusy, ServerUnreachable) as error:
                self._wait_or_raise(error)
            except UpgradeNeeded:
                self.was_answered = True
                raise
            else:
                self.was_answered = True
                return answer

    def _wait_or_raise(self, error: NetworkError) -> None:
        wanted = error.details.get("retry_after", 0)
        seconds = float(wanted) or _PAUSES_S[min(self._retries, len(_PAUSES_S) - 1)]
        hopeless = isinstance(error, ServerUnreachable) and not self.was_answered
        if hopeless or self._retries >= MOST_RETRIES or seconds > MOST_PAUSE_S:
            raise error
        self._retries += 1
        self._pause(seconds)
