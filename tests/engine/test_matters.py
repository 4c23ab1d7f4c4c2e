"""Matters between laptops and the server: the graph walked at random, lamps, numbers, answers."""

import random
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from desktop.services.matter_forms import (
    Answer,
    AnswerWanted,
    DayWanted,
    NewMatter,
    NotYourStep,
    OwnerWanted,
    ReasonWanted,
    ResultWanted,
    Step,
    StepNotPossible,
    UnitsWanted,
)
from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import workplace_on
from sync.identity import parse_stamp, stamp
from sync.merge import settle
from sync.rules.limits import matter_light, unit_light
from sync.rules.matter_rights import UNIT_EVENTS
from sync.rules.matter_steps import STEPS
from sync.schema import codes
from sync.schema.canonical import decode_body
from sync.schema.matter import STAGES
from sync.server import matters as server_matters
from sync.server import scopes
from sync.server.tables import HELD, HISTORY, ROW
from sync.store.records import patch
from tests.support.laptops import TickingClock, enrolled
from tests.support.server import COMMUNITY, running_server

BEFORE_THE_FESTIVAL = datetime(2026, 2, 12, 1, 0, tzinfo=UTC)
CREW = (
    ("chenxiaohe", "grid_worker", "第3网格"),
    ("liujianping", "grid_leader", "第3网格"),
    ("mengxue", "desk_clerk", "fenghe"),
    ("hanzhiyuan", "secretary", "fenghe"),
)
OUTSIDE = (
    ("zhoujianguo", "partner", "市监局"),
    ("yunxia", "street", "滨河街道"),
)
"""They hold copies: what the department and the street are called to."""

MOVES = 75
MATTERS = 5
FORWARD = {"finished": "verified", "verified": "feedback", "feedback": "closed"}
ONWARD = FORWARD | {
    "reported": "accepted",
    "accepted": "processing",
    "assigned": "processing",
    "whistled": "processing",
    "reopened": "processing",
    "suspended": "processing",
    "processing": "finished",
}
"""The shortest way to the end."""
LATE = ("start", "finish", "check")
"""How far the matters are with which a walk begins: the last steps are where it may go wrong."""

REFUSALS = (
    *(StepNotPossible, NotYourStep, ReasonWanted, ResultWanted),
    *(DayWanted, OwnerWanted, UnitsWanted, AnswerWanted),
)
WHOLE = Answer("王桂兰", "home", "灯修好了，晚上亮了。", 4)
ASKED_FOR = ("feedback_to", "feedback_at", "feedback_by", "feedback_text")


@dataclass
class Crew:
    """A server and the computers of some people (``who``), all on one clock."""

    server: object
    places: list
    laptops: list
    clock: TickingClock
    who: tuple

    def settle(self):
        """Everybody sends and receives until nothing is left."""
        for _round in range(2):
            for laptop in self.laptops:
                laptop.sync()

    def bodies(self, type_="matter", scopes="grid:"):
        """The server's rows of one kind: the grid's, or those of another kind of scope."""
        of_kind = (ROW.c.type == type_, ROW.c.scope_id.startswith(scopes))
        with self.server.database.read() as connection:
            lines = connection.execute(select(ROW).where(*of_kind)).all()
        return {line.id: decode_body(line.body) for line in lines if not line.deleted}

    def stages(self, matter_id):
        """The history of a matter's stage on the server, and whose step each was."""
        with self.server.database.read() as connection:
            query = select(HISTORY).where(HISTORY.c.id == matter_id, HISTORY.c.field == "stage")
            lines = connection.execute(query.order_by(HISTORY.c.rev, HISTORY.c.n)).all()
        return [(_said(line.old), _said(line.new), line.author) for line in lines]

    @property
    def posts(self):
        """Everybody's post, by their account."""
        return {
            place.store.account.user.staff_id: who[1]
            for place, who in zip(self.places, self.who, strict=True)
        }


