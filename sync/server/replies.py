"""Answers as bytes: every one says that it is ours, and none repeats what was sent."""

import gzip
import logging
from typing import Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.errors import (
    AnotherPerson,
    CodeRefused,
    CourierStranger,
    DevicesFull,
    DiskFull,
    DoorstepError,
    NotFound,
    NotPermitted,
    SignedOut,
    StoreBusy,
)
from sync.server.blobs.pictures import PicturesBusy
from sync.server.blobs.stores import BlobStoreDown
from sync.server.bugs import place_of
from sync.wire.messages import SUM_HEADER, WIRE_HEADER, WIRE_VERSION, ErrorReply, sum_of

log = logging.getLogger(__name__)

GZIP_FROM_BYTES: Final = 1024
GZIP_LEVEL: Final = 5
_GZIP: Final = "application/gzip"
BUSY_SECONDS: Final = 5
# Nothing here is a page: a browser that is led to an answer shall make nothing of it.
_GUARDS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_ENCODER: Final = msgspec.json.Encoder()
_STATUS: Final[dict[type[DoorstepError], int]] = {
    SignedOut: 401,
    CodeRefused: 403,
    DevicesFull: 403,
    AnotherPerson: 403,
    CourierStranger: 403,
    NotPermitted: 403,
    NotFound: 404,
    StoreBusy: 503,
    BlobStoreDown: 503,
    PicturesBusy: 503,
    DiskFull: 507,
}


class Refused(Exception):
    """A request that is answered with a 4xx and a stable code, and nothing else."""

    def __init__(self, status: int, code: str, retry_after: int = 0) -> None:
        self.status = status
        self.code = code
        self.retry_after = retry_after
        super().__init__(code)


def answer(request: Request, message: msgspec.Struct, status: int = 200) -> Response:
    """A message as JSON, compressed where that saves anything and the laptop can read it."""
    body = _ENCODER.encode(message)
    headers = _headers(body)
    if len(body) > GZIP_FROM_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, GZIP_LEVEL, mtime=0)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, status, headers, media_type="application/json")


def answer_bytes(part: bytes) -> Response:
    """Bytes as they are: pictures do not shrink any further."""
    return Response(part, 200, _headers(part), media_type="application/octet-stream")


def _headers(body: bytes) -> dict[str, str]:
    return {
        WIRE_HEADER: str(WIRE_VERSION),
        SUM_HEADER: sum_of(body),
        "Cache-Control": "no-store",
        **_GUARDS,
    }


def packed_answer(request: Request, packed: bytes) -> Response:
    """Bytes that are compressed already, from where an earlier answer broke off (``Range``)."""
    unit, _, wanted = request.headers.get("range", "").partition("=")
    start = wanted.removesuffix("-")
    if unit == "bytes" and start.isdecimal() and int(start) < len(packed):
        rest = packed[int(start) :]
        place = f"bytes {int(start)}-{len(packed) - 1}/{len(packed)}"
        return Response(rest, 206, _headers(rest) | {"Content-Range": place}, media_type=_GZIP)
    return Response(packed, 200, _headers(packed), media_type=_GZIP)


def answer_refusals(app: FastAPI) -> None:
    """Have every failure of ``app`` answered by an :class:`ErrorReply`."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(DoorstepError, _expected)
    app.add_exception_handler(HTTPException, _no_such_route)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_middleware(CalmBugs)


def _error(request: Request, status: int, code: str, retry_after: int = 0) -> Response:
    response = answer(request, ErrorReply(code=code, retry_after=retry_after), status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _unreadable(request: Request, error: Exception) -> Response:
    """The framework's own answer would repeat what was sent."""
    return _error(request, 422, "request.unreadable")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return _error(request, error.status, error.code, error.retry_after)


def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, DoorstepError)
    # The nearest of its kind: a database that does not answer is a store that is busy.
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 400)
    busy = BUSY_SECONDS if status == _STATUS[StoreBusy] else 0
    return _error(request, status, error.code, busy)


def _no_such_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _error(request, error.status_code, f"http.{error.status_code}")


class CalmBugs:
    """Answers our own bugs, inside of the layer that would write their whole trace to the log.

    The text of an error may hold what a resident said, so only its kind and place are kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a failure before the answer began gets an answer of its own."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001  # The last place that can answer it.
            log.error("%s: %s", scope["path"], place_of(error))
            if not begun:
                response = _error(Request(scope), 500, "bug")
                await response(scope, receive, send)
