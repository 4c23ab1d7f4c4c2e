"""What a worker says of a visit, as it is typed, kept as a draft, and stored."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final

from sync.i18n import N_
from sync.schema.registry import ENTITIES
from sync.store.record import Record

OTHERS_PRESENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "neighbour": N_("a neighbour"),
        "colleague": N_("a colleague"),
        "other": N_("someone else"),
    }
)
"""Who may stand beside the residents. ``companions`` holds these keys, and ids of residents."""

ALONE: Final = frozenset({"", "wrong", "vacant"})
"""Results for which nobody has to say who came along: no home was called on."""

_NOT_INSIDE: Final = frozenset({"not_home", "refused", "vacant", "wrong", "danger"})
_PRESSURE: Final = re.compile(r"(\d{2,3})\s*[/\\ 、,]\s*(\d{2,3})")
_HIGH: Final = range(60, 281)
_LOW: Final = range(30, 181)
"""mmHg that a living person may have; anything else is a slip."""


@dataclass(frozen=True)
class VisitForm:
    """What the worker typed. Nothing is preselected but the way (inside the home).

    ``pressure`` is a blood pressure as it was typed, of ``pressure_of`` (a resident). ``promise``
    is what was promised, until ``promise_by``; ``kept`` names the promises brought back.
    """

    result: str = ""
    method: str = "home"
    purposes: tuple[str, ...] = ()
    condition: str = ""
    note: str = ""
    needs: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    went_with: str = ""
    left_behind: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    pressure: str = ""
    pressure_of: str = ""
    promise: str = ""
    promise_by: str = ""
    kept: tuple[str, ...] = ()
    next_appointment: str = ""
    planned_for: str = ""

    @property
    def says_more(self) -> bool:
        """Whether losing it would lose more than the press of one key."""
        plain = VisitForm(result=self.result, method=self.method, planned_for=self.planned_for)
        return self != plain

    @classmethod
    def from_draft(cls, kept: Mapping[str, Any]) -> "VisitForm":
        """The form as a draft kept it; what this version does not know is left out."""
        known = {spec.name for spec in fields(cls)}
        said: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in kept.items()
            if name in known
        }
        return cls(**said)

    @classmethod
    def from_visit(cls, visit: Record) -> "VisitForm":
        """The form that would have written a saved visit."""
        form = cls.from_draft({k: v for k, v in visit.fields.items() if v is not None})
        reading = next(iter(visit.get("readings") or ()), None)
        if reading is None:
            return form
        pressure = f"{reading.get('high', '')}/{reading.get('low', '')}"
        return replace(form, pressure=pressure, pressure_of=str(reading.get("person_id", "")))

    def body(self) -> dict[str, Any]:
        """The fields of the visit that this makes."""
        said = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if name in ENTITIES["visit"].fields
        }
        measured = pressure_in(self.pressure)
        if measured is None:
            return said
        high, low = measured
        reading = {"kind": "blood_pressure", "high": high, "low": low}
        if self.pressure_of:
            reading["person_id"] = self.pressure_of
        return said | {"readings": [reading]}


def pressure_in(text: str) -> tuple[int, int] | None:
    """The two figures of a blood pressure, such as 138/86; ``None`` where it is none."""
    found = _PRESSURE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    high, low = int(found[1]), int(found[2])
    return (high, low) if high in _HIGH and low in _LOW and low < high else None


def result_chosen(form: VisitForm, result: str) -> VisitForm:
    """The form with this result; the way follows it until the worker says otherwise.

    Nobody was inside a home that did not open.
    """
    usual = "door" if form.result in _NOT_INSIDE else "home"
    if form.method != usual:
        return replace(form, result=result)
    return replace(form, result=result, method="door" if result in _NOT_INSIDE else "home")