def _said(value):
    return value and value.strip('"')


@contextmanager
def crew_of(folder, who):
    """These people, each at a computer that is in step."""
    clock = TickingClock(BEFORE_THE_FESTIVAL)
    with running_server(folder / "server", clock) as server:
        levels = (("department", "市监局"), ("street", "滨河街道"))
        if who != CREW:
            named = [{"level": level, "name": name} for level, name in levels]
            server.office.add_areas(COMMUNITY, named)
        places, laptops = [], []
        for login, post, area in who:
            server.add_user(login, post, area, login)
            laptop = enrolled(folder / login, server, login, clock)
            profile = ProfileFolder(login, folder / login)
            profile.remember(Connection(server.base_url))
            laptop.sync()
            laptops.append(laptop)
            places.append(workplace_on(profile, laptop.store, clock))
        yield Crew(server, places, laptops, clock, who)
        for place in places:
            place.close()


@pytest.fixture
def crew(tmp_path):
    """The four of the community."""
    with crew_of(tmp_path, CREW) as made:
        yield made


@pytest.fixture
def everybody(tmp_path):
    """The four, a department and the street."""
    with crew_of(tmp_path, (*CREW, *OUTSIDE)) as made:
        yield made


def a_step(dice, place, line):
    """Something that somebody might try, whole or not."""
    today = place.day()
    may = [*place.matter_list.one(line.id).may, dice.choice(STEPS)]
    return Step(
        kind=dice.choice(may),
        text=dice.choice(["等配件", "等配件", ""]),
        until=(today + timedelta(days=dice.randint(-1, 9))).isoformat(),
        owner=dice.choice(["安居物业", ""]),
        units=dice.choice([("市监局", "城管"), ("消防站",), ()]),
        answer=dice.choice([WHOLE, WHOLE, Answer("王桂兰", "home", "", 3), None]),
        same_as=dice.choice([one.id for one in place.matter_list.listed()]),
    )


def somebody_does_something(dice, crew):
    """One move of one person, with or without a line."""
    at = dice.randrange(len(crew.places))
    place, laptop = crew.places[at], crew.laptops[at]
    lines = place.matter_list.listed()
    roll = dice.random()
    if at >= len(CREW) and (roll >= 0.8 or not lines):
        laptop.sync()
    elif len(lines) < MATTERS and at < len(CREW) and (roll < 0.3 or not lines):
        grid = crew.server.grids["第3网格"]
        urgency = dice.choice(["critical", "urgent", "simple", "general", "prominent", "major"])
        told = NewMatter("楼道灯不亮", urgency=urgency, grid_id=grid, place="6号楼")
        place.matter_work.report(told)
    elif roll < 0.5:
        # A client of another make, or an older one: it knows no service and asks nobody.
        rogue = at if at >= len(CREW) else dice.choice((0, at))
        held = crew.places[rogue].matter_list.listed() or lines
        line = dice.choice([one for one in held if one.stage in FORWARD] or held)
        stage = dice.choice((*STAGES.all, *STAGES.steps.get(line.stage, ()) * 9))
        if line.stage in FORWARD and dice.random() < 0.7:
            stage = FORWARD[line.stage]
        crew.laptops[rogue].store.records.write([patch("matter", line.id, {"stage": stage})])
    elif roll < 0.8:
        line = dice.choice(lines)
        with suppress(*REFUSALS):
            if line.units and dice.random() < 0.5:
                unit = dice.choice(line.units)
                place.matter_work.tell_unit(unit.id, dice.choice(UNIT_EVENTS), "换主板", 3)
            else:
                place.matter_work.take(line.id, a_step(dice, place, line))
    else:
        laptop.sync()
    crew.clock.moment += timedelta(hours=dice.randint(0, 9))


