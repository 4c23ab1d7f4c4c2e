"""The oral mediations on this computer in a line each: each lives in the history of its home."""

from dataclasses import dataclass, field

from desktop.services.households import HouseholdLine, Households
from desktop.services.oral_versions import ORAL_MEDIATION, Oral, orals
from sync.store.store import Store


@dataclass(frozen=True)
class OralLine:
    """An oral mediation in a list: the ``home`` that it was written from, and the ``other`` party
    by name; ``is_done``: carried out on the spot. ``held_at`` is a stamp. ``two_people``: one of
    the homes is visited by two, so that a list names nobody and quotes nothing."""

    id: str
    home: HouseholdLine = field(repr=False)
    other: str = field(repr=False)
    dispute: str
    what: str = field(repr=False)
    result: str = field(repr=False)
    held_at: str
    is_done: bool
    two_people: bool = False


class OralList:
    """Lines of all oral mediations here that were not taken back."""

    def __init__(self, store: Store, households: Households) -> None:
        self._store = store
        self._households = households

    def lines(self) -> list[OralLine]:
        """The newest first. Those whose home is not on this computer are in no history here."""
        found = [one for one in orals(self._store.reading.rows(ORAL_MEDIATION)) if one.heads]
        ids = {_home(one) for one in found} | {one.link[0] for one in found if one.link[0]}
        homes = {line.id: line for line in self._households.lines(sorted(ids))}
        made = [_line(one, homes) for one in found if _home(one) in homes]
        return sorted(made, key=lambda line: (line.held_at, line.id), reverse=True)


def _home(oral: Oral) -> str:
    return str(oral.root.get("household_id") or "")


def _line(oral: Oral, homes: dict[str, HouseholdLine]) -> OralLine:
    root = oral.root
    linked = homes.get(oral.link[0] or str(root.get("other_household_id") or ""))
    told, home = str(root.get("other_party") or ""), homes[_home(oral)]
    return OralLine(
        id=root.id,
        home=home,
        other=told or (f"{linked.room} {linked.who}" if linked else ""),
        dispute=str(root.get("dispute") or ""),
        what=str(root.get("what") or ""),
        result=str(root.get("result") or ""),
        held_at=str(root.get("held_at") or ""),
        is_done=bool(root.get("done")),
        two_people=home.two_people or bool(linked and linked.two_people),
    )
