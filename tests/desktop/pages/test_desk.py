"""The front desk worked by keys alone, with the line down: find, receive, supplement, hand over."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop.page import Route
from desktop.pages.desk import DeskPage
from tests.desktop.pages.hands import press, write
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
WANG = household_id("6-2-1602")


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, ("desk_clerk",), desk=True) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    made = DeskPage(page_context(place))
    made.resize(1100, 700)
    show(qtbot, made)
    made.enter(Route("desk"))
    return made


def cases(place):
    return place.store.reading.rows("service_case")


def receive(page, initials="wgl", number=Key.Key_1, *, all_papers=True):
    """A case by keys: seven presses and the initials."""
    press(page, Key.Key_F, ctrl=True)
    write(page, initials)
    press(page, Key.Key_Return, number)
    if all_papers:
        press(page, Key.Key_A)
    press(page, Key.Key_S, ctrl=True)


def test_initials_enter_a_digit_and_the_case_is_received(page, place):
    """Masked until it is opened, and that it was opened is written down."""
    write(page, "wgl")
    (row,) = [page._model.row_at(at) for at in range(page._model.rowCount())]
    assert row.title.startswith("王*兰")
    assert row.tags == ()
    press(page, Key.Key_Return)
    looked = place.store.reading.rows("reveal")
    assert [(one.get("target_id"), one.get("field")) for one in looked] == [(WANG, "case")]
    press(page, Key.Key_1, Key.Key_A)
    assert "26 Jun" in page.form._due.text()
    press(page, Key.Key_S, ctrl=True)

    (case,) = cases(place)
    assert (case.get("item"), case.get("stage"), case.get("receipt")) == (
        "dibao_review",
        "received",
        "0618-1-001",
    )
    assert (case.get("due"), case.get("missing")) == ("2026-06-26", None)
    assert page.receipt.receipt.number == "0618-1-001"
    page.receipt.copy()
    assert QGuiApplication.clipboard().text() == page.receipt.receipt.words


def test_what_is_missing_is_told_once_and_the_case_goes_on_when_it_comes(page, place):
    """One notice with all of it; then ready, picked up, called back: by Enter in the list."""
    receive(page, all_papers=False)
    (case,) = cases(place)
    assert case.get("stage") == "supplement"
    assert len(case.get("missing")) == 4
    assert case.get("told_at")
    assert "Still missing" in page.receipt.receipt.words

    page.tabs.choose("waiting")
    page._choose_tab("waiting")
    for wanted in ("received", "ready", "picked_up"):
        press(page, Key.Key_Return)
        assert cases(place)[0].get("stage") == wanted
    page.steps.buttons["score4"].click()
    (case,) = cases(place)
    assert (case.get("stage"), case.get("satisfaction")) == ("closed", 4)
    assert case.get("picked_up_by") == "王桂兰"
    assert page.place.service_cases.waiting() == []


def test_twenty_cases_by_keys_have_twenty_receipts(page, place):
    """A morning: each with a number of its own, none without."""
    for number in range(20):
        receive(page, number=Key(Key.Key_1 + number % 4))
    receipts = {case.get("receipt") for case in cases(place)}
    assert receipts == {f"0618-1-{number:03d}" for number in range(1, 21)}
    assert len(place.service_cases.today()) == 20


def test_a_walk_in_needs_a_name(page, place):
    """Who is not in the ledger is received all the same; nobody is received without a name."""
    press(page, Key.Key_N, ctrl=True)
    page.form.choose_number(7)
    press(page, Key.Key_S, ctrl=True)
    assert cases(place) == []
    assert page.form.error.text() == "Write for whom it is."
    page.form.name.edit.setFocus()
    write(page, "路过的人")
    page.form._write()
    press(page, Key.Key_S, ctrl=True)
    (case,) = cases(place)
    assert (case.get("applicant"), case.get("person_id")) == ("路过的人", None)


def test_who_stands_at_the_window_was_met_and_it_can_be_undone(page, place):
    """Anyone's meeting counts for all."""
    heard = Heard().listen(page)
    write(page, "wgl")
    press(page, Key.Key_Return)
    page._count_as_met()
    visits = place.store.reading.rows("visit", where={"household_id": WANG, "method": "desk"})
    assert [visit.get("result") for visit in visits] == ["met"]
    heard.undos[-1]()
    taken_back = place.store.reading.rows("visit", where={"corrects": visits[0].id})
    assert [visit.get("void") for visit in taken_back] == [True]


def test_a_consultation_is_one_key(page, place):
    """Nothing is asked, and the count stands in the head."""
    press(page, Key.Key_F2, Key.Key_F2)
    assert page.hint() == "2 consultations today"
    assert len(place.store.reading.rows("service_entry")) == 2


def test_the_receipt_is_kept_as_a_pdf_without_a_printer(page, tmp_path):
    """On the roll and on A5."""
    receive(page)
    for size in ("roll", "a5"):
        page.receipt.paper.choose(size)
        file = tmp_path / f"{size}.pdf"
        page.receipt.write_pdf(str(file))
        assert file.read_bytes().startswith(b"%PDF")


def test_every_service_is_found_by_its_initials(place):
    """Twenty-eight items in six categories, each with its papers in words."""
    services = place.service_cases.services
    assert len({item.category for item in services.items}) == 6
    assert [item.key for item in services.find("gzf")] == ["public_rent"]
    assert services.find("低保")[0].key == "dibao_review"
    for item in services.items:
        assert all(services.material(key) != key for key in item.materials)
