"""Two laptops edit the same hundred residents without a network: what is lost, merged, asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop.demo.cast import WORKER, Laptop
from desktop.services.workplace import Workplace
from sync.store.record import Record
from sync.store.records import patch
from tests.bench.figures import Figure
from tests.bench.laptop import opened
from tests.bench.world import World, child, world

HOUSEHOLDS: Final = 200
RESIDENTS: Final = 100
DIFFERENT: Final = RESIDENTS // 2


@dataclass(frozen=True)
class Said:
    """One edit: what one of the two wrote about a resident."""

    person: str
    field: str
    value: str


def agreement(folder: Path) -> Iterator[Figure]:
    """Two hundred edits; half of the residents in different fields, half in the same one."""
    with world(folder / "world", HOUSEHOLDS) as there:
        mine, theirs = (opened(str(_laptop(there, user).home)) for user in (WORKER, there.reader))
        try:
            said = _disagree(mine, theirs)
            for place in (mine, theirs, mine, theirs):
                place.syncing.run()
            yield from _judged(said, mine, theirs)
        finally:
            mine.close()
            theirs.close()


def _laptop(there: World, user: str) -> Laptop:
    laptop = Laptop(there.demo.home / "laptops" / user, "bench")
    there.demo.enroll(laptop, user)
    child("laptop", "sync", str(laptop.home))
    return laptop


def _disagree(mine: Workplace, theirs: Workplace) -> list[Said]:
    people = mine.store.reading.rows("person", limit=RESIDENTS)
    said: list[Said] = []
    for number, person in enumerate(people):
        said.append(_write(mine, person, "work", f"物流园{number}"))
        field, value = ("phone", f"1380000{number:04}") if number < DIFFERENT else ("work", "在家")
        said.append(_write(theirs, person, field, value))
    return said


def _write(place: Workplace, person: Record, field: str, value: str) -> Said:
    place.store.records.write([patch("person", person.id, {field: value})])
    return Said(person.id, field, value)


def _judged(said: list[Said], mine: Workplace, theirs: Workplace) -> Iterator[Figure]:
    """Each edit stands, or waits in a conflict that both see; anything else is lost."""
    stands = [_values(place, said) for place in (mine, theirs)]
    asked = [_asked(place) for place in (mine, theirs)]
    lost = sum(
        1
        for one in said
        if any(
            one not in here and (one.person, one.field, one.value) not in waiting
            for here, waiting in zip(stands, asked, strict=True)
        )
    )
    merged = sum(1 for one in said[: 2 * DIFFERENT] if all(one in here for here in stands))
    name = f"two laptops, the same {RESIDENTS} residents"
    yield Figure(f"{name}: edits lost of {len(said)}", lost, "")
    yield Figure(f"{name}: in different fields, merged", merged, "")
    fields = {(person, field) for person, field, _ in asked[0] & asked[1]}
    yield Figure(f"{name}: in the same field, asked", len(fields), "")
    if lost or merged != 2 * DIFFERENT or len(fields) != RESIDENTS - DIFFERENT:
        raise RuntimeError("an edit was lost, overwritten or not asked about")


def _values(place: Workplace, said: list[Said]) -> set[Said]:
    ids = {one.person for one in said}
    people = {row.id: row for row in place.store.reading.rows("person") if row.id in ids}
    return {one for one in said if people[one.person].get(one.field) == one.value}


def _asked(place: Workplace) -> set[tuple[str, str, Any]]:
    """Every value of every open conflict: (row, field, value)."""
    found: set[tuple[str, str, Any]] = set()
    for conflict in place.store.reading.rows("conflict", where={"status": "open"}):
        about = (str(conflict.get("target_id")), str(conflict.get("field")))
        values = [conflict.get("current"), *(c["value"] for c in conflict.get("candidates", ()))]
        found |= {(*about, value) for value in values}
    return found
