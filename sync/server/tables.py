"""The server's tables. A synced row is one line of canonical JSON, whatever its entity.

``scope_id`` stands in every key of what is synced, so that the store can be split by it one day.
It comes last where a row is found by its id: ids are made in the order of time, so that what a push
brings stands together in the key, and not in a page of its own for each scope.
Times are stamps (:func:`sync.identity.stamp`), which sort as text. A ``SealedText`` may hold an ID
number, and a ``SealedHash`` is of what may: whoever reads them past these columns reads tokens.
"""

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Index,
    Join,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    text,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from sync.schema.fields import DEFERRED
from sync.server.columns import sort_text_by_bytes
from sync.server.sealed_types import (
    SealedBytes,
    SealedHash,
    SealedString,
    SealedText,
    SealedWhole,
)

STORE_VERSION: Final = 2
"""1: made before the tables had revisions (``migrations``), which count by themselves since."""

_REGISTRY: Final = registry()

PILED: Final = ("campaign_sheet", "change", "note", "visit")
"""Entries that pile up below a household, and that nothing but its move asks for by it or by their
kind. Neither leads to any of these rows (:data:`LED_TO`): every push would write a page of those
indexes for each household, or scope."""

# One by one: SQLite would make a table of the list in `NOT IN` for each row that it writes.
_LED_TO: Final = " AND ".join(f"type <> '{type_}'" for type_ in PILED)
_MOVED_AWAY: Final = "moved_to <> ''"


def _partial(where: str) -> dict[str, Any]:
    """The options of an index of the lines alone of which ``where`` is true."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


class ServerTable(SQLModel, registry=_REGISTRY):
    """The base of every table here: apart from the laptop's tables, which SQLModel also holds."""

    model_config = DEFERRED


class MetaRow(ServerTable, table=True):
    """What the store knows about itself: ``version``, ``epoch``, ``key``, sealed (``own_secret``),
    ``care_day``, the last day on which ended care was looked for, and what the key of the columns
    is known by (``key_file``)."""

    __tablename__ = "meta"

    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class ScopeRow(ServerTable, table=True):
    """A scope: its row is the lock under which everything in the scope happens.

    ``head`` is the last revision handed out, ``digest`` the sum over the live rows (32 hex
    digits), ``gen`` counts rewrites after which every laptop has to begin anew. Below ``floor``
    removed rows were forgotten: whoever stands there begins anew.
    """

    __tablename__ = "scope"

    scope_id: str = Field(primary_key=True)
    head: int = 0
    digest: str = Field(sa_type=SealedHash)
    gen: int = 0
    floor: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SyncedRowRow(ServerTable, table=True):
    """One row of any entity. ``body`` is the canonical text, which pages ship untouched.

    A removed row keeps its last body, so that it can come back. ``home_rev`` counts the moves
    between scopes: the copy with the highest count is the live one. The copy left behind is
    ``deleted``; it names the scope the row went to (``moved_to``), and the revision at which all
    that moved with it stood there (``moved_rev``).
    """

    __tablename__ = "synced_row"
    __table_args__ = (
        UniqueConstraint("scope_id", "rev", name="synced_row_rev"),
        # A row is made in one scope only, whoever else makes it elsewhere at the same moment.
        Index("synced_row_id", "id", "type", "home_rev", unique=True),
        Index("synced_row_root", "root_id", "type", **_partial(_LED_TO)),
        Index("synced_row_kind", "type", "scope_id", **_partial(_LED_TO)),
        Index("synced_row_moved", "type", "id", **_partial(_MOVED_AWAY)),
    )

    id: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    scope_id: str = Field(primary_key=True)
    rev: int
    root_id: str
    home_rev: int = 0
    moved_to: str = Field(default="", sa_column_kwargs={"server_default": ""})
    moved_rev: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    deleted: bool = False
    body: str = Field(sa_type=SealedText)
    body_hash: str = Field(sa_type=SealedHash)


class SnapshotRow(ServerTable, table=True):
    """The live rows of a scope as they stood at a revision, for laptops that begin; ``offer`` is
    what a page says of it (JSON)."""

    __tablename__ = "snapshot"

    scope_id: str = Field(primary_key=True)
    rev: int = Field(primary_key=True)
    offer: str = Field(sa_type=SealedWhole)


class SnapshotPartRow(ServerTable, table=True):
    """One part of a snapshot, compressed as it is sent."""

    __tablename__ = "snapshot_part"

    scope_id: str = Field(primary_key=True)
    rev: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    packed: bytes = Field(sa_type=SealedBytes)


