"""Every table on the laptop, built with SQLModel: the entities as people see them, and the
bookkeeping around them.

A row of an entity belongs to a *generation*: one copy of one scope, filled apart and then shown
by flipping its ``shown``. What is not shown is not there for any reader, so nobody ever sees half
of a first sync. The laptop has a registry of its own; the server builds other tables from the
same declarations.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    ScalarSelect,
    Table,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import registry
from sqlalchemy.sql import FromClause
from sqlmodel import Field, SQLModel

from sync.schema.fields import DEFERRED
from sync.schema.registry import ENTITIES, Entity

_REGISTRY: Final = registry()
METADATA: Final = _REGISTRY.metadata


class LocalTable(SQLModel, registry=_REGISTRY):
    """The base of every table on the laptop."""

    model_config = DEFERRED


class LocalColumns(LocalTable):
    """What the laptop adds to a travelling row.

    ``rev`` and ``mark`` are those of the server's row, 0 and empty where it has none yet;
    ``extra`` is the JSON of fields that this version does not know.
    """

    generation: int = Field(primary_key=True)
    id: str = Field(primary_key=True, max_length=36)
    rev: int = 0
    root_id: str = ""
    mark: str = ""
    extra: str | None = None


def _model(entity: Entity) -> type[SQLModel]:
    """The laptop's typed table of one entity: clustered by generation, then id."""
    members = {
        "__module__": __name__,
        "__doc__": f"{entity.model.__doc__}",
        "__tablename__": entity.type,
        "__table_args__": {"sqlite_with_rowid": False},
    }
    bases = (entity.model, LocalColumns)
    make = cast(Any, type(SQLModel))
    return cast(type[SQLModel], make(f"Local{entity.model.__name__}", bases, members, table=True))


MODELS: Final[Mapping[str, type[SQLModel]]] = MappingProxyType(
    {type_: _model(entity) for type_, entity in ENTITIES.items()}
)
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {type_: cast(Any, model).__table__ for type_, model in MODELS.items()}
)


def _index_within_generations(table: Table) -> None:
    """Lead each declared index with the generation, as every query does.

    ``migrations`` tells SQLite how few rows one value of such an index has.
    """
    for declared in list(table.indexes):
        table.indexes.discard(declared)
        names = "_".join(column.name for column in declared.columns)
        Index(f"{table.name}_by_{names}", table.c.generation, *declared.columns)


for _table in TABLES.values():
    _index_within_generations(_table)


class Generation(LocalTable, table=True):
    """One copy of a scope. ``cursor`` is the revision its rows stand at, ``staged`` how far the
    stage reaches beyond it, ``digest`` the laptop's own sum over its rows (32 hex digits). ``own``
    is the copy of a scope that begins here, which the server has not heard of yet."""

    no: int | None = Field(default=None, primary_key=True)
    scope_id: str = Field(index=True)
    epoch: str = ""
    cursor: int = 0
    staged: int = 0
    head: int = 0
    digest: str = ""
    shown: bool = False
    dropped: bool = False
    own: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class Filling(LocalTable, table=True):
    """How far a copy that is being filled has come with the parts of a snapshot.

    ``offer`` is what the server said of it (JSON); ``parts`` are in wholly, and of the next one
    so many ``sections``; ``rows`` counts what is in.
    """

    generation: int = Field(primary_key=True)
    offer: str
    parts: int = 0
    sections: int = 0
    rows: int = 0


class Operation(LocalTable, table=True):
    """One edit. ``raw`` is written once; what follows it is the server's receipt.

    ``folded`` tells that people still see it laid over the server's row, ``home`` the scope in
    which it was settled, where its row had moved out of this lane's.
    """

    __table_args__ = (
        UniqueConstraint("scope_id", "seq"),
        Index("operation_folded", "folded"),
        Index("operation_waiting", "scope_id", "seq", sqlite_where=text("outcome = ''")),
        Index("operation_held", "op_id", sqlite_where=text("outcome = 'held'")),
    )

    no: int | None = Field(default=None, primary_key=True)
    op_id: str = Field(unique=True)
    scope_id: str
    seq: int
    kind: str
    type: str
    row_id: str = Field(index=True)
    raw: str
    saved_at: str
    folded: bool = True
    outcome: str = ""
    rev: int = 0
    at: str = ""
    code: str = ""
    conflicts: str = ""
    home: str = Field(default="", sa_column_kwargs={"server_default": ""})


class OperationTarget(LocalTable, table=True):
    """A row that an operation shows on."""

    __tablename__ = "operation_target"
    __table_args__ = (Index("operation_target_row", "type", "row_id"),)

    op_no: int = Field(primary_key=True)
    type: str = Field(primary_key=True)
    row_id: str = Field(primary_key=True)


class Lane(LocalTable, table=True):
    """The numbering of one scope's operations. ``next_seq`` is the next to give; ``epoch`` is
    that of the server which last told how far the lane is."""

    scope_id: str = Field(primary_key=True)
    next_seq: int = 1
    durable: int = 0
    epoch: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Stage(LocalTable, table=True):
    """Rows received beyond a shown generation's cursor, until the feed is at its end."""

    __table_args__ = {"sqlite_with_rowid": False}

    generation: int = Field(primary_key=True)
    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    rev: int
    root_id: str
    body: str
    home_rev: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    moved_to: str = Field(default="", sa_column_kwargs={"server_default": ""})
    moved_rev: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Shadow(LocalTable, table=True):
    """The server's version of a row with pending operations. ``body`` is ``None`` for no row."""

    __table_args__ = {"sqlite_with_rowid": False}

    generation: int = Field(primary_key=True)
    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    rev: int = 0
    root_id: str = ""
    mark: str = ""
    body: str | None = None


