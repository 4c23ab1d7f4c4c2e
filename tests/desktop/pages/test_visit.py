"""The visit form, worked by keys on a real store."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from desktop.page import Route
from desktop.pages.visit import VisitPage
from desktop.pages.visit.banner_slot import BannerSlot
from desktop.pictures import prepare
from desktop.rows import Tone
from desktop.services.photos import Photo
from desktop.services.visits import VisitForm
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.viewmodels.draft_keeper import KEEP_AFTER_MS
from desktop.viewmodels.visit_form import PARTS, Part
from desktop.viewmodels.visit_guidance import Guidance
from desktop.widgets.field import IconMark
from sync.errors import DiskFull, NotFound
from sync.store.records import delete, patch
from tests.desktop.pages.hands import hold
from tests.desktop.pages.rounds import Heard, press, show
from tests.support.full_disk import limit_pages
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
WANG, SHARED, HE = (household_id(f"6-2-{door}") for door in ("1602", "1203", "904"))
XU, LIU, ZHOU = (household_id(f"9-1-{door}") for door in ("102", "301", "402"))


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    made = VisitPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("visit", WANG))
    return made


@pytest.fixture
def heard(page):
    return Heard().listen(page)


def latest(place, household=WANG):
    """The visit that was recorded last."""
    return place.households.card(household).entries[0].fields


def write(page, text):
    """Type into the note."""
    page.fields.focus_note()
    QApplication.focusWidget().insertPlainText(text)


def write_line(page, text):
    """Type where the keyboard is."""
    QTest.keyClicks(QApplication.focusWidget(), text)


def shown_parts(page):
    """The parts of the form that are on the screen."""
    fields = page.fields
    widgets = {
        Part.METHOD: fields._method,
        Part.COMPANIONS: fields._people,
        Part.CONDITION: fields._condition,
        Part.NOTE: fields._note,
        Part.NEEDS: fields._needs,
        Part.HAZARDS: fields._hazards,
        Part.CHANGES: fields._changes,
        Part.LEFT: fields._left,
        Part.PRESSURE: fields.more.pressure,
        Part.PROMISE: fields.more.promise,
        Part.CHANGES: fields._changes,
        Part.LEFT: fields._left,
        Part.PRESSURE: fields.more.pressure,
        Part.PROMISE: fields.more.promise,
        Part.NEXT: fields._next,
    }
    return {part for part, widget in widgets.items() if widget.isVisible()}


def test_one_and_ctrl_enter_save_a_plain_visit(page, heard, place):
    """Two presses; nothing is said that nobody chose; the next door comes up."""
    press(page, Key.Key_1)
    press(page, Key.Key_Return, ctrl=True)

    saved = latest(place)
    assert (saved["result"], saved["method"]) == ("met", "home")
    assert saved["planned_for"] == "2026-06-13"
    assert not {"condition", "needs", "hazards", "note", "next_appointment"} & {
        name for name, value in saved.items() if value
    }
    assert heard.words == ["Recorded 6-2-1602 王桂兰: met in person"]
    assert heard.routes == [Route("visit", SHARED)]
    assert heard.changes == 1


def test_the_button_names_the_next_door(page):
    """Nobody presses Ctrl Enter into the unknown."""
    assert page.footer._onward.words == "Save, then 1203 4 people sharing"


def test_ctrl_s_saves_and_goes_back(page, heard, place):
    """Back to where the visit was started from."""
    press(page, Key.Key_4)
    press(page, Key.Key_S, ctrl=True)
    assert latest(place)["result"] == "refused"
    assert latest(place)["method"] == "door"
    assert (heard.backs, heard.routes) == (1, [])


def test_nothing_is_saved_without_a_result(page, heard, place):
    """No default states an act: the form says what is missing."""
    press(page, Key.Key_Return, ctrl=True)
    press(page, Key.Key_S, ctrl=True)
    assert heard.words == []
    assert latest(place)["started_at"] == "2026-05-13T01:40:00Z"
    assert page.footer._words.text() == "Choose what came of the visit: 1 to 5."


def test_pressing_save_twice_writes_one_visit(page, heard, place):
    """Impatient fingers make no second visit."""
    before = len(place.households.card(WANG).entries)
    press(page, Key.Key_1)
    page._save(onward=False)
    page._save(onward=False)
    assert len(place.households.card(WANG).entries) == before + 1


@pytest.mark.parametrize("result", list(PARTS))
def test_each_result_shows_its_own_parts(page, result):
    """A refused visit asks for no needs; without a result nothing is asked."""
    if result:
        page.fields.choose_result(result)
    assert shown_parts(page) == set(PARTS[result]) - {Part.ASKED}


def test_what_a_result_hides_is_not_saved(page, place):
    """Needs ticked by a slip before 没人应 was chosen stay out of the record."""
    press(page, Key.Key_1)
    page.fields._needs.press("meal")
    page.fields._condition.press("fine")
    press(page, Key.Key_2)
    press(page, Key.Key_S, ctrl=True)
    saved = latest(place)
    assert saved["result"] == "not_home"
    assert not saved.get("needs")
    assert not saved.get("condition")


def test_a_whole_visit_by_keys(page, place):
    """Everything that was said arrives in the record."""
    press(page, Key.Key_1)
    page.fields._people.press("neighbour")
    page.fields._condition.press("attention")
    page.fields._hazards.press("gas")
    page.fields._needs.press("repair")
    write(page, "燃气软管老化")
    press(page, Key.Key_S, ctrl=True)
    saved = latest(place)
    assert saved["companions"] == ["neighbour"]
    assert saved["condition"] == "attention"
    assert saved["hazards"] == ["gas"]
    assert saved["needs"] == ["repair"]
    assert saved["note"] == "燃气软管老化"


def test_family_members_can_be_named(qtbot, place):
    """Seen by their names, kept by their ids; the head is not offered as family."""
    page = VisitPage(page_context(place))
    show(qtbot, page)
    page.enter(Route("visit", HE, "met_family"))
    chips = [(chip.choice.key, chip.words) for chip in page.fields._people.chips()]
    assert chips[0] == ("person 6-2-904 1", "吕志刚")
    assert "何美玲" not in [words for _key, words in chips]
    page.fields._people.press("person 6-2-904 1")
    press(page, Key.Key_S, ctrl=True)
    assert latest(place, HE)["companions"] == ["person 6-2-904 1"]


# --- Drafts ------------------------------------------------------------------------------------


def test_a_draft_is_on_disk_within_a_second(qtbot, page, place):
    """A kill loses a second at most, however long somebody keeps typing."""
    assert KEEP_AFTER_MS < 1000
    press(page, Key.Key_1)
    page.fields.focus_note()
    typist = QTimer(page, interval=KEEP_AFTER_MS // 5)
    typist.timeout.connect(lambda: QApplication.focusWidget().insertPlainText("药"))
    typist.start()
    qtbot.waitUntil(lambda: place.visits.draft(WANG) is not None, timeout=10 * KEEP_AFTER_MS)
    typist.stop()
    assert place.visits.draft(WANG).form.note.startswith("药")
    assert page.footer._words.text().startswith("Draft kept on this computer 10:24")


def test_esc_leaves_with_the_draft_kept(page, heard, place):
    """From the note, too; and what was typed is there again."""
    press(page, Key.Key_1)
    write(page, "说一半")
    press(page, Key.Key_Escape)
    assert heard.backs == 1
    page.leave()
    assert place.visits.draft(WANG).form == VisitForm(
        result="met", note="说一半", planned_for="2026-06-13"
    )

    page.enter(Route("visit", WANG))
    assert page.fields._result.chosen() == "met"
    assert page.fields._note.text() == "说一半"
    assert page.footer._words.text().startswith("Draft of 10:24")


def test_looking_at_a_form_leaves_no_draft(page, place):
    """Only what somebody did is kept."""
    page.leave()
    assert place.visits.draft(WANG) is None


def test_saving_ends_the_draft_and_undo_brings_it_back(page, heard, place):
    """Undo gives the words back, and the visit counts no more."""
    press(page, Key.Key_1)
    write(page, "写了很多")
    page.drafts.keep()
    press(page, Key.Key_S, ctrl=True)
    page.leave()
    assert place.visits.draft(WANG) is None

    heard.undos[0]()
    assert place.visits.draft(WANG).form.note == "写了很多"
    assert place.households.card(WANG).due.last_met.isoformat() == "2026-05-13"


def test_starting_over_can_be_undone(page, heard, place):
    """Undo instead of asking."""
    press(page, Key.Key_1)
    write(page, "不要了")
    page.drafts.keep()
    page.footer.restarted.emit()
    assert place.visits.draft(WANG) is None
    assert shown_parts(page) == set()

    heard.undos[0]()
    page.refresh()
    assert page.fields._note.text() == "不要了"


def test_a_sync_never_touches_what_is_typed(page):
    """The form belongs to the worker."""
    press(page, Key.Key_1)
    write(page, "写到一半")
    page.drafts.keep()
    note = QApplication.focusWidget()
    page.refresh()
    assert page.fields._note.text() == "写到一半"
    assert QApplication.focusWidget() is note


def test_a_home_that_is_gone_leads_back(page, heard):
    """A form of nothing would lose what is typed into it."""
    page.enter(Route("visit", "household 1-1-101"))
    assert [error.code for error in heard.errors] == [NotFound.code]
    assert heard.backs == 1


def test_a_failed_save_keeps_the_form(page, heard, place, monkeypatch):
    """A full disk loses nothing, and saving can be tried again."""
    press(page, Key.Key_1)
    write(page, "还在")

    def full(*args, **kwargs):
        raise DiskFull

    with monkeypatch.context() as broken:
        broken.setattr(place.visits, "record", full)
        press(page, Key.Key_S, ctrl=True)
    assert [type(error) for error in heard.errors] == [DiskFull]
    assert page.fields._note.text() == "还在"
    press(page, Key.Key_S, ctrl=True)
    assert latest(place)["note"] == "还在"


# --- Keys --------------------------------------------------------------------------------------


def test_digits_in_the_note_are_text(page):
    """血压 138 changes no result."""
    press(page, Key.Key_1)
    page.fields.focus_note()
    QTest.keyClicks(QApplication.focusWidget(), "138/86")
    assert page.fields._note.text() == "138/86"
    assert page._state.form.result == "met"


def test_keys_of_a_composition_are_left_alone(page, heard, place):
    """While pinyin is being composed neither Esc nor saving acts, and drafts hold no letters."""
    press(page, Key.Key_1)
    write(page, "降压药")
    note = QApplication.focusWidget()
    QApplication.sendEvent(note, QInputMethodEvent("zhen", []))
    press(page, Key.Key_Escape)
    press(page, Key.Key_Return, ctrl=True)
    page.drafts.keep()
    assert (heard.backs, heard.words) == (0, [])
    assert place.visits.draft(WANG).form.note == "降压药"


def test_phrases_come_by_ctrl_digit(page):
    """Each result has its own; they go to where the cursor is."""
    press(page, Key.Key_1)
    press(page, Key.Key_1, ctrl=True)
    assert page.fields._note.text() == "All is well, nothing new is needed. "
    press(page, Key.Key_2)
    press(page, Key.Key_1, ctrl=True)
    assert page.fields._note.text().endswith("at work by day, home in the evening. ")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_slash_offers_phrases_on_an_empty_line(qtbot, page):
    """By keys alone: slash, Enter."""
    press(page, Key.Key_1, Key.Key_Slash)
    note = QApplication.focusWidget()
    qtbot.keyClick(note, Key.Key_Slash)
    menu = QApplication.activePopupWidget()
    qtbot.keyClick(menu, Key.Key_Return)
    assert page.fields._note.text() == "All is well, nothing new is needed. "


def test_brackets_walk_the_round_and_keep_the_draft(page, heard, place):
    """The form of one door waits while another is looked at."""
    press(page, Key.Key_1, Key.Key_BracketRight, Key.Key_BracketLeft)
    assert heard.routes == [Route("visit", SHARED), Route("visit", household_id("6-2-2304"))]
    page.leave()
    assert place.visits.draft(WANG).form.result == "met"


def test_a_result_pressed_in_the_list_is_chosen(qtbot, place):
    """The digit from Today arrives; a draft keeps its words under it."""
    place.visits.keep_draft(WANG, VisitForm(result="met", note="量了血压"))
    page = VisitPage(page_context(place))
    show(qtbot, page)
    page.enter(Route("visit", WANG, "refused"))
    assert page.fields._result.chosen() == "refused"
    assert page.fields._note.text() == "量了血压"


# --- What follows ------------------------------------------------------------------------------


def test_the_last_door_leads_back(qtbot, place):
    """With no door left there is nowhere to go on to."""
    for door in place.today.round().doors():
        if door.id != WANG:
            form = VisitForm("not_home", went_with="刘建平")
            place.visits.record(place.households.record(door.id), form)
    page = VisitPage(page_context(place))
    show(qtbot, page)
    heard = Heard().listen(page)
    page.enter(Route("visit", WANG, "met"))
    assert page.footer._onward.words == "Save and go back"
    press(page, Key.Key_Return, ctrl=True)
    assert (heard.backs, heard.routes) == (1, [])


def test_a_time_to_come_again_is_chosen_and_taken_back(qtbot, place):
    """Nothing is preset after a knock; a second press takes the choice back."""
    page = VisitPage(page_context(place))
    show(qtbot, page)
    page.enter(Route("visit", LIU, "not_home"))
    choices = page.fields._next._choices
    assert choices.chosen() == ""
    choices.buttons()[0].click()
    assert page._state.form.next_appointment == "2026-06-18T10:30:00Z"
    choices.buttons()[0].click()
    assert page._state.form.next_appointment == ""
    assert choices.chosen() == ""


def test_a_day_typed_by_hand_is_the_appointment(page, place):
    """6-21 at three in the afternoon, as it is said."""
    press(page, Key.Key_1)
    page.fields._next._choices.press("own")
    next_time = page.fields._next
    QTest.keyClicks(next_time._day.edit, "6-21")
    press(page, Key.Key_S, ctrl=True)
    assert "like 6-21" in next_time._day.error()

    QTest.keyClicks(next_time._time.edit, "15:00")
    press(page, Key.Key_S, ctrl=True)
    assert latest(place)["next_appointment"] == "2026-06-21T07:00:00Z"


def test_a_number_is_shown_on_a_press_that_is_written_down(page, place):
    """The full number never comes without its trace."""
    page._who.calls.findChild(QAbstractButton).click()
    assert page._who.calls._items[0].phone == "13700113305"
    assert place.store.reading.rows("reveal")[0].get("target_id") == WANG


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(("width", "height", "scale"), [(1366, 700, 1.0), (964, 514, 2.0)])
def test_nothing_is_wider_than_the_window(qtbot, place, request, language, width, height, scale):
    """Every part fits in both languages at 100 % and at 200 %."""
    if language == "zh_CN":
        request.getfixturevalue("chinese")
    look = ThemeProvider(load_theme(ThemeName.LIGHT), scale)
    page = VisitPage(page_context(place, look))
    show(qtbot, page, width, height)
    for result in PARTS:
        page.enter(Route("visit", ZHOU, result))
        QApplication.processEvents()
        content = page.places.scroll.area.widget()
        assert content.minimumSizeHint().width() <= page.places.scroll.area.viewport().width(), (
            result
        )
        assert page.minimumSizeHint().width() <= width, result


# --- What is typed while something is saved -----------------------------------------------------


def test_what_is_typed_after_save_is_not_lost(page, heard, place):
    """Ctrl S, and the worker types on before the disk has answered."""
    press(page, Key.Key_1)
    write(page, "血压正常")
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    write(page, "，药快没了")
    lane.let_all_go()

    assert latest(place, WANG)["note"] == "血压正常"
    assert heard.backs == 0
    assert page.fields._note.text() == "血压正常，药快没了"
    assert place.visits.draft(WANG).form.note == "血压正常，药快没了"


def test_a_late_answer_touches_no_other_form(page, heard, place):
    """Saved, and at the next door before the disk has answered: what is typed there stays."""
    press(page, Key.Key_1)
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    page.leave()
    page.enter(Route("visit", HE))
    save, *reading = lane.waiting
    lane.waiting.clear()
    for job in reading:
        job.run()
    press(page, Key.Key_1)
    write(page, "约好带材料来")
    save.run()
    page.leave()
    lane.let_all_go()

    assert (heard.backs, heard.routes) == (0, [])
    assert place.visits.draft(HE).form.note == "约好带材料来"
    assert place.visits.draft(WANG) is None


def test_the_next_form_comes_with_the_saving(page, heard):
    """One trip to the disk: the worker on the stairs waits for no second one."""
    page.went.connect(page.enter)
    press(page, Key.Key_1)
    lane = hold(page.context)
    press(page, Key.Key_Return, ctrl=True)
    save, *more = lane.waiting
    assert more == []

    save.run()

    assert heard.routes == [Route("visit", SHARED)]
    assert page._state is not None
    assert page._state.household.record.id == SHARED
    assert not page._state.form.result


def test_the_next_form_was_read_before_it_is_wanted(page, monkeypatch):
    """Nothing but the writing is left to do when it is saved."""
    page.went.connect(page.enter)
    ahead = page._ahead.opening
    press(page, Key.Key_1)
    press(page, Key.Key_Return, ctrl=True)

    assert ahead.card.record.id == SHARED
    assert page._state.household is ahead.card


def test_what_was_read_ahead_is_read_again_once_it_is_stale(page, place):
    """Somebody else's change arrives while the worker still writes at this door."""
    page.went.connect(page.enter)
    place.store.records.write([patch("household", SHARED, {"contact_name": "张阿姨"})])
    press(page, Key.Key_1)
    press(page, Key.Key_Return, ctrl=True)

    assert page._state.household.record.id == SHARED
    assert page._state.household.record.get("contact_name") == "张阿姨"


