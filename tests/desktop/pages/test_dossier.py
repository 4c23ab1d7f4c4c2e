"""The file of a case on screen: its list, its pages, printing and writing it out, by keys."""

import pytest
from docx import Document
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter

from desktop.page import Route
from desktop.pages.dossier import DossierPage
from desktop.pages.dossier.binder import bind
from desktop.services.photos import Photo
from sync.progress import Cancelled
from sync.store.attachments import State
from tests.desktop.pages.hands import press
from tests.desktop.pages.rounds import Heard, show
from tests.desktop.services.test_archiving import at_the_end
from tests.desktop.test_dossier_pages import pdf_scan, photo
from tests.support.workplaces import page_context, workplace

Key = Qt.Key


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


@pytest.fixture
def case_id(place):
    """A case whose signed agreement is a PDF of two pages, with a photo as proof of identity."""
    made = at_the_end(place, Photo(pdf_scan(2), "application/pdf"))
    place.cases.attach(made, Photo(photo(), "image/jpeg"), paper="identity")
    return made


@pytest.fixture
def page(qtbot, place, case_id):
    made = DossierPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("dossier", case_id, "agreement"))
    return made


@pytest.fixture
def heard(page):
    return Heard().listen(page)


def keys_of(page):
    return [page._model.row_at(at).key for at in range(page._model.rowCount())]


def test_papers_that_are_not_here_are_not_called_by_an_id(page, heard):
    """And nothing says that trying again would help."""
    page.enter(Route("dossier", "0198ab"))
    assert page._missing.isVisible()
    assert "another grid" in page._missing.accessibleName()
    assert "0198ab" not in page._missing.accessibleName()
    assert heard.errors == []


def test_the_list_says_what_is_missing_and_who_has_to_sign(page):
    rows = {key: page._model.row_at(at) for at, key in enumerate(keys_of(page))}
    assert rows["agreement"].reason == ""
    assert rows["application"].reason == "scan missing with the signatures of 王桂兰"
    assert rows["evidence"].badge is None
    assert "no number yet" in page.hint()


def test_it_opens_at_the_paper_that_was_asked_for(page):
    assert page.rows.current_key() == "agreement"
    starts = dict(page._opened.bound.starts)
    assert page.view.page == starts["agreement"]


def test_keys_choose_papers_and_turn_pages(page):
    press(page, Key.Key_BracketLeft)
    before = page.view.page
    press(page, Key.Key_BracketRight)
    assert page.view.page == before + 1
    page.rows.go_to("cover")
    press(page, Key.Key_J)
    assert page.rows.current_key() == "application"
    press(page, Key.Key_Return)
    assert page.view.page == dict(page._opened.bound.starts)["application"]


def test_the_pdf_has_every_page_that_was_seen(page, heard, tmp_path, place, case_id):
    page.write_pdf(str(tmp_path / "file.pdf"))
    assert len(PdfReader(tmp_path / "file.pdf").pages) == len(page._opened.bound.sheets)
    assert heard.words[-1] == "Written: file.pdf"
    seen = place.store.reading.rows("reveal")
    assert [(row.get("target_id"), row.get("field")) for row in seen] == [(case_id, "export")]


def test_printing_takes_the_same_pages(page, heard, tmp_path, place):
    writer = QPdfWriter(str(tmp_path / "printed.pdf"))
    page.print_on(writer)
    count = len(page._opened.bound.sheets)
    assert len(PdfReader(tmp_path / "printed.pdf").pages) == count
    assert heard.words[-1] == f"Printed {count} pages"
    assert [row.get("field") for row in place.store.reading.rows("reveal")] == ["print"]


def test_word_has_the_papers(page, heard, tmp_path):
    page.write_word(str(tmp_path / "file.docx"))
    told = "\n".join(one.text for one in Document(tmp_path / "file.docx").paragraphs)
    assert "人民调解协议书" in told


def test_a_place_that_cannot_be_written_is_said(page, heard, tmp_path):
    page.write_pdf(str(tmp_path / "nowhere" / "file.pdf"))
    assert heard.errors[-1].code == "case.unwritten"


def test_binding_stops_between_two_papers(place, case_id):
    def stop(step, so_far, in_all):
        if so_far == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        bind(place, case_id, stop)


def test_a_case_that_is_not_here_is_said(page):
    page.enter(Route("dossier", "nowhere"))
    assert page._stack.currentWidget() is page._missing


def test_a_scan_that_only_the_server_has_is_told_and_not_left_out(page, heard, place, tmp_path):
    """Without a network its page says so; a printed file with a hole in it is not made."""
    for scan in page._opened.file.scans:
        place.store.attachments.mark(scan.id, State.SAFE)
        assert place.store.attachments.release(scan.id)
    page.refresh()
    assert page._opened.bound.absent == 2
    page.write_pdf(str(tmp_path / "file.pdf"))
    assert heard.errors[-1].code == "case.scans_absent"
    assert not (tmp_path / "file.pdf").exists()
