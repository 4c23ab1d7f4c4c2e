"""Violence and children in a case: no list, no figure and no table says who they are."""

from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from desktop.rows import RowKind
from desktop.services.case_file import Party
from desktop.services.mediation_yearly import write_yearly
from desktop.services.notes import MediationForm
from desktop.viewmodels.case_rows import CaseFilter, Listed, case_rows, case_task_rows, read_listed
from desktop.viewmodels.case_view import LOOKED_INTO, open_case
from desktop.viewmodels.mediation_figures import case_rows_of, read_figures
from desktop.viewmodels.spans import Span
from tests.desktop.services.test_cases import LEAK, LI
from tests.support.workplaces import household_id, workplace

HOME, HOME_OF_TWO = household_id("6-2-1602"), household_id("9-1-102")
BEATEN = Party("", "applicant", "周雨萌", sex="2", birth="1990-03-03", household_id=HOME)
CHILD = Party("", "applicant", "周小宝", birth="2015-01-01", guardian="周雨萌", household_id=HOME)
VIOLENT = replace(
    LEAK, title="周雨萌被丈夫打", parties=(BEATEN, LI), violence_risk=True, dispute="01"
)
SECRET = ("周雨萌", "李建国", "被丈夫打", "小宝")


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("secretary",)) as opened:
        yield opened


def everything_listed(place):
    """Every word of every list, figure and table that a case may stand in."""
    lines = place.case_list.lines()
    today = place.day()
    rows = case_rows(Listed(tuple(lines)), CaseFilter.ALL, "", place.clock) + list(
        case_task_rows(lines)
    )
    rows += case_rows(
        Listed(tuple(place.case_list.of_household(HOME))), CaseFilter.ALL, "", place.clock
    )
    told = read_figures(place, Span.YEAR)
    rows += told.rows
    for key in told.cases:
        rows += case_rows_of(told, key, today)
    return " ".join(row.sentence() for row in rows)


def test_a_case_with_a_risk_of_violence_is_for_two_and_for_nobody_by_name(place, tmp_path):
    """In the list, on Today, at the household, behind each figure and in the yearly table."""
    place.cases.open(VIOLENT)
    said = everything_listed(place)
    assert "a case for two people" in said
    assert not [word for word in SECRET if word in said]
    assert not case_rows(read_listed(place), CaseFilter.ALL, "周雨萌", place.clock)
    table = tmp_path / "year.xlsx"
    write_yearly(table, place.mediation_figures, 2026, "丰和社区", "邹大海", place.day())
    book = CalamineWorkbook.from_path(table)
    cells = str([sheet.to_python() for sheet in map(book.get_sheet_by_name, book.sheet_names)])
    assert not [word for word in SECRET if word in cells]


def test_a_child_is_a_family_name_in_every_list(place):
    """The whole name stands in the file alone."""
    case_id = place.cases.open(replace(LEAK, title="遛狗吓到孩子", parties=(CHILD, LI)))
    said = everything_listed(place)
    assert "小宝" not in said
    assert "周小宝" in {party.name for party in place.cases.case(case_id).parties}


def test_an_oral_mediation_at_a_home_of_two_is_for_nobody_by_name(place):
    """What is told of such a home stands in its own history alone; its room still finds it."""
    told = MediationForm(other_party="楼下周雨萌", what="被丈夫打", result="分开住几天", done=True)
    mine = place.notes.mediate(place.households.record(HOME), told)
    place.notes.mediate(place.households.record(HOME_OF_TWO), told)
    listed = read_listed(place)

    (row,) = (one for one in case_rows(listed, CaseFilter.ORAL, "", place.clock) if one.key != mine)
    assert "a case for two people" in row.sentence()
    hidden = (*SECRET, "分开", next(one.home.who for one in listed.orals if one.id != mine))
    assert not [word for word in hidden if word in row.sentence()]
    found = case_rows(listed, CaseFilter.ALL, "周雨萌", place.clock)
    assert [one.key for one in found if one.kind is RowKind.ITEM] == [mine]
    assert row in case_rows(listed, CaseFilter.ALL, "9-1-102", place.clock)


def test_the_papers_do_not_say_that_violence_is_feared(place):
    """The mark is for those who go there, not for the other side who takes a copy home."""
    case_id = place.cases.open(VIOLENT)
    assert not hasattr(place.dossiers.case(case_id), "violence_risk")


def test_who_does_not_handle_such_a_case_leaves_a_trace(place):
    """The secretary may read it; that they did is written down with why it is sensitive."""
    case_id = place.cases.open(replace(VIOLENT, mediators=("zou",)))
    place.cases.edit(case_id, {"mediators": ["zou"]})
    open_case(place, case_id)
    (look,) = place.store.reading.rows("reveal")
    assert (look.get("target_id"), look.get("reason")) == (case_id, LOOKED_INTO)
    place.cases.edit(case_id, {"mediators": ["zou", place.cases.me]})
    open_case(place, case_id)
    assert len(place.store.reading.rows("reveal")) == 1
