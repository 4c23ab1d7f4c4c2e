"""A household's timeline in words, without a screen."""

from dataclasses import replace

import pytest

from desktop.services.history import Entry
from desktop.viewmodels.history import KEPT, SHOW_MORE, SHOWN_AT_FIRST, Filter, History
from sync.store.record import DeliveryState
from tests.support.laptops import TickingClock
from tests.support.workplaces import NOW, household_id, workplace

WANG = household_id("6-2-1602")


@pytest.fixture
def card(tmp_path):
    with workplace(tmp_path) as place:
        yield place.households.card(WANG)


def visit(number, **fields):
    """One visit of a household."""
    told = {"result": "met"} | fields
    return Entry(f"visit {number}", "visit", f"2026-06-{number:02}T02:00:00Z", "陈晓禾", told)


def shown(card, *entries):
    """The timeline of a household with these entries alone."""
    history = History(TickingClock(NOW))
    history.show(replace(card, entries=entries), ())
    return history


def test_entries_stand_under_their_month(card):
    """Today has its own heading; another year is named."""
    today = replace(visit(1), at="2026-06-18T01:00:00Z")
    last_year = replace(visit(2), at="2025-12-31T02:00:00Z")
    items = shown(card, today, visit(3), last_year).items()
    assert [item.title for item in items if item.is_heading] == [
        "Earlier today",
        "June 2026",
        "December 2025",
    ]
    assert [item.when for item in items if not item.is_heading] == ["09:00", "3 Jun", "31 Dec 2025"]


def test_a_night_belongs_to_the_day_in_china(card):
    """17:00 UTC on the last of May is June there."""
    items = shown(card, replace(visit(1), at="2026-05-31T17:00:00Z")).items()
    assert (items[0].title, items[1].when) == ("June 2026", "1 Jun")


def test_needs_and_hazards_are_chips_with_icons(card):
    """Words and a shape, not a colour alone."""
    entry = visit(3, condition="urgent", needs=["repair"], hazards=["gas"])
    tags = shown(card, entry).items()[1].tags
    assert [(tag.text, bool(tag.icon)) for tag in tags[1:]] == [("repairs", True), ("gas", True)]
    assert tags[0].text == "urgent"


def test_a_corrected_entry_stays_and_says_so(card):
    """The correction says what it is, and why."""
    wrong = replace(visit(3), replaced=True)
    right = visit(4, corrects="visit 3", reason="记错了结果", result="not_home")
    items = [item for item in shown(card, right, wrong).items() if not item.is_heading]
    assert [[tag.text for tag in item.tags] for item in items] == [
        ["correction"],
        ["corrected later"],
    ]
    assert items[0].note == "记错了结果"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (DeliveryState.WAITING, "to send"),
        (DeliveryState.DELIVERED, "delivered"),
        (DeliveryState.CONFLICT, "a person decides"),
        (DeliveryState.HELD, "kept aside by the server"),
    ],
)
def test_every_state_of_a_record_has_its_words(card, state, words):
    """Somebody always knows where a record is."""
    item = shown(card, replace(visit(3), state=state)).items()[1]
    assert item.delivery == words
    assert item.delivery_icon


def test_a_receipt_says_when(card):
    """The server's time, as a day or the hour of today."""
    item = shown(card, replace(visit(3), delivered_at="2026-06-18T01:30:00Z")).items()[1]
    assert item.delivery == "delivered 09:30"


def test_who_stood_beside_is_named(card):
    """A resident by name, anybody else by what they are."""
    entry = visit(3, companions=["person 6-2-1602 0", "neighbour"], method="door")
    assert shown(card, entry).items()[1].note == "at the door · 王桂兰, a neighbour"


def test_a_long_history_begins_with_its_latest_entries(card):
    """The rest comes on a press, and counts stay whole."""
    many = [replace(visit(1), id=str(number)) for number in range(SHOWN_AT_FIRST + 2)]
    history = shown(card, *many)
    last = history.items()[-1]
    assert (last.key, last.title) == (SHOW_MORE, "2 older entries")
    assert {one.filter: one.count for one in history.tabs()}[Filter.VISITS] == len(many)
    history.show_more()
    assert history.items()[-1].key == many[-1].id


def test_another_household_begins_with_everything(card):
    """A filter belongs to the household it was chosen for."""
    history = shown(card, visit(3))
    history.filter = Filter.NOTES
    assert [item for item in history.items() if not item.key.startswith(KEPT)] == []
    history.show(card, ())
    assert history.filter is Filter.NOTES
    other = replace(card, line=replace(card.line, id="another"))
    history.show(other, ())
    assert history.filter is Filter.ALL
