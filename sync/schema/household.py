"""Dwellings and the households in them. Several households may share one dwelling."""

from typing import ClassVar

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge


class Dwelling(SyncedRow):
    """A home behind one door, shown as 6号楼2单元1602 and typed as 6-2-1602.

    ``room`` is the short form that people type and search; ``building_id`` names the area.
    """

    TYPE: ClassVar[str] = "dwelling"

    building_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Building"))
    room: str | None = synced(Merge.ASK, label=N_("Room"), most=40, index=True)
    address: str | None = synced(Merge.ASK, label=N_("Address"))
    floor: int | None = synced(Merge.ASK, Kind.NUMBER, label=N_("Floor"))
    occupancy: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Lived in by"), choices=tuple(codes.OCCUPANCY)
    )
    rental_use: str | None = synced(Merge.ASK, label=N_("Use of the rental"))
    hazard: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Hazard"), choices=tuple(codes.DWELLING_HAZARD)
    )
    owner_name: str | None = synced(Merge.ASK, label=N_("Owner"), private=True)
    owner_phone: str | None = synced(Merge.ASK, label=N_("Owner's phone"), private=True)
    lease_to: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Lease until"))
    door_note: str | None = synced(Merge.TEXT, label=N_("Before knocking"), most=2000)


class Household(SyncedRow):
    """People living together. When a visit is due is computed from visits and never stored.

    ``care_floor`` and ``two_people`` come from the server, over tags of every tier, so that a
    laptop without the tier-3 rows reaches the same due date. ``postponed_to`` is the day to which
    somebody put the visit off, for everyone who walks there.
    """

    TYPE: ClassVar[str] = "household"

    dwelling_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Dwelling"), index=True)
    head_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Head"))
    hukou_match: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Registered here"), choices=tuple(codes.HUKOU_MATCH)
    )
    contact: str | None = synced(Merge.ASK, label=N_("Contact phone"), private=True)
    contact_name: str | None = synced(Merge.ASK, label=N_("Emergency contact"), private=True)
    best_time: str | None = synced(Merge.ASK, label=N_("Best time"))
    moved_in: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Moved in"))
    red_until: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Close care until"))
    postponed_to: str | None = synced(Merge.LWW, Kind.DAY, label=N_("Put off to"))
    micro_grid_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Micro-grid"))
    care_floor: str | None = synced(
        Merge.SERVER, Kind.CODE, label=N_("Visit frequency"), choices=tuple(codes.CARE_FLOOR)
    )
    two_people: bool = synced(Merge.SERVER, Kind.FLAG, label=N_("Go in pairs"))
