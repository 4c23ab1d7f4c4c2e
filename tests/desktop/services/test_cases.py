"""A mediation case on a real store: opened, written, agreed, signed, performed, filed."""

from dataclasses import replace

import pytest

from desktop.services.case_file import Party, Said, Term
from desktop.services.case_forms import (
    AgreementForm,
    CaseRefused,
    OpeningForm,
    StepForm,
    TalkForm,
)
from desktop.services.case_list import TaskKind
from desktop.services.case_rules import (
    AgreementLocked,
    MayNotAccept,
    NobodyNamed,
    ScanNeeded,
    talk_draft_key,
)
from desktop.services.mediation_figures import fact_of
from desktop.services.photos import Photo
from desktop.viewmodels.case_forms_steps import StepCaseForm
from desktop.viewmodels.case_rows import CaseFilter
from desktop.viewmodels.case_view import read_case
from desktop.viewmodels.case_ways import other_ways
from sync.errors import EntryIsFinal, NotFound
from sync.store import records
from tests.support.workplaces import number, workplace

TODAY = "2026-06-18"
WANG = Party("", "applicant", "王桂兰", sex="2", birth="1948-02-01", phone="13812341024")
LI = Party("", "respondent", "李建国", sex="1", birth="1981-05-06")
LEAK = OpeningForm(
    title="楼上卫生间漏水，泡了吊顶",
    dispute="02",
    accepted_on="2026-06-02",
    parties=(WANG, LI),
)
TERM = Term("乙方7日内修好卫生间防水", None, "2026-06-25")
SCAN = Photo(b"%PDF-1.4 signed", "application/pdf")


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


@pytest.fixture
def cases(place):
    return place.cases


def fields_of(error):
    """Which fields were refused."""
    return [flaw.field for flaw in error.value.flaws]


def at_agreement(cases):
    """A case with a draft of its agreement."""
    case_id = cases.open(LEAK)
    cases.move(case_id, "mediating")
    agreement = cases.write_agreement(case_id, AgreementForm(terms=(TERM,), copies=3))
    cases.move(case_id, "agreed")
    return case_id, agreement


def test_a_case_goes_from_acceptance_to_the_archive(cases, place):
    """Each stage as the hand-book names it; the limit is 30 days from acceptance."""
    case_id = cases.open(LEAK)
    assert cases.case(case_id).stage == "accepted"
    assert cases.case(case_id).limit.isoformat() == "2026-07-02"
    for stage in ("investigating", "mediating"):
        cases.move(case_id, stage)
    cases.step(case_id, StepForm("rights_told", TODAY))
    cases.talk(case_id, TalkForm("mediation", said=(Said("李建国", "我修。"),), text="双方到场。"))
    agreement = cases.write_agreement(case_id, AgreementForm(terms=(TERM,)))
    cases.move(case_id, "agreed")
    cases.sign(case_id, agreement, TODAY, [SCAN])
    cases.move(case_id, "performing")
    cases.step(case_id, StepForm("performed", TODAY, text="闭水不漏。", done=True))
    cases.step(case_id, StepForm("called_back", TODAY, satisfaction=5, done=True))
    for paper in ("registration", "rights", "identity", "mediation"):
        cases.attach(case_id, SCAN, paper=paper)
    number(place, case_id)
    cases.archive(case_id)

    file = cases.case(case_id)
    assert file.stage == "archived"
    assert file.signed.terms == (TERM,)
    assert [one.paper for one in file.scans_of(file.signed.id)] == ["agreement"]
    assert [step.kind for step in file.steps] == [
        *("rights_told", "performed", "called_back", "archived")
    ]
    assert [talk.said for talk in file.talks] == [(Said("李建国", "我修。"),)]


def test_a_worker_passes_a_clue_on_and_accepts_nothing(tmp_path):
    """It names the mediator who shall take it."""
    with workplace(tmp_path, posts=("grid_worker",)) as place:
        with pytest.raises(MayNotAccept):
            place.cases.open(LEAK)
        clue = replace(LEAK, accepted_on="")
        with pytest.raises(NobodyNamed):
            place.cases.open(clue)
        case_id = place.cases.open(replace(clue, mediators=("meng",)))

        assert place.cases.case(case_id).stage == "clue"
        assert place.cases.case(case_id).mediators == ("meng",)
        assert place.cases.case(case_id).limit is None


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (replace(LEAK, title=" "), "title"),
        (replace(LEAK, dispute=""), "dispute"),
        (replace(LEAK, accepted_on="2026-06-19"), "accepted_on"),
        (replace(LEAK, parties=(WANG,)), "respondent"),
        (replace(LEAK, parties=(WANG, replace(LI, birth="2010-01-01"))), "2.guardian"),
        (replace(LEAK, parties=(WANG, replace(LI, name=""))), "2.name"),
        (replace(LEAK, parties=(WANG, replace(LI, id_no="11010519491231002"))), "2.id_no"),
        (replace(LEAK, parties=(WANG, replace(WANG, side="respondent"))), "2.name"),
        (replace(LEAK, parties=(replace(WANG, phone="12"), LI)), "1.phone"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cases, place, form, field):
    """And nothing was saved."""
    with pytest.raises(CaseRefused) as error:
        cases.open(form)
    assert fields_of(error) == [field]
    assert error.value.sentence() == error.value.flaws[0].words
    assert place.store.reading.rows("mediation_case") == []


