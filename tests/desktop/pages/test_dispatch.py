"""Dispatch by keys: chosen by person, grid or absence; said before it moves, undone with care."""

from contextlib import suppress
from itertools import count

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route, Undoing
from desktop.pages.people import PeoplePage
from desktop.rows import RowKind
from desktop.services.dispatch import PORTION, Handover, portions
from desktop.services.dispatch_board import ELSEWHERE, HAS, WAITS, plan
from desktop.services.matter_forms import Step
from desktop.viewmodels.people import DISPATCH, LOAD
from sync.errors import DiskFull
from sync.store.records import patch
from tests.desktop.pages.hands import hold, press
from tests.desktop.pages.rounds import Heard, show
from tests.support.feed import Feed
from tests.support.workplaces import DESK, page_context, workplace

Key = Qt.Key
FOURTH = "grid:fourth"


@pytest.fixture
def feeds():
    """The feed of the third grid, once it is made: what others do meanwhile comes by it."""
    return []


def matter(feed, name, stage="assigned", owner_id="", **more):
    known = {"title": name, "stage": stage, "owner_id": owner_id or None}
    feed.put("matter", name, source="visit", place="9号楼", **known, **more)


@pytest.fixture
def place(tmp_path, feeds):
    """Chen walks the third grid and is away, Liu stands in; Wang walks the fourth."""

    def more(community, grid):
        feeds.append(grid)
        for key, name in (("liu", "刘洋"), ("wang", "王芳"), ("gone", "赵强"), ("lin", "林静")):
            community.put("staff", key, name=name, login=key)
        community.put("area", "fourth", level="grid", name="第4网格", parent_id="fenghe")
        posts = (
            ("chen", "grid_worker", "third", {}),
            ("liu", "grid_worker", "third", {"substitute_for": "chen", "valid_to": "2026-06-25"}),
            ("wang", "grid_worker", "fourth", {}),
            ("meng", "desk_clerk", "fenghe", {}),
            ("lin", "desk_clerk", "fenghe", {}),
        )
        for at, (who, post, area, days) in enumerate(posts):
            community.put("assignment", f"a{at}", staff_id=who, post=post, area_id=area, **days)
        matter(grid, "new", "reported")
        matter(grid, "hers", owner_id="chen")
        matter(grid, "begun", "processing", owner_id="chen", disposition="self")
        matter(grid, "told", "finished", owner_id="chen")
        matter(grid, "left", owner_id="gone")
        matter(grid, "sent", owner="安居物业", disposition="joint")

    with workplace(tmp_path, ("secretary",), more=more, desk=True) as opened:
        fourth, desk = Feed(FOURTH), Feed(DESK)
        matter(fourth, "far", owner_id="wang")
        received = {"item": "dibao", "received_at": "2026-06-17T02:00:00Z", "due": "2026-06-17"}
        desk.put("service_case", "case", stage="received", owner_id="meng", **received)
        scopes = [state.scope_id for state in opened.store.reading.scopes()]
        opened.store.replica.grant([*scopes, FOURTH])
        for feed in (fourth, desk):
            (asked,) = opened.store.replica.cursors([feed.scope])
            assert opened.store.replica.apply(feed.page(asked), feed.epoch).done
        yield opened


@pytest.fixture
def page(qtbot, place):
    made = PeoplePage(page_context(place))
    show(qtbot, made)
    made.enter(Route("people", DISPATCH))
    return made


def board(place):
    return place.dispatch.board(place.grids.load())


def give(place, tasks, to, text=""):
    """What the service gives somebody, portion by portion."""
    done = Handover(to.id)
    for some in portions(plan(tasks, to).moves):
        place.dispatch.give(some, text, done)
    return done


def undo_all(undo):
    """Undo to the end; what each portion told on the way."""
    told, result = [], undo()
    while isinstance(result, Undoing):
        told.append((result.so_far, result.in_all))
        result = result.go_on()
    return told, result


