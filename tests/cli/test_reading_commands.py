"""What the reading commands print: one document, masked, in walking order."""

import json
import re
from contextlib import closing

import pytest

from tests.support.processes import LaptopProcess

READING = [("due",), ("find", "6-1-101"), ("show", "6-1-101"), ("status",), ("conflicts",)]


@pytest.mark.parametrize("typed", READING, ids=lambda typed: typed[0])
def test_json_is_one_document(worker, typed):
    """On stdout and nothing beside it; nothing on stderr."""
    ended = worker.must(*typed, "--json")

    assert json.loads(ended.out) is not None


@pytest.mark.parametrize("typed", READING[:3], ids=lambda typed: typed[0])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("who", ["worker", "desk"])
def test_phones_are_masked(request, founded, who, typed, form):
    """For everybody, in both forms, until somebody asks to see them."""
    said = request.getfixturevalue(who).must(*typed, *form).out

    phones = [p.phone for home in founded.town.homes for p in home.people]
    phones += [home.contact for home in founded.town.homes]
    assert not [phone for phone in phones if phone in said]


def test_the_desk_sees_no_names(desk, founded):
    """A clerk's lists say 王*兰; the worker calls people by their names."""
    said = "".join(desk.must(*typed).out for typed in READING[:3])

    assert not [p.name for home in founded.town.homes for p in home.people if p.name in said]


def test_the_worker_sees_names(worker, founded):
    """Of everybody behind the door."""
    shown = worker.json("show", "6-1-101")

    assert [person["name"] for person in shown["residents"]] == [
        person.name for person in founded.town.homes[0].people
    ]


@pytest.mark.parametrize(
    ("typed", "target"),
    [(("find", "6-1-101"), "household"), (("show", "6-1-101"), "household")],
    ids=["find", "show"],
)
def test_looking_is_written_down(worker, founded, typed, target):
    """Who, what and when, and never the value; it waits to be sent like everything else."""
    home = founded.town.homes[0]
    assert home.contact in worker.must("show", "6-1-101", "--reveal").out
    worker.must(*typed, "--reveal")

    with closing(LaptopProcess(worker.home).look_inside()) as place:
        looks = place.store.reading.rows("reveal")
        assert place.store.reading.counts().waiting == len(looks) == 2
    assert {(look.get("target_type"), look.get("target_id")) for look in looks} == {
        (target, home.id)
    }
    assert all(home.contact not in map(str, look.fields.values()) for look in looks)


def test_masked_looking_leaves_nothing(worker):
    """Reading is no act."""
    for typed in READING:
        worker.must(*typed)

    assert worker.json("status")["pending"] == 0


def test_due_is_in_walking_order(worker):
    """Nobody was met yet: as many doors as a day holds, from below where there is no lift."""
    doors = worker.json("due")

    assert [door["room"] for door in doors] == [f"6-1-{floor}01" for floor in range(1, 13)]
    assert all(door["reason"] and door["reason_key"] == "care" for door in doors)


def test_the_end_of_a_home_phone_comes_before_its_middle(worker, founded):
    """1380000000x all hold 0000; one of them ends so, and its home is the first."""
    hits = [hit for hit in worker.json("find", "0000") if hit["type"] == "household"]

    assert len(hits) > 1
    assert hits[0]["id"] == founded.town.homes[0].id


def test_show_by_every_kind_of_reference(worker, founded):
    """An id, a room, an estate's room, a name at a room, another spelling: the same record."""
    home = founded.town.homes[0]
    person = home.people[1]

    for ref in (home.id, home.room, f"和平苑/{home.room}", "6号楼1单元101"):
        assert worker.json("show", ref)["id"] == home.id
    for ref in (person.id, f"{person.name}@{home.room}"):
        assert worker.json("show", ref)["id"] == person.id


def test_show_tells_what_was_asked_found_and_with_whom(worker, founded):
    """Needs and hazards of a visit with their matters, and the other side of a quarrel."""
    home, other = founded.town.homes[:2]
    worker.must("visit", home.room, "--result", "met", "--need", "repair", "--hazard", "gas")
    worker.must(
        *("mediate", home.room, "--with", other.room, "--what", "leak", "--result", "mended")
    )
    said = worker.must("show", home.room).out
    for words in ("repair", "gas", other.room):
        assert words in said.lower()
    assert {one["stage"] for one in worker.json("show", home.room)["matters"]} == {"reported"}


def test_an_oral_mediation_tells_where_and_by_whom(worker, founded):
    """The first party, the mediator by name, the time as it is in China."""
    home = founded.town.homes[0]
    worker.must("mediate", home.room, "--with-name", "赵一", "--what", "leak", "--result", "mended")
    (oral,) = worker.json("show", home.room)["mediations"]
    said = worker.must("show", oral["id"]).out
    assert f"First party: {home.room}" in said
    assert not re.search(r"Mediator: \S*-\S*-|\d\dZ|T\d\d:", said)


def test_status_holds_nothing_about_residents(worker, founded):
    """It is what somebody sends to IT."""
    said = worker.must("status").out + worker.must("status", "--json").out

    assert not [text for text in founded.town.canaries if text in said]
    facts = worker.json("status")
    assert (facts["user"], facts["posts"], facts["pending"]) == ("chen", ["grid_worker"], 0)
    assert facts["rows"]["household"] == len(founded.town.homes)


def test_options_may_stand_behind_the_command(worker):
    """Scripts write them anywhere."""
    from desktop.cli.context import options_first

    typed = ["find", "王", "--home", "/x", "--json", "--profile=a", "--", "--home"]
    assert options_first(typed) == [
        "--home",
        "/x",
        "--profile=a",
        "find",
        "王",
        "--json",
        "--",
        "--home",
    ]
