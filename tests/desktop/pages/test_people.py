"""People and grids, by keys: the roster, vacancies, coverage that opens, load, what others may."""

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.people import PeoplePage
from desktop.pages.today import TodayPage
from desktop.rows import RowKind
from desktop.viewmodels.people import DISPATCH, GRIDS, HELPERS, LISTS, LOAD, STAFF
from sync.errors import EstateWanted, NotFound
from tests.desktop.pages.hands import press
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
WANG, HE = household_id("6-2-1602"), household_id("6-2-904")


def town(community, grid):
    """A micro-grid with one household, a stray one, helpers, colleagues and their posts."""
    community.put("area", "micro", level="micro_grid", name="微网格3-1", parent_id="third")
    community.put("area", "far", level="micro_grid", name="微网格4-1", parent_id="fourth")
    community.put("staff", "wang", name="王芳", login="wangfang")
    community.put("assignment", "a1", staff_id="chen", post="grid_worker", area_id="third")
    community.put("member", "m1", post="building_head", area_id="building 6", name="赵大爷")
    _, wang = grid.rows["household", WANG]
    grid.put("household", WANG, **wang, micro_grid_id="micro")
    _, he = grid.rows["household", HE]
    grid.put("household", HE, **he, micro_grid_id="far")
    person = "person 6-2-904 0"
    asked = {"household_id": HE, "person_id": person, "asked_at": "2026-06-17T02:00:00Z"}
    grid.put("door_check", "check", **asked)


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, ("secretary",), more=town) as opened:
        yield opened


def opened(qtbot, place, tab=""):
    page = PeoplePage(page_context(place))
    show(qtbot, page)
    page.enter(Route("people", tab))
    return page


def items(page):
    rows = [page._model.row_at(at) for at in range(page._model.rowCount())]
    return [row for row in rows if row.kind is RowKind.ITEM]


def keys(page):
    return [row.key for row in items(page)]


def test_vacancies_stand_first_and_are_filled_by_keys(qtbot, place):
    """A building without a head is named; N fills it, and it is an ordinary edit."""
    page = opened(qtbot, place, HELPERS)
    vacant = "vacant:building_head:building 9:"
    assert keys(page) == [vacant, "vacant:grid_leader:third:", "helper:m1"]
    page.rows.go_to(vacant)
    press(page, Key.Key_N)
    panel = page.asking.panel
    assert panel.lines["area"].text() == "丰和苑9号楼"
    panel.lines["name"].set_text("钱阿姨")
    panel.lines["phone"].set_text("13800002222")
    panel.lines["valid_from"].set_text("2026-06-18")
    panel.hand_over()
    assert vacant not in keys(page)
    (row,) = place.store.reading.rows("member", where={"name": "钱阿姨"})
    assert (row.get("post"), row.get("area_id")) == ("building_head", "building 9")
    assert place.store.reading.counts().waiting == 1


def test_a_post_ends_with_its_day_and_comes_back(qtbot, place):
    """T asks for the last day; the toast takes it back."""
    page = opened(qtbot, place, HELPERS)
    heard = Heard().listen(page)
    page.rows.go_to("helper:m1")
    press(page, Key.Key_T)
    page.asking.panel.lines["day"].set_text("2026-06-17")
    page.asking.panel.hand_over()
    assert "vacant:building_head:building 6:" in keys(page)
    undo = heard.undos[-1]
    undo()
    page.refresh()
    assert "vacant:building_head:building 6:" not in keys(page)


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("valid_from", "18.6."), ("valid_to", "2020-01-01")]
)
def test_what_cannot_be_is_said_and_the_panel_stays(qtbot, place, field, value):
    """Nothing of it is saved."""
    page = opened(qtbot, place, HELPERS)
    page.rows.go_to("helper:m1")
    press(page, Key.Key_E)
    page.asking.panel.lines["valid_from"].set_text("2026-01-01")
    page.asking.panel.lines[field].set_text(value)
    page.asking.panel.hand_over()
    assert page.asking.panel.error.text()
    assert place.store.reading.counts().waiting == 0


