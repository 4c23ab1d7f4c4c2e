"""Campaigns made of forms, and the households that are put on their lists."""

import json

import pytest
import xlsxwriter
from sqlalchemy import select

from sync.merge.operation import OpKind
from sync.rules.questions import from_json
from sync.schema.canonical import decode_body
from sync.server import cli
from sync.server.campaigns import (
    Choosing,
    ListRefused,
    TagTooClose,
    choose_households,
    keep_campaign,
    listed_campaigns,
    read_list,
)
from sync.server.campaigns.choosing import NothingChosen
from sync.server.checking import check_store
from sync.server.forms import FormRefused, read_form
from sync.server.moving import move_households
from sync.server.tables import ROW
from tests.server.bench import COMMUNITY

SURVEY = [
    ("type", "name", "label::中文 (zh)", "required"),
    ("select_one yes_no", "pipe", "有软管", "yes"),
    ("integer", "age", "几年", ""),
]
CHOICES = [
    ("list_name", "name", "label::中文 (zh)"),
    ("yes_no", "yes", "是"),
    ("yes_no", "no", "否"),
]


def form_file(path, survey=SURVEY, choices=CHOICES, title="燃气排查"):
    with xlsxwriter.Workbook(path) as book:
        sheets = {"survey": survey, "choices": choices}
        sheets["settings"] = [("form_title", "form_id", "version"), (title, "gas", "1")]
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def list_file(path, rows):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return path


@pytest.fixture
def form(tmp_path):
    return read_form(form_file(tmp_path / "gas.xlsx"))


@pytest.fixture
def town(bench):
    """Two grids, two buildings, four households; one of them elderly, one of tier 2."""
    office = bench.office
    (garden,) = office.add_areas(COMMUNITY, [{"level": "estate", "name": "丰和苑"}])
    (other,) = office.add_areas(COMMUNITY, [{"level": "grid", "name": "第4网格"}])
    six, nine = office.add_areas(
        COMMUNITY,
        [{"level": "building", "name": f"{number}号楼", "parent_id": garden} for number in (6, 9)],
    )
    bench.other = f"grid:{other}"
    desk = bench.clerk()
    for home, building, room, scope, tags in (
        ("h1", six, "6-2-1602", bench.scope, ["elder_alone"]),
        ("h2", six, "6-2-1702", bench.scope, ["dibao"]),
        ("h3", nine, "9-1-102", bench.scope, []),
        ("h4", nine, "9-1-301", bench.other, []),
    ):
        place = {"building_id": building, "room": room, "address": f"丰和苑{room}"}
        make(desk, scope, "dwelling", f"d-{home}", place)
        make(desk, scope, "household", home, {"dwelling_id": f"d-{home}"})
        make(desk, scope, "person", f"p-{home}", {"household_id": home, "name": "王", "tags": tags})
    return bench


def make(desk, scope, type_, row_id, fields):
    made = desk.op(OpKind.CREATE, type_, row_id, scope=scope, **fields)
    assert desk.send(made, scope).outcome == "applied"


def chosen(town, campaign_id):
    """The households of the list, with the scope of each line."""
    lines = live(town, "campaign_household")
    assert {decode_body(line.body)["campaign_id"] for line in lines} <= {campaign_id}
    return {line.root_id: line.scope_id for line in lines}


def live(town, type_):
    """The rows of one kind as they stand where they are now."""
    with town.db.read() as connection:
        where = (ROW.c.type == type_, ROW.c.deleted.is_(False))
        return connection.execute(select(ROW).where(*where)).all()


