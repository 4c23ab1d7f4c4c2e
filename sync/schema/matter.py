"""Matters: what was asked, found or handed over, until the resident has an answer (闭环)."""

from types import MappingProxyType
from typing import ClassVar, Final

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind
from sync.schema.stages import Stages

SATISFACTION: Final = "satisfaction"
SCORES: Final = ("0", "1", "2", "3", "4", "5")
"""How content somebody is, 5 the most; 0: not reached."""

STAGES: Final = Stages(
    starts=("draft", "reported"),
    steps=MappingProxyType(
        {
            # The worker alone settles a small matter: draft to closed, with an answer given.
            "draft": ("reported", "closed", "void"),
            "reported": ("accepted", "returned", "withdrawn", "transferred", "void"),
            "accepted": (
                *("assigned", "processing", "whistled", "suspended"),
                *("returned", "transferred", "void"),
            ),
            "assigned": (
                *("processing", "finished", "whistled", "suspended"),
                *("returned", "transferred", "void"),
            ),
            "processing": ("finished", "whistled", "suspended", "returned", "transferred", "void"),
            "whistled": ("processing", "finished", "suspended", "void"),
            "suspended": ("assigned", "processing", "whistled", "finished", "void"),
            # Sent back by a unit, or to whoever reported it: told better, given to another, ended.
            "returned": ("reported", "assigned", "withdrawn", "transferred", "void"),
            "transferred": ("accepted", "feedback", "void"),
            "finished": ("verified", "processing"),
            "verified": ("feedback", "reopened"),
            "feedback": ("closed", "reopened"),
            "closed": ("reopened",),
            "reopened": ("assigned", "processing", "whistled", "suspended", "void"),
            "withdrawn": (),
            "void": (),
        }
    ),
    closed=frozenset({"closed"}),
    needs=MappingProxyType(
        {
            # 闭环: who was told, when, how, what, and how content they are (0: not reached).
            "closed": ("feedback_to", "feedback_at", "feedback_by", "feedback_text", SATISFACTION),
            "suspended": ("review_on",),
            "whistled": ("deadline",),
        }
    ),
    back=MappingProxyType(
        {
            # A slip of the hand: said to be done, or checked, of the wrong one.
            "finished": ("assigned", "processing", "whistled", "suspended"),
            "verified": ("finished",),
        }
    ),
)
"""Every way a matter may take. There is no other table of it."""

OVER: Final = frozenset(stage for stage in STAGES.all if STAGES.is_closed(stage))
"""Stages in which nobody has to do anything any more."""

SUBJECTS: Final = (*codes.NEED, *codes.HAZARD)
"""The need or hazard of a visit that a matter came from."""


class Matter(SyncedRow):
    """Anything to be handled and answered. It moves with its household, where there is one.

    ``visit_id`` and ``subject`` name the visit and the need or hazard it came from; ``reporter``
    is who told, ``staff_id`` who wrote it down; ``lines`` are the nets that count it.
    ``feedback_…`` says who was told, when, how and what: nothing closes without it.

    ``deadline`` is a day that was promised or ordered, ``extended_to`` the one extension,
    ``review_on`` when a matter on hold is looked at again. From these and from the stage the
    server works out the limits (``sync/rules/limits.py``): ``limit_from`` is when the present one
    began, ``amber_…`` when 70 % of each is gone. One with ``duplicate_of`` is answered with that.
    """

    TYPE: ClassVar[str] = "matter"
    ROOT: ClassVar[str] = "household_id"
    ALSO_IN: ClassVar[frozenset[ScopeKind]] = frozenset({ScopeKind.UNIT})

    no: str | None = synced(Merge.SERVER, label=N_("Number"))
    title: str | None = synced(Merge.ASK, label=N_("Title"))
    text: str | None = synced(Merge.TEXT, label=N_("What it is about"), most=20000)
    category: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Category"), choices=tuple(codes.MATTER_CATEGORY)
    )
    source: str | None = synced(
        Merge.IMMUTABLE, Kind.CODE, label=N_("Source"), choices=tuple(codes.MATTER_SOURCE)
    )
    subject: str | None = synced(
        Merge.IMMUTABLE, Kind.CODE, label=N_("Need or hazard"), choices=SUBJECTS
    )
    urgency: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Urgency"), choices=tuple(codes.URGENCY)
    )
    place: str | None = synced(Merge.ASK, label=N_("Place"))
    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"), index=True)
    visit_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Said at"), index=True)
    reporter: str | None = synced(Merge.ASK, label=N_("Who told it"), private=True)
    staff_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Written by"))
    reported_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("When"))
    stage: str | None = synced(Merge.STAGE, Kind.CODE, label=N_("Stage"), choices=STAGES)
    disposition: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Way"), choices=tuple(codes.DISPOSITION)
    )
    owner: str | None = synced(Merge.ASK, label=N_("Who handles it"), most=100)
    owner_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Who handles it"), index=True)
    lines: list[str] = synced(
        Merge.SET, Kind.WORDS, label=N_("Counts for"), choices=tuple(codes.LINE)
    )
    deadline: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Promised for"))
    extended_to: str | None = synced(Merge.IMMUTABLE, Kind.DAY, label=N_("Extended to"))
    review_on: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Looked at again on"))
    limit_from: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("Counts from"))
    due_accept: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("To be accepted by"))
    amber_accept: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("Late to accept from"))
    due_finish: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("To be finished by"))
    amber_finish: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("Late to finish from"))
    finished_at: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("Finished on"))
    due_answer: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("To be answered by"))
    amber_answer: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("Late to answer from"))
    result_text: str | None = synced(Merge.TEXT, label=N_("Result"), most=20000)
    feedback_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Answered on"))
    feedback_to: str | None = synced(Merge.ASK, label=N_("Who was told"), private=True)
    feedback_by: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Told how"), choices=tuple(codes.METHOD)
    )
    feedback_text: str | None = synced(Merge.TEXT, label=N_("What was told"), most=2000)
    satisfaction: int | None = synced(
        Merge.ASK, Kind.NUMBER, label=N_("Satisfaction"), choices=SCORES
    )
    resolved: bool = synced(Merge.ASK, Kind.FLAG, label=N_("Solved"))
    duplicate_of: str | None = synced(Merge.ASK, Kind.REF, label=N_("The same as"))


class MatterStep(SyncedRow):
    """Something that was done about a matter, by whom and why. Written once.

    ``kind`` is the step of the graph or what was done beside it, ``unit`` whom it concerns and
    ``until`` the day that was named.
    """

    TYPE: ClassVar[str] = "matter_step"
    ROOT: ClassVar[str] = "household_id"
    APPEND_ONLY: ClassVar[bool] = True

    matter_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Matter"), index=True)
    household_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Household"))
    kind: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Step"), choices=tuple(codes.MATTER_STEP)
    )
    at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Written by"))
    unit: str | None = synced(Merge.APPEND, label=N_("Unit"), most=100)
    until: str | None = synced(Merge.APPEND, Kind.DAY, label=N_("Until"))
    text: str | None = synced(Merge.APPEND, label=N_("Note"), most=2000)
