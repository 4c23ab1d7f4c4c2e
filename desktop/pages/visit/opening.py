"""What the form of one visit needs to begin, read in one go."""

from dataclasses import dataclass

from desktop.services.households import HouseholdCard
from desktop.services.matters import matter_line
from desktop.services.photos import Photo
from desktop.services.visits import KeptDraft, Outlook, Record, VisitForm
from desktop.services.workplace import Workplace
from desktop.viewmodels.visit_form import Asks


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
    kept = place.visits.draft(household_id) if original is None else None
    photos_of = visit_id if original else household_id if kept else ""
    return Opening(
        place.households.card(household_id),
        place.visits.outlook(household_id),
        kept,
        asks,
        original,
        place.visits.kept_correction(original) if original else None,
        place.visits.photo_drafts.find(photos_of) if photos_of else (),
    )
