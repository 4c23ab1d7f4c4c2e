"""Certificates by keys: a template, a number, the paper as PDF and for Word, the register."""

import zipfile
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.certificates import CertificatesPage
from desktop.services.certificates import KINDS, template
from desktop.services.computer_mark import computer_mark
from desktop.services.dossier.blocks import Seal, Signs
from desktop.settings import Settings
from tests.desktop.pages.hands import hold, press, write
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import page_context, workplace

Key = Qt.Key
PERSON = "person 6-2-1602 0"
OTHER = "person 6-2-904 0"
MARK = computer_mark("client")


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, ("desk_clerk",), desk=True) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    made = CertificatesPage(page_context(place), lambda: Settings(window="3"))
    made.resize(1200, 700)
    show(qtbot, made)
    made.enter(Route("certificates", PERSON))
    return made


def issue(page):
    """A proof of residence, by keys."""
    page.pane.choose_number(1)
    write(page, "2019年3月")
    press(page, Key.Key_Tab)
    write(page, "孩子入学")
    press(page, Key.Key_S, ctrl=True)


def said(page, row):
    return "".join(
        line for block in page.place.certificates.paper(row.id).blocks for line in block.lines
    )


def test_a_certificate_is_numbered_and_says_what_was_filled_in(page, place):
    """The name in full on paper, masked in the register; signature and seal are left empty."""
    issue(page)
    (row,) = place.store.reading.rows("certificate")
    assert row.get("number") == f"居证〔2026〕3-{MARK}-001号"
    words = said(page, row)
    for part in (
        "王桂兰",
        "1948年2月1日",
        "2019年3月",
        "孩子入学",
        "丰和苑",
        f"居证〔2026〕3-{MARK}-001号",
    ):
        assert part in words
    kinds = [type(block) for block in place.certificates.paper(row.id).blocks]
    assert Signs in kinds
    assert Seal in kinds
    shown = page._model.row_at(0)
    assert "王*兰" in shown.detail
    assert "王桂兰" not in shown.detail


def test_a_gap_certifies_nothing(page, place):
    """Every line is filled in, or nothing is entered; nor is there anybody, nobody's is."""
    press(page, Key.Key_1)
    press(page, Key.Key_S, ctrl=True)
    assert page.pane.error.text() == "Fill in every line; what is not known cannot be certified."
    page.enter(Route("certificates"))
    page.issue()
    assert page.pane.error.text() == "Open somebody at the desk first, then press F4."
    assert place.store.reading.rows("certificate") == []


def test_it_leaves_as_pdf_and_for_word_and_that_is_written_down(page, place, tmp_path):
    """Both hold the same words; the trace names the certificate and nobody."""
    issue(page)
    (row,) = place.store.reading.rows("certificate")
    page.leaving.write_pdf(str(tmp_path / "one.pdf"))
    page.leaving.write_word(str(tmp_path / "one.docx"))
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    with zipfile.ZipFile(tmp_path / "one.docx") as file:
        assert "王桂兰" in file.read("word/document.xml").decode()
    left = [one for one in place.store.reading.rows("reveal") if one.get("field") == "export"]
    assert [one.get("target_id") for one in left] == [row.id, row.id]


def test_a_void_number_is_not_given_again(page, place):
    """With a reason alone; undone it holds, and the next one has the next number."""
    heard = Heard().listen(page)
    issue(page)
    press(page, Key.Key_D, ctrl=True)
    assert page.pane.error.text() == "Say why it is void, in a few words."
    page.pane._void.set_text("写错了日期")
    press(page, Key.Key_D, ctrl=True)
    (row,) = place.store.reading.rows("certificate")
    assert row.get("void_reason") == "写错了日期"
    heard.undos[-1]()
    assert place.store.reading.rows("certificate")[0].get("void_reason") is None
    issue(page)
    numbers = {row.get("number") for row in place.store.reading.rows("certificate")}
    assert numbers == {f"居证〔2026〕3-{MARK}-001号", f"居证〔2026〕3-{MARK}-002号"}


