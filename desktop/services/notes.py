"""Lines about a household that belong to no visit, and oral mediations at its door."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from desktop.services.oral_versions import ORAL_MEDIATION, oral_of
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.identity import Clock, stamp
from sync.rules.cases import read_sum
from sync.store.record import Record
from sync.store.records import Edit, append
from sync.store.store import Store


class NoteEmpty(DoorstepError):
    """Nothing was typed."""

    code = "note.empty"
    message = N_("Write something first.")


class MediationIncomplete(DoorstepError):
    """An oral mediation needs its second party, what it was about and what came of it."""

    code = "mediation.incomplete"
    message = N_("Still missing: {what}.")


class SumUnreadable(DoorstepError):
    """What was typed is no sum of money."""

    code = "mediation.sum"
    message = N_("Write a sum such as 1200, 1200元 or 1.2万.")


class SamePartyTwice(DoorstepError):
    """Nobody is at odds with themselves."""

    code = "mediation.same_party"
    message = N_("This is the first party again. Name somebody else, or say in words which one.")


@dataclass(frozen=True)
class MediationForm:
    """Two parties, what it was about, what came of it.

    The first party is the household it is written from. The second is a resident of a household
    of the ledger, or that household, or a name as it was told; ``done`` says whether the result
    was carried out on the spot, and is ``None`` until somebody said so. ``amount`` is a sum as it
    is typed; ``searched`` are words typed for the second party while nobody is chosen, which are
    kept and stand for nobody.
    """

    other_household_id: str = ""
    other_person_id: str = ""
    other_party: str = ""
    dispute: str = ""
    what: str = ""
    result: str = ""
    done: bool | None = None
    place: str = ""
    amount: str = ""
    searched: str = ""

    @classmethod
    def from_draft(cls, kept: Mapping[str, Any]) -> "MediationForm":
        """The form as a draft kept it."""
        known = {spec.name for spec in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})

    def missing(self) -> list[str]:
        """Marked names of what has to be filled in before it can be saved."""
        wanted = (
            (self.other_household_id or self.other_party.strip(), N_("second party")),
            (self.what.strip(), N_("what it was about")),
            (self.result.strip(), N_("what came of it")),
            (self.done is not None, N_("whether it was carried out")),
        )
        return [name for value, name in wanted if not value]


@dataclass(frozen=True)
class SideLinked:
    """The ``version`` of an oral mediation that links its second party, and the heads that it
    ``settled``: they stood beside it, linked to somebody else."""

    version: str
    settled: tuple[Record, ...] = field(default=(), repr=False)


class Notes:
    """Household notes and oral mediations of one profile's user."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def write(self, household: Record, text: str) -> str:
        """Save a note; returns its id. Raises :class:`NoteEmpty`."""
        if not text.strip():
            raise NoteEmpty
        body = self._signed(household, "written_at") | {"text": text}
        written = self._store.records.write(
            [append("note", body, scope_id=household.scope_id)],
            ends_draft=note_draft_key(household.id),
        )
        return written.row_ids[0]

    def take_back(self, note: str) -> None:
        """Say that a note was none. It stays in the record, marked as taken back.

        Raises :class:`NotFound`.
        """
        self._take_back("note", note, "written_at")

    def take_back_mediation(self, mediation: str) -> None:
        """The same for an oral mediation."""
        self._take_back(ORAL_MEDIATION, mediation, "held_at")

    def _take_back(self, type_: str, row_id: str, moment: str) -> None:
        found = self._store.reading.find(type_, row_id)
        home_id = str(found.get("household_id", "")) if found else ""
        home = self._store.reading.find("household", home_id)
        if found is None or home is None:
            raise NotFound(what=row_id)
        self._store.records.write([self._back(type_, found, home, moment)])

    def _back(self, type_: str, found: Record, home: Record, moment: str) -> Edit:
        # Both sides of a mediation read it, and so they read that it was taken back.
        sides = {name: found.get(name) for name in ("other_household_id",) if found.get(name)}
        body = self._signed(home, moment) | {"corrects": found.id} | sides
        return append(type_, body, scope_id=home.scope_id)

    def link_party(self, mediation: str, home_id: str, person_id: str) -> SideLinked:
        """Say who of the ledger the second party is that was told in words. The words and who
        mediated stay; :meth:`unlink_party` undoes it.

        Raises :class:`SamePartyTwice` or :class:`NotFound`.
        """
        reading = self._store.reading
        oral = oral_of(reading, mediation)
        root, home = oral.root, reading.find("household", home_id)
        first = reading.find("household", str(root.get("household_id")))
        if oral.is_taken_back or home is None or first is None:
            raise NotFound(what=mediation)
        if home.id == first.id and person_id in ("", str(first.get("head_id") or "")):
            raise SamePartyTwice
        *settled, last = oral.heads
        body = dict(root.fields) | {
            "other_household_id": home.id,
            "other_person_id": person_id or None,
            "linked_by": self._store.account.user.staff_id,
            "corrects": last.id,
        }
        edits = [append(ORAL_MEDIATION, body, scope_id=first.scope_id)]
        # Whoever linked it elsewhere at the same time reads that it was settled.
        edits += [self._back(ORAL_MEDIATION, one, first, "held_at") for one in oral.lone_ways()]
        return SideLinked(self._store.records.write(edits).row_ids[0], tuple(settled))

    def unlink_party(self, linked: SideLinked) -> bool:
        """As it was before it was linked: to undo it. What this settled waits for a person again.
        Nothing is done, and false returned, where somebody linked it anew since.

        Raises :class:`NotFound`.
        """
        reading = self._store.reading
        oral = oral_of(reading, linked.version)
        version = reading.find(ORAL_MEDIATION, linked.version)
        home = reading.find("household", str(oral.root.get("household_id") or ""))
        if version is None or home is None:
            raise NotFound(what=linked.version)
        if linked.version not in {one.id for one in oral.heads}:
            return False
        edits = [self._back(ORAL_MEDIATION, version, home, "held_at")]
        edits += [
            append(ORAL_MEDIATION, one.fields, scope_id=home.scope_id) for one in linked.settled
        ]
        self._store.records.write(edits)
        return True

    def undo(self, note: str, home_id: str, text: str) -> None:
        """Take a note back that was saved a moment ago; what was typed is a draft again, unless
        the next one was begun already."""
        self.take_back(note)
        self._store.drafts.put_back(note_draft_key(home_id), text)

    def undo_mediation(self, mediation: str, home_id: str, form: MediationForm) -> None:
        """The same for an oral mediation."""
        self.take_back_mediation(mediation)
        self._store.drafts.put_back(mediation_draft_key(home_id), asdict(form))

    def mediate(self, household: Record, form: MediationForm) -> str:
        """Save an oral mediation; returns its id. Raises :class:`MediationIncomplete`,
        :class:`SamePartyTwice` or :class:`SumUnreadable`."""
        missing = form.missing()
        if missing:
            raise MediationIncomplete(what=_(", ").join(_(name) for name in missing))
        if self._is_again(household, form):
            raise SamePartyTwice
        amount = read_sum(form.amount) if form.amount.strip() else None
        if form.amount.strip() and amount is None:
            raise SumUnreadable
        told = {name: value for name, value in asdict(form).items() if name != "searched"}
        body = self._signed(household, "held_at") | told | {"amount": amount}
        written = self._store.records.write(
            [append(ORAL_MEDIATION, body, scope_id=household.scope_id)],
            ends_draft=mediation_draft_key(household.id),
        )
        return written.row_ids[0]

    def _is_again(self, household: Record, form: MediationForm) -> bool:
        """Whether the second party is the household itself, or the head of it by name."""
        if form.other_household_id:
            return form.other_household_id == household.id
        head = self._store.reading.find("person", str(household.get("head_id") or ""))
        return head is not None and form.other_party.strip() == str(head.get("name") or "")

    def keep_mediation_draft(self, household_id: str, form: MediationForm) -> None:
        """Keep what was typed so far, on disk."""
        self._store.drafts.keep(mediation_draft_key(household_id), asdict(form))

    def mediation_draft(self, household_id: str) -> MediationForm | None:
        """What was typed before a lock, a kill or a change of mind."""
        kept = self._store.drafts.find(mediation_draft_key(household_id))
        return MediationForm.from_draft(kept) if kept else None

    def mediation_draft_saved_at(self, household_id: str) -> str:
        """When that was kept, as a stamp; empty where there is none."""
        return self._store.drafts.saved_at(mediation_draft_key(household_id))

    def drop_mediation_draft(self, household_id: str) -> None:
        """Throw a draft away, because the worker said so."""
        self._store.drafts.drop(mediation_draft_key(household_id))

    def keep_note_draft(self, household_id: str, text: str) -> None:
        """Keep what was typed so far, on disk."""
        self._store.drafts.keep(note_draft_key(household_id), text)

    def note_draft(self, household_id: str) -> str:
        """What was typed before, or nothing."""
        return str(self._store.drafts.find(note_draft_key(household_id)) or "")

    def note_draft_saved_at(self, household_id: str) -> str:
        """When that was kept, as a stamp; empty where there is none."""
        return self._store.drafts.saved_at(note_draft_key(household_id))

    def drop_note_draft(self, household_id: str) -> None:
        """Throw a draft away, because the worker emptied it."""
        self._store.drafts.drop(note_draft_key(household_id))

    def _signed(self, household: Record, when: str) -> dict[str, Any]:
        return {
            "household_id": household.id,
            "staff_id": self._store.account.user.staff_id,
            when: stamp(self._clock.now()),
        }


def note_draft_key(household_id: str) -> str:
    """The draft of a note about one household."""
    return f"note:{household_id}"


def mediation_draft_key(household_id: str) -> str:
    """The draft of an oral mediation written from one household."""
    return f"mediation:{household_id}"
