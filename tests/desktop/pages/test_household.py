"""The page of one household, worked by keys on a real store."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from desktop.page import Route
from desktop.pages.household import HouseholdPage
from desktop.services.visits import VisitForm
from desktop.viewmodels.history import Filter
from desktop.widgets.button import Button
from desktop.widgets.chip import Chip
from desktop.widgets.masked_value import MaskedValue
from sync.rules.due import Why
from sync.rules.frequency import Level
from sync.schema.tags import CLOSED_TAGS, TAGS
from tests.desktop.pages.hands import focused_in, hold, press, write
from tests.desktop.pages.rounds import Heard, show
from tests.support.workplaces import household_id, page_context, workplace

Key = Qt.Key
ZHAO, WANG, SHARED, HE = (household_id(f"6-2-{door}") for door in ("2304", "1602", "1203", "904"))
XU = household_id("9-1-102")
WANGS_PHONE = "13900016020"
CONTACT = "13700113305"
PENCIL = "pencil-simple"


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path):
    with workplace(tmp_path, posts=("desk_clerk",)) as opened:
        yield opened


@pytest.fixture
def page(qtbot, place):
    return opened_page(qtbot, place)


@pytest.fixture
def heard(page):
    return Heard().listen(page)


def opened_page(qtbot, place, household=WANG):
    """The page as its window shows it."""
    made = HouseholdPage(page_context(place))
    show(qtbot, made)
    made.enter(Route("household", household))
    return made


def texts(page):
    """Every word that the page shows."""
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def number_beside(page, name):
    """The masked number of somebody."""
    found = page.findChildren(MaskedValue)
    return next(value for value in found if name in value._eye.accessibleName())


def entries(place, household=WANG):
    """What the timeline is made of."""
    return place.households.card(household).entries


def field_of(page, ending):
    """The field of the editor whose key ends so."""
    return next(made for key, made in page.body.editor._fields.items() if key.endswith(ending))


# --- What it shows --------------------------------------------------------------------------------


def test_the_head_says_who_why_and_until_when(page):
    """Name and age; the lamp with its reason and the last day; the room in the title."""
    shown = texts(page)
    assert "王桂兰" in shown
    assert "female, aged 78" in shown
    assert page.head._lamp.accessibleName() == "red lamp 5 days late"
    assert "by 13 Jun" in shown
    assert (page.title(), page.hint()) == ("6号楼2单元1602", "floor 16 · 丰和苑")


def test_each_care_category_says_how_often_and_when_next(page):
    """The red one is late, the other has its own day."""
    lines = [line.accessibleName() for line in page.body.care.lines.shown]
    assert lines == [
        "older person living alone; red lamp; every month; 5 days late",
        "party member; green lamp; every 6 months; 13 Nov",
    ]


def test_a_home_where_nobody_goes_alone_names_no_reason_for_it(qtbot, place):
    """Tier 3 is never said, not by its word and not by its frequency's name."""
    page = opened_page(qtbot, place, XU)
    shown = texts(page)
    assert [chip.accessibleName() for chip in page.head.findChildren(Chip)] == ["Go in pairs"]
    assert "a visit every month" in shown
    assert not [key for key in CLOSED_TAGS if TAGS[key].label in shown]


def test_every_entry_says_who_when_and_where_it_is(page, place):
    """A visit that was just made waits, with the matter of it; those of others are delivered."""
    place.visits.record(place.households.record(WANG), VisitForm(result="met", needs=("repair",)))
    page.refresh()
    first, matter, *older = [item for item in page._history.items() if not item.is_heading]
    assert (first.title, first.who, first.delivery) == ("met in person", "陈晓禾", "to send")
    assert [tag.text for tag in first.tags] == ["repairs"]
    assert (matter.title, matter.who, matter.delivery) == ("repairs", "陈晓禾", "to send")
    assert {item.delivery for item in older} == {"delivered"}


def test_filters_count_and_choose(page, place):
    """Notes and visits are counted apart, and one filter shows its own alone."""
    place.notes.write(place.households.record(WANG), "女儿周末来")
    page.refresh()
    counts = {one.filter: one.count for one in page._history.tabs()}
    assert counts == {
        Filter.ALL: 4,
        Filter.VISITS: 3,
        Filter.MATTERS: 0,
        Filter.NOTES: 1,
        Filter.MEDIATIONS: 0,
        Filter.CHANGES: 0,
    }
    page.body.history.filter_chosen.emit("note")
    shown = [item for item in page._history.items() if not item.is_heading]
    assert [item.text for item in shown] == ["女儿周末来"]