class ClaimRow(ServerTable, table=True):
    """A client that asserts the current value of a field.

    The field ``*`` stands for every field that nobody has claimed since the row was made.
    """

    __tablename__ = "claim"

    scope_id: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    client: str = Field(primary_key=True)
    author: str
    device: str
    at: str


class OpenConflictRow(ServerTable, table=True):
    """The one conflict about a field (or ``*``, the row itself) that waits for a person."""

    __tablename__ = "open_conflict"

    scope_id: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    conflict_id: str


class ReceiptRow(ServerTable, table=True):
    """How an operation ended. Unique by ``op_id``: the same one never runs twice, in any lane.

    ``op_hash`` tells a retry from another operation under the same id; ``outcome`` is the
    JSON that was answered, or nothing where the operation was applied as revision ``rev`` and
    that is all.
    """

    __tablename__ = "receipt"

    op_id: str = Field(primary_key=True)
    client: str
    scope_id: str
    seq: int
    op_hash: str = Field(sa_type=SealedHash)
    outcome: str = Field(sa_type=SealedText)
    rev: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    at: str


class LaneRow(ServerTable, table=True):
    """A lane: the next number expected of a client in a scope, and the highest durable one."""

    __tablename__ = "lane"

    client: str = Field(primary_key=True)
    scope_id: str = Field(primary_key=True)
    next: int = 1
    durable: int = 0


class HistoryRow(ServerTable, table=True):
    """What a revision changed: at least one line for each, ``n`` counting within it.

    ``old`` and ``new`` are JSON; the field ``*`` is the row as a whole. What changed in a scope is
    found by its rows (:data:`CHANGED`).
    """

    __tablename__ = "history"

    id: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    scope_id: str = Field(primary_key=True)
    rev: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    root_id: str
    field: str
    old: str | None = Field(default=None, sa_type=SealedText)
    new: str | None = Field(default=None, sa_type=SealedText)
    op_id: str
    client: str
    author: str
    device: str
    at: str


class HeldRow(ServerTable, table=True):
    """An operation kept aside, whole, with the reason: no outcome discards content."""

    __tablename__ = "held"

    op_id: str = Field(primary_key=True)
    op_hash: str = Field(primary_key=True, sa_type=SealedHash)
    scope_id: str = Field(index=True)
    client: str
    author: str = Field(index=True)
    device: str
    type: str
    id: str
    code: str
    payload: str = Field(sa_type=SealedText)
    at: str


class NoticeQueueRow(ServerTable, table=True):
    """A line for somebody's inbox, written with its cause and delivered by a second transaction."""

    __tablename__ = "notice_queue"

    op_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    about: str
    kind: str
    at: str


class AccountRow(ServerTable, table=True):
    """Someone who may enrol computers; ``id`` is that of their staff row.

    ``grants`` (JSON) is what their posts gave them when the community stood as ``grants_of``
    says; ``grant_rev`` rises whenever it changes.
    """

    __tablename__ = "account"

    id: str = Field(primary_key=True)
    login: str = Field(unique=True)
    community_id: str
    disabled_at: str = ""
    grants: str = Field(default="{}", sa_type=Text)
    grants_of: str = ""
    grant_rev: int = 0


class DeviceRow(ServerTable, table=True):
    """An enrolled computer of one account. Of its bearer token only the SHA-256 is here."""

    __tablename__ = "device"

    client_id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    name: str
    app_version: str = ""
    token_hash: str = Field(unique=True)
    enrolled_at: str
    last_seen: str = ""
    revoked_at: str = ""


class LeaseRow(ServerTable, table=True):
    """The server's part of one computer's key, in hex; nothing once the computer is lost.

    ``extended`` counts the codes that were read out, ``lent_at`` is when it was last asked for.
    """

    __tablename__ = "lease"

    client_id: str = Field(primary_key=True)
    secret: str
    extended: int = 0
    lent_at: str
    lost_at: str = ""


class DeviceKeyRow(ServerTable, table=True):
    """The key that one computer signs its requests with, in hex, and which came last.

    ``seen`` (JSON) has the marks of the last requests by their numbers, ``serial`` is the place
    of its token in the row of its tokens, used since ``serial_at``. Since ``suspended_at`` it is
    given nothing: two copies of it were at work.
    """

    __tablename__ = "device_key"

    client_id: str = Field(primary_key=True)
    public: str
    seen: str = Field(sa_type=Text)
    serial: int = 0
    serial_at: str
    suspended_at: str = ""