def begin_late(crew):
    """Matters that are well on their way: begun, said to be done, checked; and one that the street
    and two departments are called to."""
    leader, secretary = crew.places[1].matter_work, crew.places[3].matter_work
    for number, last in enumerate(LATE):
        matter = crew.places[0].matter_work.report(NewMatter(f"下水返味{number}"))
        crew.settle()
        for kind in ("accept", *LATE[: LATE.index(last) + 1]):
            leader.take(matter, Step(kind, text="疏通了"))
    matter = crew.places[0].matter_work.report(NewMatter("电梯停运"))
    crew.settle()
    units = ("市监局", "消防站")
    for step in (
        Step("accept"),
        Step("call", text="物业修不了", units=units),
        Step("whistle", text="停了两天", until="2026-03-20", units=units),
    ):
        secretary.take(matter, step)
    crew.settle()


def rush_to_the_end(crew):
    """Everything that is still open is pushed to its end by an app that asks nobody and tells
    nothing: a worker's first, who may not check, then a leader's, who may."""
    for laptop in crew.laptops[:2]:
        for row in laptop.store.reading.rows("matter"):
            stage = row.get("stage")
            while onward := ONWARD.get(stage):
                laptop.store.records.write([patch("matter", row.id, {"stage": onward})])
                stage = onward
        crew.settle()


def walk(crew, seed):
    """All of them, offline and online, through the Spring Festival; some with an app that takes
    any step."""
    dice = random.Random(seed)
    begin_late(crew)
    for _move in range(MOVES):
        somebody_does_something(dice, crew)
    crew.settle()


def assert_lawful(crew):
    """What no walk may come to, whoever took part in it."""
    bodies = crew.bodies()
    assert bodies
    for matter_id, body in bodies.items():
        took, came = "", ""
        for old, new, author in crew.stages(matter_id):
            # Whoever took a step may take it back to where it began, and nobody else may.
            if not (author == took and new == came and STAGES.may_go_back(old, new)):
                assert STAGES.may_step(old, new)
                assert_theirs(crew.posts[author], old, new, body)
            took, came = author, old
        if body.get("stage") == "closed":
            assert all(body.get(name) for name in ASKED_FOR)
            assert body.get("satisfaction") in range(6)
    numbers = [body["no"] for body in bodies.values() if body.get("no")]
    assert len(numbers) == len(set(numbers))


def assert_theirs(post, old, new, body):
    """The hand-book's table of roles: who leads checks, holds, whistles; who walks does not."""
    if post == "grid_worker":
        assert new not in ("accepted", "assigned", "verified", "suspended", "whistled")
        assert (old, new) != ("finished", "processing")
    if new in ("verified", "suspended"):
        assert post in ("grid_leader", "secretary")
    if new == "whistled":
        assert post in ("secretary", "street")
    elif post in ("partner", "street"):
        raise AssertionError(f"{post} takes a matter to {new}")


@pytest.mark.parametrize("seed", range(4))
def test_no_walk_leaves_the_graph_or_closes_without_an_answer(everybody, seed):
    """The lamps of every laptop are the server's, too, at any hour of these weeks. At last
    somebody tries to close whatever the dice left open."""
    walk(everybody, seed)
    assert_same_lamps(everybody)
    rush_to_the_end(everybody)
    assert_lawful(everybody)


@pytest.mark.parametrize("planted", ["closes without an answer", "takes anybody's step"])
def test_the_walk_sees_what_is_planted(everybody, planted, monkeypatch):
    """A server that asks for no answer, or for no post, is found out."""
    if planted == "closes without an answer":
        monkeypatch.setattr(settle, "complete", lambda _entity, _target, settled: settled)
    else:
        monkeypatch.setattr(scopes, "may_step", lambda *_: True)
    walk(everybody, 0)
    rush_to_the_end(everybody)
    with pytest.raises(AssertionError):
        assert_lawful(everybody)


