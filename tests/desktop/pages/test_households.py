"""The list of households and its search, worked by keys on a real store."""

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.households import HouseholdsPage
from desktop.rows import Lamp, RowKind
from desktop.viewmodels.households import HouseholdRows
from tests.desktop.pages.hands import focused_in, hold, press, write
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
ZHAO, WANG, SHARED, HE = (household_id(f"6-2-{door}") for door in ("2304", "1602", "1203", "904"))
XU, LIU, ZHOU, DING = (household_id(f"9-1-{door}") for door in ("102", "301", "402", "501"))
WALK = [ZHAO, WANG, SHARED, HE, XU, LIU, ZHOU, DING]


@pytest.fixture
def desk(tmp_path):
    with workplace(tmp_path, posts=("desk_clerk",)) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    return opened_page(qtbot, place)


def opened_page(qtbot, place):
    """The page as its window shows it."""
    made = HouseholdsPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("households"))
    return made


def rows(page):
    """Every row of the list."""
    return [page._model.row_at(at) for at in range(page._model.rowCount())]


def items(page):
    """The households of the list."""
    return [row for row in rows(page) if row.kind is RowKind.ITEM]


def test_households_stand_by_stair_as_feet_walk_past_them(page):
    """Top down with a lift, bottom up without, each stair with the number of its households."""
    assert [row.key for row in items(page)] == WALK
    stairs = [(row.title, row.when) for row in rows(page) if row.kind is RowKind.GROUP]
    assert stairs == [("6号楼, unit 2", "4 households"), ("9号楼, unit 1", "4 households")]


def test_a_row_says_how_its_household_stands(page):
    """A lamp with words for what is late, and how many people live there."""
    wang = next(row for row in items(page) if row.key == WANG)
    assert (wang.lead, wang.title, wang.lamp) == ("1602", "王桂兰, aged 78", Lamp.RED)
    assert wang.reason == "5 days late"
    assert "1 person" in wang.detail


def test_a_row_names_no_tag_of_a_home_where_nobody_goes_alone(page):
    """Tier 3 has no word in a list but the neutral one."""
    xu = next(row for row in items(page) if row.key == XU)
    assert [tag.text for tag in xu.tags] == ["Go in pairs"]


@pytest.mark.parametrize(
    "typed", ["wgl", "王桂兰", "wangguilan", "6-2-1602", "6栋2单元1602", "6#-2-1602", "3305"]
)
def test_a_household_is_found_by_what_somebody_remembers(page, typed):
    """Initials, name, pinyin, the room in any spelling, the end of a phone."""
    press(page, Key.Key_F, ctrl=True)
    write(page, typed)
    assert page._shown.homes[items(page)[0].key] == WANG
    assert items(page)[0].lead == "1602"


def test_enter_opens_the_best_answer(page):
    """Typing and Enter are enough; the list need not be touched."""
    heard = Heard().listen(page)
    press(page, Key.Key_F, ctrl=True)
    write(page, "hml")
    press(page, Key.Key_Return)
    assert heard.routes == [Route("household", HE)]


def test_down_goes_from_the_search_into_the_list(page):
    """From there J, K and Enter work as in every list."""
    heard = Heard().listen(page)
    press(page, Key.Key_F, ctrl=True)
    write(page, "6-2")
    press(page, Key.Key_Down)
    assert focused_in(page) is page.rows
    first, second = page._shown.homes[items(page)[0].key], page._shown.homes[items(page)[1].key]
    press(page, Key.Key_J, Key.Key_Return, Key.Key_K, Key.Key_Return)
    assert [route.record_id for route in heard.routes] == [second, first]


def test_an_answer_to_what_was_typed_before_is_dropped(qtbot, place):
    """The list never shows the households of an older word, not even for a moment."""
    page = opened_page(qtbot, place)
    lane = hold(page.context)
    press(page, Key.Key_F, ctrl=True)
    write(page, "wgl")
    assert len(lane.waiting) == 1
    lane.let_one_go()
    assert [row.key for row in items(page)] == WALK
    lane.let_all_go()
    assert [page._shown.homes[row.key] for row in items(page)] == [WANG]


def test_enter_before_the_answer_opens_what_was_typed(qtbot, place):
    """A quick typist never opens the household that was current before."""
    page = opened_page(qtbot, place)
    heard = Heard().listen(page)
    lane = hold(page.context)
    press(page, Key.Key_F, ctrl=True)
    write(page, "hml")
    press(page, Key.Key_Return)
    assert heard.routes == []
    lane.let_all_go()
    assert heard.routes == [Route("household", HE)]


def test_nobody_found_says_what_to_try(page):
    """Esc leads back to the whole list."""
    press(page, Key.Key_F, ctrl=True)
    write(page, "zzzz")
    assert page._stack.currentWidget() is page._nothing
    assert "zzzz" in page._nothing.accessibleName()
    press(page, Key.Key_Escape)
    assert [row.key for row in items(page)] == WALK
    assert focused_in(page) is page.rows


def test_after_a_search_the_household_found_stays_current(page):
    """Clearing the search shows where that household stands among the others."""
    press(page, Key.Key_F, ctrl=True)
    write(page, "hml")
    press(page, Key.Key_Escape)
    assert page.rows.current_key() == HE


def test_coming_back_keeps_the_place(page):
    """The list that is read anew stays where it was left."""
    press(page, Key.Key_J, Key.Key_J)
    page.enter(Route("households"))
    assert page.rows.current_key() == SHARED


def test_v_starts_a_visit_from_the_list_but_is_a_letter_in_the_search(page):
    """Letters act outside text only."""
    heard = Heard().listen(page)
    press(page, Key.Key_V)
    press(page, Key.Key_F, ctrl=True)
    press(page, Key.Key_V)
    assert heard.routes == [Route("visit", ZHAO)]
    assert page.search.text() == "v"


def test_the_preview_follows_the_list(page):
    """Who it is, why somebody goes there, what to know before."""
    press(page, Key.Key_J)
    spoken = page.preview.accessibleName()
    assert "王桂兰" in spoken
    assert "5 days late" in spoken


def test_the_desk_sees_masked_names_without_tags_and_leaves_no_trace(qtbot, desk):
    """Looking through a list opens nobody, so nothing about care is said, and nothing recorded."""
    page = opened_page(qtbot, desk)
    assert focused_in(page) is page.search.edit
    shown = {row.key: row for row in items(page)}
    assert shown[WANG].title == "王*兰, aged 78"
    assert (shown[WANG].tags, shown[WANG].lamp, shown[WANG].reason) == ((), None, "")
    write(page, "wgl")
    spoken = page.preview.accessibleName()
    assert "王*兰" in spoken
    assert "late" not in spoken
    assert desk.store.reading.rows("reveal") == []


def test_a_computer_without_households_says_when_they_come(page):
    """Before the first sync there is one sentence, not an empty frame."""
    page._take_all(HouseholdRows((), {}))
    assert page._stack.currentWidget() is page._empty
    assert page.hint() == ""


def test_the_preview_gives_way_where_the_window_is_narrow(page):
    """The list stays readable; opening shows the rest."""
    assert page.preview.isVisible()
    page.look.use_scale(2.0)
    assert not page.preview.isVisible()