class EnrollmentCodeRow(ServerTable, table=True):
    """A one-time code, kept as its SHA-256."""

    __tablename__ = "enrollment_code"

    code_hash: str = Field(primary_key=True)
    account_id: str
    expires_at: str
    used_at: str = ""


class PersonNumberRow(ServerTable, table=True):
    """Who has which ID number: a keyed hash of it, by the ``id_number`` row that tells of it."""

    __tablename__ = "person_number"
    __table_args__ = (Index("person_number_hash", "community_id", "number_hash"),)

    id: str = Field(primary_key=True)
    community_id: str
    number_hash: str = Field(sa_type=SealedHash)
    person_id: str


class PurgedRow(ServerTable, table=True):
    """A scope that a computer says is gone from it, but for ``kept`` edits and drafts."""

    __tablename__ = "purged"

    client_id: str = Field(primary_key=True)
    scope_id: str = Field(primary_key=True)
    at: str
    kept: int = 0


class DeviceStateRow(ServerTable, table=True):
    """What a computer said of itself when it last synced: counts and codes, and no name."""

    __tablename__ = "device_state"

    client_id: str = Field(primary_key=True)
    at: str
    version: str = ""
    system: str = ""
    pending: int = 0
    oldest: str = ""
    held: int = 0
    error: str = ""


class CompanionRow(ServerTable, table=True):
    """Who walks with a person of tier 3, and therefore holds that person's scope."""

    __tablename__ = "companion"

    account_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)


class CaseFileRow(ServerTable, table=True):
    """A mediation case, and the community whose office it belongs to."""

    __tablename__ = "case_file"

    case_id: str = Field(primary_key=True)
    community_id: str = Field(index=True)


class CaseMemberRow(ServerTable, table=True):
    """Who holds a case: its mediators, those invited, and who opened it while it is a clue."""

    __tablename__ = "case_member"

    account_id: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True, index=True)


