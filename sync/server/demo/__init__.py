"""The demo communities: invented wholly, the same for the same seed, dated to end today.

``fenghe`` is 丰和社区 of the hand-book; ``street`` is as large as a benchmark wants.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from typing import Final

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import local_day, local_time, stamp
from sync.merge.values import Writer
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.bulk import bulk_create
from sync.server.cases import file_case
from sync.server.demo.build import Builder
from sync.server.demo.plan import FENGHE, street_plan
from sync.server.demo.rows import DemoCommunity
from sync.server.locked import lock_scopes
from sync.server.office import ADMIN, Office, area_id
from sync.server.rows import ensure_scope

STREET_HOUSEHOLDS: Final = 10_000
_SINCE: Final = "2020-01-01"
_MORNING_ENDS: Final = time(9, 30)
"""From then on nothing that the desk did this morning lies ahead."""


class DemoUnknown(DoorstepError):
    """No demo has that name."""

    code = "server.demo_unknown"
    message = N_("There is no demo {name}. Choose one of {known}.")
    exit_code = 2


def fenghe(seed: int, today: date, *, opened: bool = True) -> DemoCommunity:
    """丰和社区: 1,286 households and 3,910 residents in four grids, with the year up to today, and
    this morning where the office has ``opened``."""
    return Builder(FENGHE, seed, today, opened=opened).build()


def street(seed: int, today: date, households: int = STREET_HOUSEHOLDS) -> DemoCommunity:
    """A community of this many households (rounded up to hundreds), for measuring."""
    return Builder(street_plan(households), seed, today).build()


DEMOS: Final = ("fenghe", "street")


def require_demo(name: str) -> None:
    """Raise :class:`DemoUnknown` before anything is made."""
    if name not in DEMOS:
        raise DemoUnknown(name=name, known=", ".join(DEMOS))


def load(
    office: Office, name: str, seed: int, households: int = STREET_HOUSEHOLDS
) -> DemoCommunity:
    """Write the demo of that name into an empty store, as of the office's today.

    ``households`` is for a street alone. Raises :class:`DemoUnknown`.
    """
    require_demo(name)
    now = office.clock.now()
    today, opened = local_day(now), local_time(now).time() >= _MORNING_ENDS
    with _nothing_is_garbage():
        if name == "fenghe":
            community = fenghe(seed, today, opened=opened)
        else:
            community = street(seed, today, households)
        write(office, community)
    return community


@contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """All that is made here stays until the end, and millions of rows take long to look through."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def write(office: Office, community: DemoCommunity) -> None:
    """Add the community, its areas, its people who work there, and every resident's rows."""
    above = [community.county, community.street]
    street_id = area_id(community.id, community.street)
    office.add_community(community.id, community.name, code=community.code, parent_id=street_id)
    office.add_areas(community.id, above + community.areas)
    for user in community.users:
        office.add_user(community.id, user.login, user.name)
        for grid in user.grids or (community.id,):
            office.assign(user.login, user.post, community.grid_ids.get(grid, grid), _SINCE)
    _write_rows(office, community)
    for login, person_id in community.companions:
        office.add_companion(login, person_id)


def _write_rows(office: Office, community: DemoCommunity) -> None:
    """Tier-3 care first: the frequency of a household is computed when its row is written."""
    care = f"{ScopeKind.CARE.value}:"
    cases = {scope_name(ScopeKind.CASE, case_id): case_id for case_id in community.cases}
    scopes = sorted(
        (scope for scope in community.rows if scope not in cases),
        key=lambda scope: (not scope.startswith(care), scope),
    )
    scopes += cases  # In the order of their numbers.
    with office.db.write() as connection:
        for scope in scopes:
            ensure_scope(connection, scope)
        for case_id in community.cases:
            file_case(connection, case_id, community.id)
        locked = lock_scopes(connection, scopes, stamp(office.clock.now()))
        writer = Writer(ADMIN, ADMIN, at=locked.at)
        for scope in scopes:
            bulk_create(locked, scope, community.rows[scope], writer, f"demo-{community.id}")
        locked.save()
