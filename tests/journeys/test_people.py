"""The secretary's roster, from the first 4,500 rows to a grid that is split while edits wait."""

from contextlib import closing

import pytest

from desktop.services.office_desk import HELPERS, RESIDENTS, Table
from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import workplace_on
from sync.errors import NotPermitted
from sync.progress import Cancelled, silent
from sync.server.importing.commit import STEP_WRITE
from tests.support.laptops import TickingClock, enrolled
from tests.support.rosters import Table as Page
from tests.support.rosters import large_roster, write_csv, write_xlsx
from tests.support.server import COMMUNITY, proved_server

GRID, OTHER = "第3网格", "第1网格"
HOMES, PEOPLE = 1500, 4500
SOME_HOMES, SOME_PEOPLE = 24, 72
"""Where the size proves nothing more than the first import did."""
POSTS = 200
PHONE = 3


@pytest.fixture
def town(tmp_path):
    """A server, the secretary's and the worker's laptop, each with all of its services."""
    clock = TickingClock()
    with proved_server(tmp_path / "server") as server:
        server.add_user("han", "secretary", COMMUNITY, "韩志远")
        server.add_user("chen", "grid_worker", GRID, "陈晓禾")
        server.add_user("fang", "grid_worker", OTHER, "方")
        made = {login: _laptop(tmp_path, server, login, clock) for login in ("han", "chen", "fang")}
        with closing(made["han"][0]), closing(made["chen"][0]), closing(made["fang"][0]):
            yield made, tmp_path


def _laptop(folder, server, login, clock):
    machine = enrolled(folder / login, server, login)
    profile = ProfileFolder(login, folder / login)
    profile.remember(Connection(server.base_url))
    return workplace_on(profile, machine.store, clock), machine


def roster(homes=HOMES, people=PEOPLE):
    """So many people in so many homes of one grid: 4,500 in 1,500 unless said otherwise."""
    head, *rows = large_roster(7, homes, people)
    return [head, *([*row[:-1], GRID] for row in rows)]


def table(folder, rows, kind=RESIDENTS):
    """The rows as the bytes that the page reads."""
    path = write_xlsx(folder / "roster.xlsx", Page(rows))
    return Table(path.name, kind, path.read_bytes())


def test_a_table_is_previewed_stopped_and_imported_with_counts(town):
    """A bad row is named by row and column; what was stopped is not there; the rest is."""
    made, folder = town
    han = made["han"][0]
    first = roster()
    broken = ["", "", "户主", "", "1栋1单元101", "", GRID]

    # A preview names the bad row by row and column, and writes nothing.
    seen = han.office.preview(table(folder, [*first, broken]), silent)
    assert (seen.rows, seen.dropped, seen.added) == (PEOPLE + 1, 1, PEOPLE)
    (bad,) = [one for one in seen.problems if one.drops_row]
    assert (bad.row, bad.column) == (PEOPLE + 2, "A")

    # Stopped while it writes, with counts: nothing of it is there, so the next one adds all.
    counted = []

    def stop_while_writing(step, so_far, in_all):
        if step == STEP_WRITE:
            counted.append((so_far, in_all))
            raise Cancelled

    with pytest.raises(Cancelled):
        han.office.take(table(folder, first), stop_while_writing, verify_missing=False)
    assert counted[0][1] >= PEOPLE
    done = han.office.take(table(folder, [*first, broken]), silent, verify_missing=False)
    assert (done.added, done.new_households, done.dropped) == (PEOPLE, HOMES, 1)


def test_a_newer_roster_asks_and_never_removes(town):
    """An unsent edit against a newer list is a conflict; whom the list lost is on Today."""
    made, folder = town
    (han, _), (chen, worker), _ = (made[one] for one in made)
    first = roster(SOME_HOMES, SOME_PEOPLE)
    han.office.take(table(folder, first), silent, verify_missing=False)

    # The worker changes a phone offline; meanwhile a newer list changes it, too, and loses a home.
    worker.sync()
    assert chen.store.reading.count("household") == SOME_HOMES
    name = first[1][0]
    person = next(
        row
        for row in chen.store.reading.rows("person", where={"name": name})
        if row.get("phone") == first[1][PHONE]
    )
    worker.patch("person", person.id, phone="13911112222")
    newer = [first[0], [*first[1][:PHONE], "13800000000", *first[1][PHONE + 1 :]], *first[2:]]
    lost = newer.pop()
    while newer[-1][4] == lost[4]:
        newer.pop()
    gone = SOME_PEOPLE + 1 - len(newer)
    seen = han.office.preview(table(folder, newer), silent)
    assert (seen.added, seen.changed, seen.missing, seen.missing_households) == (0, 1, gone, 1)
    assert [one.name for one in seen.changes if one.kind == "changed"] == [name]
    assert lost[0] in [one.name for one in seen.changes if one.kind == "missing"]
    done = han.office.take(table(folder, newer), silent, verify_missing=True)
    assert (done.changed, done.missing) == (1, gone)

    # Nobody is moved out; a person decides about the phone, and looks at the door.
    worker.sync()
    (conflict,) = chen.store.reading.conflicts()
    assert (conflict.get("target_id"), conflict.get("field")) == (person.id, "phone")
    assert chen.store.reading.count("household") == SOME_HOMES
    asked = chen.today.round().checks
    assert len(asked) == gone
    assert lost[0] in [one.check.name for one in asked]
    chen.door_checks.answer(asked[0].check.id, "lives")
    # The same list again asks nobody twice.
    again = han.office.take(table(folder, newer), silent, verify_missing=True)
    assert (again.added, again.changed, again.conflicts) == (0, 0, 0)
    worker.sync()
    assert len(chen.door_checks.open()) == gone - 1


