"""The pages of mediation by keys on a real store: the list, one case, the forms."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLayout

from desktop.page import Route, Standing
from desktop.pages.mediation import CaseFormPage, CasePage, CasePeoplePage, MediationPage
from desktop.pages.today import TodayPage
from desktop.rows import StopState
from desktop.services.case_file import Said, Term
from desktop.services.case_forms import AgreementForm, StepForm, TalkForm
from desktop.services.case_people import ExpertLine
from desktop.services.case_rules import talk_draft_key
from desktop.services.notes import MediationForm
from desktop.services.overview import overview
from desktop.viewmodels.case_rows import CaseFilter
from desktop.viewmodels.case_view import case_view, read_case
from desktop.viewmodels.task_rows import CASE_FOLD
from desktop.widgets.button import Button
from tests.desktop.pages.hands import focused_in, press, write
from tests.desktop.pages.rounds import Heard, show
from tests.desktop.services.test_archiving import SCAN, at_the_end
from tests.desktop.services.test_cases import LEAK, LI, TERM, WANG
from tests.shots.windows import bare_place
from tests.support.workplaces import household_id, number, page_context, workplace

Key = Qt.Key


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, posts=("mediator",)) as opened:
        yield opened


def opened(qtbot, place, page, route):
    """A page as its window shows it, and what it said."""
    made = page(page_context(place))
    show(qtbot, made)
    heard = Heard().listen(made)
    made.enter(route)
    return made, heard


def case_page(qtbot, place, case_id):
    """The page of one case, with room for three columns."""
    made, heard = opened(qtbot, place, CasePage, Route("case", case_id))
    made.resize(1400, 800)
    return made, heard


def form(qtbot, place, record_id, detail):
    """A form."""
    return opened(qtbot, place, CaseFormPage, Route("case_form", record_id, detail))


def titles(page):
    """What the list shows."""
    return [page._model.row_at(at).title for at in range(page._model.rowCount())]


# --- The list -----------------------------------------------------------------------------------


def test_the_status_bar_counts_cases_where_no_household_is_held(tmp_path):
    """A mediator holds no grid: that there is nothing here would be untrue."""
    folder = tmp_path / "empty"
    folder.mkdir()
    with bare_place(folder) as place:
        assert overview(place).extent.endswith(", 0 households")
        place.cases.open(replace(LEAK, accepted_on="", mediators=("chen",)))
        assert overview(place).extent == "On this computer: 1 case"


def test_the_list_says_what_each_case_asks_for(qtbot, place):
    """The most pressing first; a risk of violence and a child are named by nobody's name."""
    place.cases.open(replace(LEAK, title="车位被占", accepted_on="2026-05-10"))
    place.cases.open(LEAK)
    place.cases.open(replace(LEAK, title="动手", violence_risk=True))
    child = replace(LI, name="李小军", birth="2015-01-01", guardian="李建国")
    place.cases.open(replace(LEAK, title="遛狗吓到孩子", parties=(WANG, child)))
    page, _heard = opened(qtbot, place, MediationPage, Route("mediation"))

    rows = [page._model.row_at(at) for at in range(page._model.rowCount())]
    assert [row.reason for row in rows[:2]] == [
        "9 days over the limit",
        "risk of violence: report within the hour",
    ]
    (hidden,) = [row for row in rows if row.title == "a case for two people"]
    assert "王桂兰" not in hidden.sentence()
    assert "动手" not in hidden.sentence()
    (of_child,) = [row for row in rows if row.title == "遛狗吓到孩子"]
    assert "李*军" in of_child.detail


@pytest.mark.parametrize("typed", ["王桂兰", "wgl", "1024", "漏水"])
def test_a_case_is_found_by_what_people_know_of_it(qtbot, place, typed):
    """Name, initials, the end of a phone, a word."""
    place.cases.open(LEAK)
    other = replace(WANG, name="何美玲", phone=""), replace(LI, name="吕志刚")
    place.cases.open(replace(LEAK, title="车位被占", parties=other))
    page, _heard = opened(qtbot, place, MediationPage, Route("mediation"))
    page.search.edit.setFocus()
    write(page, typed)
    assert titles(page) == [LEAK.title]


