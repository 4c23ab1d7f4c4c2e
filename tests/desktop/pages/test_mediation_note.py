"""An oral mediation, written by keys on a real store."""

import os
from dataclasses import replace

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.dossier import DossierPage
from desktop.pages.household import HouseholdPage
from desktop.pages.mediation_note import MediationNotePage
from desktop.services.dossier.oral import MediationTakenBack
from desktop.services.notes import MediationForm
from desktop.viewmodels.case_party_fields import of_household
from desktop.viewmodels.mediation_form import AS_WRITTEN
from sync.store.records import patch
from tests.desktop.pages.hands import focused_in, hold, press, write
from tests.desktop.pages.rounds import Heard, show
from tests.desktop.test_dossier_pages import pdf_scan
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
WANG, HE, XU = household_id("6-2-1602"), household_id("6-2-904"), household_id("9-1-102")
WHAT, RESULT = "卫生间漏水泡了楼下吊顶", "7日内修好防水，赔偿吊顶费1200元。"
TOLD = MediationForm(other_party="张三", what=WHAT, result=RESULT, done=False)


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    return opened_page(qtbot, place)


@pytest.fixture
def heard(page):
    return Heard().listen(page)


def opened_page(qtbot, place):
    """The page as its window shows it."""
    made = MediationNotePage(page_context(place))
    show(qtbot, made)
    made.enter(Route("mediation_note", WANG))
    return made


def mediations(place, household=WANG):
    """What stands in a household's history."""
    return [e for e in place.households.card(household).entries if e.kind == "mediation"]


def fill_in(page, other="6-2-904"):
    """Every field by keys alone, from the search to the last one."""
    write(page, other)
    press(page, Key.Key_Return)
    write(page, WHAT)
    press(page, Key.Key_Tab)
    write(page, RESULT)
    press(page, Key.Key_Tab, Key.Key_Space)


def test_a_mediation_is_written_by_keys_and_stands_with_both_sides(page, place, heard):
    """Each household sees the other as its second party."""
    fill_in(page)
    press(page, Key.Key_S, ctrl=True)
    assert heard.errors == []
    (ours,), (theirs,) = mediations(place), mediations(place, HE)
    assert ours.id == theirs.id
    assert (ours.fields["what"], ours.fields["result"], ours.fields["done"]) == (WHAT, RESULT, True)
    assert (ours.other, theirs.other) == ("6-2-904 何美玲, aged 57", "6-2-1602 王桂兰, aged 78")
    assert heard.words == ["Recorded the mediation of 王桂兰, aged 78 and 何美玲, aged 57"]
    assert (heard.changes, heard.backs) == (1, 1)


def test_what_is_typed_while_it_is_saved_stays(page, place, heard):
    """On the screen and as a draft: the page does not go away over it."""
    fill_in(page)
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    page.fields.result.setFocus()
    write(page, "还要复查一次。")
    lane.let_all_go()

    assert mediations(place)[0].fields["result"] == RESULT
    assert (heard.changes, heard.backs) == (1, 0)
    assert page.fields.result.text() == f"{RESULT}还要复查一次。"
    assert place.notes.mediation_draft(WANG).result == f"{RESULT}还要复查一次。"


def test_nothing_is_chosen_beforehand(page):
    """Whether it was carried out, and what kind it was, is for a person to say."""
    assert page.fields.done.chosen() == ""
    assert page.fields.dispute.chosen() == []


def test_what_is_missing_is_said_in_one_sentence(page, place, heard):
    """The keyboard goes to the first of it, and nothing is saved."""
    page.fields.what.setFocus()
    write(page, WHAT)
    press(page, Key.Key_S, ctrl=True)
    assert page.foot.hint.text() == (
        "Still missing: second party, what came of it, whether it was carried out."
    )
    assert focused_in(page) is page.fields.parties.finder.search.edit
    assert mediations(place) == []
    assert heard.backs == 0


