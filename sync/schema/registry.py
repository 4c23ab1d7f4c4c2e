"""Every entity that travels, parents first, and what its fields declare."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

from sync.schema.area import Area, Assignment, Staff
from sync.schema.attachment import Attachment
from sync.schema.campaign import Campaign, CampaignHousehold, CampaignSheet
from sync.schema.case import CaseAgreement, CaseParty, CaseStep, CaseTalk, MediationCase
from sync.schema.change import Change
from sync.schema.conflict import Conflict, Notice
from sync.schema.counts import MatterCount
from sync.schema.expert import Expert
from sync.schema.fields import SyncedRow
from sync.schema.household import Dwelling, Household
from sync.schema.matter import Matter, MatterStep
from sync.schema.mediation import OralMediation
from sync.schema.person import IdNumber, Person, Residency, SpecialCare
from sync.schema.policy import Kind, Merge, ScopeKind
from sync.schema.promise import Promise
from sync.schema.reveal import Reveal
from sync.schema.roster import DoorCheck, Member, Regrouping
from sync.schema.service import (
    Appointment,
    Certificate,
    HeldVerdict,
    ServiceCase,
    ServiceEntry,
)
from sync.schema.stages import Stages
from sync.schema.visit import Note, Visit
from sync.schema.whistle import Whistle, WhistleUnit

SCHEMA_VERSION: Final = 3
"""Rises when a field that travels is read, merged or checked in another way than before.

One that is only new needs no other version: whoever does not know it carries it along. Operations
keep the version that they were written in.
"""


@dataclass(frozen=True)
class FieldSpec:
    """What ``synced`` declared for one field."""

    name: str
    merge: Merge
    kind: Kind
    label: str
    choices: tuple[str, ...]
    most: int
    private: bool
    stages: Stages | None = None


@dataclass(frozen=True)
class Entity:
    """One kind of row: where it lives, what it moves with, how its fields merge."""

    model: type[SyncedRow]

    @property
    def type(self) -> str:
        """The name on the wire and of the table."""
        return self.model.TYPE

    @property
    def scope_kind(self) -> ScopeKind:
        """The family of scopes its rows live in."""
        return self.model.SCOPE

    def may_live_in(self, kind: ScopeKind) -> bool:
        """Whether its rows have a place in scopes of this family."""
        return kind is self.model.SCOPE or kind in self.model.ALSO_IN

    def begins(self, scope_id: str, row_id: str) -> bool:
        """Whether the scope begins with this row."""
        return self.model.BEGINS_SCOPE and scope_id == scope_name(self.scope_kind, row_id)

    @property
    def append_only(self) -> bool:
        """True where rows are written once."""
        return self.model.APPEND_ONLY

    @cached_property
    def is_ledger(self) -> bool:
        """True where rows are entries that are counted (``sync/merge/ledger.py``)."""
        return any(spec.merge is Merge.LEDGER for spec in self.fields.values())

    @cached_property
    def fields(self) -> Mapping[str, FieldSpec]:
        """The travelling fields, in the order they are declared."""
        specs: dict[str, FieldSpec] = {}
        for name, declared in self.model.model_fields.items():
            kwargs = getattr(declared, "sa_column_kwargs", None)
            info = kwargs.get("info") if isinstance(kwargs, dict) else None
            if info is not None:
                specs[name] = FieldSpec(name=name, **info)
        return MappingProxyType(specs)

    @cached_property
    def of_server(self) -> tuple[str, ...]:
        """The fields that the server computes: a client's value is ignored."""
        return tuple(spec.name for spec in self.fields.values() if spec.merge is Merge.SERVER)

    @cached_property
    def graphs(self) -> tuple[tuple[str, Stages], ...]:
        """The fields that hold a stage, each with its graph."""
        specs = self.fields.values()
        return tuple((spec.name, spec.stages) for spec in specs if spec.stages is not None)

    def root_of(self, row_id: str, body: Mapping[str, object]) -> str:
        """The id of the row that this one moves with; its own id where it is a root."""
        root = row_id if self.model.ROOT == "id" else body.get(self.model.ROOT)
        return str(root) if root else row_id


_MODELS: Final[tuple[type[SyncedRow], ...]] = (
    Area,
    Staff,
    Assignment,
    Dwelling,
    Household,
    Person,
    Residency,
    IdNumber,
    SpecialCare,
    Visit,
    Note,
    Promise,
    Matter,
    MatterStep,
    Whistle,
    WhistleUnit,
    Change,
    OralMediation,
    Attachment,
    MediationCase,
    CaseParty,
    CaseTalk,
    CaseAgreement,
    CaseStep,
    Expert,
    Campaign,
    CampaignHousehold,
    CampaignSheet,
    ServiceCase,
    ServiceEntry,
    Appointment,
    Certificate,
    HeldVerdict,
    Member,
    DoorCheck,
    Regrouping,
    MatterCount,
    Conflict,
    Notice,
    Reveal,
)

ENTITIES: Final[Mapping[str, Entity]] = MappingProxyType(
    {model.TYPE: Entity(model) for model in _MODELS}
)


def scope_name(kind: ScopeKind, name: str) -> str:
    """The id of a scope, such as ``grid:0190…``."""
    return f"{kind.value}:{name}"


def scope_kind(scope_id: str) -> ScopeKind:
    """The family of a scope. Raises ``ValueError`` for an id of no known family."""
    return ScopeKind(scope_id.partition(":")[0])