def test_what_was_read_ahead_still_finds_a_draft(page, place):
    """A draft of the next door may be younger than what was read of it."""
    page.went.connect(page.enter)
    place.visits.keep_draft(SHARED, VisitForm(result="met", note="说到一半"))
    press(page, Key.Key_1)
    press(page, Key.Key_Return, ctrl=True)

    assert page._state.form.note == "说到一半"


def test_what_was_saved_is_saved_though_the_next_cannot_be_read(page, heard, place):
    """The next home left this computer meanwhile: that is said there, and nothing else."""
    place.store.records.write([delete("household", SHARED)])
    press(page, Key.Key_1)
    press(page, Key.Key_Return, ctrl=True)

    assert heard.errors == []
    assert heard.words == ["Recorded 6-2-1602 王桂兰: met in person"]
    assert latest(place)["result"] == "met"


def test_a_visit_that_is_being_saved_is_no_draft_again(page, place):
    """Leaving while the disk works keeps nothing after the record."""
    press(page, Key.Key_1)
    write(page, "写了很多")
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    page.leave()
    lane.let_all_go()

    assert place.visits.draft(WANG) is None
    assert latest(place, WANG)["note"] == "写了很多"


def test_a_draft_that_the_disk_refused_is_tried_again(page, place):
    """It is said, found in this app as it was typed, and on the disk as soon as there is room."""
    told = []
    page.failed.connect(told.append)
    press(page, Key.Key_1)
    write(page, "药" * 3000)
    limit_pages(place.store.database, 0)
    page.drafts.keep()

    assert [type(error) for error in told] == [DiskFull]
    assert place.store.drafts.unwritten == 1
    assert place.visits.draft(WANG).form.note == "药" * 3000
    limit_pages(place.store.database, 1_000_000)
    page.leave()

    assert place.store.drafts.unwritten == 0
    assert place.visits.draft(WANG).form.note == "药" * 3000


