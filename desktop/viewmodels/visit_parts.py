"""Which parts a visit form has, and which of them each result shows."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sync.i18n import N_, _
from sync.schema import codes

SEGMENTS: Final = ("met", "not_home", "met_family", "refused", "vacant")
"""The results under the keys 1 to 5, in this order."""

MORE_RESULTS: Final = ("wrong", "danger")
BY_RULE: Final = "rule"
OWN: Final = "own"


class Part(StrEnum):
    """A part of the form, named as the field of :class:`VisitForm` that it fills."""

    METHOD = "method"
    COMPANIONS = "companions"
    CONDITION = "condition"
    NOTE = "note"
    NEEDS = "needs"
    HAZARDS = "hazards"
    CHANGES = "changes"
    LEFT = "left_behind"
    PRESSURE = "pressure"
    PROMISE = "promise"
    ASKED = "asked"
    NEXT = "next_appointment"


_WHOLE: Final = frozenset(Part) - {Part.LEFT}
PARTS: Final[Mapping[str, frozenset[Part]]] = MappingProxyType(
    {
        "": frozenset(),
        "met": _WHOLE,
        "met_family": _WHOLE,
        "not_home": frozenset({Part.LEFT, Part.NOTE, Part.NEXT}),
        "refused": frozenset({Part.METHOD, Part.NOTE}),
        "vacant": frozenset({Part.NOTE, Part.HAZARDS}),
        "wrong": frozenset({Part.NOTE}),
        "danger": frozenset({Part.NOTE, Part.HAZARDS}),
    }
)
"""Which parts each result shows. What is hidden is not saved."""

FIELDS: Final[Mapping[Part, tuple[str, ...]]] = MappingProxyType(
    {
        Part.PRESSURE: ("pressure", "pressure_of"),
        Part.PROMISE: ("promise", "promise_by"),
        Part.ASKED: ("asked", "kept"),
    }
)
"""The fields of the form behind a part that has more than one."""

SLIPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pressure": N_("Write the blood pressure as two figures, like 138/86."),
        "promise": N_("Write what was promised."),
        "by": N_("Write a day still to come, like 6-21."),
    }
)


def result_words(result: str) -> str:
    """The result as the form names it."""
    return _(codes.RESULT[result])
