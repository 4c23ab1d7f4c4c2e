"""Ctrl K from any page: found by keys, opened by keys, closed without a trace."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout

from desktop.page import Page, Route
from desktop.palette_rows import PaletteKind
from desktop.shelf import Shelf
from desktop.sync_runner import SyncRunner
from desktop.viewmodels.palette import PaletteCommand, rows_for
from desktop.widgets.sidebar import NavGroup, NavItem
from desktop.workspace import Workspace
from tests.desktop.pages.hands import hold
from tests.desktop.services.test_cases import LEAK
from tests.support.workplaces import household_id, number, page_context, workplace

Key = Qt.Key
WANG, HE = household_id("6-2-1602"), household_id("6-2-904")
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Plain(Page):
    """A page that notes where it was sent."""

    def __init__(self, context, key):
        super().__init__(context)
        self.KEY = self.SECTION = key
        self.routes = []
        QVBoxLayout(self).addWidget(QLabel(key))

    def title(self):
        return self.KEY

    def enter(self, route):
        self.routes.append(route)
        self.setFocus()


def window(qtbot, place):
    """Two sections, the page of a household and of a visit."""
    context = page_context(place)
    runner = SyncRunner(place.syncing, context.lanes.net)
    items = tuple(NavItem(key, key, "users-three") for key in ("today", "sync"))
    pages = [Plain(context, key) for key in ("today", "sync", "household", "visit", "case")]
    made = Workspace(context, [NavGroup("all", items)], Shelf.of(pages), runner)
    made.runner, made.context = runner, context
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.go_to_section("today")
    return made


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        while opened.store.index.step():
            pass
        yield opened


@pytest.fixture
def space(qtbot, place):
    return window(qtbot, place)


def press(*keys, held=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key, held)


def search(space, text):
    press(Key.Key_K, held=CTRL)
    assert space.search.isVisible()
    if text.isascii():
        QTest.keyClicks(space.search.line, text)
    else:
        space.search.line.insert(text)


def lines(space, kind):
    model = space.search.rows.lines
    rows = [model.row_at(at) for at in range(model.rowCount())]
    return [row for row in rows if row.kind is kind]


@pytest.mark.parametrize("section", ["today", "sync"])
def test_it_opens_from_every_page_and_esc_gives_the_keyboard_back(space, section):
    space.go_to_section(section)
    before = QApplication.focusWidget()
    press(Key.Key_K, held=CTRL)
    assert QApplication.focusWidget() is space.search.line
    press(Key.Key_Escape)
    assert space.search.isHidden()
    assert QApplication.focusWidget() is before


def test_typing_and_enter_open_the_best_answer(space):
    search(space, "wgl")
    (first, *_others) = lines(space, PaletteKind.HOUSEHOLD)
    assert (first.key, first.title) == (WANG, "6-2-1602 王桂兰, aged 78")
    assert (first.right, [tag.text for tag in first.tags]) == (
        "5 days late",
        ["older person living alone"],
    )
    press(Key.Key_Return)
    assert space.page.routes[-1] == Route("household", WANG)
    assert space.search.isHidden()


def test_arrows_choose_and_tab_leads_to_what_can_be_done_there(space):
    search(space, "6-2")
    second = lines(space, PaletteKind.HOUSEHOLD)[1].key
    press(Key.Key_Down, Key.Key_Tab, Key.Key_Down, Key.Key_Return)
    assert space.page.routes[-1] == Route("visit", second)


def test_alt_and_a_letter_do_it_at_once(space):
    search(space, "1602")
    press(Key.Key_V, held=ALT)
    assert space.page.routes[-1] == Route("visit", WANG)


def test_what_was_typed_is_marked(space):
    search(space, "1602")
    row = lines(space, PaletteKind.HOUSEHOLD)[0]
    start, end = row.marked
    assert row.title[start:end] == "1602"


def test_letters_that_are_not_committed_yet_are_searched_and_keep_their_keys(space):
    search(space, "")
    QApplication.sendEvent(space.search.line, QInputMethodEvent("wang gui l", []))
    assert [row.key for row in lines(space, PaletteKind.HOUSEHOLD)] == [WANG]
    press(Key.Key_Return)
    assert space.search.isVisible()
    commit = QInputMethodEvent("", [])
    commit.setCommitString("王桂兰")
    QApplication.sendEvent(space.search.line, commit)
    press(Key.Key_Return)
    assert space.page.routes[-1] == Route("household", WANG)


def test_a_note_is_found_and_not_quoted(space):
    """A reading that stands in it must not stand in a list."""
    search(space, "药按时吃")
    (row,) = lines(space, PaletteKind.HOUSEHOLD)
    assert (row.key, row.right, row.lamp) == (WANG, "written about there", None)
    assert "138" not in row.sentence()


def test_commands_alone(space):
    search(space, "> sync")
    assert lines(space, PaletteKind.HOUSEHOLD) == []
    assert {row.title for row in lines(space, PaletteKind.COMMAND)} == {"sync", "sync now"}
    press(Key.Key_Return)
    assert space.search.isHidden()


def test_a_command_is_done(space):
    before = space.context.look.scale
    search(space, ">larger")
    press(Key.Key_Return)
    assert space.context.look.scale == before + 0.25


def test_nothing_found_says_so(space):
    search(space, "查无此人")
    assert space.search.rows.current() is None
    assert space.search._nothing.text() == "Nobody here by “查无此人”"
    press(Key.Key_Return)
    assert space.search.isVisible()


def test_a_word_of_sensitive_care_finds_nothing(space):
    for word in ("社区矫正", "家暴", "低保"):
        search(space, word)
        assert lines(space, PaletteKind.HOUSEHOLD) == []
        press(Key.Key_Escape)


def test_an_answer_to_an_older_word_is_dropped_and_enter_waits_for_the_right_one(space):
    lane = hold(space.context)
    search(space, "wgl")
    assert len(lane.waiting) == 1  # One at a time; what was typed meanwhile is looked for next.
    press(Key.Key_Return)
    assert space.search.isVisible()
    lane.let_one_go()
    assert lines(space, PaletteKind.HOUSEHOLD) == []
    lane.let_one_go()
    assert space.page.routes[-1] == Route("household", WANG)


def test_the_cover_leaves_nothing_of_a_search(space):
    search(space, "wgl")
    press(Key.Key_F9)
    assert space.is_covered
    assert space.search.isHidden()


def test_who_does_not_know_the_doors_sees_masked_names_and_no_care(qtbot, tmp_path):
    with workplace(tmp_path, posts=("desk_clerk",)) as desk:
        while desk.store.index.step():
            pass
        space = window(qtbot, desk)
        search(space, "1602")
        row = lines(space, PaletteKind.HOUSEHOLD)[0]
        assert (row.title, row.tags, row.right) == ("6-2-1602 王*兰, aged 78", (), "")
        press(Key.Key_Escape)
        search(space, "药按时吃")
        assert lines(space, PaletteKind.HOUSEHOLD) == []


def test_with_nothing_typed_the_commands_are_offered():
    from desktop.viewmodels.palette import Answers

    commands = [PaletteCommand("0", "sync now", "Ctrl R")]
    rows = rows_for(Answers(""), "", (), commands)
    assert [row.title for row in rows] == ["Commands", "sync now"]


@pytest.fixture
def mediator(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        while opened.store.index.step():
            pass
        yield opened


@pytest.mark.parametrize("typed", ["（2026）人调", "漏水", "李建国", "ljg", "1024"])
def test_a_case_is_found_by_number_title_or_party_and_opened(qtbot, mediator, typed):
    case = mediator.cases.open(LEAK)
    number(mediator, case)
    space = window(qtbot, mediator)
    search(space, typed)
    (row,) = lines(space, PaletteKind.CASE)
    assert row.title == "(2026)人调字第1号 楼上卫生间漏水，泡了吊顶"
    while space.search.rows.current() != row:
        press(Key.Key_Down)
    press(Key.Key_Return)
    assert space.page.routes[-1] == Route("case", case)


def test_a_case_that_no_list_names_anybody_of_is_found_by_its_number_alone(qtbot, mediator):
    number(mediator, mediator.cases.open(replace(LEAK, title="动手", violence_risk=True)))
    (line,) = mediator.case_list.lines()
    space = window(qtbot, mediator)
    for typed in ("动手", "李建国", "1024"):
        search(space, typed)
        assert lines(space, PaletteKind.CASE) == []
        press(Key.Key_Escape)
    search(space, line.no)
    (row,) = lines(space, PaletteKind.CASE)
    assert row.title == f"{line.no} a case for two people"
    assert "王桂兰" not in row.sentence()
