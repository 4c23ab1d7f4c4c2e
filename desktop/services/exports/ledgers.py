"""Ledgers: a row for each visit, home, matter, mediation or service case, masked for everybody.

Masked as no screen masks them: a file is copied, mailed and printed. Tags, notes, readings, ID
numbers and who goes in pairs are in none of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from desktop.services.case_list import CaseList
from desktop.services.desk_cases import ServiceCases
from desktop.services.exports.table import Cell, Column, Table
from desktop.services.households import HouseholdLine, Households
from desktop.services.matter_list import MatterList
from desktop.services.mediation_figures import fact_of
from desktop.services.names import Names, words
from desktop.services.oral_list import OralList
from desktop.services.privacy import Sight
from sync.i18n import N_, _
from sync.identity import local_day, local_time, parse_stamp
from sync.rules.case_figures import Outcome, Period
from sync.rules.cases import OF_AGE
from sync.rules.exports import HEALTH_NEEDS, QUIET_DISPUTES, QUIET_MATTERS, QUIET_SERVICES
from sync.rules.exports import masked_text as masked
from sync.rules.masking import mask_name
from sync.schema import codes
from sync.store.record import Record
from sync.store.store import Store

NOBODY_NAMED: Final = Sight(frozenset())
"""How everybody sees a file: 王*兰, 138****1024."""

_LEFT_OUT: Final = N_(
    "Left out: illness, crime, children, care tags, notes, numbers. Names are masked."
)
_OUTCOMES: Final = {
    Outcome.AGREED: N_("agreed"),
    Outcome.FAILED: N_("no agreement"),
    Outcome.DECLINED: N_("declined"),
}
_Row = Sequence[Cell]


@dataclass(frozen=True)
class Sources:
    """What ledgers are made of."""

    store: Store
    names: Names
    households: Households
    matters: MatterList
    cases: CaseList
    orals: OralList
    services: ServiceCases


@dataclass(frozen=True)
class Ledger:
    """One kind of ledger: its title, its columns, and how its rows are read."""

    title: str
    columns: Sequence[tuple[str, int]]
    read: Callable[[Sources, Period], Iterable[_Row]]

    def table(self, name: str, sources: Sources, period: Period) -> Table:
        """The rows of a period, oldest first."""
        columns = [Column(_(label), width) for label, width in self.columns]
        rows = list(self.read(sources, period))
        return Table(name, _(self.title), period, columns, rows, left_out=_(_LEFT_OUT))


def _visits(of: Sources, period: Period) -> Iterator[_Row]:
    rows = standing_visits(of.store.reading.rows("visit"))
    wanted = [row for row in rows if period.has(day_of(row.get("started_at")))]
    homes = _homes(of, (row.get("household_id") for row in wanted))
    for row in sorted(wanted, key=lambda one: (str(one.get("started_at")), one.id)):
        home = homes.get(str(row.get("household_id")))
        needs = [one for one in row.get("needs", ()) if one not in HEALTH_NEEDS]
        yield (
            _minute(row.get("started_at")),
            *_door(home),
            words("method", row.get("method")),
            words("purposes", row.get("purposes", ())),
            words("result", row.get("result")),
            words("needs", needs),
            words("hazards", row.get("hazards", ())),
            of.names.staff(str(row.get("staff_id") or "")),
        )


def _households(of: Sources, _period: Period) -> Iterator[_Row]:
    lines = of.households.lines(sight=NOBODY_NAMED)
    dues = of.households.dues()
    for line in sorted(lines, key=lambda one: (one.estate, one.room, one.id)):
        due = dues.get(line.id)
        yield (
            line.estate,
            *_door(line),
            line.people,
            due.last_met.isoformat() if due and due.last_met else "",
            due.next_due.isoformat() if due and not due.never_met else "",
        )


def _matters(of: Sources, period: Period) -> Iterator[_Row]:
    listed = [
        line
        for line in of.matters.listed()
        if period.has(day_of(line.record.get("reported_at")))
        and not line.record.get("duplicate_of")
    ]
    people = _people(of, (line.record.get("household_id") for line in listed))
    for line in sorted(listed, key=lambda one: (str(one.record.get("reported_at")), one.id)):
        row, category = line.record, str(line.record.get("category") or "other")
        quiet = category in QUIET_MATTERS or row.get("subject") in HEALTH_NEEDS
        known = (*people[str(row.get("household_id"))], str(row.get("reporter") or ""))
        yield (
            line.no,
            _day(row.get("reported_at")),
            words("category", category),
            "" if quiet else masked(line.where, known),
            "" if quiet else masked(line.title, known),
            words("source", row.get("source")),
            words("stage", line.stage),
            line.owner,
            _day(row.get("due_finish")),
            _day(row.get("finished_at")),
            int(row.get("satisfaction")) if row.get("satisfaction") else None,
        )


def _mediation(of: Sources, period: Period) -> Iterator[_Row]:
    files = sorted(of.cases.files(), key=lambda one: (one.accepted_on or one.opened_at, one.id))
    for file in files:
        fact = fact_of(file)
        begun = fact.accepted_on or day_of(file.opened_at)
        if not period.has(begun):
            continue
        quiet = file.violence_risk or file.dispute in QUIET_DISPUTES
        grown = [one for one in file.parties if not _is_child(one.age(begun or period.last))]
        yield (
            file.no,
            begun.isoformat() if begun else "",
            _(N_("case")),
            words("dispute", file.dispute),
            "" if quiet else _(", ").join(mask_name(one.name) for one in grown),
            words("stage", file.stage),
            _ended(fact.outcome),
            fact.concluded_on.isoformat() if fact.concluded_on else "",
            fact.cents / 100 if fact.cents else None,
        )
    told = [line for line in reversed(of.orals.lines()) if period.has(day_of(line.held_at))]
    homes = _homes(of, (line.home.id for line in told))
    for line in told:
        quiet = line.two_people or line.dispute in QUIET_DISPUTES
        yield (
            "",
            _day(line.held_at),
            _(N_("at the door")),
            words("dispute", line.dispute),
            "" if quiet else _door(homes.get(line.home.id))[1],
            _(N_("carried out")) if line.is_done else "",
            _ended(Outcome.AGREED if line.result else Outcome.OPEN),
            _day(line.held_at) if line.result else "",
            None,
        )


def _services(of: Sources, period: Period) -> Iterator[_Row]:
    rows = of.store.reading.rows("service_case")
    wanted = [row for row in rows if period.has(day_of(row.get("received_at")))]
    for row in sorted(wanted, key=lambda one: (str(one.get("received_at")), one.id)):
        item = of.services.services.item(str(row.get("item") or ""))
        quiet = item.category in QUIET_SERVICES
        yield (
            str(row.get("receipt") or ""),
            _day(row.get("received_at")),
            _(codes.SERVICE_CATEGORY.get(item.category, "")) if quiet else item.words,
            "" if quiet else mask_name(str(row.get("applicant") or "")),
            words("mode", row.get("mode")),
            words("stage", row.get("stage")),
            str(row.get("due") or ""),
            _day(row.get("ready_at")),
            _day(row.get("picked_up_at")),
            int(row.get("satisfaction")) if row.get("satisfaction") else None,
        )


_DOOR: Final = ((N_("Room"), 16), (N_("Head"), 12))
LEDGERS: Final[Mapping[str, Ledger]] = MappingProxyType(
    {
        "visits": Ledger(
            N_("Ledger of visits"),
            (
                (N_("When"), 17),
                *_DOOR,
                (N_("Where"), 10),
                (N_("Purpose"), 18),
                (N_("Result"), 14),
                (N_("Needs"), 18),
                (N_("Hazards"), 18),
                (N_("Visited by"), 12),
            ),
            _visits,
        ),
        "households": Ledger(
            N_("Ledger of households"),
            (
                (N_("Estate"), 16),
                *_DOOR,
                (N_("People"), 8),
                (N_("Last met"), 12),
                (N_("Next visit by"), 12),
            ),
            _households,
        ),
        "matters": Ledger(
            N_("Ledger of matters"),
            (
                (N_("Number"), 18),
                (N_("Reported"), 12),
                (N_("Category"), 14),
                (N_("Place"), 18),
                (N_("Title"), 32),
                (N_("Source"), 12),
                (N_("Stage"), 12),
                (N_("Who handles it"), 14),
                (N_("To be finished by"), 12),
                (N_("Finished on"), 12),
                (N_("Satisfaction"), 8),
            ),
            _matters,
        ),
        "mediation": Ledger(
            N_("Ledger of mediation"),
            (
                (N_("Number"), 22),
                (N_("Accepted on"), 12),
                (N_("Kind"), 10),
                (N_("Kind of dispute"), 16),
                (N_("Parties"), 20),
                (N_("Stage"), 12),
                (N_("Outcome"), 12),
                (N_("Concluded on"), 12),
                (N_("Amount in yuan"), 12),
            ),
            _mediation,
        ),
        "services": Ledger(
            N_("Ledger of services"),
            (
                (N_("Receipt"), 18),
                (N_("Received on"), 12),
                (N_("Service"), 24),
                (N_("For whom"), 12),
                (N_("Way of handling"), 20),
                (N_("Stage"), 12),
                (N_("Answer by"), 12),
                (N_("Ready since"), 12),
                (N_("Picked up on"), 12),
                (N_("Satisfaction"), 8),
            ),
            _services,
        ),
    }
)


def standing_visits(rows: Iterable[Record]) -> list[Record]:
    """Visits as they stand: without those that were corrected or taken back."""
    known = list(rows)
    replaced = {row.get("corrects") for row in known if row.get("corrects")}
    return [row for row in known if row.id not in replaced and not row.get("void")]


def day_of(moment: object) -> date | None:
    """The day in China of a stamp; ``None`` for an empty one."""
    return local_day(parse_stamp(str(moment))) if moment else None


def _day(moment: object) -> str:
    day = day_of(moment)
    return day.isoformat() if day else ""


def _minute(moment: object) -> str:
    return f"{local_time(parse_stamp(str(moment))):%Y-%m-%d %H:%M}" if moment else ""


def _ended(outcome: Outcome) -> str:
    return _(_OUTCOMES[outcome]) if outcome in _OUTCOMES else ""


def _is_child(years: int | None) -> bool:
    return years is not None and years < OF_AGE


def _door(home: HouseholdLine | None) -> tuple[Cell, Cell]:
    """The room and its masked head; a child that is head of a home by no name."""
    if home is None:
        return "", ""
    return home.title or home.room, "" if _is_child(home.age) else home.who


def _homes(of: Sources, ids: Iterable[object]) -> dict[str, HouseholdLine]:
    wanted = {str(one) for one in ids if one}
    return {line.id: line for line in of.households.lines(sorted(wanted), NOBODY_NAMED)}


def _people(of: Sources, ids: Iterable[object]) -> Mapping[str, list[str]]:
    """The names of those who live there, to be masked wherever they are written."""
    wanted = {str(one) for one in ids if one}
    found: defaultdict[str, list[str]] = defaultdict(list)
    if wanted:
        for row in of.store.reading.rows("person", where={"household_id": sorted(wanted)}):
            found[str(row.get("household_id"))].append(str(row.get("name") or ""))
    return found