def chosen(page):
    return {key.rpartition(":")[2] for key in page.lists.marked}


def go_to(page, name):
    assert page.rows.go_to(f"task:matter:{name}")


def owner(place, name):
    row = place.store.reading.find("matter", name)
    return row.get("owner_id") or row.get("owner") or ""


def someone_else(place, feeds, name, **fields):
    """What another device did, as the next sync brings it."""
    _, body = feeds[0].rows["matter", name]
    feeds[0].put("matter", name, **{**body, **fields})
    (asked,) = place.store.replica.cursors([feeds[0].scope])
    assert place.store.replica.apply(feeds[0].page(asked), feeds[0].epoch).done


def test_what_is_in_hand_stands_under_whoever_has_it(page, place):
    """Nobody's first, then units', then theirs who are away or hold no post; with the load."""
    rows = [page._model.row_at(at) for at in range(page._model.rowCount())]
    heads = [row.title for row in rows if row.kind is RowKind.GROUP]
    assert heads[:2] == ["Nobody yet", "安居物业"]
    assert set(heads[2:4]) == {"陈晓禾", "赵强"}
    assert set(heads[4:]) == {"王芳", "孟雪"}
    (chen,) = [row.detail for row in rows if row.title == "陈晓禾"]
    assert chen.startswith("3 in hand · ")
    assert "away until" in chen
    meng = board(place).carrier("meng")
    assert (meng.matters, meng.cases, meng.late) == (0, 1, 1)


def test_rows_are_chosen_by_keys_and_left_again(page):
    """One, all of a person, of a grid, of those who are away; Esc leaves everything."""
    go_to(page, "hers")
    press(page, Key.Key_P)
    assert chosen(page) == {"hers", "begun", "told"}
    press(page, Key.Key_X)
    assert chosen(page) == {"begun", "told"}
    press(page, Key.Key_B)
    assert chosen(page) == {"hers", "begun", "told", "left"}
    press(page, Key.Key_B)
    assert chosen(page) == set()
    go_to(page, "far")
    press(page, Key.Key_F)
    assert chosen(page) == {"far"}
    press(page, Key.Key_Escape)
    assert chosen(page) == set()
    page.show_tab(LOAD)
    page.rows.go_to("load:third:chen")
    press(page, Key.Key_R)
    assert (page.lists.tab, chosen(page)) == (DISPATCH, {"hers", "begun", "told"})


def test_choosing_one_makes_no_other_row_anew(page):
    """Hundreds may stand there, and the keyboard must not wait for them."""
    go_to(page, "hers")
    before = {row.key: row for row in page._model._rows}
    press(page, Key.Key_X)
    anew = [row.key for row in page._model._rows if row is not before[row.key]]
    assert anew == ["task:matter:hers"]
    assert [tag.text for tag in page._model.row_at(page._model.position_of(anew[0])).tags] == [
        "chosen"
    ]
    press(page, Key.Key_X)
    assert list(page._model._rows) == list(before.values())


def test_whoever_would_never_see_it_is_not_offered(page, place):
    """Of the third grid Wang holds nothing; a case of the desk is the office's alone."""
    go_to(page, "hers")
    press(page, Key.Key_R)
    offered = {chip.choice.key for chip in page.asking.panel.groups["who"].chips()}
    assert offered == {"liu", "meng", "lin"}
    tasks, found = board(place).tasks, board(place)
    stays = {
        name: {why: [one.id for one in some] for why, some in plan(tasks, to).stays.items()}
        for name, to in ((one, found.carrier(one)) for one in ("wang", "chen"))
    }
    assert stays["wang"] == {
        HAS: ["far"],
        ELSEWHERE: [one.id for one in tasks if one.id != "far"],
    }
    assert set(stays["chen"][ELSEWHERE]) == {"far", "case"}
    assert set(stays["chen"][HAS]) == {"hers", "begun", "told"}
    assert plan(tasks, found.carrier("meng")).stays[WAITS][0].id == "told"


