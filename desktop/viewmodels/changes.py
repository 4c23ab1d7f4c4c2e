"""A change of a home in the history: what it was, what it is now, whom a move was about."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from desktop.rows import TimelineItem, Tone
from desktop.services.history import Entry
from desktop.services.households import HouseholdCard
from desktop.services.names import words
from sync.i18n import N_, _
from sync.rules.reason import day_text
from sync.schema import codes
from sync.schema.policy import Kind
from sync.schema.registry import ENTITIES

_LOOKS: Final = {
    "edit": ("pencil-simple", Tone.NEUTRAL),
    "moved_in": ("users-three", Tone.PRIMARY),
    "moved_out": ("sign-out", Tone.NEUTRAL),
    "away": ("sign-out", Tone.NEUTRAL),
    "back": ("house-line", Tone.PRIMARY),
    "died": ("minus-circle", Tone.NEUTRAL),
    "undone": ("arrow-counter-clockwise", Tone.NEUTRAL),
}
_SILENT: Final = frozenset({"head_id", "status"})
"""Fields that a move says by its own name, or that hold an id."""


def change_item(entry: Entry, card: HouseholdCard, today: date) -> TimelineItem:
    """One entry: fields with before → after, or a move with its day."""
    kind = str(entry.fields.get("kind", ""))
    icon, tone = _LOOKS.get(kind, _LOOKS["edit"])
    changes = [one for one in entry.fields.get("fields", ()) if _is_said(one, kind)]
    names = {person.id: person.name for person in card.members}
    whom = names.get(str(entry.fields.get("person_id", "")), "")
    label = _(codes.HOME_CHANGE.get(kind, N_("changed")))
    if kind == "edit" and changes:
        fields = dict.fromkeys(_label(one) for one in changes)
        label = _(N_("Changed {fields}")).format(fields=_(", ").join(fields))
    elif whom:
        label = _(N_("{name}: {what}")).format(name=whom, what=label)
    return TimelineItem(
        key=entry.id,
        title=label,
        icon=icon,
        tone=tone,
        text="\n".join(_line(one, today, named=kind != "edit") for one in changes),
    )


def _is_said(change: Mapping[str, Any], kind: str) -> bool:
    return str(change.get("field")) not in _SILENT or kind == "edit"


def _line(change: Mapping[str, Any], today: date, *, named: bool) -> str:
    before, after = (_value(change, end, today) for end in ("before", "after"))
    shown = f"{before} → {after}"
    return f"{_label(change)} {shown}" if named else shown


def _label(change: Mapping[str, Any]) -> str:
    entity = ENTITIES.get(str(change.get("type", "")))
    spec = entity.fields.get(str(change.get("field", ""))) if entity else None
    return _(spec.label) if spec else str(change.get("field", ""))


def _value(change: Mapping[str, Any], end: str, today: date) -> str:
    value, name = change.get(end), str(change.get("field", ""))
    if value in (None, "", []):
        return _(N_("left empty"))
    spec = ENTITIES[str(change["type"])].fields.get(name) if change.get("type") else None
    if spec is not None and spec.kind is Kind.DAY:
        return day_text(date.fromisoformat(str(value)), today)
    return words(name, value)
