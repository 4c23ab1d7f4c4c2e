"""What the server keeps aside is settled at the desk: taken over or left out, and undone."""

import pytest

from desktop.services.held import Held
from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import workplace_on
from desktop.viewmodels.held import said_words
from tests.support.laptops import laptop


@pytest.fixture
def desk(clerk, staffed, tmp_path):
    """The clerk's services, on the same server."""
    clerk.sync()
    profile = ProfileFolder("meng", tmp_path / "meng")
    profile.path.mkdir(parents=True)
    profile.remember(Connection(staffed.base_url))
    return workplace_on(profile, clerk.store, clerk.store.clock)


@pytest.fixture
def kept_aside(worker, clerk, staffed, grid, household):
    """A worker who lost her post wrote a phone down that the server does not take from her."""
    for made in (worker, clerk):
        made.sync()
    worker.patch("household", household, contact="13900002048")
    staffed.office.assign("chenxiaohe", "grid_worker", "第3网格", until="2020-01-01")
    worker.sync()
    return household


def held(desk):
    service = Held(desk)
    return service, service.lines(service.fetch())


def test_an_entry_is_told_with_its_age_and_taken_over(clerk, desk, kept_aside):
    """Masked; written anew in the clerk's name; undone it waits again with the old phone."""
    before = clerk.value("household", kept_aside, "contact")
    service, (line,) = held(desk)
    assert line.age_s >= 0
    assert line.can_take
    assert all("13900002048" not in value for _label, value in line.said)

    made = service.take(line)
    assert clerk.value("household", kept_aside, "contact") == "13900002048"
    assert held(desk)[1] == []

    service.undo(made)
    assert clerk.value("household", kept_aside, "contact") == before
    assert [one.op_id for one in held(desk)[1]] == [line.op_id]


def test_what_is_left_out_is_left_out_at_every_window(clerk, desk, kept_aside):
    """The entry itself stays with the server, and nothing of the home changed."""
    service, (line,) = held(desk)
    service.leave(line)
    assert held(desk)[1] == []
    assert len(service.fetch()) == 1
    report = clerk.sync()
    assert report.held == 0


@pytest.fixture
def neighbour(staffed, tmp_path):
    """The laptop of the next window."""
    staffed.add_user("heqing", "desk_clerk", "fenghe", "何青")
    with laptop(tmp_path / "neighbour", staffed, "heqing") as made:
        yield made


def test_what_came_since_the_reading_is_asked_about_and_not_overwritten(
    clerk, neighbour, desk, kept_aside
):
    """Both values are told; one that nobody was shown becomes a question when it is taken over."""
    service, (line,) = held(desk)
    assert dict(line.said).keys() == line.stands.keys()
    assert "1024" in said_words(line)
    assert "2048" in said_words(line)
    neighbour.sync()
    neighbour.patch("household", kept_aside, contact="13700004096")
    neighbour.sync()
    clerk.sync()
    service.take(line)
    clerk.sync()
    (question,) = clerk.store.reading.rows("conflict")
    assert (question.get("target_id"), question.get("current")) == (kept_aside, "13700004096")


def test_undoing_a_take_over_leaves_what_came_since(clerk, neighbour, desk, kept_aside):
    """The next window corrected the phone after it was taken over: undoing puts nothing over it."""
    service, (line,) = held(desk)
    made = service.take(line)
    clerk.sync()
    neighbour.sync()
    neighbour.patch("household", kept_aside, contact="13700004096")
    neighbour.sync()
    clerk.sync()
    service.undo(made)
    for one in (clerk, neighbour):
        one.sync()
        assert one.value("household", kept_aside, "contact") == "13700004096"
    assert clerk.store.reading.rows("conflict") == []


def test_an_entry_that_is_never_changed_offers_no_undo(
    worker, clerk, desk, staffed, grid, household
):
    """Written anew it stays; where it is here already, the verdict alone is written and undone."""
    clerk.sync()
    staffed.office.assign("chenxiaohe", "grid_worker", "第3网格", until="2020-01-01")
    fields = {"household_id": household, "text": "门口堆了纸箱"}
    worker.append("note", grid, **fields)
    worker.sync()
    service, (line,) = held(desk)
    assert not service.take(line).can_undo
    assert len(clerk.store.reading.rows("note")) == 1
    again = service.take(line)
    assert again.can_undo
    assert again.undo == ()
    assert len(clerk.store.reading.rows("note")) == 1
