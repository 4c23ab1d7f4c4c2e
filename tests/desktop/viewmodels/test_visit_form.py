"""What the form says before it is saved: guidance, the next date and why."""

from dataclasses import replace

import pytest

from desktop.rows import Tone
from desktop.viewmodels.visit_form import VisitState
from tests.support.workplaces import household_id, workplace

WANG, LIU, ZHOU = (household_id(room) for room in ("6-2-1602", "9-1-301", "9-1-402"))


@pytest.fixture
def state(tmp_path):
    """Makes the form of one household with a result chosen."""
    with workplace(tmp_path) as place:

        def make(household, result):
            made = VisitState(
                place.households.card(household),
                place.visits.outlook(household),
                place.clock.now(),
                None,
            )
            made.choose_result(result)
            return made

        yield make


def test_the_rule_s_own_day_is_preset_and_explained(state):
    """Monthly from today on; an appointment is made only by a press."""
    form = state(WANG, "met")
    rule = form.next_choices()[0]
    assert (form.next_key(), rule.note) == ("rule", "18 Jul Sat")
    assert form.next_hint() == "older person living alone: a visit every month"
    assert form.to_save().next_appointment == ""


def test_a_chosen_time_says_what_it_will_save(state):
    """The day and the time stand on the choice."""
    form = state(WANG, "met")
    form.choose_next("soon")
    chosen = next(one for one in form.next_choices() if one.key == "soon")
    assert chosen.note == "21 Jun Sun 10:30"
    assert form.form.next_appointment == "2026-06-21T02:30:00Z"
    assert form.own_words() == ("2026-06-21", "10:30")


def test_after_the_third_knock_a_card_and_a_call(state):
    """Two knocks before, this is the third; here nobody is written down to call."""
    said = state(LIU, "not_home").guidance()
    assert said.tone is Tone.WARN
    assert said.title == "No answer 3 times: leave a card and call the contact"
    assert "No contact is written down" in said.detail


def test_a_red_home_has_to_be_known_safe(state):
    """A woman of 86 alone: by 18:00."""
    said = state(ZHOU, "not_home").guidance()
    assert (said.tone, said.title) == (Tone.BAD, "Confirm they are safe by 18:00")


def test_a_first_knock_elsewhere_asks_for_nothing(state):
    """No default act, no alarm."""
    form = state(WANG, "not_home")
    assert form.guidance().tone is Tone.OK
    assert form.next_key() == ""
    assert form.knocks_words() == (
        "1 knock without an answer, with this one. Last opened: Wed in the morning."
    )


def test_a_refusal_tells_the_day_until_which_nobody_knocks(state):
    """Two weeks, and then the rule again."""
    said = state(WANG, "refused").guidance()
    assert said.title == "Leave them in peace until 2 Jul"
    assert said.detail == "The next visit is due on 2 Jul Thu."


def test_a_door_that_looks_empty_behind_which_care_is_registered(state):
    """It counts as a knock; a home without care is looked at in half a year."""
    assert state(WANG, "vacant").guidance().tone is Tone.WARN
    assert "next on 18 Dec Fri" in state(LIU, "vacant").guidance().title


@pytest.mark.parametrize(("result", "tone"), [("wrong", Tone.NEUTRAL), ("danger", Tone.BAD)])
def test_the_other_results_say_what_to_do(state, result, tone):
    """A wrong door changes nothing; danger comes before writing."""
    assert state(WANG, result).guidance().tone is tone


def test_the_way_follows_the_result_until_it_was_chosen(state):
    """Nobody was inside a home that did not open."""
    form = state(WANG, "met")
    assert form.form.method == "home"
    form.choose_result("refused")
    assert form.form.method == "door"
    form.choose_result("met")
    assert form.form.method == "home"


def test_a_way_that_was_chosen_stays(state):
    """By phone is by phone, whoever answered."""
    form = state(WANG, "met")
    form.form = replace(form.form, method="phone")
    form.choose_result("met_family")
    assert form.form.method == "phone"
