"""Today, worked by keys on a real store."""

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from desktop.page import Route
from desktop.pages.today import TodayPage
from desktop.rows import RowKind
from desktop.services.today import TodayRound
from desktop.services.visits import VisitForm
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.viewmodels.today import Filter
from sync.store.records import append
from tests.desktop.pages.rounds import Heard, press, show
from tests.support.workplaces import household_id, page_context

Key = Qt.Key
ZHAO, WANG, SHARED, HE = (household_id(f"6-2-{door}") for door in ("2304", "1602", "1203", "904"))
XU, LIU, ZHOU = (household_id(f"9-1-{door}") for door in ("102", "301", "402"))


@pytest.fixture
def page(qtbot, place):
    made = TodayPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("today"))
    return made


def items(page):
    """The doors of the list, as their rows say them."""
    rows = [page._model.row_at(at) for at in range(page._model.rowCount())]
    return [row for row in rows if row.kind is RowKind.ITEM]


def folded(page):
    """The lines of finished doors."""
    rows = [page._model.row_at(at) for at in range(page._model.rowCount())]
    return [row for row in rows if row.kind is RowKind.FOLDED]


def visits_of(place, household):
    """What is recorded for a household, newest first."""
    return place.households.card(household).entries


def test_doors_stand_in_walking_order_with_their_reason(page):
    """Top down with a lift, bottom up without; each says why."""
    assert [row.key for row in items(page)] == [ZHAO, WANG, SHARED, HE, XU, LIU, ZHOU]
    wang = items(page)[1]
    assert (wang.lead, wang.title, wang.reason) == ("1602", "王桂兰, aged 78", "5 days late")
    assert "a visit every month" in wang.detail
    assert items(page)[3].badge.text == "at 11:00"


def test_a_home_for_two_shows_only_that(page):
    """Tier 3 has no chip of its own; the row says to go in pairs."""
    assert [tag.text for tag in items(page)[4].tags] == ["Go in pairs"]


def test_two_records_no_answer_at_once(page, heard, place):
    """Two presses away from the next door: the row folds and the next one is current."""
    press(page, Key.Key_J, Key.Key_2)

    assert heard.words == ["Recorded 6-2-1602 王桂兰: no answer"]
    assert heard.changes == 1
    latest = visits_of(place, WANG)[0]
    assert latest.fields["result"] == "not_home"
    assert latest.fields["method"] == "door"
    assert latest.fields["planned_for"] == "2026-06-13"
    assert "1602 王桂兰" in folded(page)[0].folded[0].text
    assert page._rows.current_key() == SHARED


def test_undo_brings_the_door_back(page, heard, place):
    """What was recorded stays readable, and the door waits again."""
    press(page, Key.Key_J, Key.Key_2)
    heard.undos[0]()
    page.refresh()

    assert folded(page) == []
    assert WANG in [row.key for row in items(page)]
    assert place.today.round().done == 0


def test_a_keypad_digit_counts(page, heard, qtbot):
    """Many field laptops have the digits at the right."""
    qtbot.keyClick(page._rows, Key.Key_2, Qt.KeyboardModifier.KeypadModifier)
    assert len(heard.words) == 1


def test_two_never_drops_a_draft(page, heard, place):
    """Words typed before are not worth less than a quick key."""
    place.visits.keep_draft(ZHAO, VisitForm(result="met", note="量了血压"))
    press(page, Key.Key_2)

    assert heard.words == []
    assert heard.routes == [Route("visit", ZHAO, "not_home")]
    assert place.visits.draft(ZHAO).form.note == "量了血压"


@pytest.mark.parametrize(
    ("key", "result"),
    [
        (Key.Key_1, "met"),
        (Key.Key_3, "met_family"),
        (Key.Key_4, "refused"),
        (Key.Key_5, "vacant"),
    ],
)
def test_other_digits_open_the_form_with_that_result(page, heard, key, result):
    """They ask for more than a press, so nothing is recorded yet."""
    press(page, key)
    assert heard.routes == [Route("visit", ZHAO, result)]
    assert heard.words == []


def test_v_enter_and_m_lead_onward(page, heard):
    """Visit, household, mediation: of the door where one stands."""
    press(page, Key.Key_V, Key.Key_Return, Key.Key_M)
    assert heard.routes == [
        Route("visit", ZHAO),
        Route("household", ZHAO),
        Route("mediation_note", ZHAO),
    ]


