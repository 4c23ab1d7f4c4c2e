"""A department on a device of its own: what it sees of a matter, and how its answers come back."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from desktop.services.matter_forms import NewMatter, NotYourStep, Step
from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import workplace_on
from sync.merge.operation import OpKind
from sync.server import referral_copies, referrals
from sync.server.referrals import deliver_referrals, try_again
from sync.server.tables import HELD, HISTORY
from sync.store.records import create, delete, patch, resolve
from tests.engine.test_matters import BEFORE_THE_FESTIVAL, WHOLE
from tests.support.laptops import TickingClock, enrolled
from tests.support.server import COMMUNITY, running_server

NOTE = "老两口吵了一夜，血压药断了"
REASON = "电梯停了两天，物业修不了"
WHO = "王桂兰"
PLACE = "丰和苑6号楼2单元"
FACTS = (NOTE, WHO, "13800001024", "两人同行")
"""What stands in the household's record and is no department's business."""

PEOPLE = (
    ("chenxiaohe", "grid_worker", "第3网格"),
    ("hanzhiyuan", "secretary", "fenghe"),
    ("shijian", "partner", "市监局"),
    ("xiaofang", "partner", "消防站"),
    ("jiedao", "street", "滨河街道"),
)


class Seats:
    """A server and four computers, two of them of departments."""

    def __init__(self, folder, server, clock):
        self.server, self.clock = server, clock
        departments = [{"level": "department", "name": name} for name in ("市监局", "消防站")]
        departments.append({"level": "street", "name": "滨河街道"})
        self.areas = server.office.add_areas(COMMUNITY, departments)
        self.laptops, self.places = {}, {}
        for login, post, area in PEOPLE:
            server.add_user(login, post, area, login)
            laptop = enrolled(folder / login, server, login, clock)
            profile = ProfileFolder(login, folder / login)
            profile.remember(Connection(server.base_url))
            laptop.sync()
            self.laptops[login] = laptop
            self.places[login] = workplace_on(profile, laptop.store, clock)

    def settle(self):
        """Everybody sends and receives until nothing is left."""
        for _round in range(2):
            for laptop in self.laptops.values():
                laptop.sync()

    def at(self, login):
        """The one matter that somebody's computer shows, with its departments."""
        (line,) = self.places[login].matter_list.listed()
        return line

    def unit(self, login, name):
        """A department's part as somebody's computer shows it."""
        return next(one for one in self.at(login).units if one.name == name)


@contextmanager
def seats_in(folder):
    clock = TickingClock(BEFORE_THE_FESTIVAL)
    with running_server(folder / "server", clock) as server:
        made = Seats(folder, server, clock)
        yield made
        for place in made.places.values():
            place.close()


@pytest.fixture
def seats(tmp_path):
    with seats_in(tmp_path) as made:
        yield made


def whistled(seats, units=("市监局", "消防站")):
    """A matter out of a visit, with its note, for which departments are whistled."""
    store = seats.laptops["chenxiaohe"].store
    grid, minter = f"grid:{seats.server.grids['第3网格']}", store.minter
    door, home, matter = (minter.new_id() for _ in range(3))
    said = {"household_id": home, "visit_id": minter.new_id(), "subject": "repair", "text": NOTE}
    where = {"address": PLACE + "1602", "room": "6-2-1602"}
    store.records.write(
        [
            create("dwelling", where, scope_id=grid, row_id=door),
            create(
                "household",
                {"dwelling_id": door, "contact": "13800001024"},
                scope_id=grid,
                row_id=home,
            ),
            create(
                "matter",
                said | {"stage": "reported", "source": "visit", "reporter": WHO},
                scope_id=grid,
                row_id=matter,
            ),
        ]
    )
    seats.settle()
    secretary = seats.places["hanzhiyuan"].matter_work
    secretary.take(matter, Step("accept"))
    secretary.take(matter, Step("whistle", text=REASON, until="2026-03-20", units=units))
    seats.settle()
    return matter


