"""What somebody changed about a home: for the toast, for undoing it, and for its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any, Final

from sync.identity import Clock, stamp
from sync.schema.canonical import compact
from sync.schema.change import RECORDED
from sync.schema.values import same
from sync.store.record import Record, Saw
from sync.store.records import Edit, append, patch
from sync.store.store import Store

NEVER_SEEN: Final = Saw()
"""Of a row that was not here when the person began: whatever it holds, they did not see it."""

UNDONE: Final = "undone"


@dataclass(frozen=True)
class Changed:
    """One field, before and after. ``saw`` is what its writer had before their eyes when they
    began; ``household_id`` the home whose history tells of it, empty where none does."""

    type: str
    id: str
    field: str
    before: Any
    after: Any
    saw: Saw = kept(default=NEVER_SEEN, repr=False)
    household_id: str = ""


class Ledger:
    """Writes the history of a home, in the same breath as the changes themselves."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def tell(
        self, home: Record, kind: str, changes: Iterable[Changed], person_id: str = ""
    ) -> list[Edit]:
        """The entry of ``changes``, to be saved with them; none where nothing is another value
        now. ``kind`` is one of ``codes.HOME_CHANGE``."""
        told = [_told(one) for one in changes if _is_told(one)]
        if not told and not person_id:
            return []
        body = {
            "household_id": home.id,
            "staff_id": self._store.account.user.staff_id,
            "changed_at": stamp(self._clock.now()),
            "kind": kind,
            "person_id": person_id,
            "fields": told,
        }
        return [append("change", body, scope_id=home.scope_id)]

    def tell_undone(self, changes: Iterable[Changed]) -> list[Edit]:
        """The entry of changes that are taken back."""
        taken = [one for one in changes if one.household_id]
        homes = {one.household_id for one in taken}
        found = [self._store.reading.find("household", home) for home in homes]
        back = [Changed(o.type, o.id, o.field, o.after, o.before) for o in taken]
        return [edit for home in found if home for edit in self.tell(home, UNDONE, back)]


def taking_back(one: Changed) -> Edit:
    """The edit that takes a change back, made by somebody who saw what it started from."""
    shown = {**one.saw.shown, one.field: one.after}
    saw = Saw(one.saw.seen, one.saw.server, shown)
    return patch(one.type, one.id, {one.field: one.before}, saw=saw)


def _is_told(one: Changed) -> bool:
    return one.type in RECORDED and not same(one.before, one.after)


def _told(one: Changed) -> dict[str, Any]:
    values = {"before": one.before, "after": one.after}
    return compact({"type": one.type, "id": one.id, "field": one.field, **values})
