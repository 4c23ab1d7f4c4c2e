"""A store with one grid in it: a door, a household, two residents and a visit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.store.store import Store
from tests.support.feed import Feed
from tests.support.laptops import new_store


@pytest.fixture
def feed() -> Feed:
    """The grid as its server holds it."""
    feed = Feed()
    feed.put("dwelling", "d1", room="6-2-1602", address="丰和苑6号楼2单元1602", occupancy="owner")
    feed.put("household", "h1", dwelling_id="d1", contact="13800001024", moved_in="2019-05-01")
    feed.put(
        "person",
        "p1",
        household_id="h1",
        name="王桂兰",
        py="wgl wangguilan",
        sex="2",
        birth="1944-02-03",
        phone="13800002048",
        tags=["elder_alone"],
    )
    feed.put("person", "p2", household_id="h1", name="王小明", py="wxm wangxiaoming", sex="1")
    feed.put("residency", "r1", person_id="p1", household_id="h1", relation="0", status="living")
    feed.put(
        "visit",
        "v1",
        household_id="h1",
        started_at="2026-11-01T02:00:00Z",
        method="home",
        result="met",
        needs=["medical"],
    )
    return feed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the profile lies."""
    return tmp_path / "profile"


@pytest.fixture
def store(folder: Path, feed: Feed) -> Iterator[Store]:
    """A profile that was synced once."""
    made = new_store(folder)
    feed.pull_into(made)
    yield made
    made.close()
