"""Whom a source named before and names no more: never removed, only asked for at the door.

A list speaks for the grids that it tells of: a table of one grid says nothing about another.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sync.server.importing.known import Known, KnownRow, RowKey

_GONE: Final = frozenset({"moved_out", "dead", "hukou_only"})
_LISTED: Final = "listed"


@dataclass(frozen=True)
class Missing:
    """One person. ``check_id`` is that of the check to be written, empty where one was asked for
    already and the list has not named the person since."""

    person_id: str
    household_id: str
    scope_id: str
    check_id: str = ""


@dataclass
class Found:
    """The missing people, the households of which nobody is left in the list, and the open
    checks (id, scope) of those whom the list names again."""

    people: list[Missing] = field(default_factory=list)
    households: int = 0
    listed_again: list[tuple[str, str]] = field(default_factory=list)


def missing_people(known: Known, wanted: Collection[RowKey], present: Collection[str]) -> Found:
    """Compare what is known with the rows that a list asks for. ``present`` are people whom the
    list names in rows that are not imported."""
    covered = _grids_told_of(known, wanted)
    checks = _checks(known)
    found = Found()
    for (type_, person_id), row in known.rows.items():
        if type_ != "person" or row.deleted:
            continue
        asked = checks.get(person_id, {})
        if (type_, person_id) in wanted:
            open_ = (each for each, answer in asked.items() if not answer)
            found.listed_again += [(each, row.scope_id) for each in open_]
        elif (
            (type_, person_id) in known.said
            and person_id not in present
            and row.scope_id in covered
            and _lives_there(known, person_id, row)
        ):
            found.people.append(_missing(known, person_id, row, asked))
    found.households = _left_alone(known, found.people)
    return found


def _missing(known: Known, person_id: str, row: KnownRow, asked: dict[str, str]) -> Missing:
    home = str(row.body.get("household_id", ""))
    waits = any(answer != _LISTED for answer in asked.values())
    turn = str(len(asked))
    check_id = "" if waits else known.new_id("door_check", person_id, turn)
    return Missing(person_id, home, row.scope_id, check_id)


def _grids_told_of(known: Known, wanted: Collection[RowKey]) -> set[str]:
    """The grids of the households that the list names, as far as they were known before."""
    rows = (known.rows.get(key) for key in wanted if key[0] == "household")
    return {row.scope_id for row in rows if row is not None}


def _checks(known: Known) -> dict[str, dict[str, str]]:
    """Every check of a person with its answer, empty where it is open."""
    found: dict[str, dict[str, str]] = {}
    for (type_, row_id), row in known.rows.items():
        if type_ == "door_check" and not row.deleted:
            person_id = str(row.body.get("person_id", ""))
            found.setdefault(person_id, {})[row_id] = str(row.body.get("answer") or "")
    return found


def _lives_there(known: Known, person_id: str, row: KnownRow) -> bool:
    """Whether they are held to live in their household, and the household is there."""
    home = str(row.body.get("household_id", ""))
    household = known.rows.get(("household", home))
    residency = known.rows.get(("residency", known.new_id("residency", person_id, home)))
    status = residency.body.get("status") if residency else None
    there = household is not None and not household.deleted
    return there and not row.body.get("alias_of") and status not in _GONE


def _left_alone(known: Known, missing: list[Missing]) -> int:
    """The households all of whose people are missing."""
    gone = {one.person_id for one in missing}
    homes = {one.household_id for one in missing}
    return sum(known.residents.get(home, frozenset()) <= gone for home in homes)
