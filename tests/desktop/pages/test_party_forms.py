"""The forms of a party: what is known of one person is never written down as another's."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.services.case_file import Party
from sync.store.records import patch
from tests.desktop.pages.hands import press
from tests.desktop.pages.test_linking import HE, HOME, oral
from tests.desktop.pages.test_mediation import form
from tests.desktop.services.test_cases import LEAK, WANG
from tests.support.workplaces import workplace

Key = Qt.Key


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("grid_worker", "mediator")) as opened:
        yield opened


def people(place):
    """The ids of the head of HE and of who lives with her; she alone has a phone and work."""
    head = str(place.store.reading.find("household", HE).get("head_id"))
    (other,) = [one.id for one in place.households.card(HE).members if one.id != head]
    known = patch("person", head, {"phone": "13911112222", "work": "木工"})
    place.store.records.write([known, patch("person", other, {"phone": "", "work": ""})])
    return head, other


def second(page):
    """What the form says of the second party."""
    return {key[2:]: text for key, text in page.fields.texts().items() if key.startswith("2.")}


def test_a_member_of_a_home_gets_nothing_of_its_head(qtbot, place):
    """Their own name and birth, the home they share, and no phone or work of the head's."""
    _head, other = people(place)
    oral_id = oral(place)
    place.notes.link_party(oral_id, HE, other)
    page, _heard = form(qtbot, place, oral_id, "opening:visit")
    told = second(page)
    assert (told["name"], told["told"], told["person_id"]) == ("吕志刚", "楼下何师傅", other)
    assert (told["household_id"], told["address"]) == (HE, "丰和苑 6-2-904")
    assert not {"phone", "occupation"} & set(told)


def test_who_is_told_of_in_words_alone_is_not_the_head(qtbot, place):
    """A home that is known says where they live, not who they are."""
    people(place)
    oral_id = oral(place)
    place.notes.link_party(oral_id, HE, "")
    page, _heard = form(qtbot, place, oral_id, "opening:visit")
    home = {"household_id": HE, "address": "丰和苑 6号楼2单元904", "room": "6-2-904"}
    assert second(page) == home | {"name": "楼下何师傅"}


@pytest.fixture
def begun(qtbot, place):
    """A case whose second party is known by words, the route of their form, and its draft."""
    told = Party("", "respondent", "楼下何师傅", phone="13900005530")
    case_id = place.cases.open(replace(LEAK, parties=(replace(WANG, household_id=HOME), told)))
    party_id = place.cases.case(case_id).parties[1].id
    route = Route("case_form", case_id, f"party:{party_id}")
    page, _heard = form(qtbot, place, case_id, route.detail)
    page.fields.entries["occupation"].set_value("木工")
    page.fields.entries["phone"].set_value("")
    page._keeper.touch()
    page.leave()
    return route, party_id


def link(place, route, party_id):
    """Somebody says who it is, and it is 吕志刚."""
    place.cases.link_party(route.record_id, party_id, HE, people(place)[1])


def test_a_draft_that_is_older_than_the_link_keeps_it(qtbot, place, begun):
    """It shows who it is by now with what was typed, and saving it undoes nothing."""
    route, party_id = begun
    link(place, route, party_id)
    page, heard = form(qtbot, place, route.record_id, route.detail)
    texts = page.fields.texts()
    assert (texts["name"], texts["occupation"]) == ("吕志刚", "木工")
    press(page, Key.Key_S, ctrl=True)
    assert heard.words == ["Saved the party."]
    party = place.cases.case(route.record_id).parties[1]
    assert (party.name, party.told, party.household_id) == ("吕志刚", "楼下何师傅", HE)
    assert (party.occupation, party.phone) == ("木工", "")


def test_a_link_that_arrives_while_the_form_is_open_stays(qtbot, place, begun):
    """Only what was typed is written."""
    route, party_id = begun
    page, _heard = form(qtbot, place, route.record_id, route.detail)
    link(place, route, party_id)
    press(page, Key.Key_S, ctrl=True)
    party = place.cases.case(route.record_id).parties[1]
    assert (party.name, party.household_id, party.occupation) == ("吕志刚", HE, "木工")


def test_a_home_that_was_typed_takes_nobody_of_another(qtbot, place, begun):
    """Who it is goes together: the draft says where, so it says who."""
    route, party_id = begun
    page, _heard = form(qtbot, place, route.record_id, route.detail)
    page.fields.add({"household_id": HOME})
    page._keeper.touch()
    page.leave()
    link(place, route, party_id)
    page, _heard = form(qtbot, place, route.record_id, route.detail)
    press(page, Key.Key_S, ctrl=True)
    party = place.cases.case(route.record_id).parties[1]
    assert (party.name, party.household_id, party.person_id) == ("楼下何师傅", HOME, "")


def test_saving_a_party_as_it_is_writes_nothing(qtbot, place, begun):
    """And ends the form as any other saving does."""
    route, _party_id = begun
    page, _heard = form(qtbot, place, route.record_id, route.detail)
    press(page, Key.Key_S, ctrl=True)
    before = place.cases.case(route.record_id)
    again, heard = form(qtbot, place, route.record_id, route.detail)
    press(again, Key.Key_S, ctrl=True)
    assert (heard.backs, heard.errors) == (1, [])
    assert place.cases.case(route.record_id) == before


def test_an_edit_of_a_party_is_undone_but_for_what_was_changed_since(qtbot, place):
    """Ctrl Z gives back the fields that still hold what was written."""
    case_id = place.cases.open(LEAK)
    party = place.cases.case(case_id).parties[1]
    page, heard = form(qtbot, place, case_id, f"party:{party.id}")
    page.fields.entries["phone"].set_value("13800005531")
    page.fields.entries["occupation"].set_value("木工")
    press(page, Key.Key_S, ctrl=True)
    place.store.records.write([patch("case_party", party.id, {"occupation": "瓦工"})])
    told = heard.undos[-1]()
    after = place.cases.case(case_id).parties[1]
    assert (after.phone, after.occupation) == (party.phone, "瓦工")
    assert (told.words, told.is_whole) == (
        "Undone: 1. 1 were gone on with meanwhile and stay.",
        False,
    )


def test_a_party_that_was_added_by_mistake_is_taken_out_again(qtbot, place):
    """Unless somebody has gone on with them."""
    case_id = place.cases.open(LEAK)
    before = place.cases.case(case_id).parties
    undos = []
    for name in ("吕志刚", "何美玲"):
        page, heard = form(qtbot, place, case_id, "party:")
        page.fields.entries["name"].set_value(name)
        page.fields.entries["side"].set_value("respondent")
        press(page, Key.Key_S, ctrl=True)
        undos += heard.undos
    kept = place.cases.case(case_id).parties[-1]
    place.store.records.write([patch("case_party", kept.id, {"phone": "13800005532"})])
    assert [undo().is_whole for undo in undos] == [True, False]
    assert [one.id for one in place.cases.case(case_id).parties] == [
        *(one.id for one in before),
        kept.id,
    ]
