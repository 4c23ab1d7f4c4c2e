"""Who is from outside the community, a department or the street: the areas they are of, and that
nobody is of both sides at once."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from sync.errors import DoorstepError, PostsMixed
from sync.i18n import N_
from sync.identity import Clock
from sync.rules.matter_rights import ANSWERS_OF
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server import bugs
from sync.server.database import Database
from sync.server.grants import community_rows, grids_in
from sync.server.referral_queue import queue_open
from sync.server.referrals import deliver_all
from sync.server.street_counts import count_for_street

log = logging.getLogger(__name__)

_STREET: Final = "street"
OUTSIDE: Final = frozenset({"department", _STREET})
"""Levels of areas that are no part of the community: they hold copies."""

_ALWAYS: Final = "9999-12-31"


class AreaTaken(DoorstepError):
    """A second department of one name, or a second street: what is brought to which would be
    chance."""

    code = "server.area_taken"
    message = N_("The community has {area} already, and one alone can be told of a matter.")


def require_alone(
    connection: Connection, community_id: str, areas: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:
    """Matters find a department by its name and the street by its level. Raises
    :class:`AreaTaken` where one of these areas (id, fields) would be a second one."""
    known = community_rows(connection, community_id, "area")
    taken = {_found_by(body): row_id for row_id, body in known.items() if _is_outside(body)}
    for row_id, body in areas:
        if not _is_outside(body):
            continue
        first = taken.setdefault(_found_by(body), row_id)
        if first != row_id:
            raise AreaTaken(area=str(known.get(first, body).get("name")))


def require_one_kind(
    connection: Connection, community_id: str, row_id: str, body: Mapping[str, Any], today: date
) -> None:
    """Whoever answers for a department does not work in the community at the same time: every
    matter would stand twice on their computer, as it is and as it is shown. Raises
    :class:`PostsMixed` for an assignment of that kind that is not over."""
    first, last = _days(body)
    first = max(first, today.isoformat())
    for other_id, other in community_rows(connection, community_id, "assignment").items():
        of_both = (other.get("post") in ANSWERS_OF) != (body.get("post") in ANSWERS_OF)
        if other_id == row_id or other.get("staff_id") != body.get("staff_id") or not of_both:
            continue
        begins, ends = _days(other)
        if max(first, begins) <= min(last, ends):
            raise PostsMixed


def call_newcomers(connection: Connection, community_id: str) -> None:
    """A department, or somebody of one, comes with this transaction: what they were called to
    before is to be brought."""
    areas = community_rows(connection, community_id, "area")
    grids = grids_in(areas, community_id, community_id)
    queue_open(connection, {scope_name(ScopeKind.GRID, grid) for grid in grids})


def tell_newcomers(db: Database, clock: Clock, community_id: str) -> None:
    """Bring it, in transactions of its own. They have come, whatever fails here: what waits is
    brought with the next push, and the street's counts are written the next day."""
    try:
        deliver_all(db, clock)
        count_for_street(db, clock, community_id)
    except Exception as error:  # noqa: BLE001  # No error of what follows undoes what is done.
        log.warning("a newcomer is not told yet: %s", bugs.place_of(error))


def _is_outside(area: Mapping[str, Any]) -> bool:
    return area.get("level") in OUTSIDE


def _found_by(area: Mapping[str, Any]) -> tuple[str, str]:
    level = str(area.get("level"))
    return level, "" if level == _STREET else str(area.get("name")).strip()


def _days(body: Mapping[str, Any]) -> tuple[str, str]:
    return str(body.get("valid_from") or ""), str(body.get("valid_to") or _ALWAYS)
