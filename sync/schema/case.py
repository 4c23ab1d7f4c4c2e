"""A mediation case (人民调解): one scope of its own, which only those who handle it ever hold.

Sources: 人民调解法 (2010), the forms of 人民调解文书格式. Whatever was said, agreed or done is an
entry that is written once; a correction is a new entry that names the old one.
"""

from types import MappingProxyType
from typing import Any, ClassVar, Final

from sync.i18n import N_
from sync.schema import codes
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind
from sync.schema.stages import Stages

STAGES: Final = Stages(
    starts=("clue", "accepted"),
    steps=MappingProxyType(
        {
            "clue": ("accepted", "declined"),
            "accepted": ("investigating", "mediating", "declined", "failed"),
            "investigating": ("mediating", "declined", "failed"),
            "mediating": ("investigating", "agreed", "failed"),
            "agreed": ("judicial_confirm", "performing", "follow_up"),
            "judicial_confirm": ("performing", "follow_up"),
            # Who does not keep an agreement may be mediated once more (人民调解法 art. 32).
            "performing": ("judicial_confirm", "mediating", "follow_up"),
            "follow_up": ("performing", "archived"),
            # A party may change their mind before the file is closed.
            "failed": ("mediating", "archived"),
            "declined": ("accepted", "archived"),
            "archived": (),
        }
    ),
)
"""Every way a case may take. There is no other table of it."""

UNNUMBERED: Final = frozenset({"clue", "declined"})
"""Stages in which a case was never accepted, so that it needs no number yet."""


class MediationCase(SyncedRow):
    """What the case is about and how far it is. Its id is the name of its scope.

    ``mediators`` and ``invited`` are staff: they hold the case, and while it is a clue so does
    whoever ``opened_by`` names. ``no`` is 「(2026)人调字第n号」, given by the server when the case
    is accepted. ``origin_id`` names the visit, matter or oral mediation that it came from.
    """

    TYPE: ClassVar[str] = "mediation_case"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.CASE
    BEGINS_SCOPE: ClassVar[bool] = True

    no: str | None = synced(Merge.SERVER, label=N_("Number"))
    title: str | None = synced(Merge.ASK, label=N_("Title"), private=True)
    stage: str | None = synced(Merge.STAGE, Kind.CODE, label=N_("Stage"), choices=STAGES)
    dispute: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Kind of dispute"), choices=tuple(codes.DISPUTE)
    )
    scale: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Scale"), choices=tuple(codes.CASE_SCALE)
    )
    origin: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Where it came from"), choices=tuple(codes.CASE_ORIGIN)
    )
    origin_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Came from"), index=True)
    opened_by: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Opened by"))
    opened_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("Opened on"))
    accepted_on: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Accepted on"))
    mediators: list[str] = synced(Merge.SET, Kind.WORDS, label=N_("Mediators"))
    invited: list[str] = synced(Merge.SET, Kind.WORDS, label=N_("Invited"))
    grid_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Grid"))
    place: str | None = synced(Merge.ASK, label=N_("Place"), private=True)
    facts: str | None = synced(Merge.TEXT, label=N_("What happened"), most=20000)
    demands: str | None = synced(Merge.TEXT, label=N_("What is asked for"), most=20000)
    points: str | None = synced(Merge.TEXT, label=N_("What they differ about"), most=20000)
    violence_risk: bool = synced(Merge.ASK, Kind.FLAG, label=N_("Risk of violence"))


class CaseParty(SyncedRow):
    """One party, as the official forms want them named. A minor has a ``guardian``; an ``agent``
    acts by a power of attorney. ``told`` is the name as it was told, once the ledger has another.
    """

    TYPE: ClassVar[str] = "case_party"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.CASE
    ROOT: ClassVar[str] = "case_id"

    case_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Case"), index=True)
    side: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Side"), choices=tuple(codes.PARTY_SIDE)
    )
    name: str | None = synced(Merge.ASK, label=N_("Name"), private=True)
    told: str | None = synced(Merge.ASK, label=N_("As it was told"), private=True)
    sex: str | None = synced(Merge.ASK, Kind.CODE, label=N_("Sex"), choices=tuple(codes.SEX))
    nation: str | None = synced(Merge.ASK, label=N_("Nation"), most=40)
    birth: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Date of birth"))
    occupation: str | None = synced(Merge.ASK, label=N_("Occupation"), most=100)
    id_no: str | None = synced(Merge.ASK, label=N_("ID number"), private=True, most=40)
    phone: str | None = synced(Merge.ASK, label=N_("Phone"), private=True, most=100)
    address: str | None = synced(Merge.ASK, label=N_("Address"), private=True)
    guardian: str | None = synced(Merge.ASK, label=N_("Guardian"), private=True)
    agent: str | None = synced(Merge.ASK, label=N_("Agent"), private=True)
    household_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Household"), index=True)
    person_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Resident"))