def test_a_refusal_stands_until_it_is_mended(page):
    """A draft that is kept meanwhile says nothing over it: it would read as saved."""
    page.fields.what.setFocus()
    write(page, WHAT)
    press(page, Key.Key_S, ctrl=True)
    page._keeper.timer.timeout.emit()
    assert page.foot.hint.text().startswith("Still missing: second party, ")
    page.fields.result.set_text(RESULT)
    page._keeper.timer.timeout.emit()
    assert page.foot.hint.text() == "Still missing: second party, whether it was carried out."
    page.fields.done.press("open")
    page.fields.parties.finder.setFocus()
    write(page, "楼下王师傅")
    press(page, Key.Key_Return)
    page._keeper.timer.timeout.emit()
    assert page.foot.hint.text().startswith("Draft kept on this computer at ")


def test_a_party_that_is_in_no_ledger_is_written_as_told(page, place):
    """The words themselves are the last answer of the search."""
    write(page, "楼下王师傅")
    press(page, Key.Key_Return)
    page.fields.what.set_text(WHAT)
    page.fields.result.set_text(RESULT)
    page.fields.done.press("open")
    press(page, Key.Key_S, ctrl=True)
    (entry,) = mediations(place)
    assert (entry.fields["other_party"], entry.fields.get("done", False)) == ("楼下王师傅", False)
    assert "other_household_id" not in entry.fields
    assert entry.other == "楼下王师傅"


def test_of_a_shared_flat_somebody_is_chosen(qtbot, page, place):
    """Everybody who lives there is offered by name, and the sheet names who was chosen."""
    shared = household_id("6-2-1203")
    fill_in(page, "董飞")
    press(page, Key.Key_S, ctrl=True)
    (entry,) = mediations(place)
    paper = place.dossiers.case(entry.id)
    assert (entry.fields["other_household_id"], paper.parties[1].name) == (shared, "董飞")
    again = opened_page(qtbot, place)
    write(again, "6-2-1203")
    names = {again._found.people[row.key][1]: row.title for row in again._found.rows[:-1]}
    assert len(names) == 4
    assert "" not in names


def test_nobody_of_a_shared_flat_is_named_whom_nobody_chose(place):
    """An older note has the flat alone: its sheet tells the address, and a line to fill in."""
    shared = household_id("6-2-1203")
    form = replace(TOLD, other_party="", other_household_id=shared)
    note = place.notes.mediate(place.households.record(WANG), form)
    _first, second = place.dossiers.case(note).parties
    assert (second.name, second.phone, second.birth) == ("", "", None)
    assert second.address.endswith("1203")
    assert not {"1.name", "1.person_id"} & set(of_household(place, "1.", shared))


def test_nobody_is_at_odds_with_themselves(page):
    """The household that it is written from is no answer."""
    write(page, "6-2-1602")
    assert list(page._found.people.values()) == []


def test_the_first_party_by_name_is_refused_where_it_stands(page, place):
    """What was typed stays; another one, or the same name told apart, is taken."""
    fill_in(page, "王桂兰")
    page.fields.parties.other_pressed.emit()
    write(page, "王桂兰")
    page._choose(AS_WRITTEN)
    press(page, Key.Key_S, ctrl=True)
    assert page.fields.parties.error() == (
        "This is the first party again. Name somebody else, or say in words which one."
    )
    assert mediations(place) == []
    assert (page.fields.what.text(), page.fields.result.text()) == (WHAT, RESULT)
    page.fields.parties.other_pressed.emit()
    write(page, "楼下王桂兰")
    page._choose(AS_WRITTEN)
    assert page.fields.parties.error() == ""
    press(page, Key.Key_S, ctrl=True)
    assert mediations(place)[0].fields["other_party"] == "楼下王桂兰"