def test_a_risk_of_violence_is_no_answer_to_a_name(qtbot, place):
    """Tier 3 appears in no search; that it was passed by is said, and its number finds it."""
    hidden = place.cases.open(replace(LEAK, violence_risk=True))
    number(place, hidden)
    page, _heard = opened(qtbot, place, MediationPage, Route("mediation"))
    page.search.edit.setFocus()
    write(page, "王桂兰")
    assert titles(page) == []
    passed = "1 case for two people answers to no name: look by number, or in the list"
    assert page._empty.accessibleName().endswith(passed)
    place.cases.open(LEAK)
    page.refresh()
    qtbot.waitUntil(lambda: titles(page) != [])
    assert titles(page) == [LEAK.title, passed]
    page.search.clear()
    write(page, place.cases.case(hidden).no)
    assert titles(page) == ["a case for two people"]


def test_filters_count_and_choose(qtbot, place):
    """A clue is under its own filter too."""
    place.cases.open(LEAK)
    place.cases.open(replace(LEAK, title="线索", accepted_on="", parties=()))
    page, _heard = opened(qtbot, place, MediationPage, Route("mediation"))
    page.tabs.changed.emit(CaseFilter.CLUES)
    assert titles(page) == ["线索"]


def test_after_a_filter_the_keys_are_the_list_s(qtbot, place):
    """The row shows what Enter does: nobody looks for another way down to it first."""
    case_id = place.cases.open(LEAK)
    page, heard = opened(qtbot, place, MediationPage, Route("mediation"))
    for key in (CaseFilter.CLUES, CaseFilter.ALL):
        (tab,) = [one for one in page.tabs.buttons() if one.tab.key == key]
        tab.setFocus()
        QTest.keyClick(tab, Key.Key_Space)
        assert focused_in(page) is (page.rows if key is CaseFilter.ALL else page)
    press(page, Key.Key_Return)
    assert heard.routes == [Route("case", case_id)]


def test_an_oral_mediation_is_found_in_the_list_and_opened_at_its_sheet(qtbot, tmp_path):
    """It never was a case: its filter names it, a search finds it, Enter shows its sheet, O its
    home. What was taken back is gone from here."""
    with workplace(tmp_path, posts=("grid_worker", "mediator")) as here:
        case_id = here.cases.open(LEAK)
        home = here.households.record(household_id("6-2-1602"))
        told = MediationForm(
            other_party="楼下何师傅", what="麻将声", result="十点后不打", done=True
        )
        oral_id = here.notes.mediate(home, told)
        here.notes.take_back_mediation(here.notes.mediate(home, replace(told, what="记错")))
        page, heard = opened(qtbot, here, MediationPage, Route("mediation"))
        assert titles(page) == [LEAK.title]
        page.tabs.changed.emit(CaseFilter.ORAL)
        assert titles(page) == ["麻将声"]
        row = page._model.row_at(0)
        assert "王桂兰" in row.detail
        assert "楼下何师傅" in row.detail
        press(page, Key.Key_Return)  # Without a page of papers the home has it.
        page.built = frozenset({"dossier"})
        press(page, Key.Key_Return, Key.Key_O)
        page.tabs.changed.emit(CaseFilter.ALL)
        assert titles(page) == [LEAK.title, "麻将声"]
        for typed in ("何师傅", "wgl", "1602"):
            page._search(typed)
            assert "麻将声" in titles(page)
        page._open(case_id)
        at_home = Route("household", home.id)
        sheet, of_case = Route("dossier", oral_id, "oral"), Route("case", case_id)
        assert heard.routes == [at_home, sheet, at_home, of_case]