# --- What a visit leads to -----------------------------------------------------------------------


def test_a_need_and_a_hazard_by_keys_become_two_matters(page, heard, place):
    """Said before it is saved: which unit and how long; said again in the toast."""
    press(page, Key.Key_1)
    page.fields._needs.chips()[3].setFocus()
    press(page, Key.Key_Space)
    page.fields._hazards.chips()[0].setFocus()
    press(page, Key.Key_Space)
    assert page.fields.reports.words.splitlines() == [
        "Saving also reports 2 matters",
        "gas · gas company · 24 h",
        "repairs · property company · 3 working days",
    ]
    press(page, Key.Key_Return, ctrl=True)
    assert heard.words == ["Recorded 6-2-1602 王桂兰: met in person · 2 matters reported"]
    assert [row.get("subject") for row in place.matters.open_of(WANG)] == ["gas", "repair"]

    page.enter(Route("visit", WANG, "met"))
    page.fields._hazards.press("gas")
    assert page.fields.reports.words.splitlines()[0] == "Reported before, and still open"
    heard.undos[0]()
    assert place.matters.open_of(WANG) == []


def test_same_as_last_time_takes_two_keys(page, place):
    """The outcome of last time, never its words nor how they were."""
    press(page, Key.Key_0)
    assert page._state.form.result == "met"
    press(page, Key.Key_Return, ctrl=True)
    saved = latest(place)
    assert (saved["result"], saved["method"]) == ("met", "home")
    assert not saved.get("note")
    assert not saved.get("condition")


