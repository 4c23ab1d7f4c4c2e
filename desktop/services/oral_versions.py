"""Which words of an oral mediation stand: nothing is changed, so linking a party adds a version."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync.errors import NotFound
from sync.store.reading import Reading
from sync.store.record import Record

ORAL_MEDIATION = "oral_mediation"
LINKED = ("other_household_id", "other_person_id")


@dataclass(frozen=True)
class Oral:
    """A mediation as it was written (``root``), and the versions of it that stand: one, or several
    where it was linked on two computers at a time; none where it was taken back. ``versions``
    are all that say something, also those that were taken back."""

    root: Record
    heads: tuple[Record, ...]

    versions: tuple[Record, ...] = ()

    def lone_ways(self) -> list[Record]:
        """The versions that lead to every head but the last one: taken back, that one stands
        alone, and none of those that they took the place of comes to light again."""
        by_id = {one.id: one for one in self.versions}
        kept = set(_way(self.heads[-1], by_id)) if self.heads else set()
        ways = {key for head in self.heads[:-1] for key in _way(head, by_id)}
        return [by_id[key] for key in sorted(ways - kept)]

    @property
    def is_taken_back(self) -> bool:
        """Whether somebody said that there was none."""
        return not self.heads

    @property
    def link(self) -> tuple[str, str]:
        """The household and the resident of the second party; empty while it is known by words
        alone, or while two people linked it to different ones."""
        found = {_link(one) for one in self.heads if _link(one)[0]}
        return next(iter(found)) if len(found) == 1 else ("", "")

    @property
    def is_disputed(self) -> bool:
        """Whether it is linked to more than one."""
        return len({_link(one) for one in self.heads if _link(one)[0]}) > 1


def _way(row: Record, by_id: Mapping[str, Record]) -> Iterator[str]:
    """From a version up to the one below the root, which nobody takes back by the way."""
    found: Record | None = row
    while found is not None and found.get("corrects"):
        yield found.id
        found = by_id.get(str(found.get("corrects")))


def _link(row: Record) -> tuple[str, str]:
    household_id, person_id = (str(row.get(name) or "") for name in LINKED)
    return household_id, person_id


def orals(rows: Iterable[Record]) -> list[Oral]:
    """Every mediation among these rows, with what became of it."""
    by_id = {row.id: row for row in rows}
    after: defaultdict[str, list[Record]] = defaultdict(list)
    for row in by_id.values():
        if row.get("corrects"):
            after[str(row.get("corrects"))].append(row)
    roots = (row for row in by_id.values() if str(row.get("corrects") or "") not in by_id)
    return [
        Oral(root, tuple(_heads(root, after)), tuple(_versions(root, after)))
        for root in roots
        if root.get("what")
    ]


def _versions(row: Record, after: Mapping[str, list[Record]]) -> Iterator[Record]:
    yield row
    for one in after.get(row.id, ()):
        if one.get("what"):
            yield from _versions(one, after)


def _heads(row: Record, after: Mapping[str, list[Record]]) -> list[Record]:
    """The newest versions that nobody took back, of this one and of those after it. Whoever takes
    back what was written first takes back all of it."""
    later = after.get(row.id, ())
    is_back = any(not one.get("what") for one in later)
    if is_back and not row.get("corrects"):
        return []
    found = [head for one in later if one.get("what") for head in _heads(one, after)]
    found.sort(key=lambda one: one.id)
    return found or ([] if is_back else [row])


def oral_of(reading: Reading, row_id: str) -> Oral:
    """The mediation that a row belongs to. Raises :class:`NotFound`."""
    row = reading.find(ORAL_MEDIATION, row_id)
    if row is None:
        raise NotFound(what=row_id)
    rows = reading.rows(ORAL_MEDIATION, where={"household_id": row.get("household_id")})
    by_id = {one.id: one for one in rows}
    while str(row.get("corrects") or "") in by_id:
        row = by_id[str(row.get("corrects"))]
    found = next((one for one in orals(rows) if one.root.id == row.id), None)
    return found or Oral(row, ())
