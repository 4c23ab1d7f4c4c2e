"""Recording a visit: written once, corrected by another entry, never edited."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from desktop.services.matters import Matters
from desktop.services.outlook import Outlook, outlook_of, planned_day
from desktop.services.photo_drafts import PhotoDrafts, photos_key
from desktop.services.photos import Photo, photo_edit
from desktop.services.promises import Promises
from desktop.services.visit_form import ALONE, OTHERS_PRESENT, VisitForm, result_chosen
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.identity import Clock, local_day, stamp
from sync.store.attachments import Sealed
from sync.store.record import Record
from sync.store.records import Edit, append, patch
from sync.store.store import Store

__all__ = [
    "OTHERS_PRESENT",
    "KeptDraft",
    "NoReason",
    "NobodyCameAlong",
    "NothingSaid",
    "Outlook",
    "Record",
    "SavedVisit",
    "VisitForm",
    "Visits",
    "correction_key",
    "draft_key",
    "planned_day",
    "result_chosen",
]


class NothingSaid(DoorstepError):
    """A visit needs a result: nothing is recorded that nobody did."""

    code = "visit.no_result"
    message = N_("Choose what came of the visit: 1 to 5.")


class NobodyCameAlong(DoorstepError):
    """A home that two go to, and nobody is said to have come along."""

    code = "visit.went_with"
    message = N_("This home is visited by two: write who came along.")


class NoReason(DoorstepError):
    """A correction says why, so that whoever reads both knows which to believe."""

    code = "visit.no_reason"
    message = N_("Say why it is corrected.")


@dataclass(frozen=True)
class SavedVisit:
    """What was written, for the toast and for taking it back. ``matters`` counts what was
    reported with it, ``original`` the visit that it corrects, ``put_off`` the day to which the
    visit had been put off."""

    visit_id: str
    household_id: str
    result: str
    op_ids: tuple[str, ...] = field(default=())
    matters: int = 0
    original: str = ""
    put_off: str = ""


@dataclass(frozen=True)
class KeptDraft:
    """A form as it was left, and when (a stamp)."""

    form: VisitForm
    at: str


class Visits:
    """Visits of one profile's user. Attributes: ``photo_drafts``, photos that are not saved yet."""

    def __init__(self, store: Store, clock: Clock, matters: Matters, promises: Promises) -> None:
        self._store = store
        self._clock = clock
        self._matters = matters
        self._promises = promises
        self.photo_drafts = PhotoDrafts(store)

    def record(
        self,
        household: Record,
        form: VisitForm,
        at: datetime | None = None,
        photos: Sequence[Photo] = (),
    ) -> SavedVisit:
        """Save a visit with what it reports and promises and with photos of its hazards; its
        draft ends in the same transaction.

        ``at`` is when it was, now where it is not given. Raises :class:`NothingSaid` without a
        result, :class:`NobodyCameAlong`, and whatever saving raises.
        """
        if not form.result:
            raise NothingSaid
        if household.get("two_people") and form.result not in ALONE and not form.went_with.strip():
            raise NobodyCameAlong
        visit_id = self._store.minter.new_id()
        reported = self._matters.edits_for(household, visit_id, form)
        edits = [
            self.entry(household, form, visit_id, at),
            *reported,
            *self._promises.edits_for(household, visit_id, form),
        ]
        attached = self._attached(household, visit_id, form, photos)
        edits += [edit for edit, _sealed in attached]
        put_off = str(household.get("postponed_to") or "")
        if put_off:
            # Somebody went after all: what follows from that is asked for by its own day.
            edits.append(patch("household", household.id, {"postponed_to": None}))
        written = self._store.records.write(
            edits,
            ends_draft=draft_key(household.id),
            and_drafts=[photos_key(household.id)],
            contents=[sealed for _edit, sealed in attached],
        )
        return SavedVisit(
            visit_id, household.id, form.result, written.op_ids, len(reported), put_off=put_off
        )

    def _attached(
        self, household: Record, visit_id: str, form: VisitForm, photos: Sequence[Photo]
    ) -> list[tuple[Edit, Sealed]]:
        """The photos, where a hazard is named and the resident agreed to each."""
        wanted = [photo for photo in photos if photo.consent] if form.hazards else []
        return [
            photo_edit(self._store, self._clock, household, visit_id, photo) for photo in wanted
        ]

    def entry(
        self, household: Record, form: VisitForm, visit_id: str, at: datetime | None = None
    ) -> Edit:
        """A visit, now where no time is given, to be saved in one breath with what it brought."""
        body = self._body(household, form) | {"started_at": stamp(at or self._clock.now())}
        return append("visit", body, scope_id=household.scope_id, row_id=visit_id)

    def knock(self, household_id: str) -> SavedVisit | None:
        """Record at once that nobody answered the door.

        ``None`` where a draft waits there, whose words would be lost, and where two have to go:
        who came along is asked first. Raises :class:`NotFound`, and
        whatever saving raises.
        """
        if self.draft(household_id) is not None:
            return None
        household = self._store.reading.find("household", household_id)
        if household is None:
            raise NotFound(what=household_id)
        if household.get("two_people"):
            return None
        today = local_day(self._clock.now())
        planned = planned_day(self._store.reading.due_of(household_id), today)
        form = result_chosen(VisitForm(planned_for=planned), "not_home")
        return self.record(household, form)

    def find(self, visit_id: str) -> Record:
        """A saved visit. Raises :class:`NotFound`."""
        visit = self._store.reading.find("visit", visit_id)
        if visit is None:
            raise NotFound(what=visit_id)
        return visit

    def correct(
        self, visit: Record, form: VisitForm, reason: str, photos: Sequence[Photo] = ()
    ) -> SavedVisit:
        """Write the visit anew; the original stays and is named.

        What is reported by the original alone is withdrawn, where nobody has taken it up; a need
        or hazard that is new is reported. Raises :class:`NoReason` and :class:`NothingSaid`.
        """
        if not form.result:
            raise NothingSaid
        if not reason.strip():
            raise NoReason
        household = self._household(visit)
        visit_id = self._store.minter.new_id()
        body = self._body(household, form) | {
            "started_at": visit.get("started_at"),
            "corrects": visit.id,
            "reason": reason.strip(),
        }
        reported = self._matters.edits_for(household, visit_id, form)
        edits = [
            append("visit", body, scope_id=household.scope_id, row_id=visit_id),
            *self._matters.withdrawals(self._line_of(visit), but=(*form.needs, *form.hazards)),
            *reported,
            *self._promises.edits_for(household, visit_id, form),
        ]
        attached = self._attached(household, visit_id, form, photos)
        edits += [edit for edit, _sealed in attached]
        written = self._store.records.write(
            edits,
            ends_draft=correction_key(household.id),
            and_drafts=[photos_key(visit.id)],
            contents=[sealed for _edit, sealed in attached],
        )
        return SavedVisit(
            visit_id, household.id, form.result, written.op_ids, len(reported), visit.id
        )

    def take_back(self, visit_id: str, reason: str, *, put_off: str = "") -> SavedVisit:
        """Say that a visit did not happen. It stays in the record, marked as taken back; what it
        reported and promised goes with it, unless somebody has taken it up. ``put_off`` is the
        day to which it is put off again."""
        visit = self.find(visit_id)
        household_id = _household_id(visit)
        edits = [
            self.taking_back(visit_id, reason),
            *self._matters.withdrawals(self._line_of(visit)),
            *self._promises.withdrawals(visit_id),
        ]
        if put_off:
            edits.append(patch("household", household_id, {"postponed_to": put_off}))
        written = self._store.records.write(edits)
        return SavedVisit(written.row_ids[0], household_id, "", written.op_ids)

    def taking_back(self, visit_id: str, reason: str) -> Edit:
        """The entry that takes a visit back, to be saved with something else. Raises
        :class:`NotFound`."""
        visit = self.find(visit_id)
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
        """Take a visit back that was saved before, sent or not; what was typed is a draft again,
        unless the next visit there was begun already. The record shows it either way."""
        if saved.original:
            self._undo_correction(saved)
            return
        self.take_back(saved.visit_id, _("Undone right after saving"), put_off=saved.put_off)
        if form.says_more:
            self.put_back_draft(saved.household_id, form)

    def _undo_correction(self, saved: SavedVisit) -> None:
        """What the original said stands again, in an entry of its own: entries never change."""
        original, correction = self.find(saved.original), self.find(saved.visit_id)
        former = VisitForm.from_visit(original)
        self.correct(correction, former, _("The correction was undone"))

    def _line_of(self, visit: Record) -> list[str]:
        """The visit and those that it corrects, one after the other."""
        ids, current = [visit.id], visit
        while (before := str(current.get("corrects") or "")) and before not in ids:
            ids.append(before)
            found = self._store.reading.find("visit", before)
            if found is None:
                break
            current = found
        return ids

    def outlook(self, household_id: str) -> Outlook:
        """When this household would be due after each result, were it saved now.

        Raises :class:`NotFound`.
        """
        return outlook_of(self._store, household_id, self._clock.now())

    def keep_draft(self, household_id: str, form: VisitForm) -> str:
        """Keep what was typed so far, on disk; the time is returned as a stamp."""
        key = draft_key(household_id)
        self._store.drafts.keep(key, asdict(form))
        return self._store.drafts.saved_at(key)

    def put_back_draft(
        self, household_id: str, form: VisitForm, photos: Sequence[Photo] = ()
    ) -> None:
        """Have a former draft back, with its photos; one that was begun since stays."""
        if photos and self.draft(household_id) is None:
            self.photo_drafts.keep(household_id, photos)
        self._store.drafts.put_back(draft_key(household_id), asdict(form))

    def draft(self, household_id: str) -> KeptDraft | None:
        """What was typed before a lock, a kill or a change of mind."""
        key = draft_key(household_id)
        kept = self._store.drafts.find(key)
        if not kept:
            return None
        return KeptDraft(VisitForm.from_draft(kept), self._store.drafts.saved_at(key))

    def keep_correction(self, visit: Record, form: VisitForm, reason: str) -> str:
        """Keep what was typed of a correction; the time is returned as a stamp. One of another
        visit to this household ends, with its photos."""
        key = correction_key(_household_id(visit))
        before = self._store.drafts.find(key) or {}
        if before.get("visit") not in (None, visit.id):
            self.photo_drafts.drop(str(before["visit"]))
        kept = asdict(form) | {"reason": reason, "visit": visit.id}
        self._store.drafts.keep(key, kept)
        return self._store.drafts.saved_at(key)

    def kept_correction(self, visit: Record) -> tuple[VisitForm, str] | None:
        """What was typed of a correction before a lock or a kill, and its reason."""
        kept = self._store.drafts.find(correction_key(_household_id(visit)))
        if not kept or kept.get("visit") != visit.id:
            return None
        return VisitForm.from_draft(kept), str(kept.get("reason", ""))

    def put_back_correction(
        self, visit: Record, form: VisitForm, reason: str, photos: Sequence[Photo] = ()
    ) -> None:
        """Have a correction back that was thrown away, with its photos."""
        self.keep_correction(visit, form, reason)
        self.photo_drafts.keep(visit.id, photos)

    def drop_correction(self, visit: Record) -> None:
        """Throw a correction away that was not saved."""
        self._store.drafts.drop(correction_key(_household_id(visit)))
        self.photo_drafts.drop(visit.id)

    def drop_draft(self, household_id: str) -> None:
        """Throw a draft away, because the worker said so."""
        self._store.drafts.drop(draft_key(household_id))
        self.photo_drafts.drop(household_id)

    def _household(self, visit: Record) -> Record:
        found = self._store.reading.find("household", str(visit.get("household_id")))
        if found is None:
            raise NotFound(what=visit.id)
        return found

    def _body(self, household: Record, form: VisitForm) -> dict[str, Any]:
        return form.body() | {
            "household_id": household.id,
            "staff_id": self._store.account.user.staff_id,
        }


def draft_key(household_id: str) -> str:
    """The draft of a visit to one household."""
    return f"visit:{household_id}"


def correction_key(household_id: str) -> str:
    """The draft of a correction of one of a household's visits: one at a time."""
    return f"correction:{household_id}"


def _household_id(visit: Record) -> str:
    return str(visit.get("household_id"))
