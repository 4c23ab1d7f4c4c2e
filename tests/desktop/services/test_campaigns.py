"""Campaigns at the door: one sheet a household with its visit, drafts, two workers, the tally."""

import json

import pytest
import python_calamine

from desktop.services.campaign_export import write_tally
from desktop.services.campaign_records import (
    AnswerRefused,
    CampaignNotHere,
    NotOnTheList,
    SheetForm,
    SheetIncomplete,
    SheetState,
    Way,
)
from desktop.services.outbox import outbox
from sync.i18n import catalogue
from tests.support.campaigns import CAMPAIGN, send_campaign, send_sheet
from tests.support.workplaces import household_id, workplace

WANG, SHARED, HE = (household_id(f"6-2-{door}") for door in ("1602", "1203", "904"))
XU = household_id("9-1-102")
LISTED = [XU, HE, WANG, SHARED]
WALK = [WANG, SHARED, HE, XU]
ALL = {"fuel": "pipe", "age": 4, "risks": ["hose"], "day": "2025-05-01"}


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        send_campaign(opened, LISTED)
        yield opened


def save(place, home, answers, way=Way.MET):
    sheet = place.campaigns.open(CAMPAIGN, home)
    return place.campaigns.save(sheet, SheetForm(answers, way))


def states(place):
    return {door.line.id: door.state for door in place.campaigns.round(CAMPAIGN).doors}


def visits(place, home):
    return [row.fields for row in place.store.reading.rows("visit", where={"household_id": home})]


def test_the_list_is_walked_like_every_round_and_counted(place):
    (line,) = place.campaigns.listed()
    assert (line.campaign.title, line.doors, line.answered) == ("燃气安全排查", 4, 0)
    assert [door.line.id for door in place.campaigns.round(CAMPAIGN).doors] == WALK


def test_answering_is_a_visit_where_somebody_was_met(place):
    """Record once: the household counts as seen, and is due again by its own frequency."""
    saved = save(place, WANG, ALL)
    sheet = place.store.reading.find("campaign_sheet", saved.sheet_id)
    assert sheet.get("answers") == ALL
    assert (sheet.get("visit_id"), sheet.get("staff_id")) == (saved.visit_id, "chen")
    visit = place.store.reading.find("visit", saved.visit_id)
    told = (visit.get("result"), visit.get("purposes"), visit.get("planned_for"))
    assert told == ("met", ["campaign"], "2026-06-13")
    assert place.store.reading.due_of(WANG).last_met == place.day()
    assert states(place)[WANG] is SheetState.ANSWERED


@pytest.mark.parametrize(
    ("way", "made"),
    [
        (Way.MET_FAMILY, ("met_family", "home")),
        (Way.PHONE, ("met", "phone")),
        (Way.NO_VISIT, None),
    ],
)
def test_how_they_were_asked_says_which_visit_it_was(place, way, made):
    save(place, WANG, ALL, way)
    fresh = [one for one in visits(place, WANG) if "campaign" in one.get("purposes", ())]
    assert [(one["result"], one["method"]) for one in fresh] == ([made] if made else [])


@pytest.mark.parametrize(
    ("answers", "way", "count"),
    [
        ({}, Way.MET, 1),
        ({"fuel": "pipe", "age": 99}, Way.MET, 1),
        ({"fuel": "pipe"}, "", 2),
        ({"fuel": "pipe", "age": 4, "day": "2026-06-19"}, Way.MET, 1),
    ],
)
def test_a_sheet_with_a_gap_is_not_saved(place, answers, way, count):
    """Nothing is, the visit neither."""
    before = len(visits(place, WANG))
    with pytest.raises(SheetIncomplete) as error:
        save(place, WANG, answers, way)
    assert error.value.details["count"] == count
    assert len(visits(place, WANG)) == before


def test_what_does_not_apply_is_not_saved(place):
    saved = save(place, WANG, {**ALL, "fuel": "none"})
    assert place.store.reading.find("campaign_sheet", saved.sheet_id).get("answers") == {
        "fuel": "none"
    }


