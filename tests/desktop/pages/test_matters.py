"""Matters worked by keys: the list under its lamps, steps, several at once, a new one."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from desktop.page import Route
from desktop.pages.matters import MattersPage
from desktop.rows import Lamp, RowKind
from desktop.services.matter_forms import NewMatter, Step
from desktop.services.matter_places import colleagues
from desktop.services.overview import overview
from desktop.services.visits import VisitForm
from desktop.viewmodels.matter_face import step_key
from sync.schema import codes
from sync.store.records import patch
from tests.desktop.pages.hands import hold, press
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
WANG = household_id("6-2-1602")


@pytest.fixture(params=["secretary"])
def place(request, tmp_path):
    with workplace(tmp_path, (request.param,)) as opened:
        yield opened


@pytest.fixture
def matter(place):
    return place.matter_work.report(NewMatter("9号楼1层下水反味", place="9号楼"))


@pytest.fixture
def page(qtbot, place, matter):
    made = MattersPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("matters"))
    return made


def items(page):
    rows = [page._model.row_at(at) for at in range(page._model.rowCount())]
    return [row for row in rows if row.kind is RowKind.ITEM]


def stage(place, matter):
    return place.store.reading.find("matter", matter).get("stage")


def test_a_matter_is_begun_for_the_home_one_came_from(page, place):
    """N at a household: its door stands in the panel already."""
    page.enter(Route("matters", household_id("6-2-1602"), "new"))
    assert page.panel is not None
    assert page.panel.room.text() == "6-2-1602"
    page.panel.text.set_text("卫生间装扶手")
    press(page.panel, Key.Key_S, ctrl=True)
    (told,) = [
        row for row in place.store.reading.rows("matter") if row.get("text") == "卫生间装扶手"
    ]
    assert told.get("household_id") == household_id("6-2-1602")


def test_one_matter_counts_for_several_nets(page, place):
    """Chosen once in the panel, shown beside the list; nobody writes it a second time."""
    page.begin_new()
    page.panel.text.set_text("楼道堆物")
    for net in ("party", "safety"):
        page.panel.chips["lines"].press(net)
    press(page.panel, Key.Key_Return, ctrl=True)
    (told,) = [row for row in place.store.reading.rows("matter") if row.get("text") == "楼道堆物"]
    assert sorted(told.get("lines")) == ["party", "safety"]
    assert page.pane.face.id == told.id
    assert sorted(tag.text for tag in page.pane.face.tags) == sorted(
        codes.LINE[net] for net in ("party", "safety")
    )


def test_enter_takes_the_step_that_the_matter_waits_for(page, place, matter):
    """From reported to the answer, and nothing closes before the answer is whole."""
    heard = Heard().listen(page)
    press(page, Key.Key_Return)
    assert stage(place, matter) == "accepted"
    press(page, Key.Key_A)
    page.panel.lines["owner"].set_text("安居物业")
    press(page.panel, Key.Key_Return, ctrl=True)
    assert page.panel is None
    assert stage(place, matter) == "assigned"
    press(page, Key.Key_Return)
    assert stage(place, matter) == "processing"
    press(page, Key.Key_Return)
    page.panel.notes["text"].set_text("疏通了")
    press(page.panel, Key.Key_Return, ctrl=True)
    press(page, Key.Key_Return)
    assert stage(place, matter) == "verified"

    press(page, Key.Key_F)
    assert page.panel.notes["told"].text() == "疏通了"
    page.panel.lines["to"].set_text("许志强")
    press(page.panel, Key.Key_Return, ctrl=True)
    assert "Say who was told" in page.panel.error.text()
    assert stage(place, matter) == "verified"
    page.panel.chips["by"].press("phone")
    page.panel.chips["score"].press("4")
    press(page.panel, Key.Key_Return, ctrl=True)
    assert stage(place, matter) == "closed"
    assert items(page) == []
    assert heard.words[-1] == "Answer the resident"


@pytest.fixture
def checked(page, place, matter):
    """What was heard of a matter that was done, and checked."""
    for kind in ("accept", "start"):
        place.matter_work.take(matter, Step(kind))
    page.refresh()
    heard = Heard().listen(page)
    press(page, Key.Key_Return)
    press(page.panel, Key.Key_Return, ctrl=True)
    assert page.panel.error.text() == "Result: say in a few words what was done."
    page.panel.notes["text"].set_text("疏通了")
    press(page.panel, Key.Key_Return, ctrl=True)
    press(page, Key.Key_Return)
    assert stage(place, matter) == "verified"
    return heard


def test_done_and_checked_are_undone_and_the_loop_says_so(checked, place, matter):
    """The latest first, and the result goes with what it was the result of."""
    for undo in reversed(checked.undos[-2:]):
        assert undo().is_whole
    row = place.store.reading.find("matter", matter)
    assert (row.get("stage"), row.get("result_text")) == ("processing", None)
    told = [step.text for step in place.matter_list.one(matter).steps if step.kind == "note"]
    assert told == ["Undone right away: checked", "Undone right away: said to be done"]


def test_an_undo_of_what_was_gone_on_from_changes_nothing(checked, place, matter):
    """It was checked: that it is done stays, with its result."""
    assert not checked.undos[-2]().is_whole
    row = place.store.reading.find("matter", matter)
    assert (row.get("stage"), row.get("result_text")) == ("verified", "疏通了")


def test_no_question_about_one_matter_comes_up_over_another(page, place, matter):
    """The page was left while what the question needs was still read."""
    other = place.matter_work.report(NewMatter("东门积雪结冰", place="东门"))
    lane = hold(page.context)
    press(page, Key.Key_A)
    page.leave()
    page.enter(Route("matters", other))
    lane.let_all_go()
    assert page.panel is None
    press(page, Key.Key_A)
    lane.let_all_go()
    assert page.panel is not None


def test_a_bulk_assignment_is_undone_in_one_step(page, place, matter):
    """X chooses, A hands all of them on; one undo takes the owner back from all."""
    other = place.matter_work.report(NewMatter("东门积雪结冰", place="东门"))
    page.refresh()
    heard = Heard().listen(page)
    press(page, Key.Key_X)
    press(page, Key.Key_J)
    press(page, Key.Key_X)
    press(page, Key.Key_A)
    page.panel.chips["staff"].press("meng")
    press(page.panel, Key.Key_Return, ctrl=True)

    owners = {row.get("owner_id") for row in place.store.reading.rows("matter")}
    assert owners == {"meng"}
    assert place.matter_list.one(matter).steps[-1].unit == place.names.staff("meng")
    assert heard.words[-1] == "Assign: 2 matters"
    heard.undos[-1]()
    notes = place.store.reading.rows("matter_step", where={"kind": "note"})
    assert [row.get("text") for row in notes] == ["Undone right away: assigned"] * 2
    assert {stage(place, one) for one in (matter, other)} == {"assigned"}
    assert {row.get("owner_id") for row in place.store.reading.rows("matter")} == {None}


def test_undoing_an_assignment_leaves_what_others_did_meanwhile(page, place, matter):
    """One was begun, another given on, a third still lies there: that one alone goes back."""
    others = [place.matter_work.report(NewMatter(f"积雪{at}", place="东门")) for at in range(2)]
    page.refresh()
    heard = Heard().listen(page)
    press(page, Key.Key_X, Key.Key_J, Key.Key_X, Key.Key_J, Key.Key_X, Key.Key_A)
    page.panel.chips["staff"].press("meng")
    press(page.panel, Key.Key_Return, ctrl=True)
    begun, given, idle = matter, *others
    place.matter_work.take(begun, Step("start"))
    place.matter_work.take(given, Step("assign", owner_id="staff"))
    told = heard.undos[-1]()
    assert told.words == "Undone: 1. 2 were gone on with meanwhile and stay."
    owners = [place.matter_work.find(one).get("owner_id") for one in (begun, given, idle)]
    assert owners == ["meng", "staff", None]
    assert stage(place, begun) == "processing"


def test_the_whistle_wants_departments_a_day_and_a_reason(page, place, matter):
    """W opens it for the secretary; it says what is missing and stays open."""
    press(page, Key.Key_Return)
    press(page, Key.Key_W)
    press(page.panel, Key.Key_Return, ctrl=True)
    assert page.panel.error.text() == "Name at least one department."
    page.panel.lines["units"].set_text("市监局，消防站")
    press(page.panel, Key.Key_Return, ctrl=True)
    assert stage(place, matter) == "whistled"
    units = [unit.name for unit in place.matter_list.one(matter).line.units]
    assert sorted(units) == ["市监局", "消防站"]
    page._choose_tab("whistle")
    assert [row.key for row in items(page)] == [matter]

    first = place.matter_list.one(matter).line.units[0]
    for event in ("checked_in", "arrived", "opinion"):
        page.pane.unit_pressed.emit(f"unit:{first.id}:{event}")
    page.panel.notes["text"].set_text("换主板")
    press(page.panel, Key.Key_Return, ctrl=True)
    page.pane.unit_pressed.emit(f"unit:{first.id}:rate")
    page.panel.chips["rating"].press("4")
    press(page.panel, Key.Key_Return, ctrl=True)
    told = place.store.reading.find("whistle_unit", first.id)
    assert (told.get("opinion"), told.get("rating")) == ("换主板", 4)
    assert all(told.get(name) for name in ("checked_in_at", "arrived_at", "finished_at"))


def test_a_new_matter_belongs_to_the_door_it_names(page, place):
    """N, the words, a room: reported at that household."""
    press(page, Key.Key_N)
    page.panel.text.set_text("卫生间装扶手")
    page.panel.room.set_text("6-2-1602")
    press(page.panel, Key.Key_Return, ctrl=True)
    (made,) = place.store.reading.rows("matter", where={"household_id": WANG})
    assert (made.get("text"), made.get("stage"), made.get("place")) == (
        "卫生间装扶手",
        "reported",
        None,
    )
    assert page.rows.current_key() == made.id


def test_needs_stand_by_building_and_kind_and_twins_are_joined_by_a_person(page, place):
    """Two neighbours want the same: a person says so, and the list counts one."""
    for room in ("6-2-1602", "6-2-904"):
        home = place.households.record(household_id(room))
        place.visits.record(home, VisitForm("met", needs=("repair",), note="血压138/86，灯不亮"))
    # What was measured there stays with the visit, whoever is given the matter.
    needs = place.store.reading.rows("matter", where={"subject": "repair"})
    assert [row.get("text") for row in needs] == ["灯不亮"] * 2
    page.refresh()
    page._choose_tab("needs")
    (header,) = [
        row
        for at in range(page._model.rowCount())
        if (row := page._model.row_at(at)).kind is RowKind.GROUP
    ]
    assert (header.title, header.when) == ("丰和苑 Building 6 · repairs", "2 needs")
    first, second = items(page)
    page.rows.go_to(second.key)
    page.begin("merge")
    assert page.panel.chips["same"].chips()[0].choice.key == first.key
    page.panel.chips["same"].press(first.key)
    press(page.panel, Key.Key_Return, ctrl=True)
    assert [row.key for row in items(page)] == [first.key]


@pytest.mark.parametrize("place", ["grid_worker"], indirect=True)
def test_a_worker_sees_no_step_that_is_not_hers(page, place, matter):
    """She withdraws, answers and notes; the desk accepts."""
    assert set(page.pane.face.more) | {page.pane.face.main} <= {
        "send_back",
        "withdraw",
        "note",
        "ask_back",
        "",
    }
    place.matter_work.take(matter, Step("withdraw", text="说错了"))
    page.refresh()
    assert items(page) == []


def test_the_steward_and_the_departments_of_the_grid_are_offered(page, place):
    """From the roster: whom the matter may be given to, and who is called to it. Their names
    erase no words that were typed."""
    card = place.households.card(WANG)
    since = {"valid_from": "2026-01-01"}
    building, grid = card.line.building_id, card.record.scope_id.partition(":")[2]
    place.rosters.save({"post": "stair_steward", "area_id": building, "name": "马兰"} | since)
    for name, department in (("安平", "派出所"), ("白雪", "卫生站")):
        member = {"post": "part_time", "area_id": grid, "name": name, "department": department}
        place.rosters.save(member | since)
    told = place.matter_work.report(NewMatter("楼道灯不亮", household_id=WANG))
    page.enter(Route("matters", told))

    press(page, Key.Key_A)
    owner, near = page.panel.lines["owner"], page.panel.near["owner"]
    owner.set_text("物业公司")
    near.press("building steward 马兰")
    assert (owner.text(), near.chosen()) == ("物业公司", [])
    owner.set_text("")
    near.press("building steward 马兰")
    press(page.panel, Key.Key_Return, ctrl=True)
    assert place.matter_work.find(told).get("owner") == "building steward 马兰"

    press(page, Key.Key_W)
    page.panel.lines["units"].set_text("供电所")
    for department in ("派出所", "卫生站"):
        page.panel.near["units"].press(department)
    assert page.panel.form().step(place.day()).units == ("供电所", "派出所", "卫生站")
    page.panel.near["units"].press("卫生站")
    assert page.panel.form().step(place.day()).units == ("供电所", "派出所")


def test_the_departments_of_the_community_are_offered_and_who_hears_nothing_is_told(
    qtbot, tmp_path
):
    """Two departments, one with somebody who signs in for it; a name that fits none is no area."""

    def more(community, _grid):
        for key, name in (("park", "城管局"), ("heat", "供热公司")):
            community.put("area", key, level="department", name=name)
        community.put("assignment", "p1", staff_id="shi", post="partner", area_id="park")

    with workplace(tmp_path, ("secretary",), more=more) as place:
        told = place.matter_work.report(NewMatter("路灯不亮", place="东门"))
        page = MattersPage(page_context(place))
        show(qtbot, page)
        page.enter(Route("matters", told))
        press(page, Key.Key_Return, Key.Key_W)
        for name in ("城管局", "供热公司"):
            page.panel.near["units"].press(name)
            words = page.panel.unreached.text()
        assert words == "Nobody signs in for 供热公司: tell them in words."
        page.panel.lines["units"].set_text("城管局")
        assert page.panel.unreached.isHidden()
        page.panel.lines["units"].set_text("城管局，城管")
        assert page.panel.unreached.text().startswith("No department here is called 城管, ")


def whistled(community, grid):
    """A matter for which one department is called."""
    grid.put("matter", "well", title="下水返味", stage="whistled", source="hotline")
    grid.put("whistle", "call", matter_id="well", whistled_at="2026-06-17T02:00:00Z")
    grid.put("whistle_unit", "unit", whistle_id="call", matter_id="well", unit="住建局")


def unit_of(place):
    return place.store.reading.find("whistle_unit", "unit")


def test_a_department_tells_by_enter_what_it_did_and_rates_nobody(qtbot, tmp_path):
    """Checked in, arrived, then its opinion; that it is rated is the street's and the office's."""
    with workplace(tmp_path, ("partner",), more=whistled) as place:
        page = MattersPage(page_context(place))
        show(qtbot, page)
        page.enter(Route("matters", "well"))
        assert page.pane.face.unit.action == "It checked in"
        assert len(page.tabs.buttons()) == 2  # In work, closed.
        assert page.tools() == ()
        press(page, Key.Key_N)
        assert page.panel is None
        assert overview(place).extent.endswith("On this computer: 1 matter")
        press(page, Key.Key_Return, Key.Key_Return)
        assert unit_of(place).get("checked_in_at")
        assert unit_of(place).get("arrived_at")
        press(page, Key.Key_Return)
        page.panel.notes["text"].set_text("换一段管")
        page.panel.take()
        assert unit_of(place).get("opinion") == "换一段管"
        assert page.pane.face.unit is None
        assert [item.action for item in page.pane.face.loop if item.action] == []
        # Its part is done: no lamp urges it, and there is no column that a copy leaves empty.
        assert page.pane.face.loop[-3].note == "finished"
        (_group, row) = (page._model.row_at(at) for at in range(page._model.rowCount()))
        assert (row.lamp, [column.text for column in row.columns]) == (
            Lamp.NOT_DUE,
            ["departments called in", ""],
        )


def test_what_a_department_told_is_undone_the_latest_first(qtbot, tmp_path):
    """Two quick presses of Enter tell two things; neither has to stay, and a held key tells one."""
    with workplace(tmp_path, ("partner",), more=whistled) as place:
        page = MattersPage(page_context(place))
        show(qtbot, page)
        page.enter(Route("matters", "well"))
        heard = Heard().listen(page)
        press(page, Key.Key_Return)
        held = QKeyEvent(
            QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", True
        )
        QApplication.sendEvent(page.rows, held)
        assert not unit_of(place).get("arrived_at")
        press(page, Key.Key_Return)
        assert unit_of(place).get("arrived_at")
        assert not heard.undos[0]().is_whole
        assert unit_of(place).get("checked_in_at")
        for undo in reversed(heard.undos):
            assert undo().is_whole
        assert not {"checked_in_at", "arrived_at"} & unit_of(place).fields.keys()


def test_the_street_is_offered_to_rate_and_no_department_s_own_words(qtbot, tmp_path):
    """Whoever checks in says so themselves; the office may write it down for a silent one."""
    with workplace(tmp_path, ("street",), more=whistled) as place:
        page = MattersPage(page_context(place))
        show(qtbot, page)
        page.enter(Route("matters", "well"))
        assert page.pane.face.unit is None
        done = dict.fromkeys(("checked_in_at", "arrived_at", "finished_at"), "2026-06-17T03:00:00Z")
        place.store.records.write([patch("whistle_unit", "unit", done)])
        page.refresh()
        assert page.pane.face.unit.action == "Rate it"
        press(page, Key.Key_Return)
        assert page.panel is not None


def test_one_letter_is_one_step():
    """Where a secretary may whistle, and ask for the whistle as well, W stands at the whistle."""
    assert step_key("whistle", ("call", "whistle")) == "W"
    assert step_key("call", ("call", "whistle")) == ""
    assert step_key("call", ("call", "note")) == "W"


def test_the_street_reads_what_the_communitys_matters_came_to(qtbot, tmp_path):
    """Numbers of the latest month, where everybody else reads how many are open."""
    counts = {"reported": 128, "overdue": 3, "finished": 100, "in_time": 97, "closed": 96}

    def counted(community, _grid):
        community.put("matter_count", "c1", month="2026-05", day="2026-06-18", reported=90)
        told = counts | {"reached": 50, "content": 45}
        community.put("matter_count", "c2", month="2026-06", day="2026-06-18", **told)

    with workplace(tmp_path, ("street",), more=counted) as place:
        page = MattersPage(page_context(place))
        show(qtbot, page)
        page.enter(Route("matters"))
        assert page.hint() == (
            "2026-06: 128 reported, 96 closed, 3 overdue, 97 of 100 finished in time, "
            "45 of 50 content"
        )


def test_the_list_has_the_keys_once_its_answer_is_here(qtbot, place, matter):
    """Where matters are the first page of somebody, J and Enter work without a click before."""
    context = page_context(place)
    waiting = hold(context)
    page = MattersPage(context)
    page.enter(Route("matters"))
    show(qtbot, page)
    waiting.let_all_go()
    assert page.rows.hasFocus()


@pytest.mark.parametrize(
    ("place", "source"), [("desk_clerk", "desk"), ("secretary", "patrol")], indirect=["place"]
)
def test_what_the_desk_reports_was_told_at_the_desk(qtbot, place, source):
    """Nobody at the window walked a round, whoever forgets to say where it comes from."""
    page = MattersPage(page_context(place))
    show(qtbot, page)
    page.enter(Route("matters"))
    page.begin_new()
    page.panel.text.set_text("楼道堆了杂物")
    press(page.panel, Key.Key_Return, ctrl=True)
    assert [row.get("source") for row in place.store.reading.rows("matter")] == [source]


def staffed(community, _grid):
    """Beside the worker: IT, and who speaks for a department."""
    for name, post in (("王工", "it_admin"), ("周建国", "partner"), ("孟雪", "desk_clerk")):
        community.put("staff", post, name=name)
        community.put("assignment", f"a-{post}", staff_id=post, post=post)
    former = {"post": "grid_worker", "valid_to": "2020-01-01"}
    community.put("assignment", "a-former", staff_id="it_admin", **former)
    community.put("staff", "gone", name="赵前进")
    community.put("assignment", "a-gone", staff_id="gone", **former)


def test_nobody_is_given_a_matter_that_they_never_see(tmp_path):
    """IT sees no matter, and a department is called by its own name. A post that is over, of
    their own or of who has gone, gives nobody one."""
    with workplace(tmp_path, ("secretary",), more=staffed) as place:
        names = [name for _id, name in colleagues(place)]
    assert "孟雪" in names
    assert not {"王工", "周建国", "赵前进"} & set(names)


def test_a_matter_is_given_to_somebody_or_not_at_all(qtbot, page, place, matter):
    """Ctrl Enter with nobody chosen is refused, and on a low window the reason is in sight."""
    page.resize(1000, 360)
    press(page, Key.Key_A)
    press(page.panel, Key.Key_Return, ctrl=True)
    assert stage(place, matter) == "reported"
    assert page.panel.error.text() == "Choose a colleague or write a unit."
    view = page.panel._scroll.area.viewport()
    error = page.panel.error

    def in_sight():
        top = error.mapTo(view, error.rect().topLeft()).y()
        return top >= 0 and top + error.height() <= view.height()

    qtbot.waitUntil(in_sight)
