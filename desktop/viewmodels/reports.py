"""The reports of a period as rows: what each holds, how many rows, and whether it may leave."""

from dataclasses import dataclass
from typing import Final

from desktop.rows import Row, Tag, Tone
from desktop.services.exports.reports import TITLES, YEARLY, Allowance
from desktop.services.exports.table import Table
from desktop.services.workplace import Workplace
from desktop.viewmodels.spans import Span
from sync.i18n import N_, _

RIGHTS: Final = "rights"
"""The key of the row that leads to another page."""
SPANS: Final = (Span.MONTH, Span.LAST_MONTH, Span.YEAR)
"""What has been so far, of each."""


@dataclass(frozen=True)
class Shown:
    """What the page shows of a period."""

    rows: tuple[Row, ...]
    allowance: Allowance

    @property
    def words(self) -> str:
        """How much of the day is left."""
        told = _(N_("{left} of {most} rows about people may still leave today."))
        return told.format(left=self.allowance.left, most=self.allowance.most)


def read_reports(place: Workplace, span: Span) -> Shown:
    """On the store lane: every report of this person, with its rows counted."""
    period, allowance = span.so_far(place.day()), place.reports.allowance()
    tables = (place.reports.table(name, period) for name in place.reports.names)
    rows = [_row(table, allowance) for table in tables]
    if place.rights.ends:
        rows.append(_rights(len(place.rights.due())))
    return Shown(tuple(rows), allowance)


def _rights(due: int) -> Row:
    """The way to a resident's own copy, and to whoever is to be deleted."""
    return Row(
        RIGHTS,
        _(N_("What residents may ask for")),
        icon="identification-card",
        detail=_(N_("a copy for one person, records that are due for deletion")),
        badge=Tag(str(due), Tone.WARN if due else Tone.NEUTRAL),
    )


def _row(table: Table, allowance: Allowance) -> Row:
    if not table.is_personal:
        detail = _(N_("counts alone, opens without a password"))
        return Row(table.name, _(TITLES[table.name]), icon=_icon(table.name), detail=detail)
    fits = len(table.rows) <= allowance.left
    return Row(
        table.name,
        _(TITLES[table.name]),
        icon="clipboard-text",
        detail=_(N_("names masked, sealed with a password")),
        reason="" if fits else _(N_("too many for today")),
        reason_tone=Tone.WARN,
        badge=Tag(str(len(table.rows)), Tone.NEUTRAL if fits else Tone.WARN),
    )


def _icon(name: str) -> str:
    return "handshake" if name == YEARLY else "chart-bar"
