"""The routes carry bytes: they read, call, answer, and decide nothing.

Those that touch the store are plain functions, which FastAPI runs in its thread pool.
"""

from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response

from sync.errors import KeychainNeeded
from sync.identity import local_day, stamp
from sync.server import (
    audit,
    auditing,
    devices,
    leases,
    lost,
    people,
    pulling,
    reading,
    scopes,
    snapshots,
)
from sync.server.daily import do_daily
from sync.server.deps import (
    BodyDep,
    CallerDep,
    GivingCallerDep,
    LostCallerDep,
    Services,
    ServicesDep,
    decoded,
)
from sync.server.grants import remember_grants
from sync.server.incoming import IncomingPush
from sync.server.people import Caller
from sync.server.replies import Refused, answer, packed_answer
from sync.server.signatures import learn_key, token_of
from sync.wire.messages import (
    MOST_BUCKETS,
    MOST_OPS_IN_PUSH,
    OLDEST_WIRE,
    WIRE_HEADER,
    AuditRequest,
    BucketsRequest,
    DeviceState,
    EnrollReply,
    EnrollRequest,
    KeyReply,
    KeyRequest,
    PullRequest,
    PurgedRequest,
    RowsRequest,
    TokenReply,
)

MOST_SCOPES_IN_PULL: Final = 2000
router: Final = APIRouter()

_PUSH: Final = msgspec.json.Decoder(IncomingPush)
_PULL: Final = msgspec.json.Decoder(PullRequest)
_ENROLL: Final = msgspec.json.Decoder(EnrollRequest)
_KEY: Final = msgspec.json.Decoder(KeyRequest)
_PURGED: Final = msgspec.json.Decoder(PurgedRequest)
_DEVICE_STATE: Final = msgspec.json.Decoder(DeviceState)
_AUDIT: Final = msgspec.json.Decoder(AuditRequest)
_BUCKETS: Final = msgspec.json.Decoder(BucketsRequest)
_ROWS: Final = msgspec.json.Decoder(RowsRequest)


class Health(msgspec.Struct):
    """``GET /health``: the server answers and its store opens."""

    ok: bool
    epoch: str


@router.get("/health")
def health(request: Request, services: ServicesDep) -> Response:
    """Ready, once a snapshot of the store could be opened."""
    with services.database.read():
        return answer(request, Health(ok=True, epoch=services.database.epoch))


@router.post("/v1/enroll")
def enroll(request: Request, body: BodyDep, services: ServicesDep) -> Response:
    """Spend a one-time code."""
    if not services.tries.allow(request.client.host if request.client else ""):
        raise Refused(429, "auth.too_many", retry_after=60)
    asked = decoded(body, _ENROLL.decode)
    with services.database.read() as connection:
        if leases.rules_of(connection).keychain_needed and not asked.keychain:
            raise Refused(403, KeychainNeeded.code)
    enrolled = people.enroll(
        services.database,
        asked.code,
        asked.device_name,
        asked.app_version,
        services.clock,
        services.minter,
        asked.login,
    )
    if asked.key:
        _learn(services, enrolled.client_id, asked.key)
    remember_grants(services.database, enrolled.account.id, local_day(services.clock.now()))
    with services.database.read() as connection:
        user = reading.user_info(connection, enrolled.account, services.clock)
    reply = EnrollReply(
        client_id=enrolled.client_id,
        token=enrolled.token,
        user=user,
        epoch=services.database.epoch,
        server_time=stamp(services.clock.now()),
        lease=leases.lend(services.database, enrolled.client_id, services.clock),
    )
    return answer(request, reply)


@router.post("/v1/lease")
def lease(request: Request, caller: CallerDep, services: ServicesDep) -> Response:
    """The server's part of this computer's key, once more."""
    people.note_seen(services.database, caller, services.clock)
    return answer(request, leases.lend(services.database, caller.client_id, services.clock))


@router.post("/v1/device-key")
def device_key(
    request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep
) -> Response:
    """The key of a computer that was enrolled before there were such."""
    asked = decoded(body, _KEY.decode)
    _learn(services, caller.client_id, asked.key)
    return answer(request, KeyReply())


@router.post("/v1/token")
def token(request: Request, caller: CallerDep, services: ServicesDep) -> Response:
    """The token after the one that was shown."""
    renewed = token_of(services.database.key, caller.client_id, caller.serial + 1)
    return answer(request, TokenReply(renewed))


@router.post("/v1/hand-in")
def hand_in(
    request: Request, body: BodyDep, caller: LostCallerDep, services: ServicesDep
) -> Response:
    """What a lost computer had not sent."""
    asked = decoded(body, _PUSH.decode)
    if asked.count > MOST_OPS_IN_PUSH:
        raise Refused(413, "request.too_many")
    return answer(request, lost.hand_in(services.database, caller, asked, services.clock))


@router.get("/v1/hello")
def hello(request: Request, caller: GivingCallerDep, services: ServicesDep) -> Response:
    """Versions, grants, policy."""
    _check_version(request)
    do_daily(services.database, services.clock)
    _remember(services, caller)
    people.note_seen(services.database, caller, services.clock)
    return answer(request, reading.hello(services.database, caller, services.clock))