def test_two_people_may_bear_one_name(cases):
    """Where something tells them apart; the same one is never on both sides."""
    namesake = replace(WANG, side="respondent", birth="1990-01-01", phone="")
    case_id = cases.open(replace(LEAK, parties=(WANG, namesake)))
    assert len(cases.case(case_id).parties) == 2

    with pytest.raises(CaseRefused) as error:
        cases.add_party(case_id, replace(WANG, side="third"))
    assert fields_of(error) == ["name"]


def test_a_minor_has_a_guardian_also_later(cases):
    """The birth tells it, and so does the ID number."""
    case_id = cases.open(LEAK)
    (_, li) = cases.case(case_id).parties
    with pytest.raises(CaseRefused) as error:
        cases.edit_party(case_id, replace(li, birth="2012-03-04"))
    assert fields_of(error) == ["guardian"]
    cases.edit_party(case_id, replace(li, birth="2012-03-04", guardian="李大力"))
    assert cases.case(case_id).parties[1].guardian == "李大力"


def test_nobody_changes_or_removes_a_talk(cases, place):
    """A correction stands beside it and says why."""
    case_id = cases.open(LEAK)
    talk_id = cases.talk(case_id, TalkForm(text="修好后7日内回访。"))
    for edit in (
        records.patch("case_talk", talk_id, {"text": "别的"}),
        records.delete("case_talk", talk_id),
    ):
        with pytest.raises(EntryIsFinal):
            place.store.records.write([edit])
    (talk,) = cases.case(case_id).talks
    with pytest.raises(CaseRefused):
        cases.correct_talk(case_id, talk, TalkForm(text="3日内。"), " ")
    cases.correct_talk(case_id, talk, TalkForm(text="3日内。"), "记错了天数")

    first, second = cases.case(case_id).talks
    assert (first.text, second.text, second.corrects) == ("修好后7日内回访。", "3日内。", talk_id)


def test_a_talk_of_no_kind_is_no_mediation(cases, place):
    """It prints no record of one; its correction keeps what it was."""
    case_id = cases.open(LEAK)
    talk_id = cases.talk(case_id, TalkForm(text="电话里问了一下。"))
    assert cases.case(case_id).talks[0].kind == "other"
    assert place.dossiers.papers(case_id, "mediation") == ()
    cases.talk(case_id, TalkForm("mediation", text="双方到场。"))
    talk = cases.case(case_id).talks[1]
    cases.correct_talk(case_id, talk, TalkForm(text="三方到场。"), "漏记一人")
    assert [one.kind for one in cases.case(case_id).talks] == ["other", "mediation", "mediation"]
    assert talk_id == cases.case(case_id).talks[0].id


def test_an_empty_talk_and_one_of_tomorrow_are_refused(cases):
    """At their fields."""
    case_id = cases.open(LEAK)
    with pytest.raises(CaseRefused) as error:
        cases.talk(case_id, TalkForm(said=(Said("李建国", " "),)))
    assert fields_of(error) == ["text"]
    with pytest.raises(CaseRefused) as error:
        cases.talk(case_id, TalkForm(held_at="2026-06-19T01:00:00Z", said=(Said(" ", "好"),)))
    assert fields_of(error) == ["time", "1.who"]