def held_of(laptop):
    """Every value that a computer holds, as text."""
    reading = laptop.store.reading
    types = ("matter", "whistle_unit", "whistle", "matter_step", "household", "person", "staff")
    return str([row.fields for type_ in types for row in reading.rows(type_)])


def test_a_department_gets_the_matter_and_nothing_around_it(seats):
    """The reason, the address and the limits; no note of a visit, no name, no other department."""
    whistled(seats)
    line = seats.at("shijian")
    assert (line.record.get("text"), line.record.get("place")) == (REASON, PLACE + "1602")
    assert [one.name for one in line.units] == ["市监局"]
    assert line.light == seats.at("hanzhiyuan").light
    told = held_of(seats.laptops["shijian"])
    assert not [word for word in (*FACTS, "消防站", "hanzhiyuan") if word in told]
    scopes = {one.scope_id for one in seats.laptops["shijian"].store.reading.scopes()}
    assert {scope.partition(":")[0] for scope in scopes} == {"unit", "user"}


def test_the_own_words_of_a_matter_that_no_visit_wrote_go_along(seats):
    """A patrol writes for whoever solves it."""
    worker = seats.places["chenxiaohe"].matter_work
    matter = worker.report(NewMatter("东门积雪结冰", place="丰和苑东门", reporter=WHO))
    seats.settle()
    secretary = seats.places["hanzhiyuan"].matter_work
    secretary.take(matter, Step("accept"))
    secretary.take(matter, Step("whistle", text="人手不够", until="2026-03-20", units=("市监局",)))
    seats.settle()
    record = seats.at("shijian").record
    assert (record.get("text"), record.get("place")) == ("东门积雪结冰", "丰和苑东门")
    assert seats.places["xiaofang"].matter_list.listed() == []
    assert WHO not in held_of(seats.laptops["shijian"])


def test_its_answers_come_back_in_its_name_and_a_silent_one_shows(seats):
    """Checked in, arrived, finished: everybody reads it, and who of the department wrote it."""
    matter = whistled(seats)
    work = seats.places["shijian"].matter_work
    own = seats.unit("shijian", "市监局").id
    for event, words in (("checked_in", "张科长"), ("arrived", ""), ("finished", "主板换了")):
        work.tell_unit(own, event, words)
    seats.settle()
    line = seats.unit("hanzhiyuan", "市监局")
    assert line.record.get("checked_in_by") == "张科长"
    assert line.record.get("opinion") == "主板换了"
    with seats.server.database.read() as connection:
        query = select(HISTORY.c.author).where(
            HISTORY.c.id == line.id, HISTORY.c.field == "finished_at"
        )
        (author,) = connection.execute(query).scalars()
    assert author == seats.laptops["shijian"].store.account.user.staff_id

    seats.clock.moment += timedelta(days=40)
    assert seats.unit("hanzhiyuan", "消防站").light.state == "red"
    assert seats.unit("xiaofang", "消防站").light.state == "red"
    assert seats.at("hanzhiyuan").light.state == "red"
    del matter


def test_what_a_department_takes_back_is_gone_everywhere(seats):
    """Sent already: the office reads that nobody came yet."""
    whistled(seats)
    work = seats.places["shijian"].matter_work
    told = work.tell_unit(seats.unit("shijian", "市监局").id, "checked_in", "张科长")
    seats.settle()
    assert seats.unit("hanzhiyuan", "市监局").record.get("checked_in_at")
    assert work.untell_unit(told)
    seats.settle()
    for login in ("hanzhiyuan", "shijian"):
        row = seats.unit(login, "市监局").record
        assert not row.get("checked_in_at")
        assert not row.get("checked_in_by")