def test_a_stage_that_was_left_out_is_not_ticked(qtbot, place):
    """From acceptance straight to mediating: nobody inquired."""
    case_id = place.cases.open(LEAK)
    place.cases.move(case_id, "mediating")
    states = [stop.state for stop in read_case(place, case_id).rail]
    assert states[:3] == [StopState.DONE, StopState.PASSED, StopState.NOW]
    place.cases.talk(case_id, TalkForm(kind="inquiry", text="看了现场"))
    assert read_case(place, case_id).rail[1].state is StopState.DONE


def test_a_case_that_failed_shows_no_agreement_as_done(qtbot, place):
    """Filed, it has still no agreement, no performance and nobody called back."""
    file = place.cases.case(place.cases.open(LEAK))
    archived = replace(file, stage="archived")
    states = [stop.state for stop in case_view(archived, place.names, place.clock, 12).rail]
    assert states == [StopState.DONE, *[StopState.PASSED] * 5, StopState.DONE]


def test_enter_opens_and_n_begins(qtbot, place):
    """By keys alone."""
    case_id = place.cases.open(LEAK)
    page, heard = opened(qtbot, place, MediationPage, Route("mediation"))
    press(page, Key.Key_Return)
    press(page, Key.Key_N)
    assert heard.routes == [Route("case", case_id), Route("case_form", "", "opening")]


def test_an_empty_list_has_its_keys_as_well(qtbot, place):
    """There is no row to hold the keyboard; the first case begins with N all the same."""
    page, heard = opened(qtbot, place, MediationPage, Route("mediation"))
    press(page, Key.Key_N)
    assert heard.routes == [Route("case_form", "", "opening")]
    place.cases.open(LEAK)
    page.refresh()
    assert page.rows.hasFocus()


# --- One case -----------------------------------------------------------------------------------


def test_a_talk_is_written_where_it_is_read(qtbot, place):
    """Lines that begin with a party's name are what that party said."""
    case_id = place.cases.open(LEAK)
    page, heard = case_page(qtbot, place, case_id)
    press(page, Key.Key_R)
    page.entry.note.set_text("李建国：我七天内修好。\n双方愿意商量。")
    page.entry.kind.press("mediation")
    press(page, Key.Key_S, ctrl=True)

    (talk,) = place.cases.case(case_id).talks
    assert (talk.kind, talk.said) == ("mediation", (Said("李建国", "我七天内修好。"),))
    assert talk.text == "双方愿意商量。"
    assert page.entry.note.text() == ""
    assert heard.changes == 1
    assert place.cases.draft(talk_draft_key(case_id)) == {}


def test_what_was_typed_survives_a_kill(qtbot, place):
    """Half a second after a change it is on disk, and the next opening shows it."""
    case_id = place.cases.open(LEAK)
    page, _heard = case_page(qtbot, place, case_id)
    page.entry.note.set_text("说到一半")
    assert page.entry.keeper.timer.isActive()
    page.entry.keeper.timer.timeout.emit()
    again, _heard = case_page(qtbot, place, case_id)
    assert again.entry.note.text() == "说到一半"
    again.leave()
    assert place.cases.draft(talk_draft_key(case_id)) == {"text": "说到一半"}


def test_what_is_written_down_stays_and_ctrl_z_is_the_window_s(qtbot, place):
    """Also where the keyboard still is in the empty field: it says that it stays."""
    page, heard = case_page(qtbot, place, place.cases.open(LEAK))
    undone = QShortcut(QKeySequence("Ctrl+Z"), page)
    pressed = []
    undone.activated.connect(lambda: pressed.append(1))
    page.entry.note.edit.setFocus()
    write(page, "水表查过")
    press(page, Key.Key_Z, ctrl=True)
    assert (page.entry.note.text(), pressed) == ("", [])
    write(page, "水表查过")
    press(page, Key.Key_S, ctrl=True)
    press(page, Key.Key_Z, ctrl=True)
    assert pressed == [1]
    press(page, Key.Key_Escape, Key.Key_G)
    assert heard.words == ["Written down.", "Now at: Inquire"]
    assert all(isinstance(undo, Standing) for undo in heard.undos)


