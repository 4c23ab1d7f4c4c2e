"""Running the app until somebody stops it."""

import asyncio
import gc
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import uvicorn
from fastapi import FastAPI

from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.identity import Clock
from sync.server.app import make_app
from sync.server.blobs.stores import blob_store_of
from sync.server.database import Database
from sync.server.deps import Services
from sync.server.notices import deliver_notices
from sync.server.referrals import try_again
from sync.server.updates import FOLDER_NAME

READY: Final = N_("Ready: {url}")

# How many more objects than were given back ask for a look through the young ones, how many of
# those looks for one through the older, and so on. A push of 500 operations makes ten thousand.
_COLLECT_AFTER: Final = (20_000, 20, 20)


class PortTaken(DoorstepError):
    """Another program listens there, or the address is none of this computer's."""

    code = "server.port"
    message = N_("The server cannot listen on {host}:{port}. Choose another --port.")


class AnsweringServer(uvicorn.Server):
    """While it serves, it writes down which requests came. Before it stops it answers everybody who
    waits for news: else it would wait for them."""

    _writing: asyncio.Task[None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._writing = asyncio.create_task(self._services.requests.write_on())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; what runs is finished first."""
        self._services.lookout.close()
        await super().shutdown(sockets)
        self._writing.cancel()
        self._services.requests.write_calmly()

    @property
    def _services(self) -> Services:
        return cast("Services", self.config.app.state.services)  # type: ignore[union-attr]


class _SpokenServer(AnsweringServer):
    """Says one line once it takes requests: whoever started it may wait for that."""

    def __init__(self, config: uvicorn.Config, say: Callable[[str], None], url: str) -> None:
        super().__init__(config)
        self._say = say
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._say(_(READY).format(url=self._url))


def keep_what_is_loaded() -> None:
    """Look through what this process has loaded for garbage no more: it stays until the end.

    Doing so took half of the processor time of a push of 500 operations.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def serve_store(
    db: Database,
    clock: Clock,
    data: Path,
    host: str,
    port: int,
    say: Callable[[str], None],
) -> None:
    """Serve what is in ``data`` until a signal stops it. Raises :class:`PortTaken`."""
    deliver_notices(db, clock)
    try_again(db, clock)
    with listening_on(host, port) as listening:
        app = make_app(db, clock, blobs=blob_store_of(data), updates=data / FOLDER_NAME)
        config = config_of(app)
        keep_what_is_loaded()
        _SpokenServer(config, say, url_of(listening)).run(sockets=[listening])


def listening_on(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on. Raises :class:`PortTaken`."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=128)
    except OSError:
        raise PortTaken(host=host, port=port) from None
    # asyncio sets this only on sockets that name their protocol, which accepted ones do not: the
    # end of an answer would wait 40 ms for the word that its beginning arrived.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def url_of(listening: socket.socket) -> str:
    """Where a browser on this computer would reach it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def config_of(app: FastAPI) -> uvicorn.Config:
    """How the app is served: no log of who asked for what, no word about the software."""
    return uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
