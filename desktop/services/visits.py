"""Recording a visit: written once, corrected by another entry, never edited."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.identity import Clock, local_day, stamp
from sync.rules.due import ANY_DAY, Due, due_of, facts_of
from sync.rules.frequency import AT_HOME, Resident
from sync.rules.route import is_planned
from sync.rules.visits import VisitFact, visit_fact
from sync.schema import codes
from sync.store.record import HouseholdView, Record
from sync.store.records import Edit, append
from sync.store.store import Store


class NothingSaid(DoorstepError):
    """A visit needs a result: nothing is recorded that nobody did."""

    code = "visit.no_result"
    message = N_("Choose what came of the visit: 1 to 5.")


OTHERS_PRESENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "neighbour": N_("a neighbour"),
        "colleague": N_("a colleague"),
        "other": N_("someone else"),
    }
)
"""Who may stand beside the residents. ``companions`` holds these keys, and ids of residents."""

_NOT_INSIDE: Final = frozenset({"not_home", "refused", "vacant", "wrong", "danger"})


@dataclass(frozen=True)
class VisitForm:
    """What the worker typed. Nothing is preselected but the way (inside the home)."""

    result: str = ""
    method: str = "home"
    purposes: tuple[str, ...] = ()
    condition: str = ""
    note: str = ""
    needs: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    next_appointment: str = ""
    planned_for: str = ""

    @property
    def says_more(self) -> bool:
        """Whether losing it would lose more than the press of one key."""
        plain = VisitForm(result=self.result, method=self.method, planned_for=self.planned_for)
        return self != plain

    @classmethod
    def from_draft(cls, kept: Mapping[str, Any]) -> "VisitForm":
        """The form as a draft kept it; what this version does not know is left out."""
        known = {spec.name for spec in fields(cls)}
        said: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in kept.items()
            if name in known
        }
        return cls(**said)


@dataclass(frozen=True)
class SavedVisit:
    """What was written, for the toast and for taking it back."""

    visit_id: str
    household_id: str
    result: str
    op_ids: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class KeptDraft:
    """A form as it was left, and when (a stamp)."""

    form: VisitForm
    at: str


@dataclass(frozen=True)
class Outlook:
    """What the rules say of one household before a visit, and would say after each result.

    ``visits`` are the facts the rules read; ``planned_for`` is the day that asks for this visit,
    empty where none does.
    """

    after: Mapping[str, Due | None]
    visits: tuple[VisitFact, ...]
    planned_for: str


class Visits:
    """Visits of one profile's user. Attributes: ``store``, whose account names the visitor."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def record(self, household: Record, form: VisitForm) -> SavedVisit:
        """Save a visit now; its draft ends in the same transaction.

        Raises :class:`NothingSaid` without a result, and whatever saving raises.
        """
        if not form.result:
            raise NothingSaid
        body = self._body(household, form)
        written = self._store.records.write(
            [append("visit", body, scope_id=household.scope_id)],
            ends_draft=draft_key(household.id),
        )
        return SavedVisit(written.row_ids[0], household.id, form.result, written.op_ids)

    def entry(self, household: Record, form: VisitForm, visit_id: str) -> Edit:
        """A visit now, to be saved in one breath with what it brought."""
        body = self._body(household, form)
        return append("visit", body, scope_id=household.scope_id, row_id=visit_id)

    def knock(self, household_id: str) -> SavedVisit | None:
        """Record at once that nobody answered the door.

        ``None`` where a draft waits there: its words would be lost. Raises :class:`NotFound`, and
        whatever saving raises.
        """
        if self.draft(household_id) is not None:
            return None
        household = self._store.reading.find("household", household_id)
        if household is None:
            raise NotFound(what=household_id)
        today = local_day(self._clock.now())
        planned = planned_day(self._store.reading.due_of(household_id), today)
        form = result_chosen(VisitForm(planned_for=planned), "not_home")
        return self.record(household, form)

    def correct(self, visit: Record, form: VisitForm, reason: str) -> SavedVisit:
        """Write the visit anew; the original stays and is named."""
        household = self._household(visit)
        body = self._body(household, form) | {
            "started_at": visit.get("started_at"),
            "corrects": visit.id,
            "reason": reason,
        }
        return self._append(household, body, form.result)

    def take_back(self, visit_id: str, reason: str) -> SavedVisit:
        """Say that a visit did not happen. It stays in the record, marked as taken back."""
        edit = self.taking_back(visit_id, reason)
        written = self._store.records.write([edit])
        household_id = str((edit.fields or {})["household_id"])
        return SavedVisit(written.row_ids[0], household_id, "", written.op_ids)

    def taking_back(self, visit_id: str, reason: str) -> Edit:
        """The same, to be saved together with something else. Raises :class:`NotFound`."""
        visit = self._store.reading.find("visit", visit_id)
        if visit is None:
            raise NotFound(what=visit_id)
        household = self._household(visit)
        body = {
            "household_id": household.id,
            "staff_id": self._store.account.user.staff_id,
            "started_at": visit.get("started_at"),
            "corrects": visit_id,
            "void": True,
            "reason": reason,
        }
        return append("visit", body, scope_id=household.scope_id)

    def undo(self, saved: SavedVisit, form: VisitForm) -> None:
        """Take a visit back that was saved a moment ago; what was typed is a draft again, unless
        the next visit there was begun already. The record shows it either way."""
        self.take_back(saved.visit_id, _("Undone right after saving"))
        if form.says_more:
            self.put_back_draft(saved.household_id, form)

    def outlook(self, household_id: str) -> Outlook:
        """When this household would be due after each result, were it saved now.

        Raises :class:`NotFound`.
        """
        view = self._store.reading.household(household_id)
        if view is None:
            raise NotFound(what=household_id)
        now = self._clock.now()
        facts = [fact for v in view.visits if (fact := visit_fact(v.id, v.fields)) is not None]
        today = local_day(now)
        after = {
            result: _due(view, [*facts, VisitFact("now", now, result)]) for result in codes.RESULT
        }
        return Outlook(after, tuple(facts), planned_day(_due(view, facts), today))

    def keep_draft(self, household_id: str, form: VisitForm) -> str:
        """Keep what was typed so far, on disk; the time is returned as a stamp."""
        key = draft_key(household_id)
        self._store.drafts.keep(key, asdict(form))
        return self._store.drafts.saved_at(key)

    def put_back_draft(self, household_id: str, form: VisitForm) -> None:
        """Have a former draft back; one that was begun since stays."""
        self._store.drafts.put_back(draft_key(household_id), asdict(form))

    def draft(self, household_id: str) -> KeptDraft | None:
        """What was typed before a lock, a kill or a change of mind."""
        key = draft_key(household_id)
        kept = self._store.drafts.find(key)
        if not kept:
            return None
        return KeptDraft(VisitForm.from_draft(kept), self._store.drafts.saved_at(key))

    def drop_draft(self, household_id: str) -> None:
        """Throw a draft away, because the worker said so."""
        self._store.drafts.drop(draft_key(household_id))

    def _append(self, household: Record, body: Mapping[str, Any], result: str) -> SavedVisit:
        written = self._store.records.write([append("visit", body, scope_id=household.scope_id)])
        return SavedVisit(written.row_ids[0], household.id, result, written.op_ids)

    def _household(self, visit: Record) -> Record:
        found = self._store.reading.find("household", str(visit.get("household_id")))
        if found is None:
            raise NotFound(what=visit.id)
        return found

    def _body(self, household: Record, form: VisitForm) -> dict[str, Any]:
        said = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(form).items()}
        return said | {
            "household_id": household.id,
            "staff_id": self._store.account.user.staff_id,
            "started_at": stamp(self._clock.now()),
        }


def result_chosen(form: VisitForm, result: str) -> VisitForm:
    """The form with this result; the way follows it until the worker says otherwise.

    Nobody was inside a home that did not open.
    """
    usual = "door" if form.result in _NOT_INSIDE else "home"
    if form.method != usual:
        return replace(form, result=result)
    return replace(form, result=result, method="door" if result in _NOT_INSIDE else "home")


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


def draft_key(household_id: str) -> str:
    """The draft of a visit to one household."""
    return f"visit:{household_id}"
