"""Drafts that an undo brings back, while the next one is being written."""

import pytest

from desktop.services.changes import Ledger
from desktop.services.edits import Edits, KeptEdit
from desktop.services.matters import Matters
from desktop.services.promises import Promises
from desktop.services.visits import VisitForm, Visits
from tests.support.feed import Feed
from tests.support.laptops import new_store


@pytest.fixture
def store(tmp_path):
    """A profile with one household."""
    feed = Feed()
    feed.put("household", "h1", contact="13800001024")
    made = new_store(tmp_path / "profile")
    feed.pull_into(made)
    yield made
    made.close()


def test_undoing_a_visit_keeps_the_words_of_the_next_one(store):
    """The taken-back visit is in the record; what is being written is nowhere else."""
    visits = Visits(store, store.clock, Matters(store, store.clock), Promises(store, store.clock))
    first, second = VisitForm("met", note="第一次"), VisitForm("met", note="第二次，写到一半")
    saved = visits.record(store.reading.find("household", "h1"), first)
    visits.keep_draft("h1", second)

    visits.undo(saved, first)

    assert visits.draft("h1").form == second
    visits.drop_draft("h1")
    visits.put_back_draft("h1", first)
    assert visits.draft("h1").form == first


def test_a_form_that_was_thrown_away_does_not_replace_the_next_one(store):
    """Only the empty place is filled again."""
    edits = Edits(store, Ledger(store, store.clock))
    former, next_one = KeptEdit({"a": "1"}, {"a": ("x", "y")}), KeptEdit({"b": "2"})
    edits.keep_draft("h1", next_one.texts, next_one.saw)

    edits.put_back_draft("h1", former)

    assert edits.kept("h1") == next_one
    edits.drop_draft("h1")
    edits.put_back_draft("h1", former)
    assert edits.kept("h1") == former