@pytest.mark.parametrize("first", ["hanzhiyuan", "shijian"])
def test_two_answers_at_once_are_a_question_and_nothing_is_lost(seats, first):
    """The office noted it by phone while the department wrote it: a person decides."""
    whistled(seats)
    own, known = seats.unit("shijian", "市监局").id, seats.unit("hanzhiyuan", "市监局").id
    seats.places["shijian"].matter_work.tell_unit(own, "checked_in", "张科长")
    seats.places["hanzhiyuan"].matter_work.tell_unit(known, "checked_in", "李科长")
    seats.laptops[first].sync()
    seats.settle()
    questions = {
        row.get("field"): row for row in seats.laptops["hanzhiyuan"].store.reading.rows("conflict")
    }
    asked = questions["checked_in_by"]
    said = {asked.get("current"), *(one["value"] for one in asked.get("candidates"))}
    assert said == {"李科长", "张科长"}
    assert seats.unit("shijian", "市监局").record.get("checked_in_by") == "张科长"

    seats.places["hanzhiyuan"].store.records.write([resolve(asked.id, "李科长")])
    seats.settle()
    assert seats.unit("shijian", "市监局").record.get("checked_in_by") == "李科长"


def test_what_is_over_says_no_more_than_its_number(seats):
    """Words and address go; a late answer still arrives."""
    matter = whistled(seats, ("市监局",))
    secretary = seats.places["hanzhiyuan"].matter_work
    for step in (Step("finish", text="修好了"), Step("check"), Step("close", answer=WHOLE)):
        secretary.take(matter, step)
    seats.settle()
    record = seats.at("shijian").record
    assert record.get("stage") == "closed"
    assert record.get("no")
    assert not any(record.get(name) for name in ("text", "place", "title", "subject"))
    seats.places["shijian"].matter_work.tell_unit(seats.unit("shijian", "市监局").id, "arrived")
    seats.settle()
    assert seats.unit("hanzhiyuan", "市监局").record.get("arrived_at")


REFUSED = (
    ("matter", {"stage": "closed"}),
    ("matter", {"place": "别处"}),
    ("whistle_unit", {"rating": 5}),
    ("whistle_unit", {"deadline": "2027-01-01"}),
    ("whistle_unit", {"unit": "别的单位"}),
)


@pytest.mark.parametrize(("type_", "fields"), REFUSED, ids=str)
def test_a_department_answers_and_does_nothing_else(seats, type_, fields):
    """Whatever app sends it: kept aside, and nothing changes."""
    whistled(seats)
    line = seats.at("shijian")
    row_id = line.id if type_ == "matter" else line.units[0].id
    before = seats.unit("hanzhiyuan", "市监局").record.fields
    seats.laptops["shijian"].store.records.write([patch(type_, row_id, fields)])
    seats.settle()
    with seats.server.database.read() as connection:
        (kept,) = connection.execute(select(HELD)).all()
    assert kept.code in ("not_permitted", "not_your_step")
    assert seats.unit("hanzhiyuan", "市监局").record.fields == before


def test_a_department_takes_itself_into_no_matter(seats):
    """Nor does it write anything of its own there, or into a grid."""
    matter = whistled(seats)
    grid = f"grid:{seats.server.grids['第3网格']}"
    stranger = seats.server.enroll("xiaofang")
    unit = f"unit:{seats.areas[1]}"
    for scope, type_ in ((unit, "whistle_unit"), (unit, "matter"), (grid, "whistle_unit")):
        fields = {"matter_id": (None, matter)} if type_ == "whistle_unit" else {}
        op = stranger.op(scope, OpKind.CREATE, type_, f"new {type_} {scope[:4]}", **fields)
        (outcome,) = stranger.push(scope, op).outcomes
        assert outcome.outcome == "held"
    assert [one.name for one in seats.at("xiaofang").units] == ["消防站"]


def called(seats):
    """A matter for which the community calls the street, and one that it settles by itself."""
    worker = seats.places["chenxiaohe"].matter_work
    matter = worker.report(NewMatter("电梯停运", place=PLACE, reporter=WHO))
    own = worker.report(NewMatter("楼道灯不亮", place="别处", reporter=WHO))
    seats.settle()
    secretary = seats.places["hanzhiyuan"].matter_work
    for one in (matter, own):
        secretary.take(one, Step("accept"))
    secretary.take(matter, Step("call", text=REASON, units=("市监局",)))
    seats.settle()
    return matter


