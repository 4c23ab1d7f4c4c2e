"""What keeps the file of a case from being archived, and who has still to sign."""

from dataclasses import replace
from datetime import date

import pytest

from sync.rules.dossier import DossierIncomplete, State, checklist, lacking, may_archive
from sync.rules.paper_case import Agreement, PaperCase, Scan, Step
from tests.support.cases import LEAK, LI, WANG, oral_case


def line(file: PaperCase, paper: str):
    """One line of the checklist."""
    return next(one for one in checklist(file) if one.paper == paper)


def without(file: PaperCase, paper: str) -> PaperCase:
    """The file before one paper was scanned."""
    return replace(file, scans=tuple(one for one in file.scans if one.paper != paper))


def test_a_case_that_went_all_its_way_may_be_archived():
    assert lacking(LEAK) == ()
    may_archive(LEAK)


@pytest.mark.parametrize("paper", ["application", "rights", "identity", "mediation", "agreement"])
def test_each_required_paper_is_missed(paper):
    """The list of domain.md section 7: without any one of them the file stays open."""
    file = without(LEAK, paper)
    assert [one.paper for one in lacking(file)] == [paper]
    with pytest.raises(DossierIncomplete):
        may_archive(file)


@pytest.mark.parametrize("paper", ["inquiry", "follow_up"])
def test_papers_that_are_made_when_needed_hold_nothing_up(paper):
    assert lacking(without(LEAK, paper)) == ()


def test_missing_signatures_are_named():
    """A paper counts as signed once its scan is bound in; until then all who sign are told."""
    found = line(without(LEAK, "agreement"), "agreement")
    assert found.state is State.UNSIGNED
    assert found.unsigned == ("王桂兰", "李建国", "邹大海")


def test_the_refusal_names_papers_and_no_people():
    with pytest.raises(DossierIncomplete) as refused:
        may_archive(without(without(LEAK, "rights"), "identity"))
    said = refused.value.sentence()
    assert "Scan of the signed page missing: Notice of rights and duties." in said
    assert "Missing: Proof of identity." in said
    assert "王桂兰" not in said


def test_a_case_without_a_number_is_not_archived():
    """The number comes from the server: a laptop that never sent the case cannot close it."""
    assert [one.paper for one in lacking(replace(LEAK, no=""))] == ["cover"]


def test_without_an_application_the_registration_takes_its_place():
    file = replace(LEAK, origin="proactive")
    assert [one.paper for one in lacking(file)] == ["registration"]
    assert line(file, "registration").unsigned == ("王桂兰", "李建国")


def test_the_guardian_of_a_minor_signs_beside_them():
    minor = replace(LI, birth=date(2012, 1, 1), guardian="李长河")
    file = without(replace(LEAK, parties=(WANG, minor)), "rights")
    assert line(file, "rights").unsigned == ("王桂兰", "李建国", "李长河")


def test_an_agent_needs_a_power_of_attorney():
    file = replace(LEAK, parties=(WANG, replace(LI, agent="赵律")))
    assert [one.paper for one in lacking(file)] == ["proxy"]


def test_every_talk_is_signed_for_itself():
    """A scan that belongs to one talk does not stand for another."""
    second = replace(LEAK.talks[1], id="talk-9")
    scans = (*without(LEAK, "mediation").scans, Scan("s", "mediation", about="talk-2"))
    file = replace(LEAK, talks=(*LEAK.talks, second), scans=scans)
    assert [one.paper for one in lacking(file)] == ["mediation"]
    signed = replace(file, scans=(*scans, Scan("t", "mediation", about="talk-9")))
    assert lacking(signed) == ()


def test_a_supplement_is_signed_for_itself():
    supplement = Agreement("more", "supplement", terms=LEAK.agreements[0].terms)
    file = replace(LEAK, agreements=(*LEAK.agreements, supplement))
    assert [one.paper for one in lacking(file)] == ["supplement"]
    signed = replace(file, scans=(*file.scans, Scan("s", "supplement", about="more")))
    assert lacking(signed) == ()


def test_an_oral_agreement_needs_its_registration_alone():
    assert lacking(oral_case()) == ()
    unsigned = without(oral_case(), "oral")
    assert line(unsigned, "oral").unsigned == ("邹大海",)


def test_a_case_that_failed_needs_the_notice_of_other_ways():
    failed = replace(LEAK, stage="failed", agreements=(), steps=LEAK.steps[:1])
    assert [one.paper for one in lacking(failed)] == ["ended"]
    told = replace(failed, steps=(*failed.steps, Step("failed", date(2026, 6, 20), id="f")))
    assert lacking(told) == ()


def test_who_declined_signs_nothing():
    """A party that refuses mediation (人民调解法 art. 17) cannot be asked for a signature."""
    declined = replace(
        LEAK, origin="proactive", stage="declined", no="", agreements=(), steps=(), scans=()
    )
    assert lacking(declined) == ()


def test_asking_the_court_makes_its_papers_required():
    asked = Step("court_applied", date(2026, 6, 20), id="c")
    file = replace(LEAK, steps=(*LEAK.steps, asked))
    assert [one.paper for one in lacking(file)] == ["court"]


def test_a_clue_has_no_paper_of_an_acceptance_yet():
    """Nothing is ticked for a title alone, and nothing is missed; once accepted it is."""
    clue = PaperCase(title="漏水", stage="clue", origin="proactive", parties=(WANG, LI))
    for paper in ("cover", "registration"):
        assert line(clue, paper).state is State.LATER
    assert lacking(clue) == ()
    accepted = replace(clue, stage="accepted")
    assert line(accepted, "cover").state is State.MISSING
    assert line(accepted, "registration").state is State.UNSIGNED
