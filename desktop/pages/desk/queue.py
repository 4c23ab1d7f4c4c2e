"""What the window has in hand: today's cases, those that wait, drafts, booked hours."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.page import Page, Undone, undone
from desktop.pages.desk.list_pane import BOOKED, TODAY, WAITING, DeskList
from desktop.rows import Row
from desktop.services.appointments import AppointmentLine
from desktop.services.desk_cases import CaseLine, Taken
from desktop.services.desk_drafts import KeptDesk
from desktop.services.finder import Hit
from desktop.viewmodels.desk_lists import appointment_rows, case_rows, draft_rows, hit_rows
from sync.i18n import N_, _
from sync.rules.pinyin import py

GONE_ON: Final = N_("Somebody has gone on with this case: it stays as it is.")
_RECEIPT: Final = re.compile(r"\d{4}-[\w-]*")
_MOST_CASES: Final = 20
_LEAST_LETTERS: Final = 2
_LEAST_DIGITS: Final = 4
_MARKS: Final = {
    "come": N_("They are here."),
    "missed": N_("They did not come."),
    "cancelled": N_("The hour is called off."),
}


@dataclass(frozen=True)
class Stranger:
    """A case of somebody who is not in the ledger: nobody but the window knows them."""

    line: CaseLine
    names: tuple[str, ...]
    phone: str = field(repr=False)

    def answers(self, typed: str) -> bool:
        """By a part of the name, its initials or pinyin as they begin, or the phone's end."""
        if typed.isdigit():
            return len(typed) >= _LEAST_DIGITS and self.phone.endswith(typed)
        name, *spelt = self.names
        begins = any(one.startswith(typed) for one in spelt)
        return len(typed) >= _LEAST_LETTERS and (typed in name or begins)


def stranger_of(line: CaseLine) -> Stranger:
    """What somebody without a place in the ledger is found by."""
    name = str(line.record.get("applicant") or "").casefold()
    return Stranger(line, (name, *py(name).split()), str(line.record.get("phone") or ""))


@dataclass(frozen=True)
class InHand:
    """Everything the lists of the window show. ``came`` is how often somebody was helped
    today, with a case or without: ``consulted`` of them with a question alone. ``known`` are all
    cases, the latest first, and ``last`` the latest of each person; ``strangers`` are the cases of
    who is in no ledger."""

    today: list[CaseLine] = field(default_factory=list)
    waiting: list[CaseLine] = field(default_factory=list)
    drafts: list[KeptDesk] = field(default_factory=list)
    booked: list[AppointmentLine] = field(default_factory=list)
    consulted: int = 0
    came: int = 0
    last: Mapping[str, CaseLine] = field(default_factory=dict)
    known: list[CaseLine] = field(default_factory=list)
    strangers: list[Stranger] = field(default_factory=list)

    def case(self, key: str) -> CaseLine | None:
        """A case by its row."""
        return next((one for one in self.known if one.id == key), None)

    def receipts(self, typed: str) -> list[CaseLine]:
        """The cases whose receipt somebody holds in their hand: its number, or how it begins."""
        if not _RECEIPT.fullmatch(typed):
            return []
        wanted = typed.upper()
        return [one for one in self.known if one.receipt.upper().startswith(wanted)][:_MOST_CASES]

    def of_strangers(self, typed: str) -> list[CaseLine]:
        """The cases of who is not in the ledger and comes again, without the receipt."""
        wanted = typed.casefold()
        return [one.line for one in self.strangers if one.answers(wanted)][:_MOST_CASES]

    def draft(self, key: str) -> KeptDesk | None:
        """A form that waits."""
        return next((one for one in self.drafts if one.key == key), None)

    def hour(self, key: str) -> AppointmentLine | None:
        """A booked hour."""
        return next((one for one in self.booked if one.id == key), None)


