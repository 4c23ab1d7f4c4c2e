"""A table as it leaves: its columns, its rows, and the mark that it carries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sync.i18n import N_, _
from sync.identity import local_time
from sync.rules.case_figures import Period

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """One column: what stands above it, and how wide it is, in signs."""

    label: str
    width: int = 12


@dataclass(frozen=True)
class Table:
    """A report as rows. ``is_personal``: its rows speak of people, so it leaves sealed and counts;
    ``left_out`` says what is not in it, and why."""

    name: str
    title: str
    period: Period
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]] = field(repr=False)
    is_personal: bool = True
    left_out: str = ""

    @property
    def days(self) -> str:
        """The period in words."""
        first, last = (day.isoformat() for day in self.period)
        return _(N_("{first} to {last}")).format(first=first, last=last)


@dataclass(frozen=True)
class Mark:
    """Who took it along, when, on which computer: on every page, and in every row."""

    who: str
    at: datetime
    computer: str

    @property
    def words(self) -> str:
        """The line above a table and below its pages."""
        told = _(N_("Taken along by {who}, {at}, computer {computer}. Only for work."))
        return told.format(who=self.who, at=self._at, computer=self.computer)

    @property
    def short(self) -> str:
        """What stands in each row, and behind the text of a page."""
        return f"{self.who} {self._at} {self.computer}"

    @property
    def _at(self) -> str:
        return f"{local_time(self.at):%Y-%m-%d %H:%M}"