class CaseTalk(SyncedRow):
    """One talk: when, where, who was there, and what each of them said (``said``: a list of
    ``{"who", "words"}``). Nothing in it can be changed or removed by anybody."""

    TYPE: ClassVar[str] = "case_talk"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.CASE
    ROOT: ClassVar[str] = "case_id"
    APPEND_ONLY: ClassVar[bool] = True

    case_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Case"), index=True)
    kind: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Kind of talk"), choices=tuple(codes.TALK_KIND)
    )
    held_at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    place: str | None = synced(Merge.APPEND, label=N_("Place"))
    present: list[str] = synced(Merge.APPEND, Kind.WORDS, label=N_("Who was there"))
    said: Any = synced(Merge.APPEND, Kind.JSON, label=N_("What each said"))
    text: str | None = synced(Merge.APPEND, label=N_("Note"), most=20000)
    result: str | None = synced(Merge.APPEND, label=N_("What came of it"), most=20000)
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Written by"))
    corrects: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Corrects"))
    reason: str | None = synced(Merge.APPEND, label=N_("Reason"), most=500)


class CaseAgreement(SyncedRow):
    """One version of the agreement, or a supplement to it (人民调解法 art. 29).

    A new version names the one before as ``corrects``. Once a version has its ``signed_on`` it is
    locked: what comes later is a supplement. ``terms`` is a list of
    ``{"text", "amount", "due_on", "way", "place"}``; amounts are in cents (分).
    """

    TYPE: ClassVar[str] = "case_agreement"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.CASE
    ROOT: ClassVar[str] = "case_id"
    APPEND_ONLY: ClassVar[bool] = True

    case_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Case"), index=True)
    kind: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Kind"), choices=tuple(codes.AGREEMENT_KIND)
    )
    facts: str | None = synced(Merge.APPEND, label=N_("What happened"), most=20000)
    points: str | None = synced(Merge.APPEND, label=N_("What they differ about"), most=20000)
    terms: Any = synced(Merge.APPEND, Kind.JSON, label=N_("Terms"))
    copies: int | None = synced(Merge.APPEND, Kind.NUMBER, label=N_("Copies"))
    signed_on: str | None = synced(Merge.APPEND, Kind.DAY, label=N_("Signed on"))
    written_at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Written by"))
    corrects: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Corrects"))
    reason: str | None = synced(Merge.APPEND, label=N_("Reason"), most=500)


class CaseStep(SyncedRow):
    """Something that was done in a case and has a date: that the parties were told their rights,
    agreed to more time (``until``, ``agreed_by``), declined, applied to the court, performed,
    were called back."""

    TYPE: ClassVar[str] = "case_step"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.CASE
    ROOT: ClassVar[str] = "case_id"
    APPEND_ONLY: ClassVar[bool] = True

    case_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Case"), index=True)
    kind: str | None = synced(
        Merge.APPEND, Kind.CODE, label=N_("Kind"), choices=tuple(codes.CASE_STEP)
    )
    done_on: str | None = synced(Merge.APPEND, Kind.DAY, label=N_("Date"))
    until: str | None = synced(Merge.APPEND, Kind.DAY, label=N_("Until"))
    agreed_by: list[str] = synced(Merge.APPEND, Kind.WORDS, label=N_("Agreed to by"))
    text: str | None = synced(Merge.APPEND, label=N_("Note"), most=20000)
    satisfaction: int | None = synced(Merge.APPEND, Kind.NUMBER, label=N_("Satisfaction"))
    done: bool = synced(Merge.APPEND, Kind.FLAG, label=N_("Done"))
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Written by"))
    corrects: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Corrects"))
    reason: str | None = synced(Merge.APPEND, label=N_("Reason"), most=500)
