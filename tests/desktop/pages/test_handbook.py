"""The handbook is read and searched by keys alone."""

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.handbook import HandbookPage
from desktop.widgets.text import Text
from tests.desktop.pages.hands import press, write
from tests.desktop.pages.rounds import show
from tests.support.workplaces import page_context, workplace


@pytest.fixture
def page(qtbot, tmp_path):
    """Entered from the sidebar."""
    with workplace(tmp_path) as place:
        made = HandbookPage(page_context(place))
        show(qtbot, made)
        made.enter(Route("handbook"))
        yield made


def read(page):
    """Every text of the chapter shown."""
    return [text.text() for text in page.article.findChildren(Text) if text.isVisible()]


def test_arrows_and_letters_walk_the_chapters(page):
    """The chapter beside the list follows."""
    assert "Keeping records up to date" in read(page)
    press(page, Qt.Key.Key_J)
    assert "Looking out for hazards" in read(page)
    press(page, Qt.Key.Key_K)
    assert "Keeping records up to date" in read(page)


def test_a_word_is_looked_up_and_taken_back(page):
    """Slash, the word, Enter; Esc brings all chapters back."""
    press(page, Qt.Key.Key_Slash)
    write(page, "gas hose")
    press(page, Qt.Key.Key_Return)
    assert page.rows.current_key() == "hazards"
    press(page, Qt.Key.Key_Escape)
    assert page.search.text() == ""


def test_what_is_nowhere_is_said(page):
    """With a way back to everything."""
    press(page, Qt.Key.Key_Slash)
    write(page, "zzzz")
    assert page._nothing.isVisible()
    page._nothing.button.click()
    assert page.rows.isVisible()


def test_where_the_window_is_narrow_a_chapter_takes_the_list_s_place(page, qtbot):
    """Esc leads back to the list, and only then out."""
    backs = []
    page.came_back.connect(lambda: backs.append(1))
    page.resize(900, 560)
    page.look.use_scale(1.25)
    assert page.rows.isVisible()
    assert not page.article.isVisible()
    press(page, Qt.Key.Key_Return)
    assert page.article.isVisible()
    assert not page.rows.isVisible()
    press(page, Qt.Key.Key_Escape)
    assert page.rows.isVisible()
    assert backs == []
    press(page, Qt.Key.Key_Escape)
    assert backs == [1]


def test_a_route_opens_its_chapter(page):
    """Such as the duty to report, from the visit of a home with children."""
    page.enter(Route("handbook", "minors"))
    assert "A child may be in danger" in read(page)


def test_in_chinese_it_speaks_chinese(chinese, qtbot, tmp_path):
    """And finds by initials."""
    with workplace(tmp_path) as place:
        made = HandbookPage(page_context(place))
        show(qtbot, made)
        made.enter(Route("handbook"))
        press(made, Qt.Key.Key_Slash)
        write(made, "wcnr")
        assert "未成年人有危险" in read(made)
