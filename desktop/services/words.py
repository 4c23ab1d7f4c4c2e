"""Sentences that the screens and the command line both say after something was done."""

from collections.abc import Iterable

from desktop.services.edits import Changed
from desktop.services.households import HouseholdLine
from sync.i18n import N_, _
from sync.schema import codes
from sync.schema.values import spec_of


def said_visit(line: HouseholdLine, result: str) -> str:
    """A visit was saved: where, who, what came of it."""
    return _(N_("Recorded {room} {who}: {result}")).format(
        room=line.room, who=line.who, result=_(codes.RESULT.get(result, result))
    )


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
