"""Who can be in a case: colleagues and the expert pool, as rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.rows import Row
from desktop.services.workplace import Workplace
from desktop.viewmodels.case_forms_people import colleague_rows, expert_rows
from sync.i18n import N_, _


@dataclass(frozen=True)
class PeopleFound:
    """Rows, and whom each stands for where they work here."""

    rows: tuple[Row, ...] = ()
    staff_of: Mapping[str, str] = field(default_factory=dict)


def read_people(place: Workplace, case_id: str, field_: str) -> PeopleFound:
    """The pool, and of a case everybody who works here. On the store lane. Raises NotFound."""
    experts = place.case_people.experts(field_)
    staff_of = {f"expert:{one.id}": one.staff_id for one in experts if one.staff_id}
    if not case_id:
        return PeopleFound(tuple(expert_rows(experts, frozenset(), case=False)), staff_of)
    file = place.cases.case(case_id)
    mediators, invited = frozenset(file.mediators), frozenset(file.invited)
    colleagues = [] if field_ else place.case_people.colleagues()
    staff_of |= {f"staff:{one.id}": one.id for one in colleagues}
    rows = (
        *colleague_rows(colleagues, mediators, invited),
        *expert_rows(experts, invited, case=True),
    )
    return PeopleFound(tuple(rows), staff_of)


def toggle(place: Workplace, case_id: str, staff_id: str) -> str:
    """Invite somebody, or take them out; words for the toast. On the store lane."""
    name = place.names.staff(staff_id)
    if place.cases.toggle_person(case_id, staff_id):
        return _(N_("Invited {name}")).format(name=name)
    return _(N_("Taken out: {name}")).format(name=name)
