"""Somebody moves in, or what becomes of somebody who lives here: two small forms."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from desktop.services.households import HouseholdCard, PersonLine
from desktop.services.residents import Move, NewResident
from desktop.viewmodels.day_input import day_error, read_day
from desktop.viewmodels.home_form import FieldKind, HomeField, phone_error
from sync.i18n import N_, _, n_
from sync.rules.frequency import CLOSE_CARE
from sync.rules.phone import read_phones
from sync.rules.reason import day_text
from sync.schema import codes

EVERYONE: Final = "*"
"""In place of one person: the whole household."""

_NOWHERE: Final = ("", "", "")
_DAYS: Final = frozenset({"birth", "since", "day"})
_LIVED_IN: Final = tuple(code for code in codes.OCCUPANCY if code != "vacant")


class ResidentForm:
    """What was typed so far, by field: shaped like :class:`HomeForm`, for the same editor."""

    def __init__(self, title: str, fields: Iterable[HomeField], today: date) -> None:
        self.title = title
        self.fields = tuple(fields)
        self._today = today
        self._typed: dict[str, str] = {}

    @property
    def note(self) -> str:
        """What else saving does."""
        return ""

    def text(self, key: str) -> str:
        """What stands in the field now."""
        return self._typed.get(key, "")

    def write(self, key: str, text: str) -> None:
        """Take what was typed."""
        self._typed[key] = text

    def look(self, key: str, full: str) -> None:
        """Nothing is masked here."""

    def becomes(self, key: str) -> str:
        """A day as it was understood, where it was typed in short."""
        day = self._day(key) if key in _DAYS else None
        return day_text(day, self._today) if day and day.isoformat() != self.text(key) else ""

    def error(self, key: str) -> str:
        """Why the field cannot be saved like this, and how to mend it."""
        if key in _DAYS:
            return day_error(self.text(key), self._today)
        if key == "phone" and self.text(key).strip():
            return phone_error(self.text(key))
        return ""

    @property
    def bad(self) -> list[str]:
        """The keys of fields that cannot be saved."""
        return [one.key for one in self.fields if self.error(one.key)]

    @property
    def kept(self) -> dict[str, Any]:
        """The form as its draft keeps it; empty where nothing was typed."""
        return {"texts": dict(self._typed)} if any(self._typed.values()) else {}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take up a draft; what this form does not have is left out."""
        known = {one.key for one in self.fields}
        texts = kept.get("texts", {})
        self._typed |= {key: text for key, text in texts.items() if key in known}

    def _day(self, key: str) -> date | None:
        return read_day(self.text(key), self._today)

    def _stored_day(self, key: str) -> str:
        day = self._day(key)
        return day.isoformat() if day else ""


class NewResidentForm(ResidentForm):
    """Somebody moved in. Only the name has to be known at the door."""

    def __init__(self, card: HouseholdCard, today: date) -> None:
        is_empty = not any(person.is_here for person in card.members)
        title = _(N_("Somebody moved in"))
        super().__init__(title, _new_fields(card, is_empty=is_empty), today)

    def error(self, key: str) -> str:
        """A name is needed; and where a home stood vacant, how it is lived in now."""
        if key == "name" and not self.text(key).strip():
            return _(N_("Write the name first."))
        return super().error(key)

    def resident(self) -> NewResident:
        """What is to be saved."""
        return NewResident(
            name=self.text("name").strip(),
            relation=self.text("relation"),
            sex=self.text("sex"),
            birth=self._stored_day("birth"),
            phone=read_phones(self.text("phone")).text if self.text("phone").strip() else "",
            since=self._stored_day("since"),
            occupancy=self.text("occupancy"),
        )