def test_c_corrects_the_newest_entry_or_the_one_with_the_keyboard(qtbot, place):
    """Nothing to correct, no key."""
    case_id = place.cases.open(LEAK)
    page, heard = case_page(qtbot, place, case_id)
    press(page, Key.Key_C)
    first = place.cases.talk(case_id, TalkForm(held_at="2026-06-01T01:00:00.000Z", text="一"))
    second = place.cases.talk(case_id, TalkForm(text="二"))
    page.refresh()
    press(page, Key.Key_C)
    buttons = [one for one in page.talks.timeline.findChildren(Button) if one.isVisible()]
    buttons[-1].setFocus()
    press(page, Key.Key_C)
    corrected = [Route("case_form", case_id, f"talk:{one}") for one in (second, first)]
    assert heard.routes == corrected


def test_an_empty_entry_is_refused_in_the_foot(qtbot, place):
    """Nothing is written."""
    case_id = place.cases.open(LEAK)
    page, _heard = case_page(qtbot, place, case_id)
    press(page, Key.Key_S, ctrl=True)
    assert page.entry.card.foot.text() == "Write what was said, or what came of it."
    page.entry.kind.press("record")
    page.entry.keeper.timer.timeout.emit()
    press(page, Key.Key_S, ctrl=True)
    page.entry.keeper.timer.timeout.emit()
    assert page.entry.card.foot.text() == "Write what was said, or what came of it."
    assert place.cases.case(case_id).talks == ()


def test_g_goes_on_and_says_what_is_missing(qtbot, place):
    """From acceptance to mediating; an agreement has to be written before it is reached."""
    case_id = place.cases.open(LEAK)
    page, heard = case_page(qtbot, place, case_id)
    press(page, Key.Key_G, Key.Key_G, Key.Key_G)
    assert place.cases.case(case_id).stage == "mediating"
    assert heard.errors[-1].sentence() == "Write the agreement first: it needs at least one term."


def test_what_the_archive_waits_for_stands_above_the_papers_until_it_is_there(qtbot, place):
    """It is named again after a way to the form, and is gone once nothing lacks."""
    case_id = at_the_end(place)
    page, heard = case_page(qtbot, place, case_id)
    assert page.papers.refusal.isHidden()
    press(page, Key.Key_G)
    told = page.papers.refusal
    assert told.isVisible()
    assert told.text() == heard.errors[-1].sentence()
    assert "Application" in told.text()

    place.cases.attach(case_id, SCAN, paper="application")
    page.enter(Route("case", case_id))
    assert told.isVisible()
    assert "Application" not in told.text()
    assert "Proof of identity" in told.text()
    page.enter(Route("case", place.cases.open(LEAK)))
    assert told.isHidden()

    for paper in ("rights", "identity", "mediation"):
        place.cases.attach(case_id, SCAN, paper=paper)
    number(place, case_id)
    page.enter(Route("case", case_id))
    assert told.isHidden()


def test_a_late_talk_is_marked_for_everybody(qtbot, place):
    """「办结后有新情况」."""
    case_id = place.cases.open(replace(LEAK, accepted_on="", facts="吵架。"))
    place.cases.step(case_id, StepForm("declined", "2026-06-18", text="不愿意。"))
    page, _heard = case_page(qtbot, place, case_id)
    assert page._view.aside == "mediation declined"
    items = page._view.items
    assert [item.title for item in items] == ["declined"]


def test_a_number_is_masked_until_it_is_pressed_and_that_is_written_down(qtbot, place):
    """As everywhere."""
    case_id = place.cases.open(LEAK)
    page, _heard = case_page(qtbot, place, case_id)
    (party_id,) = page.people.numbers
    number = page.people.numbers[party_id]
    assert number.text == "138****1024"
    number.asked.emit()
    assert number.text == "13812341024"
    (look,) = place.store.reading.rows("reveal")
    assert (look.get("target_type"), look.get("target_id")) == ("case_party", party_id)


def test_every_part_of_a_case_has_its_place_from_the_start(place, qapp):
    """One that is shown without a place is a window, and takes the keyboard away."""
    page = CasePage(page_context(place))
    parts = (page.head, page.people, page.papers, page.rail, page.talks, page.agreement)
    assert all(page.isAncestorOf(part) for part in (*parts, page.write, page.entry.card))