def test_a_substitute_is_named_on_both_sides(qtbot, place):
    """S writes who stands in, with days."""
    page = opened(qtbot, place, HELPERS)
    page.rows.go_to("helper:m1")
    press(page, Key.Key_S)
    panel = page.asking.panel
    for name, value in (("name", "孙叔"), ("valid_from", "2026-06-18"), ("valid_to", "2026-06-30")):
        panel.lines[name].set_text(value)
    panel.hand_over()
    page.rows.go_to("helper:m1")
    assert ("Covered by", "孙叔") in page.pane.sheet.facts


def test_the_search_finds_by_initials(qtbot, place):
    """And the rows of the others are gone."""
    page = opened(qtbot, place, HELPERS)
    page.search.edit.setText("zdy")
    qtbot.waitUntil(lambda: keys(page) == ["helper:m1"])


def test_coverage_counts_every_household_once_and_opens(qtbot, place):
    """One is covered; the stray and the blank ones are counted apart, and each count opens."""
    page = opened(qtbot, place, GRIDS)
    whole = page.lists.read.grids.coverage
    assert (whole.in_all, whole.covered) == (8, 1)
    assert whole.wrong["stray"] == (HE,)
    assert len(whole.wrong["blank"]) == 6
    heard = Heard().listen(page)
    page.rows.go_to("wrong:stray")
    press(page.rows, Key.Key_Return)
    assert keys(page) == [f"home:{HE}"]
    press(page.rows, Key.Key_Return)
    assert heard.routes == [Route("household", HE)]
    press(page, Key.Key_Escape)
    assert "coverage" in keys(page)


def test_a_change_of_areas_names_its_households_by_door(qtbot, place):
    """6-2 is a stair; an area that is known is meant by its name, another is new."""
    blank = place.grids.map().coverage.wrong["blank"]
    asked = place.grids.change(blank, doors="9-1", to="微网格3-1", day="2026-07-01", is_micro=True)
    assert (asked.target_id, len(asked.households)) == ("micro", 4)
    asked = place.grids.change(blank, doors="", to="微网格3-2", day="2026-07-01", is_micro=True)
    assert (asked.name, asked.parent_id, len(asked.households)) == ("微网格3-2", "third", 6)


def test_a_door_of_several_estates_is_meant_with_its_estate(tmp_path):
    """Another estate's stair of the same number does not go along unasked."""

    def two_estates(community, grid):
        town(community, grid)
        community.put("area", "lake", level="estate", name="湖畔里", parent_id="fenghe")
        building = {"level": "building", "name": "6号楼", "parent_id": "lake", "grid_id": "third"}
        community.put("area", "lake 6", **building)
        flat = {"building_id": "lake 6", "unit": "2", "room": "6-2-101"}
        grid.put("dwelling", "lake door", **flat)
        grid.put("household", "lake home", dwelling_id="lake door")

    with workplace(tmp_path, ("secretary",), more=two_estates) as place:
        everybody = next(one.households for one in place.grids.map().grids if one.id == "third")

        def behind(doors):
            to = {"to": "微网格3-1", "day": "2026-07-01", "is_micro": True}
            return place.grids.change(everybody, doors=doors, **to).households

        with pytest.raises(EstateWanted):
            behind("6-2")
        with pytest.raises(NotFound) as refused:
            behind("湖畔里6-2、6-22")
        assert "to 6-22." in refused.value.sentence()
        assert behind("湖畔里6-2") == ["lake home"]
        assert len(behind("丰和苑 6-2")) == 4
        assert len(behind("湖畔里/6-2，9-1")) == 5
        assert len(behind("")) == 9


def test_the_load_shows_counts_and_no_score(qtbot, place):
    """Households, due, overdue and matters of each worker; a count opens its households."""
    page = opened(qtbot, place, LOAD)
    (line,) = page.lists.read.load
    assert (line.worker, len(line.households)) == ("陈晓禾", 8)
    assert set(line.overdue) <= set(line.due) <= set(line.households)
    page.rows.go_to("load:third:chen")
    press(page, Key.Key_D)
    assert len(items(page)) == len(line.due) > 0


