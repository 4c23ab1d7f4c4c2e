"""Changing fields of what is there: a household, its dwelling, one of its people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any

from desktop.services.changes import NEVER_SEEN, Changed, Ledger, taking_back
from desktop.services.privacy import PHONE_FIELDS
from desktop.services.references import Found
from sync.errors import FieldUnknown, NotFound, ValueRefused
from sync.i18n import N_, _
from sync.rules.phone import read_phones
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import spec_of
from sync.store.record import Key, Record, Saw
from sync.store.records import Written, patch
from sync.store.store import Store

__all__ = ["NEVER_SEEN", "Changed", "Edits", "KeptEdit", "Key", "Saw", "edit_draft_key", "editable"]

Wanted = Mapping[tuple[str, str], Mapping[str, Any]]
"""New values of fields, by the (type, id) of their row."""


@dataclass(frozen=True)
class KeptEdit:
    """A draft of changes: the texts by key of the form, and what stood in each field when it was
    begun, as (the server's value, the shown one)."""

    texts: Mapping[str, str] = kept(default_factory=dict, repr=False)
    saw: Mapping[str, tuple[Any, Any]] = kept(default_factory=dict, repr=False)


class Edits:
    """Field changes. A household's reference reaches the fields of its dwelling too."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    def saw_home(self, household_id: str) -> dict[Key, Saw]:
        """What stands in the rows of one home now. Read it before its card is put on the screen."""
        reading = self._store.reading
        people = reading.rows("person", where={"household_id": household_id})
        keys = [("household", household_id), *(("person", one.id) for one in people)]
        home = reading.find("household", household_id)
        if home is not None and home.get("dwelling_id"):
            keys.append(("dwelling", str(home.get("dwelling_id"))))
        return reading.saw(keys)

    def change(self, found: Found, wanted: Mapping[str, Any]) -> list[Changed]:
        """Save all of ``wanted`` in one transaction, and say what changed. The history of the home
        it belongs to tells of it, as of what is changed on its page.

        A set takes ``+tag`` and ``-tag`` beside a whole list. Raises :class:`FieldUnknown`.
        """
        key = found.household_id
        home = self._store.reading.find("household", key) if key else None
        return self._change([(found.record, wanted)], self._store.reading.saw, home)

    def change_home(
        self, household_id: str, wanted: Wanted, saw: Mapping[Key, Saw] | None = None
    ) -> list[Changed]:
        """The same for several rows of one home, whose draft of these changes ends with it; the
        home's history tells of it.

        ``saw`` is what stood there when the form was opened; without it, what stands there now.
        Raises :class:`NotFound` where a row is not on this computer; then nothing was saved.
        """
        rows = [(self._find(*key), values) for key, values in wanted.items()]
        seen = self._store.reading.saw if saw is None else lambda keys: saw
        ends = edit_draft_key(household_id)
        return self._change(rows, seen, self._find("household", household_id), ends)

    def _find(self, type_: str, row_id: str) -> Record:
        found = self._store.reading.find(type_, row_id)
        if found is None:
            raise NotFound(what=row_id)
        return found

    def _change(
        self,
        wanted: Iterable[tuple[Record, Mapping[str, Any]]],
        seen: Callable[[Iterable[Key]], Mapping[Key, Saw]],
        home: Record | None,
        ends_draft: str = "",
    ) -> list[Changed]:
        owned = [
            (self._owner(start, name), name, value)
            for start, values in wanted
            for name, value in values.items()
        ]
        saw = seen({(record.type, record.id) for record, _, _ in owned})
        by_row: dict[Key, dict[str, Any]] = {}
        changed = []
        for record, name, value in owned:
            key = (record.type, record.id)
            before = saw.get(key, NEVER_SEEN)
            new = by_row.setdefault(key, {})[name] = _new_value(record, name, value)
            told_in = home.id if home else ""
            changed.append(Changed(*key, name, before.shown.get(name), new, before, told_in))
        edits = [patch(*key, new, saw=saw.get(key, NEVER_SEEN)) for key, new in by_row.items()]
        if home is not None:
            edits += self._ledger.tell(home, "edit", changed)
        self._store.records.write(edits, ends_draft=ends_draft)
        return changed

    def undo(self, changes: list[Changed]) -> Written:
        """Write the former values again, as new operations: undo works after an upload too.

        What somebody else wrote since is not touched.
        """
        edits = [taking_back(one) for one in changes]
        return self._store.records.write(edits + self._ledger.tell_undone(changes))

    def keep_draft(
        self,
        household_id: str,
        texts: Mapping[str, str],
        saw: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> None:
        """Keep what was typed so far, on disk; ``texts`` are the fields of the form by key."""
        form = _form_of(KeptEdit(texts, saw or {}))
        self._store.drafts.keep(edit_draft_key(household_id), form)

    def put_back_draft(self, household_id: str, kept: KeptEdit) -> None:
        """Have a former draft back; one that was begun since stays."""
        self._store.drafts.put_back(edit_draft_key(household_id), _form_of(kept))

    def kept(self, household_id: str) -> KeptEdit:
        """The draft as it was left; empty where there is none."""
        found = self._store.drafts.find(edit_draft_key(household_id)) or {}
        if not isinstance(found.get("texts"), dict):
            return KeptEdit(found)  # Of a version that kept the texts alone.
        return KeptEdit(
            found["texts"], {key: (pair[0], pair[1]) for key, pair in found["saw"].items()}
        )

    def draft(self, household_id: str) -> dict[str, str]:
        """What was typed before, by key of the form; empty where nothing was."""
        return dict(self.kept(household_id).texts)

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


def _form_of(kept: KeptEdit) -> dict[str, Any]:
    """A draft as it is kept."""
    pairs = {key: list(pair) for key, pair in kept.saw.items()}
    return {"texts": dict(kept.texts), "saw": pairs}


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
    if name in PHONE_FIELDS and isinstance(value, str) and value.strip():
        found = read_phones(value)
        if found.refused or not found.numbers:
            # Words instead of a number would take the place of the one that is known.
            label = spec_of(record.type, name).label
            raise ValueRefused(field=_(label), what=_(N_("this is no phone number")))
        return found.text
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