def test_the_street_whistles_on_a_call_and_rates_who_came(seats):
    """It sees the called matter alone; its whistle reaches the departments and the community."""
    matter = called(seats)
    street = seats.places["jiedao"]
    line = seats.at("jiedao")
    assert (line.record.get("text"), line.record.get("place"), line.called) == (
        "电梯停运",
        PLACE,
        True,
    )
    assert street.matter_list.one(line.id).may == ("whistle",)
    assert WHO not in held_of(seats.laptops["jiedao"])
    scopes = {one.scope_id for one in seats.laptops["jiedao"].store.reading.scopes()}
    assert {scope.partition(":")[0] for scope in scopes} == {"unit", "user"}
    assert seats.places["shijian"].matter_list.listed() == []

    units = ("市监局", "消防站")
    street.matter_work.take(line.id, Step("whistle", "三天内修好", "2026-03-20", units=units))
    seats.settle()
    for login in ("shijian", "xiaofang", "jiedao"):
        assert seats.at(login).stage == "whistled"
    told = seats.places["hanzhiyuan"].matter_list.one(matter)
    assert (told.line.stage, told.line.record.get("deadline")) == ("whistled", "2026-03-20")
    assert sorted(one.name for one in told.line.units) == sorted(units)
    assert [one.kind for one in told.steps] == ["report", "accept", "call", "whistle"]
    (whistle,) = seats.laptops["hanzhiyuan"].store.reading.rows("whistle")
    assert whistle.get("whistled_by") == seats.laptops["jiedao"].store.account.user.staff_id

    own = seats.unit("shijian", "市监局").id
    seats.places["shijian"].matter_work.tell_unit(own, "arrived")
    seats.settle()
    theirs = seats.unit("jiedao", "市监局")
    assert theirs.record.get("arrived_at")
    street.matter_work.tell_unit(theirs.id, "rated", rating=4)
    with pytest.raises(NotYourStep):
        street.matter_work.tell_unit(theirs.id, "finished")
    seats.settle()
    rows = seats.laptops["hanzhiyuan"].store.reading.rows("whistle_unit")
    rated = {row.get("unit"): (row.get("rating"), bool(row.get("arrived_at"))) for row in rows}
    assert rated == {"市监局": (4, True), "消防站": (None, False)}
    assert seats.unit("shijian", "市监局").record.get("rating") is None
    assert seats.laptops["hanzhiyuan"].store.reading.conflicts(open_only=True) == []


def test_a_call_that_is_not_followed_leaves_the_street(seats):
    """Whoever called takes it back: the street keeps nothing of the matter."""
    called(seats)
    office = seats.laptops["hanzhiyuan"].store
    (whistle,) = office.reading.rows("whistle")
    office.records.write([patch("whistle", whistle.id, {"dropped": True})])
    seats.settle()
    assert seats.places["jiedao"].matter_list.listed() == []
    assert PLACE not in held_of(seats.laptops["jiedao"])


STREET_REFUSED = (
    ("matter", {"stage": "closed"}),
    ("matter", {"text": "别的"}),
    ("whistle", {"called_at": "2026-02-01T00:00:00Z"}),
)


@pytest.mark.parametrize(("type_", "fields"), STREET_REFUSED, ids=str)
def test_the_street_whistles_and_does_nothing_else(seats, type_, fields):
    """Whatever app sends it: kept aside, and nothing changes."""
    matter = called(seats)
    (whistle,) = seats.laptops["jiedao"].store.reading.rows("whistle")
    row_id = seats.at("jiedao").id if type_ == "matter" else whistle.id
    before = seats.places["hanzhiyuan"].matter_work.find(matter).fields
    seats.laptops["jiedao"].store.records.write([patch(type_, row_id, fields)])
    seats.settle()
    with seats.server.database.read() as connection:
        (kept,) = connection.execute(select(HELD)).all()
    assert kept.code in ("not_permitted", "not_your_step")
    assert seats.places["hanzhiyuan"].matter_work.find(matter).fields == before


