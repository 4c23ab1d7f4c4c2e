"""People decide: both versions survive until a button is pressed, and nothing said disappears."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.conflicts import ConflictsPage
from desktop.services.conflict_cases import hides_difference, open_cases
from desktop.services.privacy import Sight
from desktop.widgets.button import Button
from sync.store.records import create
from tests.support.disagreement import (
    DWELLING,
    HOME,
    XIAOYAN,
    two_who_differ,
)
from tests.support.laptops import TickingClock
from tests.support.server import server  # noqa: F401
from tests.support.workplaces import page_context

MINE, THEIRS = "13800001024", "13800001042"


@pytest.fixture
def pair(tmp_path, server):  # noqa: F811
    """Worker and leader on two laptops, before they differ."""
    clock = TickingClock(datetime(2026, 6, 18, 2, 0, tzinfo=UTC))
    with two_who_differ(tmp_path, server, clock) as made:
        yield made


@pytest.fixture
def differ(pair):
    """The same phone, the same note and the same status, written differently."""
    for side, phone, note, status in (
        (pair.worker, MINE, "敲门要久一点，靠近右耳说话。", "away"),
        (pair.leader, THEIRS, "敲门要久一点。腿脚慢。", "hukou_only"),
    ):
        side.change("household", HOME, contact=phone)
        side.change("dwelling", DWELLING, door_note=note)
        side.change("residency", "lives-xiaoyan", status=status)
    for side in (pair.leader, pair.worker, pair.leader):
        side.sync()
    return pair


@pytest.fixture
def shown(qtbot, qapp):
    """Makes the page of somebody, shown and reached by keys, with what it said."""

    def show(side):
        page = ConflictsPage(page_context(side.place))
        qtbot.addWidget(page)
        page.resize(1150, 640)
        page.told = []
        page.said.connect(lambda words, undo: page.told.append((words, undo)))
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.enter(Route("conflicts"))
        return page

    return show


@pytest.fixture
def press(qtbot, qapp):
    """Press a key wherever the keyboard is."""

    def key(code, modifier=Qt.KeyboardModifier.NoModifier):
        reached = qapp.focusWidget()
        assert reached is not None
        qtbot.keyClick(reached, code, modifier)

    return key


def questions(page):
    """The titles on screen, in order."""
    return [one.title for one in page._pane.form.case.questions]


def choose(page, press, title, key):
    """Go to a field by J and decide it by its key."""
    for _ in range(questions(page).index(title)):
        press(Qt.Key.Key_J)
    press(key)
    for _ in range(questions(page).index(title)):
        press(Qt.Key.Key_K)


def value(side, type_, row_id, field):
    """What somebody sees."""
    return side.laptop.value(type_, row_id, field)


class TestDeciding:
    """Keys alone settle everything; nothing is saved before the main button."""

    def test_both_phones_are_kept_with_mine_first(self, differ, shown, press):
        """B shows the joined value before it is saved, Ctrl Enter saves it for both."""
        page = shown(differ.worker)
        choose(page, press, "Contact phone", Qt.Key.Key_B)

        assert value(differ.worker, "household", HOME, "contact") == THEIRS
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

        assert value(differ.worker, "household", HOME, "contact") == f"{MINE}、{THEIRS}"
        differ.meet()
        assert value(differ.leader, "household", HOME, "contact") == f"{MINE}、{THEIRS}"

    def test_three_fields_are_settled_by_keys_alone(self, differ, shown, press, qtbot, qapp):
        """Mine, theirs, own words: each by its key; letters in a line are only letters."""
        page = shown(differ.worker)
        choose(page, press, "Contact phone", Qt.Key.Key_Left)
        choose(page, press, "王晓燕 · Lives here", Qt.Key.Key_Right)
        assert questions(page)[0] == "Before knocking"
        press(Qt.Key.Key_E)
        qtbot.keyClicks(qapp.focusWidget(), "be slow, J and B")
        press(Qt.Key.Key_Return)
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        differ.meet()

        for side in (differ.worker, differ.leader):
            assert value(side, "household", HOME, "contact") == MINE
            assert value(side, "residency", "lives-xiaoyan", "status") == "hukou_only"
            assert value(side, "dwelling", DWELLING, "door_note") == "be slow, J and B"
            assert open_cases(side.place) == []

    def test_a_part_may_be_saved_and_the_rest_is_named(self, differ, shown, press):
        """The button says what is left, and what was saved leaves the list."""
        page = shown(differ.worker)
        choose(page, press, "Contact phone", Qt.Key.Key_Left)
        choose(page, press, "Before knocking", Qt.Key.Key_Right)
        assert page._pane.save.words == "Save 2, Lives here left"

        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

        assert questions(page) == ["王晓燕 · Lives here"]
        assert len(page.told) == 1
        assert not page._pane._notice.isVisible()

    def test_u_takes_the_latest_decision_back(self, differ, shown, press):
        """Before saving, U undoes one decision after the other."""
        page = shown(differ.worker)
        choose(page, press, "Contact phone", Qt.Key.Key_Left)
        choose(page, press, "Contact phone", Qt.Key.Key_Right)
        press(Qt.Key.Key_U)
        assert list(page._pane.form.decided.values()) == [MINE]
        press(Qt.Key.Key_U)

        assert page._pane.form.decided == {}
        assert not page._pane.save.isEnabled()

    def test_a_coded_field_offers_no_both(self, differ, shown, press):
        """There is no living here and away at once: B does nothing."""
        page = shown(differ.worker)
        choose(page, press, "王晓燕 · Lives here", Qt.Key.Key_B)

        assert page._pane.form.decided == {}

    def test_own_words_that_a_field_cannot_hold_are_refused_beside_it(self, pair, shown, press):
        """A day that is no day stays in the line, with what to write instead."""
        pair.worker.change("household", HOME, moved_in="2019-05-01")
        pair.leader.change("household", HOME, moved_in="2019-06-01")
        for side in (pair.leader, pair.worker):
            side.sync()
        page = shown(pair.worker)
        press(Qt.Key.Key_E)
        press(Qt.Key.Key_X)
        press(Qt.Key.Key_Return)

        assert page._pane.form.decided == {}
        assert "2026-06-18" in page._pane._blocks[0]._own.line.error()

    def test_escape_closes_own_words_and_then_leaves_the_case_for_later(
        self, differ, shown, press, qtbot
    ):
        """Both versions stay in the list."""
        page = shown(differ.worker)
        press(Qt.Key.Key_E)
        assert page._pane._blocks[0].is_writing
        press(Qt.Key.Key_Escape)
        assert not page._pane._blocks[0].is_writing
        with qtbot.waitSignal(page.came_back):
            press(Qt.Key.Key_Escape)

        assert len(open_cases(differ.worker.place)) == 1


class TestUndoing:
    """The toast's undo puts back what stood before, before and after an upload."""

    @pytest.mark.parametrize("uploaded", [False, True])
    def test_the_former_value_comes_back_on_both_sides(self, differ, shown, press, uploaded):
        """As a new change, so that history keeps the decision as well."""
        page = shown(differ.worker)
        choose(page, press, "Contact phone", Qt.Key.Key_Left)
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        if uploaded:
            differ.meet()
            assert value(differ.leader, "household", HOME, "contact") == MINE
        _words, undo = page.told[-1]
        undo()
        differ.meet()

        for side in (differ.worker, differ.leader):
            assert value(side, "household", HOME, "contact") == THEIRS


