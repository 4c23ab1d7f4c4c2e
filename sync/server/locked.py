"""The locks of one transaction: taken in sorted order, kept until it commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.merge.operation import Op
from sync.schema.policy import ScopeKind
from sync.server.rows import OpenScope, home_of, read_rows


@dataclass(frozen=True)
class Locked:
    """The scopes whose locks one transaction holds, and the server's time of receipt (a stamp)."""

    connection: Connection
    scopes: Mapping[str, OpenScope]
    at: str

    @property
    def grids(self) -> list[OpenScope]:
        """Those of the scopes that hold households."""
        grid = f"{ScopeKind.GRID.value}:"
        return [scope for name, scope in self.scopes.items() if name.startswith(grid)]

    def save(self) -> None:
        """Write every scope's counters; the last thing before the commit."""
        for scope in self.scopes.values():
            scope.save()


def lock_scopes(connection: Connection, scope_ids: Iterable[str], at: str) -> Locked:
    """Lock those of the scopes that exist, in sorted order, so that two writers never cross."""
    opened = (OpenScope.lock(connection, scope_id) for scope_id in sorted(set(scope_ids)))
    return Locked(connection, {scope.scope_id: scope for scope in opened if scope}, at)


def home_scopes(connection: Connection, scope_id: str, ops: Sequence[Op]) -> set[str]:
    """Every scope that these operations write to: tier-3 care moves its household's frequency."""
    scopes = {scope_id}
    if not scope_id.startswith(ScopeKind.CARE.value):
        return scopes
    wanted = (pair[1] for op in ops for name, pair in op.f.items() if name == "household_id")
    # Anything but text is held later, by itself: here it would block the whole lane.
    named = {value for value in wanted if isinstance(value, str)}
    for household_id in named | _roots(connection, scope_id, ops):
        home = home_of(connection, "household", household_id)
        scopes |= {home} if home else set()
    return scopes


def _roots(connection: Connection, scope_id: str, ops: Sequence[Op]) -> set[str]:
    keys = [(op.type, op.id) for op in ops]
    return {row.root_id for row in read_rows(connection, scope_id, keys)}
