"""A form, an undo or a decision while a sync brings a colleague's value: nothing is overwritten."""

from datetime import UTC, datetime

import pytest

from desktop.services.conflict_cases import open_cases
from desktop.services.conflicts import Decision
from desktop.services.opening import open_household
from desktop.viewmodels.home_form import home_form
from sync.store.records import delete
from tests.support.disagreement import HOME, XIAOYAN, two_who_differ
from tests.support.laptops import TickingClock
from tests.support.server import server  # noqa: F401

MINE, THEIRS, FORMER = "13811112222", "13833334444", "13900001180"


@pytest.fixture
def pair(tmp_path, server):  # noqa: F811
    """Worker and leader on two laptops, before they differ."""
    clock = TickingClock(datetime(2026, 6, 18, 2, 0, tzinfo=UTC))
    with two_who_differ(tmp_path, server, clock) as made:
        yield made


def theirs_arrives(pair):
    """The leader writes a phone, and the worker's computer hears of it by itself."""
    pair.leader.change("household", HOME, contact=THEIRS)
    pair.leader.sync()
    pair.worker.sync()


def contact(side):
    """What somebody sees."""
    return side.laptop.value("household", HOME, "contact")


def asked(side):
    """The values that wait for a person, beside the one that stands."""
    return [
        entry["value"]
        for row in side.place.store.reading.conflicts()
        for entry in row.get("candidates")
    ]


def opened_form(side, looks=FORMER):
    """The form of the home as it is opened now, with the phone looked at."""
    opened = open_household(side.place, HOME)
    form = home_form(opened.card, opened.saw)
    form.look(f"household:{HOME}:contact", looks)
    return form


def test_a_form_that_stood_open_overwrites_nothing(pair):
    """The worker mends the number they saw; the leader's, which came meanwhile, stands."""
    form = opened_form(pair.worker)
    theirs_arrives(pair)
    form.write(f"household:{HOME}:contact", MINE)

    pair.worker.place.edits.change_home(HOME, form.wanted(), form.saw())
    pair.meet()

    assert contact(pair.leader) == THEIRS
    assert asked(pair.leader) == [MINE]


def test_a_draft_overwrites_nothing(pair):
    """Begun on Monday, saved on Tuesday, with a sync in between."""
    form = opened_form(pair.worker)
    form.write(f"household:{HOME}:contact", MINE)
    pair.worker.place.edits.keep_draft(HOME, form.kept.texts, form.kept.saw)
    theirs_arrives(pair)

    opened = open_household(pair.worker.place, HOME)
    again = home_form(opened.card, opened.saw)
    again.restore(pair.worker.place.edits.kept(HOME))
    pair.worker.place.edits.change_home(HOME, again.wanted(), again.saw())
    pair.meet()

    assert contact(pair.leader) == THEIRS
    assert asked(pair.leader) == [MINE]


def test_undoing_a_change_overwrites_nothing(pair):
    """The worker's change went through, the leader went on from it, and then comes the undo."""
    edits = pair.worker.place.edits
    changes = edits.change_home(HOME, {("household", HOME): {"contact": MINE}})
    pair.meet()
    theirs_arrives(pair)

    edits.undo(changes)
    pair.meet()

    assert contact(pair.worker) == contact(pair.leader) == THEIRS


@pytest.mark.parametrize("uploaded", [False, True])
def test_undoing_ones_own_change_puts_the_former_value_back(pair, uploaded):
    """Where nobody else wrote there."""
    edits = pair.worker.place.edits
    changes = edits.change_home(HOME, {("household", HOME): {"contact": MINE}})
    if uploaded:
        pair.meet()
    edits.undo(changes)
    pair.meet()

    assert contact(pair.worker) == contact(pair.leader) == FORMER
    assert asked(pair.leader) == []


def differ(pair):
    """Both wrote a phone; the leader's stands, the worker's waits."""
    pair.leader.change("household", HOME, contact=THEIRS)
    pair.worker.change("household", HOME, contact=MINE)
    for side in (pair.leader, pair.worker, pair.leader):
        side.sync()


def test_a_decision_is_about_what_was_on_the_screen(pair):
    """The leader changed the number once more before the worker pressed the button."""
    differ(pair)
    (case,) = open_cases(pair.worker.place)
    (question,) = case.questions
    pair.leader.change("household", HOME, contact="13855556666")
    pair.leader.sync()
    pair.worker.sync()

    pair.worker.place.conflicts.settle_all([Decision(question.conflict_id, MINE, question.saw)])
    pair.meet()

    assert contact(pair.leader) == "13855556666"
    assert asked(pair.leader) == [MINE]


def test_undoing_a_decision_overwrites_nothing(pair):
    """The leader, who saw the decision, wrote another number since."""
    differ(pair)
    conflicts = pair.worker.place.conflicts
    (seen,) = conflicts.waiting()
    settled = conflicts.settle(seen, MINE)
    pair.meet()
    pair.leader.change("household", HOME, contact="13855556666")
    pair.leader.sync()
    pair.worker.sync()

    conflicts.undo(settled)
    pair.meet()

    assert contact(pair.worker) == contact(pair.leader) == "13855556666"


def test_a_resident_whose_removal_is_undone_comes_back_with_what_was_typed(pair):
    """Also after the decision was sent."""
    pair.leader.place.store.records.write([_removal(pair.leader, XIAOYAN)])
    pair.worker.change("person", XIAOYAN, phone=MINE)
    for side in (pair.leader, pair.worker, pair.leader):
        side.sync()
    conflicts = pair.worker.place.conflicts
    (seen,) = conflicts.waiting()
    settled = conflicts.settle(seen, "delete")
    pair.meet()

    conflicts.undo(settled)
    pair.meet()

    assert pair.leader.laptop.value("person", XIAOYAN, "phone") == MINE


def _removal(side, person_id):
    saw = side.place.store.reading.saw([("person", person_id)])["person", person_id]
    return delete("person", person_id, saw=saw)
