"""Lists by keys and by ear."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.rows import Lamp, Row, RowKind, Tag, Tone
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.row_list import RowList

ROWS = [
    Row("g1", "6号楼 2单元", RowKind.GROUP, so_far=2, in_all=5),
    Row(
        "1602",
        "王桂兰",
        lamp=Lamp.RED,
        lead="1602",
        tags=(Tag("独居老人", Tone.CARE),),
        reason="逾期 5 天",
        action="走访",
        action_key="V",
    ),
    Row("0904", "何美玲", lamp=Lamp.NOT_DUE, lead="0904"),
    Row("g2", "9号楼 1单元", RowKind.GROUP),
    Row("102", "许志强", lead="102"),
]


@pytest.fixture
def rows(look, qtbot):
    view = RowList(look, "今天要走的户")
    qtbot.addWidget(view)
    model = RowListModel(view)
    model.replace(ROWS)
    view.setModel(model)
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    view.go_to_first()
    return view


def test_keys_walk_past_headers_and_open(rows, qtbot):
    """J, K and the arrows never stop at a building."""
    assert rows.current_key() == "1602"
    qtbot.keyClick(rows, Qt.Key.Key_J)
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert rows.current_key() == "102"
    qtbot.keyClick(rows, Qt.Key.Key_Up)
    qtbot.keyClick(rows, Qt.Key.Key_K)
    qtbot.keyClick(rows, Qt.Key.Key_K)
    assert rows.current_key() == "1602"
    with qtbot.waitSignal(rows.opened) as heard:
        qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert heard.args == ["1602"]


def test_other_letters_and_digits_reach_the_page(rows, qtbot):
    """V and 2 are the page's keys; the list must not search with them."""

    class Page(QWidget):
        heard = ""

        def keyPressEvent(self, event):  # noqa: N802 - Qt names it so
            self.heard += event.text()

    page = Page()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(rows)
    qtbot.keyClicks(rows, "v2j")
    rows.setParent(None)
    assert page.heard == "v2"


def test_no_input_method_starts_in_a_list(rows):
    """Else V would open a candidate window instead of a visit."""
    assert not rows.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_a_row_is_a_sentence_for_screen_readers(rows):
    """Room, name, lamp, reason, tags, action: in reading order."""
    spoken = rows.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "1602; 王桂兰; red lamp; 逾期 5 天; 独居老人; 走访 V"


def test_only_the_action_of_the_current_row_is_pressed(rows, qtbot):
    """The first click chooses a row; the click on its action acts."""
    area = rows.visualRect(rows.currentIndex())
    at = area.center()
    at.setX(area.right() - 30)
    with qtbot.waitSignal(rows.action_pressed) as heard:
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert heard.args == ["1602"]


def test_new_words_keep_the_place(rows):
    """A lamp that turns while someone reads must not throw her back to the top."""
    rows.go_to("0904")
    model = rows.model()
    model.replace([*ROWS[:2], Row("0904", "何美玲", lamp=Lamp.RED, lead="0904"), *ROWS[3:]])
    assert rows.current_key() == "0904"


def test_a_header_is_never_chosen_by_the_mouse(rows, qtbot):
    """A click on a building leaves the home where it was."""
    header = rows.visualRect(rows.model().index(0, 0)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=header)
    assert [i.row() for i in rows.selectedIndexes()] == [1]


def test_the_first_row_is_in_sight_below_whatever_stands_above_it(rows):
    """What is chosen is seen: on a low window the tasks above it filled the list."""
    rows.model().replace([Row(f"g{at}", "答应的事", RowKind.GROUP) for at in range(20)] + ROWS)
    rows.resize(500, 200)
    rows.go_to_first()
    assert rows.viewport().rect().contains(rows.visualRect(rows.currentIndex()))