class OtherRow(LocalTable, table=True):
    """A row of a kind that this version does not know: kept whole, counted, not shown."""

    __tablename__ = "other_row"
    __table_args__ = {"sqlite_with_rowid": False}

    generation: int = Field(primary_key=True)
    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    rev: int
    root_id: str
    mark: str
    body: str


class Home(LocalTable, table=True):
    """A row that moved between scopes: how often, or where it went while it still lingers here."""

    __table_args__ = (Index("home_row", "type", "id"), {"sqlite_with_rowid": False})

    generation: int = Field(primary_key=True)
    type: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    home_rev: int = 0
    moved_to: str = ""
    moved_rev: int = 0


class SealedScope(LocalTable, table=True):
    """A scope that was taken away. ``purged_at`` is when nothing of it was left to remove (a
    stamp), ``told`` how much the server knows to be kept here, below 0 where it knows nothing,
    ``asked_on`` the day on which it was last asked what it can no longer lose."""

    __tablename__ = "sealed"

    scope_id: str = Field(primary_key=True)
    purged_at: str = ""
    told: int = -1
    asked_on: str = ""


class Meta(LocalTable, table=True):
    """Single facts about this store: account, grants, last success."""

    key: str = Field(primary_key=True)
    value: str


class DraftRow(LocalTable, table=True):
    """A form that was not saved yet."""

    __tablename__ = "draft"

    key: str = Field(primary_key=True)
    value: str
    saved_at: str


class DueRow(LocalTable, table=True):
    """When a household is due, worked out from its rows; ``detail`` is what the rule said.

    ``due_on`` is the first day on which it may be asked for, ``seen_on`` the last day on which
    somebody called there.
    """

    __tablename__ = "due"

    household_id: str = Field(primary_key=True)
    due_on: str
    seen_on: str | None = None
    detail: str = ""


class StaleDue(LocalTable, table=True):
    """A household whose due date has to be worked out again. ``times`` counts the reasons: who
    works it out knows by it whether one came in between."""

    __tablename__ = "stale_due"

    household_id: str = Field(primary_key=True)
    times: int = 1


class BlobRow(LocalTable, table=True):
    """The bytes of an attachment on this computer, sealed in the file ``file``.

    ``thumb`` is a small picture for lists. ``state`` says how far the bytes have come
    (``attachments.State``).
    """

    __tablename__ = "blob"

    id: str = Field(primary_key=True)
    scope_id: str = Field(index=True)
    size: int
    sha256: str
    file: str
    state: str = Field(index=True)
    thumb: bytes | None = None


class BlobKeyRow(LocalTable, table=True):
    """The key that seals a scope's attachments here. With it gone, the files are noise."""

    __tablename__ = "blob_key"

    scope_id: str = Field(primary_key=True)
    key: bytes


def table_of(model: type[LocalTable]) -> Table:
    """The Core table behind a bookkeeping model: lists and sync use Core, not objects."""
    return cast(Table, cast(Any, model).__table__)


GENERATION: Final = table_of(Generation)
FILLING: Final = table_of(Filling)
OPERATION: Final = table_of(Operation)
TARGET: Final = table_of(OperationTarget)
LANE: Final = table_of(Lane)
STAGE: Final = table_of(Stage)
SHADOW: Final = table_of(Shadow)
OTHER: Final = table_of(OtherRow)
HOME: Final = table_of(Home)
SEALED: Final = table_of(SealedScope)
META: Final = table_of(Meta)
DRAFT: Final = table_of(DraftRow)
DUE: Final = table_of(DueRow)
STALE: Final = table_of(StaleDue)
BLOB: Final = table_of(BlobRow)
BLOB_KEY: Final = table_of(BlobKeyRow)

# Search reads this index alone: it is a third of the table, and SQLite keeps it by itself. Within
# a copy, because names spread a filled one over the whole index: a quarter of a first sync's cost.
_PERSON: Final = TABLES["person"].c
Index(
    "person_by_words",
    *(_PERSON.generation, _PERSON.name, _PERSON.py, _PERSON.phone, _PERSON.household_id),
)


@cache
def shown(type_: str) -> FromClause:
    """The rows of one entity that people see, with the ``scope_id`` they live in."""
    table = TABLES[type_]
    named = scope_of(table).label("scope_id")
    return select(table, named).where(is_shown(table)).subquery(type_)


def is_shown(table: Table) -> ColumnElement[bool]:
    """Whether people see a row of an entity's ``table``: it stands in a copy that is shown."""
    return table.c.generation.in_(select(GENERATION.c.no).where(GENERATION.c.shown))


def scope_of(table: Table) -> ScalarSelect[str]:
    """The scope that a row of an entity's ``table`` lives in."""
    scope: Column[str] = GENERATION.c.scope_id
    return select(scope).where(GENERATION.c.no == table.c.generation).scalar_subquery()


def known_fields(type_: str) -> tuple[str, ...]:
    """The travelling fields of an entity, in the order of their columns."""
    return tuple(ENTITIES[type_].fields)
