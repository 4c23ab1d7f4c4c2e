"""The only place on the laptop that speaks HTTP.

An answer counts only if a Doorstep server wrote it. Everything in between (login pages, proxies,
redirects) is "no network", whatever status it comes with, so nothing is ever taken as sent.
"""

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit
from weakref import WeakSet

import truststore
import urllib3
import urllib3.connection
import urllib3.connectionpool
import urllib3.exceptions
from urllib3.util import make_headers, parse_url

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
        self, method: str, path: str, body: bytes | None = None, *, deadline_s: float = DEADLINE_S
    ) -> Reply:
        """One request and its whole answer, within ``deadline_s`` seconds in all."""

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
    """HTTP through urllib3, which asks no environment for a proxy or a password and remembers no
    cookie. Used by one thread at a time; keeps its connection open."""

    def __init__(self, link: Link, *, most_reply_bytes: int = MOST_REPLY_BYTES) -> None:
        self.traffic = Traffic()
        self._link = link
        self._most_reply_bytes = most_reply_bytes
        self._sockets: WeakSet[Any] = WeakSet()
        self._headers = {WIRE_HEADER: str(WIRE_VERSION), "Accept-Encoding": "gzip"}
        if link.token:
            self._headers["Authorization"] = f"Bearer {link.token}"
        self._pools = self._new_pools()

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        hear: Callable[[bytes], None] | None = None,
    ) -> Reply:
        """One request and its whole answer. The deadline holds for a trickle too."""
        if urlsplit(self._link.server).scheme not in ("http", "https"):
            raise NotTheServer
        if not _is_private(self._link.server):
            raise NotEncrypted
        self.traffic.requests += 1
        with self._deadline(deadline_s):
            try:
                return self._exchange(method, path, body, deadline_s, hear)
            except urllib3.exceptions.SSLError as error:
                raise CertificateRefused from error
            except urllib3.exceptions.LocationValueError as error:
                raise NotTheServer from error
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise self._unreachable(error) from error

    def exchange_lines(
        self, path: str, body: bytes, hear: Callable[[bytes], None], *, deadline_s: float
    ) -> Reply:
        """As :class:`LineTransport` says. The connection is not used again where it broke off."""
        return self.exchange("POST", path, body, deadline_s=deadline_s, hear=hear)

    def close(self) -> None:
        """Let the connection go."""
        self._pools.clear()

    def hang_up(self) -> None:
        """Break off the exchange under way, from any thread: it ends as without a network."""
        for socket in list(self._sockets):
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
        response = self._pools.urlopen(
            method,
            self._link.server.rstrip("/") + path,
            body=sent,
            headers=self._headers | headers,
            timeout=urllib3.Timeout(connect=min(CONNECT_TIMEOUT_S, deadline_s), read=deadline_s),
            redirect=False,
            retries=False,
            preload_content=False,
        )
        with response:
            retry_after_s = _retry_after(response)
            if WIRE_HEADER not in response.headers:
                raise _stranger(response.status, retry_after_s)
            if hear is not None and response.status == 200:
                for line in response:
                    hear(line.rstrip(b"\r\n"))
                return Reply(response.status, b"")
            whole = self._body(response)
            if response.headers.get(SUM_HEADER, sum_of(whole)) != sum_of(whole):
                # Something turned over on the way: as good as no answer.
                raise ServerUnreachable
            return Reply(response.status, whole, retry_after_s)

    def _unreachable(self, error: Exception) -> ServerUnreachable:
        """Why nobody answered, where that can be told."""
        if isinstance(error, urllib3.exceptions.NameResolutionError) and not self._link.proxy:
            return NameNotFound(host=urlsplit(self._link.server).hostname or "")
        return ServerUnreachable()

    def _body(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """The whole body, counted as it comes and after it is unpacked: no bomb fills memory."""
        parts: list[bytes] = []
        size = 0
        for part in response.stream(_CHUNK_BYTES, decode_content=True):
            size += len(part)
            if size > self._most_reply_bytes:
                raise NotTheServer
            parts.append(part)
        self.traffic.down += response.tell()
        return b"".join(parts)

    @contextmanager
    def _deadline(self, deadline_s: float) -> Iterator[None]:
        """End the exchange at its deadline, however slowly bytes come: a socket's own timeout
        starts anew with each of them."""
        timer = threading.Timer(deadline_s, self.hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _new_pools(self) -> urllib3.PoolManager:
        """One connection, by our TLS context alone; :meth:`hang_up` knows its socket."""
        options: dict[str, Any] = {"num_pools": 1, "maxsize": 1}
        options["ssl_context"] = _tls(self._link.ca_file)
        pools = _through(self._link.proxy, options) or urllib3.PoolManager(**options)
        pools.pool_classes_by_scheme = _pool_classes(self._sockets)
        return pools


def _through(proxy: str, options: dict[str, Any]) -> urllib3.PoolManager | None:
    """The way through a proxy, as the user whom its address names; ``None`` where IT set none."""
    if not proxy:
        return None
    address = parse_url(proxy if "://" in proxy else f"http://{proxy}")
    said = make_headers(proxy_basic_auth=unquote(address.auth)) if address.auth else None
    return urllib3.ProxyManager(address.url, proxy_headers=said, **options)


def _pool_classes(sockets: "WeakSet[Any]") -> dict[str, Any]:
    class Plain(urllib3.connection.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class Tls(urllib3.connection.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

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


def _retry_after(response: urllib3.BaseHTTPResponse) -> int:
    """The seconds asked for, within bounds; 0 where none or no number."""
    text = response.headers.get("Retry-After", "")
    return min(int(text), MOST_RETRY_AFTER_S) if text.isascii() and text.isdigit() else 0
