"""Services of the front desk: a case that is received, handled and picked up, and small things
that are only counted. They live with the desk, and on no worker's computer."""

from types import MappingProxyType
from typing import ClassVar, Final

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.matter import SCORES
from sync.schema.policy import Kind, Merge, ScopeKind
from sync.schema.stages import Stages

STAGES: Final = Stages(
    starts=("received", "supplement"),
    steps=MappingProxyType(
        {
            "received": ("supplement", "forwarded", "approved", "rejected", "ready"),
            # What was missing came, or never will.
            "supplement": ("received", "forwarded", "rejected"),
            "forwarded": ("supplement", "approved", "rejected", "ready"),
            "approved": ("ready", "picked_up"),
            "rejected": ("picked_up", "closed"),
            "ready": ("picked_up",),
            "picked_up": ("closed",),
            "closed": (),
        }
    ),
    needs=MappingProxyType({"picked_up": ("picked_up_by",), "closed": ("satisfaction",)}),
    back=MappingProxyType(
        {
            "received": ("supplement",),
            "forwarded": ("received", "supplement"),
            "approved": ("received", "forwarded"),
            "rejected": ("received", "supplement", "forwarded"),
            "ready": ("received", "forwarded", "approved"),
            "picked_up": ("approved", "rejected", "ready"),
            "closed": ("rejected", "picked_up"),
        }
    ),
)
"""Every way a service case may take, and each of them back. There is no other table of it."""


class ServiceCase(SyncedRow):
    """One errand at the desk. ``item`` names an entry of the catalogue of services.

    ``receipt`` is the number on the paper that the resident holds: made at the window, so that it
    is there with the line down; ``no`` comes from the server. ``got`` and ``missing`` are the
    papers of the checklist; what is missing is told once, all of it, at ``told_at``.
    """

    TYPE: ClassVar[str] = "service_case"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.DESK

    no: str | None = synced(Merge.SERVER, label=N_("Number"))
    receipt: str | None = synced(Merge.IMMUTABLE, label=N_("Receipt"), most=40)
    item: str | None = synced(Merge.IMMUTABLE, label=N_("Service"), most=60)
    mode: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Way of handling"), choices=tuple(codes.SERVICE_MODE)
    )
    stage: str | None = synced(Merge.STAGE, Kind.CODE, label=N_("Stage"), choices=STAGES)
    person_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Resident"), index=True)
    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"))
    applicant: str | None = synced(Merge.ASK, label=N_("For whom"), private=True)
    phone: str | None = synced(Merge.ASK, label=N_("Phone"), private=True, most=100)
    got: list[str] = synced(Merge.SET, Kind.WORDS, label=N_("Papers received"))
    missing: list[str] = synced(Merge.SET, Kind.WORDS, label=N_("Papers missing"))
    told_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Told what is missing"))
    text: str | None = synced(Merge.TEXT, label=N_("Note"), most=2000)
    window: str | None = synced(Merge.IMMUTABLE, label=N_("Window"), most=20)
    staff_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Received by"))
    owner_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Who handles it"))
    received_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("Received on"))
    due: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Answer by"))
    ready_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Ready since"))
    picked_up_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Picked up on"))
    picked_up_by: str | None = synced(Merge.ASK, label=N_("Picked up by"), private=True)
    called_back_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Called back on"))
    satisfaction: int | None = synced(
        Merge.ASK, Kind.NUMBER, label=N_("Satisfaction"), choices=SCORES
    )


class ServiceEntry(SyncedRow):
    """Something small that is counted and needs no form: a consultation, a small help.

    One that names another as ``corrects`` takes it back: neither counts.
    """

    TYPE: ClassVar[str] = "service_entry"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.DESK
    APPEND_ONLY: ClassVar[bool] = True

    kind: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Kind"), choices=tuple(codes.SERVICE_ENTRY)
    )
    item: str | None = synced(Merge.APPEND, label=N_("Service"), most=60)
    household_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Household"))
    text: str | None = synced(Merge.APPEND, label=N_("Note"), most=500)
    at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Written by"))
    corrects: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Corrects"))


class Appointment(SyncedRow):
    """Somebody comes at an hour of their choice; ``hour`` is 09:30."""

    TYPE: ClassVar[str] = "appointment"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.DESK

    day: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Day"), index=True)
    hour: str | None = synced(Merge.ASK, label=N_("Hour"), most=5)
    person_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Resident"))
    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"))
    applicant: str | None = synced(Merge.ASK, label=N_("For whom"), private=True)
    phone: str | None = synced(Merge.ASK, label=N_("Phone"), private=True, most=100)
    item: str | None = synced(Merge.ASK, label=N_("Service"), most=60)
    text: str | None = synced(Merge.TEXT, label=N_("Note"), most=500)
    state: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Whether they came"), choices=tuple(codes.APPOINTMENT)
    )
    staff_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Booked by"))
    booked_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("Booked on"))


class Certificate(SyncedRow):
    """One line of the register of certificates: what was written for whom, and its number.

    ``number`` is made at the window, as that of a receipt is. ``said`` holds what the template
    was filled with, so that the same paper can be printed again; ``kind`` names the template.
    A wrong one is made void with a reason, and its number is not given again.
    """

    TYPE: ClassVar[str] = "certificate"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.DESK

    kind: str | None = synced(Merge.IMMUTABLE, label=N_("Kind of certificate"), most=60)
    number: str | None = synced(Merge.IMMUTABLE, label=N_("Number"), most=60)
    person_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Resident"), index=True)
    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"))
    applicant: str | None = synced(Merge.IMMUTABLE, label=N_("For whom"), private=True)
    said: dict[str, str] | None = synced(Merge.IMMUTABLE, Kind.JSON, label=N_("What it says"))
    window: str | None = synced(Merge.IMMUTABLE, label=N_("Window"), most=20)
    staff_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Written by"))
    made_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("When"))
    void_reason: str | None = synced(Merge.ASK, label=N_("Why it is void"))


class HeldVerdict(SyncedRow):
    """What a person at the desk made of something that the server keeps aside: ``op_id`` names it.

    The operation itself stays where it is. The latest entry about it holds, so an ``open`` one
    takes a verdict back.
    """

    TYPE: ClassVar[str] = "held_verdict"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.DESK
    APPEND_ONLY: ClassVar[bool] = True

    op_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("What was kept aside"))
    verdict: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Verdict"), choices=tuple(codes.HELD_VERDICT)
    )
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Decided by"))
    at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
