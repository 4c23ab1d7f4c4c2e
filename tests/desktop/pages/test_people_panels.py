"""What a panel of People writes, and to which panel a late answer belongs."""

import pytest
from PySide6.QtCore import Qt

from desktop.jobs.lanes import InlineLane, Lanes
from desktop.page import PageContext, Route
from desktop.pages.people import PeoplePage
from desktop.services.office_desk import CodeReply
from desktop.viewmodels.people import GRIDS, HELPERS, STAFF
from sync.errors import NotPermitted
from tests.desktop.pages.hands import press
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import COMMUNITY, page_context, workplace

Key = Qt.Key
HEAD = {"post": "building_head", "area_id": "building 6", "name": "赵大爷"}


class SlowLine:
    """A net lane whose jobs wait; the test says how each of them ended."""

    def __init__(self):
        self.jobs = []

    def start(self, job):
        self.jobs.append(job)


@pytest.fixture
def feeds():
    """The feed of the community, once it is made."""
    return []


@pytest.fixture
def place(tmp_path, feeds):
    def more(community, _grid):
        community.put("staff", "wang", name="王芳", login="wangfang")
        community.put("staff", "chen", name="陈晓禾", login="chenxiaohe")
        community.put("member", "m1", **HEAD, phone="13800001111", department="退休")
        feeds.append(community)

    with workplace(tmp_path, ("secretary",), more=more) as opened:
        yield opened


def opened(qtbot, context, tab):
    page = PeoplePage(context)
    show(qtbot, page)
    page.enter(Route("people", tab))
    return page


def sent(place):
    """The fields of what waits, as (before, after)."""
    return [op.f for op in place.store.replica.batch(COMMUNITY)]


# --- What is written -----------------------------------------------------------------------------


def test_whoever_begins_again_keeps_what_the_panel_left_blank(qtbot, place):
    """A former head stands in for another: the phone stays, the post holds, and it is cover."""
    told = HEAD | {"name": "孙叔", "phone": "13800002222", "full_time": True}
    former = place.rosters.save(told | {"valid_from": "2026-01-01", "valid_to": "2026-03-01"})
    page = opened(qtbot, page_context(place), HELPERS)
    page.rows.go_to("helper:m1")
    press(page, Key.Key_S)
    page.asking.panel.lines["name"].set_text("孙叔")
    page.asking.panel.hand_over()
    row = place.store.reading.find("member", former)
    kept = ("phone", "full_time", "valid_from", "valid_to", "substitute_for")
    assert [row.get(name) for name in kept] == ["13800002222", True, "2026-01-01", None, "m1"]
    # With a post of their own they cover nobody.
    place.rosters.save(HEAD | {"name": "孙叔", "valid_to": ""})
    assert place.store.reading.find("member", former).get("substitute_for") is None


def test_a_change_is_about_what_was_changed_and_what_was_seen(qtbot, place, feeds):
    """A colleague's phone that came meanwhile stands; of a phone changed here it is told what
    stood on the panel, so that a person is asked."""
    page = opened(qtbot, page_context(place), HELPERS)
    page.rows.go_to("helper:m1")
    press(page, Key.Key_E)
    feeds[0].put("member", "m1", **HEAD, phone="13833334444", department="退休")
    feeds[0].pull_into(place.store)
    page.asking.panel.lines["department"].set_text("街道")
    page.asking.panel.hand_over()
    assert sent(place) == [{"department": ("退休", "街道")}]
    assert place.store.reading.find("member", "m1").get("phone") == "13833334444"

    press(page, Key.Key_E)
    feeds[0].put("member", "m1", **HEAD, phone="13855556666", department="退休")
    feeds[0].pull_into(place.store)
    page.asking.panel.lines["phone"].set_text("13877778888")
    page.asking.panel.hand_over()
    assert sent(place)[1] == {"phone": ("13833334444", "13877778888")}


# --- Late answers --------------------------------------------------------------------------------


def slow(qtbot, place):
    line = SlowLine()
    look = page_context(place).look
    page = opened(qtbot, PageContext(place, Lanes(InlineLane(), line), look), STAFF)
    page.rows.go_to("staff:wang")
    return page, line


def begun_and_left(page):
    """A post is given to one; before the answer a panel about another stands open."""
    press(page, Key.Key_G)
    page.asking.panel.hand_over()
    page.asking.close()
    page.rows.go_to("staff:chen")
    press(page, Key.Key_G)
    return page.asking.panel


def test_a_late_answer_leaves_the_panel_about_another_alone(qtbot, place):
    """Done or refused: it is said beside the panel, which stays as it is."""
    page, line = slow(qtbot, place)
    heard = Heard().listen(page)
    panel = begun_and_left(page)
    line.jobs[0].failed.emit(NotPermitted())
    assert (page.asking.panel, panel.error.text()) == (panel, "")
    assert len(heard.errors) == 1
    page.rows.go_to("staff:wang")
    panel = begun_and_left(page)
    line.jobs[1].done.emit(None)
    assert page.asking.panel is panel
    assert len(heard.words) == 1


def test_one_answer_is_awaited_at_a_time(qtbot, place):
    """Pressing twice asks once; after a refusal it may be tried again."""
    page, line = slow(qtbot, place)
    press(page, Key.Key_G)
    panel = page.asking.panel
    panel.hand_over()
    panel.hand_over()
    assert len(line.jobs) == 1
    line.jobs[0].failed.emit(NotPermitted())
    assert panel.error.text()
    panel.hand_over()
    assert len(line.jobs) == 2


@pytest.mark.parametrize(("leaves", "shown"), [(False, "ABCD"), (True, "")])
def test_a_code_that_comes_after_the_page_was_left_is_not_shown(qtbot, place, leaves, shown):
    """It is shown once, to whoever waited for it."""
    page, line = slow(qtbot, place)
    press(page, Key.Key_C)
    if leaves:
        page.leave()
    line.jobs[0].done.emit(CodeReply("wangfang", "ABCD", "2026-06-19T00:00:00Z"))
    assert page.lists.code == shown


def test_the_doors_are_counted_before_they_move(qtbot, place):
    """With every letter: nobody moves a whole grid by a slip of the finger."""
    page = opened(qtbot, page_context(place), GRIDS)
    page.rows.go_to("area:third")
    press(page, Key.Key_M)
    panel = page.asking.panel
    whole = len(page.lists.behind("area:third")[1])
    assert panel.told.text() == f"{whole} of {whole} households are moved"
    panel.lines["doors"].set_text("9-1")
    assert panel.told.text() == f"4 of {whole} households are moved"
    panel.lines["doors"].set_text("77-7")
    assert "answers to" in panel.told.text()
