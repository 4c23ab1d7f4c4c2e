"""The round that is kept between two looks equals one that is made of everything anew."""

import pytest

from desktop.services.round_facts import RoundFacts
from desktop.services.today import Today
from desktop.services.visits import VisitForm
from sync.store.records import delete, patch
from tests.support.campaigns import bring, news
from tests.support.workplaces import GRID, household_id, workplace

WANG, HE, LIU = household_id("6-2-1602"), household_id("6-2-904"), household_id("9-1-301")


def visit(place):
    """Somebody was met."""
    place.visits.record(place.households.record(WANG), VisitForm("met"))


def promise(place):
    """Something has to be brought back today."""
    form = VisitForm("met", promise="带一份药盒", promise_by="2026-06-18")
    place.visits.record(place.households.record(LIU), form)


def rename(place):
    """The head has another name."""
    place.store.records.write([patch("person", "person 6-2-1602 0", {"name": "王桂芳"})])


def other_door(place):
    """A door gets another number: the household's own row stays."""
    place.store.records.write([patch("dwelling", "dwelling 6-2-1602", {"room": "6-2-1702"})])


def tag(place):
    """Care that asks for somebody today."""
    place.store.records.write(
        [patch("person", "person 9-1-501 0", {"tags": ["elder_alone"], "birth": "1940-02-01"})]
    )


def put_off(place):
    """A visit waits until next week."""
    place.postponing.put_off([WANG], place.day().replace(day=25))


def moved(place):
    """Everybody of a home has moved out."""
    gone = {"status": "moved_out", "valid_to": "2026-06-18"}
    place.store.records.write([patch("residency", "residency 6-2-904 0", gone)])


def guest(place):
    """Somebody of another home heads this one, and then gets another name."""
    grid = news(place, GRID)
    grid.put("residency", "guest", household_id=HE, person_id="person 9-1-301 1", relation="head")
    bring(place, grid)
    place.store.records.write([patch("household", HE, {"head_id": "person 9-1-301 1"})])
    settle(place)
    place.today.round()
    place.store.records.write([patch("person", "person 9-1-301 1", {"name": "白小静"})])


def colleague(place):
    """A sync brings a visit that another computer saved, before its due date is worked out."""
    grid = news(place, GRID)
    body = {"household_id": WANG, "started_at": "2026-06-18T01:00:00Z", "result": "met"}
    grid.put("visit", "visit of another", **body)
    bring(place, grid)


def colleague_settled(place):
    """The same, worked out."""
    colleague(place)
    settle(place)


def house(place):
    """A building has another name, and no lift any more."""
    changed = {"name": "六号楼", "has_lift": False}
    place.store.records.write([patch("area", "building 6", changed)])


def gone(place):
    """A household is not there any more."""
    place.store.records.write([delete("household", HE)])


CHANGES = (
    visit,
    promise,
    rename,
    other_door,
    tag,
    put_off,
    moved,
    guest,
    colleague,
    colleague_settled,
    house,
    gone,
)


def settle(place):
    """Work out every due date."""
    while place.store.dues.refresh():
        pass


def anew(place):
    """The round by somebody who kept nothing."""
    facts = RoundFacts(place.store, place.households, place.names)
    today = Today(
        place.store,
        place.clock,
        facts,
        place.promises,
        place.case_list,
        place.door_checks,
        place.matter_list,
    )
    return today.round()


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_shows_in_the_round_that_was_kept(place, change):
    """Each kind of change, saved here or brought by a sync."""
    before = place.today.round()
    change(place)

    assert place.today.round() == anew(place)
    settle(place)
    assert place.today.round() == anew(place)
    assert place.today.round() != before


def test_changes_one_after_the_other(place):
    """Nothing of an earlier change is forgotten by a later one."""
    for change in CHANGES:
        if change not in (guest, colleague_settled):  # They begin as others do.
            change(place)
        assert place.today.round() == anew(place)


def test_only_what_was_touched_is_read_again(place):
    """Two lines of doors that nobody touched are the same object; the touched one is another."""
    before = {door.id: door for door in place.today.round().doors()}
    visit(place)
    after = {door.id: door for door in place.today.round().doors()}

    assert after[WANG].household is not before[WANG].household
    others = before.keys() & after.keys() - {WANG}
    assert others
    assert all(after[key] is before[key] for key in others)


def test_what_failed_is_read_again(place, monkeypatch):
    """What was touched is told once: a look that failed must not swallow it."""
    facts = RoundFacts(place.store, place.households, place.names)
    facts.keep_up(place.day())
    assert WANG in facts.dues(place.day(), frozenset())
    rename(place)
    with monkeypatch.context() as broken:
        broken.setattr(place.store.reading, "behind", lambda ids: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            facts.keep_up(place.day())

    facts.keep_up(place.day())

    assert facts.lines([WANG])[WANG].who == "王桂芳"