def assert_same_lamps(crew):
    """On the server and on each laptop, every seven hours: of the matters and of whoever was
    called to them. A department's and the street's are those of their copies."""
    for (_login, post, area), place in zip(crew.who, crew.places, strict=True):
        scopes = "grid:" if post not in ("partner", "street") else f"unit:{area_id_of(crew, area)}"
        for type_, light in (("matter", matter_light), ("whistle_unit", unit_light)):
            there = crew.bodies(type_, scopes)
            here = {row.id: row.fields for row in place.store.reading.rows(type_)}
            assert set(here) == set(there)
            for hours in range(0, 24 * 14, 7):
                now = BEFORE_THE_FESTIVAL + timedelta(hours=hours)
                assert {key: light(row, now).state for key, row in here.items()} == {
                    key: light(row, now).state for key, row in there.items()
                }


def area_id_of(crew, name):
    """The id of a department or of the street."""
    areas = crew.bodies("area", "community:")
    return next(key for key, body in areas.items() if body.get("name") == name)


def test_the_server_closes_nothing_without_an_answer(crew):
    """A client that knows no service: the operation is kept aside whole, and said so."""
    worker = crew.laptops[0]
    told = NewMatter("楼道灯不亮", answer=WHOLE)
    with pytest.raises(AnswerWanted):
        crew.places[0].matter_work.report(NewMatter("灯", answer=Answer("王桂兰", "home", "好了")))
    settled = crew.places[0].matter_work.report(told)
    left_open = crew.places[0].matter_work.report(NewMatter("下水返味"))
    crew.settle()
    for stage in ("accepted", "processing", "finished", "verified", "feedback", "closed"):
        crew.laptops[3].patch("matter", left_open, stage=stage)
    crew.settle()

    assert crew.bodies()[settled]["stage"] == "closed"
    assert crew.bodies()[settled]["disposition"] == "self"
    assert crew.bodies()[left_open]["stage"] == "feedback"
    assert worker.value("matter", left_open, "stage") == "feedback"
    with crew.server.database.read() as connection:
        (kept,) = connection.execute(select(HELD)).all()
    assert kept.code == "incomplete"


def test_a_need_goes_round_the_loop_with_two_departments(crew):
    """呼叫、吹哨、报到: one department is late, its lamp shows; the answer closes the loop."""
    worker, leader, _clerk, secretary = (place.matter_work for place in crew.places)
    matter = worker.report(NewMatter("29层电梯异响停运", urgency="prominent", source="visit"))
    crew.settle()
    leader.take(matter, Step("accept"))
    leader.take(matter, Step("assign", owner="安居物业"))
    leader.take(matter, Step("call", text="物业修不了", units=("市监局", "消防站")))
    crew.settle()
    assert [one.called for one in crew.places[3].matter_list.listed()] == [True]
    secretary.take(
        matter, Step("whistle", text="停运两天", until="2026-03-20", units=("市监局", "消防站"))
    )
    crew.settle()
    line = crew.places[0].matter_list.one(matter).line
    early, silent = line.units
    secretary.tell_unit(early.id, "checked_in", "张科长")
    secretary.tell_unit(early.id, "arrived")
    secretary.tell_unit(early.id, "opinion", "换主板")
    crew.settle()

    crew.clock.moment = datetime(2026, 2, 14, 10, 0, tzinfo=UTC)  # 18:00 on a worked Saturday.
    line = crew.places[0].matter_list.one(matter).line
    lamps = {unit.id: unit.light.state for unit in line.units}
    assert lamps == {early.id: "green", silent.id: "red"}
    assert (line.light.state, line.light.what) == ("red", "check_in")

    for unit in (early, silent):
        secretary.tell_unit(unit.id, "finished")
        secretary.tell_unit(unit.id, "rated", rating=4 if unit is early else 2)
    crew.settle()
    leader.take(matter, Step("finish", text="主板换了"))
    leader.take(matter, Step("check"))
    crew.settle()
    worker.take(matter, Step("close", answer=WHOLE))
    crew.settle()
    body = crew.bodies()[matter]
    assert (body["stage"], body["satisfaction"], body["result_text"]) == ("closed", 4, "主板换了")
    kinds = [step.kind for step in crew.places[2].matter_list.one(matter).steps]
    assert kinds[:5] == ["report", "accept", "assign", "call", "whistle"]
    assert sorted(unit["rating"] for unit in crew.bodies("whistle_unit").values()) == [2, 4]


