"""The day's flows in the whole window, by key presses alone: nothing is called, set or clicked."""

import pytest
from PySide6.QtCore import Qt

from tests.desktop.keyboard import choose, press, tab_to, type_words, walking
from tests.support.workplaces import household_id, workplace

Key = Qt.Key
WANG = household_id("6-2-1602")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def place(tmp_path):
    """A laptop with the sample's homes, none of them visited today."""
    with workplace(tmp_path) as made:
        while made.store.index.step():
            pass
        yield made


@pytest.fixture
def window(qapp, place):
    """The window at its least usual size, on Today."""
    with walking(qapp, place) as made:
        yield made


def visits(place, household=WANG):
    """The visits of a home, the newest first."""
    return [one for one in place.households.card(household).entries if one.kind == "visit"]


def test_a_plain_visit_from_today(window, place):
    """To the door in the list, 1, Ctrl Enter: the next door is asked for."""
    press(window, Key.Key_J, Key.Key_1)
    press(window, Key.Key_Return, held=CTRL)
    assert visits(place)[0].fields["result"] == "met"
    assert window.space.page.KEY == "visit"
    assert "1602" not in window.space.page.title()


def test_nobody_home_in_two_presses(window, place):
    """Down to the door, 2."""
    press(window, Key.Key_J, Key.Key_2)
    assert visits(place)[0].fields["result"] == "not_home"
    assert window.space.page.KEY == "today"


def test_a_visit_with_one_need_and_one_hazard(window, place):
    """By Tab and arrows to the chips; both become matters that are taken on."""
    before = len(place.matters.open_of(WANG))
    press(window, Key.Key_J, Key.Key_V, Key.Key_1)
    choose(window, "Needs", "repair")
    choose(window, "Hazards", "gas")
    press(window, Key.Key_Return, held=CTRL)

    saved = visits(place)[0].fields
    assert (saved["result"], saved["needs"], saved["hazards"]) == ("met", ["repair"], ["gas"])
    assert len(place.matters.open_of(WANG)) == before + 2
    assert window.space.page.KEY == "visit"


def test_a_saved_visit_is_corrected(window, place):
    """From the household's history; why is asked for, and the original stays."""
    press(window, Key.Key_J, Key.Key_1)
    press(window, Key.Key_S, held=CTRL)
    first = visits(place)[0]
    press(window, Key.Key_K, held=CTRL)
    type_words(window, "1602")
    press(window, Key.Key_Return)
    assert window.space.page.KEY == "household"
    tab_to(window, "Correct")
    press(window, Key.Key_Space)
    assert window.space.page.title() == "Correct a visit at 6-2-1602"
    press(window, Key.Key_4)
    press(window, Key.Key_Return, held=CTRL)  # Why is missing: the keyboard is led there.
    type_words(window, "wrong door")
    press(window, Key.Key_Return, held=CTRL)

    newest, original = visits(place)[:2]
    assert (newest.fields["result"], newest.fields["corrects"]) == ("refused", first.id)
    assert newest.fields["reason"] == "wrong door"
    assert original.fields == first.fields
    assert window.space.page.KEY == "household"


def test_a_visit_is_undone_and_its_words_come_back(window, place):
    """Ctrl Z on the next door's form takes back the visit before."""
    press(window, Key.Key_J, Key.Key_1, Key.Key_Slash)
    type_words(window, "fine")
    press(window, Key.Key_Return, held=CTRL)
    assert visits(place)[0].fields["note"] == "fine"
    press(window, Key.Key_Z, held=CTRL)
    assert place.households.card(WANG).due.last_met.isoformat() == "2026-05-13"
    assert place.visits.draft(WANG).form.note == "fine"