def test_a_household_of_another_grid_is_said_to_be_elsewhere(qtbot, place):
    """Nothing of the household before stays on screen."""
    page = opened_page(qtbot, place)
    heard = Heard().listen(page)
    page.enter(Route("household", "of another grid"))
    assert page._stack.currentWidget() is page._not_here
    assert heard.errors == []
    page._not_here.pressed.emit()
    assert heard.backs == 1


# --- Going elsewhere ------------------------------------------------------------------------------


def test_brackets_walk_to_the_neighbours(page, heard):
    """In walking order, over every household; at the first door nothing lies before."""
    press(page, Key.Key_BracketRight, Key.Key_BracketLeft)
    assert [route.record_id for route in heard.routes] == [SHARED, ZHAO]
    page.enter(Route("household", ZHAO))
    press(page, Key.Key_BracketLeft)
    assert len(heard.routes) == 2


def test_letters_lead_to_the_forms(page, heard):
    """V visits, M mediates, Esc goes back."""
    press(page, Key.Key_V, Key.Key_M, Key.Key_Escape)
    assert heard.routes == [Route("visit", WANG), Route("mediation_note", WANG)]
    assert heard.backs == 1


def test_n_reports_a_matter_of_this_home_where_that_page_is_built(page, heard):
    """The button and its key come together, and not before."""
    press(page, Key.Key_N)
    assert heard.routes == []
    assert page.head._matter.isHidden()
    page.built = frozenset({"matters"})
    page.enter(Route("household", WANG))
    assert page.head._matter.isVisible()
    press(page, Key.Key_N)
    assert heard.routes == [Route("matters", WANG, "new")]


def test_a_form_that_waits_is_offered_on_top(page, place, heard):
    """With its words, and that it stands on this computer only."""
    place.visits.keep_draft(WANG, VisitForm(result="met", note="精神好，量了血压。"))
    page.refresh()
    first = page._history.items()[0]
    assert (first.text, first.note) == ("精神好，量了血压。", "begun, on this computer only")
    page.body.history.action_pressed.emit(first.key)
    assert heard.routes == [Route("visit", WANG)]


def test_an_open_conflict_leads_to_its_decision(page, heard):
    """One sentence above everything, gone once nothing waits."""
    assert not page._banner.isVisible()
    opened = page._opened
    page._show(replace(opened, card=replace(opened.card, conflicts=2)))
    assert page._banner.accessibleName() == "Two people changed 2 fields. A person decides."
    page._banner.findChild(Button).click()
    assert heard.routes == [Route("conflicts", WANG)]
    page.refresh()
    assert not page._banner.isVisible()


# --- Numbers --------------------------------------------------------------------------------------


def test_a_number_is_shown_on_a_press_that_is_written_down(page, place):
    """Half a minute later it is masked again; what was written down never holds the number."""
    value = number_beside(page, "王桂兰")
    assert value.text == "139****6020"
    value._eye.click()
    assert value.text == WANGS_PHONE
    (look,) = place.store.reading.rows("reveal")
    assert (look.get("target_id"), look.get("field")) == ("person 6-2-1602 0", "phone")
    assert WANGS_PHONE not in str(dict(look.fields))
    value.timer.timeout.emit()
    assert value.text == "139****6020"


def test_the_desk_opens_a_household_once_for_each_look(qtbot, desk):
    """Names and care show from here on; reading anew leaves no second trace."""
    page = opened_page(qtbot, desk)
    page.refresh()
    assert "王桂兰" in texts(page)
    looks = desk.store.reading.rows("reveal")
    assert [(look.get("target_id"), look.get("reason")) for look in looks] == [(WANG, "desk")]
    page.enter(Route("household", HE))
    assert len(desk.store.reading.rows("reveal")) == 2
    page.enter(Route("household", "of another community"))
    assert len(desk.store.reading.rows("reveal")) == 2


# --- Notes ----------------------------------------------------------------------------------------


