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
from desktop.services.oral_versions import oral_of
from desktop.viewmodels.case_rows import answers_to
from desktop.viewmodels.ledger_people import link, unlink, unlinked_party, unlinked_side
from sync.store.records import append
from tests.desktop.pages.hands import hold, press, write
from tests.desktop.pages.test_mediation import opened
from tests.desktop.services.test_cases import LEAK, WANG
from tests.support.workplaces import household_id, workplace

Key = Qt.Key
HOME, HE, XU = (household_id(room) for room in ("6-2-1602", "6-2-904", "9-1-102"))
NEIGHBOUR = Party("", "respondent", "楼下何师傅")
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
    first = place.notes.link_party(oral_id, HE, "").version
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


def disputed(place):
    """An oral mediation that was linked to two homes, to the second of them by a second try."""
    oral_id = oral(place)
    first = place.notes.link_party(oral_id, HE, "").version
    body = dict(place.store.reading.find("oral_mediation", first).fields)
    arrive(place, body | {"other_household_id": household_id("6-2-1501"), "corrects": oral_id})
    tried = heads(place, oral_id)[-1].id
    arrive(place, body | {"other_household_id": XU, "corrects": tried})
    return oral_id


def heads(place, oral_id):
    """The versions that stand."""
    return oral_of(place.store.reading, oral_id).heads


def test_an_undone_choice_is_open_again(place):
    """Else whoever linked it last would stand as the truth, though nobody decided that."""
    oral_id = disputed(place)
    before = {one.get("other_household_id") for one in heads(place, oral_id)}
    assert before == {HE, XU}
    linked = link(place, unlinked_side(place, oral_id), (HE, ""))
    (chosen,) = heads(place, oral_id)
    assert chosen.get("other_household_id") == HE
    assert unlink(place, linked) == "The link is taken back. Both stay in the record."
    assert {one.get("other_household_id") for one in heads(place, oral_id)} == before
    assert unlinked_side(place, oral_id).twice


def test_what_was_linked_anew_is_not_undone(place):
    """Two people at a time: the newer word stays, and whoever undoes the older one is told."""
    oral_id = oral(place)
    linked = link(place, unlinked_side(place, oral_id), (HE, ""))
    link(place, unlinked_side(place, oral_id), (XU, ""))
    assert unlink(place, linked) == "It was linked anew since: that stays."
    assert side(place, oral_id)[1].endswith("9-1-102")


def test_who_linked_it_is_not_named_as_the_mediator(qtbot, place):
    """Each has a field of their own."""
    oral_id = oral(place)
    root = dict(place.store.reading.find("oral_mediation", oral_id).fields)
    arrive(place, root | {"staff_id": "liu", "what": "停车"})
    theirs = place.store.reading.rows("oral_mediation", where={"staff_id": "liu"})[0].id
    linked = place.notes.link_party(theirs, HE, "")
    row = place.store.reading.find("oral_mediation", linked.version)
    assert (row.get("staff_id"), row.get("linked_by")) == ("liu", "chen")
    (entry,) = [one for one in open_household(place, HE).card.entries if one.kind == "mediation"]
    assert entry.author != entry.linked_by == place.store.account.user.name


def test_undoing_a_link_takes_nothing_that_was_typed_since(place):
    """A number and an address that came later stay; the name is as it was told."""
    case_id = place.cases.open(replace(LEAK, parties=(WANG, NEIGHBOUR)))
    party = place.cases.case(case_id).parties[1]
    linked = link(place, unlinked_party(place, case_id), (HE, ""))
    now = place.cases.case(case_id).parties[1]
    place.cases.edit_party(case_id, replace(now, phone="13812345678", address="新地址"))
    assert unlink(place, linked) == "No longer linked: as it was told."
    after = place.cases.case(case_id).parties[1]
    assert (after.name, after.household_id, after.told) == (party.name, "", "")
    assert (after.phone, after.address) == ("13812345678", "新地址")


def test_a_party_that_was_linked_to_somebody_else_since_stays(place):
    """Half of one person and half of another would be nobody."""
    case_id = place.cases.open(replace(LEAK, parties=(WANG, NEIGHBOUR)))
    linked = link(place, unlinked_party(place, case_id), (HE, ""))
    link(place, unlinked_party(place, case_id, linked.party_id), (XU, ""))
    before = place.cases.case(case_id).parties[1]
    assert unlink(place, linked) == "It was linked anew since: that stays."
    assert place.cases.case(case_id).parties[1] == before


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("何美玲", "何美玲"),
        ("楼下6-2-904何师傅", "6-2-904"),
        ("隔壁何美玲女士，电话没问到", "何美玲"),
        ("楼下何师傅", "何"),
        ("隔壁欧阳先生", "欧阳"),
    ],
)
def test_the_search_begins_with_what_finds_somebody(qtbot, place, told, found):
    """All that was told is nobody's name; where nobody is found the name stands there alone."""
    oral_id = place.notes.mediate(place.households.record(HOME), replace(TOLD, other_party=told))
    page, _heard = opened(qtbot, place, DossierPage, Route("dossier", oral_id, "oral"))
    press(page, Key.Key_L)
    picker = page.ledger
    assert (picker.search.text(), picker.search.edit.selectedText()) == (found, found)
    assert bool(picker._model.rowCount()) == ("欧阳" not in told)


def test_enter_is_remembered_while_the_answer_is_on_its_way(qtbot, place):
    """And is about what was typed, not about what was offered before."""
    oral_id = oral(place)
    page, heard = opened(qtbot, place, DossierPage, Route("dossier", oral_id, "oral"))
    press(page, Key.Key_L)
    lane = hold(page.context)
    write(page, "吕志刚")
    QTest.keyClick(page.ledger.search.edit, Key.Key_Return)
    assert heard.words == []
    lane.let_all_go()
    assert heard.words == ["Linked to the ledger; the words stay."]
    assert side(place, oral_id)[0] == "吕志刚"


def test_the_picker_goes_with_its_page(qtbot, place):
    """Over another case its Enter would link in the one before."""
    ours = place.cases.open(replace(LEAK, parties=(WANG, NEIGHBOUR)))
    theirs = place.cases.open(replace(LEAK, title="车位被占"))
    page, _heard = opened(qtbot, place, CasePage, Route("case", ours))
    press(page, Key.Key_L)
    assert page.ledger.is_open
    page.leave()
    assert not page.ledger.is_open
    press(page, Key.Key_L)
    page.enter(Route("case", theirs))
    assert not page.ledger.is_open
    sheet, _heard = opened(qtbot, place, DossierPage, Route("dossier", oral(place), "oral"))
    press(sheet, Key.Key_L)
    sheet.enter(Route("dossier", ours))
    assert not sheet.ledger.is_open


def test_a_link_is_corrected_knowingly(qtbot, place):
    """Whoever presses L again reads who it is linked to."""
    oral_id = oral(place)
    page, _heard = opened(qtbot, place, DossierPage, Route("dossier", oral_id, "oral"))
    choose(page, "吕志刚")
    assert page.links.words == "Correct who it is"
    press(page, Key.Key_L)
    assert "linked to 吕志刚" in page.ledger.told.text()


def test_the_status_bar_has_no_room_for_linking(qtbot, place):
    """The sheet of keys names it."""
    case_id = place.cases.open(replace(LEAK, parties=(WANG, NEIGHBOUR)))
    page, _heard = opened(qtbot, place, CasePage, Route("case", case_id))
    assert "L" not in str(page.keys())
    assert "link to the ledger" in str(page.table.hints(on_bar=False))


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
