"""Residents' rights by keys: a copy with its password, an end that one key takes back."""

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop.page import Route
from desktop.pages.rights import RightsPage
from tests.desktop.pages.hands import press
from tests.desktop.pages.rounds import Heard, show
from tests.desktop.services.test_rights import ASKER, more
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("secretary",), more=more) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    made = RightsPage(page_context(place))
    show(qtbot, made)
    made.heard = Heard().listen(made)
    return made


def titles(page):
    return [page._model.row_at(at).title for at in range(page._model.rowCount())]


def test_whoever_lives_in_a_home_gets_a_copy(page, tmp_path):
    page.enter(Route("rights", household_id("6-2-201")))
    assert titles(page) == ["司徒雅, aged 76", "欧阳平, aged 77"]
    assert not page.end.isVisible()
    press(page, Key.Key_Return)
    (dialog,) = page.findChildren(QFileDialog)
    dialog.reject()
    page.write_to(ASKER, str(tmp_path / "copy.pdf"))
    password = page.password.accessibleName().split()[1]
    assert PdfReader(tmp_path / "copy.pdf", password=password).pages
    page.leave()
    assert password not in page.password.accessibleName()


def test_a_record_that_is_due_ends_by_a_key_and_comes_back(page, place):
    page.enter(Route("rights"))
    assert titles(page) == ["早走了"]
    press(page, Key.Key_O)
    assert page.heard.routes == [Route("household", household_id("6-2-202"))]
    press(page, Key.Key_D)
    assert titles(page) == []
    assert page.heard.words == ["1 record deleted."]
    page.heard.undos[0]()
    page.refresh()
    assert titles(page) == ["早走了"]


def test_whoever_is_not_the_office_is_told_so(qtbot, tmp_path):
    with workplace(tmp_path, more=more) as opened:
        made = RightsPage(page_context(opened))
        show(qtbot, made)
        made.enter(Route("rights", household_id("6-2-201")))
        assert titles(made) == []
