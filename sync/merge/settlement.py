"""What settling is told about a row, and what it decides: rows in, decisions out."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sync.merge.operation import Outcome
from sync.merge.values import Claims, Writer
from sync.schema.registry import Entity

HELD_UNKNOWN_ROW: Final = "unknown_row"
HELD_UNKNOWN_TYPE: Final = "unknown_type"
HELD_APPEND_DIFFERS: Final = "append_differs"
HELD_APPEND_ONLY: Final = "append_only"
HELD_IMMUTABLE: Final = "immutable"
HELD_STAGE: Final = "stage"
HELD_INCOMPLETE: Final = "incomplete"
"""A stage without what it needs, such as closed without an answer to the resident."""

HELD_GONE_ON: Final = "gone_on"
"""A step taken back over what somebody else did since."""

HELD_NO_CONFLICT: Final = "no_such_conflict"


class OpenConflict(msgspec.Struct, frozen=True):
    """A conflict about a field of the row at hand that still waits for a person."""

    id: str
    body: Mapping[str, Any]


class Target(msgspec.Struct, frozen=True):
    """The server's row that an operation speaks about, and what is known around it.

    ``body`` is ``None`` where there never was such a row; a removed one keeps its last body.
    ``root_changed`` tells whether anything with this root changed since the operation's
    ``seen``: a row below which somebody worked is not removed, and no step of it is taken back
    (both ask, no other operation does). ``decided_since`` tells of a
    resolve that another client settled the conflict since then, and where the conflict is about
    a whole row, that another client changed it at all: nobody decides about what they never saw.
    ``entries`` are, of a ledger, the other entries of the same subject, by id.
    """

    body: Mapping[str, Any] | None = None
    deleted: bool = False
    claims: Mapping[str, Claims] = msgspec.field(default_factory=dict)
    open_conflicts: Mapping[str, OpenConflict] = msgspec.field(default_factory=dict)
    root_changed: bool = False
    decided_since: bool = False
    entries: Mapping[str, Mapping[str, Any]] = msgspec.field(default_factory=dict)


class Change(msgspec.Struct, frozen=True):
    """One line of history: a field of a row had ``old`` and now has ``new``."""

    type: str
    id: str
    field: str
    old: Any
    new: Any


class Settlement(msgspec.Struct):
    """The outcome, and everything that the server writes for it.

    ``code`` says why it was held, or what else there is to know.
    """

    outcome: Outcome
    code: str = ""
    body: dict[str, Any] | None = None
    deleted: bool = False
    claims: dict[str, dict[str, Writer]] = msgspec.field(default_factory=dict)
    conflicts: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    changes: list[Change] = msgspec.field(default_factory=list)


def held(code: str) -> Settlement:
    """Kept aside whole, with a reason; nothing else happens."""
    return Settlement(Outcome.HELD, code=code)


def complete(entity: Entity, target: Target, settlement: Settlement) -> Settlement:
    """The settlement, or held whole where its row would stand in a stage without what that needs.

    A row that stood there so before, written by an older server, may still be mended.
    """
    after = settlement.body
    if after is None or settlement.deleted:
        return settlement
    lacks = _lacking(entity, after)
    return (
        held(HELD_INCOMPLETE)
        if lacks and not lacks <= _lacking(entity, target.body)
        else settlement
    )


def _lacking(entity: Entity, body: Mapping[str, Any] | None) -> frozenset[tuple[str, str]]:
    """What is missing, each with the stage that needs it."""
    lacks: set[tuple[str, str]] = set()
    if body is None:
        return frozenset()
    for field, stages in entity.graphs:
        stage = str(body.get(field) or "")
        lacks.update((stage, name) for name in stages.missing(stage, body))
    return frozenset(lacks)
