"""What departments and the street are brought, on both kinds of store: who gets it, what stays
there, and what happens where it cannot be brought."""

import logging

import pytest
from alembic import command
from sqlalchemy import MetaData, insert, select, text

from sync.errors import DoorstepError, PostsMixed, StoreBusy
from sync.identity import derived_id
from sync.merge.operation import OpKind
from sync.rules.matter_rights import line_of
from sync.server import referrals
from sync.server.administering import give_post
from sync.server.daily import do_daily
from sync.server.lost import loss_of
from sync.server.outside import AreaTaken
from sync.server.people import note_seen
from sync.server.rows import read_rows
from sync.server.street_counts import count_for_streets
from sync.server.tables import NOTICE_QUEUE, REFERRAL_QUEUE, ROW
from sync.server.upgrading import config_on, upgrade_tables
from sync.wire.office_messages import PostRequest
from tests.server.bench import COMMUNITY
from tests.support.raw_files import engine_on

REASON = "电梯停了两天,物业修不了"
PLACE = "丰和苑6号楼2单元1602"


class Ground:
    """A home, the office, a department and the street; each with a computer."""

    def __init__(self, bench):
        self.bench = bench
        levels = (("department", "市监局"), ("street", "滨河街道"))
        named = [{"level": level, "name": name} for level, name in levels]
        self.unit_area, self.street_area = bench.office.add_areas(COMMUNITY, named)
        self.unit, self.street = f"unit:{self.unit_area}", f"unit:{self.street_area}"
        self.worker = bench.worker()
        self.office = bench.desk("han", "secretary", COMMUNITY)
        self.shi = bench.desk("shi", "partner", self.unit_area)
        self.jie = bench.desk("jie", "street", self.street_area)
        self.worker.create("dwelling", "d1", address=PLACE, room="6-2-1602")
        self.worker.create("household", "h1", dwelling_id="d1")
        self.worker.create("person", "p1", household_id="h1", name="王桂兰")

    def matter(self, name="m1", units=("市监局",), called=True):
        """A matter of the home for which the street was called and the departments whistled."""
        about = {"matter_id": name, "household_id": "h1"}
        said = {"stage": "reported", "source": "patrol", "text": name}
        at = "2026-06-18T00:30:00Z"
        self.worker.create("matter", name, household_id="h1", reported_at=at, **said)
        self.office.patch("matter", name, stage=("reported", "accepted"))
        whistle = {"reason": REASON, "units": list(units), "deadline": "2026-06-30"}
        whistle |= {"called_at": "2026-06-18T00:00:00Z"} if called else {"dropped": True}
        self.office.create("whistle", f"w {name}", **about, **whistle)
        for unit in units:
            line = line_of(f"w {name}", unit)
            self.office.create("whistle_unit", line, whistle_id=f"w {name}", unit=unit, **about)
        pairs = {"stage": ("accepted", "whistled"), "deadline": (None, "2026-06-30")}
        assert self.office.patch("matter", name, **pairs).outcome == "applied"

    def close(self, name="m1"):
        """Solved, looked at, told, closed."""
        for step in (("whistled", "finished"), ("finished", "verified"), ("verified", "feedback")):
            self.office.patch("matter", name, stage=step)
        told = {"feedback_to": "她", "feedback_at": "2026-06-18T00:00:00Z", "feedback_by": "home"}
        told |= {"feedback_text": "修好了", "satisfaction": 5}
        pairs = {field: (None, value) for field, value in told.items()}
        pairs["stage"] = ("feedback", "closed")
        assert self.office.patch("matter", name, **pairs).outcome == "applied"

    def answer(self, desk, scope, type_, row_id, **pairs):
        """What somebody from outside writes on a copy."""
        return desk.send(desk.op(OpKind.PATCH, type_, row_id, scope, **pairs), scope)

    def line_copy(self, name="m1", unit="市监局", scope=""):
        """The id of a department's copy of its line."""
        return derived_id("referral", line_of(f"w {name}", unit), scope or self.unit)

    def copies(self, scope, type_="matter"):
        """The live rows of a type that somebody from outside holds, by what they show."""
        with self.bench.db.read() as connection:
            query = select(ROW.c.id).where(ROW.c.scope_id == scope, ROW.c.type == type_)
            ids = list(connection.execute(query).scalars())
            rows = read_rows(connection, scope, [(type_, one) for one in ids])
        return [row.body for row in rows if not row.deleted]

    def write_area(self, row_id, **body):
        """An area as a version wrote it that asked for nothing."""
        rows = [("area", row_id, body)]
        write = self.bench.office._write
        self.bench.db.run(lambda connection: write(connection, COMMUNITY, rows))


@pytest.fixture
def ground(bench):
    return Ground(bench)


