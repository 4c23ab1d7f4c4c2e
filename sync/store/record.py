"""What readers get: plain frozen values, cut off from the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sync.rules.due import Due


@dataclass(frozen=True)
class Record:
    """A row as people see it: pending edits included. Empty fields are absent from ``fields``."""

    type: str
    id: str
    scope_id: str
    rev: int
    root_id: str
    fields: Mapping[str, Any] = field(repr=False)

    def get(self, name: str, default: Any = None) -> Any:
        """One field, or ``default`` where it is empty."""
        return self.fields.get(name, default)


Key = tuple[str, str]
"""(type, id) of a row."""


@dataclass(frozen=True)
class Saw:
    """What stood in a row when a person began to change it, for the edit that they make of it.

    ``seen`` is the (epoch, revision) that this computer had of the row's scope, ``server`` the
    server's values and ``shown`` those on the screen, pending edits included. Whoever looks at a
    row for longer than one transaction keeps this: a sync may bring another value meanwhile.
    """

    seen: tuple[str, int] = ("", 0)
    server: Mapping[str, Any] = field(default_factory=dict, repr=False)
    shown: Mapping[str, Any] = field(default_factory=dict, repr=False)


class DeliveryState(StrEnum):
    """How far one edit has come."""

    WAITING = "waiting"  # Saved here, not sent.
    DELIVERED = "delivered"  # The server has it.
    CONFLICT = "conflict"  # The server has it; a person decides.
    HELD = "held"  # The server keeps it aside, with a reason.


@dataclass(frozen=True)
class Delivery:
    """One edit and its receipt. ``at`` is the server's time, empty while it waits."""

    op_id: str
    kind: str
    type: str
    row_id: str
    scope_id: str
    saved_at: str
    state: DeliveryState
    at: str = ""
    code: str = ""


@dataclass(frozen=True)
class Member:
    """A resident of a household. ``residency`` says what they are to its head, if it is here."""

    person: Record
    residency: Record | None = None


@dataclass(frozen=True)
class HouseholdView:
    """One household with everything below it that is on this computer.

    ``visits``, ``notes``, ``mediations`` and ``changes`` are newest first, corrections included;
    ``conflicts`` are the open ones of the household and all below it, ``deliveries`` the edits
    made here that wait or whose receipt is still kept, newest first.
    """

    household: Record
    dwelling: Record | None = None
    building: Record | None = None
    members: tuple[Member, ...] = ()
    visits: tuple[Record, ...] = ()
    notes: tuple[Record, ...] = ()
    mediations: tuple[Record, ...] = ()
    changes: tuple[Record, ...] = ()
    conflicts: tuple[Record, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True)
class BuildingView:
    """The doors of one building (or of one yard) that are on this computer.

    ``homes`` are the households by the id of their door, ``""`` for those that name none;
    ``asking`` are visits with a need or a hazard, and the entries that replace one of them;
    ``matters`` are those of these households, open or over.
    """

    doors: tuple[Record, ...] = ()
    homes: Mapping[str, tuple[HouseholdView, ...]] = field(default_factory=dict)
    dues: Mapping[str, Due] = field(default_factory=dict)
    asking: tuple[Record, ...] = ()
    matters: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Match:
    """One answer to a search. ``person_id`` is empty where the door itself matched."""

    household_id: str
    person_id: str = ""
    rank: int = 0


@dataclass(frozen=True)
class ScopeState:
    """What this computer has of one scope. ``ready`` is false until its first sync is done."""

    scope_id: str
    epoch: str
    cursor: int
    head: int
    digest: str
    ready: bool
    waiting: int


@dataclass(frozen=True)
class Counts:
    """Numbers for the sync pill and ``status``. ``kept`` arrived, and no backup holds them yet."""

    waiting: int
    conflicts: int
    held: int
    kept: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
