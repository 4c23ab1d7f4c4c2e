"""Changing fields of what is there: a household, its dwelling, one of its people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.services.references import Found
from sync.errors import FieldUnknown, NotFound, ValueRefused
from sync.i18n import N_, _
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import spec_of
from sync.store.record import Record
from sync.store.records import Written, patch
from sync.store.store import Store

Wanted = Mapping[tuple[str, str], Mapping[str, Any]]
"""New values of fields, by the (type, id) of their row."""


@dataclass(frozen=True)
class Changed:
    """One field, before and after, for the toast and for undoing it."""

    type: str
    id: str
    field: str
    before: Any
    after: Any


class Edits:
    """Field changes. A household's reference reaches the fields of its dwelling too."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def change(self, found: Found, wanted: Mapping[str, Any]) -> list[Changed]:
        """Save all of ``wanted`` in one transaction, and say what changed.

        A set takes ``+tag`` and ``-tag`` beside a whole list. Raises :class:`FieldUnknown`.
        """
        return self._change([(found.record, wanted)])

    def change_home(self, household_id: str, wanted: Wanted) -> list[Changed]:
        """The same for several rows of one home, whose draft of these changes ends with it.

        Raises :class:`NotFound` where a row is not on this computer; then nothing was saved.
        """
        rows = [(self._find(*key), values) for key, values in wanted.items()]
        return self._change(rows, ends_draft=edit_draft_key(household_id))

    def _find(self, type_: str, row_id: str) -> Record:
        found = self._store.reading.find(type_, row_id)
        if found is None:
            raise NotFound(what=row_id)
        return found

    def _change(
        self, wanted: Iterable[tuple[Record, Mapping[str, Any]]], ends_draft: str = ""
    ) -> list[Changed]:
        by_row: dict[tuple[str, str], dict[str, Any]] = {}
        before: dict[tuple[str, str], Record] = {}
        for start, values in wanted:
            for name, value in values.items():
                record = self._owner(start, name)
                key = (record.type, record.id)
                before[key] = record
                by_row.setdefault(key, {})[name] = _new_value(record, name, value)
        self._store.records.write(
            (patch(*key, fields) for key, fields in by_row.items()),
            ends_draft=ends_draft,
        )
        return [
            Changed(*key, name, before[key].get(name), value)
            for key, fields in by_row.items()
            for name, value in fields.items()
        ]

    def undo(self, changes: list[Changed]) -> Written:
        """Write the former values again, as new operations: undo works after an upload too."""
        edits = [patch(one.type, one.id, {one.field: one.before}) for one in changes]
        return self._store.records.write(edits)

    def keep_draft(self, household_id: str, texts: Mapping[str, str]) -> None:
        """Keep what was typed so far, on disk; ``texts`` are the fields of the form by key."""
        self._store.drafts.keep(edit_draft_key(household_id), dict(texts))

    def draft(self, household_id: str) -> dict[str, str]:
        """What was typed before, by key of the form; empty where nothing was."""
        return dict(self._store.drafts.find(edit_draft_key(household_id)) or {})

    def draft_saved_at(self, household_id: str) -> str:
        """When that was kept, as a stamp; empty where there is none."""
        return self._store.drafts.saved_at(edit_draft_key(household_id))

    def drop_draft(self, household_id: str) -> None:
        """Throw a draft away, because somebody said so."""
        self._store.drafts.drop(edit_draft_key(household_id))

    def _owner(self, record: Record, name: str) -> Record:
        if name in ENTITIES[record.type].fields:
            return record
        if record.type == "household":
            dwelling = self._store.reading.find("dwelling", str(record.get("dwelling_id", "")))
            if dwelling is not None and name in ENTITIES["dwelling"].fields:
                return dwelling
        raise FieldUnknown(field=name, known=", ".join(editable(record.type)))


def edit_draft_key(household_id: str) -> str:
    """The draft of changes to a household, its dwelling and its people."""
    return f"edit:{household_id}"


def editable(type_: str) -> list[str]:
    """The fields of an entity that a person may change."""
    closed = (Merge.SERVER, Merge.IMMUTABLE, Merge.APPEND)
    return [spec.name for spec in ENTITIES[type_].fields.values() if spec.merge not in closed]


def _new_value(record: Record, name: str, value: Any) -> Any:
    if (record.type, name) == ("person", "name") and not str(value or "").strip():
        # Everyone is found and addressed by their name: it changes, and is never emptied.
        raise ValueRefused(field=_(N_("Name")), what=_(N_("write a name")))
    if spec_of(record.type, name).merge is not Merge.SET or not isinstance(value, str):
        return value
    words = [word.strip() for word in value.split(",") if word.strip()]
    if not any(word[0] in "+-" for word in words):
        return words
    held = set(record.get(name) or ())
    for word in words:
        bare = word.lstrip("+-")
        held = held - {bare} if word.startswith("-") else held | {bare}
    return sorted(held)