def test_nothing_is_left_behind_unless_it_was_pressed(page, place):
    """No card, no call: no default states an act."""
    press(page, Key.Key_2)
    assert page.fields._left.chosen() == []
    page.fields._left.press("card")
    press(page, Key.Key_S, ctrl=True)
    assert latest(place)["left_behind"] == ["card"]


def test_a_home_for_two_asks_who_came_along(qtbot, place):
    """Nothing is saved before; afterwards it is in the record."""
    page = VisitPage(page_context(place))
    show(qtbot, page)
    heard = Heard().listen(page)
    page.enter(Route("visit", XU, "met"))
    press(page, Key.Key_S, ctrl=True)
    assert heard.words == []
    assert page.fields.first.went_with.error().startswith("This home is visited by two")
    QTest.keyClicks(QApplication.focusWidget(), "Liu Jianping")
    press(page, Key.Key_S, ctrl=True)
    assert latest(place, XU)["went_with"] == "Liu Jianping"


def test_the_duty_to_report_is_shown_where_a_minor_may_be_in_danger(page, place):
    """It says what to do, and files nothing."""
    press(page, Key.Key_1)
    page.fields._condition.press("urgent")
    assert page.fields.duty.words == ""
    place.store.records.write([patch("person", "person 6-2-1602 0", {"birth": "2014-02-01"})])
    page.enter(Route("visit", WANG, "met"))
    assert page.fields.duty.words == ""
    page.fields._condition.press("urgent")
    assert "art. 11" in page.fields.duty.words
    assert not page.fields.duty.isHidden()