def test_it_is_said_what_moves_and_one_undo_takes_it_back(page, place, feeds):
    """Nothing moves that others changed meanwhile, there and back."""
    heard = Heard().listen(page)
    go_to(page, "hers")
    press(page, Key.Key_B, Key.Key_R)
    panel = page.asking.panel
    panel.hand_over()
    assert page.asking.panel is panel  # Nobody is chosen yet.
    panel.groups["who"].press("liu")
    assert panel.told.text().split("\n") == [
        "3 move to 刘洋: 陈晓禾 2, 赵强 1.",
        "刘洋 has 3 in hand then, 0 of them late.",
        "1 stay: on hold, or done and waiting for the answer.",
    ]
    someone_else(place, feeds, "left", owner_id="meng")
    panel.hand_over()
    assert heard.words == ["Handed to 刘洋: 2 of 3; 1 was changed meanwhile and stays"]
    assert [owner(place, one) for one in ("hers", "begun", "left")] == ["liu", "liu", "meng"]
    steps = place.store.reading.rows("matter_step")
    assert {(one.get("matter_id"), one.get("kind")) for one in steps} == {
        ("hers", "assign"),
        ("begun", "assign"),
    }
    assert chosen(page) == set()

    place.matter_work.take("hers", Step("start"))  # Liu has gone on with it.
    told, undone = undo_all(heard.undos[0])
    assert told == [(0, 2)]
    assert [owner(place, one) for one in ("hers", "begun", "left")] == ["liu", "chen", "meng"]
    assert undone.words == "Undone: 1. 1 were gone on with meanwhile and stay."


def test_a_unit_and_nobody_have_it_again_and_cases_move_with_matters(page, place):
    """What nobody had stands among what is to be assigned; a case keeps its stage."""
    found = board(place)
    wanted = plan(found.tasks, found.carrier("meng"))
    done = give(place, found.tasks, found.carrier("meng"))
    assert [owner(place, one) for one in ("new", "sent", "far")] == ["meng"] * 3
    assert place.dispatch.take_back(done) == (len(wanted.moves), 0)
    assert [owner(place, one) for one in ("new", "sent", "far")] == ["", "安居物业", "wang"]
    assert place.store.reading.find("matter", "sent").get("disposition") == "joint"


def test_a_case_of_the_desk_goes_to_another_clerk_and_back(page, place):
    """Nobody outside the office takes it; what the other clerk went on with stays with her."""
    found = board(place)
    case = [one for one in found.tasks if one.id == "case"]
    assert not give(place, case, found.carrier("chen")).moved

    done = give(place, [*case, *found.tasks], found.carrier("lin"))
    clerk = lambda: place.store.reading.find("service_case", "case").get("owner_id")  # noqa: E731
    assert clerk() == "lin"
    assert place.store.reading.find("service_case", "case").get("stage") == "received"
    assert board(place).carrier("lin").cases == 1
    place.dispatch.take_back(done)
    assert clerk() == "meng"

    case = [one for one in board(place).tasks if one.id == "case"]
    done = give(place, case, found.carrier("lin"))
    place.store.records.write([patch("service_case", "case", {"stage": "forwarded"})])
    assert place.dispatch.take_back(done) == (0, 1)
    assert clerk() == "lin"


@pytest.fixture
def many(page, feeds, place):
    """More than one portion in hand with Chen, besides what she has and may be given."""
    names = [f"m{at}" for at in range(PORTION + 5)]
    for name in names:
        matter(feeds[0], name, owner_id="chen")
    someone_else(place, feeds, "hers")
    page.refresh()
    return [*names, "hers", "begun"]


def hand_to_liu(page, text=""):
    """All that Chen has."""
    go_to(page, "hers")
    press(page, Key.Key_P, Key.Key_R)
    panel = page.asking.panel
    panel.groups["who"].press("liu")
    panel.lines["text"].set_text(text)
    panel.hand_over()


