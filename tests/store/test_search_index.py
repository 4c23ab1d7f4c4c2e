"""The index in step with the rows: built in steps, mended by every change, right meanwhile."""

import pytest

from sync.store import records, search_index
from tests.support.campaigns import bring, news
from tests.support.workplaces import GRID, household_id, workplace

WANG, HE = household_id("6-2-1602"), household_id("6-2-904")


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def built(place):
    build(place)
    return place


def build(place):
    steps = 0
    while place.store.index.step():
        steps += 1
    return steps


def homes(place, typed, **how):
    return [match.household_id for match in place.store.reading.search(typed, notes=True, **how)]


def test_before_it_is_built_the_tables_answer(place):
    assert not place.store.index.is_ready
    assert homes(place, "wgl") == [WANG]
    assert homes(place, "扶手") == []  # The index may follow.


def test_it_is_built_in_small_steps(place, monkeypatch):
    monkeypatch.setattr(search_index, "STEP_HOUSEHOLDS", 3)
    assert build(place) > 3
    assert place.store.index.is_ready
    assert homes(place, "wgl") == [WANG]
    assert homes(place, "扶手") == [WANG]


def test_ones_own_edit_is_found_at_once(built):
    person = built.store.reading.rows("person", where={"household_id": WANG})[0]
    built.store.records.write([records.patch("person", person.id, {"name": "赵新名"})])
    assert homes(built, "赵新名") == [WANG]
    assert homes(built, "王桂兰") == []


def test_a_note_is_found_once_it_is_written_and_not_once_it_is_taken_back(built):
    form = built.store.reading.find("household", HE)
    visit = {"household_id": HE, "started_at": "2026-06-18T02:00:00Z", "result": "met"}
    made = records.append("visit", visit | {"note": "想养只猫"}, scope_id=form.scope_id)
    (row_id,) = built.store.records.write([made]).row_ids
    assert homes(built, "养只猫") == [HE]
    void = records.append("visit", visit | {"corrects": row_id, "void": True}, scope_id=GRID)
    built.store.records.write([void])
    assert homes(built, "养只猫") == []


def test_a_door_that_is_mended_is_found_by_its_new_number(built):
    built.store.records.write([records.patch("dwelling", "dwelling 6-2-904", {"room": "6-2-905"})])
    assert homes(built, "6-2-905") == [HE]
    assert homes(built, "6-2-904") == []


def test_what_a_sync_brought_is_found_before_anything_else_was_worked_out(built):
    """The due dates wait still; the search does not."""
    grid = news(built, GRID)
    grid.put("person", "p-new", household_id=HE, name="新来人", py="xlr xinlairen")
    bring(built, grid)
    assert homes(built, "新来人") == [HE]
    while built.store.dues.refresh():
        pass
    assert homes(built, "xlr") == [HE]


def test_while_many_households_wait_the_tables_answer(built, monkeypatch):
    monkeypatch.setattr(search_index, "MOST_AT_ONCE", 1)
    grid = news(built, GRID)
    for number, home in enumerate((HE, WANG)):
        told = {"name": f"批量{number}", "py": "pl piliang", "household_id": home}
        grid.put("person", f"p-{number}", **told)
    bring(built, grid)
    assert built.store.index.search("批量", 5, notes=True) is None
    assert set(homes(built, "批量")) == {HE, WANG}


def test_a_scope_that_was_taken_away_is_found_no_more(built):
    built.store.replica.revoke(GRID)
    assert homes(built, "王桂兰") == []
    assert homes(built, "扶手") == []


def test_a_person_of_tier_3_is_found_by_nothing_of_it(built):
    for word in ("社区矫正", "矫正", "严重精神障碍", "两人同行"):
        assert homes(built, word) == []


@pytest.mark.parametrize("typed", ["003X", "003x", "11010119480302003X"])
@pytest.mark.parametrize("is_built", [True, False])
def test_somebody_is_found_by_the_end_of_an_id_number(place, typed, is_built):
    """Typed alone, or as a reader gives the whole card; part of the end finds nobody."""
    grid = news(place, GRID)
    grid.put("person", "p-new", household_id=HE, name="新来人", id_tail="003X")
    bring(place, grid)
    if is_built:
        build(place)
    assert place.store.index.is_ready == is_built
    assert HE in homes(place, typed)
    assert homes(place, "03X") == []
