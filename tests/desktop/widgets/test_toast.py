"""The toast: one at a time, gone after its time, held by the keyboard, undoing once."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from desktop.widgets.toast import SHOWN_MS, Toast


@pytest.fixture
def timer():
    return QTimer()


@pytest.fixture
def toast(look, qtbot, timer):
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 500)
    with qtbot.waitExposed(host):
        host.show()
    return Toast(look, host, timer)


def test_it_goes_after_six_seconds(toast, timer):
    """The timer is the toast's only clock."""
    toast.say("已记 1602：没人应", can_undo=True)
    assert (timer.isActive(), timer.interval(), SHOWN_MS) == (True, 6_000, 6_000)
    timer.timeout.emit()
    assert toast.isHidden()


def test_a_new_message_replaces_the_old_one(toast):
    """Two messages never stand on each other, and the second has its own undo."""
    toast.say("已记 1602", can_undo=True)
    toast.say("没有网，照常工作")
    assert toast.words() == "没有网，照常工作"
    assert toast.undo_button.isHidden()


def test_the_keyboard_holds_it(toast, timer, qtbot):
    """Someone who tabbed to Undo has all the time she needs."""
    toast.say("已记 1602", can_undo=True)
    toast.undo_button.setFocus(Qt.FocusReason.TabFocusReason)
    timer.timeout.emit()
    assert toast.isVisible()
    with qtbot.waitSignal(toast.undo_pressed):
        qtbot.keyClick(toast.undo_button, Qt.Key.Key_Return)
    assert toast.isHidden()
    assert not timer.isActive()


def test_a_long_message_breaks_into_lines(toast):
    """A sentence about an error is wider than a small window."""
    host = toast.parentWidget()
    toast.say("没有网，照常工作。" * 20, can_undo=True)
    assert toast.width() <= host.width()
    assert toast._words.height() >= 2 * toast._words.fontMetrics().height()
    assert host.rect().contains(toast.geometry())


def test_it_stays_centred_when_the_window_grows(toast):
    """Bottom centre at any size."""
    toast.say("已记 1602", can_undo=True)
    host = toast.parentWidget()
    host.resize(1300, 700)
    assert abs(toast.geometry().center().x() - host.rect().center().x()) <= 1
    assert toast.geometry().bottom() < 700
    # Above it end the pages: a status bar of 30 px, and a margin of 12.
    assert toast.geometry().top() >= 700 - 42


def is_whole(toast):
    """Whether nothing of the words or of the button is cut."""
    words, button = toast._words, toast.undo_button
    inside = all(toast.rect().contains(part.geometry()) for part in (words, button))
    fits = words.height() >= words.heightForWidth(words.width())
    return inside and fits and button.width() >= button.sizeHint().width()


@pytest.mark.parametrize("text", ["已记 1602 王桂兰:见到本人", "已记 1602 王桂兰:见到本人 " * 4])
def test_nothing_is_cut_when_the_text_grows_under_it(toast, look, qapp, text):
    """Its parts hear of the new size after it does; what finds no room takes more lines."""
    toast.say(text, can_undo=True)
    for scale in (2.0, 1.25, 1.0):
        look.use_scale(scale)
        qapp.processEvents()
        assert is_whole(toast), scale
        assert toast.width() <= toast.parentWidget().width()
        assert toast.geometry().bottom() < toast.parentWidget().height()
