"""Which days a page counts: this month, the last one, this year, the last one."""

from datetime import date, timedelta
from enum import StrEnum

from sync.i18n import N_, _
from sync.rules.case_figures import Period, months_of


class Span(StrEnum):
    """A choice of days."""

    MONTH = "month"
    LAST_MONTH = "last_month"
    YEAR = "year"
    LAST_YEAR = "last_year"

    @property
    def words(self) -> str:
        """What the choice is called."""
        return _(_WORDS[self])

    def period(self, today: date) -> Period:
        """All its days, also those to come."""
        first = today.replace(day=1)
        match self:
            case Span.MONTH:
                return _month_of(first)
            case Span.LAST_MONTH:
                return _month_of(first - timedelta(days=1))
            case Span.YEAR:
                return _year(today.year)
            case Span.LAST_YEAR:
                return _year(today.year - 1)

    def so_far(self, today: date) -> Period:
        """Its days, none that has not come."""
        first, last = self.period(today)
        return Period(first, min(last, today))


_WORDS = {
    Span.MONTH: N_("This month"),
    Span.LAST_MONTH: N_("Last month"),
    Span.YEAR: N_("This year"),
    Span.LAST_YEAR: N_("Last year"),
}


def _month_of(day: date) -> Period:
    return months_of(day.year)[day.month - 1]


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))