def test_words_for_the_other_side_are_never_lost(qtbot, page, place):
    """Saved without a choice it is refused, and the words stay; also when one leaves and returns,
    and when what was chosen is changed."""
    write(page, "楼下小李")
    page.fields.what.setFocus()
    write(page, WHAT)
    press(page, Key.Key_S, ctrl=True)
    search = page.fields.parties.finder.search
    assert search.text() == "楼下小李"
    assert "“楼下小李”" in page.foot.hint.text()
    assert mediations(place) == []
    page.leave()
    again = opened_page(qtbot, place)
    assert again.fields.parties.finder.search.text() == "楼下小李"
    again._choose(AS_WRITTEN)
    again.fields.parties.other_pressed.emit()
    assert again.fields.parties.finder.search.text() == "楼下小李"
    assert again.fields.what.text() == WHAT


def test_another_second_party_can_be_chosen(page, place):
    """A wrong one is changed before saving; the household of before does not stay."""
    fill_in(page)
    page.fields.parties.other_pressed.emit()
    write(page, "9-1-102")
    press(page, Key.Key_Return)
    press(page, Key.Key_S, ctrl=True)
    assert [entry.fields["other_household_id"] for entry in mediations(place)] == [XU]


def test_the_kind_of_dispute_is_stored_by_its_code(page, place):
    """Never by its words."""
    fill_in(page)
    page.fields.dispute.press("02")
    press(page, Key.Key_S, ctrl=True)
    assert mediations(place)[0].fields["dispute"] == "02"


def test_a_draft_is_kept_and_found_again(qtbot, page, place):
    """Half a second after a change it is on disk: everything that was said, and when."""
    fill_in(page)
    assert page._keeper.timer.isActive()
    assert page._keeper.timer.interval() < 1000
    page._keeper.timer.timeout.emit()
    again = opened_page(qtbot, place)
    assert (again.fields.what.text(), again.fields.result.text(), again.fields.done.chosen()) == (
        WHAT,
        RESULT,
        "done",
    )
    assert again._second.name == "何美玲, aged 57"
    assert again.foot.hint.text().startswith("Draft kept on this computer at ")
    press(again, Key.Key_S, ctrl=True)
    assert place.notes.mediation_draft(WANG) is None


def test_esc_leaves_and_the_draft_stays(page, place, heard):
    """From inside a text field as well."""
    fill_in(page)
    page.fields.what.setFocus()
    press(page, Key.Key_Escape)
    page.leave()
    assert heard.backs == 1
    (who,) = [one.id for one in place.households.card(HE).members if one.name == "何美玲"]
    assert place.notes.mediation_draft(WANG) == MediationForm(
        other_household_id=HE, other_person_id=who, what=WHAT, result=RESULT, done=True
    )


def test_an_emptied_form_leaves_no_draft(page, place):
    """A draft of nothing would be offered for ever."""
    page.fields.what.setFocus()
    write(page, "x")
    page.leave()
    press(page, Key.Key_Backspace)
    page.leave()
    assert place.notes.mediation_draft(WANG) is None


def test_pressing_save_twice_writes_it_once(page, place):
    """The second press comes while the first is still being saved."""
    fill_in(page)
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    press(page, Key.Key_S, ctrl=True)
    lane.let_all_go()
    assert len(mediations(place)) == 1


def test_an_older_answer_of_the_search_is_dropped(page):
    """Enter chooses among the answers to what stands in the search now."""
    lane = hold(page.context)
    write(page, "904")
    lane.let_one_go()
    assert page._found.rows == ()
    lane.let_all_go()
    assert page._found.wanted == "904"


def test_an_answer_to_what_was_typed_meanwhile_drops_no_choice(page, place):
    """The household was chosen while the search for one more letter was still waiting."""
    write(page, "6-2-90")
    lane = hold(page.context)
    write(page, "45")
    page.fields.parties.finder.chosen.emit(_row_of(page, HE))
    lane.let_all_go()
    assert page._second.name.startswith("何美玲")
    assert page._form.other_household_id == HE


def _row_of(page, household):
    return next(key for key, (home, _one) in page._found.people.items() if home == household)


def test_nothing_of_one_household_is_kept_for_the_next(page, place):
    """Its form is still before the eyes while the other one is read: what is typed into it then
    is no draft of the other one."""
    fill_in(page)
    page.leave()
    lane = hold(page.context)
    page.enter(Route("mediation_note", XU))
    page.fields.what.setFocus()
    write(page, "more")
    page.leave()
    lane.let_all_go()
    assert place.notes.mediation_draft(XU) is None
    assert place.notes.mediation_draft(WANG).what == WHAT