def test_a_promise_is_asked_about_until_it_is_brought_back(page, place):
    """Made at one visit, ticked at the next."""
    press(page, Key.Key_1)
    page.fields.more.promise.edit.setFocus()
    write_line(page, "bring the pill box")
    page.fields.more.by.edit.setFocus()
    write_line(page, "6-20")
    page.fields.more.pressure.edit.setFocus()
    write_line(page, "138/86")
    press(page, Key.Key_S, ctrl=True)
    (promise,) = place.promises.open(WANG)
    assert (promise.what, promise.due.isoformat()) == ("bring the pill box", "2026-06-20")
    assert latest(place)["readings"] == [{"kind": "blood_pressure", "high": 138, "low": 86}]

    page.enter(Route("visit", WANG, "met"))
    (box,) = page._who.questions.boxes()
    box.setFocus()
    press(page, Key.Key_Space)
    press(page, Key.Key_S, ctrl=True)
    assert place.promises.open(WANG) == []


@pytest.mark.parametrize(
    ("line", "typed"), [("pressure", "1386"), ("by", "13-40"), ("by", "2020-01-01")]
)
def test_a_slip_in_a_line_is_said_before_saving(page, heard, line, typed):
    """The line itself says how it is written."""
    press(page, Key.Key_1)
    field = getattr(page.fields.more, line)
    field.edit.setFocus()
    write_line(page, typed)
    press(page, Key.Key_S, ctrl=True)
    assert heard.words == []
    assert field.error()


