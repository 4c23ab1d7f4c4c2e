"""How mediation goes in a period: figures of the cases and oral mediations on this computer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.services.case_file import ORAL, CaseFile
from desktop.services.case_list import CaseList
from desktop.services.names import Names
from desktop.services.oral_versions import ORAL_MEDIATION, orals
from sync.identity import local_day, parse_stamp
from sync.rules.case_figures import CaseFact, CaseFigures, Outcome, Period, by, figures
from sync.store.record import Record
from sync.store.store import Store

DOOR: Final = "door"
"""The origin of an oral mediation at a door: it never was a case."""


@dataclass(frozen=True)
class Group:
    """One line of a table: its key (a code or an id), its name, its figures."""

    key: str
    name: str
    figures: CaseFigures


class MediationFigures:
    """The figures of one profile. Who mediates sees their own cases, the secretary all."""

    def __init__(self, store: Store, names: Names, cases: CaseList) -> None:
        self._store = store
        self._names = names
        self._cases = cases

    @property
    def is_whole(self) -> bool:
        """Whether this computer holds every case of the committee: the secretary's does."""
        return "secretary" in self._store.account.user.posts

    def facts(self) -> list[CaseFact]:
        """What the figures need of every case and oral mediation here."""
        reading = self._store.reading
        cases = map(fact_of, self._cases.files())
        found = orals(reading.rows(ORAL_MEDIATION))
        return [*cases, *(self._oral(one.root) for one in found if not one.is_taken_back)]

    def titles(self) -> dict[str, str]:
        """What each case is called in a list: one for two people by no name."""
        return {line.id: line.title for line in self._cases.lines()}

    def of(self, facts: list[CaseFact], period: Period) -> CaseFigures:
        """All of a period."""
        return figures(facts, period)

    def by_type(self, facts: list[CaseFact], period: Period) -> list[Group]:
        """A line for each kind of dispute; keys are codes."""
        return self._by(facts, period, lambda one: one.dispute, str)

    def by_origin(self, facts: list[CaseFact], period: Period) -> list[Group]:
        """A line for each way that cases came; keys are codes, or :data:`DOOR`."""
        return self._by(facts, period, lambda one: one.origin, str)

    def by_grid(self, facts: list[CaseFact], period: Period) -> list[Group]:
        """A line for each grid, by name."""
        groups = self._by(facts, period, lambda one: one.grid_id, self._names.area)
        return sorted(groups, key=lambda group: (not group.name, group.name))

    def _by(
        self,
        facts: list[CaseFact],
        period: Period,
        key: Callable[[CaseFact], str],
        name: Callable[[str], str],
    ) -> list[Group]:
        found = by(facts, key, period)
        made = (Group(each, name(each), counted) for each, counted in found.items())
        return [group for group in made if _counts(group.figures)]

    def _oral(self, row: Record) -> CaseFact:
        day = local_day(parse_stamp(str(row.get("held_at"))))
        settled = bool(row.get("result"))
        home = self._store.reading.find("household", str(row.get("household_id") or ""))
        return CaseFact(
            id=row.id,
            type=ORAL_MEDIATION,
            dispute=str(row.get("dispute") or ""),
            origin=DOOR,
            grid_id=home.scope_id.partition(":")[2] if home else "",
            accepted_on=day,
            outcome=Outcome.AGREED if settled else Outcome.OPEN,
            concluded_on=day if settled else None,
            performed_on=day if row.get("done") else None,
            oral=True,
            cents=int(row.get("amount") or 0),
            household_id=str(row.get("household_id") or ""),
        )


def fact_of(file: CaseFile) -> CaseFact:
    """What the figures need of a case."""
    outcome, day = _ended(file)
    signed, back = file.signed, file.step("called_back")
    paid = sum(term.amount or 0 for term in file.terms) if outcome is Outcome.AGREED else 0
    return CaseFact(
        id=file.id,
        dispute=file.dispute,
        scale=file.scale,
        origin=file.origin,
        grid_id=file.grid_id,
        accepted_on=_day(file.accepted_on),
        outcome=outcome,
        concluded_on=day,
        performed_on=_day(file.fulfilled.done_on) if file.fulfilled else None,
        followed_up_on=_day(back.done_on) if back else None,
        confirmed_on=_done_on(file, "court_confirmed"),
        satisfaction=back.satisfaction if back else None,
        oral=signed is not None and signed.kind == ORAL,
        cents=paid,
    )


def _ended(file: CaseFile) -> tuple[Outcome, date | None]:
    """What it came to and when. What was tried again after it failed is open until it ends."""
    if file.signed is not None:
        return Outcome.AGREED, _day(file.signed.signed_on)
    if file.is_running or file.stage == "clue":
        return Outcome.OPEN, None
    for kind, outcome in (("failed", Outcome.FAILED), ("declined", Outcome.DECLINED)):
        if day := _done_on(file, kind):
            return outcome, day
    return Outcome.OPEN, None


def _done_on(file: CaseFile, kind: str) -> date | None:
    step = file.step(kind)
    return _day(step.done_on) if step else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _counts(found: CaseFigures) -> bool:
    """Whether there is anything to tell of a group in the period."""
    return any(_all(found))


def _all(found: CaseFigures) -> Iterator[tuple[CaseFact, ...]]:
    yield from (found.accepted, found.concluded, found.performed, found.followed_up, found.open)
