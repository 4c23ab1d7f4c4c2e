"""``/v1/devices``: the community's computers, for whoever looks after them."""

from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response

from sync.server import device_acts
from sync.server.deps import BodyDep, CallerDep, Services, ServicesDep, decoded
from sync.server.office import Office
from sync.server.people import Caller
from sync.server.replies import Refused, answer
from sync.wire.device_messages import DeviceAct, DeviceRequest

device_router: Final = APIRouter()

_DEVICE: Final = msgspec.json.Decoder(DeviceRequest)


def _office(services: Services, caller: Caller) -> Office:
    return Office(services.database, services.clock, services.minter, caller.staff_id)


@device_router.get("/v1/devices")
def devices(request: Request, caller: CallerDep, services: ServicesDep) -> Response:
    """Every computer, those in trouble first."""
    return answer(request, device_acts.listed(_office(services, caller), caller))


@device_router.post("/v1/devices/{act}")
def device_act(
    request: Request, act: str, body: BodyDep, caller: CallerDep, services: ServicesDep
) -> Response:
    """Extend, resume, revoke, or declare lost."""
    if act not in {one.value for one in DeviceAct}:
        raise Refused(404, "not_found")
    asked = decoded(body, _DEVICE.decode)
    office = _office(services, caller)
    reply = device_acts.act_on(office, caller, DeviceAct(act), asked.device)
    services.lookout.nudge()
    return answer(request, reply)