def test_a_sum_that_cannot_be_read_is_said_at_its_field(page, place, heard):
    """1.2万 is read; what is no sum stays where it was typed."""
    fill_in(page)
    page.fields.amount.edit.setFocus()
    write(page, "壹仟")
    press(page, Key.Key_S, ctrl=True)
    assert page.fields.amount.error() == "Write a sum such as 1200, 1200元 or 1.2万."
    assert mediations(place) == []
    page.fields.amount.edit.clear()
    write(page, "1.2万")
    press(page, Key.Key_S, ctrl=True)
    assert heard.errors == []
    assert mediations(place)[0].fields["amount"] == 1200000


def test_what_needs_a_file_becomes_a_written_case(page, place, heard):
    """It begins with what was written here: the parties, and what it was about."""
    fill_in(page)
    press(page, Key.Key_Return, ctrl=True)
    (entry,) = mediations(place)
    assert heard.routes == [Route("case_form", entry.id, "opening:visit")]
    assert heard.backs == 0


def test_the_words_of_a_visit_come_along(qtbot, place):
    """A quarrel is told at the door: nobody types it twice."""
    made = MediationNotePage(page_context(place))
    show(qtbot, made)
    made.enter(Route("mediation_note", WANG, WHAT))
    assert made.fields.what.text() == WHAT
    made.leave()
    assert place.notes.mediation_draft(WANG).what == WHAT


# --- The registration of an oral agreement ------------------------------------------------------


def test_the_registration_is_printed_without_a_written_case(qtbot, page, place, heard):
    """Ctrl P saves the note and goes on to its one sheet; no case is begun by it."""
    fill_in(page)
    press(page, Key.Key_P, ctrl=True)
    (note,) = mediations(place)
    assert heard.routes == [Route("dossier", note.id, "oral")]
    (paper,) = place.dossiers.papers(note.id, "oral")
    text = paper.text()
    assert [line.paper for line in place.dossiers.lines(note.id)] == ["oral"]
    for told in ("王桂兰", "何", WHAT, "7日内修好防水", "当场履行完毕", "2026年6月18日"):
        assert told in text
    assert "待编号" not in text
    assert place.case_list.lines() == []


def test_the_register_tells_each_thing_agreed_and_the_sum(place):
    """A line each, numbered; the sum has a line of its own."""
    told = replace(TOLD, result="7日内修好防水，赔偿吊顶费。\n双方不再争执。", amount="1200元")
    note = place.notes.mediate(place.households.record(WANG), told)
    (paper,) = place.dossiers.papers(note, "oral")
    text = paper.text()
    assert "1．7日内修好防水，赔偿吊顶费；\n2．双方不再争执。\n" in text
    assert "涉及金额 人民币壹仟贰佰元整，￥1,200.00\n" in text
    assert "编号＿＿" in text


@pytest.mark.parametrize("address", ["丰和苑6号楼2单元1602", "6号楼2单元1602"])
def test_the_register_names_the_estate_once(place, address):
    """Some ledgers have it in the address, too."""
    home = place.households.record(WANG)
    place.store.records.write([patch("dwelling", home.get("dwelling_id"), {"address": address})])
    note = place.notes.mediate(home, TOLD)
    (paper,) = place.dossiers.papers(note, "oral")
    (where,) = [line for line in paper.text().splitlines() if line.startswith("单位或住址")][:1]
    assert where.count("丰和苑") == 1
    assert where.endswith("6号楼2单元1602")


