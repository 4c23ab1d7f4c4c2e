"""吹哨报到: the community calls, the street whistles, each department checks in and answers."""

from typing import ClassVar, Final

from sync.i18n import N_
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind

RATINGS: Final = ("1", "2", "3", "4", "5")
"""How a department did, 5 the best."""


class Whistle(SyncedRow):
    """One call for departments. It was called (``called_…``), then whistled (``whistled_…``) by
    the street, or by the secretary where the community is set up so, with its reason and a day;
    a call that is not followed is ``dropped``.
    """

    TYPE: ClassVar[str] = "whistle"
    ROOT: ClassVar[str] = "household_id"
    ALSO_IN: ClassVar[frozenset[ScopeKind]] = frozenset({ScopeKind.UNIT})

    matter_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Matter"), index=True)
    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"))
    called_by: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Called by"))
    called_at: str | None = synced(Merge.IMMUTABLE, Kind.MOMENT, label=N_("Called on"))
    reason: str | None = synced(Merge.TEXT, label=N_("Reason"), most=2000)
    units: list[str] = synced(Merge.SET, Kind.WORDS, label=N_("Departments"))
    whistled_by: str | None = synced(Merge.ASK, label=N_("Whistled by"), most=100)
    whistled_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Whistled on"))
    deadline: str | None = synced(Merge.ASK, Kind.DAY, label=N_("To be done by"))
    dropped: bool = synced(Merge.ASK, Kind.FLAG, label=N_("Not followed"))


class WhistleUnit(SyncedRow):
    """What one department did after the whistle: checked in, arrived, gave its opinion, finished,
    and how the street rates it. The server works out until when it has to check in."""

    TYPE: ClassVar[str] = "whistle_unit"
    ROOT: ClassVar[str] = "household_id"
    ALSO_IN: ClassVar[frozenset[ScopeKind]] = frozenset({ScopeKind.UNIT})

    whistle_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Whistle"))
    matter_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Matter"), index=True)
    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"))
    unit: str | None = synced(Merge.IMMUTABLE, label=N_("Department"), most=100)
    deadline: str | None = synced(Merge.ASK, Kind.DAY, label=N_("To be done by"))
    due_check_in: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("To check in by"))
    amber_check_in: str | None = synced(
        Merge.SERVER, Kind.MOMENT, label=N_("Late to check in from")
    )
    due_finish: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("To be finished by"))
    amber_finish: str | None = synced(Merge.SERVER, Kind.MOMENT, label=N_("Late to finish from"))
    checked_in_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Checked in on"))
    checked_in_by: str | None = synced(Merge.ASK, label=N_("Who came"), most=100)
    arrived_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Arrived on"))
    opinion: str | None = synced(Merge.TEXT, label=N_("Opinion"), most=2000)
    finished_at: str | None = synced(Merge.ASK, Kind.MOMENT, label=N_("Finished on"))
    rating: int | None = synced(Merge.ASK, Kind.NUMBER, label=N_("Rating"), choices=RATINGS)
