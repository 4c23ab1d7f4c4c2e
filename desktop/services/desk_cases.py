"""Service cases of the window: received with their papers, handled, picked up, called back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desktop.services.computer_mark import computer_mark
from desktop.services.desk_drafts import draft_key
from desktop.services.desk_undo import take, unreceive
from desktop.services.service_catalogue import ServiceCatalogue, ServiceItem
from desktop.services.taken import Taken, take_back
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_
from sync.identity import Clock, local_day, parse_stamp, stamp
from sync.rules.limits import Light, service_light
from sync.rules.masking import mask_name
from sync.rules.workdays import workday_after
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.service import STAGES
from sync.store.facts import FreedReceipts
from sync.store.record import Record
from sync.store.records import Edit, append, create, patch
from sync.store.store import Store

__all__ = ["CaseLine", "ItemWanted", "NameWanted", "NewCase", "Record", "ServiceCases", "Taken"]

_OVER: Final = frozenset({"closed", "rejected"})
_THEIRS_FIRST: Final = {"ready": 0, "supplement": 1, "picked_up": 2}
"""What waits for the resident."""

_CATEGORY: Final = "welfare"
_CATEGORIES: Final = {"repair": "facility", "mediation": "dispute", "policy": "advice"}
"""What a service is as a matter, where it is not about welfare."""


class NameWanted(DoorstepError):
    """A receipt names somebody."""

    code = "desk.name"
    message = N_("Write for whom it is.")


class ItemWanted(DoorstepError):
    """Nobody comes for nothing."""

    code = "desk.item"
    message = N_("Choose what they come for: 1 to 8.")


@dataclass(frozen=True)
class NewCase:
    """A case as it is received. ``at_the_door``: its owner is the grid worker of the home."""

    item: str
    got: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    person_id: str = ""
    household_id: str = ""
    applicant: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    owner_id: str = ""
    at_the_door: bool = False
    walk_in_id: str = ""

    @property
    def draft_key(self) -> str:
        """The draft that ends with it."""
        return draft_key(self.person_id or self.household_id, self.walk_in_id)


@dataclass(frozen=True)
class CaseLine:
    """One case of the window. ``who`` is masked; ``light``: the lamp of its
    limit."""

    id: str
    receipt: str
    who: str = field(repr=False)
    item: ServiceItem
    stage: str
    due: str
    light: Light
    record: Record = field(repr=False)


class ServiceCases:
    """The cases of one profile's desk. Attributes: ``services``, the catalogue."""

    def __init__(
        self, store: Store, clock: Clock, services: ServiceCatalogue | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self.services = services or ServiceCatalogue()

    def _record(self, type_: str, row_id: str) -> Record:
        found = self._store.reading.find(type_, row_id)
        if found is None:
            raise NotFound(what=row_id)
        return found

    @property
    def _scope(self) -> str:
        return scope_name(ScopeKind.DESK, self._store.account.user.community_id)

    def due_of(self, item: ServiceItem) -> str:
        """The day by which a case that is received now is answered."""
        today = local_day(self._clock.now())
        return (workday_after(today, item.limit_days) if item.limit_days else today).isoformat()

    def receive(self, told: NewCase, window: str = "1") -> Record:
        """Receive a case: what is missing is told at once, all of it.

        Raises :class:`NameWanted`, :class:`ItemWanted`, and whatever saving raises.
        """
        if not told.item:
            raise ItemWanted
        if not told.applicant.strip():
            raise NameWanted
        item, body = self.services.item(told.item), self._body(told, window)
        body["receipt"] = self._next_receipt(window)
        case_id = self._store.minter.new_id()
        edits = [create("service_case", body, scope_id=self._scope, row_id=case_id)]
        if told.at_the_door:
            edits += self._to_the_worker(told, item, body)
        self._store.records.write(edits, ends_draft=told.draft_key)
        return self._record("service_case", case_id)

    def foreseen(self, told: NewCase, window: str = "1") -> CaseLine:
        """The case as it would be received now; it has no number yet. Raises
        :class:`ItemWanted`."""
        if not told.item:
            raise ItemWanted
        return self.line_of(
            Record("service_case", "", self._scope, 0, "", self._body(told, window))
        )

    def _body(self, told: NewCase, window: str) -> dict[str, Any]:
        item, now = self.services.item(told.item), stamp(self._clock.now())
        missing = [key for key in item.materials if key not in told.got]
        return {
            "item": item.key,
            "mode": item.mode,
            "stage": "supplement" if missing else "received",
            "person_id": told.person_id,
            "household_id": told.household_id,
            "applicant": told.applicant.strip(),
            "phone": told.phone.strip(),
            "got": list(told.got),
            "missing": missing,
            "told_at": now if missing else None,
            "text": told.text.strip(),
            "window": window,
            "staff_id": self._store.account.user.staff_id,
            "owner_id": told.owner_id or self._store.account.user.staff_id,
            "received_at": now,
            "due": self.due_of(item),
        }

    def _to_the_worker(
        self, told: NewCase, item: ServiceItem, case: Mapping[str, Any]
    ) -> list[Edit]:
        """A worker holds no cases of the desk: she gets it as a matter of the home."""
        home = self._record("household", told.household_id)
        matter_id, me = self._store.minter.new_id(), self._store.account.user.staff_id
        title = _title(item, case)
        matter: dict[str, Any] = {
            "household_id": home.id,
            "category": _CATEGORIES.get(item.key, _CATEGORY),
            "urgency": "general",
            "source": "desk",
            "title": title,
            "text": told.text.strip() or title,
            "staff_id": me,
            "reported_at": case["received_at"],
            "stage": "reported",
        }
        step = {
            "matter_id": matter_id,
            "household_id": home.id,
            "kind": "assign",
            "at": case["received_at"],
            "staff_id": me,
        }
        handed = {"stage": "assigned", "owner_id": told.owner_id, "disposition": "self"}
        return [
            create("matter", matter, scope_id=home.scope_id, row_id=matter_id),
            patch("matter", matter_id, {"stage": "accepted"}),
            patch("matter", matter_id, handed),
            append("matter_step", step, scope_id=home.scope_id),
        ]

    def unreceive(self, received: Record, why: str) -> bool:
        """Undo that a case was received; whether nobody had gone on with it, or with the matter
        that its worker got. Its number is given to nobody else: the paper may be in a hand."""
        self._keep_freed(str(received.get("receipt") or ""))
        title = _title(self.services.item(str(received.get("item"))), received.fields)
        return unreceive(self._store, self._clock, received, title, why)

    def supplement(self, case_id: str, got: Iterable[str]) -> Taken:
        """Papers came later; once none is missing the case is received."""
        row = self._record("service_case", case_id)
        have = {*(row.get("got") or ()), *got}
        missing = [key for key in row.get("missing") or () if key not in have]
        fields: dict[str, Any] = {"got": sorted(have), "missing": missing}
        if not missing and row.get("stage") == "supplement":
            fields["stage"] = "received"
        return take(self._store, case_id, fields)

    def step(self, case_id: str, stage: str) -> Taken:
        """Forwarded, approved, turned down, or ready to be picked up."""
        fields: dict[str, Any] = {"stage": stage}
        if stage == "ready":
            fields["ready_at"] = stamp(self._clock.now())
        return take(self._store, case_id, fields)

    def pick_up(self, case_id: str, by: str) -> Taken:
        """Who took it home. Raises :class:`NameWanted`."""
        if not by.strip():
            raise NameWanted
        now = stamp(self._clock.now())
        fields = {"stage": "picked_up", "picked_up_by": by.strip(), "picked_up_at": now}
        return take(self._store, case_id, fields)

    def call_back(self, case_id: str, satisfaction: int) -> Taken:
        """How content they were, 0 where nobody was reached; that closes the case."""
        now = stamp(self._clock.now())
        fields = {"stage": "closed", "satisfaction": satisfaction, "called_back_at": now}
        return take(self._store, case_id, fields)

    def take_back(self, taken: Taken) -> bool:
        """Undo one of these steps; whether nobody had gone on with the case."""
        return take_back(self._store, taken)

    def count(
        self,
        kind: str,
        *,
        item: str = "",
        household_id: str = "",
        text: str = "",
        person_id: str = "",
    ) -> str:
        """One consultation or small help, counted; the draft of ``person_id`` ends with it."""
        body = {
            "kind": kind,
            "item": item,
            "household_id": household_id,
            "text": text.strip(),
            "at": stamp(self._clock.now()),
            "staff_id": self._store.account.user.staff_id,
        }
        entry = append("service_entry", body, scope_id=self._scope)
        ends = draft_key(person_id or household_id) if kind == "help" else ""
        return self._store.records.write([entry], ends_draft=ends).row_ids[0]

    def take_back_count(self, entry_id: str) -> None:
        """It was counted by mistake: an entry says so, and neither counts any more."""
        entry = self._record("service_entry", entry_id)
        body = {
            "kind": entry.get("kind"),
            "corrects": entry_id,
            "at": stamp(self._clock.now()),
            "staff_id": self._store.account.user.staff_id,
        }
        self._store.records.write([append("service_entry", body, scope_id=self._scope)])

    def counted_today(self, kind: str = "consult") -> int:
        """How many of them today, at every window that is known here."""
        today = local_day(self._clock.now())
        rows = self._store.reading.rows("service_entry", where={"kind": kind})
        back = {row.get("corrects") for row in rows}
        stand = (row for row in rows if row.id not in back and not row.get("corrects"))
        return sum(local_day(parse_stamp(str(row.get("at")))) == today for row in stand)

    def listed(self) -> list[CaseLine]:
        """Every case of the desk, the latest first."""
        lines = [self.line_of(row) for row in self._store.reading.rows("service_case")]
        return sorted(lines, key=lambda line: str(line.record.get("received_at")), reverse=True)

    def today(self, among: Sequence[CaseLine] | None = None) -> list[CaseLine]:
        """What was received today, the latest first; of ``among``, where they are read already."""
        day, lines = local_day(self._clock.now()), self.listed() if among is None else among
        return [line for line in lines if _day_of(line.record) == day]

    def waiting(self, among: Sequence[CaseLine] | None = None) -> list[CaseLine]:
        """What somebody has to do something about: papers to come, to be picked up, to be called
        back; the one whose day is nearest first."""
        lines = self.listed() if among is None else among
        wait = [line for line in lines if line.stage not in _OVER]
        return sorted(wait, key=lambda line: (line.due, line.receipt))

    def of_visitor(self, person_id: str, household_id: str) -> list[CaseLine]:
        """What is in hand for somebody at the window, what they can do something about first."""
        where = {"person_id": person_id} if person_id else {"household_id": household_id}
        rows = self._store.reading.rows("service_case", where=where)
        lines = self.waiting([self.line_of(row) for row in rows])
        return sorted(lines, key=lambda line: _THEIRS_FIRST.get(line.stage, len(_THEIRS_FIRST)))

    def case(self, case_id: str) -> CaseLine:
        """One case. Raises :class:`NotFound`."""
        return self.line_of(self._record("service_case", case_id))

    def may_step(self, line: CaseLine, stage: str) -> bool:
        """Whether the case may go there from where it stands."""
        return STAGES.may_step(line.stage, stage)

    def line_of(self, row: Record) -> CaseLine:
        """A case as lists have it."""
        return CaseLine(
            id=row.id,
            receipt=str(row.get("receipt") or ""),
            who=mask_name(str(row.get("applicant") or "")),
            item=self.services.item(str(row.get("item") or "")),
            stage=str(row.get("stage") or ""),
            due=str(row.get("due") or ""),
            light=service_light(row.fields, self._clock.now()),
            record=row,
        )

    def _next_receipt(self, window: str) -> str:
        """0618-3-K7QD-024: the day, the window, its computer, and how many came before. Without a
        line nobody knows what another computer at a window of that number gave."""
        day = local_day(self._clock.now())
        start = f"{day:%m%d}-{window}-{computer_mark(self._store.account.client_id)}-"
        rows: Sequence[Record] = self._store.reading.rows("service_case", where={"window": window})
        given = [str(row.get("receipt") or "") for row in rows if _day_of(row).year == day.year]
        used = [
            int(one[len(start) :]) for one in (*given, *self._freed(day)) if one.startswith(start)
        ]
        return f"{start}{max(used, default=0) + 1:03d}"

    def _freed(self, day: date) -> tuple[str, ...]:
        """The receipts of this day whose case was undone here."""
        freed = self._store.facts.freed_receipts()
        return freed.receipts if freed.day == day.isoformat() else ()

    def _keep_freed(self, receipt: str) -> None:
        day = local_day(self._clock.now())
        freed = FreedReceipts(day.isoformat(), (*self._freed(day), receipt))
        self._store.facts.set_freed_receipts(freed)


def _title(item: ServiceItem, case: Mapping[str, Any]) -> str:
    return f"{item.spoken} {case['receipt']}"


def _day_of(row: Record) -> Any:
    return local_day(parse_stamp(str(row.get("received_at"))))
