"""What a route needs of its request: the services, who asks, and a bounded body."""

import zlib
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Annotated, Final, TypeVar, cast

import msgspec
from fastapi import Depends, Request

from sync.errors import DeviceRevoked, DeviceSuspended
from sync.identity import Clock, Minter
from sync.server.blobs.stores import BlobStore
from sync.server.database import Database
from sync.server.live import Lookout
from sync.server.people import Caller, caller_of, lost_caller_of
from sync.server.replies import Refused
from sync.server.request_book import RequestBook
from sync.server.signatures import Standing
from sync.wire.messages import MOST_BODY_BYTES, SUM_HEADER, sum_of
from sync.wire.signing import SIGNED_HEADER, signed_of

ENROLL_TRIES: Final = 10
ENROLL_WINDOW_SECONDS: Final = 60.0
REPORT_TRIES: Final = 60
"""Requests of one channel within the same window."""

MOST_ADDRESSES: Final = 10_000
BY_COURIER: Final = "doorstep.carried"
"""In the scope of a request that a courier brought; nobody can say so over the network."""

VOUCHED: Final = "doorstep.vouched"
"""The same of one that this server made itself, for pages that follow a carried request."""

T = TypeVar("T")


@dataclass
class Tries:
    """How often each address tried something lately: guessing a code is slow, typing is not."""

    clock: Clock
    most: int = ENROLL_TRIES
    _lately: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def allow(self, address: str) -> bool:
        """Count one try. False once there were too many within the window."""
        now = self.clock.monotonic()
        with self._lock:
            tries = self._lately.setdefault(address, deque(maxlen=self.most))
            self._lately.move_to_end(address)
            if len(self._lately) > MOST_ADDRESSES:
                self._lately.popitem(last=False)
            if len(tries) == self.most and now - tries[0] < ENROLL_WINDOW_SECONDS:
                return False
            tries.append(now)
            return True


@dataclass(frozen=True)
class Services:
    """Everything the routes work with, made once when the server starts."""

    database: Database
    clock: Clock
    minter: Minter
    tries: Tries
    reports: Tries
    lookout: Lookout
    requests: RequestBook
    blobs: BlobStore
    updates: Path | None = None


async def services_of(request: Request) -> Services:
    """The services of the app that the request came to. It waits for nothing: no thread for it."""
    return cast("Services", request.app.state.services)


ServicesDep = Annotated[Services, Depends(services_of)]


async def bounded_body(request: Request, most_bytes: int) -> bytes:
    """The body, counted while it comes in and while it is unpacked: a sender's word about its
    length is only a word, and a small packed body may hold any amount."""
    unpack = unpacker(request.headers.get("content-encoding", ""))
    body = bytearray()
    came = 0
    async for chunk in request.stream():
        came += len(chunk)
        body += unpack.some(chunk, most_bytes + 1 - len(body))
        if max(came, len(body)) > most_bytes:
            raise Refused(413, "request.too_large")
    unpack.end()
    whole = bytes(body)
    if request.headers.get(SUM_HEADER, sum_of(whole)) != sum_of(whole):
        raise _damaged()
    signed = signed_of(request.headers.get(SIGNED_HEADER, ""))
    if signed is not None and signed.body_hash != sha256(whole).hexdigest():
        raise _damaged()
    return whole


def _damaged() -> Refused:
    """Something turned over on the way, or is missing; sent again, it is whole."""
    return Refused(503, "request.damaged")


class _Plain:
    """A body that travels as it is."""

    def some(self, chunk: bytes, most: int) -> bytes:
        """What the next piece holds, at most ``most`` bytes of it."""
        return chunk[:most]

    def end(self) -> None:
        """The body is whole."""


class _Gzip(_Plain):
    """A packed body, unpacked piece by piece."""

    def __init__(self) -> None:
        self._unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def some(self, chunk: bytes, most: int) -> bytes:
        # What does not fit stays packed: whoever gets ``most`` bytes refuses the whole body.
        try:
            return self._unpacking.decompress(chunk, most)
        except zlib.error:
            raise _damaged() from None

    def end(self) -> None:
        if not self._unpacking.eof or self._unpacking.unused_data:
            raise _damaged()


def unpacker(encoding: str) -> _Plain:
    """What undoes an encoding of bodies. Raises :class:`Refused` for any but gzip."""
    if encoding in ("", "identity"):
        return _Plain()
    if encoding == "gzip":
        return _Gzip()
    raise Refused(415, "request.encoding")


async def body_of(request: Request) -> bytes:
    """The body of an ordinary request."""
    return await bounded_body(request, MOST_BODY_BYTES)


BodyDep = Annotated[bytes, Depends(body_of)]


def giving_caller(request: Request, services: ServicesDep) -> Caller:
    """Who brings something, by their bearer token and their signature; suspended or not.

    A lost computer is told what it is, and nothing is taken here.
    """
    token = _token(request)
    key = services.database.key
    with services.database.read() as connection:
        found = caller_of(connection, token, key)
        if found is None and lost_caller_of(connection, token, key) is not None:
            raise Refused(401, DeviceRevoked.code)
    if found is None:
        raise _signed_out()
    vouched = request.scope.get(VOUCHED, False)
    return _proved(request, services, found, token) if found.public and not vouched else found


def _proved(request: Request, services: Services, found: Caller, token: str) -> Caller:
    """The caller, once the signature shows that it is no other computer with the same token."""
    signed = signed_of(request.headers.get(SIGNED_HEADER, ""))
    path = str(request.scope["path"])
    public = bytes.fromhex(found.public)
    carried = request.scope.get(BY_COURIER, False)
    fits = signed is not None and signed.fits(public, token, request.method, path, carried=carried)
    if signed is None or not fits:
        raise _signed_out()
    if carried:
        return found  # It was made days ago, and comes in whatever order: it has no number.
    standing, suspended = services.requests.take(found, signed)
    if standing is Standing.REPEATED:
        raise Refused(503, "request.repeated")
    return replace(found, suspended=suspended)


def _signed_out() -> Refused:
    return Refused(401, "auth.signed_out")


async def caller(found: "GivingCallerDep") -> Caller:
    """Who asks. A computer whose profile goes on in two places is given nothing. It waits for
    nothing: no thread for it."""
    if found.suspended:
        raise Refused(401, DeviceSuspended.code)
    return found


def lost_caller(request: Request, services: ServicesDep) -> Caller:
    """The lost computer that asks."""
    with services.database.read() as connection:
        found = lost_caller_of(connection, _token(request), services.database.key)
    if found is None:
        raise _signed_out()
    return found


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(401, "auth.signed_out")
    return token


GivingCallerDep = Annotated[Caller, Depends(giving_caller)]
LostCallerDep = Annotated[Caller, Depends(lost_caller)]
CallerDep = Annotated[Caller, Depends(caller)]


def decoded(body: bytes, decoder: Callable[[bytes], T]) -> T:
    """The body as a message, strictly; what was wrong with it is not repeated."""
    try:
        return decoder(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refused(400, "request.unreadable") from None
