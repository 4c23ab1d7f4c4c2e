"""Who may ask what: one line for each route of the server, and no route without a line.

Posts stand in ``sync/server/roles.py``: they say which scopes a person holds and writes. This table
says which of a route's words names what has to be held. An app with a route that is missing here,
or that asks for no token where a line wants one, does not start (:func:`check_access`).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from sync.errors import Bug
from sync.server.deps import giving_caller, lost_caller


class By(StrEnum):
    """What a request is measured by."""

    ANYBODY = "anybody"  # Tells nothing about anybody.
    CODE = "code"  # A one-time code.
    SELF = "self"  # The caller's own: their grants, their looks, their deliveries.
    SCOPE = "scope"  # The scopes that it names; others are answered as if there were none.
    ROW = "row"  # The scope in which the row lives that it names.
    LOST = "lost"  # A computer that was declared lost: it hands in, and gets nothing.
    LANE = "lane"  # Each operation, by the posts of its author.
    POWER = "power"  # What the caller's posts give power over (``sync/server/powers.py``).
    CHANNEL = "channel"  # What came by the channel itself: no person's computer is one.
    ENVELOPE = "envelope"  # Somebody else's request, under their own token.


ROUTES: Final[Mapping[tuple[str, str], By]] = MappingProxyType(
    {
        ("GET", "/health"): By.ANYBODY,
        ("GET", "/metrics"): By.ANYBODY,
        ("POST", "/v1/enroll"): By.CODE,
        ("POST", "/v1/lease"): By.SELF,
        ("POST", "/v1/device-key"): By.SELF,
        ("POST", "/v1/token"): By.SELF,
        ("POST", "/v1/hand-in"): By.LOST,
        ("GET", "/v1/hello"): By.SELF,
        ("POST", "/v1/push"): By.LANE,
        ("POST", "/v1/pull"): By.SCOPE,
        ("GET", "/v1/snapshot/{scope_id}/{rev}/{number}"): By.SCOPE,
        ("POST", "/v1/audit"): By.SCOPE,
        ("POST", "/v1/fetch"): By.SCOPE,
        ("POST", "/v1/live"): By.SELF,
        ("GET", "/v1/live"): By.SELF,
        ("POST", "/v1/blobs/{blob_id}"): By.ROW,
        ("PUT", "/v1/blobs/{blob_id}/{number}"): By.ROW,
        ("GET", "/v1/blobs/{blob_id}/{number}"): By.ROW,
        ("POST", "/v1/blob-states"): By.SELF,
        ("POST", "/v1/purged"): By.SELF,
        ("POST", "/v1/device-state"): By.SELF,
        ("GET", "/v1/held"): By.SELF,
        ("GET", "/v1/history/{type_}/{row_id}"): By.ROW,
        ("POST", "/v1/audit-events"): By.SELF,
        ("POST", "/v1/courier"): By.ENVELOPE,
        ("POST", "/v1/people/account"): By.POWER,
        ("POST", "/v1/people/post"): By.POWER,
        ("POST", "/v1/people/end-post"): By.POWER,
        ("POST", "/v1/people/code"): By.POWER,
        ("POST", "/v1/grids/regroup"): By.POWER,
        ("POST", "/v1/grids/withdraw"): By.POWER,
        ("POST", "/v1/import/{kind}/{mode}"): By.POWER,
        ("GET", "/v1/devices"): By.POWER,
        ("POST", "/v1/devices/{act}"): By.POWER,
        ("GET", "/v1/updates/{channel}/{platform}"): By.ANYBODY,
        ("GET", "/v1/updates/{channel}/{platform}/{start}"): By.ANYBODY,
        ("POST", "/v1/reports"): By.CHANNEL,
        ("GET", "/v1/reports/{report_id}"): By.CHANNEL,
        ("GET", "/v1/reports/openapi.json"): By.ANYBODY,
    }
)
"""Every route: (method, path) → what it is measured by."""

OPEN: Final = frozenset({By.ANYBODY, By.CODE})
"""What needs no token of a computer."""


def routes_of(routes: Iterable[BaseRoute]) -> dict[tuple[str, str], BaseRoute]:
    """All routes by method and path, those of included routers as well."""
    found: dict[tuple[str, str], BaseRoute] = {}
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            found |= routes_of(included.routes)
        else:
            path = str(getattr(route, "path", route))
            methods = getattr(route, "methods", None) or {"any"}
            found |= {(method, path): route for method in methods}
    return found


def check_access(app: FastAPI) -> None:
    """Raises :class:`~sync.errors.Bug` where a route has no line, a line no route, or a route
    that wants a token does not ask for one."""
    served = routes_of(app.routes)
    for key in served.keys() ^ ROUTES.keys():
        raise Bug(what=f"access: {' '.join(key)}")
    for key, route in served.items():
        guarded = isinstance(route, APIRoute) and _asks_for_token(route.dependant)
        if ROUTES[key] not in OPEN and not guarded:
            raise Bug(what=f"no token: {' '.join(key)}")


def _asks_for_token(dependant: Dependant) -> bool:
    return any(
        needed.call in (giving_caller, lost_caller) or _asks_for_token(needed)
        for needed in dependant.dependencies
    )
