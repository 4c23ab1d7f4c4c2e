"""Every message of the protocol, as typed structures.

Unknown members are ignored: a newer peer may say more.
"""

from collections.abc import Sequence
from typing import Any, Final
from zlib import crc32

import msgspec

from sync.merge.operation import Op

WIRE_VERSION: Final = 1
OLDEST_WIRE: Final = 1
"""The oldest that the server still answers in. It takes operations in older ones for 24 months."""
WIRE_HEADER: Final = "Doorstep-Wire"
"""In every reply of the server. A reply without it came from something in between."""

SUM_HEADER: Final = "Doorstep-Sum"
"""Beside a body, either way: :func:`sum_of` it before any compression. It finds what flips on the
way where something in between unpacks TLS; it proves nothing about who wrote the body."""

MOST_OPS_IN_PUSH: Final = 500
MOST_BODY_BYTES: Final = 1024 * 1024
MOST_UPDATE_PART_BYTES: Final = 4 * 1024 * 1024
MOST_REPLY_BYTES: Final = 64 * 1024 * 1024
DEFAULT_PAGE_ROWS: Final = 5_000
BUCKETS: Final = 256
MOST_BUCKETS: Final = 32
"""Asked for at once; a copy that differs in more is better taken anew."""


def sum_of(body: bytes | bytearray) -> str:
    """The CRC-32 of a body, 8 hex digits: it finds every single flipped bit."""
    return f"{crc32(body):08x}"


class Struct(msgspec.Struct, omit_defaults=True):
    """The base of every message."""


class UserInfo(Struct):
    """The person a token belongs to, and what their posts let them hold."""

    staff_id: str
    login: str
    name: str
    posts: list[str]
    community_id: str
    community_name: str
    grid_ids: list[str] = []


class EnrollRequest(Struct):
    """One-time code, and the name this computer goes by in conflicts and on the device list.

    ``login`` is the person whose work is on the computer already: no other's code will do.
    ``keychain`` says that the computer has one; an office may ask for it. ``key`` is the public
    half of what it signs its requests with.
    """

    code: str
    device_name: str
    app_version: str = ""
    login: str = ""
    keychain: bool = False
    key: bytes = b""