def test_the_sheet_is_one_page_and_its_print_is_written_down(qtbot, place, tmp_path):
    """No cover, no contents; the log names the mediation and nobody."""
    note = place.notes.mediate(place.households.record(WANG), TOLD)
    sheet = DossierPage(page_context(place))
    show(qtbot, sheet)
    sheet.enter(Route("dossier", note, "oral"))
    assert len(sheet._opened.bound.sheets) == 1
    assert sheet.hint() == "oral agreement"
    sheet.write_pdf(str(tmp_path / "oral.pdf"))
    (look,) = [row for row in place.store.reading.rows("reveal") if row.get("target_id") == note]
    assert look.get("target_type") == "oral_mediation"
    words = "".join(page.extract_text() for page in PdfReader(tmp_path / "oral.pdf").pages)
    assert "口头协议登记表" in words
    assert "张三" in words


def test_the_signed_registration_is_scanned_in(qtbot, place, tmp_path):
    """Until then it says who has to sign; the scan lies behind the sheet, on both computers."""
    note = place.notes.mediate(place.households.record(WANG), TOLD)
    sheet = DossierPage(page_context(place))
    show(qtbot, sheet)
    sheet.enter(Route("dossier", note, "oral"))
    assert sheet._model.row_at(0).reason == "scan missing with the signatures of 陈晓禾"
    scan = tmp_path / "signed.pdf"
    scan.write_bytes(pdf_scan(2))
    sheet.take_signed([str(scan)])

    assert sheet._model.row_at(0).reason == ""
    assert len(sheet._opened.bound.sheets) == 3
    (row,) = place.store.reading.rows("attachment", where={"about_id": note})
    assert (row.get("paper"), row.get("household_id")) == ("oral", WANG)


def test_a_signed_page_that_is_too_large_is_said(qtbot, place, tmp_path):
    """60 MB; what is there stays as it is."""
    note = place.notes.mediate(place.households.record(WANG), TOLD)
    large = tmp_path / "scan.pdf"
    large.write_bytes(b"%PDF-")
    os.truncate(large, 60 * 1024 * 1024)
    sheet = DossierPage(page_context(place))
    show(qtbot, sheet)
    heard = Heard().listen(sheet)
    sheet.enter(Route("dossier", note, "oral"))
    sheet.take_signed([str(large)])
    assert heard.errors[-1].sentence() == "Attach a photo (JPEG, PNG) or a PDF of at most 20 MB."
    assert place.store.reading.rows("attachment", where={"about_id": note}) == []


def test_what_was_taken_back_is_not_registered(place):
    """A paper of it would stand for an agreement that nobody made."""
    note = place.notes.mediate(place.households.record(WANG), TOLD)
    place.notes.take_back_mediation(note)
    with pytest.raises(MediationTakenBack):
        place.dossiers.case(note)


def test_a_sheet_that_was_taken_back_offers_nothing_any_more(qtbot, place):
    """Whoever undoes it from there reads that it was taken back, and no key prints it."""
    note = place.notes.mediate(place.households.record(WANG), TOLD)
    sheet = DossierPage(page_context(place))
    show(qtbot, sheet)
    heard = Heard().listen(sheet)
    sheet.enter(Route("dossier", note, "oral"))
    assert sheet.prints.isVisible()
    place.notes.take_back_mediation(note)
    sheet.refresh()
    assert not sheet.prints.isVisible()
    assert sheet._missing.accessibleName().startswith("This mediation was taken back")
    assert heard.errors == []
    told = {words for _caps, words in sheet.table.hints()}
    assert not told & {"print all", "keep as PDF", "for Word", "attach the signed page"}


def test_the_registration_is_a_button_in_the_history(qtbot, place):
    """Years later, too; what was taken back has none."""
    note = place.notes.mediate(place.households.record(WANG), TOLD)
    gone = place.notes.mediate(place.households.record(WANG), TOLD)
    place.notes.take_back_mediation(gone)
    home = HouseholdPage(page_context(place))
    show(qtbot, home)
    heard = Heard().listen(home)
    home.enter(Route("household", WANG))
    actions = {item.key: item.action for item in home._history.items()}
    assert (actions[note], actions[gone]) == ("Registration form", "")
    home.body.history.action_pressed.emit(note)
    assert heard.routes == [Route("dossier", note, "oral")]
