"""All that this computer holds about one person, field by field, in words they can read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop.services.names import Names, words
from desktop.services.privacy import Sight
from desktop.services.record_words import THINGS, RecordWords
from sync.i18n import N_, _
from sync.identity import local_time, parse_stamp
from sync.rules.masking import mask_name
from sync.schema.policy import Kind, Merge
from sync.schema.registry import ENTITIES
from sync.store.reading import Reading
from sync.store.record import Record

OF_PERSON: Final = (
    "residency",
    "id_number",
    "special_care",
    "case_party",
    "service_case",
    "appointment",
    "certificate",
)
"""Kinds whose rows name the person."""

OF_HOME: Final = (
    "visit",
    "note",
    "promise",
    "matter",
    "oral_mediation",
    "change",
    "campaign_sheet",
)
"""Kinds that are about the home; others who live there are masked in them."""

_STAFF: Final = frozenset({"staff_id", "owner_id", "linked_by", "answered_by"})
_SILENT: Final = frozenset({"person_id", "household_id", "head_id", "case_id", "visit_id", "py"})
"""References that tell nobody anything."""


@dataclass(frozen=True)
class HeldLine:
    """One thing that is held: of which record, which field, and what stands there."""

    record: str
    field: str
    value: str


class HeldAbout:
    """Reads what is held about one person, for whoever asks for it at the desk."""

    def __init__(self, reading: Reading, names: Names) -> None:
        self._reading = reading
        self._names = names
        everything = Sight(frozenset(), open_all=True)
        self._words = RecordWords(reading, names, everything)

    def lines(self, person: Record) -> list[HeldLine]:
        """Everything, the person's own record first."""
        household_id = str(person.get("household_id") or "")
        others = self._names_of_others(household_id, person.id)
        found = list(self._told(person, ()))
        for type_ in OF_PERSON:
            for row in self._reading.rows(type_, where={"person_id": person.id}):
                found += self._told(row, others)
        home = self._reading.find("household", household_id) if household_id else None
        for row in filter(None, (home, self._dwelling(home))):
            found += self._told(row, others)
        for type_ in OF_HOME:
            for row in self._reading.rows(type_, where={"household_id": household_id}):
                if str(row.get("person_id") or person.id) == person.id:
                    found += self._told(row, others)
        return found

    def _dwelling(self, home: Record | None) -> Record | None:
        return self._reading.find("dwelling", str(home.get("dwelling_id"))) if home else None

    def _names_of_others(self, household_id: str, person_id: str) -> tuple[str, ...]:
        rows = self._reading.rows("person", where={"household_id": household_id})
        return tuple(str(row.get("name") or "") for row in rows if row.id != person_id)

    def _told(self, row: Record, others: Iterable[str]) -> Iterator[HeldLine]:
        title, specs = _(THINGS.get(row.type, row.type)), ENTITIES[row.type].fields
        moment = next((row.get(n) for n, s in specs.items() if s.kind is Kind.MOMENT), "")
        if moment:
            title = f"{title}, {_local(str(moment))}"
        hidden = set(others)
        for name, spec in specs.items():
            value = row.get(name)
            # What the server works out by itself, and what is empty, says nothing about anybody.
            if name in _SILENT or value in (None, "", [], {}, False) or not spec.label:
                continue
            if spec.merge is Merge.SERVER and not spec.private:
                continue
            said = self._said(name, spec.kind, value)
            yield HeldLine(title, _(spec.label), masked_names(said, hidden))

    def _said(self, name: str, kind: Kind, value: Any) -> str:
        if kind is Kind.MOMENT:
            return _local(str(value))
        if name in _STAFF:
            return self._names.staff(str(value))
        if kind is Kind.REF:
            return self._words.reference(name, str(value))
        if kind is Kind.JSON:
            return _flat(value)
        return words(name, value)


def masked_names(text: str, names: Iterable[str]) -> str:
    """Words in which others who live there are masked; numbers stay, they are the asker's."""
    found = text
    # The longest first: 欧阳 must not open 欧阳小明.
    for name in sorted({one for one in names if len(one) > 1}, key=len, reverse=True):
        found = found.replace(name, mask_name(name))
    return found


def _local(moment: str) -> str:
    return f"{local_time(parse_stamp(moment)):%Y-%m-%d %H:%M}"


def _flat(value: Any) -> str:
    """A small structure in a line."""
    if isinstance(value, Mapping):
        parts = (f"{key}: {_flat(one)}" for key, one in value.items() if one not in (None, ""))
        return _("; ").join(parts)
    if isinstance(value, list | tuple):
        return _("; ").join(map(_flat, value))
    return str(value)


KEPT_ELSEWHERE: Final = N_(
    "This computer may not hold everything: ID numbers and protected care lie with the grid, "
    "mediation files with who mediates. Whoever finds a mistake says so; it is corrected with its "
    "reason, and what stood there stays readable."
)