def test_an_agreement_has_a_term_and_nothing_is_due_before_it(cases):
    """Neither when it is written nor when it is signed."""
    case_id = cases.open(LEAK)
    cases.move(case_id, "mediating")
    with pytest.raises(CaseRefused) as error:
        cases.move(case_id, "agreed")
    assert fields_of(error) == ["stage"]
    with pytest.raises(CaseRefused) as error:
        cases.write_agreement(case_id, AgreementForm())
    assert fields_of(error) == ["1.text"]
    agreement = cases.write_agreement(
        case_id, AgreementForm(terms=(TERM, replace(TERM, due_on="2026-06-10")))
    )
    with pytest.raises(CaseRefused) as error:
        cases.sign(case_id, agreement, "2026-06-11", [SCAN])
    assert fields_of(error) == ["2.due_on"]
    oral = AgreementForm("oral", terms=(TERM,), agreed_on="2026-06-30")
    with pytest.raises(CaseRefused) as error:
        cases.write_agreement(case_id, oral)
    assert fields_of(error) == ["agreed_on", "1.due_on"]


def test_a_sum_is_paid_by_a_day(cases):
    """Without one nobody is late, and nobody is reminded."""
    case_id = cases.open(LEAK)
    paid = Term("李建国赔偿吊顶费", 120000)
    with pytest.raises(CaseRefused) as error:
        cases.write_agreement(case_id, AgreementForm(terms=(TERM, paid)))
    assert fields_of(error) == ["2.due_on"]
    assert error.value.sentence() == "Say by when it is paid, such as 6-21."
    cases.write_agreement(case_id, AgreementForm(terms=(replace(paid, due_on="2026-06-25"),)))


def test_the_limit_runs_until_it_is_signed(cases, place):
    """A draft ends nothing: its case still asks for its limit, may be lengthened, and is open."""
    case_id, agreement = at_agreement(cases)
    (line,) = place.case_list.lines()
    assert cases.case(case_id).is_running
    assert (line.task.kind, line.task.due.isoformat()) == (TaskKind.LIMIT, "2026-07-02")
    assert not CaseFilter.ENDED.holds(line)
    assert "of 30" in read_case(place, case_id).limit

    cases.sign(case_id, agreement, TODAY, [SCAN])
    (line,) = place.case_list.lines()
    assert (line.task.kind, line.running) == (TaskKind.PERFORM, False)
    assert CaseFilter.ENDED.holds(line)


def test_the_screen_masks_what_the_paper_tells(cases, place):
    """Beside the case nobody asked for a number; who signs reads it whole."""
    case_id, _agreement = at_agreement(cases)
    (seen,) = place.dossiers.shown(cases.case(case_id), "agreement")
    (printed,) = place.dossiers.papers(case_id, "agreement")
    assert "电话138****1024" in seen.text()
    assert "电话13812341024" in printed.text()


def test_where_violence_is_feared_the_papers_are_guarded(cases, place):
    case_id = cases.open(replace(LEAK, violence_risk=True))
    assert place.dossiers.case(case_id).guarded
    (form,) = place.dossiers.papers(case_id, "registration")
    assert "王桂兰" in form.text()
    assert "13812341024" not in form.text()


def test_signed_means_the_scan_is_there_and_then_it_is_locked(cases):
    """What changes goes in a supplement."""
    case_id, agreement = at_agreement(cases)
    with pytest.raises(ScanNeeded):
        cases.sign(case_id, agreement, TODAY, [])
    with pytest.raises(CaseRefused):
        cases.move(case_id, "performing")
    cases.sign(case_id, agreement, TODAY, [SCAN])
    with pytest.raises(AgreementLocked):
        cases.sign(case_id, agreement, TODAY, [SCAN])
    with pytest.raises(AgreementLocked):
        cases.write_agreement(case_id, AgreementForm(terms=(TERM,)))
    more = Term("再付300元", 30000, "2026-07-01")
    supplement = cases.write_agreement(case_id, AgreementForm("supplement", terms=(more,)))
    assert cases.case(case_id).terms == (TERM,)
    cases.sign(case_id, supplement, TODAY, [SCAN])
    assert cases.case(case_id).terms == (TERM, more)


def test_before_it_is_signed_each_version_replaces_the_one_before(cases):
    """All of them stay."""
    case_id, first = at_agreement(cases)
    cases.write_agreement(case_id, AgreementForm(terms=(TERM, TERM)), "加一条")
    file = cases.case(case_id)
    assert [one.corrects for one in file.agreements] == ["", first]
    assert len(file.agreement.terms) == 2


def test_more_time_needs_both_sides(cases):
    """One alone lengthens nothing."""
    case_id = cases.open(LEAK)
    form = StepForm("extension", TODAY, "2026-07-20", ("applicant",))
    with pytest.raises(CaseRefused) as error:
        cases.step(case_id, form)
    assert fields_of(error) == ["agreed_by"]
    cases.step(case_id, replace(form, agreed_by=("applicant", "respondent")))
    assert cases.case(case_id).limit.isoformat() == "2026-07-20"


