"""Who may handle a case that is received: the clerk, the office, the resident's grid worker."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from desktop.services.names import Names
from sync.identity import Clock, local_day
from sync.store.store import Store

MOST_OWNERS: Final = 4
_OFFICE: Final = ("desk_clerk", "secretary")
_OVER: Final = frozenset({"closed", "rejected", "picked_up"})


@dataclass(frozen=True)
class Owner:
    """A colleague with the post that brings them in, and how many cases they have in hand.

    ``at_the_door``: the resident's grid worker, who gets it as a matter on Today.
    """

    id: str
    name: str
    post: str
    in_hand: int
    is_me: bool = False
    at_the_door: bool = False


class Owners:
    """Whom a window can hand over to."""

    def __init__(self, store: Store, clock: Clock, names: Names) -> None:
        self._store = store
        self._clock = clock
        self._names = names

    def offered(self, worker_id: str = "") -> list[Owner]:
        """The clerk first, then the grid worker of the home, then the rest of the office."""
        user, today = self._store.account.user, local_day(self._clock.now()).isoformat()
        in_hand = self._in_hand()
        owners = [Owner(user.staff_id, user.name, "", in_hand[user.staff_id], is_me=True)]
        if worker_id:
            name = self._names.staff(worker_id)
            doors = self._store.reading.rows("matter", where={"owner_id": worker_id})
            waiting = sum(row.get("stage") in ("assigned", "processing") for row in doors)
            owners.append(Owner(worker_id, name, "grid_worker", waiting, at_the_door=True))
        for row in self._store.reading.rows("assignment"):
            runs = str(row.get("valid_from") or "") <= today <= str(row.get("valid_to") or "9999")
            staff_id, post = str(row.get("staff_id") or ""), str(row.get("post") or "")
            known = {one.id for one in owners}
            if runs and post in _OFFICE and staff_id and staff_id not in known:
                owners.append(Owner(staff_id, self._names.staff(staff_id), post, in_hand[staff_id]))
        return owners[:MOST_OWNERS]

    def _in_hand(self) -> Counter[str]:
        """Open cases of the window by whom they belong to."""
        rows = self._store.reading.rows("service_case")
        return Counter(
            str(row.get("owner_id") or "") for row in rows if row.get("stage") not in _OVER
        )
