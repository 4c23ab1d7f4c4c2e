"""The roster of those who help without an account, and what a new list asks for at the door.

三长 (grid leaders, heads of buildings and stairs), stewards, micro-grid volunteers and part-time
members. Whoever signs in is :class:`~sync.schema.area.Staff` and has an assignment; this is the
list that a notice board is printed from, and no right ever follows from it.
"""

from typing import Any, ClassVar

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind


class Member(SyncedRow):
    """Somebody in a post of the roster, from when to when, and whom they stand in for.

    ``area_id`` is a grid, a micro-grid or a building; ``unit`` the stair within a building.
    ``department`` is where a part-time member works otherwise.
    """

    TYPE: ClassVar[str] = "member"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.COMMUNITY

    post: str | None = synced(
        Merge.IMMUTABLE, Kind.CODE, label=N_("Post"), choices=tuple(codes.MEMBER_POST)
    )
    area_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Area"))
    unit: str | None = synced(Merge.IMMUTABLE, label=N_("Stair"), most=20)
    name: str | None = synced(Merge.ASK, label=N_("Name"), most=100)
    phone: str | None = synced(Merge.ASK, label=N_("Phone"), private=True, most=100)
    full_time: bool = synced(Merge.ASK, Kind.FLAG, label=N_("Full-time"))
    department: str | None = synced(Merge.ASK, label=N_("Department"), most=200)
    valid_from: str | None = synced(Merge.ASK, Kind.DAY, label=N_("From"))
    valid_to: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Until"))
    substitute_for: str | None = synced(Merge.ASK, Kind.REF, label=N_("Stands in for"))
    note: str | None = synced(Merge.TEXT, label=N_("Note"), most=2000)


class DoorCheck(SyncedRow):
    """Somebody whom a newer roster does not name any more: to be verified at the door (到户核实).

    It is open until it has an ``answer``. A list never moves anybody out, only somebody who looked.
    """

    TYPE: ClassVar[str] = "door_check"
    ROOT: ClassVar[str] = "household_id"

    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"), index=True)
    person_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Person"), index=True)
    source: str | None = synced(Merge.IMMUTABLE, label=N_("List"), most=60)
    asked_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("When"))
    answer: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Found at the door"), choices=tuple(codes.DOOR_ANSWER)
    )
    answered_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Verified on"))
    answered_by: str | None = synced(Merge.ASK, Kind.REF, label=N_("Verified by"))


class Regrouping(SyncedRow):
    """Households that change their grid or micro-grid on a day: a split, a merger or a move.

    Written by the server, which carries it out on its day. ``households`` are ids; ``ends`` the
    areas that are no more from that day on.
    """

    TYPE: ClassVar[str] = "regrouping"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.COMMUNITY

    target_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("To"))
    households: Any = synced(Merge.IMMUTABLE, Kind.JSON, label=N_("Households"))
    ends: Any = synced(Merge.IMMUTABLE, Kind.JSON, label=N_("Ends"))
    valid_from: str | None = synced(Merge.IMMUTABLE, Kind.DAY, label=N_("From"))
    made_by: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Written by"))
    stage: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Stage"), choices=tuple(codes.REGROUPING)
    )