def test_a_draft_waits_for_its_household_and_ends_with_the_sheet(place):
    form = SheetForm({"fuel": "pipe", "risks": ["hose"]}, "", "risks")
    place.campaigns.keep_draft(CAMPAIGN, WANG, form)
    assert place.campaigns.open(CAMPAIGN, WANG).form == form
    assert place.campaigns.open(CAMPAIGN, HE).form == SheetForm()
    assert states(place)[WANG] is SheetState.BEGUN
    assert place.campaigns.listed()[0].begun == 1
    save(place, WANG, ALL)
    assert place.campaigns.draft(CAMPAIGN, WANG) is None
    assert place.store.sealing.drafts() == []


def test_undoing_takes_the_sheet_and_the_visit_back_and_keeps_the_words(place):
    form = SheetForm(ALL, Way.MET, "note")
    saved = place.campaigns.save(place.campaigns.open(CAMPAIGN, WANG), form)
    place.campaigns.undo(saved, form)
    assert states(place)[WANG] is SheetState.BEGUN
    assert place.campaigns.draft(CAMPAIGN, WANG) == form
    assert place.store.reading.due_of(WANG).last_met.isoformat() == "2026-05-13"
    assert place.campaigns.tally(CAMPAIGN).all.answered == 0


def test_a_correction_takes_the_place_of_the_sheet_and_undoing_it_brings_that_back(place):
    save(place, WANG, ALL)
    opened = place.campaigns.open(CAMPAIGN, WANG)
    assert opened.form.answers == ALL
    better = SheetForm({**ALL, "age": 5}, Way.NO_VISIT)
    second = place.campaigns.save(opened, better)
    assert place.campaigns.open(CAMPAIGN, WANG).form.answers["age"] == 5
    place.campaigns.undo(second, better)
    place.campaigns.drop_draft(CAMPAIGN, WANG)
    assert place.campaigns.open(CAMPAIGN, WANG).form.answers["age"] == 4


def test_two_workers_who_asked_the_same_home_overwrite_nothing(place):
    """Both sheets stay; what they agree on counts, what they do not waits for a person."""
    save(place, WANG, ALL)
    send_sheet(place, WANG, {"fuel": "bottle", "risks": ["hose"], "age": 4})
    assert states(place)[WANG] is SheetState.DIFFERS
    opened = place.campaigns.open(CAMPAIGN, WANG)
    assert opened.form.answers == {"risks": ["hose"], "age": 4, "day": "2025-05-01"}
    assert [(one.who, one.answer) for one in opened.differing["fuel"]] == [
        ("孟雪", "bottle"),
        ("陈晓禾", "pipe"),
    ]
    counted = place.campaigns.tally(CAMPAIGN).all
    assert (counted.answered, counted.differing) == (1, 1)
    assert counted.questions["fuel"].answered == 0

    settled = SheetForm({**opened.form.answers, "fuel": "pipe"}, Way.NO_VISIT)
    place.campaigns.save(opened, settled)
    assert states(place)[WANG] is SheetState.ANSWERED
    assert place.campaigns.tally(CAMPAIGN).all.questions["fuel"].choices["pipe"] == 1
    assert len(place.store.reading.rows("campaign_sheet")) == 3


def test_a_sheet_that_comes_while_one_is_filled_in_is_not_taken_for_corrected(place):
    """Nobody corrects what they did not see."""
    opened = place.campaigns.open(CAMPAIGN, WANG)
    send_sheet(place, WANG, {"fuel": "none"})
    place.campaigns.save(opened, SheetForm(ALL, Way.MET))
    assert states(place)[WANG] is SheetState.DIFFERS


def test_a_knock_that_nobody_answered_stays_on_the_list(place):
    place.campaigns.knock(WANG)
    (door,) = [one for one in place.campaigns.round(CAMPAIGN).doors if one.line.id == WANG]
    assert (door.state, bool(door.knocked)) == (SheetState.OPEN, True)
    assert ["campaign"] in [one.get("purposes") for one in visits(place, WANG)]
    save(place, WANG, ALL)
    (door,) = [one for one in place.campaigns.round(CAMPAIGN).doors if one.line.id == WANG]
    assert door.knocked == ""


