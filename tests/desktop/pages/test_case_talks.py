"""A case with more talks than a window has room for: what stands there, and what comes later."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.services.case_forms import AgreementForm, TalkForm
from desktop.viewmodels.case_view import SHOWN
from tests.desktop.pages.hands import hold, press
from tests.desktop.pages.test_mediation import case_page
from tests.desktop.services.test_cases import LEAK, TERM
from tests.support.workplaces import workplace

TALKS = 30


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    """A long case, in a window that has room for a few of its talks."""
    case_id = place.cases.open(LEAK)
    for at in range(TALKS):
        place.cases.talk(case_id, TalkForm(text=f"第{at}条"))
    made, _heard = case_page(qtbot, place, case_id)
    return made


def told(page):
    """The talks that stand there, from the top."""
    page.talks.timeline.say_all()
    return [line._text.text() for line in page.talks.timeline._shown if line.isVisibleTo(page)]


def built(page):
    """Everything that waits to be built."""
    page.talks.timeline.say_all()
    while page.earlier.tick.isActive():
        page.earlier.tick.stop()
        page.earlier.tick.timeout.emit()
        page.talks.timeline.say_all()


def test_hundreds_of_talks_show_their_newest(page):
    """The rest is a press away, for keys and for those who hear the screen."""
    assert told(page)[:2] == ["第29条", "第28条"]
    assert (len(told(page)), page._view.entries) == (SHOWN + 1, TALKS)
    assert page._view.items[-1].title == "18 earlier entries"
    page.talks.action_pressed.emit("earlier")
    built(page)
    assert told(page) == [f"第{at}条" for at in reversed(range(TALKS))]
    last = page.talks.timeline._shown[TALKS - 1]
    assert "第0条" in last.accessibleName()


def test_earlier_talks_come_while_one_scrolls(qapp, page):
    """Near the end a few more are built; who reads the newest waits for nothing."""
    bar = page.columns.middle.verticalScrollBar()
    qapp.processEvents()
    assert not page.earlier.tick.isActive()
    bar.setValue(bar.maximum())
    built(page)
    assert len(told(page)) > SHOWN + 1
    for _turn in range(TALKS):
        qapp.processEvents()
        bar.setValue(bar.maximum())
        built(page)
    assert told(page)[-1] == "第0条"


def test_what_was_reached_stays_when_something_is_written(page):
    """The place in the list is not lost by an entry at its top."""
    page.talks.action_pressed.emit("earlier")
    built(page)
    page.entry.note.set_text("又谈了一次")
    page.entry.kind.press("mediation")
    press(page, Qt.Key.Key_S, ctrl=True)
    assert told(page)[0] == "又谈了一次"
    assert told(page)[-1] == "第0条"


def test_what_was_asked_for_while_the_case_is_read_comes_all_the_same(page):
    """A sync in between leaves the earlier talks within reach."""
    lane = hold(page.context)
    page.refresh()
    page.talks.action_pressed.emit("earlier")
    page.earlier.tick.stop()
    page.earlier.tick.timeout.emit()
    lane.let_all_go()
    assert page.earlier.shown == len(told(page)) - 1 == SHOWN
    page.talks.action_pressed.emit("earlier")
    for _turn in range(TALKS):
        built(page)
        lane.let_all_go()
    assert told(page)[-1] == "第0条"


def test_a_new_entry_touches_no_other(page, place):
    """However many stand there, and wherever one reads."""
    page.talks.action_pressed.emit("earlier")
    built(page)
    lines = list(page.talks.timeline._shown)
    place.cases.talk(page._id, TalkForm(text="又谈了一次"))
    page.refresh()
    after = page.talks.timeline._shown
    assert after[0].item.text == "又谈了一次"
    assert after[1:] == lines[: len(after) - 1]


def test_only_what_is_in_sight_is_built_at_once(qapp, page):
    """The rest of a long case comes while it is looked at."""
    page.talks.action_pressed.emit("earlier")
    built(page)
    qapp.processEvents()
    page.columns.to_top()
    assert page.talks.height() > page.columns.middle.height()
    assert page.talks.timeline._in_sight() < TALKS


def test_another_case_begins_at_its_newest(page, place):
    """As many as it has room for, and nothing of the one before."""
    page.talks.action_pressed.emit("earlier")
    other = place.cases.open(replace(LEAK, title="车位被占"))
    page.enter(Route("case", other))
    built(page)
    assert told(page) == []


def test_the_agreement_is_found_among_hundreds_of_talks(page, place):
    """F shows what was agreed alone, and everything again; another case begins with everything."""
    case_id = page._id
    place.cases.move(case_id, "mediating")
    place.cases.write_agreement(case_id, AgreementForm(terms=(TERM,)))
    page.refresh()
    press(page, Qt.Key.Key_F)
    assert (len(told(page)), page.talks.filter.words) == (1, "All entries")
    press(page, Qt.Key.Key_F)
    assert (len(told(page)), page._view.entries) == (SHOWN + 1, TALKS + 1)
    press(page, Qt.Key.Key_F)
    page.enter(Route("case", place.cases.open(replace(LEAK, title="车位被占"))))
    assert page.talks.filter.words == "Only the agreement"


def test_brackets_walk_through_the_cases_of_the_list(qtbot, place):
    """At an end there is nowhere to go."""
    ids = [place.cases.open(replace(LEAK, title=title)) for title in ("一", "二", "三")]
    page, heard = case_page(qtbot, place, ids[1])
    press(page, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight)
    page.enter(Route("case", ids[2]))
    press(page, Qt.Key.Key_BracketRight)
    assert heard.routes == [Route("case", ids[0]), Route("case", ids[2])]