def test_a_note_is_written_where_one_stands(page, place, heard):
    """/ opens, Ctrl S saves, the toast says where; the page has the keyboard again."""
    press(page, Key.Key_Slash)
    write(page, "女儿周末来，换了新门锁。")
    press(page, Key.Key_S, ctrl=True)
    assert [entry.fields["text"] for entry in entries(place) if entry.kind == "note"] == [
        "女儿周末来，换了新门锁。"
    ]
    assert heard.words == ["Noted at 6-2-1602 王桂兰"]
    heard.undos[0]()
    page.refresh()
    shown = {item.title: item for item in page._history.items()}
    assert [tag.text for tag in shown["Household note"].tags] == ["corrected later"]
    assert shown["Note taken back"].text == ""
    assert place.notes.note_draft(WANG) == "女儿周末来，换了新门锁。"
    assert heard.changes == 1
    assert not page.body.history.is_writing
    assert focused_in(page) is page


def test_an_empty_note_is_refused_and_stays_open(page, place, heard):
    """One sentence, and nothing is lost."""
    press(page, Key.Key_Slash)
    press(page, Key.Key_S, ctrl=True)
    assert [error.code for error in heard.errors] == ["note.empty"]
    assert page.body.history.is_writing


def test_what_was_typed_survives_a_kill(qtbot, page, place):
    """Half a second after a change the note is on disk, and another page finds it."""
    press(page, Key.Key_Slash)
    write(page, "灯坏了")
    assert page._note._keeper.timer.isActive()
    assert page._note._keeper.timer.interval() < 1000
    page._note._keeper.timer.timeout.emit()
    again = opened_page(qtbot, place)
    first = again._history.items()[0]
    assert (first.title, first.text) == ("Note, not saved yet", "灯坏了")
    again.body.history.action_pressed.emit(first.key)
    assert again.body.history.writer.field.text() == "灯坏了"


def test_what_is_typed_while_a_note_is_saved_begins_the_next(page, place, heard):
    """The disk was slow: the words stand there, are a draft, and are not part of the first."""
    press(page, Key.Key_Slash)
    write(page, "换了新门锁。")
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    write(page, "钥匙在女儿那里。")
    lane.let_all_go()

    assert [entry.fields["text"] for entry in entries(place) if entry.kind == "note"] == [
        "换了新门锁。"
    ]
    assert page.body.history.writer.field.text() == "钥匙在女儿那里。"
    assert page.body.history.is_writing
    assert place.notes.note_draft(WANG) == "钥匙在女儿那里。"
    assert "换了新门锁。" in [item.text for item in page._history.items()]


def test_saving_at_one_home_closes_no_note_of_another(page, place, heard):
    """Whoever went on to the next home meanwhile writes there undisturbed."""
    press(page, Key.Key_Slash)
    write(page, "换了新门锁。")
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    saving, lane.waiting = list(lane.waiting), type(lane.waiting)()
    page.leave()
    page.enter(Route("household", HE))
    lane.let_all_go()
    press(page, Key.Key_Slash)
    write(page, "灯坏了")
    for job in saving:
        job.run()
    lane.let_all_go()

    assert heard.words == ["Noted at 6-2-1602 王桂兰"]
    assert page.body.history.is_writing
    assert page.body.history.writer.field.text() == "灯坏了"


def test_leaving_keeps_a_note_and_letters_stay_letters(page, place, heard):
    """Keys of the page are text inside the note."""
    press(page, Key.Key_Slash)
    write(page, "vme[]")
    page.leave()
    assert place.notes.note_draft(WANG) == "vme[]"
    assert heard.routes == []


# --- Changing what is known -----------------------------------------------------------------------


def test_a_change_shows_before_and_after_and_can_be_undone(page, place, heard):
    """E opens the fields, Ctrl S saves what changed, undoing writes the former values."""
    press(page, Key.Key_E)
    field_of(page, "best_time").setFocus()
    write(page, "晚上七点后")
    assert field_of(page, "best_time")._change.text() == "left empty → 晚上七点后"
    press(page, Key.Key_S, ctrl=True)
    assert place.households.record(WANG).get("best_time") == "晚上七点后"
    assert heard.words == ["Changed: Best time"]
    assert not page.body.is_editing
    heard.undos[0]()
    assert place.households.record(WANG).get("best_time") is None


