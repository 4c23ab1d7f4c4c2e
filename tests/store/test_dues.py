"""Due dates of many households at once are those of each one by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from sync.identity import parse_stamp, stamp
from sync.rules.due import ANY_DAY
from sync.store.records import append
from sync.store.tables import DUE
from tests.support.feed import Feed
from tests.support.laptops import new_store

HOMES = 650
_RESULTS = ("met", "not_home", "refused", "vacant", "met_family", "wrong")


def a_home(feed: Feed, number: int) -> None:
    """A household unlike its neighbours: people, their tags and residency, visits of every kind."""
    home, door = f"h{number:04}", f"d{number:04}"
    feed.put("dwelling", door, room=str(number), occupancy="vacant" if number % 11 == 0 else "")
    floor = "yellow" if number % 7 == 0 else None
    red = "2026-12-20" if number % 13 == 0 else None
    moved = "2026-11-01" if number % 5 == 0 else None
    told = {"dwelling_id": door, "care_floor": floor, "red_until": red, "moved_in": moved}
    feed.put("household", home, **told)
    for member in range(number % 4):
        person = f"p{number:04}-{member}"
        tags = ["elder_alone"] if (number + member) % 3 == 0 else ["dibao"] * (member % 2)
        feed.put("person", person, household_id=home, tags=tags, birth=f"19{40 + member}-05-06")
        status = ("living", "away", "moved_out", "")[(number + member) % 4]
        feed.put("residency", f"r{person}", person_id=person, household_id=home, status=status)
    for visit in range(number % 6):
        at = parse_stamp("2026-10-01T02:00:00Z") + timedelta(days=visit * 6, hours=number % 13)
        more = {"corrects": f"v{number:04}-{visit - 1}"} if visit == 3 else {}
        more |= {"void": True} if visit == 4 else {}
        more |= {"next_appointment": "2026-12-01T01:00:00Z"} if visit == 2 else {}
        result = _RESULTS[(number + visit) % len(_RESULTS)]
        name, when = f"v{number:04}-{visit}", stamp(at)
        feed.put("visit", name, household_id=home, started_at=when, result=result, **more)


@pytest.fixture
def grids():
    """Two grids; one visit lies in the other grid than its household, as while it moves."""
    east, west = Feed("grid:east"), Feed("grid:west")
    for number in range(HOMES):
        a_home(east if number % 3 else west, number)
    stray = {"household_id": "h0001", "started_at": "2026-11-20T02:00:00Z", "result": "met"}
    west.put("visit", "stray", **stray)
    return east, west


@pytest.fixture
def store(tmp_path, grids):
    """A profile that holds both grids."""
    made = new_store(tmp_path / "profile")
    for feed in grids:
        feed.pull_into(made)
    yield made
    made.close()


def kept(store):
    with store.database.reading() as connection:
        return {row.household_id: tuple(row) for row in connection.execute(select(DUE))}


def test_many_at_once_are_as_one_by_one(store):
    """One grid in one go, wherever a household's rows lie."""
    while store.dues.refresh():
        pass
    together = kept(store)

    with store.database.writing() as connection:
        connection.execute(DUE.delete())
        for number in range(HOMES):
            store.dues.refresh_these(connection, [f"h{number:04}"])

    assert together == kept(store)
    assert len({tuple(row[1:]) for row in together.values()}) > HOMES // 3
    assert "2026-11-20" in together["h0001"]


def test_they_take_few_steps(store):
    """The larger grid in one go, then the few that are left: not one step for each 200."""
    steps = 0
    while store.dues.refresh():
        steps += 1

    assert steps == 2


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("visit", {"started_at": "soon", "result": "met"}),
        ("visit", {"started_at": "9999-12-31T23:00:00Z", "result": "not_home"}),
        ("person", {"birth": "9950-12-31", "tags": ["elder_alone"]}),
        ("household", {"moved_in": "9999-12-31"}),
        ("household", {"care_floor": "a level of a later version"}),
    ],
)
def test_what_no_rule_can_read_keeps_nobody_else_waiting(store, grids, type_, body):
    """That home may be called at on any day; all others have their dates, and saving goes on."""
    while store.dues.refresh():
        pass
    before = kept(store)
    row_id = "h0001" if type_ == "household" else "strange"
    grids[0].put(type_, row_id, household_id="h0001", **body)
    grids[0].pull_into(store)

    while store.dues.refresh():
        pass

    after = kept(store)
    assert after.pop("h0001")[1] == ANY_DAY.isoformat()
    before.pop("h0001")
    assert after == before
    note = append("note", {"household_id": "h0001", "text": "好"}, scope_id=grids[0].scope)
    assert store.records.write([note]).op_ids


def test_a_grid_that_comes_later_counts_for_the_others(tmp_path, grids):
    """A visit in it may be to a household whose due date was worked out before."""
    east, west = grids
    made = new_store(tmp_path / "later")
    for feed in (east, west):
        feed.pull_into(made)
        while made.dues.refresh():
            pass

    assert "2026-11-20" in kept(made)["h0001"]
    made.close()
