"""A page that has nothing to show yet says so after a moment; one that failed says why."""

import pytest
from PySide6.QtWidgets import QWidget

from desktop.widgets.veil import Veil


@pytest.fixture
def veil(qtbot, look):
    """Over an empty page."""
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(800, 500)
    with qtbot.waitExposed(page):
        page.show()
    page.veil = Veil(look, page)
    return page.veil


def test_a_quick_answer_never_shows_it(veil):
    """Grey rows that only flash would make the app look slow."""
    veil.expect()
    veil.wait()
    assert not veil.isVisible()
    veil.lift()
    veil.show_loading()
    assert not veil.isVisible()


def test_a_slow_answer_shows_grey_rows_until_it_comes(veil, qtbot):
    """After a fifth of a second."""
    veil.expect()
    veil.wait()
    assert veil.timer.isActive()
    veil.timer.timeout.emit()
    assert veil.isVisible()
    assert not veil.shows_error
    veil.lift()
    assert not veil.isVisible()


def test_a_page_that_asks_for_nothing_is_never_covered(veil):
    """Settings and the handbook have all they show."""
    veil.expect()
    veil.show_loading()
    assert not veil.timer.isActive()
    assert not veil.isVisible()


def test_an_error_before_anything_came_is_said_with_a_way_on(veil, qtbot):
    """What, why, one button, and that nothing is lost."""
    veil.expect()
    veil.wait()
    assert veil.take_error("The disk is full.")
    assert veil.shows_error
    veil.show_loading()
    assert veil.shows_error  # Grey rows never come over it.
    with qtbot.waitSignal(veil.tried_again):
        veil.panels.error.button.click()


def test_an_error_after_something_came_is_left_to_the_toast(veil):
    """What is on the screen stays."""
    veil.expect()
    veil.wait()
    veil.lift()
    assert not veil.take_error("The disk is full.")
    assert not veil.isVisible()


def test_it_covers_the_page_at_any_size(veil):
    """Also one that grows meanwhile."""
    veil.expect()
    veil.wait()
    veil.timer.timeout.emit()
    veil.parentWidget().resize(1000, 700)
    assert veil.size() == veil.parentWidget().size()


def test_an_error_that_the_page_tells_itself_is_not_covered(veil):
    """Such as that a household is not on this computer."""
    veil.expect()
    veil.wait()
    veil.give_way()
    veil.show_loading()
    assert not veil.timer.isActive()
    assert not veil.isVisible()
    veil.expect()
    veil.wait()
    veil.take_error("The disk is full.")
    veil.give_way()
    assert veil.shows_error