def shares(place, names):
    """How many of these Chen has, and how many Liu."""
    owners = [owner(place, one) for one in names]
    return owners.count("chen"), owners.count("liu")


@pytest.mark.parametrize("stop", ["esc", "leave"])
def test_it_stops_between_two_portions_and_what_moved_can_be_undone(page, place, many, stop):
    """Esc while it runs, or going away, or the lock: the toast tells how far it came, and what did
    not move is still chosen. Whatever else is asked of the store is answered in between."""
    heard, lane = Heard().listen(page), hold(page.context)
    hand_to_liu(page)
    assert page.dispatching.is_running
    assert page.dispatching.strip.isVisible()
    asked = []
    page.ask(lambda: shares(place, many), asked.append)
    lane.let_one_go()
    lane.let_one_go()
    assert asked == [(7, PORTION)]
    press(page, Key.Key_Escape) if stop == "esc" else page.leave()
    lane.let_all_go()
    assert heard.words == [f"Handed to 刘洋: {PORTION} of {PORTION + 7}"]
    assert not page.dispatching.strip.isVisible()
    assert len(chosen(page) & set(many)) == 7
    undo_all(heard.undos[0])
    assert shares(place, many) == (PORTION + 7, 0)


def test_rows_chosen_while_it_runs_stay_and_those_closed_since_are_counted_no_more(
    page, place, many, feeds
):
    """What is given is no longer chosen; what was chosen beside it is, as long as it is open."""
    lane = hold(page.context)
    hand_to_liu(page)
    go_to(page, "far")
    press(page, Key.Key_X)
    go_to(page, "new")
    press(page, Key.Key_X)
    lane.let_all_go()
    assert chosen(page) == {"far", "new"}
    assert page.pane.sheet.about == "2 chosen"
    someone_else(place, feeds, "new", stage="withdrawn")
    page.refresh()
    lane.let_all_go()
    assert page.pane.sheet.about == "1 chosen"


def fill_up_at_the_second_write(place, monkeypatch):
    """The disk is full then, and only then."""
    records = place.store.records
    write, calls = records.write, count(1)

    def fills_up(edits, **more):
        if next(calls) == 2:
            raise DiskFull
        return write(edits, **more)

    monkeypatch.setattr(records, "write", fills_up)


def test_what_cannot_be_written_is_asked_again_with_its_words(page, place, many, monkeypatch):
    """The disk is full at the second portion, in which a case comes after the matters: what was
    written can be undone, nothing of the other half is, and the typed reason stands."""
    heard = Heard().listen(page)
    fill_up_at_the_second_write(place, monkeypatch)
    hand_to_liu(page, "陈晓禾学习去了")
    assert heard.words == [f"Handed to 刘洋: {PORTION} of {PORTION + 7}"]
    assert shares(place, many) == (7, PORTION)
    panel = page.asking.panel
    assert panel.error.text() == DiskFull().sentence()
    assert (panel.groups["who"].chosen(), panel.lines["text"].text()) == (
        ["liu"],
        "陈晓禾学习去了",
    )
    panel.hand_over()
    assert heard.words[1] == "Handed to 刘洋: 7 of 7"
    assert shares(place, many) == (0, PORTION + 7)
    for undo in heard.undos:
        undo_all(undo)
    assert shares(place, many) == (PORTION + 7, 0)


def test_matters_and_cases_of_a_portion_move_together_or_not_at_all(place, monkeypatch):
    """Whatever was written can be undone: the disk is full at the second write."""
    found = board(place)
    fill_up_at_the_second_write(place, monkeypatch)
    done, wanted = Handover("lin"), plan(found.tasks, found.carrier("lin"))
    with suppress(DiskFull):
        place.dispatch.give(wanted.moves, "", done)
    monkeypatch.undo()
    now = board(place)
    given = {one.id for one in now.tasks if one.owner_id == "lin"}
    assert given == {one.id for one, _stage in done.moved}
    assert place.dispatch.take_back(done) == (len(given), 0)
