"""Visits and household notes: entries written once. A correction names what it corrects."""

from typing import Any, ClassVar

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge


class Visit(SyncedRow):
    """One call on one household. ``void`` takes the visit named by ``corrects`` back.

    ``companions`` are residents and others who were there, ``went_with`` the colleague who came
    along. ``asked`` holds ids of the promises and matters that were spoken about. A reading is
    ``{"person_id", "kind": "blood_pressure", "high", "low"}`` with whole mmHg.
    """

    TYPE: ClassVar[str] = "visit"
    ROOT: ClassVar[str] = "household_id"
    APPEND_ONLY: ClassVar[bool] = True

    household_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Household"), index=True)
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Visited by"))
    started_at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    method: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Where"), choices=tuple(codes.METHOD)
    )
    purposes: list[str] = synced(
        Merge.APPEND, Kind.WORDS, label=N_("Purpose"), choices=tuple(codes.PURPOSE)
    )
    result: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Result"), choices=tuple(codes.RESULT)
    )
    condition: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("How they are"), choices=tuple(codes.CONDITION)
    )
    note: str | None = synced(Merge.APPEND, label=N_("Note"), most=20000)
    needs: list[str] = synced(
        Merge.APPEND, Kind.WORDS, label=N_("Needs"), choices=tuple(codes.NEED)
    )
    hazards: list[str] = synced(
        Merge.APPEND, Kind.WORDS, label=N_("Hazards"), choices=tuple(codes.HAZARD)
    )
    changes: list[str] = synced(
        Merge.APPEND, Kind.WORDS, label=N_("What changed"), choices=tuple(codes.CHANGE)
    )
    companions: list[str] = synced(Merge.APPEND, Kind.WORDS, label=N_("Who else was there"))
    went_with: str | None = synced(Merge.APPEND, label=N_("Went with"), most=60)
    left_behind: list[str] = synced(
        Merge.APPEND, Kind.WORDS, label=N_("What was left"), choices=tuple(codes.LEFT)
    )
    asked: list[str] = synced(Merge.APPEND, Kind.WORDS, label=N_("Asked about"))
    readings: list[dict[str, Any]] = synced(Merge.APPEND, Kind.JSON, label=N_("Readings"))
    planned_for: str | None = synced(Merge.APPEND, Kind.DAY, label=N_("Planned for"))
    next_appointment: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("Next appointment"))
    corrects: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Corrects"))
    void: bool = synced(Merge.APPEND, Kind.FLAG, label=N_("Taken back"))
    reason: str | None = synced(Merge.APPEND, label=N_("Reason"), most=500)


class Note(SyncedRow):
    """A line about a household that belongs to no visit."""

    TYPE: ClassVar[str] = "note"
    ROOT: ClassVar[str] = "household_id"
    APPEND_ONLY: ClassVar[bool] = True

    household_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Household"), index=True)
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Written by"))
    written_at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    text: str | None = synced(Merge.APPEND, label=N_("Note"), most=20000)
    corrects: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Corrects"))