def test_delivering_twice_changes_nothing(seats):
    """Whoever was cut off between the cause and the delivery goes on; nobody does it twice."""
    whistled(seats)
    heads = [(one.scope_id, one.cursor) for one in seats.laptops["shijian"].store.reading.scopes()]
    deliver_referrals(seats.server.database, seats.clock)
    seats.settle()
    assert heads == [
        (one.scope_id, one.cursor) for one in seats.laptops["shijian"].store.reading.scopes()
    ]


def test_who_is_called_off_keeps_nothing_and_a_late_word_is_asked_about(seats):
    """Their computer gives the matter back; what they wrote meanwhile is not lost."""
    whistled(seats)
    own, known = seats.unit("shijian", "市监局").id, seats.unit("hanzhiyuan", "市监局").id
    seats.places["hanzhiyuan"].store.records.write([delete("whistle_unit", known)])
    seats.laptops["hanzhiyuan"].sync()
    seats.places["shijian"].matter_work.tell_unit(own, "arrived")
    seats.settle()
    assert seats.places["shijian"].matter_list.listed() == []
    told = held_of(seats.laptops["shijian"])
    assert not [word for word in (REASON, PLACE, "市监局") if word in told]
    assert [one.name for one in seats.at("xiaofang").units] == ["消防站"]
    (question,) = seats.laptops["hanzhiyuan"].store.reading.rows("conflict")
    assert (question.get("target_id"), question.get("kind")) == (known, "edit_vs_delete")

    seats.places["hanzhiyuan"].store.records.write([resolve(question.id, "keep")])
    seats.settle()
    assert seats.unit("shijian", "市监局").record.get("arrived_at")
    assert seats.unit("hanzhiyuan", "市监局").record.get("arrived_at")


def told_by_history(seats, login, type_, row_id):
    """What the server tells somebody of how a row came to be."""
    asked = seats.laptops[login].transport.exchange("GET", f"/v1/history/{type_}/{row_id}")
    return asked.status, asked.body.decode()


def test_the_history_of_a_copy_keeps_nothing_that_was_taken_back(seats):
    """Neither of a matter that is over, nor once the department was called off."""
    matter = whistled(seats, ("市监局",))
    copy, own = seats.at("shijian").id, seats.unit("shijian", "市监局").id
    seats.places["shijian"].matter_work.tell_unit(own, "opinion", "主板坏了")
    seats.settle()
    status, told = told_by_history(seats, "shijian", "matter", copy)
    assert (status, [word for word in (REASON, PLACE) if word in told]) == (200, [])
    assert "主板坏了" in told_by_history(seats, "shijian", "whistle_unit", own)[1]

    secretary = seats.places["hanzhiyuan"].matter_work
    for step in (Step("finish", text="修好了"), Step("check"), Step("close", answer=WHOLE)):
        secretary.take(matter, step)
    seats.settle()
    for key in (("matter", copy), ("whistle_unit", own)):
        assert told_by_history(seats, "shijian", *key)[0] == 404
    line = seats.unit("hanzhiyuan", "市监局").id
    assert told_by_history(seats, "hanzhiyuan", "whistle_unit", line)[0] == 200

    secretary.take(matter, Step("reopen", text="又停了"))
    seats.settle()
    assert told_by_history(seats, "shijian", "matter", copy)[0] == 200
    seats.places["hanzhiyuan"].store.records.write([delete("whistle_unit", line)])
    seats.settle()
    for key in (("matter", copy), ("whistle_unit", own)):
        assert told_by_history(seats, "shijian", *key)[0] == 404