def texts(rows):
    return sorted(str(row.get("text")) for row in rows)


@pytest.mark.parametrize(
    "second",
    [
        {"level": "department", "name": " 市监局", "parent_id": "p"},
        {"level": "street", "name": "另一条街道"},
    ],
    ids=["department", "street"],
)
def test_a_second_department_of_a_name_or_a_second_street_is_refused(ground, second):
    """Which of the two gets a matter would be chance; the same one again is none of them."""
    with pytest.raises(AreaTaken) as refused:
        ground.bench.office.add_areas(COMMUNITY, [second])
    assert {"department": "市监局", "street": "滨河街道"}[second["level"]] in (
        refused.value.sentence()
    )
    again = [{"level": "department", "name": "市监局"}, {"level": "street", "name": "滨河街道"}]
    assert ground.bench.office.add_areas(COMMUNITY, again) == [ground.unit_area, ground.street_area]


def test_a_department_that_comes_later_gets_what_is_open(ground):
    """Whistled for before there was an area of that name; what is closed stays away."""
    ground.matter("m1", units=("城管中队",))
    ground.matter("m2", units=("城管中队",))
    ground.close("m2")
    (late,) = ground.bench.office.add_areas(
        COMMUNITY, [{"level": "department", "name": "城管中队"}]
    )
    assert texts(ground.copies(f"unit:{late}")) == ["m1"]


def test_a_first_post_brings_what_is_open(ground):
    """The area was there, made by a version whose departments had no computers."""
    ground.matter(units=("城管中队",))
    ground.write_area("late", level="department", name="城管中队")
    ground.bench.desk("cg", "partner", "late")
    assert texts(ground.copies("unit:late")) == ["m1"]


def test_an_upgrade_remembers_what_was_whistled_before(tmp_path, stores, monkeypatch):
    """A store of the version without referrals has whistles, and an empty queue."""
    folder = tmp_path / "server"
    folder.mkdir()
    monkeypatch.setenv("DOORSTEP_DATABASE", stores.url())
    engine = engine_on(folder)
    line = {"scope_id": "grid:g", "root_id": "r", "home_rev": 0, "moved_to": "", "moved_rev": 0}
    bodies = (("whistle", "w1", '{"matter_id":"m1"}'), ("whistle_unit", "u2", '{"matter_id":"m2"}'))
    with engine.begin() as connection:
        command.upgrade(config_on(connection), "0015")
        tables = MetaData()
        tables.reflect(connection)
        rows = [
            {**line, "type": type_, "id": one, "rev": rev, "body": body, "body_hash": "x"}
            | {"deleted": False}
            for rev, (type_, one, body) in enumerate((*bodies, ("visit", "v", "{}")), 1)
        ]
        connection.execute(insert(tables.tables["synced_row"]), rows)
        version = {"name": "version", "value": "2"}
        connection.execute(insert(tables.tables["meta"]), [version])
        upgrade_tables(connection)
        queued = connection.execute(text("SELECT matter_id FROM referral_queue")).scalars().all()
    engine.dispose()
    assert sorted(queued) == ["m1", "m2"]


def test_nobody_is_of_the_community_and_of_a_department_at_once(ground):
    """Every matter would stand twice on their computer; one after the other is fine."""
    office = ground.bench.office
    with pytest.raises(PostsMixed):
        office.assign("han", "street", ground.street_area)
    with pytest.raises(PostsMixed):
        office.assign("shi", "grid_worker", ground.bench.grid)
    office.assign("shi", "partner", ground.unit_area, until="2026-06-17")
    office.assign("shi", "grid_worker", ground.bench.grid)


def test_somebody_of_both_sides_answers_as_a_department_and_no_more(ground):
    """Posts that a former version gave: in the scope of copies they are asked for that post."""
    ground.matter()
    bench = ground.bench
    both = {"staff_id": bench.accounts()["shi"], "post": "secretary", "area_id": COMMUNITY}
    write = bench.office._write
    bench.db.run(lambda connection: write(connection, COMMUNITY, [("assignment", "a", both)]))
    rated = ground.answer(ground.shi, ground.unit, "whistle_unit", ground.line_copy(), rating=5)
    assert (rated.outcome, rated.code) == ("held", "not_your_step")
    came = ground.answer(
        ground.shi, ground.unit, "whistle_unit", ground.line_copy(), checked_in_by="张科长"
    )
    assert came.outcome == "applied"
    assert bench.body("whistle_unit", line_of("w m1", "市监局"))["checked_in_by"] == "张科长"