class CaseCounterRow(ServerTable, table=True):
    """The last number that a community gave to a case in a year."""

    __tablename__ = "case_counter"

    community_id: str = Field(primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int = 0


class ReferralRow(ServerTable, table=True):
    """A department's copy of its line of a whistle: ``line_id`` is the line in the grid,
    ``shown_as`` its copy of the matter, ``agreed`` (JSON) the answers that both had last."""

    __tablename__ = "referral"

    copy_id: str = Field(primary_key=True)
    scope_id: str
    line_id: str
    matter_id: str = Field(index=True)
    shown_as: str = Field(index=True)
    agreed: str = Field(sa_type=SealedText)


class ReferralQueueRow(ServerTable, table=True):
    """A matter that changed, for the departments that hold a copy of it, and how often bringing it
    failed."""

    __tablename__ = "referral_queue"

    matter_id: str = Field(primary_key=True)
    tries: int = 0


class CounterRow(ServerTable, table=True):
    """The last number that a community gave out under a name, such as one kind and day."""

    __tablename__ = "counter"

    community_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    last: int = 0


class ImportCellsRow(ServerTable, table=True):
    """What a source last said about a row: JSON of its fields, from which a change starts."""

    __tablename__ = "import_cells"

    source: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    said: str = Field(sa_type=SealedText)


class ImportKeyRow(ServerTable, table=True):
    """By what an import recognises a row: a keyed hash of a number, or of a name and a door."""

    __tablename__ = "import_key"

    community_id: str = Field(primary_key=True)
    type: str = Field(primary_key=True)
    key_hash: str = Field(primary_key=True, sa_type=SealedHash)
    id: str


class BlobRow(ServerTable, table=True):
    """The content of an attachment. ``key_scope`` names the scope under whose key it is sealed;
    ``ready_at`` is set once all bytes are here and have the hash that the record says.

    ``sent_size`` and ``sent_sha256`` are of what was sent, where the server wrote a picture anew:
    a laptop has nothing else to send again. 0 and empty for all that is kept as it came.
    """

    __tablename__ = "blob"

    id: str = Field(primary_key=True)
    key_scope: str
    size: int
    sha256: str
    ready_at: str = ""
    sent_size: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    sent_sha256: str = Field(default="", sa_column_kwargs={"server_default": ""})


class BlobPartRow(ServerTable, table=True):
    """A part of a content that the store of bytes holds."""

    __tablename__ = "blob_part"

    id: str = Field(primary_key=True)
    n: int = Field(primary_key=True)


class BlobKeyRow(ServerTable, table=True):
    """The key of one scope's contents, wrapped by the server's own secret (hex)."""

    __tablename__ = "blob_key"

    scope_id: str = Field(primary_key=True)
    wrapped: str


class BackupRow(ServerTable, table=True):
    """A backup that ended well and is kept. ``keep`` is how many its keeper keeps of the newest."""

    __tablename__ = "backup"

    id: str = Field(primary_key=True)
    at: str
    keep: int


class BackupLaneRow(ServerTable, table=True):
    """The next number of a lane at the moment of a backup: it holds all below. Without a client
    it is the next revision of the scope."""

    __tablename__ = "backup_lane"

    backup_id: str = Field(primary_key=True)
    client: str = Field(primary_key=True)
    scope_id: str = Field(primary_key=True)
    next: int


class AuditRow(ServerTable, table=True):
    """Who did what to which record, on which device and why. Never a value.

    ``number`` counts 1, 2, 3 …; ``mark`` seals the line together with the one before it.
    """

    __tablename__ = "audit"

    id: str = Field(primary_key=True)
    at: str = Field(index=True)
    actor: str
    device: str
    action: str
    type: str
    object_id: str
    reason: str = Field(sa_type=SealedString)
    number: int = Field(unique=True)
    mark: str


METADATA: Final[MetaData] = ServerTable.metadata
sort_text_by_bytes(METADATA)


def table_of(model: type[ServerTable]) -> Table:
    """The Core table of a model: lists and sync go past the ORM."""
    table: Table = METADATA.tables[str(model.__tablename__)]
    return table


META: Final = table_of(MetaRow)
SCOPE: Final = table_of(ScopeRow)
ROW: Final = table_of(SyncedRowRow)
SNAPSHOT: Final = table_of(SnapshotRow)
PART: Final = table_of(SnapshotPartRow)
CLAIM: Final = table_of(ClaimRow)
OPEN_CONFLICT: Final = table_of(OpenConflictRow)
RECEIPT: Final = table_of(ReceiptRow)
LANE: Final = table_of(LaneRow)
HISTORY: Final = table_of(HistoryRow)
HELD: Final = table_of(HeldRow)
NOTICE_QUEUE: Final = table_of(NoticeQueueRow)
ACCOUNT: Final = table_of(AccountRow)
DEVICE: Final = table_of(DeviceRow)
LEASE: Final = table_of(LeaseRow)
DEVICE_KEY: Final = table_of(DeviceKeyRow)
CODE: Final = table_of(EnrollmentCodeRow)
PERSON_NUMBER: Final = table_of(PersonNumberRow)
PURGED: Final = table_of(PurgedRow)
DEVICE_STATE: Final = table_of(DeviceStateRow)
COMPANION: Final = table_of(CompanionRow)
CASE_FILE: Final = table_of(CaseFileRow)
CASE_MEMBER: Final = table_of(CaseMemberRow)
REFERRAL: Final = table_of(ReferralRow)
REFERRAL_QUEUE: Final = table_of(ReferralQueueRow)
CASE_COUNTER: Final = table_of(CaseCounterRow)
COUNTER: Final = table_of(CounterRow)
IMPORT_CELLS: Final = table_of(ImportCellsRow)
IMPORT_KEY: Final = table_of(ImportKeyRow)
BLOB: Final = table_of(BlobRow)
BLOB_PART: Final = table_of(BlobPartRow)
BLOB_KEY: Final = table_of(BlobKeyRow)
BACKUP: Final = table_of(BackupRow)
BACKUP_LANE: Final = table_of(BackupLaneRow)
AUDIT: Final = table_of(AuditRow)

# Written out, because a database uses a partial index only for the very words it was made with.
LED_TO: Final[ColumnElement[bool]] = and_(
    *(ROW.c.type != literal_column(f"'{type_}'") for type_ in PILED)
)
"""The rows that the indexes by root and by kind lead to: part of every question that is to use one
of them."""

MOVED_AWAY: Final[ColumnElement[bool]] = ROW.c.moved_to != literal_column("''")
"""What a row left where it was. Hardly any row is one, and an index leads to them alone."""

CHANGED: Final[Join] = ROW.join(
    HISTORY,
    and_(
        HISTORY.c.id == ROW.c.id,
        HISTORY.c.type == ROW.c.type,
        HISTORY.c.scope_id == ROW.c.scope_id,
    ),
)
"""Rows, each with what the history says of it. No index leads from a scope, or from a revision of
it, to lines of the history: one leads to rows, whose last revision is no earlier than any other."""
