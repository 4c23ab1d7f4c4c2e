"""The routes of attachments' bytes: one part a request, each of which may be repeated."""

from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response

from sync.server.blobs.intake import Intake
from sync.server.deps import BodyDep, CallerDep, GivingCallerDep, Services, ServicesDep, decoded
from sync.server.replies import Refused, answer, answer_bytes
from sync.wire.messages import BlobStatesRequest

MOST_BLOBS_ASKED: Final = 500
blob_router: Final = APIRouter()
_STATES: Final = msgspec.json.Decoder(BlobStatesRequest)


@blob_router.post("/v1/blobs/{blob_id}")
def status(
    request: Request, blob_id: str, caller: GivingCallerDep, services: ServicesDep
) -> Response:
    """Which parts are missing."""
    return answer(request, _intake(services).status(blob_id, caller))


@blob_router.put("/v1/blobs/{blob_id}/{number}")
def take(
    request: Request,
    blob_id: str,
    number: int,
    body: BodyDep,
    caller: GivingCallerDep,
    services: ServicesDep,
) -> Response:
    """One part, as it is."""
    return answer(request, _intake(services).take(blob_id, number, body, caller))


@blob_router.get("/v1/blobs/{blob_id}/{number}")
def hand_out(blob_id: str, number: int, caller: CallerDep, services: ServicesDep) -> Response:
    """One part, as it is."""
    return answer_bytes(_intake(services).hand_out(blob_id, number, caller))


@blob_router.post("/v1/blob-states")
def states(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """Which of the caller's attachments are safe, and which are not here."""
    asked = decoded(body, _STATES.decode)
    if len(asked.ids) > MOST_BLOBS_ASKED:
        raise Refused(413, "request.too_many")
    return answer(request, _intake(services).states(asked.ids, caller))


def _intake(services: Services) -> Intake:
    return Intake(services.database, services.blobs, services.clock)
