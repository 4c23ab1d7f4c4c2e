"""A week without a network, as two people spend it: forty actions each, ten of them collide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.support.town import Home, Town

Action = dict[str, Any]

COLLISIONS: Final = 10
_VISITS, _MEDIATIONS, _NOTES, _OWN_EDITS = 16, 6, 4, 4
ACTIONS: Final = 40
OPERATIONS: Final = ACTIONS + _VISITS + COLLISIONS + _OWN_EDITS
"""Each visit hears of one need, which becomes a matter of its own; and of each edit the history of
its home tells."""


@dataclass(frozen=True)
class Collision:
    """One field that both changed, each to something else. ``ref`` is how ``edit`` is told."""

    ref: str
    type: str
    field: str
    values: Mapping[str, str]


def collisions(town: Town) -> list[Collision]:
    """Ten fields of four kinds: the home's phone, its best time, a resident's phone, the door."""
    homes = town.homes
    return [
        *(_both(home.room, "household", "contact", "1370000{}{:03}", home) for home in homes[:4]),
        *(_both(home.id, "household", "best_time", "{} {}点后", home) for home in homes[4:6]),
        *(
            _both(home.people[0].id, "person", "phone", "1360000{}{:03}", home)
            for home in homes[6:8]
        ),
        *(
            _both(home.room, "dwelling", "door_note", "{} 敲门轻一点 {}", home)
            for home in homes[8:10]
        ),
    ]


def actions(town: Town, who: str, clashing: list[Collision]) -> list[Action]:
    """The forty actions of ``who`` (worker or desk). Notes name residents, as notes do."""
    homes = town.homes if who == "worker" else town.homes[::-1]
    return [
        *(_visit(home, who) for home in homes[:_VISITS]),
        *(_mediation(homes[at], homes[at + 1], who) for at in range(_MEDIATIONS)),
        *(
            {"do": "note", "household": home.room, "text": f"{who} {home.people[1].name} 来过"}
            for home in homes[:_NOTES]
        ),
        *({"do": "edit", "ref": c.ref, "set": {c.field: c.values[who]}} for c in clashing),
        *(
            {"do": "edit", "ref": home.id, "set": {"best_time": f"{who} 晚上"}}
            for home in town.homes[-_OWN_EDITS:]
            if who == "worker"
        ),
        *(
            {"do": "edit", "ref": home.people[1].id, "set": {"work": f"{who} 物流园"}}
            for home in town.homes[-_OWN_EDITS:]
            if who == "desk"
        ),
    ]


def _both(ref: str, type_: str, field: str, pattern: str, home: Home) -> Collision:
    at = int(home.room.rsplit("-", 1)[1])
    values = {who: pattern.format(sign, at) for sign, who in ((1, "worker"), (2, "desk"))}
    return Collision(ref, type_, field, values)


def _visit(home: Home, who: str) -> Action:
    return {
        "do": "visit",
        "household": home.room,
        "result": "met",
        "note": f"{who} {home.people[0].name} 血压138/86，身份证{home.people[0].id_no}要换",
        "needs": ["papers"],
        "went_with": "刘建平",
    }


def _mediation(home: Home, other: Home, who: str) -> Action:
    return {
        "do": "mediation",
        "household": home.room,
        "with": other.room,
        "what": f"{who} {other.people[0].name} 家漏水泡了楼下吊顶",
        "result": "7日内修好防水，赔偿1200元，双方不再争执。",
        "dispute": "02",
        "done": True,
    }