@pytest.mark.parametrize(("wide", "columns"), [(1400, 3), (1000, 2), (700, 1)])
def test_columns_follow_the_width(qapp, qtbot, place, wide, columns):
    """Everything is somewhere."""
    case_id = place.cases.open(LEAK)
    page, _heard = case_page(qtbot, place, case_id)
    # A page in its window may be narrower than what stands in it now.
    page.layout().setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    page.setMinimumSize(0, 0)
    page.resize(wide, 700)
    qapp.processEvents()
    assert page.columns.count == columns
    assert all(
        part.isVisibleTo(page)
        for part in (page.head, page.people, page.papers, page.rail, page.talks, page.agreement)
    )


# --- Forms --------------------------------------------------------------------------------------


def test_a_case_is_opened_from_the_ledger_by_keys(qtbot, place):
    """A room brings who lives there; the second party is told."""
    page, heard = form(qtbot, place, "", "opening")
    write(page, "楼上漏水泡了吊顶")
    fields = page.fields.entries
    fields["dispute"].set_value("02")
    fields["accepted_on"].take_keyboard()
    write(page, "6-2")
    fields["1.room"].take_keyboard()
    write(page, "6-2-1602")
    press(page, Key.Key_Tab)
    assert fields["1.name"].value() == "王桂兰"
    assert fields["1.birth"].value() == "1948-02-01"
    fields["2.name"].take_keyboard()
    write(page, "李建国")
    press(page, Key.Key_S, ctrl=True)

    (line,) = place.case_list.lines()
    file = place.cases.case(line.id)
    assert heard.routes == [Route("case", line.id)]
    assert (file.stage, file.accepted_on, file.dispute) == ("accepted", "2026-06-02", "02")
    assert [party.name for party in file.parties] == ["王桂兰", "李建国"]
    assert file.parties[0].household_id == "household 6-2-1602"
    assert place.cases.draft("case_opening") == {}


def test_each_flaw_stands_at_its_field_and_nothing_typed_is_lost(qtbot, place):
    """A child without a guardian, a slip in a day: both are said, and kept as a draft."""
    page, _heard = form(qtbot, place, "", "opening")
    typed = {
        "title": "遛狗吓到孩子",
        "dispute": "02",
        "accepted_on": "6-2",
        "1.name": "王桂兰",
        "2.name": "李小军",
        "2.birth": "2015-01-01",
    }
    for key, value in typed.items():
        page.fields.entries[key].set_value(value)
    press(page, Key.Key_S, ctrl=True)

    assert page.fields.entries["2.guardian"].error() == (
        "Under 18: name the guardian who acts for them."
    )
    assert page.foot.text() == "Under 18: name the guardian who acts for them."
    page._keeper.timer.timeout.emit()
    assert page.foot.text() == "Under 18: name the guardian who acts for them."
    page.leave()
    assert place.cases.draft("case_opening") == typed
    assert place.case_list.lines() == []
    again, _heard = form(qtbot, place, "", "opening")
    assert again.fields.texts() == typed
    again.fields.entries["2.birth"].set_value("31.31")
    press(again, Key.Key_S, ctrl=True)
    assert again.fields.entries["2.birth"].error() == "Write the day like 2026-06-12 or 6-12."


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({}, "1.text", "Write at least one term: who does what by when."),
        (
            {"1.text": "赔偿", "1.amount": "壹仟"},
            "1.amount",
            "Write a sum such as 1200, 1200元 or 1.2万.",
        ),
        (
            {"kind": "oral", "agreed_on": "6-12", "1.text": "修好", "1.due_on": "2026-06-10"},
            "1.due_on",
            "This is due before the agreement was signed. Choose a later day.",
        ),
        ({"1.amount": "1.2万"}, "1.text", "Write what has to be done."),
        (
            {"1.text": "赔偿", "1.amount": "1200元"},
            "1.due_on",
            "Say by when it is paid, such as 6-21.",
        ),
    ],
)
def test_an_agreement_says_at_the_field_what_is_wrong(qtbot, place, typed, field, words):
    """Nothing is written."""
    case_id = place.cases.open(LEAK)
    page, _heard = form(qtbot, place, case_id, "agreement")
    for key, value in typed.items():
        page.fields.entries[key].set_value(value)
    press(page, Key.Key_S, ctrl=True)
    assert words in page.fields.entries[field].error()
    assert place.cases.case(case_id).agreements == ()


