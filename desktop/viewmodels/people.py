"""What the lists of people and grids have in common: their tabs, and words of their sheets."""

from collections.abc import Iterable
from typing import Final

from desktop.rows import Row, RowKind
from sync.i18n import N_, _, n_

HELPERS, STAFF, GRIDS, LOAD, LISTS = "helpers", "staff", "grids", "load", "lists"
DISPATCH: Final = "dispatch"
TABS: Final = {
    HELPERS: N_("Roster"),
    STAFF: N_("Colleagues"),
    GRIDS: N_("Grids"),
    LOAD: N_("Load"),
    DISPATCH: N_("Dispatch"),
    LISTS: N_("Import"),
}

SAMPLE_DAY: Final = "2026-06-18"
"""How a day is typed."""


def days_words(first: str, last: str) -> str:
    """From when to when, in words; empty where neither is known."""
    if first and last:
        return _(N_("{first} to {last}")).format(first=first, last=last)
    if last:
        return _(N_("until {last}")).format(last=last)
    return _(N_("from {first}")).format(first=first) if first else ""


def households_words(count: int) -> str:
    """A number of households."""
    return n_("{count} household", "{count} households", count).format(count=count)


def filled(facts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The facts of which something is known."""
    return tuple(fact for fact in facts if fact[1])


def group_row(key: str, title: str) -> Row:
    """The heading of some rows."""
    return Row(key=f"group:{key}", title=title, kind=RowKind.GROUP)
