"""When a household is due: the hand-book's rules, one by one."""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.identity import LOCAL_ZONE
from sync.rules.due import ANY_DAY, Due, DueFacts, Why, due_of, facts_of
from sync.rules.frequency import Level, PersonCare, Resident
from sync.rules.visits import Band, VisitFact, standing, visit_fact

ALONE = PersonCare(tags=frozenset({"elder_alone"}), birth=date(1948, 6, 1))
OLD_ALONE = PersonCare(tags=frozenset({"elder_alone"}), birth=date(1940, 6, 1))


def at(day, clock="10:00"):
    """A moment in China."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LOCAL_ZONE)


def visit(day, result="met", clock="10:00", **more):
    """A visit on a day; its id is where and what it was, so that it can be corrected."""
    return VisitFact(f"{day}/{clock}/{result}", at(day, clock), result, **more)


def due(*visits, people=(ALONE,), statuses=("living",), **facts):
    """The due of a household with these visits; an older person living alone unless it says."""
    return due_of(
        DueFacts("h", people=tuple(people), statuses=tuple(statuses), visits=visits, **facts)
    )


def test_a_month_after_the_last_contact():
    """The sample household: last met on 13 May, monthly."""
    found = due(visit("2026-05-13"))
    assert found.next_due == date(2026, 6, 13)
    assert found.level is Level.YELLOW
    assert (found.reason_key, found.reason_args) == (
        Why.CARE,
        {"level": "yellow", "tag": "elder_alone"},
    )


@pytest.mark.parametrize("result", ["met", "met_family"])
def test_any_contact_moves_the_date(result):
    """Someone of the household was met, whoever went."""
    assert due(visit("2026-05-13"), visit("2026-06-01", result)).next_due == date(2026, 7, 1)


@pytest.mark.parametrize("result", ["not_home", "wrong", "danger", "vacant"])
def test_what_reached_nobody_does_not_move_it(result):
    """An unanswered knock, a wrong door and a danger leave the date where it is."""
    found = due(visit("2026-05-13"), visit("2026-06-12", result))
    assert found.next_due == date(2026, 6, 13)
    assert found.last_met == date(2026, 5, 13)


def test_an_evening_visit_counts_for_its_own_day_in_china():
    """22:30 in China is still the same day, whatever UTC calls it; so is half past midnight."""
    assert due(visit("2026-06-01", clock="22:30")).next_due == date(2026, 7, 1)
    assert due(visit("2026-06-02", clock="00:30")).next_due == date(2026, 7, 2)


def test_the_shortest_interval_of_the_household_wins():
    """A quarterly household with a monthly member is monthly."""
    dibao = PersonCare(tags=frozenset({"dibao"}))
    found = due(visit("2026-05-31"), people=[dibao, ALONE])
    assert (found.next_due, found.level) == (date(2026, 6, 30), Level.YELLOW)
    assert due(visit("2026-05-31"), people=[dibao]).next_due == date(2026, 8, 31)


def test_the_servers_floor_holds_without_its_tags():
    """A laptop that holds no tier-3 row reaches the date of those that do."""
    found = due(visit("2026-06-01"), people=[PersonCare()], care_floor="fortnight")
    assert (found.next_due, found.level) == (date(2026, 6, 15), Level.FORTNIGHT)
    assert (found.reason_key, found.reason_args) == (Why.FLOOR, {"level": "fortnight"})


def test_a_floor_that_a_known_tag_explains_is_said_by_the_tag():
    """The sentence names what it may name."""
    found = due(visit("2026-06-01"), care_floor="yellow")
    assert found.reason_key is Why.CARE


def test_a_home_without_tags_is_asked_every_six_months():
    """Nobody drops out of the round for being well."""
    found = due(visit("2025-12-31"), people=[PersonCare()])
    assert (found.next_due, found.level, found.reason_key) == (
        date(2026, 6, 30),
        Level.GREEN,
        Why.HOME,
    )


def test_an_80th_birthday_brings_the_visit_forward():
    """Red begins on the birthday: due that day, neither a week after the last visit nor later."""
    turning = PersonCare(tags=frozenset({"elder_alone"}), birth=date(1946, 6, 20))
    found = due(visit("2026-06-01"), people=[turning])
    assert (found.next_due, found.level) == (date(2026, 6, 20), Level.RED)


# --- Knocks that nobody answered ---------------------------------------------------------------


def test_a_knock_is_retried_within_three_days_at_another_time():
    """The retry has a day and times of day that were not tried."""
    found = due(visit("2026-05-13"), visit("2026-06-13", "not_home", "09:00"))
    assert (found.failures, found.tried) == (1, (Band.MORNING,))
    assert found.retry_by == date(2026, 6, 16)
    assert found.better == (Band.EVENING, Band.AFTERNOON)


def test_the_time_of_day_that_opened_before_is_tried_first():
    """Past visits say when somebody is home."""
    found = due(
        visit("2026-04-13", clock="15:00"),
        visit("2026-05-13", clock="16:00"),
        visit("2026-06-13", "not_home", "09:00"),
    )
    assert found.better == (Band.AFTERNOON, Band.EVENING)


def test_after_three_knocks_a_card_is_left():
    """No fourth retry date; the contact is called."""
    knocks = [visit("2026-06-13", "not_home", clock) for clock in ("09:00", "15:00", "19:00")]
    found = due(visit("2026-05-13"), *knocks)
    assert found.card_due
    assert found.retry_by is None
    assert not due(visit("2026-05-13"), *knocks[:2]).card_due


@pytest.mark.parametrize("result", ["met", "met_family", "refused"])
def test_an_opened_door_ends_the_count(result):
    """Whoever opens was not absent."""
    found = due(visit("2026-06-13", "not_home"), visit("2026-06-14", result))
    assert (found.failures, found.tried, found.retry_by) == (0, (), None)


def test_a_red_household_is_confirmed_safe_by_18_on_the_first_knock():
    """The second knock does not put it off."""
    found = due(
        visit("2026-06-08"),
        visit("2026-06-15", "not_home", "09:30"),
        visit("2026-06-16", "not_home", "09:30"),
        people=[OLD_ALONE],
    )
    assert found.confirm_safe_by == at("2026-06-15", "18:00")


def test_after_18_a_red_household_is_confirmed_safe_at_once():
    """A deadline is never before the knock that opened it."""
    found = due(visit("2026-06-15", "not_home", "19:20"), people=[OLD_ALONE])
    assert found.confirm_safe_by == at("2026-06-15", "19:20")


def test_confirming_ends_with_a_contact_and_is_for_red_alone():
    """A call that reached her is a contact."""
    knock = visit("2026-06-15", "not_home")
    assert (
        due(knock, visit("2026-06-15", clock="16:00"), people=[OLD_ALONE]).confirm_safe_by is None
    )
    assert due(knock).confirm_safe_by is None


# --- Refusals, appointments, new homes, hard times ---------------------------------------------


def test_a_refusal_waits_14_days():
    """Not before two weeks, and never earlier than the rule asked anyway."""
    refused = due(visit("2026-05-13"), visit("2026-06-14", "refused"))
    assert refused.next_due == date(2026, 6, 28)
    early = due(visit("2026-06-01"), visit("2026-06-02", "refused"))
    assert early.next_due == date(2026, 7, 1)
    met = due(visit("2026-06-14", "refused"), visit("2026-06-15"))
    assert (met.next_due, met.wait_until) == (date(2026, 7, 15), None)


def test_an_appointment_stands_until_its_day_was_kept():
    """A visit before the day leaves it open; one on the day or later has kept or replaced it."""
    made = visit("2026-06-11", appointment=at("2026-06-18", "15:00"))
    assert due(made).appointment == at("2026-06-18", "15:00")
    assert due(made, visit("2026-06-15")).appointment == at("2026-06-18", "15:00")
    assert due(made, visit("2026-06-18", "not_home")).appointment is None
    moved = visit("2026-06-15", appointment=at("2026-06-20", "09:00"))
    assert due(made, moved).appointment == at("2026-06-20", "09:00")


def test_a_new_household_is_met_within_seven_days():
    """Counted from moving in; once met, the ordinary interval holds."""
    new = due(people=[PersonCare()], moved_in=date(2026, 6, 9))
    assert (new.next_due, new.reason_key) == (date(2026, 6, 16), Why.NEW_HOME)
    met = due(visit("2026-06-12"), people=[PersonCare()], moved_in=date(2026, 6, 9))
    assert (met.next_due, met.reason_key) == (date(2026, 12, 12), Why.HOME)


def test_a_new_household_keeps_the_level_of_its_care():
    """A knock that a red newcomer does not answer still has to be confirmed."""
    new = due(visit("2026-06-12", "not_home"), people=[OLD_ALONE], moved_in=date(2026, 6, 9))
    assert new.confirm_safe_by == at("2026-06-12", "18:00")


def test_a_home_nobody_ever_met_is_due_on_any_day():
    """A fresh roster has no dates: its homes wait without being called late."""
    found = due()
    assert (found.next_due, found.level, found.never_met) == (ANY_DAY, Level.YELLOW, True)


def test_close_care_is_weekly_until_its_day():
    """After a bereavement: red for 30 days, then as before."""
    weekly = due(visit("2026-06-10"), red_until=date(2026, 7, 1))
    assert (weekly.next_due, weekly.level) == (date(2026, 6, 17), Level.RED)
    assert weekly.reason_args == {"until": "2026-07-01"}
    over = due(visit("2026-06-25"), red_until=date(2026, 7, 1))
    assert (over.next_due, over.level) == (date(2026, 7, 25), Level.YELLOW)


# --- Who is left to visit ----------------------------------------------------------------------


@pytest.mark.parametrize("statuses", [("dead",), ("moved_out",), ("hukou_only", "dead"), ()])
def test_no_task_where_nobody_lives(statuses):
    """Death stops tasks at once, close care and appointments included."""
    past = visit("2026-05-13", appointment=at("2026-06-18"))
    assert due(past, statuses=statuses, people=(), red_until=date(2026, 7, 1)) is None


def test_a_widow_is_still_visited():
    """The task ends with the last resident, not with the first."""
    assert due(visit("2026-05-13"), statuses=("dead", "living")) is not None


def test_a_vacant_home_is_looked_at_every_six_months():
    """A look is enough; the date follows it."""
    found = due(visit("2025-12-20", "vacant"), statuses=(), people=(), occupancy="vacant")
    assert (found.next_due, found.reason_key) == (date(2026, 6, 20), Why.VACANT)
    assert due(statuses=(), people=(), occupancy="vacant").next_due == ANY_DAY


def test_a_door_found_vacant_is_looked_at_until_somebody_opens():
    """The worker said so, and nobody there needs more."""
    plain = [PersonCare()]
    found = due(visit("2026-01-05"), visit("2026-06-01", "vacant"), people=plain)
    assert (found.reason_key, found.next_due) == (Why.VACANT, date(2026, 12, 1))
    back = due(visit("2026-06-01", "vacant"), visit("2026-06-10"), people=plain)
    assert (back.reason_key, back.next_due) == (Why.HOME, date(2026, 12, 10))


def test_a_cared_for_person_is_not_let_go_by_one_empty_look():
    """An older person living alone stays due until they are recorded as moved out."""
    found = due(visit("2026-05-13"), visit("2026-06-12", "vacant"), occupancy="vacant")
    assert (found.next_due, found.failures) == (date(2026, 6, 13), 1)


# --- Corrections -------------------------------------------------------------------------------


def test_a_visit_taken_back_counts_no_more():
    """Undo brings the date back to what it was."""
    wrong = visit("2026-06-12")
    back = visit("2026-06-12", "met", "10:05", corrects=wrong.id, void=True)
    assert due(visit("2026-05-13"), wrong, back).next_due == date(2026, 6, 13)


def test_a_corrected_visit_counts_as_corrected():
    """Its correction stands in its place."""
    wrong = visit("2026-06-12")
    right = visit("2026-06-12", "not_home", "10:05", corrects=wrong.id)
    found = due(visit("2026-05-13"), wrong, right)
    assert (found.next_due, found.failures) == (date(2026, 6, 13), 1)


RESULTS = st.sampled_from(["met", "met_family", "not_home", "refused", "vacant", "wrong", "danger"])
VISITS = st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2026, 6, 18)), RESULTS), max_size=12)


def _visits(drawn):
    return [
        VisitFact(str(number), at(day, f"{8 + number:02}:00"), result)
        for number, (day, result) in enumerate(drawn)
    ]


@given(drawn=VISITS, order=st.randoms(use_true_random=False))
def test_the_order_in_which_visits_arrive_does_not_matter(drawn, order):
    """Two laptops that synced in another order agree."""
    visits = _visits(drawn)
    shuffled = list(visits)
    order.shuffle(shuffled)
    assert due(*visits) == due(*shuffled)


@given(drawn=VISITS, knock=st.dates(date(2026, 1, 1), date(2026, 6, 18)))
def test_a_knock_that_nobody_answers_never_changes_the_date(drawn, knock):
    """The heart of the rule: trying is not meeting."""
    visits = _visits(drawn)
    more = VisitFact("knock", at(knock, "23:00"), "not_home")
    assert due(*visits, more).next_due == due(*visits).next_due


@given(drawn=VISITS)
def test_a_void_undoes_its_visit_wholly(drawn):
    """With and without the pair, everything but nothing else is the same."""
    visits = _visits(drawn)
    extra = VisitFact("extra", at(date(2026, 6, 18), "23:00"), "met")
    void = VisitFact("void", at(date(2026, 6, 18), "23:05"), "", corrects="extra", void=True)
    assert due(*visits, extra, void) == due(*visits)


@given(drawn=VISITS)
def test_more_care_never_means_later(drawn):
    """A tag added to a household brings the next visit forward or leaves it."""
    visits = [one for one in _visits(drawn) if one.result != "vacant"]
    plain = due(*visits, people=[PersonCare()])
    assert due(*visits, people=[PersonCare(), ALONE]).next_due <= plain.next_due


# --- Rows in, JSON out -------------------------------------------------------------------------


def test_facts_are_read_from_rows():
    """What the store, the server and the demo hand in are bodies, with empty fields left out."""
    row = {
        "household_id": "h",
        "started_at": "2026-05-13T02:00:00Z",
        "result": "met",
        "next_appointment": "2026-06-18T07:00:00Z",
    }
    fact = visit_fact("v", row)
    assert fact is not None
    found = due_of(
        facts_of(
            "h",
            {"care_floor": "red", "moved_in": "2020-01-01"},
            {"occupancy": "owner"},
            [
                Resident({"tags": ["elder_alone"], "birth": "1940-01-01"}, "living"),
                Resident({"tags": ["tekun"]}, "dead"),
            ],
            [fact],
        )
    )
    assert found is not None
    assert (found.next_due, found.level) == (date(2026, 5, 20), Level.RED)
    assert found.appointment == at("2026-06-18", "15:00")
    assert visit_fact("v", {"result": "met"}) is None


def test_someone_away_leaves_the_other_alone():
    """An elder whose only child works elsewhere is alone; a silent roster means they live there."""
    elder = {"tags": ["left_elder"], "birth": "1940-01-01"}

    def level(*others):
        fact = visit("2026-06-01")
        found = due_of(facts_of("h", {}, {}, [Resident(elder, ""), *others], [fact]))
        return found and found.level

    assert level(Resident({}, "away")) is Level.RED
    assert level(Resident({}, "living")) is Level.YELLOW
    assert level(Resident({}, "")) is Level.YELLOW


def test_a_due_goes_through_json_unchanged():
    """The laptop keeps it in a table."""
    found = due(
        visit("2026-06-08", appointment=at("2026-06-18")),
        visit("2026-06-15", "not_home"),
        people=[OLD_ALONE],
    )
    assert msgspec.json.decode(msgspec.json.encode(found), type=Due) == found


def test_standing_visits_are_in_order_of_their_time():
    """However they arrived."""
    later, earlier = visit("2026-06-02"), visit("2026-06-01")
    assert standing([later, earlier]) == (earlier, later)
    assert standing([visit("2026-06-01", "wrong")]) == ()


def test_a_day_is_a_day_apart():
    """The span behind a lamp is counted in days."""
    found = due(visit("2026-05-13"))
    assert timedelta(days=found.span) == date(2026, 6, 13) - date(2026, 5, 13)
