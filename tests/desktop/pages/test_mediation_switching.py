"""From one case to the next while the store still answers the one before."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.mediation import CaseFormPage, CasePage
from desktop.services.case_rules import talk_draft_key
from tests.desktop.pages.hands import hold, press
from tests.desktop.pages.rounds import Heard, show
from tests.desktop.services.test_cases import LEAK
from tests.support.workplaces import page_context, workplace

Key = Qt.Key


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


def two_cases(place, detail=""):
    """The routes to two cases, or to one form of each."""
    key = "case_form" if detail else "case"
    titles = (LEAK.title, "车位被占")
    ids = [place.cases.open(replace(LEAK, title=title)) for title in titles]
    return [Route(key, case_id, detail) for case_id in ids]


def opened(qtbot, place, page, route):
    """A page as its window shows it."""
    made = page(page_context(place))
    show(qtbot, made)
    made.resize(1400, 800)
    made.enter(route)
    return made


def go(page, route):
    """As the frame goes on to another record."""
    page.leave()
    page.enter(route)


# --- Words --------------------------------------------------------------------------------------


def test_a_case_never_opens_with_the_words_of_the_one_before(qtbot, place):
    """Nor keeps or writes them down: not while its own draft is on its way."""
    ours, theirs = two_cases(place)
    page = opened(qtbot, place, CasePage, ours)
    place.cases.keep_draft(talk_draft_key(theirs.record_id), {"text": "车位", "result": "没谈成"})
    page.entry.note.set_text("漏水")
    page.entry.kind.press("mediation")
    lane = hold(page.context)
    go(page, theirs)
    assert (page.entry.note.text(), page.entry.chosen_kind()) == ("", "")
    page.entry.show_case(place.cases.case(theirs.record_id))
    page.entry._keep()
    page.entry.save()
    lane.let_all_go()
    assert page.entry.note.text() == "车位"
    assert place.cases.case(theirs.record_id).talks == ()
    drafts = [place.cases.draft(talk_draft_key(one.record_id)) for one in (ours, theirs)]
    assert drafts == [
        {"text": "漏水", "kind": "mediation"},
        {"text": "车位", "result": "没谈成"},
    ]


def test_what_is_typed_before_the_draft_came_stays(qtbot, place):
    """It stands after what was kept, and is kept with it."""
    ours, theirs = two_cases(place)
    page = opened(qtbot, place, CasePage, ours)
    place.cases.keep_draft(talk_draft_key(theirs.record_id), {"text": "车位", "kind": "phone"})
    lane = hold(page.context)
    go(page, theirs)
    page.entry.note.set_text("他不来")
    lane.let_all_go()
    assert page.entry.note.text() == "车位\n他不来"
    page.leave()
    lane.let_all_go()
    kept = place.cases.draft(talk_draft_key(theirs.record_id))
    assert kept["text"] == "车位\n他不来"


def test_a_refusal_that_comes_late_is_not_said_at_another_case(qtbot, place):
    """Its entry there can still be written down."""
    ours, theirs = two_cases(place)
    page = opened(qtbot, place, CasePage, ours)
    heard = Heard().listen(page)
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    go(page, theirs)
    lane.let_one_go()
    assert page.entry.card.foot.text() == ""
    assert [error.sentence() for error in heard.errors] == [
        "Write what was said, or what came of it."
    ]


def test_a_form_never_opens_with_the_words_of_the_one_before(qtbot, place):
    """It is blank, and keeps and saves nothing, until its own came."""
    ours, theirs = two_cases(place, "talk")
    page = opened(qtbot, place, CaseFormPage, ours)
    page.fields.entries["text"].set_value("漏水")
    lane = hold(page.context)
    go(page, theirs)
    assert page.fields.texts() == {}
    page._keep()
    page._save()
    lane.let_all_go()
    assert page.fields.texts().get("text", "") == ""
    assert place.cases.draft(talk_draft_key(theirs.record_id)) == {}
    assert place.cases.case(theirs.record_id).talks == ()
    assert place.cases.draft(talk_draft_key(ours.record_id))["text"] == "漏水"
