"""The only place on the laptop that speaks HTTP.

An answer counts only if a Doorstep server wrote it. Everything in between (login pages, proxies,
redirects) is "no network", whatever status it comes with, so nothing is ever taken as sent.
"""

import gzip
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
import truststore
import urllib3.connection
import urllib3.connectionpool
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from sync.errors import (
    CertificateRefused,
    NameNotFound,
    NetworkError,
    NotEncrypted,
    NotTheServer,
    PortalAnswered,
    ServerBusy,
    ServerUnreachable,
    TooMuchAtOnce,
)
from sync.wire.deadlines import DEADLINES
from sync.wire.messages import (
    MOST_REPLY_BYTES,
    SUM_HEADER,
    WIRE_HEADER,
    WIRE_VERSION,
    sum_of,
)
from sync.wire.signing import SIGNED_HEADER, Signer

CONNECT_TIMEOUT_S: Final = 10.0
DEADLINE_S: Final = 60.0
MOST_RETRY_AFTER_S: Final = 15 * 60
GZIP_FROM_BYTES: Final = 1024
GZIP_LEVEL: Final = 4
_CHUNK_BYTES: Final = 64 * 1024

TOO_LARGE: Final = 413
_BUSY: Final = (429, 502, 503, 504)
_LOGIN_WANTED: Final = (407, 511)
_THIS_COMPUTER: Final = frozenset({"127.0.0.1", "localhost", "::1"})
Meantime = Callable[[], None]
"""What is done while the server works: a request is on its way, and its answer not there yet."""


def nothing() -> None:
    """There is nothing to do meanwhile."""


_BAD_ADDRESS: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


@dataclass(frozen=True)
class Link:
    """How to reach a server: its address and what IT set. ``token`` is sent as a bearer, and the
    ``signer`` of an enrolled computer signs each request."""

    server: str
    token: str = field(default="", repr=False)
    ca_file: str = ""
    proxy: str = ""
    signer: Signer | None = None


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
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        meanwhile: Meantime = nothing,
    ) -> Reply:
        """One request and its whole answer, within ``deadline_s`` seconds in all. ``meanwhile`` is
        called once the request is on its way, by the same thread; not where it never was."""

    def hang_up(self) -> None:
        """Break off the exchange under way, from any thread."""


class LineTransport(Transport, Protocol):
    """A way that also hears an answer while it comes."""

    def exchange_lines(
        self, path: str, body: bytes, hear: Callable[[bytes], None], *, deadline_s: float
    ) -> Reply:
        """POST ``body`` as it is; ``hear`` is given each line of a good answer. What ``hear``
        raises ends the exchange. The reply of a refusal has its body, a good one none."""


def _is_private(server: str) -> bool:
    """Whether residents' data may travel there: encrypted, or without leaving this computer."""
    address = urlsplit(server)
    return address.scheme != "http" or address.hostname in (None, *_THIS_COMPUTER)


class HttpTransport:
    """HTTP through requests. Used by one thread at a time; keeps its connection open.

    Each exchange goes to the adapter itself: a session around it would look into the environment
    for proxies and passwords, keep cookies and merge settings, at a third of a quiet sync's cost.
    """

    def __init__(self, link: Link, *, most_reply_bytes: int = MOST_REPLY_BYTES) -> None:
        self.traffic = Traffic()
        self._link = link
        self._most_reply_bytes = most_reply_bytes
        self._wires = _Wires()
        self._adapter = _Adapter(_tls(link.ca_file), self._wires)
        self._proxies = _through(link.proxy)
        self._headers = {WIRE_HEADER: str(WIRE_VERSION), "Accept-Encoding": "gzip"}
        if link.token:
            self._headers["Authorization"] = f"Bearer {link.token}"

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        meanwhile: Meantime = nothing,
        hear: Callable[[bytes], None] | None = None,
    ) -> Reply:
        """One request and its whole answer. The deadline holds for a trickle too, with each byte of
        which a socket's own timeout starts anew."""
        if not _is_private(self._link.server):
            raise NotEncrypted
        self.traffic.requests += 1
        with DEADLINES.within(deadline_s, self.hang_up), self._wires.beside(meanwhile):
            try:
                return self._exchange(method, path, body, deadline_s, hear)
            except requests.exceptions.SSLError as error:
                raise CertificateRefused from error
            except _BAD_ADDRESS as error:
                raise NotTheServer from error
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
                raise self._unreachable(error) from error
            except OSError as error:
                raise ServerUnreachable from error

    def exchange_lines(
        self, path: str, body: bytes, hear: Callable[[bytes], None], *, deadline_s: float
    ) -> Reply:
        """As :class:`LineTransport` says. The connection is not used again where it broke off."""
        return self.exchange("POST", path, body, deadline_s=deadline_s, hear=hear)

    def close(self) -> None:
        """Let the connection go."""
        self._adapter.close()

    def hang_up(self) -> None:
        """Break off the exchange under way, from any thread: it ends as without a network."""
        for socket in list(self._wires.sockets):
            try:
                socket.shutdown(2)  # SHUT_RDWR wakes the thread that reads.
            except OSError:
                continue  # It was closed meanwhile.

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytes | None,
        deadline_s: float,
        hear: Callable[[bytes], None] | None,
    ) -> Reply:
        headers, sent = _packed(body) if body is not None else ({}, None)
        if self._link.signer is not None:
            signed = self._link.signer.header(self._link.token, method, path, body or b"")
            headers[SIGNED_HEADER] = signed
        self.traffic.up += len(sent or b"")
        url = self._link.server.rstrip("/") + path
        prepared = requests.Request(method, url, self._headers | headers, data=sent).prepare()
        response = self._adapter.send(
            prepared,
            stream=True,
            timeout=(min(CONNECT_TIMEOUT_S, deadline_s), deadline_s),
            proxies=self._proxies,
        )
        with response:
            retry_after_s = _retry_after(response)
            if WIRE_HEADER not in response.headers:
                raise _stranger(response.status_code, retry_after_s)
            if hear is not None and response.status_code == 200:
                for line in response.iter_lines(chunk_size=None):
                    hear(line)
                return Reply(response.status_code, b"")
            whole = self._body(response)
            if response.headers.get(SUM_HEADER, sum_of(whole)) != sum_of(whole):
                # Something turned over on the way: as good as no answer.
                raise ServerUnreachable
            return Reply(response.status_code, whole, retry_after_s)

    def _unreachable(self, error: Exception) -> ServerUnreachable:
        """Why nobody answered, where that can be told."""
        told = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(told, urllib3.exceptions.NameResolutionError) and not self._link.proxy:
            return NameNotFound(host=urlsplit(self._link.server).hostname or "")
        return ServerUnreachable()

    def _body(self, response: requests.Response) -> bytes:
        """The whole body, counted as it comes and after it is unpacked: no bomb fills memory."""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_CHUNK_BYTES):
            size += len(part)
            if size > self._most_reply_bytes:
                raise NotTheServer
            parts.append(part)
        self.traffic.down += response.raw.tell()
        return b"".join(parts)


