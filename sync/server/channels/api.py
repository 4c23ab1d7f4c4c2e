"""``/v1/reports``: a channel hands over reports and asks how they stand; OpenAPI describes it."""

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from sync import __version__
from sync.errors import NotFound, NotPermitted
from sync.server.channels.reports import (
    MOST_PHOTO_BYTES,
    PREFIX,
    Answer,
    Channel,
    Channels,
    Receipt,
    Report,
    ReportRefused,
)
from sync.server.deps import CallerDep, Services, ServicesDep, bounded_body, decoded
from sync.server.office import Office
from sync.server.replies import Refused, answer
from sync.wire.messages import ErrorReply

MOST_REPORT_BYTES: Final = MOST_PHOTO_BYTES * 4 // 3 + 64 * 1024
"""A photo in base64, and the words beside it."""

channel_router: Final = APIRouter()


class Posted(Report):
    """A report with its ``photo`` in base64: JPEG or PNG, at most 5 MB."""

    photo: bytes = b""


_POSTED: Final = msgspec.json.Decoder(Posted)


async def _report_body(request: Request) -> bytes:
    return await bounded_body(request, MOST_REPORT_BYTES)


def channel_of(caller: CallerDep, services: ServicesDep) -> Channel:
    """The channel whose token came with the request; a person's computer is none."""
    if not str(caller.account.login).startswith(PREFIX):
        raise NotPermitted
    if not services.reports.allow(caller.staff_id):
        raise Refused(429, "auth.too_many", retry_after=60)
    return Channel(caller.account)


ChannelDep = Annotated[Channel, Depends(channel_of)]


@channel_router.post("/v1/reports")
def report(
    request: Request,
    body: Annotated[bytes, Depends(_report_body)],
    channel: ChannelDep,
    services: ServicesDep,
) -> Response:
    """One report becomes a matter; the same id again is answered with what it became."""
    posted = decoded(body, _POSTED.decode)
    try:
        receipt = _channels(services).take(channel, posted, posted.photo)
    except ReportRefused as error:
        return answer(request, ErrorReply(code=error.code, details={"what": error.sentence()}), 422)
    services.lookout.nudge()
    return answer(request, receipt)


@channel_router.get("/v1/reports/openapi.json")
def describe(request: Request) -> Response:
    """What this part of the server understands, for whoever connects a channel."""
    return Response(msgspec.json.encode(openapi()), media_type="application/json")


@channel_router.get("/v1/reports/{report_id}")
def stands(
    request: Request, report_id: str, channel: ChannelDep, services: ServicesDep
) -> Response:
    """How a report of this channel stands."""
    try:
        return answer(request, _channels(services).answer(channel, report_id))
    except NotFound:
        raise Refused(404, "record.not_found") from None


def _channels(services: Services) -> Channels:
    office = Office(services.database, services.clock, services.minter)
    return Channels(office, services.blobs)


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document, made of the very shapes that the routes read and write."""
    refs, shapes = msgspec.json.schema_components(
        [Posted, Receipt, Answer, ErrorReply], ref_template="#/components/schemas/{name}"
    )
    posted, receipt, told, wrong = ({"application/json": {"schema": ref}} for ref in refs)

    def reply(what: str, content: Any) -> dict[str, Any]:
        return {"description": what, "content": content}

    refused = {
        "401": reply("No token, or one that was revoked.", wrong),
        "403": reply("The token is no channel's.", wrong),
        "429": reply("Too many within a minute; see Retry-After.", wrong),
    }
    by_id = {"name": "report_id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Doorstep: reports of residents", "version": __version__},
        "security": [{"channel": []}],
        "paths": {
            "/v1/reports": {
                "post": {
                    "summary": "Hand over a report. The same id again changes nothing.",
                    "requestBody": {"required": True, "content": posted},
                    "responses": {
                        "200": reply("It is a matter now, or was one already.", receipt),
                        "400": reply("No JSON of this shape.", wrong),
                        "413": reply("Larger than the largest photo.", wrong),
                        "422": reply("It cannot become a matter; `details.what` says why.", wrong),
                        **refused,
                    },
                }
            },
            "/v1/reports/{report_id}": {
                "get": {
                    "summary": "How a report stands, and the answer once there is one.",
                    "parameters": [by_id],
                    "responses": {
                        "200": reply("Where it stands.", told),
                        "404": reply("No such report of this channel.", wrong),
                        **refused,
                    },
                }
            },
        },
        "components": {
            "schemas": shapes,
            "securitySchemes": {"channel": {"type": "http", "scheme": "bearer"}},
        },
    }