@pytest.fixture
def done(crew):
    """A matter that the worker says is done, by mistake; how it stood, and the step."""
    worker, leader = (place.matter_work for place in crew.places[:2])
    matter = worker.report(NewMatter("下水返味"))
    crew.settle()
    leader.take(matter, Step("accept"))
    crew.settle()
    worker.take(matter, Step("start"))
    crew.settle()
    before, step = worker.find(matter), Step("finish", text="疏通了")
    worker.take(matter, step)
    return [before], step


@pytest.mark.parametrize("sent", [False, True])
def test_who_said_that_it_is_done_takes_it_back_and_nobody_else_does(crew, done, sent):
    """Sent or not; her post alone would not take it from there."""
    before, step = done
    if sent:
        crew.settle()
        crew.laptops[2].patch("matter", before[0].id, stage="processing")  # The clerk.
        crew.settle()
        assert crew.bodies()[before[0].id]["stage"] == "finished"
    assert crew.places[0].matter_work.take_back(before, step) == (1, 0)
    crew.settle()
    body = crew.bodies()[before[0].id]
    assert (body["stage"], body.get("result_text"), body.get("finished_at")) == (
        *("processing", None, None),
    )


def test_an_undo_of_what_the_leader_checked_meanwhile_is_kept_aside_whole(crew, done):
    """The worker's computer had not heard of it: the result stays where it is."""
    before, step = done
    crew.settle()
    crew.places[1].matter_work.take(before[0].id, Step("check"))
    crew.laptops[1].sync()
    crew.places[0].matter_work.take_back(before, step)
    crew.settle()
    body = crew.bodies()[before[0].id]
    assert (body["stage"], body["result_text"]) == ("verified", "疏通了")


def test_an_undo_leads_back_to_where_the_step_began_and_nowhere_else(crew, done):
    """A matter that was on hold once is not put on hold again by somebody whose step that is not:
    no lamp goes out by an undo."""
    (row,), _step = done
    crew.settle()
    leader = crew.places[1].matter_work
    for step in (
        *(Step("redo", text="还在漏"), Step("hold", text="等配件", until="2026-03-20")),
        Step("resume"),
    ):
        leader.take(row.id, step)
    crew.settle()
    crew.places[0].matter_work.take(row.id, Step("finish", text="换好了"))
    crew.settle()
    crew.laptops[0].patch("matter", row.id, stage="suspended")
    crew.settle()
    assert crew.bodies()[row.id]["stage"] == "finished"


def test_an_undo_takes_no_hold_of_somebody_else_away(crew, done):
    """The leader put it on hold before the worker, who had not heard of it, said that it is done:
    what she takes back did not begin where she believes."""
    before, step = done
    leader = crew.places[1].matter_work
    leader.take(before[0].id, Step("hold", text="等配件", until="2026-03-20"))
    crew.laptops[1].sync()
    crew.places[0].matter_work.take_back(before, step)
    crew.settle()
    assert crew.bodies()[before[0].id]["stage"] != "processing"


def lamps_over_the_festival(crew):
    """What the worker's computer shows of each matter and when each is due, every seven hours."""
    now, seen = crew.clock.moment, {}
    for hours in range(0, 24 * 14, 7):
        crew.clock.moment = BEFORE_THE_FESTIVAL + timedelta(hours=hours)
        for line in crew.places[0].matter_list.listed():
            due = line.light.due and line.light.due.replace(second=0, microsecond=0)
            seen[hours, line.id] = (line.light.state, line.light.what, due)
    crew.clock.moment = now
    return seen