class _Wires:
    """The open sockets of one transport, and what is to be done once the next request is sent."""

    def __init__(self) -> None:
        self.sockets: WeakSet[Any] = WeakSet()
        self._work = nothing

    @contextmanager
    def beside(self, work: Meantime) -> Iterator[None]:
        """Have it done by :meth:`sent`."""
        self._work = work
        try:
            yield
        finally:
            self._work = nothing

    def sent(self) -> None:
        """The request is on its way."""
        self._work()


class _Adapter(HTTPAdapter):
    """Uses our TLS context alone, never retries by itself, and knows its open sockets."""

    def __init__(self, context: ssl.SSLContext, wires: _Wires) -> None:
        self._context = context
        self._wires = wires
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Hand our context and our connections to urllib3."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(self._wires)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The same for requests that go through a proxy."""
        manager = super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)
        manager.pool_classes_by_scheme = _pool_classes(self._wires)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Verify by our context; requests would add a list of authorities of its own."""
        conn.cert_reqs = "CERT_REQUIRED"


def _through(proxy: str) -> dict[str, str]:
    """For each kind of address the proxy that IT set; one without a scheme is reached by HTTP."""
    if not proxy:
        return {}
    address = proxy if "://" in proxy else f"http://{proxy}"
    return {"http": address, "https": address}


def _pool_classes(wires: _Wires) -> dict[str, Any]:
    class Known:
        sock: Any

        def connect(self) -> None:
            super().connect()  # type: ignore[misc]
            wires.sockets.add(self.sock)

        def getresponse(self) -> Any:
            wires.sent()
            return super().getresponse()  # type: ignore[misc]

    class Plain(Known, urllib3.connection.HTTPConnection):
        pass

    class Tls(Known, urllib3.connection.HTTPSConnection):
        pass

    class PlainPool(urllib3.connectionpool.HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(urllib3.connectionpool.HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


def _tls(ca_file: str) -> ssl.SSLContext:
    """The system's authorities, or the organisation's file where IT set one."""
    context: ssl.SSLContext
    if ca_file:
        if not Path(ca_file).is_file():
            raise CertificateRefused
        context = ssl.create_default_context(cafile=ca_file)
    else:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _packed(body: bytes) -> tuple[dict[str, str], bytes]:
    """A body as it travels, and what is said about it. Photos are packed by their own kind."""
    headers = {"Content-Type": "application/json", SUM_HEADER: sum_of(body)}
    if len(body) < GZIP_FROM_BYTES or not body.startswith(b"{"):
        return headers, body
    return headers | {"Content-Encoding": "gzip"}, gzip.compress(body, GZIP_LEVEL, mtime=0)


def _stranger(status: int, retry_after_s: int) -> NetworkError:
    """What it means that somebody else answered."""
    if status in _BUSY:
        return ServerBusy(retry_after=retry_after_s)
    if status == TOO_LARGE:
        return TooMuchAtOnce()
    if status in _LOGIN_WANTED or status < 400:
        return PortalAnswered()
    return NotTheServer()


def _retry_after(response: requests.Response) -> int:
    """The seconds asked for, within bounds; 0 where none or no number."""
    text = response.headers.get("Retry-After", "")
    return min(int(text), MOST_RETRY_AFTER_S) if text.isascii() and text.isdigit() else 0