def test_reading_a_form_again_brings_its_campaign_up_to_date(bench, form, tmp_path):
    first = keep_campaign(bench.office, COMMUNITY, form, valid_to="2026-06-30")
    body = bench.body("campaign", first.campaign_id)
    assert (body["title"], body["form"], body["valid_to"]) == ("燃气排查", "gas", "2026-06-30")
    assert from_json(body["questions"]) == form.questions

    state = bench.state()
    again = keep_campaign(bench.office, COMMUNITY, form, valid_to="2026-06-30")
    assert (again.campaign_id, again.is_new) == (first.campaign_id, False)
    assert bench.state() == state  # Nothing was said anew.

    longer = [*SURVEY, ("text", "note", "说明", "")]
    more = read_form(form_file(tmp_path / "more.xlsx", longer, title="燃气再排查"))
    keep_campaign(bench.office, COMMUNITY, more)
    body = bench.body("campaign", first.campaign_id)
    assert (body["title"], len(body["questions"]["questions"])) == ("燃气再排查", 3)
    assert bench.conflicts() == []


def test_a_form_that_lost_a_question_changes_nothing(bench, form, tmp_path):
    kept = keep_campaign(bench.office, COMMUNITY, form)
    state = bench.state()
    shorter = read_form(form_file(tmp_path / "less.xlsx", SURVEY[:2]))
    with pytest.raises(FormRefused) as error:
        keep_campaign(bench.office, COMMUNITY, shorter)
    assert [one.code for one in error.value.problems] == ["change.question"]
    assert bench.state() == state
    assert len(bench.body("campaign", kept.campaign_id)["questions"]["questions"]) == 2


def test_a_preview_writes_nothing(bench, form):
    state = bench.state()
    assert keep_campaign(bench.office, COMMUNITY, form, preview=True).is_new
    assert bench.state() == state


@pytest.mark.parametrize(
    ("choosing", "homes"),
    [
        ({"grids": ("第三网格",)}, {"h1", "h2", "h3"}),
        ({"buildings": ("6号楼",)}, {"h1", "h2"}),
        ({"buildings": ("丰和苑9号楼",)}, {"h3", "h4"}),
        ({"buildings": ("丰和苑",)}, {"h1", "h2", "h3", "h4"}),
        ({"tags": ("elder_alone", "aged_80")}, {"h1"}),
        ({"grids": ("第3网格",), "buildings": ("9号楼",)}, {"h3"}),
        ({"households": ("h2", "h4")}, {"h2", "h4"}),
    ],
)
def test_households_are_chosen_by_what_they_are(town, form, choosing, homes):
    """Several values of one kind widen the choice, several kinds narrow it."""
    kept = keep_campaign(town.office, COMMUNITY, form)
    count = choose_households(town.office, COMMUNITY, kept.campaign_id, Choosing(**choosing))
    assert count == len(homes)
    found = chosen(town, kept.campaign_id)
    assert found == {home: town.other if home == "h4" else town.scope for home in homes}
    assert choose_households(town.office, COMMUNITY, kept.campaign_id, Choosing(**choosing)) == 0
    assert check_store(town.db).differences == []


@pytest.mark.parametrize("tag", ["dibao", "smi", "nonsense"])
def test_no_list_tells_a_sensitive_tag(town, form, tag):
    kept = keep_campaign(town.office, COMMUNITY, form)
    with pytest.raises(TagTooClose):
        choose_households(town.office, COMMUNITY, kept.campaign_id, Choosing(tags=(tag,)))


def test_choosing_nothing_is_said(town, form):
    kept = keep_campaign(town.office, COMMUNITY, form)
    for choosing in (Choosing(), Choosing(tags=("veteran",))):
        with pytest.raises(NothingChosen):
            choose_households(town.office, COMMUNITY, kept.campaign_id, choosing)


def test_a_list_names_rooms_in_any_spelling(town, tmp_path):
    rows = [("房号", "备注"), ("6栋2单元1602", ""), ("丰和苑/9-1-301", "x"), ("h2", "")]
    path = list_file(tmp_path / "list.xlsx", rows)
    assert read_list(town.office, COMMUNITY, path) == ("h1", "h4", "h2")


