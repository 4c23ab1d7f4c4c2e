"""Requests that were carried here on a stick: opened, answered as any other, and sealed again.

Each is handed to the app itself, with the bearer token that lay beside it: what a courier brings
passes the same doors, limits and locks as what comes over the network.
"""

import hmac
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message

from sync.errors import CourierDamaged, CourierStranger, StoreBusy
from sync.identity import Minter
from sync.server.database import Database
from sync.server.deps import BY_COURIER, VOUCHED
from sync.wire.courier import HELLO, PULL, PUSH
from sync.wire.messages import (
    CourierAnswer,
    CourierCall,
    CourierReply,
    PullReply,
    PullRequest,
    ScopeCursor,
)
from sync.wire.sealed import (
    ANSWER,
    Envelope,
    Mark,
    open_request,
    parse,
    seal_answer,
    seal_request,
    server_key,
)
from sync.wire.signing import SIGNED_HEADER

CARRIED: Final = frozenset({("GET", HELLO), ("POST", PUSH), ("POST", PULL)})
"""What may be asked by courier; never the courier itself."""

_SIGNED_OUT: Final = 401
_TOO_MANY: Final = 429
_FAILED: Final = 500


async def answer_envelope(
    app: ASGIApp, database: Database, minter: Minter, raw: bytes
) -> CourierReply:
    """Answer one envelope. Raises :class:`CourierDamaged` or :class:`CourierStranger`; then
    nothing was done. After StoreBusy it may be tried again."""
    private = server_key(database.key)
    envelope = parse(raw)
    call = await run_in_threadpool(_opened, envelope, private)
    is_ours = hmac.compare_digest(call.vouched, _vouched(database.key, call))
    status, body = await _asked(app, call, vouched=is_ours)
    if status == _SIGNED_OUT:
        raise CourierStranger
    if status >= _FAILED or status == _TOO_MANY:
        raise StoreBusy
    answer = CourierAnswer(call.path, status, body, _client_of(call))
    return await run_in_threadpool(_reply, envelope.mark, call, answer, database.key, minter)


def _opened(envelope: Envelope, private: X25519PrivateKey) -> CourierCall:
    try:
        call = msgspec.msgpack.decode(open_request(envelope, private), type=CourierCall)
    except msgspec.DecodeError:
        raise CourierDamaged from None
    if (call.method, call.path) not in CARRIED:
        raise CourierDamaged
    return call


def _reply(
    mark: Mark, call: CourierCall, answer: CourierAnswer, key: bytes, minter: Minter
) -> CourierReply:
    """The answer for the sender alone, and what they would ask next."""
    is_pull = answer.status == 200 and call.path == PULL
    further = _further(key, call, answer.body) if is_pull else None
    marked = Mark(ANSWER, mark.file_id, mark.number, mark.last and further is None)
    content = msgspec.msgpack.encode(answer)
    reply = CourierReply(seal_answer(content, marked, call.token, minter.random_bytes))
    if further is not None:
        public = server_key(key).public_key().public_bytes_raw()
        content = msgspec.msgpack.encode(further)
        reply.next = seal_request(content, mark, public, minter.random_bytes)
    return reply


def _client_of(call: CourierCall) -> str:
    """The client id that a request names; hello names none."""
    try:
        return msgspec.json.decode(call.body, type=_Named).client if call.body else ""
    except msgspec.DecodeError:
        return ""  # It was refused.


class _Named(msgspec.Struct):
    client: str = ""


def _further(key: bytes, call: CourierCall, body: bytes) -> CourierCall | None:
    """The sender's next pull, as they would make it after this page; nothing at the end."""
    asked = msgspec.json.decode(call.body, type=PullRequest)
    told = msgspec.json.decode(body, type=PullReply)
    unread = [page for page in told.scopes if not page.done and not page.problem]
    if not any(page.to > page.cursor for page in unread):
        return None
    asked.scopes = [ScopeCursor(one.scope, told.epoch, one.to, one.gen) for one in unread]
    further = CourierCall(call.token, call.method, call.path, msgspec.json.encode(asked))
    further.vouched = _vouched(key, further)
    return further


def _vouched(key: bytes, call: CourierCall) -> bytes:
    """What shows that this server made a request, in the name of who made the one before it."""
    told = msgspec.msgpack.encode((call.token, call.method, call.path, call.body))
    return hmac.digest(key, b"doorstep courier further " + told, "sha256")


async def _asked(app: ASGIApp, call: CourierCall, *, vouched: bool) -> tuple[int, bytes]:
    """The app's own answer: its status and its body."""
    status, body = 0, bytearray()
    unsent = [call.body]

    async def receive() -> Message:
        return {"type": "http.request", "body": unsent.pop() if unsent else b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": call.method,
        "scheme": "https",
        "path": call.path,
        "raw_path": call.path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"authorization", b"Bearer " + call.token.encode()),
            (SIGNED_HEADER.lower().encode(), call.signed.encode()),
        ],
        BY_COURIER: True,
        VOUCHED: vouched,
        "client": None,
        "server": None,
    }
    await app(scope, receive, send)
    return status, bytes(body)
