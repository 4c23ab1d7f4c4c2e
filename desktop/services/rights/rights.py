"""A resident asks: what is held, a copy of it; and the office ends what was kept long enough."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from desktop.services.exports.files import PaintPages, Written, kind_of, packed, put
from desktop.services.exports.reports import Reports
from desktop.services.exports.table import Column, Table
from desktop.services.names import Names
from desktop.services.privacy import Reveals
from desktop.services.rights.held_about import KEPT_ELSEWHERE, HeldAbout, HeldLine
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.identity import Clock, local_day
from sync.rules.case_figures import Period
from sync.rules.retention import is_due, left_on
from sync.schema.reveal import EXPORTED
from sync.store.record import Record
from sync.store.records import Edit, delete, restore
from sync.store.store import Store

COPY: Final = "copy"
OFFICE: Final = frozenset({"secretary", "grid_leader", "desk_clerk"})
"""Who answers a resident's request; a worker at the door sends them there."""
ENDS: Final = frozenset({"secretary", "grid_leader"})
"""Who ends what was kept long enough."""
_OWN: Final = ("residency", "id_number", "special_care")


class NotTheOffice(DoorstepError):
    """Residents' requests are answered by the office."""

    code = "rights.office"
    message = N_("The office does this: the secretary, the grid leader, the front desk.")


class NotDue(DoorstepError):
    """What is kept for a reason is not deleted before its time."""

    code = "rights.not_due"
    message = N_("This record is not due for deletion.")


@dataclass(frozen=True)
class Leaving:
    """Somebody whose record is due: who it was, where they lived, since when they are gone."""

    person: Record = field(repr=False)
    name: str = field(repr=False)
    room: str
    left: date


@dataclass(frozen=True)
class Ended:
    """What was deleted, for taking it back."""

    rows: tuple[tuple[str, str], ...]
    people: int


class Rights:
    """The rights of the residents whose records this profile holds."""

    def __init__(
        self, store: Store, names: Names, reveals: Reveals, clock: Clock, reports: Reports
    ) -> None:
        self._store = store
        self._names = names
        self._reveals = reveals
        self._clock = clock
        self._reports = reports
        self._held = HeldAbout(store.reading, names)

    @property
    def answers(self) -> bool:
        """Whether this person answers residents' requests."""
        return bool(OFFICE & set(self._store.account.user.posts))

    @property
    def ends(self) -> bool:
        """Whether this person deletes what was kept long enough."""
        return bool(ENDS & set(self._store.account.user.posts))

    def about(self, person_id: str, reason: str) -> list[HeldLine]:
        """All that is held here about somebody; that it was shown is written down first.

        Raises :class:`NotTheOffice` or :class:`NotFound`.
        """
        person = self._person(person_id)
        self._reveals.record([("person", person.id, "*")], reason)
        return self._held.lines(person)

    def write_copy(
        self, person_id: str, path: Path, paint: PaintPages, reason: str = ""
    ) -> Written:
        """A readable copy for the person, sealed with a password of its own.

        Raises :class:`NotTheOffice`, :class:`NotFound`, ReportKind or ReportUnwritten.
        """
        person = self._person(person_id)
        kind = kind_of(path)
        table = self._table(person)
        content, password = packed(table, self._reports.mark(), kind, paint)
        self._reveals.record([("person", person.id, f"{EXPORTED} {COPY}")], reason)
        put(path, content)
        return Written(table, path, password)

    def due(self) -> list[Leaving]:
        """Whose record was kept long enough, the longest gone first."""
        today = local_day(self._clock.now())
        homes: dict[str, list[Record]] = defaultdict(list)
        for row in self._store.reading.rows("residency"):
            homes[str(row.get("person_id"))].append(row)
        found = []
        for person in self._store.reading.rows("person"):
            left = left_on(row.fields for row in homes[person.id])
            if left is not None and is_due(left, today):
                room = self._names.room(str(person.get("household_id") or ""))
                found.append(Leaving(person, str(person.get("name") or ""), room, left))
        return sorted(found, key=lambda one: (one.left, one.person.id))

    def end(self, person_ids: Iterable[str]) -> Ended:
        """Delete these people's records: whoever holds them erases them with their next sync, and
        the server its last copy half a year later.

        Raises :class:`NotTheOffice` or :class:`NotDue`; then nothing is deleted.
        """
        if not self.ends:
            raise NotTheOffice
        due = {one.person.id for one in self.due()}
        wanted = set(person_ids)
        if not wanted or not wanted <= due:
            raise NotDue
        rows: list[tuple[str, str]] = []
        for type_ in _OWN:
            found = self._store.reading.rows(type_, where={"person_id": sorted(wanted)})
            rows += [(type_, row.id) for row in found]
        rows += [("person", person_id) for person_id in sorted(wanted)]
        self._write(delete(*row) for row in rows)
        self._reveals.record([("person", person_id, "retention") for person_id in sorted(wanted)])
        return Ended(tuple(rows), len(wanted))

    def undo(self, ended: Ended) -> None:
        """Bring them back, people before what hangs on them."""
        self._write(restore(*row) for row in reversed(ended.rows))

    def _write(self, edits: Iterable[Edit]) -> None:
        self._store.records.write(list(edits))

    def _person(self, person_id: str) -> Record:
        if not self.answers:
            raise NotTheOffice
        person = self._store.reading.find("person", person_id)
        if person is None:
            raise NotFound(what=person_id)
        return person

    def _table(self, person: Record) -> Table:
        today = local_day(self._clock.now())
        columns = (
            Column(_(N_("Record")), 28),
            Column(_(N_("Field")), 20),
            Column(_(N_("What is held")), 60),
        )
        rows = [(one.record, one.field, one.value) for one in self._held.lines(person)]
        title = _(N_("What is held about one person"))
        return Table(COPY, title, Period(today, today), columns, rows, left_out=_(KEPT_ELSEWHERE))
