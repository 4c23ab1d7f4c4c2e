"""Running the app until somebody stops it."""

import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.identity import Clock
from sync.server.app import make_app
from sync.server.blobs.stores import BlobStore
from sync.server.database import Database
from sync.server.notices import deliver_notices

_READY: Final = N_("Ready: {url}")


class PortTaken(DoorstepError):
    """Another program listens there, or the address is none of this computer's."""

    code = "server.port"
    message = N_("The server cannot listen on {host}:{port}. Choose another --port.")


class AnsweringServer(uvicorn.Server):
    """Before it stops it answers everybody who waits for news: else it would wait for them."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; what runs is finished first."""
        self.config.app.state.services.lookout.close()  # type: ignore[union-attr]
        await super().shutdown(sockets)


class _SpokenServer(AnsweringServer):
    """Says one line once it takes requests: whoever started it may wait for that."""

    def __init__(self, config: uvicorn.Config, say: Callable[[str], None], url: str) -> None:
        super().__init__(config)
        self._say = say
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._say(_(_READY).format(url=self._url))


def serve_store(
    db: Database,
    clock: Clock,
    blobs: BlobStore,
    host: str,
    port: int,
    say: Callable[[str], None],
) -> None:
    """Serve until a signal stops it. Raises :class:`PortTaken`."""
    deliver_notices(db, clock)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=128)
    except OSError:
        raise PortTaken(host=host, port=port) from None
    # asyncio sets this only on sockets that name their protocol, which accepted ones do not: the
    # end of an answer would wait 40 ms for the word that its beginning arrived.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listening:
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            make_app(db, clock, blobs=blobs),
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        _SpokenServer(config, say, url).run(sockets=[listening])
