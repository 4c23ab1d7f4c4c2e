"""Somebody who was told in words is found in the ledger later, by keys, and can be undone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.page import Route
from desktop.pages.dossier import DossierPage
from desktop.pages.household import HouseholdPage
from desktop.pages.mediation import CasePage
from desktop.services.case_file import Party
from desktop.services.notes import MediationForm
from desktop.services.opening import open_household
from desktop.viewmodels.case_rows import answers_to
from sync.store.records import append
from tests.desktop.pages.hands import press, write
from tests.desktop.pages.test_mediation import opened
from tests.desktop.services.test_cases import LEAK, WANG
from tests.support.workplaces import household_id, workplace

Key = Qt.Key
HOME, HE = household_id("6-2-1602"), household_id("6-2-904")
TOLD = MediationForm(other_party="楼下何师傅", what="漏水", result="三天修好", done=True)


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("grid_worker", "mediator")) as opened_:
        yield opened_


def choose(page, typed):
    """L, a name instead of the words, Enter."""
    press(page, Key.Key_L)
    assert page.ledger.is_open
    write(page, typed)
    QTest.keyClick(page.ledger.search.edit, Key.Key_Return)


def oral(place):
    """An oral mediation with somebody who is known by words alone."""
    return place.notes.mediate(place.households.record(HOME), TOLD)


def side(place, oral_id):
    """The second party as its paper names it, and where they live."""
    party = place.dossiers.case(oral_id).parties[-1]
    return party.name, party.address


def histories(place, home):
    """The mediations in the history of a home: other side, whether a later entry replaced it."""
    entries = open_household(place, home).card.entries
    return [(one.other, one.replaced) for one in entries if one.kind == "mediation"]


def test_the_second_party_is_linked_from_its_paper_by_keys(qtbot, place):
    """The words stay; the paper and both homes know who it is; undone, all is as before."""
    oral_id = oral(place)
    page, heard = opened(qtbot, place, DossierPage, Route("dossier", oral_id, "oral"))
    assert side(place, oral_id) == ("楼下何师傅", "")
    choose(page, "吕志刚")
    assert heard.words == ["Linked to the ledger; the words stay."]
    assert side(place, oral_id) == ("吕志刚", "丰和苑 6-2-904")
    newest, first = histories(place, HOME)
    assert first == ("楼下何师傅", True)
    assert newest[0].endswith("told as “楼下何师傅”")
    assert len(histories(place, HE)) == 1
    heard.undos[-1]()
    assert side(place, oral_id) == ("楼下何师傅", "")
    assert ("楼下何师傅", False) in histories(place, HOME)
    assert place.mediation_figures.facts()[0].id == oral_id
    assert len(place.mediation_figures.facts()) == 1


def test_who_is_at_home_there_may_be_named_by_the_room(qtbot, place):
    """Everybody who lives behind the door is offered."""
    page, _heard = opened(qtbot, place, DossierPage, Route("dossier", oral(place), "oral"))
    press(page, Key.Key_L)
    write(page, "6-2-904")
    rows = [page.ledger._model.row_at(at).title for at in range(page.ledger._model.rowCount())]
    assert [title[:3] for title in rows] == ["何美玲", "吕志刚"]
    QTest.keyClick(page.ledger.search.edit, Key.Key_Escape)
    assert not page.ledger.is_open


def test_nobody_is_at_odds_with_themselves(qtbot, place):
    """The first party is refused where it is chosen, and nothing is written."""
    oral_id = oral(place)
    page, heard = opened(qtbot, place, DossierPage, Route("dossier", oral_id, "oral"))
    choose(page, "王桂兰")
    assert page.ledger.hint.text().startswith("This is the first party again.")
    assert (heard.words, side(place, oral_id)[0]) == ([], "楼下何师傅")


def test_two_links_at_a_time_wait_for_a_person(qtbot, place):
    """Neither is printed; choosing settles both."""
    oral_id = oral(place)
    first = place.notes.link_party(oral_id, HE, "")
    second = dict(place.store.reading.find("oral_mediation", first).fields)
    other = second | {"other_household_id": household_id("9-1-102"), "corrects": oral_id}
    arrive(place, other)
    assert side(place, oral_id)[0] == "楼下何师傅"
    page, _heard = opened(qtbot, place, DossierPage, Route("dossier", oral_id, "oral"))
    press(page, Key.Key_L)
    assert "Two people linked it differently" in page.ledger.told.text()
    write(page, "何美玲")
    QTest.keyClick(page.ledger.search.edit, Key.Key_Return)
    assert side(place, oral_id)[0] == "何美玲"


def arrive(place, body):
    """The same mediation, linked on another computer."""
    scope = place.households.record(HOME).scope_id
    place.store.records.write([append("oral_mediation", body, scope_id=scope)])


def test_a_party_of_a_case_is_linked_by_keys(qtbot, place):
    """What is empty is filled in, the name as told stays, the home's history leads to the case."""
    told = Party("", "respondent", "楼下何师傅", phone="13900005530")
    case_id = place.cases.open(replace(LEAK, parties=(WANG, told)))
    party = place.cases.case(case_id).parties[1]
    wang = place.cases.case(case_id).parties[0]
    place.cases.edit_party(case_id, replace(wang, household_id=HOME))
    page, heard = opened(qtbot, place, CasePage, Route("case", case_id))
    choose(page, "何美玲")
    linked = place.cases.case(case_id).parties[1]
    assert (linked.name, linked.told, linked.sex) == ("何美玲", "楼下何师傅", "2")
    assert (linked.phone, linked.household_id) == ("13900005530", HE)
    assert "told as “楼下何师傅”" in page._view.people[1].detail
    assert not page._has_unknown()
    assert answers_to(place.case_list.lines()[0], "何师傅")
    home, told_there = opened(qtbot, place, HouseholdPage, Route("household", HE))
    home._act_on_entry(case_id)
    assert told_there.routes == [Route("case", case_id)]
    heard.undos[-1]()
    assert place.cases.case(case_id).parties[1] == party