def test_fields_of_the_home_and_of_a_resident_are_saved_together(page, place):
    """One save reaches the household, its dwelling and its people."""
    press(page, Key.Key_E)
    field_of(page, "door_note").setFocus()
    press(page, Key.Key_A, ctrl=True)
    write(page, "门铃坏了，敲门。")
    field_of(page, "person 6-2-1602 0:phone").setFocus()
    write(page, "138 1234 5678")
    press(page, Key.Key_S, ctrl=True)
    card = place.households.card(WANG)
    assert card.dwelling.get("door_note") == "门铃坏了，敲门。"
    assert card.members[0].phone == "138****5678"


def test_what_is_typed_while_a_change_is_saved_stays_to_be_saved(page, place, heard):
    """Neither closed over nor written twice: it starts from what was saved."""
    press(page, Key.Key_E)
    field_of(page, "best_time").setFocus()
    write(page, "evening")
    lane = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    write(page, "s")
    field_of(page, "contact_name").setFocus()
    write(page, "!")
    lane.let_all_go()

    home = place.households.record(WANG)
    assert home.get("best_time") == "evening"
    assert page.body.is_editing
    assert field_of(page, "best_time")._change.text() == "evening → evenings"
    assert sorted(place.edits.kept(WANG).texts) == ["best_time", "contact_name"]
    press(page, Key.Key_S, ctrl=True)
    lane.let_all_go()
    home = place.households.record(WANG)
    assert (home.get("best_time"), home.get("contact_name")) == ("evenings", "1601 张阿姨!")
    assert not page.body.is_editing
    assert place.edits.kept(WANG).texts == {}


def test_a_phone_that_nobody_touched_stays(page, place):
    """A masked number starts empty, and empty means: as it was."""
    press(page, Key.Key_E)
    field_of(page, "best_time").setFocus()
    write(page, "evening")
    press(page, Key.Key_S, ctrl=True)
    assert place.households.record(WANG).get("contact") == CONTACT
    assert place.store.reading.rows("reveal") == []


def test_a_number_that_is_mended_is_looked_at_first(page, place):
    """The eye writes the look down, and puts the number into the field: emptied, it is removed."""
    press(page, Key.Key_E)
    contact = field_of(page, ":contact")
    contact.look_asked.emit()
    assert contact._line.text() == CONTACT
    assert len(place.store.reading.rows("reveal")) == 1
    contact.setFocus()
    press(page, Key.Key_A, ctrl=True)
    press(page, Key.Key_Backspace)
    press(page, Key.Key_S, ctrl=True)
    assert place.households.record(WANG).get("contact") is None


def test_a_number_that_is_too_short_says_so(page, place, heard):
    """Nothing is saved, the field has the keyboard, and the words say how to mend it."""
    press(page, Key.Key_E)
    write(page, "1381234567")
    press(page, Key.Key_S, ctrl=True)
    contact = field_of(page, ":contact")
    assert contact._line.error() == "This number is 1 digit short. It can stay empty for now."
    assert focused_in(page) is contact._line.edit
    assert heard.words == []
    assert place.households.record(WANG).get("contact") == CONTACT


def test_a_let_home_names_its_owner_who_is_mended_in_place(qtbot, place):
    """Whom to call about tenants; where the owner lives there nobody asks for one."""
    page = opened_page(qtbot, place, SHARED)
    press(page, Key.Key_E)
    for ending, words in (("owner_name", "孙房东"), (":owner_phone", "13800001024")):
        field_of(page, ending).setFocus()
        write(page, words)
    press(page, Key.Key_S, ctrl=True)
    door = place.households.card(SHARED).dwelling
    assert (door.get("owner_name"), door.get("owner_phone")) == ("孙房东", "13800001024")
    assert "Owner 孙房东 138****1024" in [label.text() for label in page.findChildren(QLabel)]
    own = opened_page(qtbot, place, WANG)
    press(own, Key.Key_E)
    assert not any(key.endswith("owner_name") for key in own.body.editor._fields)


def test_a_change_that_was_begun_waits_on_top(qtbot, page, place):
    """Esc leaves it for later, and E goes on where it was left."""
    press(page, Key.Key_E)
    field_of(page, "best_time").setFocus()
    write(page, "evening")
    press(page, Key.Key_Escape)
    assert not page.body.is_editing
    again = opened_page(qtbot, place)
    assert again._history.items()[0].title == "Changes, not saved yet"
    press(again, Key.Key_E)
    assert field_of(again, "best_time")._line.text() == "evening"


