"""What a visit reports, promises and brings back, and how all of it is taken back."""

import pytest

from desktop.services.visits import NobodyCameAlong, NoReason, VisitForm
from tests.support.workplaces import household_id, workplace

WANG = household_id("6-2-1602")
GAS_AND_RAIL = VisitForm("met", note="软管老化，想装扶手。", needs=("repair",), hazards=("gas",))


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def home(place):
    return place.households.record(WANG)


def test_where_two_go_somebody_came_along(place):
    """Also for a script: nothing is saved until it says who; a wrong door needs nobody."""
    home = place.references.household("9-1-102")
    with pytest.raises(NobodyCameAlong):
        place.visits.record(home, VisitForm(result="met"))
    lines = [
        '{"do": "visit", "household": "9-1-102", "result": "met"}',
        '{"do": "visit", "household": "9-1-102", "result": "met", "went_with": "刘建平"}',
        '{"do": "visit", "household": "9-1-102", "result": "wrong"}',
    ]
    done = list(place.actions.apply(lines))
    assert [(one.ok, one.code) for one in done] == [
        (False, "visit.went_with"),
        (True, ""),
        (True, ""),
    ]


def matters(place):
    """Subject and stage of every matter of the home."""
    found = place.store.reading.rows("matter", where={"household_id": WANG})
    return sorted((row.get("subject"), row.get("stage")) for row in found)


def test_a_need_and_a_hazard_become_matters_with_their_visit(place, home):
    """One saving, so that no power cut leaves a need that nobody hears of."""
    saved = place.visits.record(home, GAS_AND_RAIL)

    assert saved.matters == 2
    gas, repair = place.matters.open_of(WANG)
    assert (gas.get("subject"), repair.get("subject")) == ("gas", "repair")
    assert gas.get("visit_id") == saved.visit_id
    assert (gas.get("category"), gas.get("urgency")) == ("fire", "urgent")
    assert (gas.get("source"), gas.get("stage")) == ("visit", "reported")
    assert gas.get("text") == "软管老化，想装扶手。"
    assert repair.get("urgency") == "general"


def test_what_is_asked_for_already_is_not_asked_for_twice(place, home):
    """The visit still says that it was spoken about."""
    place.visits.record(home, GAS_AND_RAIL)
    again = place.visits.record(home, VisitForm("met", needs=("repair", "meal")))

    assert again.matters == 1
    assert matters(place) == [("gas", "reported"), ("meal", "reported"), ("repair", "reported")]


def test_undoing_a_visit_takes_back_what_it_reported_and_promised(place, home):
    """What somebody took up meanwhile stays: it is theirs now."""
    old = place.visits.record(home, VisitForm("met", promise="带一份药盒", promise_by="2026-06-20"))
    (promise,) = place.promises.open(WANG)
    form = VisitForm(
        "met", needs=("repair",), hazards=("gas",), kept=(promise.id,), promise="问托管班"
    )
    saved = place.visits.record(home, form)
    assert [one.what for one in place.promises.open(WANG)] == ["问托管班"]
    (gas, _repair) = place.matters.open_of(WANG)
    place.edits.change(place.references.any(gas.id), {"stage": "accepted"})

    place.visits.undo(saved, form)

    assert matters(place) == [("gas", "accepted"), ("repair", "withdrawn")]
    assert [one.id for one in place.promises.open(WANG)] == [promise.id]
    assert place.visits.draft(WANG).form == form
    assert place.visits.find(old.visit_id)


def test_a_correction_keeps_the_original_and_says_why(place, home):
    """What is reported no more is withdrawn; what is new is reported."""
    saved = place.visits.record(home, GAS_AND_RAIL)
    visit = place.visits.find(saved.visit_id)
    form = VisitForm("met", note="软管老化。", hazards=("gas",), needs=("meal",))
    with pytest.raises(NoReason):
        place.visits.correct(visit, form, " ")

    fixed = place.visits.correct(visit, form, "听错了，是助餐")

    first, second = place.households.card(WANG).entries[:2]
    assert {first.id, second.id} == {saved.visit_id, fixed.visit_id}
    replaced = first if first.id == saved.visit_id else second
    assert replaced.replaced
    assert matters(place) == [("gas", "reported"), ("meal", "reported"), ("repair", "withdrawn")]
    correction = place.visits.find(fixed.visit_id)
    assert correction.get("reason") == "听错了，是助餐"
    assert correction.get("started_at") == visit.get("started_at")


def test_undoing_a_correction_lets_the_original_stand_again(place, home):
    """Its words, in an entry of their own: nothing is ever removed."""
    first = VisitForm("met", note="精神好", condition="fine", pressure="138/86")
    saved = place.visits.record(home, first)
    visit = place.visits.find(saved.visit_id)
    fixed = place.visits.correct(visit, VisitForm("refused"), "记错门了")
    assert place.store.reading.due_of(WANG).last_result == "refused"

    place.visits.undo(fixed, VisitForm("refused"))

    assert place.store.reading.due_of(WANG).last_result == "met"
    standing = [e for e in place.households.card(WANG).entries if not e.replaced]
    assert standing[0].fields["note"] == "精神好"
    assert standing[0].fields["readings"] == [{"high": 138, "kind": "blood_pressure", "low": 86}]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("136/84", (136, 84)),
        ("１３６／８４", (136, 84)),
        ("136 84", (136, 84)),
        ("84/136", None),
        ("1360/84", None),
        ("", None),
    ],
)
def test_a_blood_pressure_is_two_figures_or_none(place, home, typed, stored):
    """A slip is no reading."""
    place.visits.record(home, VisitForm("met", pressure=typed))
    entry = next(
        e
        for e in place.households.card(WANG).entries
        if e.fields["result"] == "met" and e.at.startswith("2026-06-18")
    )
    readings = [(one["high"], one["low"]) for one in entry.fields.get("readings") or ()]
    assert readings == ([stored] if stored else [])


def test_a_saved_visit_becomes_the_form_it_came_from(place, home):
    """So that a correction begins with what was said."""
    form = VisitForm(
        "met_family",
        condition="attention",
        note="血压偏高",
        needs=("medical",),
        hazards=("gas",),
        changes=("phone",),
        companions=("neighbour",),
        went_with="刘建平",
        left_behind=(),
        asked=("m1",),
        pressure="150/92",
        pressure_of="p1",
        next_appointment="2026-06-20T02:00:00Z",
        planned_for="2026-06-13",
    )
    saved = place.visits.record(home, form)
    assert VisitForm.from_visit(place.visits.find(saved.visit_id)) == form