def test_photos_are_offered_for_hazards_alone_and_only_with_consent(page, place, tmp_path):
    """Never asked for: a hazard makes the line appear, consent the button."""
    press(page, Key.Key_1)
    assert page.photos.isHidden()
    page.fields._hazards.press("gas")
    assert not page.photos.isHidden()
    assert page.photos.add.isHidden()
    picture = tmp_path / "gas.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(picture))
    page.photos.take(str(picture))
    assert list(page.photos.taken()) == []
    page.photos.consent.click()
    assert not page.photos.add.isHidden()
    press(page, Key.Key_S, ctrl=True)
    (photo,) = place.photos.of(place.households.record(WANG))
    assert photo.get("consent") is True
    assert photo.get("about_id") == place.households.card(WANG).entries[0].id


def test_chosen_photos_survive_a_kill_and_end_with_the_draft(qtbot, page, place, tmp_path):
    """They are on disk at once, found again by the next start, and gone once saved."""
    press(page, Key.Key_1)
    page.fields._hazards.press("gas")
    picture = tmp_path / "gas.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(picture))
    page.photos.consent.click()
    page.photos.take(str(picture))
    page.leave()

    again = VisitPage(page_context(place))
    show(qtbot, again)
    again.enter(Route("visit", WANG))
    assert again.photos.consent.isChecked()
    (photo,) = again.photos.taken()
    again.fields.focus_result()
    press(again, Key.Key_S, ctrl=True)
    assert [one.get("size") for one in place.photos.of(place.households.record(WANG))] == [
        len(photo.content)
    ]
    assert place.visits.photo_drafts.find(WANG) == ()


