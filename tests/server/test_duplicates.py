"""One resident written down twice: seen by their number, decided by a person, undone whole."""

import pytest
from sqlalchemy import select

from sync.merge.operation import OpKind, Outcome
from sync.merge.values import Writer
from sync.server.bulk import bulk_create
from sync.server.locked import lock_scopes
from sync.server.tables import HISTORY, PERSON_NUMBER, ROW
from tests.server.bench import COMMUNITY

NUMBER = "110101194803020022"


@pytest.fixture
def two(bench):
    """Two workers of one grid who each wrote the same resident down, in one household."""
    first, second = bench.worker(), bench.desk("liu", "grid_leader", bench.grid)
    first.create("household", "h1", contact="1", head_id="p2")
    write(first, "p1", name="王桂兰", phone="138", tags=["elder_alone"])
    write(second, "p2", name="王桂兰", phone="139", work="纺织厂", tags=["veteran"])
    return bench, first, second


def write(desk, person_id, *, number=NUMBER, home="h1", grid="", **fields):
    """A resident with residency and ID number, as a laptop sends them: two lanes."""
    grid = grid or desk.bench.grid
    scopes = f"grid:{grid}", f"id:{grid}"
    both = {"person_id": person_id, "household_id": home}
    for scope, type_, row_id, body in (
        (scopes[0], "person", person_id, {"household_id": home, **fields}),
        (scopes[0], "residency", f"r-{person_id}", both),
        (scopes[1], "id_number", f"n-{person_id}", {**both, "id_no": number}),
    ):
        outcome = desk.send(desk.op(OpKind.CREATE, type_, row_id, scope, **body), scope)
        assert outcome.outcome == Outcome.APPLIED


def person(bench, person_id):
    return bench.body("person", person_id)


def dup(bench, status="open"):
    (found,) = [one for one in bench.conflicts(status) if one["kind"] == "dup"]
    return found


def test_equal_numbers_open_a_question_and_change_nothing(two):
    """Both live; the later one is asked about, the other is named, the number is not told."""
    bench, _, _ = two
    assert person(bench, "p1")["name"] == person(bench, "p2")["name"]
    asked = dup(bench)
    assert (asked["target_id"], asked["field"]) == ("p2", "alias_of")
    assert [each["value"] for each in asked["candidates"]] == ["p1"]
    with bench.db.read() as connection:
        texts = connection.execute(select(ROW.c.body).where(ROW.c.type == "conflict")).scalars()
        assert all(NUMBER not in text for text in texts)
        kept = connection.execute(select(PERSON_NUMBER.c.number_hash)).scalars().all()
        lines = connection.execute(select(HISTORY).where(HISTORY.c.type == "conflict")).all()
    assert len(set(kept)) == 1
    assert NUMBER not in kept[0]
    assert all(NUMBER not in str(line) for line in lines)
    assert bench.differences() == []


def test_other_numbers_ask_nothing(bench):
    """Nor does the same number of the same person again, in another spelling."""
    worker = bench.worker()
    worker.create("household", "h1", contact="1")
    write(worker, "p1", name="王桂兰")
    write(worker, "p2", name="王桂兰", number="110101194803020030")
    worker.send(
        worker.op(
            OpKind.PATCH,
            "id_number",
            "n-p1",
            f"id:{bench.grid}",
            id_no=(NUMBER, " 110101 19480302 0022 "),
        ),
        f"id:{bench.grid}",
    )
    assert bench.conflicts() == []


def test_a_corrected_number_ends_the_question(two):
    """It was a slip of the pen: nobody is asked any more."""
    bench, _, second = two
    scope = f"id:{bench.grid}"
    right = (NUMBER, "110101194803020030")
    second.send(second.op(OpKind.PATCH, "id_number", "n-p2", scope, id_no=right), scope)
    assert dup(bench, "superseded")["target_id"] == "p2"
    assert bench.differences() == []