def test_the_care_that_nobody_met_in_time_is_one_key_away(qtbot, place):
    """Of how many it is said beside it; the names behind the rest open at once."""
    page = opened(qtbot, place, LOAD)
    (line,) = page.lists.read.load
    assert 0 < len(line.care_missing) < len(line.care)
    facts = dict(page.lists.sheet("load:third:chen").facts)
    met = len(line.care) - len(line.care_missing)
    assert facts["Care met in time"] == f"{met} / {len(line.care)}"

    page.rows.go_to("load:third:chen")
    press(page, Key.Key_H)

    assert {row.key for row in items(page)} == {f"home:{one}" for one in line.care_missing}


def test_without_a_line_the_office_says_so_and_the_panel_stays(qtbot, place):
    """Accounts are the server's: offline nothing is pretended."""
    page = opened(qtbot, place, STAFF)
    press(page, Key.Key_N)
    page.asking.panel.lines["name"].set_text("新人")
    page.asking.panel.lines["login"].set_text("new")
    page.asking.panel.hand_over()
    assert page.asking.panel.error.text()


@pytest.mark.parametrize(
    ("post", "tabs"),
    [
        ("secretary", [HELPERS, STAFF, GRIDS, LOAD, DISPATCH, LISTS]),
        ("grid_leader", [LOAD, DISPATCH, GRIDS, STAFF, HELPERS]),
        ("it_admin", [STAFF, HELPERS, GRIDS, LISTS]),
    ],
)
def test_each_post_is_offered_what_it_may_do(qtbot, tmp_path, post, tabs):
    """The roster is the secretary's; a leader covers; IT gives codes and no posts."""
    with workplace(tmp_path, (post,), more=town) as place:
        page = opened(qtbot, place, HELPERS)
        assert page.lists.tabs == tabs
        page.rows.go_to("helper:m1")
        assert page.pane.offers("edit") == (post == "secretary")
        page.show_tab(STAFF)
        page.rows.go_to("staff:chen")
        offered = {act for act in ("code", "post", "cover", "end") if page.pane.offers(act)}
        assert (
            offered
            == {
                "secretary": {"code", "post", "cover", "end"},
                "grid_leader": {"cover"},
                "it_admin": {"code"},
            }[post]
        )


def test_a_post_is_given_where_it_is_held(qtbot, tmp_path):
    """What fits the post is offered, and stands there at once where it is one."""

    def more(community, grid):
        town(community, grid)
        for key, level, name in (
            ("road", "street", "丰和街道"),
            ("park", "department", "城管局"),
            ("heat", "department", "供热公司"),
        ):
            community.put("area", key, level=level, name=name)

    with workplace(tmp_path, ("secretary",), more=more) as place:
        page = opened(qtbot, place, STAFF)
        page.asking.staff.post("staff:chen")
        panel = page.asking.panel
        posts, area = panel.groups["post"], panel.lines["area"]

        def offered():
            return [chip.choice.key for chip in panel.offered["area"].chips()]

        posts.press("grid_worker")
        assert (offered()[0], area.text()) == ("丰和社区", "丰和社区")
        assert "第3网格" in offered()
        posts.press("street")
        assert (offered(), area.text()) == (["丰和街道"], "丰和街道")
        posts.press("partner")
        assert (sorted(offered()), area.text()) == (["供热公司", "城管局"], "")
        panel.offered["area"].press("城管局")
        assert place.rosters.find_area(area.text()) == "park"


# --- The worker's Today --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "answer", "status"),
    [(Key.Key_Y, "lives", "living"), (Key.Key_O, "moved_out", "moved_out")],
)
def test_whom_a_roster_lost_is_verified_at_the_door(qtbot, tmp_path, key, answer, status):
    """A line on Today; one key says what was found, and the toast takes it back."""
    with workplace(tmp_path, more=town) as place:
        page = TodayPage(page_context(place))
        show(qtbot, page)
        page.enter(Route("today"))
        heard = Heard().listen(page)
        page._rows.go_to("checks")
        press(page._rows, Key.Key_Return)
        page._rows.go_to("check:check")
        press(page, key)
        (check,) = place.store.reading.rows("door_check")
        assert check.get("answer") == answer
        residency = place.store.reading.find("residency", "residency 6-2-904 0")
        assert residency.get("status") == status
        assert place.door_checks.open() == []
        undo = heard.undos[-1]
        undo()
        residency = place.store.reading.find("residency", "residency 6-2-904 0")
        assert residency.get("status") == "living"
        assert [one.id for one in place.door_checks.open(HE)] == ["check"]
