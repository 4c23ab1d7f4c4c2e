"""What the form of one visit needs to begin, read in one go."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from desktop.services.households import HouseholdCard
from desktop.services.matters import matter_line
from desktop.services.photos import Photo
from desktop.services.visits import KeptDraft, Outlook, Record, VisitForm
from desktop.services.workplace import Workplace
from desktop.viewmodels.visit_form import Asks
from sync.errors import DoorstepError


@dataclass(frozen=True)
class Opening:
    """``original`` is the saved visit that is corrected, if one is; ``correction`` its draft.
    ``photos`` are those chosen for either and not saved yet."""

    card: HouseholdCard
    outlook: Outlook
    kept: KeptDraft | None
    asks: Asks
    original: Record | None = None
    correction: tuple[VisitForm, str] | None = None
    photos: tuple[Photo, ...] = ()


def read_opening(place: Workplace, household_id: str, visit_id: str) -> Opening:
    """On the store lane: everything the form shows. Raises NotFound."""
    asks = Asks(
        tuple(place.promises.open(household_id)),
        tuple(matter_line(row) for row in place.matters.open_of(household_id)),
    )
    original = place.visits.find(visit_id) if visit_id else None
    opening = Opening(
        place.households.card(household_id),
        place.visits.outlook(household_id),
        None,
        asks,
        original,
        place.visits.kept_correction(original) if original else None,
        place.visits.photo_drafts.find(visit_id) if original else (),
    )
    return opening if original else _with_draft(place, opening)


@dataclass(frozen=True)
class Ahead:
    """An opening that was read before anybody went there. ``state`` is what then stood on this
    computer, and the day: with another it may say something else."""

    state: Hashable
    opening: Opening


def state_of(place: Workplace) -> Hashable:
    """What an opening is made of, but for the draft."""
    return (place.store.reading.state(), place.day())


def read_ahead(place: Workplace, household_id: str) -> Ahead | None:
    """On the store lane, while nobody waits: the form that is probably wanted next. ``None``
    where it cannot be read: whoever goes there hears why."""
    state = state_of(place)
    try:
        return Ahead(state, read_opening(place, household_id, ""))
    except DoorstepError:
        return None


def taken_up(place: Workplace, ahead: Ahead | None, household_id: str) -> Opening | None:
    """What was read ahead for this household, with its draft of now; ``None`` where something
    else was, or where anything has changed since."""
    if ahead is None or ahead.opening.card.record.id != household_id:
        return None
    return _with_draft(place, ahead.opening) if ahead.state == state_of(place) else None


def _with_draft(place: Workplace, opening: Opening) -> Opening:
    household_id = opening.card.record.id
    kept = place.visits.draft(household_id)
    photos = place.visits.photo_drafts.find(household_id) if kept else ()
    return replace(opening, kept=kept, photos=photos)
