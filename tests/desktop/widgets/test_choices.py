"""Choosing by keys: nothing is preset, arrows move, Space and Enter choose."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.button import Button
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.segment import SegmentChoice
from desktop.widgets.tabs import Tab, Tabs

NEEDS = [Choice("medical", "医疗"), Choice("meal", "助餐"), Choice("repair", "维修")]


def _shown(qtbot, widget):
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_chips_are_chosen_and_taken_back_by_keys(look, qtbot):
    """Arrows walk the row, Space and Enter press."""
    group = _shown(qtbot, ChipGroup(look, NEEDS, name="需求"))
    heard = []
    group.changed.connect(heard.append)
    chips = group.chips()
    assert group.chosen() == []
    chips[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(chips[0], Qt.Key.Key_Space)
    qtbot.keyClick(chips[0], Qt.Key.Key_Right)
    qtbot.keyClick(chips[1], Qt.Key.Key_Right)
    assert chips[2].hasFocus()
    qtbot.keyClick(chips[2], Qt.Key.Key_Return)
    qtbot.keyClick(chips[2], Qt.Key.Key_Right)
    assert chips[0].hasFocus()
    qtbot.keyClick(chips[0], Qt.Key.Key_Space)
    assert heard == [["medical"], ["medical", "repair"], ["repair"]]


def test_tab_comes_to_a_group_once(look, qtbot):
    """To what is chosen, or to where one was: sixteen kinds of dispute are no sixteen stops."""
    group = _shown(qtbot, ChipGroup(look, NEEDS))
    chips = group.chips()

    def stops():
        return [bool(chip.focusPolicy() & Qt.FocusPolicy.TabFocus) for chip in chips]

    assert stops() == [True, False, False]
    group.choose(["repair"])
    assert stops() == [False, False, True]
    chips[2].setFocus()
    qtbot.keyClick(chips[2], Qt.Key.Key_Left)
    assert chips[1].hasFocus()
    assert stops() == [False, True, False]


def test_an_exclusive_group_keeps_one_and_may_keep_none(look, qtbot):
    """平安 is never left on by another press, and can be taken back."""
    group = _shown(qtbot, ChipGroup(look, NEEDS, exclusive=True))
    group.press("medical")
    group.press("meal")
    assert group.chosen() == ["meal"]
    group.press("meal")
    assert group.chosen() == []


def test_showing_saved_chips_is_not_a_choice(look, qtbot):
    """Loading a draft must not look like a person's edit."""
    group = _shown(qtbot, ChipGroup(look, NEEDS))
    with qtbot.assertNotEmitted(group.changed):
        group.choose(["meal"])
        group.set_choices(NEEDS[1:])
    assert group.chosen() == ["meal"]


def test_a_result_is_chosen_only_by_a_person(look, qtbot):
    """No default states an act; a page's shortcut presses like a click."""
    results = _shown(
        qtbot,
        SegmentChoice(look, [Choice("met", "见到本人", shortcut="1"), Choice("refused", "拒访")]),
    )
    assert results.chosen() == ""
    with qtbot.waitSignal(results.changed) as heard:
        results.press("refused")
    assert heard.args == ["refused"]
    assert [b.choice.key for b in results.buttons() if b.isChecked()] == ["refused"]


def test_tabs_follow_the_arrows_and_keep_their_place_when_counts_change(look, qtbot):
    """New counts must not throw the reader back to the first tab."""
    tabs = _shown(qtbot, Tabs(look, [Tab("all", "全部", 12), Tab("late", "逾期", 3)]))
    first = tabs.buttons()[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(tabs.changed) as heard:
        qtbot.keyClick(first, Qt.Key.Key_Right)
    assert heard.args == ["late"]
    tabs.set_tabs([Tab("all", "全部", 11), Tab("late", "逾期", 2)])
    assert tabs.chosen() == "late"
    assert tabs.buttons()[1].hasFocus()
    assert tabs.buttons()[1].accessibleName() == "逾期 2"


def test_tabs_without_room_are_in_a_menu_and_the_chosen_one_in_sight(look, qtbot):
    """One line, however narrow; what was chosen in the menu is shown."""
    words = ("全部", "逾期", "关爱对象", "有约", "上次没见到")
    tabs = _shown(qtbot, Tabs(look, [Tab(word, word, 3) for word in words]))
    tabs.resize(320, 42)
    shown = [button.tab.key for button in tabs.buttons() if button.isVisible()]
    assert shown == list(words[:3])
    assert tabs._more.isVisible()
    with qtbot.waitSignal(tabs.changed) as heard:
        tabs.buttons()[4].click()
    assert heard.args == [words[4]]
    assert tabs.buttons()[4].isVisible()
    tabs.resize(900, 42)
    assert all(button.isVisible() for button in tabs.buttons())
    assert not tabs._more.isVisible()


def beside(*parts):
    """Parts in a row, the first as wide as the others leave it, or one above the other."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        row.addWidget(part, part is parts[0])
    return whole


def test_what_stands_below_tabs_is_as_wide_as_they_are(look, qtbot):
    """Leaving tabs out lays the whole window out, in the midst of the layout that narrows them."""
    words = ("全部", "逾期", "关爱对象", "有约", "上次没见到")
    tabs, below = Tabs(look, [Tab(word, word, 3) for word in words]), QWidget()
    card, pane, side = QWidget(), QWidget(), QWidget()
    column = QVBoxLayout(card)
    column.addWidget(tabs)
    column.addWidget(below, 1)
    page = beside(card, pane)
    window = beside(page, side)
    side.setFixedWidth(200)
    window.resize(1000, 200)
    _shown(qtbot, window)
    side.setFixedWidth(60)  # The window hears of it a moment later.
    pane.setFixedWidth(500)
    page.layout().activate()
    assert tabs._more.isVisible()
    qtbot.waitUntil(lambda: below.width() == tabs.width())


def test_a_disabled_button_says_why(look, qtbot):
    """On hover and to screen readers, and not after it is allowed again."""
    button = _shown(qtbot, Button(look, "归档"))
    button.allow(False, "还差签字页")
    assert (button.toolTip(), button.accessibleDescription()) == ("还差签字页", "还差签字页")
    button.allow(True)
    assert (button.isEnabled(), button.toolTip()) == (True, "")


def test_the_ring_shows_for_keys_and_not_for_the_mouse(look, qtbot):
    """A ring after a click is noise; after Tab it is the way."""
    button = _shown(qtbot, Button(look, "保存"))
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not button.shows_ring
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.shows_ring
