"""Declaring a column that travels, and the base of every row that does."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from sync.schema.policy import Kind, Merge, ScopeKind
from sync.schema.stages import Stages

Value = str | int | float | bool | None | list[Any] | dict[str, Any]
"""What a field may hold: exactly the values of JSON, so rows travel without conversion."""

Body = dict[str, Value]
"""A row's travelling fields. Empty values are left out, so adding a field changes no digest."""


class JsonText(TypeDecorator[Any]):
    """A small structure of its own, kept as the JSON text that travels."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Empty values are stored as NULL, as the wire leaves them out."""
        if value in (None, "", [], {}):
            return None
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """What was stored; NULL reads as nothing."""
        return None if value is None else json.loads(value)


class WordList(JsonText):
    """A list of words or codes, in the order that :func:`sync.schema.values.settled` gives."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The words; NULL reads as an empty list."""
        return [] if value is None else json.loads(value)


def synced(
    merge: Merge,
    kind: Kind = Kind.TEXT,
    *,
    label: str = "",
    choices: Sequence[str] | Stages = (),
    most: int = 200,
    index: bool = False,
    private: bool = False,
) -> Any:
    """Declare a column that travels. It cannot be declared without saying how it merges.

    ``label`` is the marked text people see, ``choices`` the codes a CODE or WORDS field takes
    (empty: any), ``most`` the longest text in characters, ``private`` a value that is masked.
    A STAGE field names the graph that it moves in as its choices.
    """
    stages = choices if isinstance(choices, Stages) else None
    info = {
        "merge": merge,
        "kind": kind,
        "label": label,
        "choices": choices.all if isinstance(choices, Stages) else tuple(choices),
        "most": most,
        "private": private,
        "stages": stages,
    }
    options: dict[str, Any] = {"sa_column_kwargs": {"info": info}, "index": index}
    if kind is Kind.WORDS:
        return Field(default_factory=list, sa_type=WordList, nullable=True, **options)
    if kind is Kind.JSON:
        return Field(default=None, sa_type=JsonText, nullable=True, **options)
    if kind is Kind.FLAG:
        return Field(default=False, **options)
    return Field(default=None, nullable=True, **options)


DEFERRED: Final = SQLModel.model_config | {"defer_build": True}
"""Nothing reads a row through pydantic: what would do it is not made at every start, for nobody."""


class SyncedRow(SQLModel):
    """A row of an entity. ``TYPE`` names it on the wire, ``SCOPE`` says where it lives.

    ``ROOT`` names the field that holds the id of the row it moves with; ``APPEND_ONLY`` rows
    are written once: a correction is a new row that names the old one. ``ALSO_IN`` are further
    families of scopes for rows that belong to what lives there. A row that ``BEGINS_SCOPE`` makes
    the scope of its own id with itself.
    """

    model_config = DEFERRED

    TYPE: ClassVar[str]
    SCOPE: ClassVar[ScopeKind] = ScopeKind.GRID
    ALSO_IN: ClassVar[frozenset[ScopeKind]] = frozenset()
    BEGINS_SCOPE: ClassVar[bool] = False
    ROOT: ClassVar[str] = "id"
    APPEND_ONLY: ClassVar[bool] = False

    id: str = Field(primary_key=True, max_length=36)