@router.post("/v1/push")
def push(
    request: Request, body: BodyDep, caller: GivingCallerDep, services: ServicesDep
) -> Response:
    """Operations of one lane or several."""
    asked = decoded(body, _PUSH.decode)
    if asked.count > MOST_OPS_IN_PUSH:
        raise Refused(413, "request.too_many")
    if asked.names_one_twice:
        raise Refused(400, "request.unreadable")
    if not caller.owns_lane(asked.client):
        raise Refused(403, "auth.client")
    _remember(services, caller)
    reply = scopes.push(services.database, asked, caller, services.clock)
    services.lookout.nudge()
    if _speaks_enough(request):
        reply.quiet = pulling.sum_after(services.database, asked, caller, services.clock)
    return answer(request, reply)


@router.post("/v1/pull")
def pull(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """Rows after the cursors."""
    _check_version(request)
    asked = decoded(body, _PULL.decode)
    if len(asked.scopes) > MOST_SCOPES_IN_PULL:
        raise Refused(413, "request.too_many")
    if not caller.owns_lane(asked.client):
        raise Refused(403, "auth.client")
    return answer(request, pulling.pull(services.database, asked, caller, services.clock))


@router.post("/v1/audit")
def buckets(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """Where a laptop's copy differs."""
    asked = decoded(body, _BUCKETS.decode)
    return answer(request, auditing.buckets(services.database, asked.scope, caller, services.clock))


@router.post("/v1/fetch")
def fetch(request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep) -> Response:
    """The rows of the parts that differ."""
    asked = decoded(body, _ROWS.decode)
    if len(asked.buckets) > MOST_BUCKETS:
        raise Refused(413, "request.too_many")
    return answer(request, auditing.fetch(services.database, asked, caller, services.clock))


@router.get("/v1/snapshot/{scope_id}/{rev}/{number}")
def snapshot_part(
    request: Request,
    scope_id: str,
    rev: int,
    number: int,
    caller: CallerDep,
    services: ServicesDep,
) -> Response:
    """One part of a snapshot that a pull offered."""
    packed = snapshots.part(services.database, caller, (scope_id, rev, number), services.clock)
    if packed is None:
        # The same answer for what is not there any more and what is not yours.
        raise Refused(404, "snapshot.not_found")
    return packed_answer(request, packed)


@router.get("/v1/held")
def held(request: Request, caller: CallerDep, services: ServicesDep) -> Response:
    """What is kept aside."""
    return answer(request, reading.held(services.database, caller, services.clock))


@router.get("/v1/history/{type_}/{row_id}")
def history(
    request: Request, type_: str, row_id: str, caller: CallerDep, services: ServicesDep
) -> Response:
    """How a row came to be what it is."""
    found = reading.history(services.database, caller, type_, row_id, services.clock)
    if found is None:
        # The same answer for what is not there and what is not yours.
        raise Refused(404, "record.not_found")
    return answer(request, found)


@router.post("/v1/purged")
def purged(
    request: Request, body: BodyDep, caller: GivingCallerDep, services: ServicesDep
) -> Response:
    """Scopes that were taken from a laptop and are gone from it."""
    asked = decoded(body, _PURGED.decode)
    if len(asked.scopes) > MOST_SCOPES_IN_PULL:
        raise Refused(413, "request.too_many")
    return answer(request, people.note_purged(services.database, caller, asked, services.clock))


@router.post("/v1/device-state")
def device_state(
    request: Request, body: BodyDep, caller: CallerDep, services: ServicesDep
) -> Response:
    """What a computer says of itself: counts and codes."""
    told = decoded(body, _DEVICE_STATE.decode)
    return answer(request, devices.keep_state(services.database, caller, told, services.clock))


@router.post("/v1/audit-events")
def audit_events(
    request: Request, body: BodyDep, caller: GivingCallerDep, services: ServicesDep
) -> Response:
    """Looks at masked values, logged by the laptop."""
    asked = decoded(body, _AUDIT.decode)
    if len(asked.events) > audit.MOST_EVENTS:
        raise Refused(413, "request.too_many")
    return answer(
        request, audit.record_events(services.database, caller, asked.events, services.clock)
    )


def _check_version(request: Request) -> None:
    """Who speaks too old a version gets nothing new; what it has to say is still taken."""
    if not _speaks_enough(request):
        raise Refused(426, "sync.upgrade")


def _speaks_enough(request: Request) -> bool:
    spoken = request.headers.get(WIRE_HEADER, "")
    return not spoken.isdecimal() or int(spoken) >= OLDEST_WIRE


def _learn(services: Services, client_id: str, key: bytes) -> None:
    services.database.run(lambda connection: learn_key(connection, client_id, key, services.clock))


def _remember(services: Services, caller: Caller) -> None:
    remember_grants(services.database, caller.staff_id, local_day(services.clock.now()))
