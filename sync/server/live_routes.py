"""``/v1/live``: one request that waits for news, or a stream of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from sync.server.deps import BodyDep, CallerDep, Services, ServicesDep, decoded
from sync.server.live import (
    HEARTBEAT_S,
    LONGEST_STREAM_S,
    LONGEST_WAIT_S,
    Watcher,
)
from sync.server.replies import Refused, answer
from sync.wire.messages import WIRE_HEADER, WIRE_VERSION, LiveReply, LiveRequest, Poke

live_router: Final = APIRouter()

_LIVE: Final = msgspec.json.Decoder(LiveRequest)
_HEARTBEAT: Final = b":\n\n"


@live_router.post("/v1/live")
async def wait_for_news(
    request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep
) -> Response:
    """Answered as soon as a head differs from the one that the laptop names, or after a while."""
    asked = decoded(body, _LIVE.decode)
    watcher = await services.lookout.watch(caller, asked.heads)
    try:
        if (watcher.grant_rev, services.database.epoch) == (asked.grant_rev, asked.epoch):
            news = await _news_or_gone(request, watcher, min(asked.wait_s, LONGEST_WAIT_S))
        else:
            news = watcher.news
    finally:
        services.lookout.leave(watcher)
    if watcher.signed_out:
        raise Refused(401, "auth.signed_out")
    reply = LiveReply(epoch=services.database.epoch, grant_rev=watcher.grant_rev, heads=news)
    return answer(request, reply)


@live_router.get("/v1/live")
async def stream_news(caller: CallerDep, services: ServicesDep) -> Response:
    """Server-sent events: every head at first, then each that moves, and a sign of life."""
    watcher = await services.lookout.watch(caller, {})
    headers = {
        WIRE_HEADER: str(WIRE_VERSION),
        "Cache-Control": "no-store",
        # Some proxies collect a whole answer before they pass it on.
        "X-Accel-Buffering": "no",
    }
    return StreamingResponse(
        _stream(watcher, services), headers=headers, media_type="text/event-stream"
    )


async def _stream(watcher: Watcher, services: Services) -> AsyncIterator[bytes]:
    time = asyncio.get_running_loop().time
    ends = time() + LONGEST_STREAM_S
    try:
        while not watcher.over and time() < ends:
            news = await watcher.wait(HEARTBEAT_S)
            for scope_id, head in news.items():
                yield b"data: %s\n\n" % msgspec.json.encode(Poke(scope_id, head))
            if not news:
                yield _HEARTBEAT
    finally:
        services.lookout.leave(watcher)


async def _news_or_gone(request: Request, watcher: Watcher, seconds: float) -> dict[str, int]:
    """The news, or none once whoever asked has hung up: nobody is kept waiting for nobody."""
    waiting = asyncio.ensure_future(watcher.wait(max(0.0, seconds)))
    gone = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else {}
    finally:
        for task in (waiting, gone):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
