"""The server's calls, typed. Every refusal becomes one of our errors, by its stable code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from sync.errors import (
    AnotherPerson,
    AreaInUse,
    AreaNotHere,
    CodeRefused,
    CourierDamaged,
    CourierStranger,
    DaysWrong,
    DeviceRevoked,
    DeviceSuspended,
    DoorstepError,
    HouseholdsElsewhere,
    KeychainNeeded,
    LoginTaken,
    LoginWrong,
    NameWanted,
    NothingLent,
    NotPermitted,
    NotSuspended,
    OwnComputer,
    PostsMixed,
    RequestRefused,
    ServerBusy,
    ServerUnreachable,
    SignedOut,
    TooMuchAtOnce,
    UpgradeNeeded,
)
from sync.wire.messages import (
    AuditEvent,
    AuditReply,
    AuditRequest,
    BlobStates,
    BlobStatesRequest,
    BlobStatus,
    BucketsReply,
    BucketsRequest,
    CourierReply,
    DeviceState,
    DeviceStateReply,
    EnrollReply,
    EnrollRequest,
    ErrorReply,
    HandInReply,
    HeldReply,
    Hello,
    HistoryItem,
    HistoryReply,
    KeyReply,
    KeyRequest,
    LeaseReply,
    LiveReply,
    LiveRequest,
    PullReply,
    PullRequest,
    PurgedReply,
    PurgedRequest,
    PushReply,
    PushRequest,
    RowsReply,
    RowsRequest,
    TokenReply,
    UpdateOffer,
)
from sync.wire.transport import TOO_LARGE, Meantime, Reply, Transport, nothing

T = TypeVar("T")

_WITH_CODES: Final = (
    AreaInUse,
    AreaNotHere,
    DaysWrong,
    HouseholdsElsewhere,
    LoginTaken,
    LoginWrong,
    NameWanted,
    NothingLent,
    NotSuspended,
    OwnComputer,
    AnotherPerson,
    CodeRefused,
    CourierDamaged,
    CourierStranger,
    DeviceRevoked,
    DeviceSuspended,
    KeychainNeeded,
    NotPermitted,
    PostsMixed,
    SignedOut,
    UpgradeNeeded,
)
_BY_CODE: Final[Mapping[str, type[DoorstepError]]] = MappingProxyType(
    {error.code: error for error in _WITH_CODES}
)
_BY_STATUS: Final[Mapping[int, type[DoorstepError]]] = MappingProxyType(
    {401: SignedOut, 403: NotPermitted, TOO_LARGE: TooMuchAtOnce, 426: UpgradeNeeded}
)
_BUSY: Final = (429, 502, 503, 504)
_SMALL_DEADLINE_S: Final = 30.0
_LARGE_DEADLINE_S: Final = 180.0
_MORE_THAN_THE_WAIT_S: Final = 15.0
"""The server waits as long as it was asked to; the line gets this much on top."""


class Client:
    """Speaks to one server over one transport."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def enroll(self, request: EnrollRequest) -> EnrollReply:
        """Spend a one-time code. Raises :class:`CodeRefused` or AnotherPerson."""
        return self._call("POST", "/v1/enroll", EnrollReply, request)

    def hello(self) -> Hello:
        """Versions, grants and policy. Raises :class:`UpgradeNeeded`, SignedOut."""
        return self._call("GET", "/v1/hello", Hello)

    def lease(self) -> LeaseReply:
        """The server's part of this computer's key. Raises :class:`DeviceRevoked`, SignedOut."""
        return self._call("POST", "/v1/lease", LeaseReply)

    def take_key(self, public: bytes) -> None:
        """Have the server know this computer's key. SignedOut: it knows another one."""
        self._call("POST", "/v1/device-key", KeyReply, KeyRequest(public))

    def renew_token(self) -> str:
        """The token after the present one; asked again, the same."""
        return self._call("POST", "/v1/token", TokenReply).token

    def hand_in(self, request: PushRequest) -> list[str]:
        """Give away what a lost computer had not sent: the ids that are kept for the desk now."""
        deadline_s = _LARGE_DEADLINE_S
        reply = self._call("POST", "/v1/hand-in", HandInReply, request, deadline_s=deadline_s)
        return reply.taken

    def push(self, request: PushRequest, meanwhile: Meantime = nothing) -> PushReply:
        """Send operations. ``meanwhile`` is done while the server works on them."""
        body = msgspec.json.encode(request)
        reply = self.transport.exchange(
            "POST", "/v1/push", body, deadline_s=_LARGE_DEADLINE_S, meanwhile=meanwhile
        )
        return _read(reply, PushReply)

    def pull(self, request: PullRequest) -> PullReply:
        """Receive rows of all scopes."""
        return self._call("POST", "/v1/pull", PullReply, request, deadline_s=_LARGE_DEADLINE_S)

    def audit(self, scope: str) -> BucketsReply:
        """The parts of a scope's digest."""
        return self._call("POST", "/v1/audit", BucketsReply, BucketsRequest(scope))

    def fetch(self, scope: str, buckets: list[int]) -> RowsReply:
        """The rows in some of those parts."""
        asked = RowsRequest(scope, buckets)
        return self._call("POST", "/v1/fetch", RowsReply, asked, deadline_s=_LARGE_DEADLINE_S)

    def snapshot_part(self, scope: str, rev: int, number: int) -> bytes:
        """One part of a snapshot, compressed. Raises :class:`RequestRefused` once it is gone."""
        path = f"/v1/snapshot/{quote(scope, safe='')}/{rev}/{number}"
        reply = self.transport.exchange("GET", path, None, deadline_s=_LARGE_DEADLINE_S)
        if reply.status != 200:
            raise refusal(reply)
        return reply.body

    def held(self) -> HeldReply:
        """What the server keeps aside."""
        return self._call("GET", "/v1/held", HeldReply)

    def history(self, type_: str, row_id: str) -> list[HistoryItem]:
        """How a row came to be what it is, oldest first."""
        path = f"/v1/history/{quote(type_, safe='')}/{quote(row_id, safe='')}"
        return self._call("GET", path, HistoryReply).items

    def report_looks(self, events: list[AuditEvent]) -> int:
        """Have looks at masked values recorded; the same ones twice count once."""
        return self._call("POST", "/v1/audit-events", AuditReply, AuditRequest(events)).recorded

    def report_purged(self, scopes: dict[str, int]) -> int:
        """Scopes that are gone from this computer, and how much of each has to stay for now."""
        return self._call("POST", "/v1/purged", PurgedReply, PurgedRequest(scopes)).recorded

    def report_state(self, state: DeviceState) -> None:
        """Tell IT how this computer is. RequestRefused: the server is older than this route."""
        self._call("POST", "/v1/device-state", DeviceStateReply, state)

    def update_offered(self, channel: str, platform: str) -> UpdateOffer | None:
        """The release that the server hands out for such a computer, if any."""
        try:
            return self._call("GET", _update_path(channel, platform), UpdateOffer)
        except RequestRefused:
            return None  # There is none, or the server is older than this route.

    def update_part(self, channel: str, platform: str, start: int) -> bytes:
        """Bytes of that release from ``start`` on; none at its end."""
        path = f"{_update_path(channel, platform)}/{start}"
        reply = self.transport.exchange("GET", path, None, deadline_s=_LARGE_DEADLINE_S)
        if reply.status != 200:
            raise refusal(reply)
        return reply.body

    def wait_for_news(self, request: LiveRequest) -> LiveReply:
        """Wait until a scope moved past what is named, at most ``wait_s``.

        Use a client of its own: the connection is taken while it waits, and
        :meth:`~sync.wire.transport.HttpTransport.hang_up` ends it from another thread.
        """
        deadline_s = request.wait_s + _MORE_THAN_THE_WAIT_S
        return self._call("POST", "/v1/live", LiveReply, request, deadline_s=deadline_s)

    def blob_status(self, blob_id: str) -> BlobStatus:
        """Which parts of an attachment the server still wants. RequestRefused: no such record."""
        return self._call("POST", f"/v1/blobs/{quote(blob_id, safe='')}", BlobStatus)

    def send_blob_part(self, blob_id: str, number: int, part: bytes) -> BlobStatus:
        """Send one part; sending it again changes nothing. RequestRefused: not taken."""
        path = f"/v1/blobs/{quote(blob_id, safe='')}/{number}"
        reply = self.transport.exchange("PUT", path, part, deadline_s=_LARGE_DEADLINE_S)
        return _read(reply, BlobStatus)

    def blob_states(self, ids: list[str]) -> BlobStates:
        """Which attachments the server can no longer lose, and which it lost."""
        return self._call("POST", "/v1/blob-states", BlobStates, BlobStatesRequest(ids))

    def blob_part(self, blob_id: str, number: int) -> bytes:
        """One part of an attachment that is ready. RequestRefused: none such."""
        path = f"/v1/blobs/{quote(blob_id, safe='')}/{number}"
        reply = self.transport.exchange("GET", path, deadline_s=_LARGE_DEADLINE_S)
        if reply.status != 200:
            raise refusal(reply)
        return reply.body

    def carry(self, envelope: bytes) -> CourierReply:
        """Hand over one envelope of another computer. Raises :class:`CourierDamaged`, Stranger."""
        deadline_s = _LARGE_DEADLINE_S
        reply = self.transport.exchange("POST", "/v1/courier", envelope, deadline_s=deadline_s)
        return _read(reply, CourierReply)

    def _call(
        self,
        method: str,
        path: str,
        kind: type[T],
        request: msgspec.Struct | None = None,
        *,
        deadline_s: float = _SMALL_DEADLINE_S,
    ) -> T:
        body = msgspec.json.encode(request) if request is not None else None
        reply = self.transport.exchange(method, path, body, deadline_s=deadline_s)
        return _read(reply, kind)


def _read(reply: Reply, kind: type[T]) -> T:
    if reply.status != 200:
        raise refusal(reply)
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except msgspec.DecodeError as error:
        # Cut off or flipped on the way: as good as no answer, and safe to ask for again.
        raise ServerUnreachable from error


def refusal(reply: Reply) -> DoorstepError:
    """Our error for a server's refusal: by its code, else by its status."""
    try:
        said = msgspec.json.decode(reply.body, type=ErrorReply)
    except msgspec.DecodeError:
        said = ErrorReply(code="")
    if reply.status in _BUSY:
        return ServerBusy(retry_after=reply.retry_after_s or said.retry_after)
    known = _BY_CODE.get(said.code) or _BY_STATUS.get(reply.status)
    if known is not None:
        return known()
    return RequestRefused(reason=said.code or str(reply.status))


def _update_path(channel: str, platform: str) -> str:
    return f"/v1/updates/{quote(channel, safe='')}/{quote(platform, safe='')}"
