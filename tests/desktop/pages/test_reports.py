"""Reports by keys: written sealed, the password told once and gone with the page."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop.page import Route
from desktop.pages.reports import ReportsPage
from tests.desktop.pages.hands import press
from tests.desktop.pages.rounds import Heard, show
from tests.support.sheets import rows_of, unsealed
from tests.support.workplaces import page_context, workplace

Key = Qt.Key


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("secretary",), desk=True) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    made = ReportsPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("reports"))
    return made


def keys_of(page):
    return [page._model.row_at(at).key for at in range(page._model.rowCount())]


def told(page):
    return page.password.accessibleName()


def test_figures_stand_first_and_each_says_how_many_rows(page):
    assert keys_of(page)[:3] == ["figures", "yearly", "visits"]
    page.rows.go_to("visits")
    assert page._model.row_at(keys_of(page).index("visits")).badge.text == "4"
    press(page, Key.Key_T, Key.Key_T)
    assert page._model.row_at(keys_of(page).index("visits")).badge.text == "11"


def test_a_sealed_file_tells_its_password_until_one_leaves(page, place, tmp_path):
    heard = Heard().listen(page)
    page.rows.go_to("visits")
    page.write_to("visits", str(tmp_path / "visits.xlsx"))
    assert heard.words == ["Written: visits.xlsx"]
    assert page.password.isVisible()
    password = told(page).split()[1]
    assert len(rows_of(unsealed(tmp_path / "visits.xlsx", password))) == 9
    assert page.left.text().startswith("196 of 200")
    page.leave()
    assert password not in told(page)
    assert not page.password.isVisible()


def test_what_names_nobody_has_no_password_and_what_fails_is_said(page, tmp_path):
    heard = Heard().listen(page)
    page.write_to("figures", str(tmp_path / "figures.pdf"))
    assert not page.password.isVisible()
    assert (tmp_path / "figures.pdf").read_bytes().startswith(b"%PDF")
    page.write_to("visits", str(tmp_path / "no" / "visits.xlsx"))
    assert [error.code for error in heard.errors] == ["report.unwritten"]


@pytest.mark.parametrize(("key", "suffix"), [(Key.Key_Return, "xlsx"), (Key.Key_P, "pdf")])
def test_a_key_asks_where_and_the_name_names_nobody(page, key, suffix):
    page.rows.go_to("matters")
    press(page, key)
    (dialog,) = page.findChildren(QFileDialog)
    assert dialog.selectedFiles()[0].endswith(f"matters 2026-06-01 2026-06-18.{suffix}")
    dialog.reject()


def test_who_takes_nothing_along_is_told_so(qtbot, tmp_path):
    with workplace(tmp_path, posts=("it_admin",)) as opened:
        made = ReportsPage(page_context(opened))
        show(qtbot, made)
        made.enter(Route("reports"))
        assert keys_of(made) == []
        assert made._stack.currentWidget() is made._empty
