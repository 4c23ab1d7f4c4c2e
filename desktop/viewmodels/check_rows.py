"""Whom to verify at the door, as rows of a list: folded to one line, or one row each."""

from collections.abc import Sequence
from typing import Final

from desktop.rows import FoldedItem, Lamp, Row, RowKind, Tone
from desktop.services.day import CheckDue
from sync.i18n import N_, _, n_

CHECK_FOLD: Final = "checks"
PREFIX: Final = "check:"


def check_id(key: str) -> str:
    """The check that a row stands for; empty for every other row."""
    return key.removeprefix(PREFIX) if key.startswith(PREFIX) else ""


def check_rows(checks: Sequence[CheckDue], *, is_open: bool) -> list[Row]:
    """One line that names them all, and below it, while it is open, a row for each."""
    if not checks:
        return []
    count = len(checks)
    fold = Row(
        key=CHECK_FOLD,
        title=n_(
            "{count} person to verify at the door", "{count} people to verify at the door", count
        ).format(count=count),
        kind=RowKind.FOLDED,
        folded=tuple(FoldedItem(f"{_door(one)} {one.check.name}", Lamp.NOT_DUE) for one in checks),
        is_open=is_open,
    )
    return [fold, *(_row(one) for one in checks)] if is_open else [fold]


def _row(one: CheckDue) -> Row:
    return Row(
        key=f"{PREFIX}{one.check.id}",
        title=one.check.name,
        lamp=Lamp.NOT_DUE,
        lead=_door(one),
        reason=_(N_("to verify at the door")),
        reason_tone=Tone.WARN,
        detail=_(N_("not in the newer roster")),
        action=_(N_("Lives here")),
        action_key="Y",
    )


def _door(one: CheckDue) -> str:
    return one.household.room.rsplit("-", 1)[-1]
