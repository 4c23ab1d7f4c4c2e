"""Moves in and out, and what follows from them for the visits."""

from datetime import timedelta

import pytest

from desktop.services.residents import DayAhead, Move, NewResident
from desktop.services.visits import VisitForm
from sync.errors import NotFound
from sync.rules.due import Why
from tests.support.workplaces import household_id, workplace

WANG, HE = household_id("6-2-1602"), household_id("6-2-904")
EMPTY = household_id("9-1-602")
WANGS_ID = "person 6-2-1602 0"


def vacant_home(_community, grid):
    """A home where nobody lives, and one whose resident has no residency."""
    grid.put("dwelling", "dwelling 9-1-602", building_id="building 9", room="9-1-602", floor=6)
    grid.rows["dwelling", "dwelling 9-1-602"][1]["occupancy"] = "vacant"
    grid.put("household", EMPTY, dwelling_id="dwelling 9-1-602")
    grid.put(
        "visit", "look", household_id=EMPTY, started_at="2026-06-01T02:00:00Z", result="vacant"
    )
    grid.put("household", "bare", dwelling_id="dwelling 9-1-501")
    grid.put("person", "alone", household_id="bare", name="孙二")


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, more=vacant_home) as opened:
        yield opened


def test_who_moves_into_a_vacant_home_begins_a_new_household(place):
    """It is theirs, lived in again, and asks for a first visit within seven days."""
    new = NewResident("周明", relation="0", since="2026-06-16", occupancy="rented")
    done = place.residents.add(EMPTY, new)
    card = place.households.card(EMPTY)
    assert (card.line.who, card.dwelling.get("occupancy")) == ("周明", "rented")
    assert card.due.reason_key is Why.NEW_HOME
    assert card.due.next_due.isoformat() == "2026-06-23"
    place.residents.undo(done)
    card = place.households.card(EMPTY)
    assert card.members == ()
    assert (card.record.get("head_id"), card.dwelling.get("occupancy")) == (None, "vacant")


def test_who_joins_a_household_changes_nothing_else(place):
    """No new home, no other head."""
    place.residents.add(HE, NewResident("何小雨", since="2026-06-16"))
    home = place.households.record(HE)
    assert home.get("moved_in") is None
    assert home.get("head_id") == "person 6-2-904 0"


def test_away_and_back(place):
    """Somebody away is nobody's reason to come, and comes back from a day on."""
    place.residents.move(WANG, [WANGS_ID], Move.AWAY, "2026-06-10")
    (member,) = place.households.card(WANG).members
    assert (member.status, member.until) == ("away", "")
    assert place.households.card(WANG).care == ()
    place.residents.move(WANG, [WANGS_ID], Move.BACK, "2026-06-17")
    (member,) = place.households.card(WANG).members
    assert (member.status, member.since) == ("living", "2026-06-17")


def test_a_close_time_that_lasts_longer_stays(place):
    """A death does not shorten what a discharge from hospital began."""
    found = place.references.any("6-2-904")
    place.edits.change(found, {"red_until": "2026-09-01"})
    done = place.residents.move(HE, ["person 6-2-904 1"], Move.DIED, "2026-06-17")
    assert done.close_care_until == ""
    assert place.households.record(HE).get("red_until") == "2026-09-01"


def test_a_resident_without_a_residency_gets_one(place):
    """A roster that did not say is taken to mean that they lived here."""
    done = place.residents.move("bare", ["alone"], Move.MOVED_OUT, "2026-06-17")
    (residency,) = place.store.reading.rows("residency", where={"household_id": "bare"})
    assert (residency.get("status"), residency.get("valid_to")) == ("moved_out", "2026-06-17")
    place.residents.undo(done)
    assert place.store.reading.rows("residency", where={"household_id": "bare"}) == []
    assert place.households.card("bare").members[0].status == "living"


def test_days_ahead_and_people_elsewhere_are_refused(place):
    """Nothing is written then."""
    before = place.store.reading.counts().waiting
    with pytest.raises(DayAhead):
        place.residents.move(WANG, [WANGS_ID], Move.DIED, "2026-06-19")
    with pytest.raises(DayAhead):
        place.residents.add(WANG, NewResident("周明", since="2027-01-01"))
    with pytest.raises(NotFound):
        place.residents.move(WANG, ["nobody"], Move.DIED, "")
    with pytest.raises(NotFound):
        place.residents.add("elsewhere", NewResident("周明"))
    assert place.store.reading.counts().waiting == before


def test_undo_after_an_upload_is_a_new_operation(place):
    """The server has the move; taking it back is said anew, and so is the history."""
    done = place.residents.move(WANG, [WANGS_ID], Move.DIED, "2026-06-17")
    place.clock.moment += timedelta(minutes=1)
    sent = {one.op_id for one in place.store.reading.deliveries()}
    place.residents.undo(done)
    fresh = [one for one in place.store.reading.deliveries() if one.op_id not in sent]
    assert sorted((one.type, one.kind) for one in fresh) == [
        ("change", "append"),
        ("residency", "patch"),
    ]
    assert place.households.card(WANG).due is not None


def test_who_moved_in_after_a_vacant_look_is_met_again(place):
    """A visit that found nobody says nothing of those who came later."""
    place.visits.record(place.households.record(HE), VisitForm(result="vacant"))
    assert place.households.card(HE).due.reason_key is Why.VACANT
    place.clock.moment += timedelta(days=2)
    place.residents.move(HE, ["person 6-2-904 0", "person 6-2-904 1"], Move.MOVED_OUT, "")
    place.residents.add(HE, NewResident("周明", since="2026-06-20", occupancy="rented"))
    assert place.households.card(HE).due.reason_key is Why.NEW_HOME