class Queue(QObject):
    """Reads what is in hand, and takes the steps that its rows offer.

    Signals:
        loaded: what is in hand is new.
        taken_up: a form that waits is to go on; a :class:`KeptDesk`.
        arrived: somebody with an hour is here; an :class:`AppointmentLine`.
    """

    loaded = Signal()
    taken_up = Signal(object)
    arrived = Signal(object)

    def __init__(self, page: Page, shown: DeskList) -> None:
        super().__init__(page)
        self._page = page
        self._place = page.place
        self._list = shown
        self.in_hand = InHand()
        shown.steps.stepped.connect(self.step)

    def load(self) -> None:
        """Read everything anew."""
        self._page.ask(self._read, self._show)

    def _read(self) -> InHand:
        place, cases = self._place, self._place.service_cases
        lines = cases.listed()
        today, last = cases.today(lines), dict[str, CaseLine]()
        strangers = []
        for line in lines:
            row = line.record
            known = str(row.get("person_id") or row.get("household_id") or "")
            last.setdefault(known, line)
            if not known:
                strangers.append(stranger_of(line))
        return InHand(
            today,
            cases.waiting(lines),
            place.desk_drafts.waiting(),
            place.appointments.listed(place.day()),
            consulted := cases.counted_today(),
            len(today) + consulted + cases.counted_today("help"),
            last,
            lines,
            strangers,
        )

    def _show(self, read: InHand) -> None:
        self.in_hand = read
        today = self._place.day().isoformat()
        self._list.show_counts(
            {
                TODAY: len(read.today),
                WAITING: len(read.waiting) + len(read.drafts),
                BOOKED: sum(one.day == today and one.state == "booked" for one in read.booked),
            }
        )
        self.loaded.emit()

    def rows(self, shown: str) -> tuple[Row, ...]:
        """The rows of one of the lists."""
        read, today, services = self.in_hand, self._place.day(), self._place.service_cases.services
        if shown == BOOKED:
            return appointment_rows(read.booked, services, today)
        if shown == WAITING:
            drafts = draft_rows(read.drafts, services, self._place.clock)
            return (*drafts, *case_rows(read.waiting, self._place.clock.now()))
        return case_rows(read.today, self._place.clock.now())

    def found_rows(self, typed: str, hits: Sequence[Hit]) -> tuple[Row, ...]:
        """The case of a receipt or of who is in no ledger, and who was found."""
        lines = [*self.in_hand.receipts(typed), *self.in_hand.of_strangers(typed)]
        cases = case_rows(lines, self._place.clock.now())
        return (*cases, *hit_rows(hits, self.in_hand.last, self._place.day(), typed))

    def show_steps(self, key: str) -> None:
        """What can be done about a row, below the list."""
        line = self.in_hand.case(key)
        if line is not None:
            self._list.steps.show_steps(line.stage, self._words_of(line))
        elif self.in_hand.draft(key):
            self._list.steps.show_steps("draft", "")
        elif hour := self.in_hand.hour(key):
            self._list.steps.show_steps(f"hour_{hour.state}", str(hour.record.get("text") or ""))
        else:
            self._list.steps.show_steps("", "")

    def _words_of(self, line: CaseLine) -> str:
        services = self._place.service_cases.services
        missing = [services.material(one) for one in line.record.get("missing") or ()]
        if line.stage == "picked_up":
            return _(N_("How content are they? 0: not reached"))
        if missing:
            return _(N_("Missing: {papers}")).format(papers=_(", ").join(missing))
        return ""

    def step(self, kind: str) -> None:
        """Take a step of the current row."""
        key = self._list.rows.current_key()
        line, kept, hour = self.in_hand.case(key), self.in_hand.draft(key), self.in_hand.hour(key)
        if kept is not None:
            self._step_draft(kept, kind)
        elif hour is not None:
            self._step_hour(hour, kind)
        elif line is not None:
            self._step_case(line, kind)

    def _step_case(self, line: CaseLine, kind: str) -> None:
        cases = self._place.service_cases
        if kind == "papers":
            task = partial(cases.supplement, line.id, line.record.get("missing") or ())
        elif kind == "picked":
            task = partial(cases.pick_up, line.id, str(line.record.get("applicant") or ""))
        elif kind.startswith("score"):
            task = partial(cases.call_back, line.id, int(kind.removeprefix("score")))
        else:
            task = partial(cases.step, line.id, kind)
        self._page.ask(task, self._after_case)

    def _after_case(self, done: Taken) -> None:
        self._page.said.emit(_(N_("Written down.")), partial(self._take_back, done))
        self._changed()

    def _take_back(self, done: Taken) -> Undone:
        if self._place.service_cases.take_back(done):
            return Undone(_(N_("Undone.")))
        return Undone(_(GONE_ON), is_whole=False)

    def _step_draft(self, kept: KeptDesk, kind: str) -> None:
        if kind == "go_on":
            self.taken_up.emit(kept)
            return
        drop = partial(self._place.desk_drafts.drop, kept)
        self._page.ask(drop, partial(self._after_drop, kept))

    def _after_drop(self, kept: KeptDesk, done: None) -> None:
        back = partial(self._place.desk_drafts.put_back, kept)
        self._page.said.emit(_(N_("The draft is thrown away.")), back)
        self._changed()

    def _step_hour(self, hour: AppointmentLine, kind: str) -> None:
        mark = partial(self._place.appointments.mark, hour.id, kind)
        self._page.ask(mark, partial(self._after_mark, hour, kind))

    def _after_mark(self, hour: AppointmentLine, kind: str, marked: Taken) -> None:
        self._page.said.emit(_(_MARKS[kind]), partial(self._unmark, marked))
        self._changed()
        if kind == "come":
            self.arrived.emit(hour)

    def _unmark(self, marked: Taken) -> Undone:
        is_back = self._place.appointments.take_back(marked)
        return undone(int(is_back), int(not is_back))

    def _changed(self) -> None:
        self._page.changed.emit()
        self.load()
