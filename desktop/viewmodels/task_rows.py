"""What a day holds beside its doors, as rows of Today: cases that ask for something, and matters
that were handed on."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from desktop.rows import FoldedItem, Lamp, Row, RowKind
from desktop.services.today import TodayRound
from desktop.viewmodels.case_rows import case_task_rows
from desktop.viewmodels.matter_rows import matter_task_rows
from sync.i18n import n_

CASE_FOLD: Final = "cases"
MATTER_FOLD: Final = "matters"
_BURNING: Final = (Lamp.RED, Lamp.YELLOW)


def task_rows(found: TodayRound, today: date, opened: Collection[str]) -> list[Row]:
    """One line for each kind, and below it, where it is among the ``opened``, a row for each.

    The doors are what a day is for: a few matters took a third of a low window before the first
    of them. A day without any door has these alone, and each stands for itself.
    """
    cases = case_task_rows(found.cases)
    matters = matter_task_rows(found.matters, today)
    if not found.total:
        return cases + matters
    asking = n_("{count} case to see to", "{count} cases to see to", len(cases))
    handed = n_("{count} matter handed on", "{count} matters handed on", len(matters))
    return [
        *_folded(CASE_FOLD, asking.format(count=len(cases)), cases, opened),
        *_folded(MATTER_FOLD, handed.format(count=len(matters)), matters, opened),
    ]


def _folded(key: str, title: str, rows: Sequence[Row], opened: Collection[str]) -> list[Row]:
    if not rows:
        return []
    line = Row(
        key=key,
        title=title,
        kind=RowKind.FOLDED,
        folded=tuple(FoldedItem(_told(row), row.lamp or Lamp.NOT_DUE) for row in rows),
        is_open=key in opened,
    )
    return [line, *rows] if line.is_open else [line]


def _told(row: Row) -> str:
    """What presses also says how much."""
    return f"{row.title} {row.reason}" if row.lamp in _BURNING else row.title