def test_the_people_behind_a_departments_matters_are_named_when_its_computer_is_lost(ground):
    """Their address was on it; not once it has given them back and was seen after that."""

    def named(desk):
        with ground.bench.db.read() as connection:
            loss = loss_of(connection, desk.caller.client_id, ground.bench.clock)
        return [one.person_id for one in loss.people]

    assert named(ground.shi) == []
    ground.matter()
    assert named(ground.shi) == named(ground.jie) == ["p1"]
    ground.bench.clock.pass_by(hours=1)
    ground.close()
    assert named(ground.shi) == ["p1"]
    ground.bench.clock.pass_by(hours=1)
    note_seen(ground.bench.db, ground.shi.caller, ground.bench.clock)
    assert named(ground.shi) == []


def test_a_question_that_was_taken_home_leaves_nothing_with_the_department(ground):
    """Nobody of the office is named there, and nobody is told that it was decided."""
    ground.matter()
    line = line_of("w m1", "市监局")
    ground.office.patch("whistle_unit", line, opinion=(None, "王桂兰家已修"))
    asked = ground.answer(
        ground.shi, ground.unit, "whistle_unit", ground.line_copy(), opinion=(None, "王桂兰家未修")
    )
    assert asked.outcome == "conflict"
    with ground.bench.db.read() as connection:
        (kept,) = connection.execute(
            select(ROW).where(ROW.c.scope_id == ground.unit, ROW.c.type == "conflict")
        )
        told = connection.execute(select(NOTICE_QUEUE)).all()
    assert kept.deleted
    assert "王桂兰" not in kept.body
    assert "han" not in kept.body
    (question,) = ground.bench.conflicts()
    assert [one["value"] for one in question["candidates"]] == ["王桂兰家未修"]
    assert told == []
    assert ground.copies(f"user:{ground.bench.accounts()['shi']}", "notice") == []
    assert ground.bench.differences() == []


def test_a_question_that_was_taken_back_leaves_nothing_with_the_department(ground):
    """Asked and agreed in one push: nobody is asked any more, and what the office wrote stays
    with the copy alone, which the department gives back."""
    ground.matter()
    line, copy = line_of("w m1", "市监局"), ground.line_copy()
    ground.office.patch("whistle_unit", line, checked_in_by=(None, "李科长"))
    said = [
        ground.shi.op(OpKind.PATCH, "whistle_unit", copy, ground.unit, checked_in_by=(None, who))
        for who in ("张科长", "李科长")
    ]
    ended = ground.shi.push(said, ground.unit).outcomes
    assert [one.outcome for one in ended] == ["conflict", "noop"]
    with ground.bench.db.read() as connection:
        (kept,) = connection.execute(
            select(ROW).where(ROW.c.scope_id == ground.unit, ROW.c.type == "conflict")
        )
    assert kept.deleted
    assert "科长" not in kept.body
    assert ground.bench.conflicts() == []
    assert ground.bench.differences() == []


def test_who_of_the_office_wrote_is_not_told_to_a_department(ground):
    """A question that was not taken home yet names nobody: what the office says has no author."""
    ground.matter()
    line = line_of("w m1", "市监局")
    ground.office.patch("whistle_unit", line, checked_in_by=(None, "李科长"))
    with ground.bench.db.read() as connection:
        claims = connection.execute(
            text("SELECT author, device FROM claim WHERE scope_id = :unit AND field <> '*'"),
            {"unit": ground.unit},
        ).all()
    assert claims
    assert not any(author or device for author, device in claims)


def test_the_street_keeps_no_words_of_what_is_over(ground):
    """The reason of a call and what departments said go with the matter's own words."""
    ground.matter()
    line = line_of("w m1", "市监局")
    ground.office.patch("whistle_unit", line, opinion=(None, "主板坏了"))
    words = [row.get("reason") for row in ground.copies(ground.street, "whistle")]
    words += [row.get("opinion") for row in ground.copies(ground.street, "whistle_unit")]
    assert words == [REASON, "主板坏了"]
    ground.close()
    (whistle,) = ground.copies(ground.street, "whistle")
    (unit,) = ground.copies(ground.street, "whistle_unit")
    assert (whistle.get("reason"), unit.get("opinion")) == (None, None)
    assert whistle.get("called_at")
    ground.office.patch("matter", "m1", stage=("closed", "reopened"))
    assert ground.copies(ground.street, "whistle")[0]["reason"] == REASON
    assert ground.bench.conflicts() == []
    assert ground.bench.body("whistle", "w m1")["reason"] == REASON


def test_a_corrected_address_reaches_the_department(ground):
    """At the door and, where the home moved on, at the new one."""
    ground.matter()
    ground.worker.patch("dwelling", "d1", address=(PLACE, "丰和苑6号楼3单元1602"))
    assert [row["place"] for row in ground.copies(ground.unit)] == ["丰和苑6号楼3单元1602"]
    ground.worker.create("dwelling", "d2", address="平安巷3号")
    ground.worker.patch("household", "h1", dwelling_id=("d1", "d2"))
    assert [row["place"] for row in ground.copies(ground.unit)] == ["平安巷3号"]


