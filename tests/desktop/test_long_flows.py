"""Flows that outlast one window, by keys alone: another computer, a break, a sheet of paper."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from desktop.jobs.lanes import InlineLane
from desktop.services.workplace import workplace_on
from tests.desktop.keyboard import press, type_words, walking
from tests.support.campaigns import send_campaign
from tests.support.disagreement import HOME, two_who_differ
from tests.support.laptops import TickingClock, open_store
from tests.support.server import server  # noqa: F401
from tests.support.workplaces import household_id, put_home, workplace

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
DOORS = [
    f"9-{stair}-{floor}0{door}" for stair in (1, 2) for floor in (6, 7, 8, 9) for door in (1, 2)
]
ASKED = [household_id(room) for room in (*DOORS, "9-1-501", "9-1-402", "9-1-301", "9-1-102")]


def results(place, home):
    """What came of the visits to a home that stand, the newest first."""
    entries = place.households.card(home).entries
    visits = [one for one in entries if one.kind == "visit" and not one.replaced]
    return [one.fields["result"] for one in visits if not one.fields.get("void")]


class TestAfterTheUpload:
    """What others have seen is taken back by a new entry, and they see that, too."""

    @pytest.fixture
    def pair(self, tmp_path, server):  # noqa: F811
        """Worker and leader on two laptops of one server."""
        clock = TickingClock(datetime(2026, 6, 18, 2, 0, tzinfo=UTC))
        with two_who_differ(tmp_path, server, clock) as made:
            yield made

    def test_a_visit_that_others_have_is_undone(self, qapp, pair):
        """4 and Ctrl S, sent with Ctrl R; Ctrl Z takes it back, and Ctrl R tells the others."""
        place, leader = pair.worker.place, pair.leader
        while place.store.dues.refresh():
            pass
        with walking(qapp, place, InlineLane()) as window:
            press(window, Key.Key_K, held=CTRL)
            type_words(window, "1602")
            press(window, Key.Key_Return, Key.Key_V, Key.Key_4)
            press(window, Key.Key_S, held=CTRL)
            press(window, Key.Key_R, held=CTRL)
            assert place.store.reading.counts().waiting == 0
            leader.sync()
            assert results(leader.place, HOME) == ["refused"]

            press(window, Key.Key_Z, held=CTRL)
            assert results(place, HOME) == []
            press(window, Key.Key_R, held=CTRL)
        leader.sync()
        assert results(leader.place, HOME) == []


def twenty(community, grid):
    """Sixteen more homes than the sample has in building 9."""
    for at, room in enumerate(DOORS):
        put_home(grid, room, {"people": [(f"住户{at}", "1", "1980-02-01", [])]})


def answer(window):
    """A home without gas: a digit, on past the rest, met."""
    press(window, Key.Key_3, Key.Key_2, Key.Key_Return, Key.Key_1)
    press(window, Key.Key_Return, held=CTRL)


class TestACampaignOfTwentyHomes:
    """It goes on at the door where it stopped, with what was answered there."""

    def sheets(self, place):
        """Whose sheets there are."""
        return [one.get("household_id") for one in place.store.reading.rows("campaign_sheet")]

    def begin(self, window):
        """From Today to the first door that is not asked."""
        press(window, Key.Key_4, held=Qt.KeyboardModifier.AltModifier)
        press(window, Key.Key_Return, Key.Key_Return)
        assert window.space.page.KEY == "campaign_sheet"

    def test_two_breaks_lose_nothing(self, qapp, tmp_path):
        """Once something else comes between, once the app is closed in the middle of a sheet."""
        with workplace(tmp_path, more=twenty) as place:
            send_campaign(place, ASKED)
            folder = place.folder
            with walking(qapp, place) as window:
                self.begin(window)
                for _door in range(6):
                    answer(window)
                press(window, Key.Key_3)
                half_done = window.space.page.title()
                press(window, Key.Key_1, held=Qt.KeyboardModifier.AltModifier)
                self.begin(window)
                assert window.space.page.title() == half_done
                press(window, Key.Key_2, Key.Key_Return, Key.Key_1)
                press(window, Key.Key_Return, held=CTRL)
                for _door in range(4):
                    answer(window)
                press(window, Key.Key_3)
                half_done = window.space.page.title()
                window.space.page.leave()  # As closing the app does.
            assert len(self.sheets(place)) == 11
        clock = TickingClock(datetime(2026, 6, 18, 3, 0, tzinfo=UTC))
        place = workplace_on(folder, open_store(folder.path, clock), clock)
        try:
            with walking(qapp, place) as window:
                self.begin(window)
                assert window.space.page.title() == half_done
                press(window, Key.Key_2, Key.Key_Return, Key.Key_1)
                press(window, Key.Key_Return, held=CTRL)
                for _door in range(8):
                    answer(window)
            asked = self.sheets(place)
            answers = [one.get("answers") for one in place.store.reading.rows("campaign_sheet")]
        finally:
            place.close()
        assert sorted(asked) == sorted(ASKED)
        assert [one for one in answers if one != {"fuel": "none", "alone": "no"}] == []


def test_a_paper_round_is_typed_in_by_row_number(qapp, tmp_path):
    """E on Today; a row, its result, the hour and words; one that was typed before asks again, and
    Ctrl Z takes the last one back."""
    with workplace(tmp_path) as place:
        sheet = place.paper.print_round(place.today.round())
        homes = [household_id(row.room) for row in sheet.rows]
        before = {home: len(results(place, home)) for home in homes}
        with walking(qapp, place) as window:
            press(window, Key.Key_E)
            for line in ("1 1 9:40 fine", "3 2 9:50", "2 4", "1 2"):
                type_words(window, line)
                press(window, Key.Key_Return)
            assert window.space.page.hint() == f"3 / {len(homes)}"
            press(window, Key.Key_Return)  # The same row once more, and meant.
            type_words(window, "4 3")
            press(window, Key.Key_Return)
            press(window, Key.Key_Z, held=CTRL)
        new = {
            home: results(place, home)[: len(results(place, home)) - before[home]] for home in homes
        }
        assert [new[home] for home in homes[:4]] == [
            ["not_home", "met"],
            ["refused"],
            ["not_home"],
            [],
        ]
