"""Photos and scans of a form: none that was chosen is lost, none goes where it does not belong."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.page import Route
from desktop.pages.mediation import CaseFormPage, CasePage
from desktop.pages.mediation.form_page import Begun
from desktop.services.case_forms import AgreementForm, TalkForm
from tests.desktop.pages.hands import hold, press
from tests.desktop.pages.rounds import Heard
from tests.desktop.pages.test_mediation_switching import go, opened, two_cases
from tests.desktop.services.test_cases import LEAK, TERM
from tests.support.full_disk import limit_pages
from tests.support.workplaces import workplace

Key = Qt.Key
READY = "PDF 1 · 1 KB"


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


@pytest.fixture
def scan(tmp_path):
    """A scan of signed pages."""
    made = tmp_path / "scan.pdf"
    made.write_bytes(b"%PDF-1.4 signed")
    return str(made)


@pytest.fixture
def other(tmp_path):
    """What is no picture at all."""
    made = tmp_path / "note.txt"
    made.write_text("no picture")
    return str(made)


def form(qtbot, place, route):
    """A form, and what it said."""
    page = opened(qtbot, place, CaseFormPage, route)
    return page, Heard().listen(page)


def told(page):
    """The files as the form lists them."""
    return [row._words.text() for row in page.files._lines.shown]


def talks(place, route):
    """What was written down, with how many files each has."""
    file = place.cases.case(route.record_id)
    return [(talk.text, len(file.scans_of(talk.id))) for talk in file.talks]


def test_what_was_chosen_survives_leaving_and_a_kill(qtbot, place, scan):
    """It is with the draft, and is saved with it from there."""
    route, _other = two_cases(place, "talk")
    page, _heard = form(qtbot, place, route)
    page.fields.entries["text"].set_value("都签了")
    page.take_files([scan, scan])
    page._keeper.touch()
    page.leave()

    again, heard = form(qtbot, place, route)
    assert told(again) == [READY, "PDF 2 · 1 KB"]
    press(again, Key.Key_S, ctrl=True)
    assert heard.errors == []
    assert talks(place, route) == [("都签了", 2)]
    assert place.chosen.count("case_talk:" + route.record_id) == 0
    third, _heard = form(qtbot, place, route)
    assert told(third) == []


def test_what_was_not_read_when_the_power_went_is_read_when_the_form_opens(qtbot, place, scan):
    """That it was chosen was kept at once."""
    route, _other = two_cases(place, "talk")
    (chosen,) = place.chosen.choose(f"case_talk:{route.record_id}", [scan])
    assert not chosen.is_ready
    page, _heard = form(qtbot, place, route)
    assert told(page) == [READY]


def test_saving_takes_along_what_is_still_being_read(qtbot, place, scan):
    """Ctrl S waits for it, says so, and saves by itself."""
    route, _other = two_cases(place, "talk")
    page, heard = form(qtbot, place, route)
    page.fields.entries["text"].set_value("都签了")
    lane = hold(page.context)
    page.take_files([scan, scan])
    press(page, Key.Key_S, ctrl=True)
    assert page.foot.text() == "It is saved as soon as every file is read."
    lane.let_one_go()
    assert told(page) == ["File 1 · being read", "File 2 · being read"]
    lane.let_one_go()
    assert page.files._count.text() == "1 of 2 read"
    lane.let_all_go()
    assert heard.backs == 1
    assert talks(place, route) == [("都签了", 2)]


def test_a_file_that_is_refused_holds_saving_back(qtbot, place, scan, other):
    """Nobody files a talk without the scan that they thought was in it."""
    route, _other = two_cases(place, "talk")
    page, _heard = form(qtbot, place, route)
    page.fields.entries["text"].set_value("都签了")
    lane = hold(page.context)
    page.take_files([scan, other])
    press(page, Key.Key_S, ctrl=True)
    lane.let_all_go()
    assert page.files.error() == "Attach a photo (JPEG, PNG) or a PDF of at most 20 MB."
    assert page.foot.text() == "Not saved yet: a file was left out."
    assert (told(page), talks(place, route)) == ([READY], [])
    press(page, Key.Key_S, ctrl=True)
    lane.let_all_go()
    assert talks(place, route) == [("都签了", 1)]


def test_reading_can_be_stopped(qtbot, place, scan):
    """What was read stays, and how many are left out is said."""
    route, _other = two_cases(place, "scan")
    page, _heard = form(qtbot, place, route)
    lane = hold(page.context)
    page.take_files([scan] * 3)
    lane.let_one_go()
    lane.let_one_go()
    page.files.stop.click()
    lane.let_all_go()
    assert told(page) == [READY]
    words = "2 files were left out. Choose them again to have them."
    assert page.files.error() == words
    assert place.chosen.count(f"case_scan:{route.record_id}") == 1


def test_a_file_is_taken_out_again(qtbot, place, scan):
    """And is not there the next time."""
    route, _other = two_cases(place, "scan")
    page, _heard = form(qtbot, place, route)
    page.take_files([scan, scan])
    row = page.files._lines.shown[0]
    assert row._remove.accessibleName() == "Take out: PDF 1"
    row._remove.click()
    assert told(page) == [READY]
    again, _heard = form(qtbot, place, route)
    assert told(again) == [READY]


def test_saving_goes_on_where_the_last_unread_file_is_taken_out(qtbot, place, scan):
    """Nobody waits for what nobody wants, and it is not said to be unsaved afterwards."""
    route, _other = two_cases(place, "talk")
    page, heard = form(qtbot, place, route)
    page.fields.entries["text"].set_value("都签了")
    lane = hold(page.context)
    page.take_files([scan])
    lane.let_one_go()
    press(page, Key.Key_S, ctrl=True)
    page.files._lines.shown[0]._remove.click()
    lane.let_all_go()
    assert (heard.backs, talks(place, route)) == (1, [("都签了", 0)])
    page.leave()
    assert heard.words == ["Written down."]


def test_a_double_click_takes_out_one_file(qtbot, place, scan):
    """The next one moves up under the pointer meanwhile."""
    route, _other = two_cases(place, "scan")
    page, _heard = form(qtbot, place, route)
    page.take_files([scan] * 3)
    cross = page.files._lines.shown[0]._remove
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(cross, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(cross, Qt.MouseButton.LeftButton)
    assert page.files.count == 2


def test_files_that_are_still_noted_take_up_room(qtbot, place, scan):
    """Two choices one after the other are no more than twenty files either."""
    route, _other = two_cases(place, "scan")
    page, _heard = form(qtbot, place, route)
    lane = hold(page.context)
    page.take_files([scan] * 15)
    page.take_files([scan] * 15)
    assert page.files.error() == "At most 20 files at a time."
    lane.let_all_go()
    assert page.files.count == 20


def test_nothing_is_chosen_on_a_full_disk(qtbot, place, scan):
    """What was said not to be chosen is not there at the next opening either."""
    route, _other = two_cases(place, "scan")
    page, _heard = form(qtbot, place, route)
    limit_pages(place.store.database, 0)
    page.take_files([scan, "长" * 30000])
    assert page.files.error().startswith("The disk is full.")
    assert (page.files.count, page.files.is_reading) == (0, False)
    again, _heard = form(qtbot, place, route)
    assert told(again) == []


def test_there_is_room_for_twenty(qtbot, place, scan):
    """What is too much is said, not dropped in silence."""
    route, _other = two_cases(place, "scan")
    page, _heard = form(qtbot, place, route)
    page.take_files([scan] * 21)
    assert page.files.count == 20
    assert page.files.error() == "At most 20 files at a time."


def test_files_that_become_ready_late_are_not_filed_in_the_next_case(qtbot, place, scan, other):
    """They are read on, for the form that they were chosen for, and say nothing elsewhere."""
    ours, theirs = two_cases(place, "sign")
    for route in (ours, theirs):
        place.cases.move(route.record_id, "mediating")
        place.cases.write_agreement(route.record_id, AgreementForm(terms=(TERM,)))
    page, heard = form(qtbot, place, ours)
    lane = hold(page.context)
    page.take_files([scan, scan, other])
    press(page, Key.Key_S, ctrl=True)
    go(page, theirs)
    assert heard.words == ["Not saved yet: a file was still being read. It is kept."]
    lane.let_all_go()
    assert (page.foot.text(), page.files.error()) == (page._form.hint, "")
    page.fields.entries["signed_on"].set_value("6-17")
    press(page, Key.Key_S, ctrl=True)
    lane.let_all_go()
    assert place.cases.case(theirs.record_id).signed is None
    go(page, ours)
    lane.let_all_go()
    assert told(page) == [READY, "PDF 2 · 1 KB"]
    assert page.files.error().startswith("Attach a photo")


def test_a_late_save_ends_no_other_form(qtbot, place, scan):
    """The files of the form that is open now are still there."""
    ours, theirs = two_cases(place, "scan")
    page, heard = form(qtbot, place, ours)
    page.fields.entries["paper"].set_value("identity")
    page.take_files([scan])
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    go(page, theirs)
    page._show(page._asked, Begun({}, "", []))  # What is known of it came first.
    page.take_files([scan])
    lane.let_one_go()
    assert (page.files.is_reading, heard.backs) == (True, 0)
    lane.let_all_go()
    again, _heard = form(qtbot, place, theirs)
    assert told(again) == [READY]
    (filed,) = place.cases.case(ours.record_id).scans
    assert filed.paper == "identity"


def test_the_short_field_does_not_save_without_the_files(qtbot, place, scan):
    """They were chosen in the whole form, so the whole form saves the talk."""
    route, _other = two_cases(place, "talk")
    page, _heard = form(qtbot, place, route)
    page.take_files([scan])
    page.leave()
    case = opened(qtbot, place, CasePage, route)
    heard = Heard().listen(case)
    case.entry.note.set_text("都签了")
    press(case, Key.Key_S, ctrl=True)
    assert [one.detail for one in heard.routes] == ["talk"]
    assert talks(place, route) == []


def test_a_correction_leaves_the_next_talk_alone(place):
    """Each has a draft of its own, and so has every kind of step and every party."""
    case_id = place.cases.open(LEAK)
    place.cases.talk(case_id, TalkForm(text="七日"))
    place.cases.keep_draft(f"case_talk:{case_id}", {"text": "下一次"})
    (talk,) = place.cases.case(case_id).talks
    place.cases.correct_talk(case_id, talk, TalkForm(text="三日"), "记错了")
    assert place.cases.draft(f"case_talk:{case_id}") == {"text": "下一次"}


@pytest.mark.parametrize(
    ("first", "second"), [("step:declined", "step:called_back"), ("party:{0}", "party:{1}")]
)
def test_what_was_typed_of_one_is_not_shown_of_another(qtbot, place, first, second):
    """Else what is known of one person would be saved as another's."""
    case_id = place.cases.open(LEAK)
    ids = [party.id for party in place.cases.case(case_id).parties]
    routes = [Route("case_form", case_id, detail.format(*ids)) for detail in (first, second)]
    page, _heard = form(qtbot, place, routes[0])
    key = "text" if "text" in page.fields.entries else "occupation"
    page.fields.entries[key].set_value("只属于这一个")
    page._keeper.touch()
    go(page, routes[1])
    assert page.fields.texts().get(key, "") != "只属于这一个"
    assert place.store.sealing.drafts() == []
    go(page, routes[0])
    assert page.fields.texts()[key] == "只属于这一个"
