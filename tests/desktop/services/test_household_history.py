"""What a household's card says of its past, its care and its neighbours."""

from datetime import date

import pytest

from desktop.services.edits import Edits
from desktop.services.visits import VisitForm
from sync.errors import NotFound
from sync.rules.frequency import Level
from sync.store.record import DeliveryState
from tests.support.workplaces import household_id, workplace

ZHAO, WANG, SHARED, HE = (household_id(f"6-2-{door}") for door in ("2304", "1602", "1203", "904"))
XU, DING = household_id("9-1-102"), household_id("9-1-501")


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        yield opened


def test_a_visit_that_is_taken_back_stays_and_is_marked(place):
    """The visit of before is named by the one that takes it back; both are read."""
    home = place.households.record(WANG)
    saved = place.visits.record(home, VisitForm(result="met", note="走错门"))
    place.visits.take_back(saved.visit_id, "记错了人家")
    card = place.households.card(WANG)
    by_id = {entry.id: entry for entry in card.entries}
    assert by_id[saved.visit_id].replaced
    taken = next(e for e in card.entries if e.fields.get("corrects") == saved.visit_id)
    assert (taken.fields["void"], taken.replaced) == (True, False)


def test_entries_made_here_wait_until_they_are_sent(place):
    """What came from the server is delivered; no receipt is kept of it."""
    place.notes.write(place.households.record(WANG), "灯坏了")
    newest, *older = place.households.card(WANG).entries
    assert (newest.state, newest.author) == (DeliveryState.WAITING, "陈晓禾")
    assert {entry.state for entry in older} == {DeliveryState.DELIVERED}


def test_each_tag_has_its_own_next_day(place):
    """A month and half a year after the last time somebody was met."""
    care = place.households.card(WANG).care
    assert [(line.tag, line.level, line.next_due) for line in care] == [
        ("elder_alone", Level.YELLOW, date(2026, 6, 13)),
        ("party_member", Level.GREEN, date(2026, 11, 13)),
    ]


def test_neighbours_are_found_over_the_end_of_a_stair(place):
    """The last door of one stair leads to the first of the next; the ends lead nowhere."""
    assert place.households.beside(SHARED) == (WANG, HE)
    assert place.households.beside(HE) == (SHARED, XU)
    assert place.households.beside(ZHAO) == ("", WANG)
    assert place.households.beside(DING)[1] == ""
    assert place.households.beside("nowhere") == ("", "")


def test_a_change_of_several_rows_is_saved_whole_or_not_at_all(place):
    """One row that is not here leaves the others as they were, and the draft too."""
    place.edits.keep_draft(WANG, {"best_time": "evening"})
    wanted = {
        ("household", WANG): {"best_time": "evening"},
        ("person", "nobody"): {"phone": "13812345678"},
    }
    with pytest.raises(NotFound):
        place.edits.change_home(WANG, wanted)
    assert place.households.record(WANG).get("best_time") is None
    assert place.edits.draft(WANG) == {"best_time": "evening"}


def test_a_saved_change_ends_its_draft(place):
    """A draft that stayed would offer to change what is changed already."""
    edits: Edits = place.edits
    edits.keep_draft(WANG, {"best_time": "evening"})
    edits.change_home(WANG, {("household", WANG): {"best_time": "evening"}})
    assert edits.draft(WANG) == {}
    assert edits.draft_saved_at(WANG) == ""
