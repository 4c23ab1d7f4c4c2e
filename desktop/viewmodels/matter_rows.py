"""Matters that were handed to somebody, as rows of Today."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from desktop.rows import Row
from desktop.services.matter_list import ListedMatter
from desktop.viewmodels.matters import LAMPS, TONES
from sync.i18n import N_, _
from sync.identity import local_day
from sync.rules.reason import day_text

MATTER_PREFIX: Final = "matter:"


def matter_of_row(key: str) -> str:
    """The matter that a row of Today stands for; empty for every other row."""
    return key.removeprefix(MATTER_PREFIX) if key.startswith(MATTER_PREFIX) else ""


def matter_task_rows(lines: Sequence[ListedMatter], today: date) -> list[Row]:
    """What the desk or a leader handed on, before the doors."""
    return [
        Row(
            key=f"{MATTER_PREFIX}{line.id}",
            title=line.title,
            lamp=LAMPS[line.light.state.value],
            reason=_due_words(line, today),
            reason_tone=TONES[line.light.state.value],
            detail=" · ".join(part for part in (_(N_("matter")), line.no, line.where) if part),
            action=_(N_("Open")),
            action_key="⏎",
        )
        for line in lines
    ]


def _due_words(line: ListedMatter, today: date) -> str:
    """By when it is done, where there is a limit."""
    if line.light.due is None:
        return _(N_("handed to you"))
    return _(N_("due {day}")).format(day=day_text(local_day(line.light.due), today))
