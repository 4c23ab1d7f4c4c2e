"""Sentences that the screens and the command line both say after something was done."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from desktop.services.edits import Changed
from desktop.services.households import HouseholdLine
from desktop.services.visits import SavedVisit
from sync.i18n import N_, _, n_
from sync.rules.reason import day_text
from sync.schema import codes
from sync.schema.values import spec_of

_RECORDED: Final = N_("Recorded {room} {who}: {result}")


def said_visit(line: HouseholdLine, saved: SavedVisit) -> str:
    """A visit was saved or corrected: where, who, what came of it, and what it reports."""
    text = N_("Corrected {room} {who}: {result}") if saved.original else _RECORDED
    words = _(text).format(
        room=line.room, who=line.who, result=_(codes.RESULT.get(saved.result, saved.result))
    )
    if not saved.matters:
        return words
    more = n_("{count} matter reported", "{count} matters reported", saved.matters)
    return f"{words} · {more.format(count=saved.matters)}"


def said_edit(changes: Iterable[Changed]) -> str:
    """Fields were changed: which, and never to what."""
    labels = [_(spec_of(one.type, one.field).label) for one in changes]
    return _(N_("Changed: {fields}")).format(fields=_(", ").join(labels))


def said_note(line: HouseholdLine) -> str:
    """A note was saved: where, who."""
    return _(N_("Noted at {room} {who}")).format(room=line.room, who=line.who)


def said_mediation(first: str, second: str) -> str:
    """An oral mediation was saved: between whom."""
    return _(N_("Recorded the mediation of {first} and {second}")).format(
        first=first, second=second
    )


def said_put_off(lines: Sequence[HouseholdLine], day: date, today: date) -> str:
    """Visits were put off: which, or how many, and to when."""
    when = day_text(day, today)
    if len(lines) == 1:
        return _(N_("Put off {room} {who} to {day}")).format(
            room=lines[0].room, who=lines[0].who, day=when
        )
    return n_("Put off {count} door to {day}", "Put off {count} doors to {day}", len(lines)).format(
        count=len(lines), day=when
    )
