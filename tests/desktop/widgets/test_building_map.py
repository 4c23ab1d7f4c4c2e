"""The map of a building by keys, by ear, and in one pass of the brush."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QImage, QPainter
from PySide6.QtWidgets import QWidget

from desktop.cells import Badge, CellState
from desktop.theme.tokens import ThemeName
from desktop.viewmodels.building import BuildingDoors
from desktop.viewmodels.building_cells import Colouring
from desktop.viewmodels.cell_list import CellListModel
from desktop.widgets.building_map import BuildingMap
from desktop.widgets.building_sheet import _Sheet
from desktop.widgets.cell_painter import CellPainter
from tests.support.doors import TODAY, due, tower

KEYS = Qt.Key


def pictured(facts, colouring=Colouring.VISITS):
    """The picture of a building on the sample day."""
    return BuildingDoors(facts, (facts.line,), TODAY).picture(colouring)


class Listening(QWidget):
    """A page that hears what its parts leave to it."""

    def __init__(self):
        super().__init__()
        self.heard = []

    def keyPressEvent(self, event):  # noqa: N802 - Qt's own name
        """Take the letter."""
        self.heard.append(event.text())


@pytest.fixture
def picture():
    return pictured(tower(6, 6, units=3))


@pytest.fixture
def drawn(look, qtbot, picture):
    view = BuildingMap(look, "楼栋图")
    qtbot.addWidget(view)
    model = CellListModel(view)
    view.setModel(model)
    view.resize(900, 560)
    view.set_grid(picture.grid)
    model.replace(picture.cells)
    with qtbot.waitExposed(view):
        view.show()
    view.setFocus()
    view.go_to("household 6-1-601")
    return view


def test_arrows_walk_and_enter_opens(drawn, qtbot):
    """From the top left across the stairs, down, and into a home."""
    for key in (KEYS.Key_Right, KEYS.Key_Right, KEYS.Key_Down):
        qtbot.keyClick(drawn, key)
    assert drawn.current_key() == "household 6-2-501"
    with qtbot.waitSignal(drawn.opened) as heard:
        qtbot.keyClick(drawn, KEYS.Key_Return)
    assert heard.args == ["household 6-2-501"]


def test_the_first_arrow_finds_a_door(drawn, qtbot):
    """Where none is current yet."""
    drawn.selectionModel().clear()
    qtbot.keyClick(drawn, KEYS.Key_Down)
    assert drawn.current_key() == "household 6-1-601"


def test_a_wish_of_the_legend_leads_arrows_past_the_others(drawn, qtbot, picture):
    """Care alone: the current door is one of them, and so is each one after it."""
    drawn.set_wanted(Badge.CARE)
    care = {cell.key for cell in picture.cells if Badge.CARE in cell.badges}
    assert drawn.current_key() in care
    qtbot.keyClick(drawn, KEYS.Key_Down)
    assert drawn.current_key() in care


def test_letters_go_on_to_the_page_and_no_input_method_starts(drawn, qtbot):
    """V belongs to the page; a composition never begins on a map."""
    page = Listening()
    qtbot.addWidget(page)
    drawn.setParent(page)
    page.show()
    for key in (KEYS.Key_V, KEYS.Key_H, KEYS.Key_1, KEYS.Key_Down):
        qtbot.keyClick(drawn, key)
    assert page.heard == ["v", "h", "1"]
    assert not drawn.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    drawn.setParent(None)


def test_every_door_is_heard_as_a_sentence(drawn, picture):
    """The doors are the accessible children, in reading order, where they stand."""
    root = QAccessible.queryAccessibleInterface(drawn)
    spoken = [root.child(at).text(QAccessible.Text.Name) for at in range(root.childCount())]
    assert spoken == [cell.sentence for cell in picture.cells]
    first = root.child(0)
    corner = drawn.viewport().mapToGlobal(drawn.visualRect(drawn.model().index(0, 0)).topLeft())
    assert first.rect().topLeft() == corner
    assert root.child(0).state().focusable


def test_plus_and_minus_change_the_size_and_nought_fits_all(drawn, qtbot):
    """Larger cells scroll, and the current door stays in sight."""
    tall = drawn.visualRect(drawn.currentIndex()).height()
    drawn.go_to("household 6-3-102")
    qtbot.keyClick(drawn, KEYS.Key_Plus)
    assert drawn.verticalScrollBar().maximum() > 0
    assert drawn.viewport().rect().contains(drawn.visualRect(drawn.currentIndex()))
    qtbot.keyClick(drawn, KEYS.Key_Minus)
    qtbot.keyClick(drawn, KEYS.Key_Plus)
    qtbot.keyClick(drawn, KEYS.Key_0)
    assert drawn.verticalScrollBar().maximum() == 0
    assert drawn.visualRect(drawn.currentIndex()).height() == tall


def test_a_point_finds_its_door(drawn):
    """And the labels none."""
    index = drawn.model().index(7, 0)
    assert drawn.indexAt(drawn.visualRect(index).center()) == index
    assert not drawn.indexAt(QPoint(2, 2)).isValid()


def test_only_doors_that_changed_are_painted_again(drawn, picture, qapp, monkeypatch):
    """One visit paints one cell, and moving about paints none."""
    drawn.grab()
    painted = []
    monkeypatch.setattr(
        drawn._painter, "paint_tile", lambda _painter, _rect, cell, **_: painted.append(cell.key)
    )
    drawn.go_to("household 6-2-301")
    drawn.grab()
    assert painted == []
    cells = list(picture.cells)
    cells[3] = replace(cells[3], state=CellState.OVERDUE)
    drawn.model().replace(cells)
    drawn.grab()
    assert painted == [cells[3].key]


def test_a_new_theme_paints_everything_anew(drawn, look):
    """Nothing kept stays in the colours of before."""
    before = drawn.grab().toImage()
    look.use_theme(ThemeName.DARK)
    after = drawn.grab().toImage()
    corner = drawn.visualRect(drawn.model().index(0, 0)).center()
    assert before.pixelColor(corner) != after.pixelColor(corner)


# --- On paper -------------------------------------------------------------------------------------


def on_paper(picture):
    """The first page in grey."""
    size = QSize(1040, 720)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    sheet = _Sheet(picture, ("6号楼", "", ""))
    painter = QPainter(image)
    sheet.paint(painter, size, sheet.pages(size)[0], "1 / 1")
    painter.end()
    return image.convertToFormat(QImage.Format.Format_Grayscale8)


def grey_swatch(cell_state, look):
    """A swatch of the legend as its grey pixels."""
    image = QImage(44, 28, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    CellPainter(look).paint_swatch(painter, QRectF(0, 0, 44, 28), cell_state)
    painter.end()
    return bytes(image.convertToFormat(QImage.Format.Format_Grayscale8).constBits())


@pytest.mark.parametrize("theme", list(ThemeName))
def test_states_of_one_colouring_stay_apart_without_colour(look, theme):
    """In grey no two states of the visits look alike: by lightness, or by their mark."""
    look.use_theme(theme)
    states = (
        CellState.RECENT,
        CellState.QUARTER,
        CellState.HALF_YEAR,
        CellState.OVERDUE,
        CellState.NEVER,
        CellState.VACANT,
        CellState.REFUSED,
        CellState.NOBODY,
    )
    pixels = [grey_swatch(state, look) for state in states]
    for at, one in enumerate(pixels):
        for other in pixels[at + 1 :]:
            apart = sum(abs(a - b) > 24 for a, b in zip(one, other, strict=True))
            assert apart > len(one) / 20


def test_a_tower_fits_a_page_and_its_names_stay_off_it(look):
    """33 floors across one page; what is printed is the same for other names behind the doors."""
    facts = tower(33, 16, units=2, state=lambda n: due(n % 200, in_days=-1 if n % 9 == 0 else 40))
    picture = pictured(facts)
    assert len(_Sheet(picture, ("", "", "")).pages(QSize(1040, 720))) == 1
    other = replace(picture, cells=tuple(replace(cell, name="钱二") for cell in picture.cells))
    assert on_paper(picture) == on_paper(other)


def test_what_no_page_holds_goes_over_several(look):
    """Sixty floors stay readable."""
    pages = _Sheet(pictured(tower(60, 4)), ("", "", "")).pages(QSize(1040, 720))
    assert [row for rows in pages for row in rows] == list(range(60))
    assert len(pages) == 3