class Spare(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sealed copy of the secret; the code of this ``number`` opens it, for ``days`` more."""

    number: int
    days: int
    sealed: bytes


class LeaseReply(Struct):
    """``POST /v1/lease``: the server's part, always the same, and for how many days it is lent.

    ``recovery_key`` is the organisation's public one, empty where it has none yet;
    ``keychain_needed`` says that no profile may be without a keychain. ``wants_key`` asks for the
    key that this computer signs with, ``wants_token`` to have its token renewed.
    """

    secret: bytes
    days: int
    spares: tuple[Spare, ...] = ()
    recovery_key: bytes = b""
    keychain_needed: bool = False
    wants_key: bool = False
    wants_token: bool = False


class KeyRequest(Struct):
    """``POST /v1/device-key``: the public Ed25519 key that this computer signs with."""

    key: bytes


class KeyReply(Struct):
    """The server knows it now; telling it again changes nothing."""

    known: bool = True


class TokenReply(Struct):
    """``POST /v1/token``: the token after the one that was shown. That one holds until this one
    is used, so a reply that is lost costs nothing."""

    token: str


class HandInReply(Struct):
    """``POST /v1/hand-in``: the operations of a lost computer that are kept for the desk now."""

    taken: list[str]


class EnrollReply(Struct):
    """What the laptop keeps. Of the bearer token the server keeps only a hash."""

    client_id: str
    token: str
    user: UserInfo
    epoch: str
    server_time: str
    lease: LeaseReply | None = None


class Hello(Struct):
    """``GET /v1/hello``: versions spoken, scopes granted, policy.

    ``courier_key`` is the server's public X25519 key for files that are carried to it.
    """

    wire: int
    schema: int
    epoch: str
    grant_rev: int
    grants: list[str]
    user: UserInfo
    server_time: str
    policy: dict[str, Any] = {}
    courier_key: bytes = b""


class Lane(Struct):
    """The state of (client, scope): the next number expected, and the highest durable one."""

    next: int = 1
    durable: int = 0


class LaneOps(Struct):
    """Operations of one lane, numbered from ``first_seq``; raw ones travel as they are."""

    scope: str
    first_seq: int
    ops: Sequence[Op | msgspec.Raw]


class PushRequest(Struct):
    """At most :data:`MOST_OPS_IN_PUSH` operations of one lane, numbered from ``first_seq``.

    ``client`` is the id that enrolment gave, or after ``seq_reuse`` a new one of the same
    computer: ``<that id>~<any suffix>``, whose lanes begin at 1 again. ``more`` are other lanes
    of the same client, each named once; the limit is for all of them together. ``boot``,
    ``mono`` and ``at`` are what the device's clocks say as it sends this, by which the server
    estimates when the operations were written; a message that is carried leaves them out.

    A laptop that holds every scope of its grants, all of ``epoch``, says so by ``gens``: the gen
    of each, in the order of the grants of ``grant_rev``. The reply then has ``quiet``.
    """

    scope: str
    client: str
    first_seq: int
    ops: Sequence[Op | msgspec.Raw]
    epoch: str = ""
    more: list[LaneOps] = []
    boot: str = ""
    mono: float = 0.0
    at: str = ""
    grant_rev: int = 0
    gens: list[int] = []


class OpOutcome(Struct):
    """A receipt: how one operation ended, at which revision, and when the server took it.

    ``rev`` is the head of the scope once it was settled: whoever has pulled up to it holds
    everything that the operation did, its conflicts and computed fields included. ``code``
    says why it was held; ``conflicts`` names the conflict rows its fields went to. ``home`` is
    the scope where it was settled, if its row had moved away from the lane's: ``rev`` is that
    scope's then, and ``code`` says ``moved``.
    """

    op_id: str
    seq: int
    outcome: str
    rev: int
    at: str
    code: str = ""
    conflicts: list[str] = []
    home: str = ""


class PushReply(Struct):
    """One outcome for each operation taken.

    ``problem`` is empty, ``"gap"`` (send from ``lane.next``), or ``"seq_reuse"`` (another
    operation has this number: the disk was cloned; take a new client id, keep the op ids).
    ``more`` answers the other lanes of the request, in its order.

    ``quiet`` answers ``gens``: the sum of a :class:`PullReply` over every scope, as they stand now.
    A laptop whose own sum is the same by then has no news to ask for.
    """

    scope: str
    epoch: str
    lane: Lane
    head: int
    grant_rev: int
    server_time: str
    outcomes: list[OpOutcome] = []
    problem: str = ""
    more: list["PushReply"] = []
    quiet: str = ""


class ScopeCursor(Struct):
    """What a laptop has of one scope. ``gen`` counts its own resets, and is echoed."""

    scope: str
    epoch: str = ""
    cursor: int = 0
    gen: int = 0


class PullRequest(Struct):
    """All scopes in one request; ``limit`` bounds the rows of the reply over all of them.

    ``snapshots`` says that the laptop can begin an empty copy with a :class:`Snapshot`.

    A laptop that holds every scope of its grants names none: ``held`` is then (cursor, gen) of
    each, in the order of the grants of ``grant_rev``, and ``epoch`` is that of all of them. The
    reply has pages of those with news alone, and speaks of the others in ``quiet``.
    """

    client: str
    scopes: list[ScopeCursor] = []
    grant_rev: int = 0
    limit: int = DEFAULT_PAGE_ROWS
    snapshots: bool = False
    epoch: str = ""
    held: list[tuple[int, int]] = []


WireRow = tuple[str, str, int, str, msgspec.Raw]
"""(type, id, rev, root id, body). The body is canonical JSON; ``null`` is a tombstone."""


class Snapshot(Struct):
    """The live rows of a scope as they stood at ``rev``, in compressed parts; the feed goes on
    from there. ``rows`` and ``bytes`` count all of it, ``parts`` has each part's SHA-256 (hex), and
    ``digest`` is that of the scope at ``rev``: a laptop with the same sum can show it at once.
    ``homes`` tells, by kind and id, how often a row ever moved, and ``fields``, by kind, which
    fields occur in the rows: a kind that it does not name may hold any.
    """

    rev: int
    rows: int
    bytes: int
    parts: list[str]
    homes: dict[str, dict[str, int]] = {}
    digest: str = ""
    fields: dict[str, list[str]] = {}


class ScopePage(Struct):
    """The rows of one scope after the echoed cursor, up to ``to``.

    ``done`` and ``digest`` (32 hex digits) come with the last page: the laptop's own sum must
    then be the same. ``problem`` is empty, ``"reset"`` (start from zero, keep operations) or
    ``"revoked"``. ``schema`` is the version that the server speaks; rows may hold fields of a
    later one. ``snapshot`` comes without rows, for an empty copy that is far behind.

    ``moved`` explains tombstones: the roots whose rows went to another scope, with its id and
    the revision at which all of them stood there. ``homes`` tells of rows that ever moved, by
    their ids, how often: of two live copies the one with the highest count is the row.
    """

    scope: str
    epoch: str
    cursor: int
    gen: int
    to: int
    head: int
    done: bool
    lane: Lane
    digest: str = ""
    rows: list[WireRow] = []
    schema: int = 1
    problem: str = ""
    snapshot: Snapshot | None = None
    moved: dict[str, tuple[str, int]] = {}
    homes: dict[str, int] = {}


class PullReply(Struct):
    """Scopes without news answer with an empty page, so that the laptop can verify its digest.

    ``grant_rev`` above the one asked with means: say hello again, the scopes changed.
    ``quiet`` answers ``held``: the sum (:func:`sync.schema.canonical.quiet_sum`) over the scopes
    that have no page here. Where the laptop's own sum is another, it asks by name; so it does
    where ``quiet`` is empty, because the server did not know of what ``held`` speaks.
    """

    epoch: str
    grant_rev: int
    server_time: str
    scopes: list[ScopePage]
    quiet: str = ""


class BucketsRequest(Struct):
    """``POST /v1/audit``: a laptop's own sum differs, and it asks where."""

    scope: str


class BucketsReply(Struct):
    """The digest of a scope and its 256 parts, 32 hex digits each: a row counts in the one that
    the first byte of SHA-256 of its id names. Compare at the same epoch and head only."""

    scope: str
    epoch: str
    head: int
    digest: str
    sums: list[str]


class RowsRequest(Struct):
    """``POST /v1/fetch``: the live rows in these buckets, at most :data:`MOST_BUCKETS`."""

    scope: str
    buckets: list[int]


class RowsReply(Struct):
    """Every live row of those buckets; what the laptop has there beyond them is not there."""

    scope: str
    epoch: str
    head: int
    buckets: list[int]
    rows: list[WireRow]
    schema: int = 1


class ErrorReply(Struct):
    """Any refusal. ``code`` is stable; the text is the reader's own, by that code."""

    code: str
    retry_after: int = 0
    details: dict[str, Any] = {}


class HeldItem(Struct):
    """An operation that the server keeps aside: for the author and whoever may settle it.

    ``age_s`` is for how many seconds, by the server's clock.
    """

    op_id: str
    scope: str
    type: str
    id: str
    code: str
    at: str
    author: str
    device: str
    f: dict[str, Any] = {}
    age_s: int = 0


class HeldReply(Struct):
    """``GET /v1/held``: everything kept aside that this person may see."""

    items: list[HeldItem]


class HistoryItem(Struct):
    """One change of one field, as the server recorded it."""

    rev: int
    type: str
    id: str
    field: str
    author: str
    device: str
    at: str
    old: Any = None
    new: Any = None


class HistoryReply(Struct):
    """``GET /v1/history/{type}/{id}``: how a row came to be what it is, oldest first."""

    items: list[HistoryItem]


class AuditEvent(Struct):
    """A look at a masked value or a print, as the laptop saw it. ``id`` is minted there.

    ``type`` and ``object_id`` name the record, ``action`` what was done (``reveal`` …).
    """

    id: str
    at: str
    action: str
    type: str
    object_id: str
    reason: str = ""


class AuditRequest(Struct):
    """``POST /v1/audit-events``: at most 500 at once; sending one twice records it once."""

    events: list[AuditEvent]


class AuditReply(Struct):
    """How many of the events are recorded now, those known before included."""

    recorded: int


class LiveRequest(Struct):
    """``POST /v1/live``: wait until something differs from what is named, or ``wait_s`` passed.

    ``heads`` names the revision that the laptop has of each scope; one that is left out counts
    as 0. The server never waits longer than 25 s.
    """

    epoch: str = ""
    grant_rev: int = 0
    heads: dict[str, int] = {}
    wait_s: float = 25.0


class LiveReply(Struct):
    """What differs: the heads of those scopes. Empty where nothing happened meanwhile."""

    epoch: str
    grant_rev: int
    heads: dict[str, int] = {}


class Poke(Struct):
    """One event of the stream ``GET /v1/live``: this scope's head is there now."""

    scope: str
    head: int


class BlobStatus(Struct):
    """``POST /v1/blobs/{id}``, and the answer to each part sent.

    ``missing`` are the numbers of the parts that the server still wants; ``ready`` tells that it
    holds bytes with the record's hash, ``durable`` that no restore from backup loses them.
    ``problem``: ``"hash"`` or ``"media"`` where all parts came and are not what the record says.
    """

    id: str
    parts: int
    missing: list[int] = []
    ready: bool = False
    durable: bool = False
    problem: str = ""


class PurgedRequest(Struct):
    """``POST /v1/purged``: scopes that were taken from this laptop and are gone from it.

    The number says how many edits and drafts of each stay for now, because only this computer
    has them for sure. Told again when it changes; at 0 nothing of the scope is left.
    """

    scopes: dict[str, int]


class PurgedReply(Struct):
    """How many scopes were noted."""

    recorded: int


class BlobStatesRequest(Struct):
    """``POST /v1/blob-states``: at most 500 attachments that this laptop sent once."""

    ids: list[str]


class BlobStates(Struct):
    """Those that no restore from backup loses, and those that the server has not (any more)."""

    durable: list[str] = []
    lost: list[str] = []


class CourierCall(Struct):
    """One request inside an envelope (``wire/sealed.py``), in MessagePack: as it would go by HTTP,
    with the bearer token of the computer that made it, and the signature of one that signs.

    ``vouched`` stands in one that the server made itself, for the pages that follow.
    """

    token: str
    method: str
    path: str
    body: bytes = b""
    signed: str = ""
    vouched: bytes = b""


class CourierAnswer(Struct):
    """The answer to a :class:`CourierCall`, inside an envelope for that computer.

    ``client`` is the id that the request was made under: the lanes it tells of are that client's.
    """

    path: str
    status: int
    body: bytes = b""
    client: str = ""


class DeviceState(Struct):
    """``POST /v1/device-state``: how a computer is after a session, for IT. Counts, a stamp, the
    code of what last went wrong; nothing about anybody."""

    version: str
    system: str
    pending: int = 0
    oldest: str = ""
    held: int = 0
    error: str = ""


class DeviceStateReply(Struct):
    """It is kept."""


class UpdateOffer(Struct):
    """``GET /v1/updates/CHANNEL/PLATFORM``: the release there. It only tells what to fetch; what is
    fetched counts by its signature alone."""

    version: str
    size: int
    sha256: str
    until: str = ""


class CourierReply(Struct):
    """``POST /v1/courier``, whose body is one envelope: the answer's envelope.

    ``next`` is a further request that the server made in the sender's name, because its pull had
    more pages; whoever carries may post it in turn, or not.
    """

    answer: bytes
    next: bytes = b""
