"""Areas and the people who look after them. Assignments alone decide what one may see."""

from typing import ClassVar

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind


class Area(SyncedRow):
    """A county, street, community, estate, courtyard, building, grid or micro-grid.

    A building's ``parent_id`` is its estate, and ``grid_id`` the grid it belongs to.
    """

    TYPE: ClassVar[str] = "area"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.COMMUNITY

    level: str | None = synced(
        Merge.IMMUTABLE, Kind.CODE, label=N_("Level"), choices=tuple(codes.AREA_LEVEL), index=True
    )
    name: str | None = synced(Merge.ASK, label=N_("Name"))
    code: str | None = synced(Merge.ASK, label=N_("Code"), most=20)
    py: str | None = synced(Merge.SERVER, label=N_("Pinyin"))
    parent_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Belongs to"))
    grid_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Grid"))
    grid_kind: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Kind of grid"), choices=tuple(codes.GRID_KIND)
    )
    valid_from: str | None = synced(Merge.ASK, Kind.DAY, label=N_("From"))
    valid_to: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Until"))
    floors: int | None = synced(Merge.ASK, Kind.NUMBER, label=N_("Floors"))
    units: int | None = synced(Merge.ASK, Kind.NUMBER, label=N_("Units"))
    households: int | None = synced(Merge.ASK, Kind.NUMBER, label=N_("Number of households"))
    walk_order: int | None = synced(Merge.LWW, Kind.NUMBER, label=N_("Order of the round"))
    has_lift: bool = synced(Merge.ASK, Kind.FLAG, label=N_("Lift"))
    property_name: str | None = synced(Merge.ASK, label=N_("Property company"))


class Staff(SyncedRow):
    """Someone who works here. The account and its password live on the server alone."""

    TYPE: ClassVar[str] = "staff"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.COMMUNITY

    name: str | None = synced(Merge.ASK, label=N_("Name"))
    login: str | None = synced(Merge.IMMUTABLE, label=N_("User"), most=60)
    py: str | None = synced(Merge.SERVER, label=N_("Pinyin"))
    phone: str | None = synced(Merge.ASK, label=N_("Phone"), private=True)


class Assignment(SyncedRow):
    """Who holds which post where, from when to when, and whom they stand in for."""

    TYPE: ClassVar[str] = "assignment"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.COMMUNITY

    staff_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Staff"), index=True)
    post: str | None = synced(
        Merge.IMMUTABLE, Kind.CODE, label=N_("Post"), choices=tuple(codes.POST)
    )
    area_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Area"))
    valid_from: str | None = synced(Merge.ASK, Kind.DAY, label=N_("From"))
    valid_to: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Until"))
    substitute_for: str | None = synced(Merge.ASK, Kind.REF, label=N_("Stands in for"))