class TestOthers:
    """What other people do meanwhile, and what a third one sees."""

    def test_settled_elsewhere_is_said_calmly(self, differ, shown, press):
        """The leader was quicker: the field leaves the page with a sentence, nothing is lost."""
        page = shown(differ.worker)
        choose(page, press, "Before knocking", Qt.Key.Key_Left)
        leader = differ.leader.place
        (phone,) = [one for one in leader.conflicts.waiting() if one.field == "contact"]
        leader.conflicts.settle(phone, "13900009999")
        differ.leader.sync()
        differ.worker.sync()
        page.refresh()

        assert "Contact phone" not in questions(page)
        assert "刘建平" in page._pane._notice.accessibleName()
        assert "13900009999" not in page._pane._notice.accessibleName()
        assert len(page._pane.form.decided) == 1

    def test_a_third_person_reads_two_names(self, differ, shown):
        """Neither side is theirs, so nothing is called mine."""
        third = differ.third("zhao", "grid_leader", "赵组长")
        try:
            page = shown(third)
            (phone,) = [one for one in page._pane.form.case.questions if one.field == "contact"]
            assert {phone.left.author, phone.right.author} == {"陈晓禾", "刘建平"}
            block = page._pane._blocks[page._pane.form.case.questions.index(phone)]
            words = [button.offer.words for button in _buttons(block)]
            assert "Take 陈晓禾's" in words
            assert "Take mine" not in words
        finally:
            third.place.close()

    def test_a_third_value_can_be_taken_too(self, pair, shown, qtbot):
        """Three people wrote three numbers; the third stands below with a button of its own."""
        third = pair.third("zhao", "grid_leader", "赵组长")
        for side, phone in ((pair.leader, "2"), (pair.worker, "1"), (third, "3")):
            side.change("household", HOME, contact=f"1380000000{phone}")
        for side in (pair.leader, pair.worker, third, pair.worker):
            side.sync()
        third.place.close()
        page = shown(pair.worker)
        (question,) = page._pane.form.case.questions
        (other,) = question.others
        (button,) = [
            found for found in page.findChildren(Button) if found.words == f"Take {other.author}'s"
        ]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

        assert list(page._pane.form.decided.values()) == [other.value]
        assert {question.left.value, question.right.value, other.value} == {
            "13800000001",
            "13800000002",
            "13800000003",
        }