def test_a_change_that_is_given_up_can_be_brought_back(page, place, heard):
    """No question is asked; undoing makes what was typed a draft again."""
    press(page, Key.Key_E)
    field_of(page, "best_time").setFocus()
    write(page, "evening")
    page.body.footer.close_pressed.emit()
    assert place.edits.draft(WANG) == {}
    assert heard.words == ["Nothing was changed"]
    heard.undos[0]()
    assert place.edits.draft(WANG) == {"best_time": "evening"}


def test_a_change_stands_in_the_history_with_both_values(page, place, heard):
    """Who, when, before and after, numbers masked; taking it back is an entry of its own."""
    press(page, Key.Key_E)
    write(page, "138 1234 5678")
    field_of(page, "best_time").setFocus()
    write(page, "evening")
    press(page, Key.Key_S, ctrl=True)
    (change,) = [item for item in page._history.items() if item.key and item.icon == PENCIL]
    assert change.title == "Changed Contact phone, Best time"
    assert change.text == "137****3305 → 138****5678\nleft empty → evening"
    assert (change.who, change.delivery) == ("陈晓禾", "to send")
    heard.undos[0]()
    page.refresh()
    titles = [item.title for item in page._history.items() if not item.is_heading]
    assert titles[:2] == ["change taken back", "Changed Contact phone, Best time"]
    assert place.households.record(WANG).get("contact") == CONTACT


# --- Who lives here -------------------------------------------------------------------------------


def choose_move(page, name, words):
    """Open the menu of somebody by keys, and choose from it by keys."""
    buttons = page.body.members.findChildren(Button)
    button = next(b for b in buttons if b.accessibleName() == f"What became of {name}")
    button.setFocus()
    press(page, Key.Key_Return)
    (menu,) = page.body.members.findChildren(QMenu)
    actions = [action.text() for action in menu.actions()]
    for _step in range(actions.index(words)):
        QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Return)


def test_somebody_moves_in_by_keys_alone(page, place, heard):
    """A opens the form; a short day is understood; undoing takes them out again."""
    press(page, Key.Key_A)
    write(page, "王晓燕")
    field_of(page, "birth").setFocus()
    write(page, "1980-3-2")
    field_of(page, "since").setFocus()
    write(page, "6-12")
    assert field_of(page, "since")._change.text() == "12 Jun"
    press(page, Key.Key_S, ctrl=True)
    assert heard.words == ["Noted: 王晓燕 lives here now"]
    (_head, added) = place.households.card(WANG).members
    assert (added.name, added.age, added.since) == ("王晓燕", 46, "2026-06-12")
    assert "王晓燕" in [label.text() for label in page.body.members.findChildren(QLabel)]
    first = next(item for item in page._history.items() if not item.is_heading)
    assert first.title == "王晓燕: moved in"
    heard.undos[0]()
    assert [one.name for one in place.households.card(WANG).members] == ["王桂兰"]