def test_who_does_not_agree_hears_of_the_other_ways(cases):
    """Without that nothing fails; a party may come back to it."""
    case_id = cases.open(LEAK)
    with pytest.raises(CaseRefused) as error:
        cases.step(case_id, StepForm("failed", TODAY))
    assert fields_of(error) == ["done"]
    with pytest.raises(CaseRefused):
        cases.move(case_id, "failed")
    cases.step(case_id, StepForm("failed", TODAY, done=True))
    assert cases.case(case_id).stage == "failed"
    cases.move(case_id, "mediating")
    assert cases.case(case_id).stage == "mediating"


def test_the_court_confirms_a_signed_agreement(cases):
    """The step has its date and moves the case."""
    case_id, agreement = at_agreement(cases)
    with pytest.raises(CaseRefused):
        cases.step(case_id, StepForm("court_applied", TODAY))
    cases.sign(case_id, agreement, TODAY, [SCAN])
    cases.step(case_id, StepForm("court_applied", TODAY))
    cases.step(case_id, StepForm("court_confirmed", TODAY, done=True))
    assert cases.case(case_id).stage == "judicial_confirm"
    cases.move(case_id, "performing")


def at_call_back(cases):
    """A case that was signed and performed in full."""
    case_id, agreement = at_agreement(cases)
    cases.sign(case_id, agreement, TODAY, [SCAN])
    cases.step(case_id, StepForm("performed", TODAY, done=True))
    return case_id


def test_the_court_may_still_be_asked_at_the_call_back(cases):
    """It is offered there: a dated step beside the stages, within 30 days of signing."""
    case_id = at_call_back(cases)
    for kind in ("court_applied", "court_confirmed"):
        assert f"step:{kind}" in dict(other_ways(cases.case(case_id)))
        cases.step(case_id, StepForm(kind, TODAY, done=True))
    assert cases.case(case_id).stage == "follow_up"
    assert not [way for way, _ in other_ways(cases.case(case_id)) if "court" in way]


def test_a_court_confirms_once_and_after_it_was_asked(cases):
    """Each refusal stands at the day, or says what comes first."""
    case_id = at_call_back(cases)
    with pytest.raises(CaseRefused) as error:
        cases.step(case_id, StepForm("court_confirmed", TODAY, done=True))
    assert "First write down on which day" in error.value.sentence()
    cases.step(case_id, StepForm("court_applied", TODAY))
    with pytest.raises(CaseRefused) as error:
        cases.step(case_id, StepForm("court_applied", TODAY))
    assert "written down already" in error.value.sentence()
    cases.step(case_id, StepForm("court_confirmed", TODAY, done=True))
    for kind in ("court_confirmed", "court_applied"):
        with pytest.raises(CaseRefused) as error:
            cases.step(case_id, StepForm(kind, TODAY))
        assert error.value.sentence() == "The court has confirmed it already."
    assert len(cases.case(case_id).steps_of("court_confirmed")) == 1


def test_the_court_is_asked_within_30_days_of_signing(tmp_path):
    """Neither before nor after."""
    with workplace(tmp_path, posts=("mediator",)) as place:
        case_id = place.cases.open(replace(LEAK, accepted_on="2026-05-01"))
        place.cases.move(case_id, "mediating")
        term = Term("修好", None, "2026-05-20")
        draft = place.cases.write_agreement(case_id, AgreementForm(terms=(term,)))
        place.cases.move(case_id, "agreed")
        place.cases.sign(case_id, draft, "2026-05-10", [SCAN])
        for day, words in (("2026-05-09", "before the agreement"), ("2026-06-10", "30 days")):
            with pytest.raises(CaseRefused) as error:
                place.cases.step(case_id, StepForm("court_applied", day))
            assert fields_of(error) == ["done_on"]
            assert words in error.value.sentence()
        place.cases.step(case_id, StepForm("court_applied", "2026-06-09"))


def test_nothing_is_performed_before_signing_nor_due_before_acceptance(cases):
    """At the field of the day."""
    case_id, agreement = at_agreement(cases)
    early = replace(TERM, due_on="2026-05-30")
    with pytest.raises(CaseRefused) as error:
        cases.write_agreement(case_id, AgreementForm(terms=(TERM, early)))
    assert fields_of(error) == ["2.due_on"]
    with pytest.raises(CaseRefused) as error:
        cases.sign(case_id, agreement, "2026-06-01", [SCAN])
    assert fields_of(error) == ["signed_on"]
    cases.sign(case_id, agreement, "2026-06-10", [SCAN])
    for kind in ("performed", "not_performed"):
        with pytest.raises(CaseRefused) as error:
            cases.step(case_id, StepForm(kind, "2026-06-09", done=True))
        assert fields_of(error) == ["done_on"]


