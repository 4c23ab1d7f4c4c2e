"""What the rules say of a household before a visit, and would say after each result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sync.errors import NotFound
from sync.identity import local_day
from sync.rules.due import ANY_DAY, Due, due_of, facts_of
from sync.rules.frequency import AT_HOME, Resident
from sync.rules.route import is_planned
from sync.rules.visits import VisitFact, visit_fact
from sync.schema import codes
from sync.store.record import HouseholdView
from sync.store.store import Store


@dataclass(frozen=True)
class Outlook:
    """What the rules say of one household before a visit, and would say after each result.

    ``visits`` are the facts the rules read; ``planned_for`` is the day that asks for this visit,
    empty where none does.
    """

    after: Mapping[str, Due | None]
    visits: tuple[VisitFact, ...]
    planned_for: str


def outlook_of(store: Store, household_id: str, now: datetime) -> Outlook:
    """When a household would be due after each result, were it saved ``now``.

    Raises :class:`NotFound`.
    """
    view = store.reading.household(household_id)
    if view is None:
        raise NotFound(what=household_id)
    facts = [fact for v in view.visits if (fact := visit_fact(v.id, v.fields)) is not None]
    after = {result: _due(view, [*facts, VisitFact("now", now, result)]) for result in codes.RESULT}
    return Outlook(after, tuple(facts), planned_day(_due(view, facts), local_day(now)))


def planned_day(due: Due | None, today: date) -> str:
    """The day that asks for a visit made today, as it is stored; empty where none does."""
    if due is None or not is_planned(due, today):
        return ""
    if due.appointment and local_day(due.appointment) <= today:
        return local_day(due.appointment).isoformat()
    return due.next_due.isoformat() if due.next_due != ANY_DAY else ""


def _due(view: HouseholdView, visits: list[VisitFact]) -> Due | None:
    residents = [
        Resident(
            member.person.fields,
            str(member.residency.get("status", AT_HOME)) if member.residency else AT_HOME,
        )
        for member in view.members
    ]
    dwelling = view.dwelling.fields if view.dwelling else {}
    household = view.household
    return due_of(facts_of(household.id, household.fields, dwelling, residents, visits))
