"""A case on a real store is archived once its file is complete, and not before."""

from dataclasses import replace

import pytest
from docx import Document

from desktop.services.case_file import Party, Said, Term
from desktop.services.case_forms import AgreementForm, OpeningForm, StepForm, TalkForm
from desktop.services.photos import Photo
from sync.rules.dossier import DossierIncomplete, State
from tests.support.workplaces import number, workplace

TODAY = "2026-06-18"
SCAN = Photo(b"%PDF-1.4 signed", "application/pdf")
LEAK = OpeningForm(
    title="楼上卫生间漏水，泡了吊顶",
    dispute="02",
    origin="application",
    accepted_on="2026-06-02",
    facts="1702室漏水，泡坏1602室吊顶。",
    parties=(
        Party("", "applicant", "王桂兰", sex="2", birth="1948-02-01"),
        Party("", "respondent", "李建国", sex="1"),
    ),
)


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


def at_the_end(place, signed: Photo = SCAN) -> str:
    """A case that was talked over, agreed on, performed and followed up."""
    cases = place.cases
    case_id = cases.open(LEAK)
    cases.step(case_id, StepForm("rights_told", TODAY))
    cases.move(case_id, "mediating")
    cases.talk(case_id, TalkForm("mediation", said=(Said("李建国", "我修。"),), result="谈妥。"))
    agreement = cases.write_agreement(case_id, AgreementForm(terms=(Term("修好防水"),)))
    cases.move(case_id, "agreed")
    cases.sign(case_id, agreement, TODAY, [signed])
    cases.step(case_id, StepForm("performed", TODAY, done=True))
    cases.step(case_id, StepForm("called_back", TODAY, satisfaction=5, done=True))
    return case_id


def lacking(place, case_id: str) -> list[str]:
    return [line.paper for line in place.dossiers.lines(case_id) if line.lacks]


def test_archiving_waits_for_every_paper_of_the_file(place):
    """Each scan that is added takes its paper off the list; the last one lets the case close."""
    case_id = at_the_end(place)
    assert lacking(place, case_id) == ["cover", "application", "rights", "identity", "mediation"]
    with pytest.raises(DossierIncomplete) as refused:
        place.cases.archive(case_id)
    assert "Cover and contents" in refused.value.sentence()
    for paper in ("application", "rights", "identity", "mediation"):
        place.cases.attach(case_id, SCAN, paper=paper)
    with pytest.raises(DossierIncomplete):
        place.cases.move(case_id, "archived")
    assert place.cases.case(case_id).stage == "follow_up"

    number(place, case_id)
    place.cases.archive(case_id)
    assert place.cases.case(case_id).stage == "archived"


def test_the_papers_name_the_people_of_the_office(place):
    """The mediator's name is that of the account, in either language of the interface."""
    case_id = at_the_end(place)
    line = next(one for one in place.dossiers.lines(case_id) if one.paper == "mediation")
    assert line.state is State.UNSIGNED
    assert line.unsigned == ("王桂兰", "李建国", "陈晓禾")
    (cover,) = place.dossiers.papers(case_id, "rights")
    assert "(2026)" not in cover.text()
    assert "待编号" in cover.text()


def test_the_scan_of_a_signed_supplement_is_its_own(place):
    """Both are signed pages of an agreement, and each is bound in behind its own paper."""
    case_id = at_the_end(place)
    supplement = place.cases.write_agreement(
        case_id, AgreementForm("supplement", terms=(Term("再补一块吊顶"),))
    )
    assert "supplement" in lacking(place, case_id)
    place.cases.sign(case_id, supplement, TODAY, [replace(SCAN, caption="补充")])
    assert "supplement" not in lacking(place, case_id)
    papers = [scan.paper for scan in place.dossiers.case(case_id).scans]
    assert papers == ["agreement", "supplement"]


def test_that_papers_left_the_screen_is_written_down(place):
    case_id = at_the_end(place)
    place.dossiers.note_print(case_id, "agreement")
    rows = place.store.reading.rows("reveal")
    assert [(row.get("target_id"), row.get("field")) for row in rows] == [
        (case_id, "print agreement")
    ]


def test_word_is_written_for_one_paper_and_for_all(place, tmp_path):
    case_id = at_the_end(place)
    place.dossiers.write_word(tmp_path / "one.docx", case_id, "agreement")
    place.dossiers.write_word(tmp_path / "all.docx", case_id)
    sizes = [(tmp_path / name).stat().st_size for name in ("one.docx", "all.docx")]
    assert 0 < sizes[0] < sizes[1]
    whole = "".join(one.text for one in Document(tmp_path / "all.docx").paragraphs)
    assert whole.index("调解卷宗") < whole.index("卷内目录") < whole.index("人民调解协议书")
    assert whole.index("人民调解协议书") < whole.index("本卷共＿＿＿＿页")