def test_terms_are_read_as_they_are_written(qtbot, place):
    """万 and 元; one more term by a key, and the empty one at the end is no term."""
    case_id = place.cases.open(LEAK)
    page, heard = form(qtbot, place, case_id, "agreement")
    press(page, Key.Key_Return, ctrl=True)
    entries = page.fields.entries
    entries["1.text"].set_value("赔偿吊顶费")
    entries["1.amount"].set_value("1.2万")
    entries["1.due_on"].set_value("6-25")
    entries["2.text"].set_value("双方不再争执")
    press(page, Key.Key_S, ctrl=True)
    assert heard.errors == []
    assert place.cases.case(case_id).agreement.terms == (
        Term("赔偿吊顶费", 1200000, "2026-06-25"),
        Term("双方不再争执"),
    )


def test_a_scan_that_is_too_large_is_said_and_nothing_typed_is_lost(qtbot, place, tmp_path):
    """60 MB; the day that was typed stays."""
    case_id = place.cases.open(LEAK)
    place.cases.move(case_id, "mediating")
    place.cases.write_agreement(case_id, AgreementForm(terms=(TERM,)))
    large = tmp_path / "scan.pdf"
    large.write_bytes(b"%PDF-")
    with large.open("r+b") as file:
        file.truncate(60 * 1024 * 1024)
    page, _heard = form(qtbot, place, case_id, "sign")
    page.fields.entries["signed_on"].set_value("6-17")
    page.take_files([str(large)])
    assert page.files.error() == "Attach a photo (JPEG, PNG) or a PDF of at most 20 MB."
    press(page, Key.Key_S, ctrl=True)
    assert "Attach the scan of the signed pages" in page.foot.text()
    assert page.fields.texts() == {"signed_on": "6-17"}
    assert place.cases.case(case_id).signed is None


def test_what_is_due_before_signing_is_said_at_the_day(qtbot, place, tmp_path):
    """The terms stand in another form; the day that was typed stays."""
    case_id = place.cases.open(LEAK)
    place.cases.move(case_id, "mediating")
    place.cases.write_agreement(case_id, AgreementForm(terms=(replace(TERM, due_on="2026-06-10"),)))
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 signed")
    page, _heard = form(qtbot, place, case_id, "sign")
    page.fields.entries["signed_on"].set_value("6-11")
    page.take_files([str(scan)])
    press(page, Key.Key_S, ctrl=True)
    assert page.fields.entries["signed_on"].error() == (
        "A term is due before this day. Check the day, or write the agreement anew."
    )
    assert page.fields.texts() == {"signed_on": "6-11"}
    assert place.cases.case(case_id).signed is None


def test_the_signed_pages_lock_the_agreement(qtbot, place, tmp_path):
    """The next form is a supplement."""
    case_id = place.cases.open(LEAK)
    place.cases.move(case_id, "mediating")
    place.cases.write_agreement(case_id, AgreementForm(terms=(TERM,)))
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 signed")
    page, heard = form(qtbot, place, case_id, "sign")
    page.fields.entries["signed_on"].set_value("6-17")
    page.take_files([str(scan)])
    press(page, Key.Key_S, ctrl=True)
    assert heard.backs == 1
    assert place.cases.case(case_id).signed.signed_on == "2026-06-17"
    again, _heard = form(qtbot, place, case_id, "agreement")
    assert again.title() == "Supplement"


