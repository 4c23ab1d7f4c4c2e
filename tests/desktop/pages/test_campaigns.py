"""Campaigns worked by keys alone on a real store: the round, the sheet, the tally."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.page import Route
from desktop.pages.campaigns import CampaignRoundPage, CampaignSheetPage, CampaignsPage
from desktop.rows import RowKind
from desktop.services.campaign_records import SheetForm, Way
from desktop.viewmodels.sheet_form import WAY
from tests.desktop.pages.hands import press, write
from tests.desktop.pages.rounds import Heard, show
from tests.support.campaigns import CAMPAIGN, send_campaign, send_sheet
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
WANG, SHARED, HE = (household_id(f"6-2-{door}") for door in ("1602", "1203", "904"))
XU = household_id("9-1-102")
LISTED = [WANG, SHARED, HE, XU]
ALL = {"fuel": "pipe", "age": 4, "risks": ["hose"], "day": "2025-06-18"}


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        send_campaign(opened, LISTED)
        yield opened


def opened(qtbot, place, kind, route):
    page = kind(page_context(place))
    show(qtbot, page)
    page.enter(route)
    return page


def sheet(qtbot, place, home=WANG):
    return opened(qtbot, place, CampaignSheetPage, Route("campaign_sheet", home, CAMPAIGN))


def items(page):
    rows = [page._model.row_at(at) for at in range(page._model.rowCount())]
    return [row for row in rows if row.kind is RowKind.ITEM]


def answers(place, home=WANG):
    return [
        row.get("answers")
        for row in place.store.reading.rows("campaign_sheet", where={"household_id": home})
    ]


def test_the_list_says_how_far_each_campaign_is(qtbot, place):
    page = opened(qtbot, place, CampaignsPage, Route("campaigns"))
    heard = Heard().listen(page)
    (row,) = items(page)
    assert (row.title, row.badge.text) == ("燃气安全排查", "0 / 4 households")
    press(page, Key.Key_Return)
    assert heard.routes == [Route("campaign", CAMPAIGN)]


def test_without_a_campaign_the_page_says_where_they_come_from(qtbot, tmp_path):
    with workplace(tmp_path) as empty:
        page = opened(qtbot, empty, CampaignsPage, Route("campaigns"))
        assert page._stack.currentWidget() is page._empty


def test_a_round_begins_at_the_first_door_that_is_not_asked(qtbot, place):
    form = SheetForm(ALL, Way.MET)
    place.campaigns.save(place.campaigns.open(CAMPAIGN, WANG), form)
    page = opened(qtbot, place, CampaignRoundPage, Route("campaign", CAMPAIGN))
    heard = Heard().listen(page)
    assert page.hint() == "1 / 4 households"
    assert page.rows.current_key() == SHARED
    press(page, Key.Key_Return)
    assert heard.routes == [Route("campaign_sheet", SHARED, CAMPAIGN)]


def test_two_records_that_nobody_answered_and_goes_on(qtbot, place):
    page = opened(qtbot, place, CampaignRoundPage, Route("campaign", CAMPAIGN))
    heard = Heard().listen(page)
    press(page, Key.Key_2)
    assert heard.words == ["Recorded 6-2-1602 王桂兰: no answer"]
    assert page.rows.current_key() == SHARED
    first = items(page)[0]
    assert (first.key, first.detail.startswith("no answer")) == (WANG, True)
    heard.undos[0]()
    page.refresh()
    assert items(page)[0].detail == ""


def test_a_list_goes_on_only_from_a_door_that_was_done_meanwhile(qtbot, place):
    """Back from an answered sheet that was looked at again, the same door is chosen."""
    page = opened(qtbot, place, CampaignRoundPage, Route("campaign", CAMPAIGN))
    page.rows.go_to(WANG)
    page.leave()
    place.campaigns.save(place.campaigns.open(CAMPAIGN, WANG), SheetForm(ALL, Way.MET))
    page.enter(Route("campaign", CAMPAIGN))
    assert page.rows.current_key() != WANG
    page.rows.go_to(WANG)
    page.leave()
    page.enter(Route("campaign", CAMPAIGN))
    assert page.rows.current_key() == WANG


def test_a_plain_sheet_is_answered_by_keys_alone(qtbot, place):
    """A digit chooses and goes on, Enter goes on, Ctrl Enter saves and opens the next door."""
    page = sheet(qtbot, place)
    heard = Heard().listen(page)
    press(page, Key.Key_1)
    write(page, "4")
    press(page, Key.Key_Return)
    press(page, Key.Key_1, Key.Key_3, Key.Key_Return)
    write(page, "6-18")
    press(page, Key.Key_Return, Key.Key_2)
    write(page, "说卫生间地滑")
    press(page, Key.Key_Return, Key.Key_1)
    press(page, Key.Key_Return, ctrl=True)
    assert heard.errors == []
    assert answers(place) == [
        {
            "fuel": "pipe",
            "age": 4,
            "risks": ["hose", "alarm"],
            "day": "2026-06-18",
            "alone": "no",
            "note": "说卫生间地滑",
        }
    ]
    assert heard.words == ["Answered 6-2-1602 王桂兰"]
    assert heard.routes == [Route("campaign_sheet", SHARED, CAMPAIGN)]


def test_a_question_that_does_not_apply_is_not_asked(qtbot, place):
    page = sheet(qtbot, place)
    assert set(page._blocks) == {"fuel", "alone", "note", WAY}
    press(page, Key.Key_3)
    assert page._state.at == "alone"
    press(page, Key.Key_Up, Key.Key_1)
    assert page._state.at == "age"
    assert page._state.total == 6


def test_what_is_missing_is_said_and_the_keyboard_goes_there(qtbot, place):
    page = sheet(qtbot, place)
    press(page, Key.Key_Return, ctrl=True)
    assert page._state.at == "fuel"
    assert "2 questions still need you" in page.footer._words.text()
    press(page, Key.Key_1)
    page._keeper.timer.timeout.emit()
    assert "still need" in page.footer._words.text()  # No draft says "kept" over it.
    write(page, "99")
    press(page, Key.Key_Return, ctrl=True)
    assert page._state.at == "age"
    assert page._blocks["age"]._error.text() == "Between 0 and 30 years"
    assert answers(place) == []


def test_a_number_that_is_none_stays_as_it_was_typed(qtbot, place):
    """Also in the draft: nobody's typing is thrown away because it is not right yet."""
    page = sheet(qtbot, place)
    press(page, Key.Key_1)
    write(page, "4年")
    page._keeper.flush()
    kept = place.campaigns.draft(CAMPAIGN, WANG)
    assert kept.answers == {"fuel": "pipe", "age": "4年"}
    press(page, Key.Key_Return)
    assert page._blocks["age"]._error.text() == "Write a whole number, digits alone."


