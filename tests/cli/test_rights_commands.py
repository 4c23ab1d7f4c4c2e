"""A resident's copy from the terminal, for the office alone."""

from tests.support.sheets import rows_of, unsealed
from tests.support.terminal import assert_calm


def test_the_desk_writes_a_copy_and_a_worker_does_not(desk, worker, tmp_path):
    out = tmp_path / "copy.xlsx"
    home = desk.json("show", "6-1-101", "--reveal")
    person = home["residents"][0]
    told = desk.json("copy", person["id"], "--out", str(out), "--reason", "本人来查")
    text = repr(rows_of(unsealed(out, told["password"])))
    assert person["name"] in text
    assert_calm(worker.type("copy", person["id"], "--out", str(out)), 1, "office")
    assert_calm(desk.type("copy", "6-1-101", "--out", str(out)), 2, "NAME@ROOM")
    assert_calm(desk.type("copy", person["id"], "--out", str(tmp_path / "copy.txt")), 2, ".pdf")


def test_nobody_is_due_in_a_fresh_town(desk):
    assert desk.json("retention") == {"ended": 0, "due": []}
    assert_calm(desk.type("retention", "--end", "p1"), 1)
