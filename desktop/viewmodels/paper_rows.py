"""The rows of a printed round, with what came of each."""

from collections.abc import Iterable

from desktop.rows import Lamp, Row
from desktop.services.paper import PaperDoor
from desktop.viewmodels.door_tags import list_chips
from desktop.viewmodels.visit_form import result_words
from sync.i18n import N_, _
from sync.rules.people import name_with_age
from sync.rules.reason import clock_text
from sync.rules.visits import CONTACTS


def paper_rows(doors: Iterable[PaperDoor]) -> list[Row]:
    """One row a door, by its number on paper."""
    return [_row(door) for door in doors]


def _row(door: PaperDoor) -> Row:
    lamp = Lamp.NOT_DUE
    detail = _(N_("nothing typed yet"))
    if door.result:
        lamp = Lamp.DONE if door.result in CONTACTS else Lamp.MISSED
        at = clock_text(door.at) if door.at else ""
        detail = f"{result_words(door.result)} {at}".strip()
    return Row(
        key=door.line.id,
        title=f"{door.line.room} {name_with_age(door.line.who, door.line.age)}",
        lamp=lamp,
        lead=str(door.number),
        tags=list_chips(door.line.tags, two_people=door.line.two_people),
        detail=detail,
    )
