"""Changing what is known of a home, in place: each field says what it was and what it becomes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

from desktop.services.edits import NEVER_SEEN, KeptEdit, Key, Saw
from desktop.services.households import HouseholdCard
from desktop.viewmodels.household import Target
from sync.i18n import N_, _, n_
from sync.rules.phone import read_phones
from sync.schema import codes

_MOBILE_DIGITS: Final = 11
_MOST_MISSING: Final = 8
"""A start of a mobile number that lacks more than this is no number yet."""


_LET: Final = frozenset({"rented", "group_rented", "business", "dorm"})
"""Who lives there is not whose it is."""


class FieldKind(StrEnum):
    """How a field is written."""

    LINE = "line"
    TEXT = "text"
    PHONE = "phone"
    CHOICE = "choice"


@dataclass(frozen=True)
class HomeField:
    """One field. ``before`` is what it holds; of a phone it is masked until somebody looks.

    ``choices`` are (code, words) where the field holds a code; ``hint`` is shown while it is empty.
    """

    key: str
    target: Target
    label: str
    kind: FieldKind
    before: str = field(default="", repr=False)
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


class EditForm(Protocol):
    """What the editor on the page of a household asks of a form.

    ``title`` stands above the fields, ``note`` says below them what else saving does.
    """

    fields: tuple[HomeField, ...]

    @property
    def title(self) -> str: ...

    @property
    def note(self) -> str: ...

    @property
    def bad(self) -> list[str]: ...

    def text(self, key: str) -> str: ...

    def write(self, key: str, text: str) -> None: ...

    def look(self, key: str, full: str) -> None: ...

    def becomes(self, key: str) -> str: ...

    def error(self, key: str) -> str: ...


class HomeForm:
    """What was typed so far, by field. A phone that was not looked at starts empty and stays.

    It remembers what stood in each field when somebody began to change it: a sync may bring
    another value while the form is open, or while its draft waits.
    """

    def __init__(self, fields: Iterable[HomeField], saw: Mapping[Key, Saw] | None = None) -> None:
        self.fields = tuple(fields)
        self._rows = dict(saw or {})
        self._saw = {one.key: self._seen_in(one) for one in self.fields}
        self._by_key = {one.key: one for one in self.fields}
        self._looked: dict[str, str] = {}
        self._saved: dict[str, str] = {}
        self._typed: dict[str, str] = {}

    @property
    def title(self) -> str:
        """What the editor is called."""
        return _(N_("Change what is known"))

    @property
    def note(self) -> str:
        """Saving does nothing else."""
        return ""

    def text(self, key: str) -> str:
        """What stands in the field now."""
        return self._typed.get(key, self._start(self._by_key[key]))

    def write(self, key: str, text: str) -> None:
        """Take what was typed."""
        self._typed[key] = text

    def look(self, key: str, full: str) -> None:
        """Somebody looked at a phone: it stands in the field and may be mended or removed."""
        self._looked[key] = full
        self._saw[key] = (self._saw[key][0], full)
        self._typed.pop(key, None)

    def note_saved(self, texts: Mapping[str, str]) -> None:
        """These texts are saved: what was typed meanwhile is a change from them."""
        self._saved |= {key: text.strip() for key, text in texts.items()}
        for key in texts:
            one = self._by_key[key]
            self._saw[key] = (self._saw[key][0], self._as_value(one, texts[key]))

    def becomes(self, key: str) -> str:
        """``before → after`` where the field changes, else empty."""
        one = self._by_key[key]
        if not self._changes(one):
            return ""
        after = _shown(one, self.text(key).strip()) or _(N_("left empty"))
        known = self._saved.get(key) or self._looked.get(key) or one.before
        before = _shown(one, known) or _(N_("left empty"))
        return f"{before} → {after}"

    def error(self, key: str) -> str:
        """Why the field cannot be saved like this, and how to mend it."""
        one = self._by_key[key]
        typed = self.text(key).strip()
        if one.kind is not FieldKind.PHONE or not typed or not self._changes(one):
            return ""
        return phone_error(typed)

    @property
    def bad(self) -> list[str]:
        """The keys of fields that cannot be saved."""
        return [one.key for one in self.fields if self.error(one.key)]

    @property
    def typed(self) -> dict[str, str]:
        """What differs from before, for the draft."""
        return {one.key: self.text(one.key) for one in self.fields if self._changes(one)}

    def restore(self, kept: KeptEdit) -> None:
        """Take up a draft; what this household does not have any more is left out."""
        self._typed |= {key: text for key, text in kept.texts.items() if key in self._by_key}
        self._saw |= {key: pair for key, pair in kept.saw.items() if key in self._by_key}

    @property
    def kept(self) -> KeptEdit:
        """The form as its draft keeps it."""
        typed = self.typed
        return KeptEdit(typed, {key: self._saw[key] for key in typed})

    def saw(self) -> dict[Key, Saw]:
        """What its writer saw in each row that they change."""
        found: dict[Key, Saw] = {}
        for key in self.wanted():
            mine = [one for one in self.fields if one.target[:2] == key]
            found[key] = Saw(
                self._rows.get(key, NEVER_SEEN).seen,
                {one.target[2]: self._saw[one.key][0] for one in mine},
                {one.target[2]: self._saw[one.key][1] for one in mine},
            )
        return found

    def wanted(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The changed fields by (type, id) of their record; an emptied one becomes ``None``."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for one in self.fields:
            if self._changes(one):
                type_, row_id, name = one.target
                found.setdefault((type_, row_id), {})[name] = self._value(one)
        return found

    def _seen_in(self, one: HomeField) -> tuple[Any, Any]:
        row, name = self._rows.get(one.target[:2], NEVER_SEEN), one.target[2]
        return row.server.get(name), row.shown.get(name)

    def _start(self, one: HomeField) -> str:
        if one.key in self._saved:
            return self._saved[one.key]
        return self._looked.get(one.key, "") if one.kind is FieldKind.PHONE else one.before

    def _changes(self, one: HomeField) -> bool:
        typed = self._typed.get(one.key)
        return typed is not None and typed.strip() != self._start(one).strip()

    def _value(self, one: HomeField) -> str | None:
        return self._as_value(one, self.text(one.key))

    @staticmethod
    def _as_value(one: HomeField, text: str) -> str | None:
        typed = text.strip()
        return (read_phones(typed).text if one.kind is FieldKind.PHONE else typed) or None


def home_form(card: HouseholdCard, saw: Mapping[Key, Saw]) -> HomeForm:
    """The fields of one household that people change at the door; ``saw`` is what stood there."""
    home = card.record
    lived_in = tuple((code, _(words)) for code, words in codes.OCCUPANCY.items())
    dwelling = card.dwelling
    fields = [
        _phone("household", home.id, "contact", _(N_("Contact phone")), card.contact),
        _line(home.id, "contact_name", _(N_("Emergency contact")), card.contact_name),
        _line(home.id, "best_time", _(N_("Best time")), str(home.get("best_time", ""))),
    ]
    fields += [
        _phone(
            "person",
            person.id,
            "phone",
            _(N_("Phone of {name}")).format(name=person.name),
            person.phone,
        )
        for person in card.members
        if person.is_here
    ]
    if dwelling is not None:
        note, occupancy = dwelling.get("door_note", ""), dwelling.get("occupancy", "")
        where = ("dwelling", dwelling.id)
        fields += [
            HomeField(
                "door_note", (*where, "door_note"), _(N_("Before knocking")), FieldKind.TEXT, note
            ),
            HomeField(
                "occupancy",
                (*where, "occupancy"),
                _(N_("Lived in by")),
                FieldKind.CHOICE,
                occupancy,
                lived_in,
            ),
        ]
        if occupancy in _LET or card.owner_name or card.owner_phone:
            fields += [
                HomeField(
                    "owner_name",
                    (*where, "owner_name"),
                    _(N_("Owner")),
                    FieldKind.LINE,
                    card.owner_name,
                ),
                _phone(*where, "owner_phone", _(N_("Owner's phone")), card.owner_phone),
            ]
    return HomeForm(fields, saw)


def phone_error(typed: str) -> str:
    """What is wrong with a phone number, in words that mend it; empty where nothing is."""
    found = read_phones(typed)
    if found.numbers and not found.refused:
        return ""
    digits = sum(sign.isdigit() for sign in typed)
    missing = _MOBILE_DIGITS - digits
    if typed.lstrip().startswith("1") and 0 < missing <= _MOST_MISSING:
        return n_(
            "This number is {count} digit short. It can stay empty for now.",
            "This number is {count} digits short. It can stay empty for now.",
            missing,
        ).format(count=missing)
    return _(N_("This is no phone number. It can stay empty for now."))


def _phone(type_: str, row_id: str, name: str, label: str, masked: str) -> HomeField:
    return HomeField(
        f"{type_}:{row_id}:{name}", (type_, row_id, name), label, FieldKind.PHONE, masked
    )


def _line(row_id: str, name: str, label: str, before: str) -> HomeField:
    return HomeField(name, ("household", row_id, name), label, FieldKind.LINE, before)


def _shown(one: HomeField, value: str) -> str:
    return dict(one.choices).get(value, value)
