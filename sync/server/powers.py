"""Who may run the office over the network: one table, from what is asked to the posts.

These requests make accounts, rights and areas. What any of them may do is bounded a second time by
where: a leader covers in the grids that they lead, and nobody gives out more than their own kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection

from sync.errors import NotPermitted
from sync.server.grants import community_rows, grids_in
from sync.server.people import Caller


class Power(StrEnum):
    """One thing that may be asked of the office."""

    ACCOUNTS = "accounts"
    CODES = "codes"
    POSTS = "posts"
    COVER = "cover"
    AREAS = "areas"
    LISTS = "lists"
    NAMES_IN_LISTS = "names_in_lists"
    DEVICES = "devices"


POWERS: Final[Mapping[str, frozenset[Power]]] = MappingProxyType(
    {
        "secretary": frozenset(Power),
        "it_admin": frozenset(
            {Power.ACCOUNTS, Power.CODES, Power.AREAS, Power.LISTS, Power.DEVICES}
        ),
        "grid_leader": frozenset({Power.COVER}),
    }
)
"""A post that is not named may do none of it."""

IT: Final = "it_admin"
"""The post that no secretary gives, ends, or makes a code for: IT is appointed by a command."""


@dataclass(frozen=True)
class Held:
    """One post that somebody holds on a day."""

    post: str
    area_id: str


def held_posts(connection: Connection, caller: Caller, today: date) -> list[Held]:
    """The posts of whoever asks, as they are today."""
    return posts_held(connection, caller.account.community_id, caller.staff_id, today)


def posts_held(connection: Connection, community_id: str, staff_id: str, today: date) -> list[Held]:
    """The posts of somebody of a community, as they are today."""
    rows = community_rows(connection, community_id, "assignment").values()
    return [
        Held(str(body.get("post")), str(body.get("area_id")))
        for body in rows
        if body.get("staff_id") == staff_id and holds(body, today)
    ]


def holds(body: Mapping[str, Any], today: date) -> bool:
    """Whether an assignment holds on a day."""
    day = today.isoformat()
    return str(body.get("valid_from", "")) <= day <= str(body.get("valid_to", "9999-12-31"))


def require(connection: Connection, caller: Caller, power: Power, today: date) -> list[Held]:
    """The posts that give somebody this power. Raises :class:`NotPermitted` where none does."""
    posts = held_posts(connection, caller, today)
    giving = [held for held in posts if power in POWERS.get(held.post, ())]
    if not giving:
        raise NotPermitted
    return giving


def leads(connection: Connection, caller: Caller, held: list[Held], grid_id: str) -> bool:
    """Whether one of these posts covers a grid: the secretary's covers every one."""
    community_id = str(caller.account.community_id)
    areas = community_rows(connection, community_id, "area")
    led = (community_id if one.post == "secretary" else one.area_id for one in held)
    return any(grid_id in grids_in(areas, area_id, community_id) for area_id in led)