def test_the_same_person_becomes_one(two):
    """Empty is taken over, sets unite, what differs is asked; residency and number end."""
    bench, first, _ = two
    outcome = first.resolve(dup(bench)["id"], None, "p1")

    assert outcome.outcome == Outcome.APPLIED
    assert dup(bench, "settled")["value"] == "p1"
    winner, loser = person(bench, "p1"), person(bench, "p2")
    assert winner["work"] == "纺织厂"
    assert winner["tags"] == ["elder_alone", "veteran"]
    assert winner["phone"] == "138"
    assert loser["alias_of"] == "p1"
    assert "household_id" not in loser
    assert bench.body("residency", "r-p2") is None
    assert bench.body("id_number", "n-p2") is None
    assert bench.body("household", "h1")["head_id"] == "p1"
    (asked,) = [one for one in bench.conflicts() if one["kind"] == "value"]
    assert (asked["target_id"], asked["field"]) == ("p1", "phone")
    assert [each["value"] for each in asked["candidates"]] == ["139"]
    assert bench.differences() == []


def test_a_merge_is_an_operation_of_its_own(two):
    """Without any question: whoever knows says so. Nobody is their own other name."""
    bench, first, _ = two
    merge = first.op(OpKind.MERGE, "person", "p2", alias_of=(None, "p1"))
    assert first.send(merge).outcome == Outcome.APPLIED
    assert person(bench, "p2")["alias_of"] == "p1"
    assert [one for one in bench.conflicts() if one["kind"] == "dup"] == []
    round_trip = first.op(OpKind.MERGE, "person", "p1", alias_of=(None, "p2"))
    assert (first.send(round_trip).outcome, first.send(round_trip).code) == ("held", "value")
    nobody = first.op(OpKind.MERGE, "person", "p1", alias_of=(None, "p9"))
    assert first.send(nobody).code == "value"
    assert bench.differences() == []


def test_two_people_are_asked_about_once(two):
    """The answer stays, whatever is written of their numbers later."""
    bench, first, second = two
    first.resolve(dup(bench)["id"], None, None)
    assert dup(bench, "settled").get("value") is None
    scope = f"id:{bench.grid}"
    for pair in ((NUMBER, "1"), ("1", NUMBER)):
        second.send(second.op(OpKind.PATCH, "id_number", "n-p2", scope, id_no=pair), scope)
    assert [one for one in bench.conflicts() if one["kind"] == "dup"] == []
    assert "alias_of" not in person(bench, "p2")


def test_late_operations_follow_to_the_winner(two):
    """Edits, and new rows that name the loser; a removal of the duplicate removes nobody."""
    bench, first, second = two
    late = second.op(OpKind.PATCH, "person", "p2", work=("纺织厂", "退休"))
    gone = second.op(OpKind.DELETE, "person", "p2")
    new = second.op(OpKind.CREATE, "residency", "r9", person_id="p2", household_id="h1")
    first.resolve(dup(bench)["id"], None, "p1")

    outcomes = second.push([late, gone, new]).outcomes

    assert [one.outcome for one in outcomes] == ["applied", "noop", "applied"]
    assert outcomes[0].code == "alias"
    assert person(bench, "p1")["work"] == "退休"
    assert person(bench, "p1")["name"] == "王桂兰"
    assert bench.body("residency", "r9")["person_id"] == "p1"
    assert bench.differences() == []


def test_a_merge_is_undone_whole(two):
    """Everything it wrote goes back, but for what somebody wrote since."""
    bench, first, _second = two
    before = {key: bench.body(*key) for key in KEYS}
    first.resolve(dup(bench)["id"], None, "p1")
    assert first.patch("person", "p1", birth=(None, "1948-03-02")).outcome == Outcome.APPLIED

    undo = first.send(first.op(OpKind.RESTORE, "person", "p2"))

    assert undo.outcome == Outcome.APPLIED
    after = {key: bench.body(*key) for key in KEYS}
    assert after["person", "p1"] == {**before["person", "p1"], "birth": "1948-03-02"}
    for key in KEYS[1:]:
        assert after[key] == before[key], key
    assert bench.conflicts() == []
    assert bench.differences() == []


KEYS = [
    ("person", "p1"),
    ("person", "p2"),
    ("residency", "r-p2"),
    ("id_number", "n-p2"),
    ("household", "h1"),
]


