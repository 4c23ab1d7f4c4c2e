"""A round on paper: printed, walked, and typed in again with the keyboard alone."""

from datetime import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter

from desktop.page import Route
from desktop.pages.paper import PaperPage
from desktop.pages.today.round_sheet import draw_sheet, set_up
from desktop.services.paper import PaperLine
from desktop.services.visits import VisitForm
from desktop.viewmodels.paper_line import read_line
from tests.desktop.pages.hands import press, write
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
ZHAO, WANG = household_id("6-2-2304"), household_id("6-2-1602")


@pytest.fixture
def sheet(place):
    """The round of the day, printed."""
    return place.paper.print_round(place.today.round())


@pytest.fixture
def page(qtbot, place, sheet):
    made = PaperPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("paper"))
    return made


def entry(page, text):
    """One line of paper, and Enter."""
    page.line.set_text("")
    write(page, text)
    press(page, Key.Key_Return)


def test_a_printed_round_is_numbered_masked_and_without_tier_3(sheet, place):
    """Whoever finds it learns no name and no sensitive tag; that it was printed is written down."""
    assert [row.number for row in sheet.rows] == list(range(1, len(sheet.rows) + 1))
    wang = next(row for row in sheet.rows if row.room == "6-2-1602")
    assert wang.who == "王*兰"
    assert set(wang.tags) == {"elder_alone", "party_member"}
    xu = next(row for row in sheet.rows if row.room == "9-1-102")
    assert (xu.tags, xu.two_people) == ((), True)
    (look,) = place.store.reading.rows("reveal")
    assert (look.get("target_type"), look.get("field")) == ("household", "print")


def test_the_sheet_fills_pages_of_a_printer(qtbot, sheet, tmp_path):
    """Any device that has pages takes it; a long round goes on another page."""
    writer = QPdfWriter(str(tmp_path / "round.pdf"))
    set_up(writer)
    assert draw_sheet(writer, sheet, "Noto Sans CJK SC") == 1
    many = type(sheet)(sheet.rows * 6, sheet.worker, sheet.area, sheet.at)
    again = QPdfWriter(str(tmp_path / "long.pdf"))
    set_up(again)
    assert draw_sheet(again, many, "Noto Sans CJK SC") > 1
    assert (tmp_path / "round.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("1 1", PaperLine(1, "met")),
        ("2 2 没人应", PaperLine(2, "not_home", "没人应")),
        ("１　２　没人", PaperLine(1, "not_home", "没人")),
        ("2,4 9:40 不愿开门", PaperLine(2, "refused", "不愿开门", time(9, 40))),
        ("2 1 9点 血压138/86", PaperLine(2, "met", "血压138/86", time(9))),
        ("2 1 138/86 血压", PaperLine(2, "met", "138/86 血压")),
        ("2 1 +刘建平 都好", PaperLine(2, "met", "都好", None, "刘建平")),
        ("2 1 10:05 +刘建平", PaperLine(2, "met", "", time(10, 5), "刘建平")),
    ],
)
def test_a_line_is_read_as_it_is_written(typed, line):
    """Row, result, perhaps a time and a companion, words."""
    assert read_line(typed, {1, 2}) == line


@pytest.mark.parametrize("typed", ["", "1", "1 6", "1 12", "hello", "3 1"])
def test_what_is_no_line_says_how_it_is_written(typed):
    """Nothing is guessed."""
    assert isinstance(read_line(typed, {1, 2}), str)


def test_a_round_is_typed_in_row_by_row(page, heard, place):
    """The keyboard never leaves the line; each row can be undone."""
    rooms = {door.number: door.line.room for door in place.paper.doors()}
    entry(page, "1 1 精神好")
    entry(page, "2 2 9:40")

    assert heard.words[0] == f"Recorded {rooms[1]} 赵秀英: met in person"
    assert [door.result for door in place.paper.doors()][:2] == ["met", "not_home"]
    assert page.hint().startswith("2 / ")
    second = place.households.card(place.paper.doors()[1].line.id).entries[0]
    assert second.at == "2026-06-18T01:40:00Z"
    assert place.households.card(ZHAO).entries[0].fields["note"] == "精神好"
    assert page.line.text() == ""

    heard.undos[1]()
    page.refresh()
    assert [door.result for door in place.paper.doors()][:2] == ["met", ""]


def test_a_row_that_has_a_result_asks_for_a_second_enter(page, heard):
    """A slip of the row number records nothing."""
    entry(page, "1 1")
    entry(page, "1 2")
    assert len(heard.words) == 1
    assert page.line.error().startswith("Row 1 has a result already")
    press(page, Key.Key_Return)
    assert len(heard.words) == 2


def test_a_home_for_two_is_typed_with_who_came_along(page, heard, place):
    """As on the form."""
    number = next(d.number for d in place.paper.doors() if d.line.two_people)
    entry(page, f"{number} 1")
    assert heard.words == []
    assert "visited by two" in page.line.error()
    entry(page, f"{number} 1 +刘建平")
    assert len(heard.words) == 1


def test_a_draft_is_never_lost_to_a_quick_line(page, heard, place):
    """Its words are worth more."""
    place.visits.keep_draft(WANG, VisitForm("met", note="写了很多"))
    number = next(d.number for d in place.paper.doors() if d.line.id == WANG)
    entry(page, f"{number} 1")
    assert heard.words == []
    assert place.visits.draft(WANG).form.note == "写了很多"


def test_numbers_mean_the_paper_that_was_printed(place, sheet):
    """Also after the day went on: doors done since keep their row."""
    before = [door.line.room for door in place.paper.doors()]
    place.visits.record(place.households.record(ZHAO), VisitForm("met"))
    assert [door.line.room for door in place.paper.doors()] == before


def test_without_a_printed_round_the_page_says_what_to_do(qtbot, tmp_path):
    """One line, one next step."""
    with workplace(tmp_path / "other") as fresh:
        page = PaperPage(page_context(fresh))
        show(qtbot, page)
        heard = Heard().listen(page)
        page.enter(Route("paper"))
        page._empty.button.click()
        assert heard.backs == 1
