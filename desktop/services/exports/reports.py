"""Reports that leave the computer: who may make which, how much a day, written down and sealed.

That a report left stands in the log before its file is written; what was too much, or is nobody's
to take along, is refused whole.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Final

from desktop.services.computer_mark import computer_mark
from desktop.services.dossier.words import paper_words
from desktop.services.exports.figures import figures_table
from desktop.services.exports.files import SHEET, PaintPages, Written, kind_of, packed, put
from desktop.services.exports.ledgers import LEDGERS, Sources
from desktop.services.exports.table import Mark, Table
from desktop.services.mediation_figures import MediationFigures
from desktop.services.mediation_yearly import yearly_sheet
from desktop.services.privacy import Reveals
from sync.errors import DoorstepError, WrongUsage
from sync.i18n import N_, _
from sync.identity import Clock, local_day, parse_stamp
from sync.rules.case_figures import Period
from sync.rules.exports import rows_a_day
from sync.schema.reveal import EXPORTED
from sync.store.store import Store

REPORT: Final = "report"
"""What the log calls the record that was exported."""

FIGURES, YEARLY = "figures", "yearly"
_GRID: Final = (FIGURES, "visits", "households", "matters", "mediation", YEARLY)
BY_POST: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "grid_worker": _GRID,
        "area_officer": _GRID,
        "grid_leader": _GRID,
        "secretary": (*_GRID, "services"),
        "desk_clerk": (FIGURES, "matters", "services"),
        "mediator": ("mediation", YEARLY),
    }
)
"""What each post takes along; whoever holds no residents takes nothing."""

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        FIGURES: N_("Figures"),
        YEARLY: N_("Yearly table of mediation"),
        **{name: ledger.title for name, ledger in LEDGERS.items()},
    }
)


class ReportUnknown(WrongUsage):
    """There is no such report for this person."""

    code = "report.unknown"
    message = N_("There is no report {name} for your post. There are: {known}.")


class ReportTooLarge(DoorstepError):
    """More rows about people than may leave in a day."""

    code = "report.too_large"
    message = N_(
        "This report has {rows} rows about people, and {left} of {most} a day may still leave. "
        "Choose fewer days."
    )


@dataclass(frozen=True)
class Allowance:
    """How many rows about people may leave in a day, and how many of them did today."""

    most: int
    used: int

    @property
    def left(self) -> int:
        """How many still may."""
        return max(self.most - self.used, 0)


class Reports:
    """The reports of one profile; ``allowed`` is IT's word on rows a day, 0 for none."""

    def __init__(
        self,
        sources: Sources,
        mediation: MediationFigures,
        reveals: Reveals,
        clock: Clock,
        allowed: int = 0,
    ) -> None:
        self._of = sources
        self._mediation = mediation
        self._reveals = reveals
        self._clock = clock
        self._allowed = allowed

    @property
    def names(self) -> tuple[str, ...]:
        """Those that this person may make, figures first."""
        posts = self._store.account.user.posts
        found = {name for post in posts for name in BY_POST.get(post, ())}
        return tuple(name for name in TITLES if name in found)

    def table(self, name: str, period: Period) -> Table:
        """A report's rows. Raises :class:`ReportUnknown`."""
        if name not in self.names:
            raise ReportUnknown(name=name, known=", ".join(self.names) or "-")
        if name in LEDGERS:
            return LEDGERS[name].table(name, self._of, period)
        if name == YEARLY:
            year = Period(date(period.first.year, 1, 1), date(period.first.year, 12, 31))
            return Table(name, _(TITLES[name]), year, (), (), is_personal=False)
        return figures_table(self._of, self._mediation, period, self._clock.now())

    def allowance(self) -> Allowance:
        """What of today's rows is left, over all computers of this person that told of theirs."""
        posts: Collection[str] = self._store.account.user.posts
        rows = self._store.reading.rows("reveal", where={"target_type": REPORT})
        today = local_day(self._clock.now())
        used = sum(
            _rows_in(str(row.get("field")))
            for row in rows
            if local_day(parse_stamp(str(row.get("seen_at")))) == today
        )
        return Allowance(rows_a_day(posts, self._allowed), used)

    def write(self, name: str, period: Period, path: Path, paint: PaintPages) -> Written:
        """Write one into a file that ends in .xlsx or .pdf.

        Raises :class:`ReportUnknown`, ReportKind, :class:`ReportTooLarge` or ReportUnwritten.
        """
        kind = kind_of(path, SHEET) if name == YEARLY else kind_of(path)
        table, mark = self.table(name, period), self.mark()
        rows = len(table.rows) if table.is_personal else 0
        if rows:
            allowance = self.allowance()
            if rows > allowance.left:
                raise ReportTooLarge(rows=rows, left=allowance.left, most=allowance.most)
        if name == YEARLY:
            content, password = self._yearly(period), ""
        else:
            content, password = packed(table, mark, kind, paint)
        about = f"{table.period.first} – {table.period.last}"
        self._reveals.record([(REPORT, name, f"{EXPORTED} {rows}")], about)
        put(path, content)
        return Written(table, path, password)

    def mark(self) -> Mark:
        """Who takes something along now."""
        account = self._store.account
        return Mark(account.user.name, self._clock.now(), computer_mark(account.client_id))

    def _yearly(self, period: Period) -> bytes:
        user, content = self._store.account.user, BytesIO()
        committee = paper_words().say("community", name=user.community_name)
        day = local_day(self._clock.now())
        yearly_sheet(content, self._mediation, period.first.year, committee, user.name, day)
        return content.getvalue()

    @property
    def _store(self) -> Store:
        return self._of.store


def _rows_in(field_: str) -> int:
    word, _space, count = field_.partition(" ")
    return int(count) if word == EXPORTED and count.isdecimal() else 0