def test_a_correction_begins_with_what_it_corrects(qtbot, place):
    """And has to say why."""
    case_id = place.cases.open(LEAK)
    talk_id = place.cases.talk(case_id, TalkForm(said=(Said("李建国", "我修"),), text="7日内回访"))
    page, _heard = form(qtbot, place, case_id, f"talk:{talk_id}")
    assert page.fields.entries["said_1"].value() == "我修"
    page.fields.entries["text"].set_value("3日内回访")
    press(page, Key.Key_S, ctrl=True)
    assert page.fields.entries["reason"].error() == "Say why it is corrected."
    page.fields.entries["reason"].set_value("记错了")
    page.fields.entries["day"].set_value("6-18")
    page.fields.entries["time"].set_value("23:00")
    press(page, Key.Key_S, ctrl=True)
    assert page.fields.entries["time"].error() == "This time has not come yet."
    for key in ("day", "time"):
        page.fields.entries[key].set_value("")
    press(page, Key.Key_S, ctrl=True)
    _first, second = place.cases.case(case_id).talks
    assert (second.corrects, second.text, second.said) == (
        talk_id,
        "3日内回访",
        (Said("李建国", "我修"),),
    )


# --- People -------------------------------------------------------------------------------------


def test_an_expert_is_found_by_field_and_language_and_invited(qtbot, place):
    """Who works here holds the case from then on; the others are looked at."""
    case_id = place.cases.open(LEAK)
    people = place.case_people
    people.add_expert(ExpertLine("", "斯琴", "律所", "", ("law",), ("蒙古语",), "meng"))
    people.add_expert(ExpertLine("", "赵工", "检测站", "", ("building",), ()))
    assert [one.name for one in people.experts("law", "蒙古语")] == ["斯琴"]
    page, heard = opened(qtbot, place, CasePeoplePage, Route("case_people", case_id))
    page.search.edit.setFocus()
    write(page, "蒙古")
    page.rows.setFocus()
    press(page, Key.Key_Return)
    assert place.cases.case(case_id).invited == ("meng",)
    press(page, Key.Key_Return)
    assert place.cases.case(case_id).invited == ()
    assert heard.words == ["Invited 孟雪", "Taken out: 孟雪"]


def test_an_empty_pool_says_so_and_what_to_do(qtbot, place):
    """And a search or a field that fits nobody shows all again."""
    page, heard = opened(qtbot, place, CasePeoplePage, Route("case_people"))
    assert "pool yet" in page._empty.accessibleName()
    press(page, Key.Key_N)
    page._empty.button.click()
    assert heard.routes == [Route("case_form", "", "expert")] * 2

    place.case_people.add_expert(ExpertLine("", "赵工", "检测站", "", ("building",), ()))
    page.enter(Route("case_people"))
    assert page.rows.hasFocus()
    page.fields.press("law")
    assert "like that" in page._empty.accessibleName()
    page._empty.button.click()
    assert page.rows.isVisible()
    assert page._model.rowCount() == 1


def test_an_expert_needs_a_name_and_a_field(qtbot, place):
    """At their fields."""
    page, _heard = form(qtbot, place, "", "expert")
    press(page, Key.Key_S, ctrl=True)
    assert page.fields.entries["name"].error() == "Write the name."
    assert page.fields.entries["fields"].error() == "Choose at least one field."


def test_what_my_cases_ask_for_stands_on_today(qtbot, place):
    """A limit that is over, in the first line above the doors; Enter opens it, then the case."""
    late = place.cases.open(replace(LEAK, accepted_on="2026-05-10"))
    place.cases.open(LEAK)
    page, heard = opened(qtbot, place, TodayPage, Route("today"))
    (told,) = page._list.rows()[0].folded
    assert told.text == f"{LEAK.title} 9 days over the limit"
    page._rows.go_to(CASE_FOLD)
    press(page, Key.Key_Return)
    (row,) = [row for row in page._list.rows() if row.key.startswith("case:")]
    assert (row.reason, row.title) == ("9 days over the limit", LEAK.title)
    page._rows.go_to(row.key)
    press(page, Key.Key_Return)
    assert heard.routes == [Route("case", late)]


