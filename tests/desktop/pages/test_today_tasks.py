"""What Today holds beside its doors: it leaves them the room."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.today import TodayPage
from desktop.rows import Lamp, RowKind
from desktop.viewmodels.matter_rows import MATTER_PREFIX
from desktop.viewmodels.task_rows import MATTER_FOLD
from tests.desktop.pages.rounds import Heard, press, show
from tests.support.workplaces import page_context, workplace

LATE, CALM = f"{MATTER_PREFIX}late", f"{MATTER_PREFIX}calm"
LOW_PX, HIGH_PX = 560, 700


@pytest.fixture
def place(tmp_path):
    """Two matters were handed to the worker; the time for one of them is over."""

    def more(community, grid):
        told = {"stage": "assigned", "owner_id": "chen", "source": "visit", "place": "9号楼"}
        told["limit_from"] = "2026-06-15T01:00:00Z"
        grid.put("matter", "calm", title="楼道灯不亮", due_finish="2026-07-30T10:00:00Z", **told)
        grid.put("matter", "late", title="下水堵了", due_finish="2026-06-16T10:00:00Z", **told)

    with workplace(tmp_path, more=more) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    made = TodayPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("today"))
    return made


def rows(page):
    return [page._model.row_at(at) for at in range(page._model.rowCount())]


def test_what_was_handed_on_takes_one_line_above_the_doors(page):
    """The most pressing first, and how much it presses; the next door is current."""
    line, *others = rows(page)
    assert (line.key, line.kind) == (MATTER_FOLD, RowKind.FOLDED)
    assert line.title == "2 matters handed on"
    assert [(one.text, one.lamp) for one in line.folded] == [
        ("下水堵了 due 16 Jun", Lamp.RED),
        ("楼道灯不亮", Lamp.GREEN),
    ]
    assert others[0].kind is RowKind.GROUP
    assert page._list.door(page._rows.current_key()) is not None


def test_enter_opens_the_line_and_then_a_matter(page):
    """As a line of finished doors does."""
    heard = Heard().listen(page)
    page._rows.go_to(MATTER_FOLD)
    press(page, Qt.Key.Key_Return)
    assert [row.key for row in rows(page)][:3] == [MATTER_FOLD, LATE, CALM]
    press(page, Qt.Key.Key_J, Qt.Key.Key_Return)
    assert heard.routes == [Route("matters", "late")]

    page._rows.go_to(MATTER_FOLD)
    press(page, Qt.Key.Key_Return)
    assert LATE not in [row.key for row in rows(page)]


def test_whoever_stands_at_a_matter_stays_there(page):
    """A sync in the background, or the way back from the matter, leads to no door."""
    page._rows.go_to(MATTER_FOLD)
    page.refresh()
    assert page._rows.current_key() == MATTER_FOLD
    press(page, Qt.Key.Key_Return, Qt.Key.Key_J)
    page.enter(Route("today"))
    assert page._rows.current_key() == LATE


def test_a_day_without_doors_is_its_matters(page, place):
    """There is nothing to make room for, the first is current, and no figure says 0 of 0."""
    assert page._day.isVisible()
    page._show_round(replace(place.today.round(), groups=(), later=()))
    assert page._day.isHidden()
    assert [row.key for row in rows(page)] == [LATE, CALM]
    assert page._rows.current_key() == LATE


@pytest.mark.parametrize(("height", "names"), [(HIGH_PX, True), (LOW_PX, False)])
def test_a_low_window_names_who_can_wait_on_a_glance(qtbot, place, monkeypatch, height, names):
    """The proposal takes one line of it; whoever points at it, or hears it, is told the same."""
    monkeypatch.setattr("sync.rules.route.MOST_DOORS", 5)
    page = TodayPage(page_context(place))
    show(qtbot, page, height=height)
    page.enter(Route("today"))
    banner = page._crowd._banner
    assert page._crowd.isVisible()
    assert banner._detail.isVisible() is names
    assert ("These can wait" in banner.toolTip()) is not names
    assert "These can wait" in banner.accessibleName()