def test_where_two_have_to_go_the_visit_says_that_two_went(place):
    """And a knock there asks who came along first."""
    assert place.campaigns.open(CAMPAIGN, XU).line.two_people
    assert Way.MET.words_at(two_people=True) == "met in person, with a colleague"
    save(place, XU, ALL)
    (visit,) = [one for one in visits(place, XU) if "campaign" in one.get("purposes", ())]
    assert visit["companions"] == ["colleague"]
    assert place.campaigns.knock(XU) is None


def test_the_next_door_is_the_next_that_is_not_answered(place):
    save(place, SHARED, ALL)
    found = place.campaigns.round(CAMPAIGN)
    assert found.next_after(WANG).line.id == HE
    assert found.next_after(XU).line.id == WANG
    assert found.neighbour(WANG, 1).line.id == SHARED
    assert found.neighbour(WANG, -1) is None


def test_the_tally_goes_out_as_counts_alone(place, tmp_path):
    """By building, with who wrote it out, and without a name."""
    save(place, WANG, ALL)
    save(place, HE, {"fuel": "none"})
    path = tmp_path / "tally.xlsx"
    campaign = place.campaigns.find("gas")
    tally, nowhere = place.campaigns.tally(CAMPAIGN), tmp_path / "none" / "tally.xlsx"
    with pytest.raises(OSError, match="none"):
        write_tally(nowhere, campaign, tally, "陈晓禾", place.day())
    write_tally(path, campaign, tally, "陈晓禾", place.day())
    rows = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    told = "\n".join(str(row) for row in rows)
    assert "陈晓禾" in rows[1][0]
    assert "王桂兰" not in told
    assert rows[4][:5] == ["Building", "Households", "Answered", "Two different sheets", "Answered"]
    six, nine, every = rows[5:]
    assert six[:8] == ["丰和苑 6号楼", 3, 2, 0, 2, 1, 0, 1]
    assert nine[:3] == ["丰和苑 9号楼", 1, 0]
    assert every[:3] == ["All", 4, 2]


def test_a_line_of_apply_answers_for_one_household(place):
    """With every mistake of it named, and nothing saved then."""
    line = {"do": "answer", "campaign": "燃气安全排查", "household": "6-2-1602", "way": "met"}
    good = line | {"answers": {"fuel": "pipe", "age": "4", "risks": "hose alarm"}}
    wrong = [
        line | {"answers": {"fuel": "oil"}},
        line | {"answers": {"gas": "pipe"}},
        line | {"answers": {"fuel": "pipe", "age": "many"}},
        line | {"answers": {}},
        good | {"way": "somehow"},
        good | {"household": "9-1-301"},
        good | {"campaign": "water"},
    ]
    results = list(place.actions.apply(json.dumps(one) for one in [*wrong, good]))
    assert [one.code for one in results[:-1]] == [
        AnswerRefused.code,
        AnswerRefused.code,
        AnswerRefused.code,
        SheetIncomplete.code,
        AnswerRefused.code,
        NotOnTheList.code,
        CampaignNotHere.code,
    ]
    assert results[-1].ok, results[-1].message
    (sheet,) = place.store.reading.rows("campaign_sheet")
    assert sheet.get("answers") == {"fuel": "pipe", "age": 4, "risks": ["hose", "alarm"]}


def test_a_campaign_that_ended_stands_below_and_one_without_homes_nowhere(tmp_path):
    with workplace(tmp_path) as opened:
        send_campaign(opened, [])
        assert opened.campaigns.listed() == []
        assert opened.campaigns.count() == 0


def test_the_sync_centre_names_a_sheet(place):
    save(place, WANG, ALL)
    catalogue.use("en")
    assert "Campaign sheet" in [one.what for one in outbox(place).waiting]
