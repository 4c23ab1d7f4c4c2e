"""Rosters become rows: nothing guessed, nothing doubled, and a worker's edit is never undone."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.merge.operation import OpKind
from sync.progress import silent
from sync.server.grants import community_rows
from sync.server.importing.areas import import_areas
from sync.server.importing.commit import DEFAULT_SOURCE, commit, preview
from sync.server.importing.plan import GRID_UNKNOWN, NO_GRID, OTHER_GRID
from sync.server.office import CommunityUnknown
from sync.server.roster import read_areas, read_roster
from sync.server.tables import ROW
from tests.server.bench import COMMUNITY

AREAS = """小区,楼栋,网格
丰和苑,6号楼,第三网格
丰和苑,7号楼,第4网格
枫林里,1号楼,
"""
HEADER = "姓名,证件号码,现住址,与户主关系,联系电话,备注,所属网格"
WANG = "王桂兰,990101194003021229,丰和苑6号楼2单元1602,户主,13800001024,高龄、独居,"
LI = "李建国,,丰和苑6栋2单元1601,户主,13900002048,精神障碍,"
LI_WIFE = "赵秀英,,丰和苑6栋2单元1601,配偶,,低保,"


@pytest.fixture
def table(tmp_path):
    """Writes a table as a file in GB18030, as offices' spreadsheets do."""

    def write(*lines: str, name: str = "roster.csv") -> Path:
        file = tmp_path / name
        file.write_text("\n".join(lines) + "\n", encoding="gb18030")
        return file

    return write


@pytest.fixture
def ledger(bench, table):
    """The bench with the areas of the table above; the roster's households import into it."""
    import_areas(bench.office, COMMUNITY, read_areas(table(AREAS, name="areas.csv")))

    def take(*lines: str, source: str = DEFAULT_SOURCE):
        roster = read_roster(table(HEADER, *lines))
        return commit(bench.office, COMMUNITY, roster, source, silent)

    return bench, take


def rows(bench, type_):
    """The bodies of one entity, in the order of their ids."""
    with bench.db.read() as connection:
        ids = connection.execute(
            select(ROW.c.id).where(ROW.c.type == type_, ROW.c.deleted.is_(False)).order_by(ROW.c.id)
        ).scalars()
        found = list(ids)
    return {row_id: bench.body(type_, row_id) for row_id in found}


def only(bench, type_):
    """The one row of an entity, with its id."""
    ((row_id, body),) = rows(bench, type_).items()
    return row_id, body


def test_a_household_becomes_its_rows_in_their_scopes(ledger):
    """Door, household, people, residency in the grid; the ID number in a scope of its own."""
    bench, take = ledger

    done = take(WANG)

    assert (done.plan.new_households, done.plan.new_people, done.plan.left_out) == (1, 1, [])
    dwelling_id, dwelling = only(bench, "dwelling")
    assert (dwelling["room"], dwelling["floor"]) == ("6-2-1602", 16)
    household_id, household = only(bench, "household")
    person_id, person = only(bench, "person")
    assert household == {"dwelling_id": dwelling_id, "head_id": person_id, "care_floor": "red"}
    assert person["name"] == "王桂兰"
    assert person["py"].startswith("wgl")
    assert person["tags"] == ["aged_80", "elder_alone"]
    assert person["birth"] == "1940-03-02"
    assert "id_no" not in person
    _, residency = only(bench, "residency")
    assert residency == {
        "person_id": person_id,
        "household_id": household_id,
        "relation": "0",
        "status": "living",
    }
    with bench.db.read() as connection:
        homes = dict(connection.execute(select(ROW.c.type, ROW.c.scope_id)).all())
    assert homes["person"] == bench.scope
    assert homes["id_number"] == f"id:{bench.grid}"
    assert bench.differences() == []


def test_tier_3_goes_where_only_companions_look(ledger):
    """The tag stands in the person's own scope; in the household only what follows from it."""
    bench, take = ledger
    take(LI, LI_WIFE)

    _, care = only(bench, "special_care")
    assert care["tag"] == "smi"
    with bench.db.read() as connection:
        where = select(ROW.c.scope_id).where(ROW.c.type == "special_care")
        scope = connection.execute(where).scalar()
    assert scope == f"care3:{care['person_id']}"
    assert all("smi" not in str(body) for body in rows(bench, "person").values())
    assert only(bench, "household")[1]["care_floor"] == "yellow"


