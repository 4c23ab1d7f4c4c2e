"""What screens and the command line ask. Every answer comes from one snapshot."""

from collections.abc import Iterable, Mapping
from typing import Any

from sync.store.record import (
    Counts,
    Delivery,
    DueLine,
    HouseholdView,
    Match,
    Record,
    ScopeState,
)


class Reading:
    """Queries over what this computer holds. Never writes, and never waits for a writer."""

    def find(self, type_: str, row_id: str) -> Record | None:
        """A row as people see it, or ``None`` where it is not on this computer."""
        raise NotImplementedError

    def rows(
        self,
        type_: str,
        *,
        where: Mapping[str, Any] | None = None,
        ids: Iterable[str] | None = None,
        scope_id: str = "",
        limit: int = 0,
    ) -> list[Record]:
        """Rows whose fields equal ``where``, in order of their ids. ``limit`` 0 is all."""
        raise NotImplementedError

    def household(self, household_id: str) -> HouseholdView | None:
        """One household with everything below it."""
        raise NotImplementedError

    def households(self, ids: Iterable[str] | None = None) -> list[HouseholdView]:
        """Households with dwelling, building and members only: enough for a list."""
        raise NotImplementedError

    def search(self, text: str, *, limit: int = 50) -> list[Match]:
        """Households and people by name, initials, pinyin, room or address, or phone tail."""
        raise NotImplementedError

    def due(self, until: str = "", *, limit: int = 0) -> list[DueLine]:
        """Households due on or before the day ``until`` (all where empty), earliest first."""
        raise NotImplementedError

    def conflicts(self, *, open_only: bool = True) -> list[Record]:
        """Conflict rows, newest first."""
        raise NotImplementedError

    def deliveries(self, type_: str = "", row_id: str = "") -> list[Delivery]:
        """Edits of one row (or all) that wait or whose receipt is still kept, newest first."""
        raise NotImplementedError

    def counts(self, *, rows: bool = False) -> Counts:
        """Waiting, conflicts and held; with ``rows`` also how many rows of each kind."""
        raise NotImplementedError

    def scopes(self) -> list[ScopeState]:
        """What this computer has of each scope."""
        raise NotImplementedError
