"""The building picture, worked by keys on a real store."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QPushButton

from desktop.cells import Badge, CellState
from desktop.page import Route
from desktop.pages.building import BuildingPage
from desktop.rows import Lamp
from desktop.services.visits import VisitForm
from desktop.viewmodels.building_cells import Colouring
from tests.desktop.pages.hands import focused_in, press
from tests.desktop.pages.rounds import show
from tests.support.workplaces import household_id, page_context

Key = Qt.Key
WANG, HE, XU = (household_id(room) for room in ("6-2-1602", "6-2-904", "9-1-102"))


@pytest.fixture
def page(qtbot, place):
    made = BuildingPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("building"))
    return made


def cell_of(page, household):
    """One cell of the picture that is shown."""
    return next(cell for cell in page._picture.cells if cell.key == household)


def counts(page):
    """What the legend says."""
    return {button.item.key: button.item.count for button in page.legend.buttons()}


def test_a_building_is_walked_and_opened_by_keys(page, heard):
    """The map has the keyboard at once; Enter opens the home, V begins a visit."""
    assert focused_in(page) is page.map
    assert page.map.current_key() == household_id("6-2-2304")
    press(page, Key.Key_Down, Key.Key_Return, Key.Key_V)
    assert heard.routes == [Route("household", HE), Route("visit", HE)]


def test_one_comes_from_a_home_to_its_own_building(page):
    """And finds its door current; coming back later, it still is."""
    page.enter(Route("building", XU))
    assert page.places._key == "building 9"
    assert page.map.current_key() == XU
    page.enter(Route("building"))
    assert page.map.current_key() == XU


def test_brackets_turn_over_the_buildings(page):
    """] and [, also from another part of the page; at the last one nothing happens."""
    press(page, Key.Key_BracketRight)
    assert page.places._key == "building 9"
    press(page, Key.Key_BracketRight)
    assert page.places._key == "building 9"
    page.legend.buttons()[0].setFocus()
    press(page, Key.Key_BracketLeft)
    assert page.places._key == "building 6"


def test_only_care_and_only_overdue(page):
    """H and O fade the others and bring a door of theirs up; the same key shows all again."""
    press(page, Key.Key_H)
    assert page.map.wanted is Badge.CARE
    press(page, Key.Key_O)
    assert page.map.wanted is CellState.OVERDUE
    assert page.map.current_key() == WANG
    press(page, Key.Key_R)
    assert page.map.wanted is None
    press(page, Key.Key_H, Key.Key_Escape)
    assert page.map.wanted is None


def test_overdue_is_found_from_colours_that_do_not_know_it(page):
    """O leads back to the visits."""
    page.colours.choose(Colouring.OCCUPANCY)
    page.colours.changed.emit(Colouring.OCCUPANCY)
    press(page, Key.Key_O)
    assert page.colours.chosen() == Colouring.VISITS
    assert page.map.wanted is CellState.OVERDUE


def test_a_press_on_the_legend_filters(page):
    """And what the legend says of a state is what the map then shows."""
    button = next(b for b in page.legend.buttons() if b.item.key is CellState.RECENT)
    button.setFocus()
    press(page, Key.Key_Space)
    shown = [cell for cell in page._picture.cells if cell.shows(page.map.wanted)]
    assert len(shown) == button.item.count == counts(page)[CellState.RECENT]


def test_a_visit_elsewhere_changes_its_door_alone(page, place):
    """After a sync or an undo the picture is read anew, and stays where it was."""
    press(page, Key.Key_O, Key.Key_O)
    assert cell_of(page, WANG).state is CellState.OVERDUE
    place.visits.record(place.households.record(WANG), VisitForm(result="met"))
    page.refresh()
    assert cell_of(page, WANG).state is CellState.RECENT
    assert page.map.current_key() == WANG


def test_beside_the_picture_stands_who_is_in_care(page, heard):
    """The most pressing first, tier 1 alone; choosing one shows its door, Enter opens it."""
    press(page, Key.Key_BracketRight)
    rows = page.aside._model._rows
    assert [row.title for row in rows] == ["In care", "周凤仙, aged 86"]
    page.aside.rows.setFocus()
    page.aside.rows.go_to(household_id("9-1-402"))
    page.aside.rows.moved.emit(household_id("9-1-402"))
    assert page.map.current_key() == household_id("9-1-402")
    press(page, Key.Key_Return)
    assert heard.routes == [Route("household", household_id("9-1-402"))]


def test_a_home_where_nobody_goes_alone_gives_no_reason(page):
    """Its cell says so in the neutral words, and counts as no care."""
    page.enter(Route("building", XU))
    cell = cell_of(page, XU)
    assert cell.tag is not None
    assert cell.tag.text == "Go in pairs"
    assert Badge.CARE not in cell.badges
    assert cell.lamp is Lamp.RED


def test_printing_is_written_down_and_says_who_and_when(page, place, heard, tmp_path):
    """A file of one page where there is no printer; the trace names the building."""
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "sheet.pdf"))
    page.print_on(printer)
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    (look,) = place.store.reading.rows("reveal")
    assert (look.get("target_type"), look.get("target_id"), look.get("field")) == (
        "area",
        "building 6",
        "print",
    )
    assert heard.words == ["Printed: 丰和苑 6号楼"]


def test_narrow_windows_have_the_choices_in_a_line_of_their_own(page):
    """In large letters the top bar has no room for them."""
    assert page.places in page.tools()
    page.look.use_scale(1.5)
    assert page.tools() == ()
    assert page.places.isVisible()
    page.look.use_scale(1.0)
    assert page.places in page.tools()


def test_nothing_synced_yet_says_so(qtbot, place, monkeypatch):
    """No grid, no button: one line and what comes next."""
    monkeypatch.setattr(place.buildings, "lines", list)
    made = BuildingPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("building"))
    assert made._stack.currentWidget() is made._empty
    press(made, Key.Key_V, Key.Key_P)
    assert made.findChild(QPushButton) is None