def test_importing_again_changes_nothing(ledger):
    """Not a row, not a revision, not a digest."""
    bench, take = ledger
    take(WANG, LI, LI_WIFE)
    before = bench.state()

    done = take(WANG, LI, LI_WIFE)

    assert bench.state() == before
    assert (done.plan.new_people, done.plan.changed_cells) == (0, 0)


def test_importing_again_leaves_a_workers_edit_alone(ledger):
    """The source says what it said: the newer phone stands, and nobody is asked."""
    bench, take = ledger
    take(WANG)
    worker = bench.worker()
    person_id, _ = only(bench, "person")
    worker.patch("person", person_id, phone=("13800001024", "13811111111"))

    take(WANG)

    assert only(bench, "person")[1]["phone"] == "13811111111"
    assert bench.conflicts() == []


def test_a_changed_cell_is_written_and_nothing_else(ledger):
    """A new phone in the file: one field of one row, under the source's name."""
    bench, take = ledger
    take(WANG, LI)
    head = bench.state()[bench.scope][0]

    done = take(WANG.replace("13800001024", "13822222222"), LI)

    assert done.plan.changed_cells == 1
    assert bench.state()[bench.scope][0] == head + 1
    line = bench.history()[-1]
    assert (line.field, line.client) == ("phone", "import:roster")


def test_a_file_and_a_worker_who_disagree_are_a_conflict(ledger):
    """Both changed the same phone: the worker's stands, the file's waits beside it."""
    bench, take = ledger
    take(WANG)
    person_id, _ = only(bench, "person")
    bench.worker().patch("person", person_id, phone=("13800001024", "13811111111"))

    done = take(WANG.replace("13800001024", "13822222222"))

    assert done.conflicts == 1
    assert only(bench, "person")[1]["phone"] == "13811111111"
    (conflict,) = bench.conflicts()
    assert conflict["base"] == "13800001024"
    assert [entry["value"] for entry in conflict["candidates"]] == ["13822222222"]
    assert take(WANG.replace("13800001024", "13822222222")).conflicts == 0
    assert len(bench.conflicts()) == 1


def test_what_a_file_says_too_is_not_the_workers_own(ledger):
    """She typed the number that the file has: from a stale start she cannot replace it unasked."""
    bench, take = ledger
    take(WANG)
    person_id, _ = only(bench, "person")
    worker = bench.worker()
    assert worker.patch("person", person_id, phone=(None, "13800001024")).outcome == "noop"

    outcome = worker.patch("person", person_id, phone=(None, "13811111111"))

    assert outcome.outcome == "conflict"
    assert only(bench, "person")[1]["phone"] == "13800001024"
    assert [who["client"] for who in bench.conflicts()[0]["current_by"]] == ["import:roster"]


def test_a_value_the_worker_cleared_is_not_filled_again_unseen(ledger):
    """The file's number changed while the worker had taken the old one out."""
    bench, take = ledger
    take(WANG)
    person_id, _ = only(bench, "person")
    bench.worker().patch("person", person_id, phone=("13800001024", None))

    take(WANG.replace("13800001024", "13822222222"))

    assert "phone" not in only(bench, "person")[1]
    assert len(bench.conflicts()) == 1


def test_tags_of_the_file_and_of_the_worker_unite(ledger):
    """The file drops one tag and adds another; the worker's own stays."""
    bench, take = ledger
    take(WANG)
    person_id, _ = only(bench, "person")
    bench.worker().patch(
        "person",
        person_id,
        tags=(["aged_80", "elder_alone"], ["aged_80", "elder_alone", "veteran"]),
    )

    take(WANG.replace("高龄、独居", "高龄、低保"))

    assert only(bench, "person")[1]["tags"] == ["aged_80", "dibao", "veteran"]


def test_a_newcomer_moves_the_frequency_of_the_household(ledger):
    """A later file adds somebody in care to a family that was there before."""
    bench, take = ledger
    take(LI_WIFE)
    assert only(bench, "household")[1]["care_floor"] == "blue"

    take(LI_WIFE, LI.replace("户主", "父亲"))

    assert len(rows(bench, "person")) == 2
    assert only(bench, "household")[1]["care_floor"] == "yellow"
    assert bench.differences() == []


def test_an_ended_tier_3_tag_gets_a_last_day(ledger):
    """It is not deleted: whoever accompanied the person still sees what was."""
    bench, take = ledger
    take(LI, LI_WIFE)

    take(LI.replace("精神障碍", ""), LI_WIFE)

    assert only(bench, "special_care")[1]["valid_to"] == "2026-06-18"


