"""Who comes to live in a home, who leaves it, and who dies. Visits that nobody needs any more stop
at once; those who stay after a death are kept close for a while."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from desktop.services.changes import NEVER_SEEN, UNDONE, Changed, Ledger
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_
from sync.identity import Clock, local_day
from sync.rules.frequency import AT_HOME, CLOSE_CARE
from sync.store.record import HouseholdView, Key, Member, Record, Saw
from sync.store.records import Edit, create, delete, patch
from sync.store.store import Store

_ELSEWHERE: Final = frozenset({"moved_out", "dead"})


class DayAhead(DoorstepError):
    """Nobody has moved or died on a day that has not come yet."""

    code = "resident.day_ahead"
    message = N_("This day has not come yet. Write it down once it has happened.")


class Move(StrEnum):
    """What becomes of somebody who lives in a home; keys of ``codes.HOME_CHANGE``."""

    MOVED_OUT = "moved_out"
    AWAY = "away"
    BACK = "back"
    DIED = "died"


_STATUS: Final = {
    Move.MOVED_OUT: "moved_out",
    Move.AWAY: "away",
    Move.BACK: AT_HOME,
    Move.DIED: "dead",
}


@dataclass(frozen=True)
class NewResident:
    """Somebody who moved in. All but the name may be empty; ``occupancy`` says how the home is
    lived in from now on, where it stood vacant."""

    name: str
    relation: str = ""
    sex: str = ""
    birth: str = ""
    phone: str = ""
    since: str = ""
    occupancy: str = ""


@dataclass(frozen=True)
class Done:
    """What was written, for taking it back: fields that changed, and rows that are new."""

    household_id: str
    person_id: str
    changes: tuple[Changed, ...]
    made: tuple[Key, ...] = ()
    close_care_until: str = ""
    left_empty: bool = False


class Residents:
    """Moves in and out of the homes on this computer."""

    def __init__(self, store: Store, clock: Clock, ledger: Ledger) -> None:
        self._store = store
        self._clock = clock
        self._ledger = ledger

    def add(self, household_id: str, new: NewResident) -> Done:
        """Somebody moved in. Into a home where nobody lived, a new household came with them.

        Raises :class:`NotFound`, :class:`DayAhead` and whatever saving raises.
        """
        view = self._view(household_id)
        self._check(new.since)
        home = view.household
        person_id, residency_id = (self._store.minter.new_id() for _ in range(2))
        told = {"name": new.name.strip(), "sex": new.sex, "birth": new.birth, "phone": new.phone}
        lives = {"relation": new.relation, "status": AT_HOME, "valid_from": new.since}
        person = {"household_id": home.id} | told
        residency = {"person_id": person_id, "household_id": home.id} | lives
        wanted = self._first_home(view, new, person_id)
        changes = self._changes(home.id, wanted)
        edits = [
            create("person", person, scope_id=home.scope_id, row_id=person_id),
            create("residency", residency, scope_id=home.scope_id, row_id=residency_id),
            *_patches(changes),
            *self._ledger.tell(home, "moved_in", changes, person_id),
        ]
        self._store.records.write(edits, ends_draft=resident_draft_key(home.id))
        made = (("residency", residency_id), ("person", person_id))
        return Done(home.id, person_id, tuple(changes), made)

    def move(self, household_id: str, person_ids: Iterable[str], move: Move, day: str) -> Done:
        """Somebody moved out, is away, came back or died on ``day`` (empty: not known).

        Raises :class:`NotFound`, :class:`DayAhead` and whatever saving raises.
        """
        self._check(day)
        view, moving = self._view(household_id), set(person_ids)
        members = [one for one in view.members if one.person.id in moving]
        if not members:
            raise NotFound(what=household_id)
        home = view.household
        stays = [one for one in view.members if one.person.id not in moving and _lives(one)]
        made: list[Key] = []
        edits: list[Edit] = []
        wanted: dict[Key, dict[str, Any]] = {}
        for member in members:
            status = _statuses(move, day)
            if member.residency is not None:
                wanted["residency", member.residency.id] = status
                continue
            row_id = self._store.minter.new_id()
            belongs = {"person_id": member.person.id, "household_id": home.id}
            row = belongs | {key: value for key, value in status.items() if value}
            edits.append(create("residency", row, scope_id=home.scope_id, row_id=row_id))
            made.append(("residency", row_id))
        until = self._mourning(home, day) if move is Move.DIED and stays else ""
        if until:
            wanted["household", home.id] = {"red_until": until}
        empties = move is Move.MOVED_OUT and not stays and view.dwelling is not None
        if empties and view.dwelling is not None:
            wanted["dwelling", view.dwelling.id] = {"occupancy": "vacant"}
        changes = self._changes(home.id, wanted)
        person_id = members[0].person.id if len(members) == 1 else ""
        edits += [*_patches(changes), *self._ledger.tell(home, move.value, changes, person_id)]
        self._store.records.write(edits, ends_draft=resident_draft_key(home.id))
        return Done(home.id, person_id, tuple(changes), tuple(made), until, empties)

    def undo(self, done: Done) -> None:
        """Take it back, as new operations: it works after an upload too."""
        edits = _patches(map(_turned, done.changes))
        edits += [delete(*key) for key in done.made]
        home = self._store.reading.find("household", done.household_id)
        if home is not None:
            back = map(_turned, done.changes)
            edits += self._ledger.tell(home, UNDONE, back, done.person_id)
        self._store.records.write(edits)

    def keep_draft(self, household_id: str, form: Mapping[str, Any]) -> None:
        """Keep what was typed so far, on disk."""
        self._store.drafts.keep(resident_draft_key(household_id), dict(form))

    def draft(self, household_id: str) -> dict[str, Any]:
        """What was typed before; empty where nothing was."""
        return dict(self._store.drafts.find(resident_draft_key(household_id)) or {})

    def draft_saved_at(self, household_id: str) -> str:
        """When that was kept, as a stamp; empty where there is none."""
        return self._store.drafts.saved_at(resident_draft_key(household_id))

    def drop_draft(self, household_id: str) -> None:
        """Throw a draft away, because somebody said so."""
        self._store.drafts.drop(resident_draft_key(household_id))

    def _view(self, household_id: str) -> HouseholdView:
        view = self._store.reading.household(household_id)
        if view is None:
            raise NotFound(what=household_id)
        return view

    def _check(self, day: str) -> None:
        if day and date.fromisoformat(day) > local_day(self._clock.now()):
            raise DayAhead

    def _first_home(
        self, view: HouseholdView, new: NewResident, person_id: str
    ) -> dict[Key, dict[str, Any]]:
        """Where nobody lived: whose household it is now, since when, and how it is lived in."""
        if any(_lives(member) for member in view.members):
            return {}
        begun = {"head_id": person_id} | ({"moved_in": new.since} if new.since else {})
        wanted: dict[Key, dict[str, Any]] = {("household", view.household.id): begun}
        if view.dwelling is not None and new.occupancy:
            wanted["dwelling", view.dwelling.id] = {"occupancy": new.occupancy}
        return wanted

    def _mourning(self, home: Record, day: str) -> str:
        """Until when those who stay are seen every week; empty where that is so anyway."""
        begins = date.fromisoformat(day) if day else local_day(self._clock.now())
        until = CLOSE_CARE.after(begins).isoformat()
        return until if until > str(home.get("red_until", "")) else ""

    def _changes(self, home_id: str, wanted: Mapping[Key, Mapping[str, Any]]) -> list[Changed]:
        saw = self._store.reading.saw(wanted)
        return [
            Changed(*key, name, _seen(saw, key).shown.get(name), value, _seen(saw, key), home_id)
            for key, values in wanted.items()
            for name, value in values.items()
        ]


def _seen(saw: Mapping[Key, Saw], key: Key) -> Saw:
    return saw.get(key, NEVER_SEEN)


def _patches(changes: Iterable[Changed]) -> list[Edit]:
    by_row: dict[Key, dict[str, Any]] = {}
    saw: dict[Key, Saw] = {}
    for one in changes:
        key = (one.type, one.id)
        by_row.setdefault(key, {})[one.field] = one.after
        shown = {**(saw[key].shown if key in saw else {}), one.field: one.saw.shown.get(one.field)}
        saw[key] = Saw(one.saw.seen, one.saw.server, {**one.saw.shown, **shown})
    return [patch(*key, values, saw=saw[key]) for key, values in by_row.items()]


def _turned(one: Changed) -> Changed:
    """The change that takes one back, by somebody who saw what it started from."""
    saw = Saw(one.saw.seen, one.saw.server, {**one.saw.shown, one.field: one.after})
    return Changed(one.type, one.id, one.field, one.after, one.before, saw)


def _statuses(move: Move, day: str) -> dict[str, Any]:
    """The residency after a move: a return begins anew, all else ends it."""
    if move is Move.BACK:
        return {"status": AT_HOME, "valid_to": None} | ({"valid_from": day} if day else {})
    ends = {"valid_to": day} if day and move is not Move.AWAY else {}
    return {"status": _STATUS[move], **ends}


def _lives(member: Member) -> bool:
    return member.residency is None or member.residency.get("status") not in _ELSEWHERE


def resident_draft_key(household_id: str) -> str:
    """The draft of a move in or out of a household."""
    return f"resident:{household_id}"