def test_an_oral_mediation_becomes_a_case_with_both_homes(qtbot, place):
    """Nothing is typed twice."""
    form_ = MediationForm(
        other_household_id="household 6-2-904", what="漏水", result="没谈成", done=False
    )
    home = place.households.record("household 6-2-1602")
    note_id = place.notes.mediate(home, form_)
    page, _heard = form(qtbot, place, note_id, "opening:visit")
    texts = page.fields.texts()
    assert (texts["1.name"], texts["2.name"]) == ("王桂兰", "何美玲")
    assert (texts["facts"], texts["origin"]) == ("漏水", "visit")


# --- Ready words and the law --------------------------------------------------------------------


def test_ready_words_are_written_at_the_cursor_by_keys(qtbot, place):
    """/ on an empty line offers what fits the quarrel; Enter writes it there and nowhere else."""
    case_id = place.cases.open(LEAK)
    page, _heard = form(qtbot, place, case_id, "agreement")
    term = page.fields.entries["1.text"]
    term.take_keyboard()
    press(page, Key.Key_Slash)
    picker = page.help.picker
    assert picker.tabs.chosen() == "leak"
    assert "闭水试验" in picker.text.text()
    press(page, Key.Key_Return)
    assert "闭水试验" in term.value()
    assert not page.help.is_open
    assert page.fields.texts() == {"1.text": term.value()}


def test_an_article_is_quoted_whole_with_its_source(qtbot, place):
    """Alt H in the middle of a text; the law of another kind is an arrow away."""
    case_id = place.cases.open(LEAK)
    page, _heard = form(qtbot, place, case_id, "talk")
    note = page.fields.entries["text"]
    note.set_value("前后")
    note.take_keyboard()
    note.note.edit.moveCursor(note.note.edit.textCursor().MoveOperation.Left)
    QTest.keyClick(note.note.edit, Key.Key_H, Qt.KeyboardModifier.AltModifier)
    picker = page.help.picker
    picker.rows.go_to("law:c288")
    assert picker.source.text() == "Source: 2020年5月28日通过，2021年1月1日起施行"
    press(page, Key.Key_Right)
    assert picker.tabs.chosen() != "leak"
    press(page, Key.Key_Left)
    picker.rows.go_to("law:c288")
    press(page, Key.Key_Return)
    quoted = "《中华人民共和国民法典》第二百八十八条：不动产的相邻权利人应当按照有利生产"
    assert note.value().startswith("前" + quoted)
    assert note.value().endswith("后")


def test_while_words_are_offered_no_key_reaches_the_form(qtbot, place):
    """Ctrl S saves nothing half chosen; Esc goes back to where the cursor stood."""
    case_id = place.cases.open(LEAK)
    page, heard = form(qtbot, place, case_id, "talk")
    page.fields.entries["text"].set_value("楼上承认漏水")
    page.fields.entries["text"].take_keyboard()
    QTest.keyClick(
        page.fields.entries["text"].note.edit, Key.Key_H, Qt.KeyboardModifier.AltModifier
    )
    press(page, Key.Key_S, ctrl=True)
    assert place.cases.case(case_id).talks == ()
    press(page, Key.Key_Escape)
    assert page.fields.entries["text"].note.edit.hasFocus()
    assert heard.backs == 0


@pytest.mark.parametrize(
    ("detail", "keys"),
    [
        ("agreement", {"1.text": "terms", "facts": "facts", "points": "points"}),
        ("talk", {"said_0": "demands", "text": "inquiry", "result": "terms"}),
        ("step:called_back", {"text": "follow_up"}),
        ("opening", {"facts": "facts", "demands": "demands"}),
    ],
)
def test_each_field_offers_the_words_that_fit_it(qtbot, place, detail, keys):
    """What happened is no term, and what is disputed is asked for in no call-back."""
    case_id = place.cases.open(LEAK)
    page, _heard = form(qtbot, place, "" if detail == "opening" else case_id, detail)
    found = {key: page.fields.entries[key].spec.helps for key in keys}
    assert found == keys
