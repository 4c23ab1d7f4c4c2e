"""Matters in the history of a household, worked by keys on a real store."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.page import Route
from desktop.pages.household import HouseholdPage
from desktop.rows import Lamp, Tone
from desktop.services.matter_forms import Step
from desktop.services.visits import VisitForm
from desktop.viewmodels.history import Filter
from desktop.widgets.button import Button
from desktop.widgets.timeline import TimelineEntry
from sync.store.records import patch
from tests.desktop.pages.hands import press
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
WANG, HE = household_id("6-2-1602"), household_id("6-2-904")
RAIL = {
    "no": "SX-0612",
    "title": "卫生间装扶手",
    "household_id": WANG,
    "staff_id": "meng",
    "owner_id": "chen",
    "stage": "processing",
    "reported_at": "2026-06-12T02:00:00Z",
    "amber_finish": "2026-06-15T02:00:00Z",
    "due_finish": "2026-06-17T02:24:00Z",
}


@pytest.fixture
def feeds():
    """The feed of the grid, once it is made: what others do meanwhile comes by it."""
    return []


@pytest.fixture
def place(tmp_path, feeds):
    def more(_community, grid):
        feeds.append(grid)
        grid.put("matter", "rail", **RAIL)
        grid.put("matter", "of others", **{**RAIL, "household_id": HE})

    with workplace(tmp_path, more=more) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    return opened_page(qtbot, place)


def opened_page(qtbot, place, pages=frozenset({"matters"})):
    """The page of the home, where one can go to ``pages``."""
    made = HouseholdPage(page_context(place))
    show(qtbot, made)
    made.built = pages
    made.enter(Route("household", WANG))
    return made


def matters(page):
    """What the timeline says of the matters, newest first."""
    entries = [one for one in page._history.items() if not one.is_heading]
    return [one for one in entries if one.icon == "clipboard-text"]


def lines(page):
    """The lines of the timeline that say an entry."""
    found = page.findChildren(TimelineEntry)
    return [one for one in found if one.item is not None and not one.isHidden()]


def counts(page):
    return {one.filter: one.count for one in page._history.tabs()}


def visit(place, **told):
    """A visit that was just made."""
    home = place.households.record(WANG)
    return place.visits.record(home, VisitForm(result="met", **told)).visit_id


def test_a_matter_says_what_how_far_by_whom_and_until_when(page):
    """Title, number, stage, who handles it, the lamp in words, who wrote it, when, where it is."""
    (rail,) = matters(page)
    assert (rail.title, rail.note, rail.text) == (
        "卫生间装扶手",
        "matter · SX-0612",
        "handled by 陈晓禾",
    )
    assert [tag.text for tag in rail.tags] == ["in hand"]
    assert (rail.lamp, rail.limit, rail.tone) == (Lamp.RED, "1 day over", Tone.BAD)
    assert (rail.who, rail.when, rail.delivery) == ("孟雪", "12 Jun", "delivered")
    said = [one.accessibleName() for one in page.findChildren(TimelineEntry)]
    assert "卫生间装扶手; red lamp 1 day over; matter · SX-0612" in " | ".join(said)


def test_what_a_visit_registered_is_named_at_once_and_waits(page, place):
    """Both of them, with the limit that this computer works out until the server does."""
    visit(place, needs=("repair",), hazards=("gas",))
    page.refresh()
    new = matters(page)[:-1]
    assert sorted(one.title for one in new) == ["gas", "repairs"]
    assert {(one.who, one.delivery) for one in new} == {("陈晓禾", "to send")}
    assert {one.lamp for one in new} == {Lamp.GREEN}
    assert counts(page)[Filter.MATTERS] == 3


def test_the_filter_is_chosen_and_a_matter_opened_by_keys(page):
    """Right to the third filter; Enter on its entry opens it."""
    heard = Heard().listen(page)
    page.body.history.tabs.buttons()[0].setFocus()
    press(page, Key.Key_Right, Key.Key_Right)
    assert page._history.filter is Filter.MATTERS
    entries = [one for one in page._history.items() if not one.is_heading]
    assert [one.key for one in entries] == ["rail"]
    (shown,) = [one for one in page.findChildren(TimelineEntry) if one.isVisible()]
    (button,) = [one for one in shown.findChildren(Button) if one.isVisible()]
    button.setFocus()
    QTest.keyClick(button, Key.Key_Return)
    assert heard.routes == [Route("matters", "rail")]


def test_who_has_no_page_of_matters_reads_them_here(qtbot, place):
    """No button leads where nothing is."""
    (rail,) = matters(opened_page(qtbot, place, pages=frozenset()))
    assert (rail.title, rail.action) == ("卫生间装扶手", "")


def test_a_sync_changes_that_entry_and_leaves_the_others(page, place, feeds):
    """The stage and the lamp follow, in the line that stood there."""
    before = {one.item.key: one for one in lines(page)}
    answered = {"stage": "closed", "owner_id": "meng"}
    feeds[0].put("matter", "rail", **{**RAIL, **answered})
    (asked,) = place.store.replica.cursors([feeds[0].scope])
    assert place.store.replica.apply(feeds[0].page(asked), feeds[0].epoch).done
    page.refresh()
    (rail,) = matters(page)
    assert ([tag.text for tag in rail.tags], rail.text) == (["closed"], "handled by 孟雪")
    assert (rail.lamp, rail.tone) == (None, Tone.OK)
    after = {one.item.key: one for one in lines(page)}
    assert {key for key in before if before[key] is after[key]} >= set(before) - {"rail"}
    assert "red lamp" not in after["rail"].accessibleName()


def test_the_newest_edit_of_a_matter_says_where_it_is(page, place, feeds):
    """What was changed here waits, is delivered, and waits once more when it is changed again."""
    place.matter_work.take("rail", Step("finish", text="装好了"))
    feeds[0].push_from(place.store)
    page.refresh()
    (rail,) = matters(page)
    assert rail.delivery.startswith("delivered ")
    place.store.records.write([patch("matter", "rail", {"result_text": "装好了，很稳。"})])
    page.refresh()
    (rail,) = matters(page)
    assert rail.delivery == "to send"


def test_counts_tell_what_stands(page, place):
    """A visit that is corrected counts once, one that is taken back not at all, with what it
    registered; all of it stays to be read."""
    before = counts(page)
    wrong = visit(place, needs=("repair",))
    place.visits.correct(
        place.visits.find(wrong), VisitForm(result="met", needs=("repair",)), "记错了"
    )
    page.refresh()
    assert counts(page)[Filter.VISITS] == before[Filter.VISITS] + 1
    assert counts(page)[Filter.ALL] == before[Filter.ALL] + 2
    undone = visit(place, hazards=("gas",))
    place.visits.take_back(undone, "走错门")
    page.refresh()
    assert counts(page)[Filter.VISITS] == before[Filter.VISITS] + 1
    assert counts(page)[Filter.MATTERS] == before[Filter.MATTERS] + 1
    (gas,) = [one for one in matters(page) if one.title == "gas"]
    assert ([tag.text for tag in gas.tags], gas.tone) == (["withdrawn"], Tone.NEUTRAL)
