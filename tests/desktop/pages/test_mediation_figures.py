"""Figures of mediation by keys: each opens its cases, each case opens its page."""

import pytest
from PySide6.QtCore import Qt
from python_calamine import CalamineWorkbook

from desktop.page import Route
from desktop.pages.mediation_figures import MediationFiguresPage
from tests.desktop.pages.hands import press
from tests.desktop.pages.rounds import Heard, show
from tests.desktop.services.test_mediation_figures import make_year
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


@pytest.fixture
def year(place):
    return make_year(place)


@pytest.fixture
def page(qtbot, place, year):
    made = MediationFiguresPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("mediation_figures"))
    return made


@pytest.fixture
def heard(page):
    return Heard().listen(page)


def rows_of(page):
    return {
        page._model.row_at(at).key: page._model.row_at(at) for at in range(page._model.rowCount())
    }


def test_the_rate_says_of_how_many_and_what_is_open(page):
    rate = rows_of(page)["all:rate"]
    assert rate.badge.text == "67%"
    assert rate.detail == "2 of 3 concluded, 1 under way"
    assert rows_of(page)["all:accepted"].badge.text == "4"
    assert rows_of(page)["type:15"].badge.text == "–"


def test_a_figure_opens_its_cases_and_a_case_its_page(page, heard, year):
    page.rows.go_to("all:failed")
    press(page, Key.Key_Return)
    assert list(rows_of(page)) == [f"mediation_case:{year['failed']}"]
    press(page, Key.Key_Return)
    assert heard.routes == [Route("case", year["failed"])]
    press(page, Key.Key_Escape)
    assert page.rows.current_key() == "all:failed"
    press(page, Key.Key_Escape)
    assert heard.backs == 1


def test_an_oral_mediation_opens_its_household(page, heard):
    page.rows.go_to("all:same_day")
    press(page, Key.Key_Return)
    press(page, Key.Key_Return)
    assert heard.routes == [Route("household", household_id("6-2-1602"))]


def test_other_days_are_a_key_away(page):
    press(page, Key.Key_T)
    assert rows_of(page)["all:rate"].badge.text == "–"
    assert rows_of(page)["all:accepted"].badge.text == "0"


def test_the_yearly_table_is_written_and_that_is_written_down(page, heard, place, tmp_path):
    assert page.covers.isVisible()
    page.write_to(str(tmp_path / "2026.xlsx"))
    assert heard.words == ["Written: 2026.xlsx"]
    assert CalamineWorkbook.from_path(tmp_path / "2026.xlsx").sheet_names[0] == "年度总表"
    assert [row.get("field") for row in place.store.reading.rows("reveal")] == ["yearly 2026"]
    page.write_to(str(tmp_path / "nowhere" / "2026.xlsx"))
    assert heard.errors[-1].code == "case.yearly_unwritten"
