"""What was promised, as rows of a list: folded to one line, or one row each."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from desktop.rows import FoldedItem, Lamp, Row, RowKind, Tone
from desktop.services.today import PromiseDue, promise_words
from sync.i18n import N_, _, n_
from sync.rules.people import name_with_age
from sync.rules.reason import day_text

FOLD: Final = "promises"
PREFIX: Final = "promise:"


def promise_id(key: str) -> str:
    """The promise that a row stands for; empty for every other row."""
    return key.removeprefix(PREFIX) if key.startswith(PREFIX) else ""


def promise_rows(promises: Sequence[PromiseDue], today: date, *, is_open: bool) -> list[Row]:
    """One line that names them all, and below it, while it is open, a row for each."""
    if not promises:
        return []
    fold = Row(
        key=FOLD,
        title=promise_words(len(promises)),
        kind=RowKind.FOLDED,
        folded=tuple(
            FoldedItem(f"{_door(one)} {one.household.who}", promise_lamp(one.days_late))
            for one in promises
        ),
        is_open=is_open,
    )
    return [fold, *(_row(one, today) for one in promises)] if is_open else [fold]


def promise_lamp(days_late: int | None) -> Lamp:
    """Overdue is red, due today yellow; anything else has time."""
    if days_late is None or days_late < 0:
        return Lamp.NOT_DUE
    return Lamp.RED if days_late else Lamp.YELLOW


def promise_time(due: date | None, days_late: int | None, today: date) -> str:
    """How urgent a promise is, in words; empty where no day was named."""
    if due is None or days_late is None:
        return ""
    if days_late > 0:
        return n_("{count} day late", "{count} days late", days_late).format(count=days_late)
    if days_late == 0:
        return _(N_("promised for today"))
    return _(N_("promised by {day}")).format(day=day_text(due, today))


def _row(one: PromiseDue, today: date) -> Row:
    lamp = promise_lamp(one.days_late)
    tones = {Lamp.RED: Tone.BAD, Lamp.YELLOW: Tone.WARN}
    return Row(
        key=f"{PREFIX}{one.promise.id}",
        title=name_with_age(one.household.who, one.household.age),
        lamp=lamp,
        lead=_door(one),
        reason=promise_time(one.promise.due, one.days_late, today),
        reason_tone=tones.get(lamp, Tone.NEUTRAL),
        detail=one.promise.what,
        action=_(N_("Brought back")),
        action_key="B",
    )


def _door(one: PromiseDue) -> str:
    return one.household.room.rsplit("-", 1)[-1]
