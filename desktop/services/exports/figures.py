"""Figures of a period for each grid: counts alone, so nobody is in them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from desktop.services.care import is_care
from desktop.services.exports.ledgers import Sources, day_of, standing_visits
from desktop.services.exports.table import Cell, Column, Table
from desktop.services.mediation_figures import MediationFigures
from sync.i18n import N_, _
from sync.identity import local_day
from sync.rules.case_figures import Period
from sync.rules.case_figures import figures as case_figures
from sync.rules.due import Due, Why
from sync.rules.frequency import INTERVALS, end_of_interval
from sync.rules.matter_figures import matter_counts, month_of
from sync.rules.visits import CONTACTS
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.store.record import Record

_GRID: Final = scope_name(ScopeKind.GRID, "")
_COLUMNS: Final = (
    (N_("Grid"), 16),
    (N_("Households"), 10),
    (N_("Doors knocked at"), 10),
    (N_("Homes where somebody was met"), 12),
    (N_("Visits due"), 10),
    (N_("Of them in time"), 10),
    (N_("Care homes"), 10),
    (N_("Of them met"), 10),
    (N_("Matters reported"), 10),
    (N_("Finished"), 10),
    (N_("Of them in time"), 10),
    (N_("Residents reached"), 10),
    (N_("Of them content"), 10),
    (N_("Mediations concluded"), 10),
    (N_("Of them agreed"), 10),
    (N_("Mediations open"), 10),
)


@dataclass(frozen=True)
class _Ground:
    """All rows that are counted, by grid."""

    homes: Mapping[str, Sequence[str]]
    visits: Mapping[str, Sequence[Record]]
    dues: Mapping[str, Due]
    matters: Mapping[str, Sequence[Record]]
    whistled: frozenset[str]


def figures_table(of: Sources, mediation: MediationFigures, period: Period, now: datetime) -> Table:
    """A row for each grid here and one for all of them."""
    ground = _read(of, period)
    facts = mediation.facts()
    today = min(period.last, local_day(now))
    grids = sorted(ground.homes, key=lambda one: (of.names.area(one), one))
    rows: list[Sequence[Cell]] = []
    for grid_id in (*grids, ""):
        chosen = [grid_id] if grid_id else list(ground.homes)
        cases = [one for one in facts if not grid_id or one.grid_id == grid_id]
        told = case_figures(cases, period)
        rows.append(
            (
                of.names.area(grid_id) if grid_id else _(N_("All")),
                *_visited(ground, chosen, period, today),
                *_handled(ground, chosen, now),
                len(told.concluded),
                len(told.agreed),
                len(told.open),
            )
        )
    columns = [Column(_(label), width) for label, width in _COLUMNS]
    said = _(N_("Counts alone, no names. When a visit was due is told by today's frequency."))
    return Table("figures", _(N_("Figures")), period, columns, rows, False, said)


def _read(of: Sources, period: Period) -> _Ground:
    reading = of.store.reading
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for row in reading.rows("household"):
        homes[row.scope_id.removeprefix(_GRID)].append(row.id)
    visits: defaultdict[str, list[Record]] = defaultdict(list)
    for row in standing_visits(reading.rows("visit")):
        visits[str(row.get("household_id"))].append(row)
    months = {f"{day:%Y-%m}" for day in _months(period)}
    matters: defaultdict[str, list[Record]] = defaultdict(list)
    for row in reading.rows("matter"):
        if month_of(row.fields) in months and period.has(day_of(row.get("reported_at"))):
            matters[row.scope_id.removeprefix(_GRID)].append(row)
    whistled = frozenset(
        str(row.get("matter_id")) for row in reading.rows("whistle") if row.get("whistled_at")
    )
    return _Ground(homes, visits, of.households.dues(), matters, whistled)


def _months(period: Period) -> Iterable[date]:
    day = period.first.replace(day=1)
    while day <= period.last:
        yield day
        day = day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)


def _visited(
    ground: _Ground, grids: Sequence[str], period: Period, today: date
) -> tuple[Cell, ...]:
    homes = [home for grid in grids for home in ground.homes[grid]]
    knocks = met = asked = in_time = care = care_met = 0
    for home in homes:
        rows = ground.visits.get(home, ())
        days = sorted(day for row in rows if (day := _contact(row)))
        was_met = any(period.has(day) for day in days)
        knocks += sum(period.has(day_of(row.get("started_at"))) for row in rows)
        met += was_met
        due = ground.dues.get(home)
        if due is None:
            continue
        if is_care((), due):
            care += 1
            care_met += was_met
        came, kept = _in_time(due, days, period, today)
        asked, in_time = asked + came, in_time + kept
    return len(homes), knocks, met, asked, in_time, care, care_met


def _contact(row: Record) -> date | None:
    return day_of(row.get("started_at")) if row.get("result") in CONTACTS else None


def _in_time(due: Due, contacts: Sequence[date], period: Period, today: date) -> tuple[int, int]:
    """How many visits were due in the period, and how many of them came on their day or before."""
    if due.reason_key in (Why.NEW_HOME, Why.VACANT) or due.level not in INTERVALS:
        return 0, 0
    asked = kept = 0
    for before, after in pairwise((*contacts, None)):
        assert before is not None
        day = end_of_interval(due.level, before)
        if period.first <= day <= today:
            asked += 1
            kept += after is not None and after <= day
    return asked, kept


def _handled(ground: _Ground, grids: Sequence[str], now: datetime) -> tuple[Cell, ...]:
    rows = [(row.id, row.fields) for grid in grids for row in ground.matters.get(grid, ())]
    told = matter_counts(rows, ground.whistled, now)
    names = ("reported", "finished", "in_time", "reached", "content")
    return tuple(told[name] for name in names)
