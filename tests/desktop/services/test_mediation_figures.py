"""Figures of mediation from a real store, and the yearly table as a spreadsheet."""

from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from desktop.services.case_file import Party, Term
from desktop.services.case_forms import AgreementForm, OpeningForm, StepForm
from desktop.services.mediation_yearly import write_yearly
from desktop.services.photos import Photo
from sync.rules.case_figures import Period
from sync.store.records import append
from tests.support.workplaces import GRID, household_id, workplace

TODAY = "2026-06-18"
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
PARTIES = (Party("", "applicant", "王桂兰"), Party("", "respondent", "李建国"))


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


@pytest.fixture
def told(place):
    return place.mediation_figures


def opened(place, title: str, dispute: str, accepted_on: str = TODAY) -> str:
    form = OpeningForm(
        title, dispute, origin="application", accepted_on=accepted_on, parties=PARTIES
    )
    return place.cases.open(form)


def signed(place, case_id: str, cents: int) -> None:
    place.cases.move(case_id, "mediating")
    terms = (Term("赔偿", cents, "2026-07-01"),)
    agreement = place.cases.write_agreement(case_id, AgreementForm(terms=terms))
    place.cases.move(case_id, "agreed")
    place.cases.sign(case_id, agreement, TODAY, [Photo(b"%PDF-1.4", "application/pdf")])


def make_year(place):
    """One agreed and done, one failed, one under way, and one settled at a door."""
    leak = opened(place, "漏水", "02", "2026-06-02")
    signed(place, leak, 120000)
    place.cases.step(leak, StepForm("performed", TODAY, done=True))
    place.cases.step(leak, StepForm("called_back", TODAY, satisfaction=5, done=True))
    failed = opened(place, "工钱", "10")
    place.cases.move(failed, "mediating")
    place.cases.step(failed, StepForm("failed", TODAY, done=True))
    under_way = opened(place, "车位", "15")
    oral = {
        "household_id": household_id("6-2-1602"),
        "held_at": "2026-06-18T02:00:00Z",
        "dispute": "02",
        "what": "麻将声",
        "result": "十点以后不打。",
        "done": True,
    }
    place.store.records.write([append("oral_mediation", oral, scope_id=GRID)])
    return {"leak": leak, "failed": failed, "open": under_way}


@pytest.fixture
def year(place):
    return make_year(place)


def test_each_figure_holds_its_cases(told, year):
    found = told.of(told.facts(), JUNE)
    assert {one.id for one in found.failed} == {year["failed"]}
    assert [one.id for one in found.open] == [year["open"]]
    assert len(found.accepted) == 4
    assert [one.type for one in found.same_day] == ["oral_mediation"]
    assert [one.id for one in found.followed_up] == [year["leak"]]
    assert found.rate == pytest.approx(2 / 3)


def test_they_are_told_by_type_and_by_grid(told, year):
    facts = told.facts()
    types = {one.key: one.figures for one in told.by_type(facts, JUNE)}
    assert len(types["02"].agreed) == 2
    assert types["10"].rate == 0
    grids = {one.name: len(one.figures.accepted) for one in told.by_grid(facts, JUNE)}
    assert grids == {"第3网格": 1, "": 3}


def test_a_case_that_is_tried_again_is_open_again(told, place, year):
    """A failed one that comes back to the table lowers no rate while it is under way."""
    place.cases.move(year["failed"], "mediating")
    found = told.of(told.facts(), JUNE)
    assert year["failed"] in {one.id for one in found.open}
    assert found.rate == 1


def test_the_yearly_table_is_a_spreadsheet_of_counts(told, place, year, tmp_path):
    opened(place, "去年的", "02", "2025-12-30")
    path = tmp_path / "2026.xlsx"
    write_yearly(path, told, 2026, "丰和社区人民调解委员会", "邹大海", date(2027, 1, 4))
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["年度总表", "按纠纷类型", "按月", "按网格", "按案件来源"]
    rows = dict(row[:2] for row in book.get_sheet_by_name("年度总表").to_python() if row[1])
    assert rows["受理件数"] == 4
    assert (rows["书面协议"], rows["口头协议"], rows["协议涉及金额"]) == (1, 1, 1200)
    assert rows["化解率"] == pytest.approx(2 / 3)

    heads = [book.get_sheet_by_name(name).to_python()[0][0] for name in book.sheet_names]
    part = "2026年人民调解案件统计表（只含本机案件）"
    assert heads == [f"{part}（{name}）" for name in book.sheet_names]

    types = book.get_sheet_by_name("按纠纷类型").to_python()
    assert types[3][0] == "纠纷类型"
    assert [row[0] for row in types[4:]] == ["邻里纠纷", "劳动争议纠纷", "物业纠纷", "合计"]
    months = book.get_sheet_by_name("按月").to_python()
    assert [row[1] for row in months[4:]] == [0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 4]
    assert months[4][12] == ""  # 化解率 of a month without a concluded case.
    june = tmp_path / "june.xlsx"
    write_yearly(june, told, 2026, "丰和社区人民调解委员会", "邹大海", date(2026, 6, 18))
    so_far = CalamineWorkbook.from_path(june).get_sheet_by_name("按月").to_python()
    assert [row[0] for row in so_far[4:]] == ["1月", "2月", "3月", "4月", "5月", "6月", "合计"]
    everything = str([sheet.to_python() for sheet in map(book.get_sheet_by_name, book.sheet_names)])
    assert "只含本机的记录（本年受理4件" in everything
    assert "本委员会" not in everything
    assert "王桂兰" not in everything
    assert "漏水" not in everything


def test_the_secretarys_table_is_the_committees(tmp_path):
    """Their computer holds every case, and the table says nothing else."""
    with workplace(tmp_path, posts=("secretary",)) as place:
        path = tmp_path / "2026.xlsx"
        told = place.mediation_figures
        write_yearly(path, told, 2026, "丰和社区人民调解委员会", "韩志远", date(2027, 1, 4))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("年度总表").to_python()
    assert rows[0][0] == "2026年人民调解案件统计表（年度总表）"
    assert "本机" not in str(rows)
    assert "本委员会" in str(rows)
