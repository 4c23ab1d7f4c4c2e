"""What the writing commands save, at once and without a network."""

import json
from contextlib import closing

from tests.support.processes import PASSWORD, LaptopProcess

NEW_PASSWORD = "five other calm words here"


def _rows(terminal, type_):
    with closing(LaptopProcess(terminal.home).look_inside()) as place:
        return [dict(row.fields) | {"id": row.id} for row in place.store.reading.rows(type_)]


def test_a_visit(worker, founded):
    """Everything that was typed, signed and timed; today's round knows it at once."""
    home = founded.town.homes[0]
    typed = ["--note", "血压138/86", "--need", "repair", "--need", "meal", "--hazard", "gas"]
    typed += ["--condition", "fine", "--purpose", "care", "--appointment", "2031-01-02T15:00"]

    said = worker.must("visit", home.room, "--result", "met", *typed)

    assert home.room in said.out
    (visit,) = _rows(worker, "visit")
    assert visit["household_id"] == home.id
    assert visit["needs"] == ["meal", "repair"]
    assert (visit["hazards"], visit["purposes"]) == (["gas"], ["care"])
    assert (visit["result"], visit["method"], visit["note"]) == ("met", "home", "血压138/86")
    assert visit["next_appointment"] == "2031-01-02T07:00:00Z"
    assert visit["staff_id"]
    (door,) = (door for door in worker.json("due") if door["household"] == home.id)
    assert door["done"]
    assert worker.json("show", home.room)["visits"][0]["state"] == "waiting"


def test_a_visit_tells_its_id(worker):
    """``--json``: what a script needs to find it again."""
    told = worker.json("visit", "6-1-201", "--result", "not_home")

    assert worker.json("show", told["id"])["fields"]["household_id"] == told["household"]


def test_edits_of_the_home_its_door_and_its_people(worker, founded):
    """One reference reaches the dwelling too; what was said names fields and no values, and the
    home's history tells of it."""
    home = founded.town.homes[0]

    said = worker.must("edit", home.room, "contact=13700001111", "door_note=轻敲")
    worker.must("edit", home.people[0].id, "tags=+veteran,-aged_80", "name=王小明")

    assert "13700001111" not in said.out
    household = next(row for row in _rows(worker, "household") if row["id"] == home.id)
    person = next(row for row in _rows(worker, "person") if row["id"] == home.people[0].id)
    dwelling = next(r for r in _rows(worker, "dwelling") if r["id"] == household["dwelling_id"])
    assert household["contact"] == "13700001111"
    assert dwelling["door_note"] == "轻敲"
    assert person["tags"] == ["veteran"]
    assert worker.json("find", "wxm")[0]["id"] == person["id"], "a new name is found by initials"
    told = [row for row in _rows(worker, "change") if row["household_id"] == home.id]
    assert [
        [(f["field"], f.get("before", ""), f["after"]) for f in one["fields"]] for one in told
    ] == [
        [("contact", home.contact, "13700001111"), ("door_note", "", "轻敲")],
        [("tags", ["aged_80"], ["veteran"]), ("name", home.people[0].name, "王小明")],
    ]


def test_an_edit_that_changes_nothing_sends_nothing(worker, founded):
    """The same value again is no work for anybody."""
    worker.must("edit", "6-1-101", f"contact={founded.town.homes[0].contact}")

    assert worker.json("status")["pending"] == 0


def test_an_edit_is_saved_whole_or_not_at_all(worker):
    """One bad field keeps the good one out."""
    assert worker.type("edit", "6-1-101", "best_time=晚上", "moved_in=gestern").code == 1

    assert worker.json("status")["pending"] == 0


def test_a_note(worker, founded):
    """Saved with its author."""
    told = worker.json("note", "6-1-101", "钥匙在物业")

    (note,) = _rows(worker, "note")
    assert (note["id"], note["text"]) == (told["id"], "钥匙在物业")
    assert note["household_id"] == founded.town.homes[0].id


def test_an_oral_mediation_between_two_homes(worker, founded):
    """Both homes show it."""
    said = ["--what", "漏水", "--result", "七日内修好", "--dispute", "02", "--done"]
    worker.must("mediate", "6-1-101", "--with", "6-1-201", *said)

    (mediation,) = _rows(worker, "oral_mediation")
    assert mediation["other_household_id"] == founded.town.homes[1].id
    assert (mediation["dispute"], mediation["done"]) == ("02", True)
    for room in ("6-1-101", "6-1-201"):
        assert len(worker.json("show", room)["mediations"]) == 1


def test_an_oral_mediation_with_somebody_by_name(worker):
    """Who is not in the ledger is told by name; not done is a result too."""
    worker.must("mediate", "6-1-101", "--with", "装修队", "--what", "工钱", "--result", "月底付")

    (mediation,) = _rows(worker, "oral_mediation")
    assert mediation["other_party"] == "装修队"
    assert not mediation.get("done")


def test_apply_creates_a_household_with_its_people(worker):
    """Each line may name what an earlier one made."""
    door = {"do": "create", "type": "dwelling", "set": {"room": "7-1-101"}}
    made = worker.must("apply", "-", "--json", stdin=json.dumps(door)).json()[0]["id"]
    home = {"do": "create", "type": "household", "set": {"dwelling_id": made}}
    worker.must("apply", "-", stdin=json.dumps(home))
    person = {"do": "create", "type": "person", "set": {"household_id": "7-1-101", "name": "何苗"}}
    worker.must("apply", "-", stdin=json.dumps(person))

    assert [p["name"] for p in worker.json("show", "7-1-101")["residents"]] == ["何苗"]
    assert worker.json("find", "hm")[0]["room"] == "7-1-101"


def test_apply_tells_each_line(worker, tmp_path):
    """From a file, in words: the line's number, what it did and the id."""
    file = tmp_path / "actions.jsonl"
    lines = [
        {"do": "note", "household": "6-1-101", "text": "one"},
        {"do": "visit", "household": "6-1-201", "result": "met"},
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    said = worker.must("apply", str(file)).out.splitlines()

    assert [line.split()[:2] for line in said] == [["1:", "note"], ["2:", "visit"]]


def test_a_new_password(worker):
    """The old one opens nothing any more; nothing is lost."""
    worker.must("password", stdin=f"{NEW_PASSWORD}\n")

    assert worker.type("status").code == 4
    changed = worker.type("status", "--json", password=NEW_PASSWORD)
    assert changed.json()["rows"]["household"] == 25
    assert worker.type("password", password=NEW_PASSWORD, stdin="short\n").code == 1
    assert worker.type("password", password=NEW_PASSWORD, stdin=f"{PASSWORD}\n").code == 0
