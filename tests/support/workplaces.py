"""An enrolled laptop with a few homes of 丰和苑, for pages and services: a real encrypted store.

The day is Thursday, 18 June 2026, half past ten in China, as in the pictures of the design.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import update

from desktop.jobs.lanes import InlineLane, Lanes
from desktop.page import PageContext
from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import Workplace, workplace_on
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from sync.rules.pinyin import py
from sync.store.account import Account
from sync.store.store import Store
from sync.store.tables import TABLES
from sync.wire.messages import UserInfo
from tests.support.feed import Feed
from tests.support.laptops import TickingClock, new_store

COMMUNITY: Final = "community:fenghe"
GRID: Final = "grid:third"
INBOX: Final = "user:chen"
DESK: Final = "desk:fenghe"
NOW: Final = datetime(2026, 6, 18, 2, 24, tzinfo=UTC)
NOBODY_LISTENS: Final = "http://127.0.0.1:9"

# Room, tags of the head, fields of the household and its dwelling, visits as (stamp, result).
_WANG: Final = "6-2-1602"
_HOMES: Final[Sequence[tuple[str, dict[str, Any]]]] = (
    (
        _WANG,
        {
            "people": [("王桂兰", "2", "1948-02-01", ["elder_alone", "party_member"])],
            "household": {"contact": "13700113305", "contact_name": "1601 张阿姨"},
            "dwelling": {"door_note": "听力弱，敲门要久一点。\n厨房燃气软管 2019 年装，看一眼。"},
            "visits": [
                ("2026-05-13T01:40:00Z", "met", "血压138/86，药按时吃。想在卫生间装扶手。"),
                ("2026-04-14T11:10:00Z", "met", "一切平稳。"),
                ("2026-04-11T02:05:00Z", "not_home", "门上留了便条。"),
            ],
        },
    ),
    (
        "6-2-1203",
        {
            "people": [
                ("曹亮", "1", "2000-03-01", []),
                ("彭超", "1", "2001-05-01", []),
                ("董飞", "1", "1997-08-01", []),
                ("范磊", "1", "2002-11-01", []),
            ],
            "household": {"moved_in": "2026-06-09"},
            "dwelling": {"occupancy": "group_rented"},
        },
    ),
    (
        "6-2-904",
        {
            "people": [("何美玲", "2", "1969-02-01", []), ("吕志刚", "1", "1967-02-01", [])],
            "visits": [("2026-05-20T02:00:00Z", "met", "约好带材料来。", "2026-06-18T03:00:00Z")],
        },
    ),
    (
        "6-2-2304",
        {
            "people": [("赵秀英", "2", "1952-02-01", ["empty_nest"])],
            "visits": [("2026-05-18T02:00:00Z", "met", "")],
        },
    ),
    (
        "9-1-102",
        {
            "people": [("许志强", "1", "1988-02-01", [])],
            "household": {"care_floor": "yellow", "two_people": True},
            "visits": [("2026-05-17T02:00:00Z", "met", "")],
        },
    ),
    (
        "9-1-301",
        {
            "people": [("刘洋", "1", "1991-02-01", []), ("白静", "2", "1993-02-01", [])],
            "visits": [
                ("2026-06-15T02:20:00Z", "not_home", "门上留了便条。"),
                ("2026-06-12T07:10:00Z", "not_home", ""),
                ("2026-03-07T11:30:00Z", "met", ""),
            ],
        },
    ),
    (
        "9-1-402",
        {
            "people": [("周凤仙", "2", "1940-02-01", ["aged_80"])],
            "visits": [("2026-06-11T02:00:00Z", "met", "想问居家护理。", "2026-06-18T07:00:00Z")],
        },
    ),
    (
        "9-1-501",
        {
            "people": [("丁一", "1", "1970-02-01", [])],
            "visits": [("2026-06-01T02:00:00Z", "met", "")],
        },
    ),
)


More = Callable[[Feed, Feed], None]
"""Puts more rows into the feeds of the community and of the grid."""


@contextmanager
def workplace(
    folder: Path,
    posts: Sequence[str] = ("grid_worker",),
    clock: TickingClock | None = None,
    more: More | None = None,
    *,
    desk: bool = False,
) -> Iterator[Workplace]:
    """The services on a laptop that was synced once; closed at the end. The ``desk`` holds its
    own scope, too."""
    profile = ProfileFolder("chen", folder / "chen")
    profile.path.mkdir(parents=True)
    profile.remember(Connection(NOBODY_LISTENS))
    clock = clock or TickingClock(NOW)
    place = workplace_on(profile, new_store(profile.path, _account(posts), clock), clock)
    community, grid = _community(), _grid()
    if more is not None:
        more(community, grid)
    window = [Feed(DESK)] if desk else []
    _pull(place.store, community, grid, Feed(INBOX), *window)
    while place.store.dues.refresh():
        pass
    try:
        yield place
    finally:
        place.close()


def page_context(place: Workplace, look: ThemeProvider | None = None) -> PageContext:
    """What a page is given, with lanes that work at once and in order."""
    lane = InlineLane()
    look = look or ThemeProvider(load_theme(ThemeName.LIGHT))
    return PageContext(place, Lanes(lane, lane), look)


def number(place: Workplace, case_id: str) -> None:
    """Give a case the number that the server gives with the next sync."""
    with place.store.database.writing() as connection:
        table = TABLES["mediation_case"]
        connection.execute(
            update(table).where(table.c.id == case_id).values(no="(2026)人调字第1号")
        )


def household_id(room: str) -> str:
    """The household behind a door."""
    return f"household {room}"


def _account(posts: Sequence[str]) -> Account:
    user = UserInfo("chen", "chenxiaohe", "陈晓禾", list(posts), "fenghe", "丰和社区", ["third"])
    return Account(NOBODY_LISTENS, "client", "token", "laptop", user)


def _pull(store: Store, *feeds: Feed) -> None:
    """Both scopes, as one sync brings them."""
    store.replica.grant([feed.scope for feed in feeds])
    for feed in feeds:
        (asked,) = store.replica.cursors([feed.scope])
        assert store.replica.apply(feed.page(asked), feed.epoch).done


def _community() -> Feed:
    feed = Feed(COMMUNITY)
    feed.put("area", "fenghe", level="community", name="丰和社区")
    feed.put("area", "garden", level="estate", name="丰和苑", parent_id="fenghe")
    feed.put("area", "third", level="grid", name="第3网格", parent_id="fenghe")
    for number, has_lift in (("6", True), ("9", False)):
        building = {"name": f"{number}号楼", "parent_id": "garden", "grid_id": "third"}
        feed.put("area", f"building {number}", level="building", has_lift=has_lift, **building)
    feed.put("staff", "chen", name="陈晓禾", login="chenxiaohe")
    feed.put("staff", "meng", name="孟雪", login="mengxue")
    return feed


def _grid() -> Feed:
    feed = Feed(GRID)
    for room, home in _HOMES:
        put_home(feed, room, home)
    return feed


def put_home(feed: Feed, room: str, home: dict[str, Any]) -> None:
    """One home with its ``people`` (name, sex, birth, tags), and what it holds beside them."""
    number, _, door = room.split("-")
    here, dwelling = household_id(room), f"dwelling {room}"
    lived_in = {"occupancy": "owner"} | home.get("dwelling", {})
    place = {"building_id": f"building {number}", "room": room, "floor": int(door) // 100}
    feed.put("dwelling", dwelling, **place, **lived_in)
    head = f"person {room} 0"
    feed.put("household", here, dwelling_id=dwelling, head_id=head, **home.get("household", {}))
    for at, (name, sex, birth, tags) in enumerate(home["people"]):
        person = f"person {room} {at}"
        known = {"name": name, "py": py(name), "sex": sex, "birth": birth}
        known["phone"] = f"139000{door:0>4}{at}"
        feed.put("person", person, household_id=here, **known, tags=tags)
        lives = {"person_id": person, "household_id": here, "relation": "0" if at == 0 else "8"}
        feed.put("residency", f"residency {room} {at}", **lives, status="living")
    for at, (started, result, note, *appointment) in enumerate(home.get("visits", ())):
        made = {"next_appointment": appointment[0]} if appointment else {}
        told = {"started_at": started, "result": result, "note": note, "method": "home"}
        feed.put("visit", f"visit {room} {at}", household_id=here, staff_id="chen", **told, **made)