class MoveForm(ResidentForm):
    """What became of one person, or of everybody in the home."""

    def __init__(self, card: HouseholdCard, person_id: str, move: Move, today: date) -> None:
        here = [person for person in card.members if person.is_here]
        chosen = [one for one in card.members if one.id == person_id]
        self.people: list[PersonLine] = here if person_id == EVERYONE else chosen
        self.person_id, self.move = person_id, move
        self._stays = [one for one in here if one not in self.people]
        title = _move_title(self.people, move, whole=person_id == EVERYONE)
        hint = _(N_("today, or 6-12"))
        day = HomeField("day", _NOWHERE, _(_MOVE_DAYS[move]), FieldKind.LINE, hint=hint)
        super().__init__(title, [day], today)

    @property
    def kept(self) -> dict[str, Any]:
        """Also which move of whom it is: the press that chose it is kept, too."""
        return super().kept | {"person": self.person_id, "move": self.move.value}

    @property
    def day(self) -> str:
        """The day as it is stored; empty where nobody said."""
        return self._stored_day("day")

    @property
    def note(self) -> str:
        """What else this does, before it is pressed."""
        if self.move is Move.DIED:
            if not self._stays:
                return _(N_("All visits to this home stop at once."))
            until = CLOSE_CARE.after(self._day("day") or self._today)
            words = n_(
                "Whoever stays is visited every week until {day}.",
                "Those who stay are visited every week until {day}.",
                len(self._stays),
            )
            return words.format(day=day_text(until, self._today))
        if self.move is Move.MOVED_OUT and not self._stays:
            return _(N_("Nobody is left here: the home is noted as vacant."))
        return ""


_MOVE_DAYS: Final = {
    Move.MOVED_OUT: N_("Moved out on"),
    Move.AWAY: N_("Away since"),
    Move.BACK: N_("Back since"),
    Move.DIED: N_("Passed away on"),
}
_TITLES: Final = {
    Move.MOVED_OUT: N_("{name} moved out"),
    Move.AWAY: N_("{name} is away for a while"),
    Move.BACK: N_("{name} is back"),
    Move.DIED: N_("{name} has passed away"),
}
_SAID: Final = {
    Move.MOVED_OUT: N_("Noted: {name} moved out"),
    Move.AWAY: N_("Noted: {name} is away for a while"),
    Move.BACK: N_("Noted: {name} is back"),
    Move.DIED: N_("Noted. Nobody will ask for {name} any more"),
}


def form_of_draft(
    card: HouseholdCard, kept: Mapping[str, Any], today: date
) -> NewResidentForm | MoveForm:
    """The form that was begun, with what was typed."""
    move = str(kept.get("move", ""))
    made: NewResidentForm | MoveForm = NewResidentForm(card, today)
    if move:
        made = MoveForm(card, str(kept.get("person", "")), Move(move), today)
    made.restore(kept)
    return made


def said_move(form: MoveForm) -> str:
    """The toast."""
    return _(_SAID[form.move]).format(name=_named(form.people, whole=form.person_id == EVERYONE))


def said_new(name: str) -> str:
    """The toast after somebody moved in."""
    return _(N_("Noted: {name} lives here now")).format(name=name)


def _move_title(people: Iterable[PersonLine], move: Move, *, whole: bool) -> str:
    return _(_TITLES[move]).format(name=_named(people, whole=whole))


def _named(people: Iterable[PersonLine], *, whole: bool) -> str:
    if whole:
        return _(N_("The whole household"))
    return _(", ").join(person.name for person in people)


def _new_fields(card: HouseholdCard, *, is_empty: bool) -> Iterable[HomeField]:
    relations = tuple((code, _(words)) for code, words in codes.RELATION.items())
    sexes = tuple((code, _(codes.SEX[code])) for code in ("1", "2"))
    day = _(N_("such as 1958-03-12"))
    yield HomeField("name", _NOWHERE, _(N_("Name")), FieldKind.LINE)
    yield HomeField(
        "relation", _NOWHERE, _(N_("Relation to head")), FieldKind.CHOICE, "", relations
    )
    yield HomeField("sex", _NOWHERE, _(N_("Sex")), FieldKind.CHOICE, "", sexes)
    yield HomeField("birth", _NOWHERE, _(N_("Birth")), FieldKind.LINE, hint=day)
    yield HomeField("phone", _NOWHERE, _(N_("Phone")), FieldKind.PHONE)
    since = _(N_("today, or 6-12"))
    yield HomeField("since", _NOWHERE, _(N_("Lives here since")), FieldKind.LINE, hint=since)
    vacant = card.dwelling is not None and card.dwelling.get("occupancy") == "vacant"
    if is_empty and vacant:
        ways = tuple((code, _(codes.OCCUPANCY[code])) for code in _LIVED_IN)
        yield HomeField("occupancy", _NOWHERE, _(N_("Lived in by")), FieldKind.CHOICE, "", ways)