def test_a_list_with_an_unclear_door_changes_nothing_and_names_the_cell(town, tmp_path):
    path = list_file(tmp_path / "list.xlsx", [("6-2-1602",), ("6-2-9999",), ("",), ("某处",)])
    with pytest.raises(ListRefused) as error:
        read_list(town.office, COMMUNITY, path)
    found = [(one.sheet, one.row, one.column, one.code) for one in error.value.problems]
    assert found == [("名单", 2, "A", "door.unknown"), ("名单", 4, "A", "door.unknown")]


def test_the_list_and_the_sheets_move_with_their_household(town, form):
    """A household that changes grids stays on the list, and keeps what it said."""
    kept = keep_campaign(town.office, COMMUNITY, form)
    choose_households(town.office, COMMUNITY, kept.campaign_id, Choosing(households=("h1",)))
    worker = town.worker()
    answers = {"campaign_id": kept.campaign_id, "household_id": "h1", "answers": {"pipe": "yes"}}
    told = worker.op(OpKind.APPEND, "campaign_sheet", "s1", **answers)
    assert worker.send(told).outcome == "applied"
    move_households(town.office, ["h1"], town.other.partition(":")[2])
    assert chosen(town, kept.campaign_id) == {"h1": town.other}
    (line,) = live(town, "campaign_sheet")
    assert (line.scope_id, decode_body(line.body)["answers"]) == (town.other, {"pipe": "yes"})
    assert check_store(town.db).differences == []


def test_two_sheets_of_one_household_both_stay(town, form):
    kept = keep_campaign(town.office, COMMUNITY, form)
    for login, sheet, said in (("chen", "s1", "yes"), ("liu", "s2", "no")):
        desk = town.desk(login, "grid_worker", town.grid)
        about = {"campaign_id": kept.campaign_id, "household_id": "h1"}
        op = desk.op(OpKind.APPEND, "campaign_sheet", sheet, **about, answers={"pipe": said})
        assert desk.send(op).outcome == "applied"
    assert town.body("campaign_sheet", "s1")["answers"] == {"pipe": "yes"}
    assert town.body("campaign_sheet", "s2")["answers"] == {"pipe": "no"}
    with town.db.read() as connection:
        (line,) = listed_campaigns(connection, COMMUNITY)
    assert (line["questions"], line["households"], line["sheets"]) == (2, 0, 2)


@pytest.fixture
def command(tmp_path, capsys):
    """Commands on a server with one community and one grid."""

    def run(*arguments):
        code = cli.run([*arguments, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return code, said.out, said.err

    run("init")
    run("community", "add", "fenghe", "--name", "丰和社区")
    run("area", "add", "grid", "第1网格")
    return run


def test_a_form_is_imported_and_listed_from_the_terminal(command, tmp_path):
    path = str(form_file(tmp_path / "gas.xlsx"))
    assert command("campaign", "import", path, "--preview")[0] == 0
    assert json.loads(command("campaign", "list", "--json")[1]) == []
    code, said, _ = command("campaign", "import", path, "--from", "2026-06-18", "--json")
    document = json.loads(said)
    assert (code, document["questions"], document["is_new"]) == (0, 2, True)
    (line,) = json.loads(command("campaign", "list", "--json")[1])
    assert (line["id"], line["form"], line["from"]) == (
        document["campaign_id"],
        "gas",
        "2026-06-18",
    )
    assert command("campaign", "choose", "gas", "--grid", "第1网格")[0] == 1


def test_a_bad_form_is_refused_with_its_cells_and_no_trace(command, tmp_path):
    bad = [*SURVEY, ("decimal", "size", "多大", "")]
    path = str(form_file(tmp_path / "bad.xlsx", bad))
    code, said, complained = command("campaign", "import", path)
    assert code == 1
    assert said.startswith("survey A4: ")
    assert len(complained.splitlines()) == 1
    code, said, _ = command("campaign", "import", path, "--json")
    assert (code, [one["code"] for one in json.loads(said)["problems"]]) == (1, ["type.unknown"])
    assert json.loads(command("campaign", "list", "--json")[1]) == []