def test_letters_with_ctrl_are_not_the_page_s(page, heard, qtbot):
    """Ctrl V is no visit."""
    qtbot.keyClick(page._rows, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert heard.routes == []


def test_finished_doors_open_and_fold(page, heard):
    """Enter on the line shows them, and they can be opened like any door."""
    press(page, Key.Key_2)
    page._rows.go_to(folded(page)[0].key)
    press(page, Key.Key_Return)
    assert items(page)[0].key == ZHAO
    assert items(page)[0].reason.startswith("no answer")

    press(page, Key.Key_J, Key.Key_Return)
    assert heard.routes == [Route("household", ZHAO)]
    page._rows.go_to(folded(page)[0].key)
    press(page, Key.Key_Return)
    assert ZHAO not in [row.key for row in items(page)]


def test_a_red_home_without_answer_waits_until_it_is_known_safe(page, heard):
    """Someone seen every week did not open: that is not done with a knock."""
    page._rows.go_to(ZHOU)
    press(page, Key.Key_2)

    assert heard.words[0].endswith("no answer, confirm they are safe by 18:00")
    row = next(row for row in items(page) if row.key == ZHOU)
    assert row.reason == "no answer, confirm they are safe by 18:00"


def test_filters_list_what_they_count(page):
    """Overdue, care, appointments, not met: the number and the rows agree."""
    for tab in page._list.tabs():
        page._choose_filter(tab.filter)
        assert len(items(page)) == tab.count, tab.filter
    page._choose_filter(Filter.OVERDUE)
    assert [row.key for row in items(page)] == [WANG, SHARED, XU]


def test_a_filter_that_is_pressed_gives_the_keys_to_the_list(page):
    """They act on what it shows now."""
    page._tabs.buttons()[1].setFocus()
    page._tabs.buttons()[1].click()
    assert page._rows.hasFocus()


def test_a_filter_without_doors_says_so_and_leads_back(page):
    """One line, one next step."""
    page._choose_filter(Filter.NOT_MET)
    press(page, Key.Key_2)
    assert page._stack.currentWidget() is page._empty

    page._empty.button.click()
    assert page._list.filter is Filter.ALL
    assert page._stack.currentWidget() is page._rows


def test_the_preview_follows_the_list(page):
    """Why today, what to know, whom to call; the phone stays masked."""
    press(page, Key.Key_J)
    assert page.beside.card.name == "王桂兰"
    assert page.beside.card.late == "5 days late"
    assert page.beside.card.facts[0].words == "听力弱，敲门要久一点。"
    assert page.beside.card.calls[0].phone == "137****3305"
    assert [tag.text for tag in page.beside.card.tags] == [
        "older person living alone",
        "party member",
    ]


def test_a_number_is_shown_on_a_press_that_is_written_down(page, place):
    """The full number never comes without its trace."""
    press(page, Key.Key_J)
    eye = page.beside.preview._calls.findChild(QAbstractButton)
    eye.click()

    assert page.beside.preview._calls._items[0].phone == "13700113305"
    looks = place.store.reading.rows("reveal")
    assert [(look.get("target_id"), look.get("field")) for look in looks] == [(WANG, "contact")]


def test_a_number_that_comes_late_is_not_anothers(page):
    """The answer for one door changes nothing on the card of the next."""
    press(page, Key.Key_J)
    asked = page.beside.card.calls[0].target
    press(page, Key.Key_J)
    before = list(page.beside.preview._calls._items)
    assert before
    page.beside.preview.show_number(asked, "13700113305")
    assert page.beside.preview._calls._items == before


def test_an_empty_round_leads_to_the_households(qtbot, place):
    """A day without doors is no broken page."""
    page = TodayPage(page_context(place))
    show(qtbot, page)
    heard = Heard().listen(page)
    page._show_round(TodayRound((), crowded=False))
    page._empty.button.click()
    assert heard.routes == [Route("households")]


def test_the_place_in_the_list_is_kept(page):
    """A sync in the background never moves the worker to another door."""
    press(page, Key.Key_J, Key.Key_J)
    page.refresh()
    page.enter(Route("today"))
    assert page._rows.current_key() == SHARED


@pytest.mark.parametrize(
    ("width", "scale", "preview"), [(1366, 1.0, True), (1100, 1.0, True), (1366, 1.5, False)]
)
def test_the_preview_goes_where_the_window_is_narrow(qtbot, place, width, scale, preview):
    """Below 1000 logical pixels one pane is left, and the hint counts the doors."""
    look = ThemeProvider(load_theme(ThemeName.LIGHT), scale)
    page = TodayPage(page_context(place, look))
    show(qtbot, page, width)
    page.enter(Route("today"))
    assert page.beside.preview.isVisible() is preview
    assert ("0 / 7" in page.hint()) is not preview


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(("width", "height", "scale"), [(1366, 700, 1.0), (964, 514, 2.0)])
def test_nothing_is_wider_than_the_window(qtbot, place, request, language, width, height, scale):
    """Every part fits in both languages at 100 % and at 200 %."""
    if language == "zh_CN":
        request.getfixturevalue("chinese")
    look = ThemeProvider(load_theme(ThemeName.LIGHT), scale)
    page = TodayPage(page_context(place, look))
    show(qtbot, page, width, height)
    page.enter(Route("today"))
    assert page.minimumSizeHint().width() <= width
    assert page.minimumSizeHint().height() <= height


# --- Promises, other days, crowds ----------------------------------------------------------------


def promise(place, household, what="带药盒", by="2026-06-18"):
    """Something promised at an earlier visit."""
    place.visits.record(
        place.households.record(household),
        VisitForm("met", promise=what, promise_by=by),
        datetime(2026, 6, 10, 2, tzinfo=UTC),
    )


def test_what_was_promised_stands_on_top_until_it_is_brought_back(qtbot, place):
    """B brings it back; undo opens it again."""
    promise(place, HE)
    page = TodayPage(page_context(place))
    show(qtbot, page)
    heard = Heard().listen(page)
    page.enter(Route("today"))
    fold, row = page._model.row_at(0), page._model.row_at(1)
    assert fold.title == "1 promise to bring back"
    assert (row.lead, row.reason, row.detail) == ("904", "promised for today", "带药盒")

    page._rows.go_to(row.key)
    press(page, Key.Key_B)
    assert place.promises.open() == []
    assert heard.words == ["Brought back to 6-2-904 何美玲"]
    assert page._model.row_at(0).kind is not RowKind.FOLDED

    heard.undos[0]()
    page.refresh()
    assert page._model.row_at(0).key == fold.key


def test_a_promise_for_today_puts_its_home_on_the_way(place):
    """Although its rule asks for nobody yet."""
    here = household_id("9-1-501")
    assert here not in [door.id for door in place.today.round().doors()]
    promise(place, here)
    (door,) = [door for door in place.today.round().doors() if door.id == here]
    assert (door.late, door.lamp.value) == ("1 promise to bring back", "green")
    assert door.reason.count("promise") == 1


def test_a_door_far_ahead_of_its_time_is_not_on_the_way(page, place):
    """402 is booked for 15:00; it is half past ten."""
    found = place.today.round()
    assert [door.room for door in found.later] == ["9-1-402"]
    assert found.next_after(LIU).id == ZHAO
    assert page._model.row_at(page._model.rowCount() - 2).title == "Later today"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_d_puts_a_door_off_and_undo_brings_it_back(page, heard, place):
    """Two keys: D and the digit of the day."""
    page._rows.go_to(WANG)
    press(page, Key.Key_D)
    QTest.keyClick(QApplication.activePopupWidget(), Key.Key_1)

    assert heard.words == ["Put off 6-2-1602 王桂兰 to 19 Jun"]
    assert WANG not in [door.id for door in place.today.round().doors()]
    assert place.households.record(WANG).get("postponed_to") == "2026-06-19"

    heard.undos[0]()
    assert WANG in [door.id for door in place.today.round().doors()]


def test_a_visit_ends_a_putting_off_and_its_undo_restores_it(place):
    """Somebody went after all."""
    place.postponing.put_off([WANG], date(2026, 6, 25))
    form = VisitForm("not_home")
    saved = place.visits.record(place.households.record(WANG), form)
    assert place.households.record(WANG).get("postponed_to") is None
    place.visits.undo(saved, form)
    assert place.households.record(WANG).get("postponed_to") == "2026-06-25"


def test_a_crowded_day_says_so_and_one_key_thins_it_out(qtbot, place, monkeypatch):
    """More than a day holds: the least urgent doors go to tomorrow, and come back by undo."""
    monkeypatch.setattr("sync.rules.route.MOST_DOORS", 5)
    page = TodayPage(page_context(place))
    show(qtbot, page)
    heard = Heard().listen(page)
    page.enter(Route("today"))
    assert page._crowd.isVisible()
    before = place.today.round()
    spare = len(before.spare)
    assert 0 < spare <= before.total - 5

    press(page, Key.Key_A)
    assert heard.changes == 1
    after = place.today.round()
    assert after.total == before.total - spare

    heard.undos[0]()
    assert place.today.round().total == before.total


def test_a_home_for_two_asks_who_came_along_before_a_quick_no_answer(page, heard):
    """2 opens the form there: who came along has to be said."""
    page._rows.go_to(XU)
    press(page, Key.Key_2)
    assert heard.words == []
    assert heard.routes == [Route("visit", XU, "not_home")]


def test_a_colleague_s_visit_counts_for_the_same_door(place):
    """An area officer knocked: no door is knocked twice, whoever recorded it."""
    home = place.households.record(WANG)
    body = VisitForm("met").body() | {
        "household_id": WANG,
        "staff_id": "meng",
        "started_at": "2026-06-18T01:00:00Z",
    }
    place.store.records.write([append("visit", body, scope_id=home.scope_id)])
    (door,) = [door for door in place.today.round().doors() if door.id == WANG]
    assert door.done
    assert place.today.round().next_after(ZHAO).id != WANG


def test_the_round_is_made_once_until_something_changes(place):
    """Whoever asks within the same minute gets the same one; a knock makes it anew."""
    place.clock.moment = place.clock.moment.replace(second=0)
    first = place.today.round()
    assert place.today.round() is first
    place.visits.knock(WANG)
    assert place.today.round().done == 1
    place.clock.moment += timedelta(minutes=1)
    assert place.today.round() is not first