def test_two_computers_at_windows_of_one_number_give_no_number_twice(place):
    """Neither knows of the other before a sync: the mark of the computer keeps them apart."""
    marks = {computer_mark(client) for client in ("c1", "c2", "c1~0a1b2c3d4e")}
    assert len(marks) == 3
    assert all(len(mark) == 4 and not set(mark) & set("OILU") for mark in marks)
    made, numbers = template("residence"), set()
    for client in ("c1", "c2"):
        place.store.account = replace(place.store.account, client_id=client)
        numbers.add(place.certificates._next_number(made, "3"))
    assert len(numbers) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_fills_without_a_gap(page, place, kind):
    """What a template asks for stands in its sentence; no place of it is left over."""
    made = template(kind)
    visitor = page.pane.form.visitor
    paper = place.certificates.preview(
        kind, visitor, {one.key: f"〈{one.key}〉" for one in made.asks}
    )
    words = "".join(line for block in paper.blocks for line in block.lines)
    assert all(f"〈{one.key}〉" in words for one in made.asks)
    assert "{" not in words
    assert made.source


def test_no_paper_of_one_resident_stands_under_the_name_of_another(qtbot, place):
    """Until the paper that is wanted is here nothing is shown of the last one, nothing leaves."""
    context = page_context(place)
    page = CertificatesPage(context, lambda: Settings(window="3"))
    show(qtbot, page)
    page.enter(Route("certificates", PERSON))
    issue(page)
    issue(page)
    second, first = (page._model.row_at(at).key for at in (0, 1))
    buttons = (page.prints, page.pdf, page.word, page.void)
    assert all(button.isEnabled() for button in buttons)
    lane = hold(context)

    page._show_paper(first)
    assert not any(button.isEnabled() for button in buttons)
    assert page.leaving.bound is None
    page._show_paper(second)
    lane.let_all_go()
    assert (page.leaving.key, all(button.isEnabled() for button in buttons)) == (second, True)

    page.enter(Route("certificates", PERSON))
    assert page.view._canvas.count == 0
    assert not any(button.isEnabled() for button in buttons)
    page.enter(Route("certificates"))
    lane.let_all_go()
    assert page.pane.form.visitor is None


def test_two_presses_take_one_number(qtbot, place):
    """Nor does a third one, once it is entered: the lines are empty again."""
    context = page_context(place)
    page = CertificatesPage(context, lambda: Settings(window="3"))
    show(qtbot, page)
    page.enter(Route("certificates", PERSON))
    page.pane.choose_number(1)
    write(page, "2019年3月")
    press(page, Key.Key_Tab)
    write(page, "孩子入学")
    lane = hold(context)
    press(page, Key.Key_S, ctrl=True)
    press(page, Key.Key_S, ctrl=True)
    lane.let_all_go()
    press(page, Key.Key_S, ctrl=True)
    lane.let_all_go()
    assert [row.get("number") for row in place.store.reading.rows("certificate")] == [
        f"居证〔2026〕3-{MARK}-001号"
    ]
    assert page.pane.error.text() == "Fill in every line; what is not known cannot be certified."


def test_what_was_filled_in_is_there_after_esc_and_after_a_lock(qtbot, page, place):
    """Kept for each person by itself, and ended by the certificate that is made of it."""
    page.pane.choose_number(2)
    (key, *_rest) = page.pane.fields
    write(page, "说到一半")
    page.leave()

    again = CertificatesPage(page_context(place), lambda: Settings(window="3"))
    show(qtbot, again)
    again.enter(Route("certificates", OTHER))
    assert again.pane.form.said == {}
    again.enter(Route("certificates", PERSON))
    assert (again.pane.form.kind, again.pane.fields[key].text()) == (KINDS[1], "说到一半")
    for line in again.pane.fields.values():
        line.edit.setText("写全了")
    again.keeper.timer.timeout.emit()
    press(again, Key.Key_S, ctrl=True)
    assert len(place.store.reading.rows("certificate")) == 1
    again.leave()
    assert place.store.drafts.keys("certificate:") == []