def test_a_draft_opens_where_it_stopped(qtbot, place):
    page = sheet(qtbot, place)
    press(page, Key.Key_1)
    write(page, "4")
    press(page, Key.Key_Return)
    page.leave()
    again = sheet(qtbot, place)
    assert again._state.at == "risks"
    assert again._blocks["age"]._line.text() == "4"
    assert again._blocks["risks"].isAncestorOf(QApplication.focusWidget())
    assert "Draft kept on this computer" in again.footer._words.text()


def test_a_sheet_that_was_only_looked_at_leaves_no_draft(qtbot, place):
    page = sheet(qtbot, place)
    press(page, Key.Key_Return, Key.Key_Return)
    page.leave()
    assert place.campaigns.draft(CAMPAIGN, WANG) is None


def test_undo_brings_the_answers_back_as_a_draft(qtbot, place):
    page = sheet(qtbot, place)
    heard = Heard().listen(page)
    press(page, Key.Key_3, Key.Key_Return, Key.Key_Return, Key.Key_1)
    press(page, Key.Key_S, ctrl=True)
    assert heard.backs == 1
    heard.undos[0]()
    again = sheet(qtbot, place)
    assert again._state.draft().answers == {"fuel": "none"}
    assert place.campaigns.tally(CAMPAIGN).all.answered == 0


def test_a_dispute_is_shown_with_who_said_what_and_settled_by_keys(qtbot, place):
    place.campaigns.save(place.campaigns.open(CAMPAIGN, WANG), SheetForm(ALL, Way.MET))
    send_sheet(place, WANG, {"fuel": "bottle", "age": 4, "risks": ["hose"]})
    page = sheet(qtbot, place)
    told = page._blocks["fuel"]._disputed.text()
    assert "孟雪" in told
    assert "Gas bottle" in told
    assert "Piped gas" in told
    assert page._state.at == "fuel"
    press(page, Key.Key_1)
    page._step(9)
    press(page, Key.Key_4)
    press(page, Key.Key_S, ctrl=True)
    counted = place.campaigns.tally(CAMPAIGN).all
    assert (counted.answered, counted.differing) == (1, 0)
    assert counted.questions["fuel"].choices["pipe"] == 1


def test_the_tally_stands_behind_one_key_and_is_written_out(qtbot, place, tmp_path):
    place.campaigns.save(place.campaigns.open(CAMPAIGN, WANG), SheetForm(ALL, Way.MET))
    page = opened(qtbot, place, CampaignRoundPage, Route("campaign", CAMPAIGN))
    heard = Heard().listen(page)
    press(page, Key.Key_T)
    model = page.tally.table.model()
    first = [model.index(0, column).data() for column in range(6)]
    assert first == ["丰和苑 6号楼", "3", "1", "0", "1", "1"]
    page.write_to(tmp_path / "tally.xlsx")
    assert (tmp_path / "tally.xlsx").stat().st_size > 0
    assert heard.words == ["The tally is written to tally.xlsx"]
    assert [row.get("target_type") for row in place.store.reading.rows("reveal")] == ["campaign"]
    press(page, Key.Key_T)
    assert page._is_listed()