def test_a_name_is_needed_and_a_day_is_checked(page, place, heard):
    """Each field says how to mend it; nothing is saved."""
    press(page, Key.Key_A)
    field_of(page, "since").setFocus()
    write(page, "the other day")
    press(page, Key.Key_S, ctrl=True)
    assert field_of(page, "name")._line.error() == "Write the name first."
    assert field_of(page, "since")._line.error() == "Write the day like 2026-06-12 or 6-12."
    assert len(place.households.card(WANG).members) == 1
    assert heard.words == []


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_death_is_noted_gently_and_stops_the_visits(page, place, heard):
    """No age any more and no number; nobody is asked to come; undoing brings all of it back."""
    choose_move(page, "王桂兰", "Has passed away")
    assert "All visits to this home stop at once." in texts(page)
    write(page, "yesterday")
    press(page, Key.Key_S, ctrl=True)
    assert heard.words == ["Noted. Nobody will ask for 王桂兰 any more"]
    card = place.households.card(WANG)
    assert card.due is None
    assert card.tags == ()
    line = page.body.members.lines.shown[0]
    said = " ".join(label.accessibleName() or label.text() for label in line.findChildren(QLabel))
    assert "deceased · 17 Jun" in said
    assert "78" not in said
    assert not any(number.isVisible() for number in line.findChildren(MaskedValue))
    heard.undos[0]()
    assert place.households.card(WANG).due is not None


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_those_who_stay_are_kept_close(page, place, heard):
    """After a death the others are seen every week for a month."""
    page.enter(Route("household", HE))
    choose_move(page, "吕志刚", "Has passed away")
    write(page, "6-17")
    assert "Whoever stays is visited every week until 17 Jul." in texts(page)
    press(page, Key.Key_S, ctrl=True)
    due = place.households.card(HE).due
    assert due.reason_key is Why.CLOSE_CARE
    assert due.level is Level.RED
    assert place.households.record(HE).get("red_until") == "2026-07-17"
    heard.undos[0]()
    assert place.households.record(HE).get("red_until") is None


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_household_that_moved_out_leaves_a_vacant_home(page, place, heard):
    """All of them at once, and one undo brings them back."""
    page.enter(Route("household", HE))
    page.body.members._everyone.setFocus()
    press(page, Key.Key_Return)
    (menu,) = page.body.members.findChildren(QMenu)
    QTest.keyClick(menu, Key.Key_Return)
    assert "Nobody is left here: the home is noted as vacant." in texts(page)
    press(page, Key.Key_S, ctrl=True)
    card = place.households.card(HE)
    assert [one.status for one in card.members] == ["moved_out", "moved_out"]
    assert card.dwelling.get("occupancy") == "vacant"
    assert card.due.reason_key is Why.VACANT
    heard.undos[0]()
    card = place.households.card(HE)
    assert [one.status for one in card.members] == ["living", "living"]
    assert card.dwelling.get("occupancy") == "owner"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_what_was_begun_of_a_move_waits_on_top(qtbot, page, place):
    """Esc leaves it for later, another start of the app finds it, and goes on with it."""
    choose_move(page, "王桂兰", "Moved out")
    write(page, "6-1")
    press(page, Key.Key_Escape)
    assert not page.body.is_editing
    again = opened_page(qtbot, place)
    first = again._history.items()[0]
    assert first.title == "Who lives here, not saved yet"
    again.body.history.action_pressed.emit(first.key)
    assert field_of(again, "day")._line.text() == "6-1"
    press(again, Key.Key_S, ctrl=True)
    assert place.households.card(WANG).members[0].until == "2026-06-01"


def test_a_save_that_ends_late_closes_nothing_elsewhere(page, place, heard):
    """The next home's form, opened meanwhile, stays open."""
    press(page, Key.Key_A)
    write(page, "王晓燕")
    lane = page.context.lanes.store
    held = hold(page.context)
    press(page, Key.Key_S, ctrl=True)
    saving = held.waiting.popleft()
    page.context.lanes.store = lane
    page.enter(Route("household", HE))
    press(page, Key.Key_A)
    saving.run()
    assert heard.words == ["Noted: 王晓燕 lives here now"]
    assert page._editing.residents.is_open
    assert page.body.is_editing


def test_one_form_is_open_at_a_time(page, place):
    """A and E lead back to what is being written; Ctrl S saves that alone."""
    press(page, Key.Key_E)
    page.setFocus()
    press(page, Key.Key_A)
    assert page._editing.home.is_open
    assert not page._editing.residents.is_open
    press(page, Key.Key_Escape, Key.Key_A)
    assert page._editing.residents.is_open
    assert not page._editing.home.is_open


def test_esc_belongs_to_an_open_composition(page):
    """Closing the candidates of an input method closes no form."""
    press(page, Key.Key_E)
    field = field_of(page, "best_time")
    field.setFocus()
    QApplication.sendEvent(field._line.edit, QInputMethodEvent("wanshang", []))
    press(page, Key.Key_Escape)
    assert page.body.is_editing


def test_one_pane_shows_the_history_or_the_home(qtbot, place):
    """In large letters both have no room side by side; writing brings up what is needed."""
    page = opened_page(qtbot, place)
    page.look.use_scale(2.0)
    assert page.body.history.isVisible()
    assert not page.body.members.isVisible()
    press(page, Key.Key_E)
    assert page.body.editor.isVisible()
    assert not page.body.history.isVisible()
