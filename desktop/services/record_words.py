"""What a record is called where people talk about it: the matter “a handrail”, the post of 王芳."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from desktop.services.names import Names, words
from desktop.services.privacy import Sight
from sync.i18n import N_, _
from sync.schema.registry import ENTITIES
from sync.store.reading import Reading
from sync.store.record import Record

THINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "area": N_("the area"),
        "staff": N_("the colleague"),
        "assignment": N_("the post"),
        "dwelling": N_("the home"),
        "household": N_("the household"),
        "person": N_("the resident"),
        "residency": N_("the residence"),
        "id_number": N_("the ID number"),
        "special_care": N_("the care"),
        "visit": N_("the visit"),
        "note": N_("the note"),
        "promise": N_("the promise"),
        "matter": N_("the matter"),
        "matter_step": N_("the step of a matter"),
        "whistle": N_("the call for departments"),
        "whistle_unit": N_("the answer of a department"),
        "change": N_("the change of the household"),
        "oral_mediation": N_("the oral mediation"),
        "attachment": N_("the photo or scan"),
        "mediation_case": N_("the case"),
        "case_party": N_("the party of a case"),
        "case_talk": N_("the talk of a case"),
        "case_agreement": N_("the agreement of a case"),
        "case_step": N_("the step of a case"),
        "expert": N_("the expert"),
        "campaign": N_("the campaign"),
        "campaign_household": N_("the household of a campaign"),
        "campaign_sheet": N_("the sheet of a campaign"),
        "service_case": N_("the service case"),
        "service_entry": N_("the entry of the desk"),
        "appointment": N_("the appointment"),
        "certificate": N_("the certificate"),
        "held_verdict": N_("the verdict on a held entry"),
        "member": N_("the post in the roster"),
        "door_check": N_("the check at the door"),
        "regrouping": N_("the planned change of grids"),
    }
)
"""Every kind of record that people write, as it is said within a sentence."""

_TITLES: Final = ("title", "what", "name", "applicant", "receipt", "number", "no", "room", "unit")
"""Fields that tell one record of a kind from another, the clearest first."""
_RESIDENTS: Final = frozenset({"service_case", "appointment", "certificate", "person"})
"""Kinds whose name is a resident's, which a desk sees masked."""
_PARENTS: Final = ("matter_id", "case_id", "campaign_id", "staff_id", "person_id", "target_id")
"""What a record without a name of its own belongs to; then it is told by that."""
_OF: Final = MappingProxyType(
    {
        "matter_id": "matter",
        "case_id": "mediation_case",
        "campaign_id": "campaign",
        "staff_id": "staff",
        "person_id": "person",
        "target_id": "area",
    }
)
AREA_FIELDS: Final = frozenset({"area_id", "parent_id", "grid_id", "building_id", "micro_grid_id"})
_STAFF: Final = frozenset({"staff_id", "owner_id", "answered_by", "made_by"})
_REFERABLE: Final = (
    "person",
    "staff",
    "member",
    "matter",
    "visit",
    "dwelling",
    "household",
    "area",
)
"""Kinds that the other fields may refer to, told apart by looking."""


def thing(type_: str) -> str:
    """What a kind of record is called within a sentence."""
    return _(THINGS.get(type_, type_))


class RecordWords:
    """Names records and what they refer to, by what is on this computer and may be seen."""

    def __init__(self, reading: Reading, names: Names, sight: Sight) -> None:
        self._reading = reading
        self._names = names
        self._sight = sight

    def named(self, type_: str, row_id: str) -> str:
        """The kind of record and which one it is, as far as that is known here."""
        record = self._reading.find(type_, row_id)
        title = self._title(type_, record) if record is not None else ""
        return " ".join(part for part in (thing(type_), title) if part)

    def room(self, type_: str, row_id: str) -> str:
        """The door that a record is about; empty where it is about none."""
        record = self._reading.find(type_, row_id)
        if record is None:
            return ""
        if type_ == "dwelling":
            return str(record.get("room", ""))
        household_id = row_id if type_ == "household" else str(record.get("household_id") or "")
        return self._names.room(household_id)

    def reference(self, field: str, row_id: str) -> str:
        """What a field refers to, by its name."""
        if field == "household_id":
            return self._names.room(row_id) or _("not here")
        if field in _STAFF:
            return self._names.staff(row_id)
        if field in AREA_FIELDS:
            return self._names.area(row_id) or _("not here")
        for type_ in _REFERABLE:
            record = self._reading.find(type_, row_id)
            if record is not None:
                return self._title(type_, record) or thing(type_)
        return _("not here")

    def _title(self, type_: str, record: Record) -> str:
        for field in _TITLES:
            value = record.get(field)
            if value and field in ENTITIES[type_].fields:
                told = words(field, value)
                hidden = type_ in _RESIDENTS and field in {"name", "applicant"}
                return self._sight.name(told) if hidden else told
        return self._of_parent(record)

    def _of_parent(self, record: Record) -> str:
        for field in _PARENTS:
            parent_id = str(record.get(field) or "")
            parent = self._reading.find(_OF[field], parent_id) if parent_id else None
            if parent is not None:
                return self._title(_OF[field], parent)
        return ""
