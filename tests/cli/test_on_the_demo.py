"""Finding, and the day's round, on the demo community: held against the server's own rows."""

import re
from itertools import pairwise

import pytest
from pypinyin import Style, lazy_pinyin

MOST_HITS = 50


def _initials(name: str) -> str:
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))


def _found(reader, text: str, *more: str) -> list[dict[str, str]]:
    hits = reader.json("find", text, *more)
    assert len({(hit["type"], hit["id"]) for hit in hits}) == len(hits), "each once"
    return hits


def test_a_family_name(demo, reader):
    """王: only 王s, as many as fit, each with room and age beside the name."""
    there = {key for key, person in demo.of("person").items() if person["name"].startswith("王")}

    hits = _found(reader, "王")

    assert len(hits) == min(len(there), MOST_HITS)
    assert {hit["id"] for hit in hits} <= there
    assert all(hit["room"] and hit["age"] is not None for hit in hits)


def test_a_whole_name(demo, reader):
    """李娜: all of that name in the grid, told apart by their rooms."""
    there = [person for person in demo.of("person").values() if person["name"] == "李娜"]

    hits = _found(reader, "李娜")

    assert len(hits) == len(there) > 1
    assert {hit["room"] for hit in hits} == {demo.room_of(person) for person in there}


@pytest.mark.parametrize("typed", ["wgl", "WGL"])
def test_initials(demo, reader, typed):
    """wgl: everybody whose initials begin so, 王桂兰 among them."""
    there = {key for key, person in demo.of("person").items() if _initials(person["name"]) == "wgl"}

    hits = _found(reader, typed)

    assert there <= {hit["id"] for hit in hits}
    assert ("王桂兰", "6-2-1602") in {(hit["name"], hit["room"]) for hit in hits}
    assert all(_initials(demo.of("person")[hit["id"]]["name"]).startswith("wgl") for hit in hits)


def test_full_pinyin(reader):
    """wangguilan, as somebody types who never used initials."""
    assert "王桂兰" in {hit["name"] for hit in _found(reader, "wangguilan")}


@pytest.mark.parametrize(
    "typed", ["6-2-1602", "6栋2单元1602", "6号楼2单元1602室", "6#-2-1602", "丰和苑6-2-1602"]
)
def test_a_room_in_every_spelling(demo, reader, typed):
    """One door, first in the list, under the name of its head."""
    (dwelling,) = (key for key, row in demo.of("dwelling").items() if row["room"] == "6-2-1602")
    (home,) = (key for key, row in demo.of("household").items() if row["dwelling_id"] == dwelling)

    first = _found(reader, typed)[0]

    assert (first["type"], first["id"], first["room"]) == ("household", home, "6-2-1602")
    assert first["name"] == "王桂兰"


def test_the_end_of_a_phone(demo, reader):
    """Numbers that end so come first, masked but for their end."""
    (wang,) = (p for p in demo.of("person").values() if p["name"] == "王桂兰")
    tail = wang["phone"][-4:]
    there = {key for key, p in demo.of("person").items() if p.get("phone", "").endswith(tail)}

    hits = _found(reader, tail)

    people = [hit for hit in hits if hit["type"] == "person"]
    assert {hit["id"] for hit in people[: len(there)]} == there
    assert all(hit["phone"] == f"{wang['phone'][:3]}****{tail}" for hit in people[:1])
    assert wang["phone"] not in reader.must("find", tail).out


def test_show_names_areas(demo, reader):
    """A micro-grid by its name, as on the screen."""
    told = reader.must("show", "6-2-1602").out
    assert "Micro-grid: " in told
    assert re.findall(r": [0-9a-f]{8}-[0-9a-f]{4}-", told) == []


def test_nobody(reader):
    """No answer is an answer: exit 0, an empty list, and a sentence for people."""
    assert _found(reader, "没有这个人") == []
    assert reader.must("find", "没有这个人").out.count("\n") == 1


def test_a_blank_finds_nothing(reader):
    """Not everybody."""
    assert _found(reader, "  ") == []


def test_signs_are_letters_not_patterns(reader):
    """What means something to a database means nothing here."""
    for typed in ("%", "_", "'", "王%", "*", '"'):
        assert _found(reader, typed) == []


def test_due_on_the_demo(demo, reader):
    """Every due door is a home of the grid, told once, with a reason; a stair stays together."""
    doors = reader.json("due")

    rooms = {row["room"] for row in demo.of("dwelling").values()}
    assert doors
    assert {door["room"] for door in doors} <= rooms
    assert len({door["household"] for door in doors}) == len(doors)
    assert all(door["reason"] for door in doors)
    # A door whose appointment is hours away stands behind the round, whatever its stair.
    walked = [door for door in doors if not door["appointment"]]
    stairs = [door["room"].rpartition("-")[0] for door in walked]
    changes = sum(1 for before, after in pairwise(stairs) if before != after)
    assert changes == len(set(stairs)) - 1