def test_a_grid_is_split_under_the_old_workers_hands(town):
    """His unsent edit follows the home; then every household is in exactly one micro-grid."""
    made, folder = town
    (han, secretary), (chen, worker), (fang, colleague) = (made[one] for one in made)
    first = roster(SOME_HOMES, SOME_PEOPLE)
    han.office.take(table(folder, first), silent, verify_missing=False)
    worker.sync()
    person = next(
        row
        for row in chen.store.reading.rows("person", where={"name": first[1][0]})
        if row.get("phone") == first[1][PHONE]
    )

    # A stair goes to the other grid, from today on, while the old worker holds an unsent edit.
    secretary.sync()
    home = chen.store.reading.find("household", str(person.get("household_id")))
    worker.patch("household", home.id, best_time="晚上七点后")
    everybody = next(one.households for one in han.grids.map().grids if one.households)
    asked = han.grids.change(everybody, doors="1-1", to=OTHER, day="", is_micro=False)
    moved = han.office.regroup(asked)
    assert moved.done
    worker.sync()
    colleague.sync()
    assert fang.store.reading.find("household", home.id).get("best_time") == "晚上七点后"
    assert chen.store.reading.find("household", home.id) is None

    # Every household of both grids into a micro-grid: nobody blank, nobody twice.
    secretary.sync()
    for line in [one for one in han.grids.map().grids if one.households]:
        asked = han.grids.change(
            line.households, doors="", to=f"{line.name}微", day="", is_micro=True
        )
        han.office.regroup(asked)
    secretary.sync()
    whole = han.grids.map().coverage
    assert (whole.covered, whole.in_all) == (SOME_HOMES, SOME_HOMES)
    assert sum(len(ids) for ids in whole.wrong.values()) == 0


def test_a_roster_of_helpers_comes_from_a_table_and_only_the_office_may(town):
    """Posts with counts; bad cells by row and column; a worker's laptop is refused."""
    made, folder = town
    (han, secretary), (chen, _worker), _ = (made[one] for one in made)
    head = ["岗位", "姓名", "联系电话", "网格", "专兼职", "单位", "起始日期"]
    rows = [
        ["兼职网格员", f"张{n}", f"138{n:08}", GRID, "兼职", "派出所", "2026-01-01"]
        for n in range(POSTS)
    ]
    bad = [["国王", "甲", "", GRID, "", "", ""], ["网格长", "乙", "12", GRID, "", "", "昨天"]]
    path = write_csv(folder / "helpers.csv", [head, *rows, *bad])
    helpers = Table(path.name, HELPERS, path.read_bytes())

    with pytest.raises(NotPermitted):
        chen.office.preview(helpers, silent)
    seen = han.office.preview(helpers, silent)
    assert (seen.rows, seen.dropped, seen.added) == (POSTS + 2, 1, POSTS + 1)
    assert [(one.row, one.column) for one in seen.problems] == [
        (POSTS + 2, "A"),
        (POSTS + 3, "C"),
        (POSTS + 3, "G"),
    ]
    assert han.office.take(helpers, silent, verify_missing=False).added == POSTS + 1
    again = han.office.take(helpers, silent, verify_missing=False)
    assert (again.added, again.changed, again.missing) == (0, 0, 0)
    secretary.sync()
    roster = han.rosters.listed()
    assert len(roster.helpers) == POSTS + 1

    # A field edit here and another phone in a newer table: both stay, and a person decides.
    one = next(line for line in roster.helpers if line.name == "张7")
    han.rosters.save({"name": "张7", "phone": "13911112222"}, one.id)
    rows[7][2] = "13800009999"
    path = write_csv(folder / "newer.csv", [head, *rows[: POSTS - 1]])
    newer = Table(path.name, HELPERS, path.read_bytes())
    done = han.office.take(newer, silent, verify_missing=False)
    assert (done.changed, done.missing) == (1, 2)
    secretary.sync()
    (conflict,) = han.store.reading.conflicts()
    assert conflict.get("target_type") == "member"
    assert len(han.rosters.listed().helpers) == POSTS + 1