def test_who_has_no_grid_is_listed_and_never_guessed(ledger):
    """A building without a grid, a building nobody knows, a grid nobody knows."""
    bench, take = ledger

    done = take(
        "张三,,枫林里1号楼1单元101,户主,,,",
        "李四,,丰和苑9号楼1单元101,户主,,,",
        "王五,,丰和苑6号楼1单元101,户主,,,第九网格",
        WANG,
    )

    assert [(each.row, each.code) for each in done.plan.left_out] == [
        (2, NO_GRID),
        (3, NO_GRID),
        (4, GRID_UNKNOWN),
    ]
    assert len(rows(bench, "household")) == 1


def test_the_grid_of_the_row_wins_over_that_of_the_building(ledger):
    """However it is spelt."""
    bench, take = ledger
    take(WANG + "4号网格")
    with bench.db.read() as connection:
        scope = connection.execute(select(ROW.c.scope_id).where(ROW.c.type == "household")).scalar()
    assert scope.startswith("grid:")
    assert scope != bench.scope


def test_a_household_that_would_change_grids_is_left_alone(ledger):
    """A move is more than an import may do: the household stays, and is listed."""
    bench, take = ledger
    take(WANG)
    before = bench.state()

    done = take(WANG + "4号网格")

    assert [each.code for each in done.plan.left_out] == [OTHER_GRID]
    assert bench.state() == before


def test_someone_who_moved_within_the_grid_is_the_same_person(ledger):
    """Known by the ID number: the old residency ends, the new one begins, nobody is doubled."""
    bench, take = ledger
    daughter = "李娜,990101196805110046,丰和苑6栋2单元1601,女,,,"
    take(WANG, LI, daughter)

    take(WANG, daughter.replace("1601", "1602"), LI)

    people = rows(bench, "person")
    assert sorted(body["name"] for body in people.values()) == ["李娜", "李建国", "王桂兰"]
    statuses = Counter(body["status"] for body in rows(bench, "residency").values())
    assert statuses == {"living": 3, "moved_out": 1}


def test_a_household_that_moved_behind_another_door_stays_itself(ledger):
    """Known by its head: its visits and its conflicts go with it."""
    bench, take = ledger
    take(WANG)
    household_id, _ = only(bench, "household")

    take(WANG.replace("1602", "901"))

    assert only(bench, "household")[0] == household_id
    doors = [body["room"] for body in rows(bench, "dwelling").values()]
    assert sorted(doors) == ["6-2-1602", "6-2-901"]


def test_a_new_family_behind_a_door_is_not_the_old_one(ledger):
    """Nobody of them is known: the old household keeps its people and what was written of it."""
    bench, take = ledger
    take("李建国,,丰和苑6栋2单元1601,,,,")
    (old,) = rows(bench, "household")

    take("周霞,,丰和苑6栋2单元1601,,,,")

    assert len(rows(bench, "dwelling")) == 1
    homes = {body["name"]: body["household_id"] for body in rows(bench, "person").values()}
    assert homes["李建国"] == old
    assert homes["周霞"] != old


def test_a_number_that_two_buildings_have_is_no_address(ledger):
    """Without its estate's name 6号楼 of the second estate could be either."""
    bench, take = ledger
    take("李建国,,6栋2单元1601,户主,,,")
    bench.office.add_areas(COMMUNITY, [{"level": "estate", "name": "纺织厂家属院"}])
    with bench.db.read() as connection:
        estate = bench.office.find_area(connection, COMMUNITY, "纺织厂家属院")
    building = {"level": "building", "name": "6号楼", "parent_id": estate, "grid_id": bench.grid}
    bench.office.add_areas(COMMUNITY, [building])

    done = take("周霞,,6栋2单元1602,户主,,,")

    assert [each.code for each in done.plan.left_out] == [NO_GRID]


def test_families_share_one_door_of_a_yard_that_has_numbers_alone(ledger, table):
    """No building, no stair: the yard, its number, and two families from elsewhere behind it."""
    bench, take = ledger
    yard = read_areas(table("小区,楼栋,网格", "平安巷院落,,第3网格", name="yard.csv"))
    import_areas(bench.office, COMMUNITY, yard)
    with bench.db.read() as connection:
        yard_id = bench.office.find_area(connection, COMMUNITY, "平安巷院落")

    take("马德福,,平安巷12号,户主,,流动人口,", "白雪,,平安巷12号,户主,,流动人口,")

    door_id, door = only(bench, "dwelling")
    assert (door["building_id"], door["room"]) == (yard_id, "12")
    homes = rows(bench, "household")
    assert [home["dwelling_id"] for home in homes.values()] == [door_id] * 2
    people = rows(bench, "person").values()
    assert {one["household_id"] for one in people} == set(homes)
    assert [one["pop_kind"] for one in people] == ["floating"] * 2


