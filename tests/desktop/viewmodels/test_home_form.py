"""Changing what is known of a home: before, after, and what is wrong."""

import pytest

from desktop.services.edits import KeptEdit
from desktop.viewmodels.home_form import FieldKind, HomeField, HomeForm, phone_error
from sync.store.record import Saw

PHONE = HomeField(
    "phone", ("household", "h", "contact"), "Contact phone", FieldKind.PHONE, "138****1024"
)
TIME = HomeField("time", ("household", "h", "best_time"), "Best time", FieldKind.LINE, "上午")
LIVES = HomeField(
    "lives",
    ("dwelling", "d", "occupancy"),
    "Lived in by",
    FieldKind.CHOICE,
    "owner",
    (("owner", "owner-occupied"), ("rented", "rented")),
)


@pytest.fixture
def form():
    return HomeForm([PHONE, TIME, LIVES])


def test_nothing_typed_changes_nothing(form):
    """Not even a phone, whose field starts empty because its number is masked."""
    assert form.wanted() == {}
    assert form.text("phone") == ""
    assert form.text("time") == "上午"


def test_a_change_says_before_and_after_in_words(form):
    """Codes by their words, phones masked as they are shown."""
    form.write("lives", "rented")
    form.write("phone", "13912345678")
    form.write("time", "")
    assert form.becomes("lives") == "owner-occupied → rented"
    assert form.becomes("phone") == "138****1024 → 13912345678"
    assert form.becomes("time") == "上午 → left empty"


def test_what_is_saved_is_by_row_and_in_one_spelling(form):
    """Blanks in a phone are gone, an emptied field is None, a code stays a code."""
    form.write("phone", " 139 1234 5678 ")
    form.write("time", " ")
    form.write("lives", "rented")
    assert form.wanted() == {
        ("household", "h"): {"contact": "13912345678", "best_time": None},
        ("dwelling", "d"): {"occupancy": "rented"},
    }


def test_typing_back_what_was_there_is_no_change(form):
    """Outer blanks do not count."""
    form.write("time", "下午")
    form.write("time", "上午 ")
    assert (form.wanted(), form.becomes("time")) == ({}, "")


def test_a_number_that_was_looked_at_may_be_removed(form):
    """Emptying it is meant then; before, empty only meant masked."""
    form.look("phone", "13812341024")
    assert form.wanted() == {}
    form.write("phone", "")
    assert form.wanted() == {("household", "h"): {"contact": None}}
    assert form.becomes("phone") == "13812341024 → left empty"


def test_a_draft_comes_back_where_its_field_still_is(form):
    """A member who moved out takes the field along."""
    form.restore(KeptEdit({"time": "晚上", "person:gone:phone": "13912345678"}))
    assert form.typed == {"time": "晚上"}


def test_a_form_remembers_what_stood_there_when_it_was_begun():
    """Also through a draft, whatever a sync brought into the home meanwhile."""
    house = ("household", "h")
    begun = HomeForm([TIME], {house: Saw(("e", 3), {"best_time": "早"}, {"best_time": "上午"})})
    begun.write("time", "晚上")

    later = HomeForm([TIME], {house: Saw(("e", 9), {"best_time": "X"}, {"best_time": "X"})})
    later.restore(begun.kept)

    assert begun.saw()[house].server == later.saw()[house].server == {"best_time": "早"}
    assert later.saw()[house].shown == {"best_time": "上午"}


def test_a_number_is_seen_when_it_is_looked_at(form):
    """Not before: until then it is masked, and may be another one than when the form opened."""
    form.look("phone", "13812341024")
    form.write("phone", "13912345678")
    assert form.saw()["household", "h"].shown["contact"] == "13812341024"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("13812341024", ""),
        ("138 1234 1024、13912345678", ""),
        ("0471-6221024", ""),
        ("1381234102", "This number is 1 digit short. It can stay empty for now."),
        ("138123410", "This number is 2 digits short. It can stay empty for now."),
        ("138123410245", "This is no phone number. It can stay empty for now."),
        ("王师傅", "This is no phone number. It can stay empty for now."),
    ],
)
def test_a_wrong_number_says_how_to_mend_it(typed, words):
    """How many digits are missing, where that can be told."""
    assert phone_error(typed) == words


def test_only_a_number_that_changes_can_be_wrong(form):
    """An old number in no known form must not keep the rest from being saved."""
    form.look("phone", "转 8021")
    assert form.bad == []
    form.write("phone", "转 80")
    assert form.bad == ["phone"]