def _buttons(block):
    return block.sides.result._buttons.values()


class TestWholeRows:
    """Removed here, changed there: keep it or remove it."""

    def test_a_resident_whom_somebody_changed_is_kept(self, pair, shown, press):
        """The leader removed her, the worker wrote her phone: the worker keeps her."""
        pair.leader.remove("person", XIAOYAN)
        pair.worker.change("person", XIAOYAN, phone="13600000001")
        for side in (pair.leader, pair.worker):
            side.sync()
        page = shown(pair.worker)
        (question,) = page._pane.form.case.questions
        assert question.whole_row
        press(Qt.Key.Key_Left)
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        pair.meet()

        for side in (pair.worker, pair.leader):
            assert value(side, "person", XIAOYAN, "phone") == "13600000001"


class TestMasks:
    """A mask never hides the difference, and lifting it leaves a trace."""

    def test_a_phone_that_differs_below_the_mask_is_shown_and_recorded_once(self, pair, shown):
        """137****1111 against 137****1111 says nothing."""
        pair.worker.change("household", HOME, contact="13711111111")
        pair.leader.change("household", HOME, contact="13722221111")
        for side in (pair.leader, pair.worker):
            side.sync()
        page = shown(pair.worker)
        (question,) = page._pane.form.case.questions
        page.refresh()

        assert (question.left.words, question.right.words) == ("13711111111", "13722221111")
        looks = pair.worker.place.store.reading.rows("reveal")
        assert [(one.get("target_id"), one.get("field")) for one in looks] == [(HOME, "contact")]

    def test_a_difference_in_plain_sight_stays_masked(self, differ, shown):
        """138****1024 and 138****1042 differ where everybody sees it: no trace is written."""
        page = shown(differ.worker)
        phones = [one for one in page._pane.form.case.questions if one.field == "contact"]

        assert [one.left.words for one in phones] == ["138****1024"]
        assert differ.worker.place.store.reading.rows("reveal") == []

    @pytest.mark.parametrize(
        ("field", "one", "other", "hidden"),
        [
            ("contact", "13800001024", "13800001042", False),
            ("contact", "13811111024", "13822221024", True),
            ("contact", "13811111024", "13822221042", True),
            ("id_no", "11010519491231002X", "11010519491231003X", False),
            ("id_no", "11010519491231002X", "11010519500101002X", True),
            ("door_note", "a", "b", False),
        ],
    )
    def test_what_a_mask_covers(self, field, one, other, hidden):
        """Only what stands under the stars asks for a look."""
        sight = Sight(frozenset({"grid_worker"}))
        assert hides_difference(sight, field, one, other) is hidden