def test_someone_the_worker_added_is_recognised_by_the_id_number(ledger):
    """The roster comes after the visit: no second 王桂兰."""
    bench, take = ledger
    worker = bench.worker()
    scope = f"id:{bench.grid}"
    worker.create("dwelling", "d1", room="6-2-1602")
    worker.create("household", "h1", dwelling_id="d1")
    worker.create("person", "p1", household_id="h1", name="王桂兰")
    number = worker.op(
        OpKind.CREATE,
        "id_number",
        "n1",
        scope=scope,
        person_id="p1",
        household_id="h1",
        id_type="111",
        id_no="990101194003021229",
    )
    worker.send(number, scope)

    done = take(WANG)

    assert done.plan.new_people == 0
    assert only(bench, "person")[0] == "p1"


def test_two_sources_each_remember_what_they_said(ledger):
    """The list of the allowance office does not undo the roster, nor the other way round."""
    bench, take = ledger
    take(WANG)
    take(WANG.replace("高龄、独居", "低保"), source="allowance")
    assert only(bench, "person")[1]["tags"] == ["aged_80", "dibao", "elder_alone"]

    before = bench.state()
    take(WANG)
    take(WANG.replace("高龄、独居", "低保"), source="allowance")

    assert bench.state() == before
    assert len(rows(bench, "person")) == 1


def test_a_preview_counts_and_writes_nothing(ledger, table):
    """The same numbers that the import then has."""
    bench, take = ledger
    before = bench.state()

    plan = preview(bench.office, COMMUNITY, read_roster(table(HEADER, WANG, LI)), DEFAULT_SOURCE)

    assert bench.state() == before
    assert (plan.new_households, plan.new_people) == (2, 2)
    assert take(WANG, LI).plan.new_people == 2


def test_an_import_that_fails_half_way_leaves_nothing(ledger, table):
    """Stopped between two batches: not one row, not one remembered cell."""
    bench, take = ledger
    before = bench.state()

    class Stopped(Exception):
        pass

    def stop(step: str, so_far: int, in_all: int) -> None:
        if so_far:
            raise Stopped

    roster = read_roster(table(HEADER, WANG, LI))
    with pytest.raises(Stopped):
        commit(bench.office, COMMUNITY, roster, DEFAULT_SOURCE, stop)

    assert bench.state() == before
    assert take(WANG, LI).plan.new_people == 2


def test_an_unknown_community_is_said_before_anything_is_read(bench, table):
    """With what to do."""
    with pytest.raises(CommunityUnknown):
        preview(bench.office, "nowhere", read_roster(table(HEADER, WANG)), DEFAULT_SOURCE)


def test_reading_the_area_table_again_changes_nothing(ledger, table):
    """第三网格 of the table is the 第3网格 that was there before it."""
    bench, _ = ledger
    before = bench.state()

    import_areas(bench.office, COMMUNITY, read_areas(table(AREAS, name="areas.csv")))

    assert bench.state() == before
    levels = Counter(body["level"] for body in rows(bench, "area").values())
    assert levels == {"community": 1, "grid": 2, "estate": 2, "building": 3}


def test_areas_added_by_hand_keep_their_names(bench, table):
    """四号网格, 丰和苑小区 and 6栋 were typed before the table that calls them otherwise."""
    office = bench.office
    office.add_community("anning", "安宁社区")
    ground = [{"level": "grid", "name": "四号网格"}, {"level": "estate", "name": "丰和苑小区"}]
    _, estate = office.add_areas("anning", ground)
    office.add_areas("anning", [{"level": "building", "name": "6栋", "parent_id": estate}])
    lines = ("小区,楼栋,网格", "丰和苑,6号楼,第4网格")

    import_areas(office, "anning", read_areas(table(*lines, name="areas.csv")))

    with bench.db.read() as connection:
        areas = community_rows(connection, "anning", "area")
    names = {row_id: body["name"] for row_id, body in areas.items()}
    assert sorted(names.values()) == ["6栋", "丰和苑小区", "四号网格", "安宁社区"]
    (building,) = [body for body in areas.values() if body["level"] == "building"]
    assert names[building["grid_id"]] == "四号网格"