def test_undone_in_the_same_push(two):
    """Offline, somebody decides and thinks better of it."""
    bench, first, _ = two
    before = {key: bench.body(*key) for key in KEYS}
    same = first.op(OpKind.RESOLVE, "conflict", dup(bench)["id"], value=(None, "p1"))
    back = first.op(OpKind.PATCH, "person", "p2", alias_of=("p1", None))

    assert [one.outcome for one in first.push([same, back]).outcomes] == ["applied", "applied"]
    assert {key: bench.body(*key) for key in KEYS} == before
    assert bench.differences() == []


def test_across_two_grids(bench):
    """The later one's grid is asked; the merge writes in both."""
    (other,) = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    first = bench.worker()
    second = bench.desk("liu", "grid_worker", other)
    clerk = bench.clerk()
    first.create("household", "h1", contact="1")
    op = second.op(OpKind.CREATE, "household", "h2", f"grid:{other}", contact="2")
    second.send(op, f"grid:{other}")
    write(first, "p1", name="王桂兰")
    write(second, "p2", home="h2", grid=other, name="王桂兰", work="纺织厂")
    asked = dup(bench)
    scope = f"grid:{other}"
    decided = clerk.op(OpKind.RESOLVE, "conflict", asked["id"], scope, value=(None, "p1"))

    assert clerk.send(decided, scope).outcome == Outcome.APPLIED
    assert person(bench, "p1")["work"] == "纺织厂"
    assert bench.body("residency", "r-p2") is None
    late = second.op(OpKind.PATCH, "person", "p2", scope, phone=(None, "139"))
    outcome = second.send(late, scope)
    assert (outcome.outcome, outcome.home) == (Outcome.APPLIED, bench.scope)
    assert person(bench, "p1")["phone"] == "139"
    assert bench.differences() == []


def test_who_lives_in_another_grid_is_nobodys_to_name(bench):
    """Without the question that an equal number raises, a merge stays within its grid."""
    (other,) = bench.office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    first, second = bench.worker(), bench.desk("liu", "grid_worker", other)
    first.create("person", "p1", name="王桂兰")
    scope = f"grid:{other}"
    second.send(second.op(OpKind.CREATE, "person", "p2", scope, name="王桂兰", work="x"), scope)

    merge = second.op(OpKind.MERGE, "person", "p2", scope, alias_of=(None, "p1"))

    assert (second.send(merge, scope).outcome, "work" in person(bench, "p1")) == ("held", False)
    assert bench.differences() == []


def test_imports_feed_the_claim(bench):
    """A resident of a roster, and one whom a worker wrote down before or after."""
    worker = bench.worker()
    worker.create("household", "h1", contact="1")
    scopes = {bench.scope, f"id:{bench.grid}"}
    writer = Writer("import:roster", "import:roster", at="2026-06-18T01:00:00Z")
    both = {"person_id": "p1", "household_id": "h1"}
    with bench.db.write() as connection:
        locked = lock_scopes(connection, scopes, "2026-06-18T01:00:00Z")
        rows = [("person", "p1", {"household_id": "h1", "name": "王桂兰"})]
        bulk_create(locked, bench.scope, rows, writer, "run")
        numbers = [("id_number", "n-p1", {**both, "id_no": NUMBER})]
        bulk_create(locked, f"id:{bench.grid}", numbers, writer, "run")
        locked.save()
    write(worker, "p2", name="王桂兰")
    assert dup(bench)["candidates"][0]["value"] == "p1"
    assert bench.differences() == []


def test_a_closed_tag_of_the_other_name_still_counts(two):
    """Care that few may know of goes on deciding how often somebody calls."""
    bench, first, _ = two
    bench.office.add_companion("chen", "p2")
    scope = "care3:p2"
    tag = {"person_id": "p2", "household_id": "h1", "tag": "smi", "risk": 4}
    first.send(first.op(OpKind.CREATE, "special_care", "s1", scope, **tag), scope)
    assert bench.body("household", "h1")["two_people"] is True

    first.resolve(dup(bench)["id"], None, "p1")

    assert bench.body("household", "h1").get("two_people") is True