def test_the_street_reads_counts_and_no_names(ground):
    """Of every matter of the community, called or not; anew with the first hello of a day."""
    bench = ground.bench
    first = {"month": "2026-06", "day": "2026-06-18"}
    assert [row for row in ground.copies(ground.street, "matter_count") if row == first] == []
    ground.matter("m1")
    ground.close("m1")
    own = {"stage": "reported", "urgency": "urgent", "household_id": "h1", "text": "王桂兰家漏水"}
    for name, at in (("m2", "2026-06-18T01:00:00Z"), ("m3", "2026-05-31T01:00:00Z")):
        ground.worker.create("matter", name, reported_at=at, source="visit", **own)
    ground.worker.create("matter", "m4", stage="draft", reported_at="2026-06-18T01:00:00Z")
    bench.clock.pass_by(days=1)
    do_daily(bench.db, bench.clock)
    rows = {row["month"]: row for row in ground.copies(ground.street, "matter_count")}
    counted = {"reported": 2, "whistled": 0, "overdue": 1, "finished": 1, "in_time": 1}
    counted |= {"closed": 1, "reached": 1, "content": 1}
    assert rows["2026-06"] == {"month": "2026-06", "day": "2026-06-19"} | counted
    assert rows["2026-05"]["reported"] == rows["2026-05"]["overdue"] == 1
    head = bench.state()[ground.street]
    count_for_streets(bench.db, bench.clock)
    assert bench.state()[ground.street] == head
    asked = ground.jie.op(OpKind.PATCH, "matter_count", "x", ground.street, reported=99)
    assert ground.jie.send(asked, ground.street).outcome == "held"
    assert ground.copies(ground.unit, "matter_count") == []
    assert bench.differences() == []


def test_whoever_got_a_post_has_it_though_nothing_can_be_brought_yet(ground, monkeypatch):
    """The store is in the way of what follows: the post stands and is answered so, and what is
    open comes with the next push."""
    bench = ground.bench
    ground.matter(units=("城管中队",))
    ground.write_area("late", level="department", name="城管中队")
    bench.office.add_user(COMMUNITY, "cg", "李科长")
    with monkeypatch.context() as patched:
        patched.setattr(referrals, "_bring", busy)
        asked = PostRequest(bench.accounts()["cg"], "partner", "late")
        given = give_post(bench.office, ground.office.caller, asked)
    assert bench.body("assignment", given.id)["area_id"] == "late"
    assert ground.copies("unit:late") == []
    ground.worker.create("note", "n1", household_id="h1", text="电梯还停着")
    assert texts(ground.copies("unit:late")) == ["m1"]


def busy(*args):
    """What the store says where somebody else writes for too long."""
    raise StoreBusy


class Stuck(DoorstepError):
    """An expected failure that stays."""

    code = "stuck"
    message = "Stuck."


@pytest.mark.parametrize("error", [Stuck, ZeroDivisionError])
def test_matters_that_cannot_be_brought_come_last(ground, monkeypatch, error):
    """However many of them there are: the next push brings what never failed."""
    bring = referrals._bring

    def fails(of, *args):
        if of.row.id.startswith("bad"):
            raise error
        return bring(of, *args)

    monkeypatch.setattr(referrals, "_bring", fails)
    monkeypatch.setattr(referrals, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(referrals, "MOST_TRIES", 1_000)
    for name in ("bad 1", "bad 2", "good"):
        ground.matter(name, called=False)
    assert texts(ground.copies(ground.unit)) == ["good"]
    ground.worker.create("household", "h2")
    with ground.bench.db.read() as connection:
        lines = connection.execute(select(REFERRAL_QUEUE)).all()
    assert {line.matter_id for line in lines} == {"bad 1", "bad 2"}
    assert all(line.tries > 0 for line in lines)
    monkeypatch.undo()
    referrals.try_again(ground.bench.db, ground.bench.clock)
    assert texts(ground.copies(ground.unit)) == ["bad 1", "bad 2", "good"]


def test_what_follows_a_push_never_fails_it(ground, monkeypatch, caplog):
    """It is committed: whoever sent it gets the receipts, and the rest waits."""

    def fails(*_args, **_named):
        raise ZeroDivisionError

    caplog.set_level(logging.CRITICAL, "sync.server.scopes")
    monkeypatch.setattr(referrals, "_bring", fails)
    monkeypatch.setattr(referrals, "_note_try", fails)
    ground.matter()
    assert ground.copies(ground.unit) == []
    monkeypatch.undo()
    assert ground.worker.create("household", "h2").outcome == "applied"
    assert texts(ground.copies(ground.unit)) == ["m1"]
