"""Residents, where they live, their ID numbers and their tier-3 care: four rows, three scopes."""

from typing import ClassVar

from sync.i18n import N_
from sync.schema import codes, tags
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind


class Person(SyncedRow):
    """A resident. ``py`` holds initials and full pinyin, computed when the name is written;
    ``id_tail`` the last four signs of the ID number, which stands in a scope of its own.

    ``tags`` holds care tags of tiers 1 and 2 only; tier 3 is :class:`SpecialCare`. A record of
    somebody who was written down twice names the other one as ``alias_of``, and lives nowhere.
    """

    TYPE: ClassVar[str] = "person"
    ROOT: ClassVar[str] = "household_id"

    household_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Household"), index=True)
    name: str | None = synced(Merge.ASK, label=N_("Name"), private=True)
    py: str | None = synced(Merge.SERVER, label=N_("Pinyin"))
    id_tail: str | None = synced(Merge.SERVER, label=N_("End of the ID number"), private=True)
    sex: str | None = synced(Merge.ASK, Kind.CODE, label=N_("Sex"), choices=tuple(codes.SEX))
    birth: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Birth"))
    phone: str | None = synced(Merge.ASK, label=N_("Phone"), private=True)
    pop_kind: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Kind of resident"), choices=tuple(codes.POP_KIND)
    )
    tags: list[str] = synced(Merge.SET, Kind.WORDS, label=N_("Care tags"), choices=tags.OPEN_TAGS)
    disabled_grade: int | None = synced(Merge.ASK, Kind.NUMBER, label=N_("Grade of disability"))
    fully_dependent: bool = synced(Merge.ASK, Kind.FLAG, label=N_("Fully dependent"))
    work: str | None = synced(Merge.ASK, label=N_("Work"))
    alias_of: str | None = synced(Merge.ASK, Kind.REF, label=N_("The same person as"))


class Residency(SyncedRow):
    """One person's time in one household, and what they are to its head."""

    TYPE: ClassVar[str] = "residency"
    ROOT: ClassVar[str] = "household_id"

    person_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Person"))
    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"), index=True)
    relation: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Relation to head"), choices=tuple(codes.RELATION)
    )
    status: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Lives here"), choices=tuple(codes.RESIDENCY)
    )
    valid_from: str | None = synced(Merge.ASK, Kind.DAY, label=N_("From"))
    valid_to: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Until"))


class IdNumber(SyncedRow):
    """A person's ID number, in a scope of its own that fewer people hold."""

    TYPE: ClassVar[str] = "id_number"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.ID_NUMBERS
    ROOT: ClassVar[str] = "household_id"

    person_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Person"), index=True)
    household_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Household"))
    id_type: str | None = synced(
        Merge.ASK, Kind.CODE, label=N_("Kind of ID"), choices=tuple(codes.ID_TYPE)
    )
    id_no: str | None = synced(Merge.ASK, label=N_("ID number"), most=30, private=True)


class SpecialCare(SyncedRow):
    """A tier-3 tag of one person: held by named companions only, never listed or printed."""

    TYPE: ClassVar[str] = "special_care"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.CARE
    ROOT: ClassVar[str] = "household_id"

    person_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Person"), index=True)
    household_id: str | None = synced(Merge.ASK, Kind.REF, label=N_("Household"))
    tag: str | None = synced(
        Merge.IMMUTABLE, Kind.CODE, label=N_("Care tag"), choices=tags.CLOSED_TAGS
    )
    risk: int | None = synced(Merge.ASK, Kind.NUMBER, label=N_("Risk"))
    note: str | None = synced(Merge.TEXT, label=N_("Note"), most=2000)
    valid_to: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Until"))
