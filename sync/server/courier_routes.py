"""``/v1/courier``: whoever has a line hands over the envelopes of whoever has none."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from sync.server.courier import answer_envelope
from sync.server.deps import CallerDep, ServicesDep, bounded_body
from sync.server.replies import answer
from sync.wire.sealed import MOST_REQUEST_BYTES

courier_router: Final = APIRouter()


async def _envelope(request: Request) -> bytes:
    return await bounded_body(request, MOST_REQUEST_BYTES)


@courier_router.post("/v1/courier")
async def carry(
    request: Request,
    envelope: Annotated[bytes, Depends(_envelope)],
    caller: CallerDep,
    services: ServicesDep,
) -> Response:
    """One envelope: the relaying computer has to be known, and cannot read what it hands over."""
    reply = await answer_envelope(request.app, services.database, services.minter, envelope)
    return answer(request, reply)
