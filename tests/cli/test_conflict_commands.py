"""A disagreement on two terminals: listed with both values, settled by either."""

import pytest

from tests.support.town import CLERK_NAME, WORKER_NAME

ROOM = "6-1-101"
MINE, THEIRS = "13700001111", "13600002222"


@pytest.fixture
def conflict(worker, desk, town_server):
    """The clerk was first with another number; the worker's is the candidate."""
    worker.must("edit", ROOM, f"contact={MINE}")
    desk.must("edit", ROOM, f"contact={THEIRS}")
    desk.must("sync")
    worker.must("sync")
    (found,) = worker.json("conflicts")
    return found


def test_a_conflict_tells_both_sides(conflict, founded):
    """Field, both values in full, authors, devices, times, and what was there before."""
    assert (conflict["ref"], conflict["type"], conflict["field"]) == (ROOM, "household", "contact")
    assert (conflict["base"], conflict["current"]) == (founded.town.homes[0].contact, THEIRS)
    assert {(side["value"], side["author"]) for side in conflict["candidates"]} == {
        (MINE, WORKER_NAME),
        (THEIRS, CLERK_NAME),
    }
    assert all(side["device"] and side["at"] for side in conflict["candidates"])
    assert conflict["status"] == "open"


def test_listing_conflicts_is_written_down(conflict, worker):
    """They show full numbers, so looking leaves its trace."""
    assert worker.json("status")["pending"] == 1
    assert worker.json("sync")["held"] == 0


@pytest.mark.parametrize(
    ("take", "value"),
    [
        ("mine", MINE),
        ("theirs", THEIRS),
        ("both", f"{MINE}、{THEIRS}"),
        ("13500003333", "13500003333"),
    ],
)
def test_settling_reaches_the_other(conflict, worker, desk, take, value):
    """Whatever the worker takes is what the clerk sees, and nobody has to decide again."""
    worker.must("resolve", conflict["id"], "--field", "contact", "--take", take)
    for terminal in (worker, desk):
        terminal.must("sync")

    for terminal in (worker, desk):
        assert terminal.json("conflicts") == []
        assert terminal.json("show", ROOM, "--reveal")["fields"]["contact"] == value


def test_the_other_may_settle_it_too(conflict, worker, desk):
    """ "Mine" is whose terminal it is."""
    desk.must("sync")
    desk.must("resolve", conflict["id"], "--field", "contact", "--take", "mine")
    for terminal in (desk, worker):
        terminal.must("sync")

    (settled,) = worker.json("conflicts", "--all")
    assert (settled["status"], settled["value"]) == ("settled", THEIRS)


def test_the_field_is_a_safeguard(conflict, worker):
    """A script that means another field changes nothing; a settled one is settled."""
    refused = worker.type("resolve", conflict["id"], "--field", "phone", "--take", "mine")
    assert (refused.code, refused.out) == (1, "")
    assert len(worker.json("conflicts")) == 1

    settle = ("resolve", conflict["id"], "--field", "contact", "--take", "mine")
    worker.must(*settle)
    assert worker.type(*settle).code == 1


def test_a_misspelt_choice_becomes_nobodys_phone(conflict, worker):
    """``mien`` for ``mine`` would otherwise reach everyone as the number."""
    ended = worker.type("resolve", conflict["id"], "--take", "mien")
    assert ended.code == 1
    assert len(worker.json("conflicts")) == 1


def test_nothing_is_kept_aside(conflict, worker, tmp_path):
    """``held`` and ``export-held`` of a healthy laptop."""
    assert worker.json("held") == []
    worker.must("export-held", str(tmp_path / "held"))
    assert list((tmp_path / "held").iterdir()) == []


def test_a_sync_in_words(worker, town_server):
    """One line: sent, received, waiting."""
    worker.must("note", ROOM, "来过")

    assert worker.must("sync").out.count("\n") == 1
