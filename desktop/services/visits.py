"""Recording a visit: written once, corrected by another entry, never edited."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sync.errors import DoorstepError, NotFound
from sync.i18n import N_
from sync.identity import Clock, stamp
from sync.store.record import Record
from sync.store.records import append
from sync.store.store import Store


class NothingSaid(DoorstepError):
    """A visit needs a result: nothing is recorded that nobody did."""

    code = "visit.no_result"
    message = N_("Choose what came of the visit: 1 to 5.")


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
        return self._append(household, body, "")

    def keep_draft(self, household_id: str, form: VisitForm) -> None:
        """Keep what was typed so far, on disk."""
        self._store.drafts.keep(draft_key(household_id), asdict(form))

    def draft(self, household_id: str) -> VisitForm | None:
        """What was typed before a lock, a kill or a change of mind."""
        kept = self._store.drafts.find(draft_key(household_id))
        return VisitForm.from_draft(kept) if kept else None

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


def draft_key(household_id: str) -> str:
    """The draft of a visit to one household."""
    return f"visit:{household_id}"
