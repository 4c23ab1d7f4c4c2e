"""Whom and where a matter concerns: colleagues by name, and the door that a place names."""

from dataclasses import replace

from desktop.services.matter_forms import NewMatter
from desktop.services.workplace import Workplace
from sync.errors import NotFound, SeveralMatches


def colleagues(place: Workplace) -> list[tuple[str, str]]:
    """Everybody of the community who may be given a matter: id and name, oneself first."""
    me = place.store.account.user.staff_id
    rows = [row for row in place.store.reading.rows("staff") if row.get("name")]
    ordered = sorted(rows, key=lambda row: (row.id != me, str(row.get("py") or ""), row.id))
    return [(row.id, str(row.get("name"))) for row in ordered]


def report_at_door(place: Workplace, told: NewMatter) -> str:
    """Report a matter; where its place is one door of this computer, it belongs to who lives
    there. Raises what :meth:`MatterWork.report` raises."""
    if told.place and not told.household_id:
        try:
            household = place.references.household(told.place)
        except (NotFound, SeveralMatches):
            return place.matter_work.report(told)
        told = replace(told, household_id=household.id, place="")
    return place.matter_work.report(told)
