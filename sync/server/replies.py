"""Answers as bytes: every one says that it is ours, and none repeats what was sent."""

import gzip
import logging
from typing import Final

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from sync.errors import CodeRefused, DiskFull, DoorstepError, StoreBusy
from sync.wire.messages import WIRE_HEADER, WIRE_VERSION, ErrorReply

log = logging.getLogger(__name__)

GZIP_FROM_BYTES: Final = 1024
GZIP_LEVEL: Final = 5
BUSY_SECONDS: Final = 5
_ENCODER: Final = msgspec.json.Encoder()
_STATUS: Final[dict[type[DoorstepError], int]] = {CodeRefused: 403, StoreBusy: 503, DiskFull: 507}


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
    headers = {WIRE_HEADER: str(WIRE_VERSION), "Cache-Control": "no-store"}
    if len(body) > GZIP_FROM_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, GZIP_LEVEL, mtime=0)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, status, headers, media_type="application/json")


def answer_refusals(app: FastAPI) -> None:
    """Have every failure of ``app`` answered by an :class:`ErrorReply`."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(DoorstepError, _expected)
    app.add_exception_handler(HTTPException, _no_such_route)
    app.add_exception_handler(Exception, _bug)


def _error(request: Request, status: int, code: str, retry_after: int = 0) -> Response:
    response = answer(request, ErrorReply(code=code, retry_after=retry_after), status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return _error(request, error.status, error.code, error.retry_after)


def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, DoorstepError)
    status = _STATUS.get(type(error), 400)
    busy = BUSY_SECONDS if status == _STATUS[StoreBusy] else 0
    return _error(request, status, error.code, busy)


def _no_such_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _error(request, error.status_code, f"http.{error.status_code}")


def _bug(request: Request, error: Exception) -> Response:
    # The server's own log has the trace; its text may hold what a resident said.
    log.error("%s %s: %s", request.method, request.url.path, type(error).__name__)
    return _error(request, 500, "bug")