def report_each_urgency(crew):
    """Offline, on the Friday before eight days of holiday."""
    crew.clock.moment = BEFORE_THE_FESTIVAL + timedelta(days=1)
    for urgency in codes.URGENCY:
        crew.places[0].matter_work.report(NewMatter("下水返味", urgency=urgency))


def test_what_is_not_sent_yet_shows_its_limits_already(crew):
    """Offline: the laptop works out what the server will say, at each hour across the festival."""
    report_each_urgency(crew)
    assert {line.no for line in crew.places[0].matter_list.listed()} == {"number to come"}
    before = lamps_over_the_festival(crew)
    assert len({state for state, _what, _due in before.values()}) == 3
    crew.settle()
    assert lamps_over_the_festival(crew) == before
    numbers = {line.no for line in crew.places[0].matter_list.listed()}
    assert len(numbers) == len(codes.URGENCY)


def test_a_server_that_counts_other_days_is_found_out(crew, monkeypatch):
    """The bug planted once: its limits begin a day later."""
    count = server_matters.limits_of

    def a_day_later(before, after, at):
        return count(before, after, stamp(parse_stamp(at) + timedelta(days=1)))

    monkeypatch.setattr(server_matters, "limits_of", a_day_later)
    report_each_urgency(crew)
    before = lamps_over_the_festival(crew)
    crew.settle()
    assert lamps_over_the_festival(crew) != before


def test_two_extend_at_once_and_only_one_holds(crew):
    """There is one extension: the second one is kept aside for a person."""
    matter = crew.places[0].matter_work.report(NewMatter("下水返味"))
    crew.settle()
    for place, day in ((crew.places[1], "2026-03-03"), (crew.places[3], "2026-03-05")):
        place.matter_work.take(matter, Step("extend", text="等配件", until=day))
    crew.settle()
    assert crew.bodies()[matter]["extended_to"] == "2026-03-03"
    with crew.server.database.read() as connection:
        assert [one.code for one in connection.execute(select(HELD)).all()] == ["immutable"]


def test_the_way_of_a_matter_is_told_by_who_has_it(crew):
    """Settled alone, handled together with a unit, reported upward: nobody chooses it twice."""
    worker, leader = crew.places[0].matter_work, crew.places[1].matter_work
    alone = worker.report(NewMatter("灯", answer=WHOLE))
    together, upward = (worker.report(NewMatter(text)) for text in ("下水返味", "电梯停运"))
    crew.settle()
    leader.take(together, Step("assign", owner="安居物业"))
    leader.take(upward, Step("hand_over", text="归街道管", owner="滨河街道"))
    crew.settle()
    ways = {key: body["disposition"] for key, body in crew.bodies().items()}
    assert ways == {alone: "self", together: "joint", upward: "upward"}


def test_twins_are_answered_with_the_one_that_stays(crew):
    """Two told the same: one is worked on, both are over with its answer; it can be undone."""
    first = crew.places[0].matter_work.report(NewMatter("楼道灯不亮", reporter="王桂兰"))
    second = crew.places[2].matter_work.report(NewMatter("四层灯坏了", reporter="马德福"))
    crew.settle()
    leader = crew.places[1]
    leader.matter_work.take(second, Step("merge", same_as=first))
    assert [line.id for line in leader.matter_list.listed() if line.is_open] == [first]
    assert [twin.id for twin in leader.matter_list.one(first).twins] == [second]
    leader.matter_work.take(second, Step("part"))
    assert len([line for line in leader.matter_list.listed() if line.is_open]) == 2
    leader.matter_work.take(second, Step("merge", same_as=first))
    for step in (Step("accept"), Step("start"), Step("finish", text="疏通了"), Step("check")):
        leader.matter_work.take(first, step)
    leader.matter_work.take(first, Step("close", answer=WHOLE))
    crew.settle()
    assert {body["stage"] for body in crew.bodies().values()} == {"closed", "void"}
