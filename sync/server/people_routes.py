"""``/v1/people``, ``/v1/grids`` and ``/v1/import``: what the office asks of its server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from sync.server import administering, lists, regrouping
from sync.server.deps import BodyDep, CallerDep, Services, ServicesDep, bounded_body, decoded
from sync.server.office import Office
from sync.server.people import Caller
from sync.server.replies import Refused, answer
from sync.wire.messages import WIRE_HEADER, WIRE_VERSION
from sync.wire.office_messages import (
    AccountRequest,
    CodeReply,
    CodeRequest,
    EndPostRequest,
    ListLine,
    PostRequest,
    RegroupRequest,
    WithdrawRequest,
)

people_router: Final = APIRouter()

_ACCOUNT: Final = msgspec.json.Decoder(AccountRequest)
_POST: Final = msgspec.json.Decoder(PostRequest)
_END: Final = msgspec.json.Decoder(EndPostRequest)
_CODE: Final = msgspec.json.Decoder(CodeRequest)
_REGROUP: Final = msgspec.json.Decoder(RegroupRequest)
_WITHDRAW: Final = msgspec.json.Decoder(WithdrawRequest)


def _office(services: Services, caller: Caller) -> Office:
    return Office(services.database, services.clock, services.minter, caller.staff_id)


@people_router.post("/v1/people/account")
def account(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """Somebody new who may enrol computers."""
    asked = decoded(body, _ACCOUNT.decode)
    reply = administering.add_account(_office(services, caller), caller, asked)
    services.lookout.nudge()
    return answer(request, reply)


@people_router.post("/v1/people/post")
def post(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """A post, or cover for somebody absent."""
    asked = decoded(body, _POST.decode)
    reply = administering.give_post(_office(services, caller), caller, asked)
    services.lookout.nudge()
    return answer(request, reply)


@people_router.post("/v1/people/end-post")
def end_post(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """The last day of a post."""
    asked = decoded(body, _END.decode)
    reply = administering.end_post(_office(services, caller), caller, asked)
    services.lookout.nudge()
    return answer(request, reply)


@people_router.post("/v1/people/code")
def code(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """A one-time code for a colleague's computer."""
    asked = decoded(body, _CODE.decode)
    login, new = administering.give_code(_office(services, caller), caller, asked)
    return answer(request, CodeReply(login=login, code=new.code, expires_at=new.expires_at))


@people_router.post("/v1/grids/regroup")
def regroup(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """Areas that are split, merged or get other households, from a day on."""
    asked = decoded(body, _REGROUP.decode)
    reply = regrouping.regroup(_office(services, caller), caller, asked)
    services.lookout.nudge()
    return answer(request, reply)


@people_router.post("/v1/grids/withdraw")
def withdraw(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """A planned change of areas that is taken back."""
    asked = decoded(body, _WITHDRAW.decode)
    reply = regrouping.withdraw(_office(services, caller), caller, asked)
    services.lookout.nudge()
    return answer(request, reply)


async def _table(request: Request) -> bytes:
    return await bounded_body(request, lists.MOST_LIST_BYTES)


TableDep = Annotated[bytes, Depends(_table)]


@people_router.post("/v1/import/{kind}/{mode}")
async def import_list(
    request: Request,
    kind: str,
    mode: str,
    caller: CallerDep,
    services: ServicesDep,
    table: TableDep,
) -> Response:
    """A table: ``preview``, ``commit``, or ``verify``, which also asks for the missing.

    The answer comes in lines while it works. Going away stops it, and nothing is written.
    """
    if kind not in lists.KINDS_OF_LISTS or mode not in ("preview", "commit", "verify"):
        raise Refused(404, "import.unknown")
    job = await run_in_threadpool(
        lists.list_job,
        _office(services, caller),
        caller,
        kind,
        table,
        commit=mode != "preview",
        verify_missing=mode == "verify",
    )
    headers = {WIRE_HEADER: str(WIRE_VERSION), "Cache-Control": "no-store"}
    lines = _lines(job, services)
    return StreamingResponse(lines, headers=headers, media_type="application/x-ndjson")


async def _lines(job: lists.ListJob, services: Services) -> AsyncIterator[bytes]:
    """Each line as it comes about. Whoever goes away ends this where it waits, which stops the
    work at its next step."""
    waiting: asyncio.Queue[ListLine | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def tell(line: ListLine | None) -> None:
        loop.call_soon_threadsafe(waiting.put_nowait, line)

    telling = lists.Telling(job, tell)
    try:
        while (line := await waiting.get()) is not None:
            yield msgspec.json.encode(line) + b"\n"
    finally:
        telling.stop()
        services.lookout.nudge()
