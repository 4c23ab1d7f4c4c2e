"""Turning ids and codes into what people call things."""

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Final

from sync.i18n import _
from sync.schema import codes
from sync.schema.tags import TAGS
from sync.store.reading import Reading
from sync.store.record import Record

_AREA, _STAFF = "area", "staff"

CODE_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "sex": codes.SEX,
        "relation": codes.RELATION,
        "status": codes.RESIDENCY,
        "occupancy": codes.OCCUPANCY,
        "hazard": codes.DWELLING_HAZARD,
        "pop_kind": codes.POP_KIND,
        "hukou_match": codes.HUKOU_MATCH,
        "method": codes.METHOD,
        "purposes": codes.PURPOSE,
        "result": codes.RESULT,
        "condition": codes.CONDITION,
        "needs": codes.NEED,
        "hazards": codes.HAZARD,
        "care_floor": codes.CARE_FLOOR,
        "dispute": codes.DISPUTE,
        "changes": codes.CHANGE,
        "left_behind": codes.LEFT,
        "category": codes.MATTER_CATEGORY,
        "source": codes.MATTER_SOURCE,
        "subject": {**codes.NEED, **codes.HAZARD},
        "urgency": codes.URGENCY,
        "stage": {
            **codes.CASE_STAGE,
            **codes.MATTER_STAGE,
            **codes.SERVICE_STAGE,
            **codes.REGROUPING,
        },
        "state": codes.APPOINTMENT,
        "mode": codes.SERVICE_MODE,
        "lines": codes.LINE,
        "fields": codes.EXPERT_FIELD,
        "id_type": codes.ID_TYPE,
        "grid_kind": codes.GRID_KIND,
        "scale": codes.CASE_SCALE,
        "origin": codes.CASE_ORIGIN,
        "side": codes.PARTY_SIDE,
        "disposition": codes.DISPOSITION,
        "feedback_by": codes.METHOD,
        "post": {**codes.POST, **codes.MEMBER_POST},
        "answer": codes.DOOR_ANSWER,
        "tags": {key: tag.label for key, tag in TAGS.items()},
    }
)
"""The words of coded fields, by field."""


def words(field: str, value: object) -> str:
    """A field's value as people read it: codes by their label, lists joined, yes and no."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return _(", ").join(words(field, one) for one in value)
    text = "" if value is None else str(value)
    label = CODE_WORDS.get(field, {}).get(text)
    return _(label) if label else text


class Names:
    """Names of staff and areas that are on this computer.

    They change far less often than they are asked for, so what was read of them is kept until one
    of them changes.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: tuple[Hashable, Mapping[str, Mapping[str, Record]]] = (None, {})

    def areas(self) -> Mapping[str, Record]:
        """Every area on this computer, by id; the same object until one of them changes."""
        return self._rows(_AREA)

    def staff(self, staff_id: str) -> str:
        """A colleague's name; an import's or the server's own name where it is no person."""
        found = self._rows(_STAFF).get(staff_id)
        if found is not None:
            return str(found.get("name", ""))
        return _("The roster") if staff_id.startswith("import") else _("The office")

    def area(self, area_id: str) -> str:
        """An area's name, or nothing where it is not on this computer."""
        found = self.areas().get(area_id)
        return str(found.get("name", "")) if found else ""

    def room(self, household_id: str) -> str:
        """A household's short room, or nothing where it is not on this computer."""
        household = self._reading.find("household", household_id) if household_id else None
        if household is None:
            return ""
        dwelling = self._reading.find("dwelling", str(household.get("dwelling_id", "")))
        return str(dwelling.get("room", "")) if dwelling else ""

    def estate_of(self, building: Record | None) -> str:
        """The estate or courtyard that a building stands in."""
        if building is None:
            return ""
        parent = self.area(str(building.get("parent_id", "")))
        return parent if building.get("level") == "building" else str(building.get("name", ""))

    def _rows(self, type_: str) -> Mapping[str, Record]:
        state = self._reading.state(_AREA, _STAFF)
        if self._known[0] != state:
            self._known = (state, {kind: self._read(kind) for kind in (_AREA, _STAFF)})
        return self._known[1][type_]

    def _read(self, kind: str) -> Mapping[str, Record]:
        """The rows of one kind; the same object as before where none of them changed."""
        found, known = {row.id: row for row in self._reading.rows(kind)}, self._known[1].get(kind)
        return known if known is not None and known == found else found
