"""The figures of mediation as rows; each opens the cases that it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.rows import Lamp, Row, RowKind, Tag
from desktop.services.mediation_figures import Group
from desktop.services.workplace import Workplace
from desktop.viewmodels.spans import Span
from sync.i18n import N_, _
from sync.rules.case_figures import CaseFact, CaseFigures, Outcome, Period, months_of
from sync.rules.reason import day_text
from sync.schema import codes

_CASE = "mediation_case"
SPANS: Final = (Span.MONTH, Span.YEAR, Span.LAST_YEAR)


@dataclass(frozen=True)
class Told:
    """Everything that is shown of a period; ``cases`` are those behind each row, by its key."""

    rows: tuple[Row, ...]
    cases: Mapping[str, Sequence[CaseFact]]
    titles: Mapping[str, str]


def read_figures(place: Workplace, span: Span) -> Told:
    """On the store lane: all figures of a period, then by type, grid and month."""
    told, today = place.mediation_figures, place.day()
    period = span.period(today)
    facts = told.facts()
    rows: list[Row] = []
    cases: dict[str, Sequence[CaseFact]] = {}
    for key, words, found in _figures(told.of(facts, period)):
        rows.append(Row(f"all:{key}", words, badge=Tag(str(len(found)))))
        cases[f"all:{key}"] = found
    rows[:0] = _shares(told.of(facts, period), cases)
    rows.insert(0, _head(N_("All of it")))
    parts: tuple[tuple[str, str, list[Group], Mapping[str, str]], ...] = (
        (N_("By kind of dispute"), "type", told.by_type(facts, period), codes.DISPUTE),
        (N_("By grid"), "grid", told.by_grid(facts, period), {}),
        (N_("By month"), "month", _months(place, facts, period, span), {}),
    )
    for words, name, groups, labels in parts:
        if groups:
            rows.append(_head(words))
        for group in groups:
            rows.append(_group_row(name, group, labels))
            cases[f"{name}:{group.key}"] = _of_period(group.figures)
    return Told(tuple(rows), cases, told.titles())


def case_rows_of(told: Told, key: str, today: date) -> list[Row]:
    """The cases behind a row, the newest first."""
    found = sorted(told.cases.get(key, ()), key=lambda one: (_day(one), one.id), reverse=True)
    return [_case_row(one, told.titles, today) for one in found]


def _head(words: str) -> Row:
    return Row(f"head:{words}", _(words), RowKind.GROUP)


def _figures(found: CaseFigures) -> Iterable[tuple[str, str, Sequence[CaseFact]]]:
    yield "accepted", _(N_("Accepted")), found.accepted
    yield "agreed", _(N_("Agreed")), found.agreed
    yield "failed", _(N_("No agreement")), found.failed
    yield "same_day", _(N_("Settled on the same day")), found.same_day
    yield "performed", _(N_("Performed")), found.performed
    yield "followed_up", _(N_("Called back")), found.followed_up
    yield "open", _(N_("Under way at the end")), found.open


def _shares(found: CaseFigures, cases: dict[str, Sequence[CaseFact]]) -> list[Row]:
    """The rates, each with how many it is of; the open ones stand beside the first."""
    beside = _(N_("{agreed} of {concluded} concluded, {open} under way")).format(
        agreed=len(found.agreed), concluded=len(found.concluded), open=len(found.open)
    )
    asked = _(N_("{satisfied} of {asked} reached")).format(
        satisfied=len(found.satisfied), asked=len(found.asked)
    )
    cases["all:rate"], cases["all:satisfaction"] = found.concluded, found.asked
    return [
        Row("all:rate", _(N_("Settlement rate")), detail=beside, badge=_share(found.rate)),
        Row(
            "all:satisfaction",
            _(N_("Satisfied, of those reached")),
            detail=asked,
            badge=_share(found.satisfaction),
        ),
    ]


def _share(value: float | None) -> Tag:
    """A share of nothing is neither 0 % nor 100 %."""
    return Tag("–" if value is None else f"{value:.0%}")


def _months(place: Workplace, facts: list[CaseFact], period: Period, span: Span) -> list[Group]:
    if span is Span.MONTH:
        return []
    made = []
    for at, month in enumerate(months_of(period.first.year), 1):
        found = place.mediation_figures.of(facts, month)
        if found.accepted or found.concluded:
            made.append(Group(str(at), f"{period.first.year}-{at:02d}", found))
    return made


def _group_row(name: str, group: Group, labels: Mapping[str, str]) -> Row:
    found = group.figures
    words = labels.get(group.key)
    detail = _(N_("accepted {accepted}, agreed {agreed}, failed {failed}, under way {open}"))
    return Row(
        f"{name}:{group.key}",
        _(words) if words else group.name or _(N_("not said")),
        detail=detail.format(
            accepted=len(found.accepted),
            agreed=len(found.agreed),
            failed=len(found.failed),
            open=len(found.open),
        ),
        badge=_share(found.rate),
    )


def _of_period(found: CaseFigures) -> tuple[CaseFact, ...]:
    """Every case that a group counts anywhere, once."""
    parts = (found.accepted, found.concluded, found.open)
    return tuple({one.id: one for part in parts for one in part}.values())


def _case_row(one: CaseFact, titles: Mapping[str, str], today: date) -> Row:
    label = codes.DISPUTE.get(one.dispute)
    kind = _(label) if label else ""
    settled = one.outcome is Outcome.AGREED
    oral = _(N_("oral mediation at the door"))
    return Row(
        f"{one.type}:{one.id}",
        titles.get(one.id) or oral,
        lamp=Lamp.DONE if settled else Lamp.NOT_DUE if one.concluded_on is None else Lamp.MISSED,
        detail=kind,
        when=day_text(_day(one), today) if _day(one) > date.min else "",
    )


def _day(one: CaseFact) -> date:
    return one.concluded_on or one.accepted_on or date.min


def is_case(key: str) -> bool:
    """Whether a row stands for a case, and not for an oral mediation."""
    return key.partition(":")[0] == _CASE