# --- Corrections -----------------------------------------------------------------------------


def test_a_saved_visit_is_corrected_on_the_same_form(page, heard, place):
    """It begins with what was said, asks why, and keeps the original."""
    first = place.households.card(WANG).entries[0]
    page.enter(Route("visit", WANG, f"correct:{first.id}"))
    assert page.title() == "Correct a visit at 6-2-1602"
    assert page.fields._note.text() == first.fields["note"]
    press(page, Key.Key_4)
    press(page, Key.Key_S, ctrl=True)
    assert heard.words == []
    write_line(page, "wrong door")
    press(page, Key.Key_Return, ctrl=True)

    assert heard.words == ["Corrected 6-2-1602 王桂兰: refused"]
    assert (heard.backs, heard.routes) == (1, [])
    kept = [entry for entry in place.households.card(WANG).entries if entry.id == first.id]
    assert kept[0].replaced
    assert kept[0].fields == first.fields
    heard.undos[0]()
    assert place.households.card(WANG).due.last_contact == "met"


def test_a_correction_survives_a_kill_and_mixes_with_no_visit(page, heard, place):
    """It is a draft of its own."""
    first = place.households.card(WANG).entries[0]
    page.enter(Route("visit", WANG, f"correct:{first.id}"))
    write(page, "，更正")
    page.leave()
    assert place.visits.draft(WANG) is None
    page.enter(Route("visit", WANG))
    assert page.fields._note.text() == ""
    page.enter(Route("visit", WANG, f"correct:{first.id}"))
    assert page.fields._note.text() == f"{first.fields['note']}，更正"


def test_photos_of_a_correction_stay_like_those_of_a_visit(qtbot, page, place, tmp_path):
    """On disk at once, found again by the next start, thrown away and had back with the rest, kept
    apart from those of a visit there, and gone once saved."""
    first = place.households.card(WANG).entries[0]
    route = Route("visit", WANG, f"correct:{first.id}")
    picture = tmp_path / "gas.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(picture))
    page.enter(route)
    page.fields._hazards.press("gas")
    page.photos.consent.click()
    page.photos.take(str(picture))
    page.leave()
    page.enter(Route("visit", WANG))
    assert list(page.photos.taken()) == []

    again = VisitPage(page_context(place))
    heard = Heard().listen(again)
    show(qtbot, again)
    again.enter(route)
    taken = list(again.photos.taken())
    assert len(taken) == 1
    again.footer.restarted.emit()
    assert (list(again.photos.taken()), place.visits.photo_drafts.find(first.id)) == ([], ())
    heard.undos[0]()
    again.enter(route)
    assert list(again.photos.taken()) == taken
    again.fields.focus_result()
    press(again, Key.Key_S, ctrl=True)  # Why is not said yet: the keyboard goes there.
    write_line(again, "the hose")
    press(again, Key.Key_S, ctrl=True)
    (photo,) = place.photos.of(place.households.record(WANG))
    assert photo.get("size") == len(taken[0].content)
    assert place.visits.photo_drafts.find(first.id) == ()


def test_a_correction_of_another_visit_ends_the_photos_of_the_first(place, tmp_path):
    """One correction at a time in a household: nothing is left over of the one before."""
    picture = tmp_path / "gas.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(picture))
    made = prepare(picture)
    photo = Photo(made.content, made.media, made.thumb, consent=True)
    visits = place.visits
    first = visits.find(place.households.card(WANG).entries[0].id)
    saved = visits.record(place.households.record(WANG), VisitForm(result="met"))
    second = visits.find(saved.visit_id)
    visits.put_back_correction(first, VisitForm(result="refused"), "so", [photo])
    visits.keep_correction(first, VisitForm(result="refused"), "so it was")
    assert visits.photo_drafts.find(first.id) == (photo,)
    visits.keep_correction(second, VisitForm(result="refused"), "so")
    assert visits.photo_drafts.find(first.id) == ()


def test_what_is_not_recorded_yet_carries_no_tick(qtbot):
    """The form of a home where nobody answered says how quickly it would be done."""
    slot = BannerSlot(ThemeProvider(load_theme(ThemeName.LIGHT)))
    qtbot.addWidget(slot)
    slot.show_guidance(Guidance(Tone.OK, "Press Ctrl Enter and it is recorded."))
    assert slot.findChild(IconMark).icon == "lightning"
