"""Waiting for what others did, so that a window shows it soon: one long request after another.

It only says *that* something is new; a sync brings it. A wait that is lost costs nothing.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sync.progress import Cancelled
from sync.store.store import Store
from sync.wire.client import Client
from sync.wire.messages import LiveReply, LiveRequest

WAIT_S: Final = 25.0


@dataclass(frozen=True)
class _Here:
    """How far this computer is."""

    epoch: str
    grant_rev: int
    heads: dict[str, int] = field(default_factory=dict)


class News:
    """Waits on a line of its own, on any thread but Qt's. Rings once for each thing that is new.

    ``connect`` makes the line, and another once the computer shows its server something else.
    """

    def __init__(
        self, store: Store, connect: Callable[[], Client], *, wait_s: float = WAIT_S
    ) -> None:
        self._wait_s = wait_s
        self._store = store
        self._connect = connect
        self._client: Client | None = None
        self._login = ""
        self._told = _Here("", 0)
        self._stopped = False
        self._lock = threading.Lock()

    def wait(self) -> bool:
        """Wait for a while. True once the server has something that is not here yet.

        Raises :class:`~sync.errors.NetworkError`, SignedOut or, after :meth:`stop`, Cancelled.
        """
        request = self._request()
        reply = self._line().wait_for_news(request)
        here = self._here()
        self._told = _Here(reply.epoch, reply.grant_rev, self._told.heads | reply.heads)
        return _differs(reply, here)

    def missing(self) -> bool:
        """Whether what was told before is still not here. Raises Cancelled after :meth:`stop`.

        For whoever could not act when it rang: of the same news :meth:`wait` rings only once.
        """
        here, told = self._here(), self._told
        known = LiveReply(told.epoch, told.grant_rev, told.heads)
        return bool(told.epoch) and _differs(known, here)

    def stop(self) -> None:
        """Wait no longer, and never look into the store again: it may be closed now."""
        with self._lock:
            self._stopped = True
            client = self._client
        if client is not None:
            client.transport.hang_up()

    def _line(self) -> Client:
        with self._lock:
            if self._stopped:
                raise Cancelled
            login = self._store.account.login
            if self._client is None or login != self._login:
                self._client, self._login = self._connect(), login
            return self._client

    def _request(self) -> LiveRequest:
        """What was told of before counts as known: a scope that cannot be brought in, whatever
        the reason, must not ring again and again."""
        here, told = self._here(), self._told
        return LiveRequest(
            epoch=told.epoch or here.epoch,
            grant_rev=told.grant_rev or here.grant_rev,
            heads={scope: max(at, told.heads.get(scope, 0)) for scope, at in here.heads.items()},
            wait_s=self._wait_s,
        )

    def _here(self) -> _Here:
        with self._lock:
            if self._stopped:
                raise Cancelled
            scopes = self._store.reading.scopes()
            grant_rev = self._store.facts.grants().grant_rev
        epoch = next((scope.epoch for scope in scopes if scope.epoch), "")
        return _Here(epoch, grant_rev, {scope.scope_id: scope.cursor for scope in scopes})


def _differs(reply: LiveReply, here: _Here) -> bool:
    if (reply.epoch, reply.grant_rev) != (here.epoch, here.grant_rev):
        return True
    return any(head != here.heads.get(scope, 0) for scope, head in reply.heads.items())