def test_what_was_done_in_part_is_not_called_performed(cases, place):
    """Neither in the record nor on the paper, and no figure counts it."""
    case_id, agreement = at_agreement(cases)
    cases.sign(case_id, agreement, TODAY, [SCAN])
    form = StepCaseForm(place, case_id, "performed")
    form.begin()
    said = form.save({"done_on": "6-18", "text": "先付500元。"}, [])
    assert said.words == "Kept: performed in part"
    file = cases.case(case_id)
    assert (file.stage, file.steps[-1].words, file.fulfilled) == (
        *("agreed", "performed in part", None),
    )
    (paper,) = place.dossiers.papers(case_id, "performance")
    assert "部分履行" in paper.text()
    assert fact_of(file).performed_on is None
    said = form.save({"done_on": "6-18", "done": "yes"}, [])
    assert said.words == "Kept: performed"
    (paper,) = place.dossiers.papers(case_id, "performance")
    assert "已履行" in paper.text()
    assert cases.case(case_id).stage == "follow_up"


def test_what_comes_after_closing_stays_and_is_marked(cases):
    """「办结后有新情况」: on this computer by what was first."""
    case_id = cases.open(replace(LEAK, accepted_on="", mediators=("chen",)))
    cases.talk(case_id, TalkForm(text="来问过。"))
    cases.step(case_id, StepForm("declined", TODAY, text="李建国不愿意。"))
    cases.archive(case_id)
    cases.talk(case_id, TalkForm(text="又来了。"))
    assert [(one.text, one.late) for one in cases.case(case_id).talks] == [
        ("来问过。", False),
        ("又来了。", True),
    ]


def test_a_draft_survives_and_ends_with_what_it_became(cases, place):
    """It is no lost form of a home that is not here."""
    case_id = cases.open(LEAK)
    key = talk_draft_key(case_id)
    cases.keep_draft(key, {"text": "写到一半"})
    assert cases.draft(key) == {"text": "写到一半"}
    assert place.store.sealing.drafts() == []
    cases.talk(case_id, TalkForm(text="写到一半"))
    assert cases.draft(key) == {}


def test_a_case_that_is_not_here_is_said(cases):
    """Nothing is made up for it."""
    with pytest.raises(NotFound):
        cases.case("nowhere")


def test_a_referral_needs_the_consent_of_somebody_named(cases):
    """Who agreed stands on the paper by name; nobody is referred without being asked."""
    case_id = cases.open(LEAK)
    with pytest.raises(CaseRefused) as error:
        cases.step(case_id, StepForm("referred", TODAY, text="情绪低落，转街道心理服务站"))
    assert fields_of(error) == ["agreed_by"]
    wang = cases.case(case_id).parties[0]
    cases.step(case_id, StepForm("referred", TODAY, agreed_by=(wang.id,), text="转街道心理服务站"))
    assert cases.case(case_id).step("referred").agreed_by == (wang.id,)


def test_a_referral_is_asked_after_within_a_week(cases, place):
    """It stands on Today until somebody called; the consent is a paper that names who gave it."""
    case_id = cases.open(LEAK)
    wang = cases.case(case_id).parties[0]
    cases.step(case_id, StepForm("referred", "2026-06-10", agreed_by=(wang.id,), text="转介"))
    (line,) = place.case_list.asking()
    assert line.task.kind is TaskKind.REFERRAL
    assert line.task.due.isoformat() == "2026-06-17"
    (paper,) = place.dossiers.papers(case_id, "referral")
    assert "2026年6月10日 转介 王桂兰" in paper.text()
    cases.talk(case_id, TalkForm("call", text="已去过一次，说好多了。"))
    assert [line.task.kind for line in place.case_list.lines()] == [TaskKind.LIMIT]


def test_a_call_back_says_how_satisfied_they_are(cases, place):
    """5 to 1, or 0 where nobody was reached; the record of it is a paper."""
    case_id = cases.open(LEAK)
    for wrong in (None, 6, -1):
        with pytest.raises(CaseRefused) as error:
            cases.step(case_id, StepForm("called_back", TODAY, satisfaction=wrong))
        assert fields_of(error) == ["satisfaction"]
    cases.step(case_id, StepForm("called_back", TODAY, text="未再渗水。", satisfaction=5))
    (paper,) = place.dossiers.papers(case_id, "follow_up")
    assert "非常满意" in paper.text()
    assert "未再渗水。" in paper.text()
