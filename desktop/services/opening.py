"""Opening one household: its card, its neighbours, and what was begun here and not finished."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from desktop.services.case_list import CaseLine
from desktop.services.history import CASE_ENTRY, MATTER_ENTRY, Entry
from desktop.services.households import Beside, HouseholdCard
from desktop.services.matter_list import ListedMatter
from desktop.services.names import Names
from desktop.services.workplace import Workplace
from sync.store.record import Delivery, DeliveryState, Key, Saw

AT_THE_DESK = "desk"
"""Why somebody looked who does not know the doors: a resident stands at the desk."""


@dataclass(frozen=True)
class KeptForm:
    """A form that waits. ``kind`` is visit, mediation, note, edit or resident; ``at`` a stamp."""

    kind: str
    at: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """One household, opened. ``saw`` is what stood in its rows, for whoever changes them."""

    card: HouseholdCard
    beside: Beside
    kept: tuple[KeptForm, ...]
    saw: Mapping[Key, Saw] = field(default_factory=dict, repr=False)


def open_household(place: Workplace, household_id: str, *, again: bool = False) -> Opened:
    """Read everything of one household. Raises :class:`~sync.errors.NotFound`.

    Who does not know the doors sees names and care tags from here on, and that they looked is
    written down first; ``again`` reads the same household anew, after a sync or a save.
    """
    sight = place.sight
    if not sight.knows_names:
        # Looking for a household that is not here reveals nothing.
        place.households.line(household_id)
        if not again:
            place.reveals.record([("household", household_id, "*")], AT_THE_DESK)
        sight = replace(sight, opened=True)
    saw = place.edits.saw_home(household_id)
    card = place.households.card(household_id, sight)
    made = (*_matters(place, household_id), *_cases(place.case_list.of_household(household_id)))
    return Opened(
        replace(card, entries=_in_order((*card.entries, *made))),
        place.households.beside(household_id),
        _kept(place, household_id),
        saw,
    )


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda one: (one.at, one.id), reverse=True))


def _cases(cases: Iterable[CaseLine]) -> Iterator[Entry]:
    """The mediation cases in which somebody of the home takes part, as far as they are on this
    computer: who does not handle one does not see it here, either."""
    for one in cases:
        if one.opened_at:
            fields = {"no": one.no, "title": one.title, "stage": one.stage, "who": one.who}
            yield Entry(one.id, CASE_ENTRY, one.opened_at, "", fields)


def _matters(place: Workplace, household_id: str) -> list[Entry]:
    """The matters of the home, as their list shows them."""
    lines = place.matter_list.of_household(household_id)
    sent = place.store.reading.latest("matter", [line.id for line in lines]) if lines else {}
    return [_matter(line, place.names, sent.get(line.id)) for line in lines if _since(line)]


def _matter(line: ListedMatter, names: Names, sent: Delivery | None) -> Entry:
    return Entry(
        id=line.id,
        kind=MATTER_ENTRY,
        at=_since(line),
        author=names.staff(str(line.record.get("staff_id") or "")),
        fields={
            "no": line.no,
            "title": line.title,
            "stage": line.stage,
            "owner": line.owner,
            "light": line.light,
        },
        state=sent.state if sent else DeliveryState.DELIVERED,
        delivered_at=sent.at if sent else "",
    )


def _since(line: ListedMatter) -> str:
    return str(line.record.get("reported_at") or line.record.get("limit_from") or "")


def _kept(place: Workplace, household_id: str) -> tuple[KeptForm, ...]:
    found = []
    visit = place.visits.draft(household_id)
    if visit is not None:
        found.append(KeptForm("visit", visit.at, visit.form.note))
    mediation = place.notes.mediation_draft(household_id)
    if mediation is not None:
        at = place.notes.mediation_draft_saved_at(household_id)
        found.append(KeptForm("mediation", at, mediation.what))
    note = place.notes.note_draft(household_id)
    if note:
        found.append(KeptForm("note", place.notes.note_draft_saved_at(household_id), note))
    if place.edits.draft(household_id):
        found.append(KeptForm("edit", place.edits.draft_saved_at(household_id), ""))
    if place.residents.draft(household_id):
        found.append(KeptForm("resident", place.residents.draft_saved_at(household_id), ""))
    return tuple(sorted(found, key=lambda kept: kept.at, reverse=True))