def test_nothing_to_decide_says_so(pair, shown):
    """One line and one next step."""
    page = shown(pair.worker)

    assert page._stack.currentIndex() == 0
    assert page.keys() == ()


@pytest.fixture
def twice(pair):
    """Both wrote the same newcomer down, offline, with the same number."""
    grid = pair.server.grids["第3网格"]
    for side, row_id, phone in ((pair.leader, "new-1", "13600000001"), (pair.worker, "new-2", "")):
        both = {"person_id": row_id, "household_id": HOME}
        newcomer = {"household_id": HOME, "name": "许志强", "phone": phone, "birth": "1948-03-02"}
        side.place.store.records.write(
            [
                create("person", newcomer, scope_id=f"grid:{grid}", row_id=row_id),
                create("residency", both, scope_id=f"grid:{grid}", row_id=f"r-{row_id}"),
                create(
                    "id_number",
                    {**both, "id_no": TWICE_NUMBER},
                    scope_id=f"id:{grid}",
                    row_id=f"n-{row_id}",
                ),
            ]
        )
    for side in (pair.leader, pair.worker, pair.leader):
        side.sync()
    return pair


TWICE_NUMBER = "110101194803020022"


def people_shown(side):
    """Who lives in the household, by their ids."""
    return sorted(member.person.id for member in side.place.store.reading.household(HOME).members)


def test_keys_say_that_two_records_are_one_person(twice, shown, press):
    """The question stands in words, without the number; ← makes one of two, and it arrives."""
    page = shown(twice.worker)
    (case,) = open_cases(twice.worker.place)
    (question,) = case.questions
    assert question.dup
    assert TWICE_NUMBER not in str((question.base, question.left.words, question.right.words))
    assert "许志强" in question.left.words
    # What one person would be, masked, before anybody says that they are.
    assert "Name: 许志强" in question.base
    assert "13600000001" not in question.base
    assert "136****0001" in question.base
    assert people_shown(twice.worker) == ["new-1", "new-2", "person-wang", "person-xiaoyan"]

    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert page.told
    assert people_shown(twice.worker) == ["new-1", "person-wang", "person-xiaoyan"]
    for side in (twice.worker, twice.leader):
        side.sync()
        assert people_shown(side) == ["new-1", "person-wang", "person-xiaoyan"]
        found = side.place.store.reading.search("许志强")
        assert [match.person_id for match in found if match.household_id == HOME] == ["new-1"]


def test_keys_say_that_they_are_two_people(twice, shown, press):
    """→ leaves both, and nobody is asked again."""
    shown(twice.worker)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    for side in (twice.worker, twice.leader):
        side.sync()
        assert people_shown(side) == ["new-1", "new-2", "person-wang", "person-xiaoyan"]
        assert open_cases(side.place) == []


def test_one_person_can_be_two_again(twice):
    """Undone before the upload and after it."""
    (seen,) = twice.worker.place.conflicts.waiting()
    settled = twice.worker.place.conflicts.settle(seen, "new-1")
    twice.worker.sync()
    assert people_shown(twice.worker) == ["new-1", "person-wang", "person-xiaoyan"]

    twice.worker.place.conflicts.undo(settled)

    for side in (twice.worker, twice.leader):
        side.sync()
        assert people_shown(side) == ["new-1", "new-2", "person-wang", "person-xiaoyan"]