@pytest.mark.parametrize("first", ["hanzhiyuan", "jiedao"])
def test_two_whistles_on_one_call_are_one_line_for_each_department(seats, first):
    """The street and the office whistled apart: what waits for a decision calls nobody."""
    matter = called(seats)
    call = seats.at("jiedao").id
    units = {"hanzhiyuan": ("市监局",), "jiedao": ("市监局", "消防站")}
    seats.places["hanzhiyuan"].matter_work.take(
        matter, Step("whistle", text=REASON, until="2026-03-20", units=units["hanzhiyuan"])
    )
    seats.places["jiedao"].matter_work.take(
        call, Step("whistle", "三天", "2026-03-10", units=units["jiedao"])
    )
    seats.laptops[first].sync()
    if first == "hanzhiyuan":
        office = seats.laptops[first]
        office.store.records.write([patch("matter", matter, {"stage": "processing"})])
        office.sync()
    seats.settle()
    office = seats.laptops["hanzhiyuan"]
    lines = [row.get("unit") for row in office.store.reading.rows("whistle_unit")]
    assert sorted(lines) == sorted(units[first])
    assert office.value("matter", matter, "stage") == (
        "processing" if first == "hanzhiyuan" else "whistled"
    )
    asked = {row.get("field") for row in office.store.reading.rows("conflict")}
    assert "whistled_at" in asked
    steps = [row.get("kind") for row in office.store.reading.rows("matter_step")]
    assert steps.count("whistle") == (1 if first == "hanzhiyuan" else 2)


def test_a_word_on_a_copy_that_nothing_asks_for_comes_home(seats):
    """The name of the department went to another area: its answer arrives, its copy goes."""
    whistled(seats, ("市监局",))
    own = seats.unit("shijian", "市监局").id
    seats.places["shijian"].matter_work.tell_unit(own, "opinion", "主板坏了")
    office = seats.server.office
    office.db.run(
        lambda connection: office._write(
            connection, COMMUNITY, [("area", seats.areas[0], {"name": "市场监管局"})]
        )
    )
    seats.settle()
    assert seats.unit("hanzhiyuan", "市监局").record.get("opinion") == "主板坏了"
    assert seats.places["shijian"].matter_list.listed() == []
    assert PLACE not in held_of(seats.laptops["shijian"])


def test_a_removed_matter_is_given_back(seats):
    """Whoever removes a matter takes it from the departments as well."""
    matter = whistled(seats)
    seats.places["hanzhiyuan"].store.records.write([delete("matter", matter)])
    seats.settle()
    for login in ("shijian", "xiaofang"):
        assert seats.places[login].matter_list.listed() == []
        assert PLACE not in held_of(seats.laptops[login])


def test_a_matter_that_cannot_be_brought_keeps_nobody_waiting(seats, monkeypatch):
    """Whoever pushes gets the answer, the others are told, and it is brought later."""
    bring = referrals._bring

    def fails(of, *args):
        if of.row.body.get("text") == NOTE:
            raise ZeroDivisionError
        bring(of, *args)

    monkeypatch.setattr(referrals, "_bring", fails)
    whistled(seats)
    work = seats.places["hanzhiyuan"].matter_work
    matter = work.report(NewMatter("东门积雪结冰", grid_id=seats.server.grids["第3网格"]))
    work.take(matter, Step("accept"))
    work.take(matter, Step("whistle", text="人手不够", until="2026-03-20", units=("市监局",)))
    seats.settle()
    assert seats.at("shijian").record.get("text") == "东门积雪结冰"
    monkeypatch.undo()
    try_again(seats.server.database, seats.clock)
    seats.settle()
    assert len(seats.places["shijian"].matter_list.listed()) == 2


def test_a_copy_that_says_who_told_is_found_out(tmp_path, monkeypatch):
    """The bug planted once: the one who reported a matter goes to the department with it."""
    monkeypatch.setattr(referral_copies, "_SHOWN", (*referral_copies._SHOWN, "reporter"))
    with seats_in(tmp_path) as seats:
        whistled(seats)
        assert WHO in held_of(seats.laptops["shijian"])
