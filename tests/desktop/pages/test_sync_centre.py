"""Where every record is: each once, in words, with what to do about it."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.sync_centre import SyncCentrePage
from desktop.rows import RowKind
from desktop.services.outbox import Holdings, Part, holdings, outbox
from desktop.services.overview import overview
from desktop.services.visits import VisitForm
from desktop.sync_runner import SyncRunner
from desktop.viewmodels.sync_centre import Standing, headline, parts_here, size_words
from sync.errors import (
    AttachmentDamaged,
    CertificateRefused,
    NameNotFound,
    PortalAnswered,
    ServerBusy,
    ServerUnreachable,
    SignedOut,
)
from sync.store import records
from sync.store.attachments import State
from tests.support.disagreement import HOME, SECOND_HOME, XIAOYAN, two_who_differ
from tests.support.laptops import TickingClock
from tests.support.server import server  # noqa: F401
from tests.support.workplaces import household_id, page_context, workplace

CLOCK = TickingClock(datetime(2026, 6, 18, 2, 0, tzinfo=UTC))


@pytest.fixture
def place(tmp_path):
    """A laptop without a network."""
    with workplace(tmp_path) as made:
        yield made


@pytest.fixture
def shown(qtbot):
    """Makes the page of a workplace, shown and entered."""

    def show(place):
        context = page_context(place)
        runner = SyncRunner(place.syncing, context.lanes.net)
        page = SyncCentrePage(context, runner)
        page.runner = runner  # Alive as long as the page.
        qtbot.addWidget(page)
        page.resize(1150, 640)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.enter(Route("sync"))
        return page

    return show


def lines(page):
    """Group titles and records on screen, in order."""
    rows = [page._model.row_at(at) for at in range(page._model.rowCount())]
    return [
        row.title if row.kind is RowKind.GROUP else f"{row.title} / {row.detail or row.reason}"
        for row in rows
    ]


def met(place, room):
    """Save a visit at a door."""
    household = place.store.reading.find("household", household_id(room))
    return place.visits.record(household, VisitForm(result="met"))


class TestTheList:
    """Every unsent record appears once."""

    def test_work_without_a_network_waits_in_words(self, place, shown):
        """Room, who, and what was done."""
        met(place, "6-2-904")
        page = shown(place)

        assert lines(page) == ["Waits for the network", "6-2-904 何美玲 / Visit: met in person"]

    def test_a_visit_that_was_taken_back_says_so(self, place):
        """Both entries: the visit, and what took it back."""
        saved = met(place, "6-2-904")
        place.visits.undo(saved, VisitForm(result="met"))

        assert sorted(one.what for one in outbox(place).waiting) == [
            "Visit taken back",
            "Visit: met in person, taken back",
        ]

    def test_a_record_edited_twice_stands_once(self, place):
        """Two edits of one household are one thing to a person."""
        here = household_id("6-2-904")
        for phone in ("13800000001", "13800000002"):
            place.store.records.write([records.patch("household", here, {"contact": phone})])

        assert [one.record_id for one in outbox(place).waiting] == [here]

    def test_looks_at_hidden_values_share_one_line(self, place):
        """They name nobody, and they are many."""
        here = household_id("6-2-904")
        place.reveals.record([("household", here, "contact"), ("household", here, "contact_name")])

        assert [one.what for one in outbox(place).waiting] == ["Looks at hidden values"]

    def test_a_refused_photo_says_why_and_is_sent_again_by_a_key(self, qtbot, place, shown):
        """It is still here; where its bytes are broken here, too, that is said instead."""
        household = place.store.reading.find("household", household_id("6-2-904"))
        photo = place.photos.attach(household, b"\xff\xd8\xff a photo", "image/jpeg")
        place.store.attachments.mark(photo, State.REFUSED)
        page = shown(place)
        said = []
        page.said.connect(lambda words, _undo: said.append(words))
        failed = []
        page.failed.connect(failed.append)

        assert lines(page)[:2] == ["Needs you", "6-2-904 何美玲 / Photo"]
        assert overview(place).needs_you == 1
        page._list.go_to(f"photo:{photo}:{household.id}")
        page._list.setFocus()
        qtbot.keyClick(page._list, Qt.Key.Key_Return)

        assert said == ["The photo waits for the network again"]
        assert place.store.attachments.states()[State.WAITING] == 1
        assert "Needs you" not in lines(page)

        place.store.attachments.mark(photo, State.REFUSED)
        for file in place.store.attachments._folder.rglob("*"):
            if file.is_file():
                file.write_bytes(b"broken")
        page.refresh()
        page._open(f"photo:{photo}:{household.id}")
        assert [error.code for error in failed] == [AttachmentDamaged.code]

    def test_a_delivered_record_says_when_the_server_took_it(
        self,
        tmp_path,
        server,  # noqa: F811
        shown,
    ):
        """And a disagreement stands on top, with a way to it."""
        with two_who_differ(tmp_path, server, TickingClock(CLOCK.moment)) as pair:
            pair.worker.change("household", HOME, contact="13800001024")
            pair.leader.change("household", HOME, contact="13800001042")
            pair.worker.change("household", SECOND_HOME, best_time="evening")
            pair.leader.sync()
            pair.worker.sync()
            page = shown(pair.worker.place)
            went = []
            page.went.connect(went.append)
            rows = [page._model.row_at(at) for at in range(page._model.rowCount())]

            assert rows[0].title == "Needs you"
            assert "刘建平" in rows[1].reason
            assert all(row.when.startswith("delivered ") for row in rows[3:])
            page._list.opened.emit(rows[1].key)
            assert went == [Route("conflicts", HOME)]

    def test_what_the_server_keeps_aside_says_why(self, tmp_path, server, shown):  # noqa: F811
        """What may not be changed stays on both sides, and the worker reads who decides."""
        with two_who_differ(tmp_path, server, TickingClock(CLOCK.moment)) as pair:
            pair.worker.change("residency", "lives-wang", person_id=XIAOYAN)
            pair.worker.sync()
            page = shown(pair.worker.place)
            (held,) = outbox(pair.worker.place).held

            assert held.reason == ("This cannot be changed once it is written. The office decides.")
            assert lines(page)[:2] == ["Kept aside by the server", "6-2-1602 王桂兰 / Residence"]


class TestTheHead:
    """Offline is normal; errors are calm; work goes on."""

    def test_no_network_is_said_calmly(self, place, shown, qtbot):
        """The button tries, and the work stays."""
        met(place, "6-2-904")
        page = shown(place)
        qtbot.mouseClick(page._now, Qt.MouseButton.LeftButton)

        assert page._title.text() == "No network, work goes on"
        assert page._detail.text() == "1 waits to be sent. All of it is kept on this computer."
        assert page._now.isVisible()

    def test_a_session_shows_its_counts_and_can_be_stopped(self, place, shown):
        """Counts stand beside the bar; the main button gives way."""
        page = shown(place)
        page._runner._job = object()
        page._show_progress("Receiving", 8, 12)

        assert page._detail.text() == "Receiving · 8 of 12"
        assert page._cancel.isVisible()
        assert not page._now.isVisible()
        page._runner._job = None

    @pytest.mark.parametrize(
        ("standing", "title"),
        [
            (Standing(error=ServerUnreachable(), last_sync="x"), "No network, work goes on"),
            (Standing(error=NameNotFound(host="a"), last_sync="x"), "No network, work goes on"),
            (Standing(error=PortalAnswered(), last_sync="x"), "The server was not reached"),
            (Standing(error=SignedOut()), "This sync did not end well"),
            (Standing(), "Not synced yet"),
            (Standing(last_sync="2026-06-18T01:00:00Z"), "Synced"),
            (Standing(last_sync="2026-06-18T01:00:00Z", waiting=2), "2 wait to be sent"),
            (Standing(last_sync="2026-06-18T01:00:00Z", needs_you=1), "1 needs you"),
            (Standing(running=True, error=SignedOut()), "Syncing"),
        ],
    )
    def test_each_state_has_its_title(self, standing, title):
        """Synced is said only when nothing is left to send."""
        assert headline(standing, CLOCK).title == title

    def test_each_error_has_its_own_sentence(self):
        """A login page, a certificate and a busy server are no missing network."""
        errors = [PortalAnswered(), CertificateRefused(), ServerBusy(), SignedOut()]
        details = [headline(Standing(error=error), CLOCK).detail for error in errors]

        assert details == [error.sentence() for error in errors]


class TestWhatIsHere:
    """In words: which grid, how many, how fresh, how large."""

    def test_each_grid_is_named_with_its_households(self, place):
        """And the rest of the ledger by what it is."""
        facts = {label: value for _, label, value in parts_here(holdings(place), CLOCK)}

        assert facts["第3网格"] == "8 households"
        assert facts["Areas and colleagues"].endswith(" records")
        assert "Encrypted file" in facts

    def test_what_the_server_may_still_lose_is_counted(self, tmp_path, server):  # noqa: F811
        """Delivered, and kept here until the server's backup has it."""
        with two_who_differ(tmp_path, server, TickingClock(CLOCK.moment)) as pair:
            before = holdings(pair.worker.place).kept
            pair.worker.change("household", HOME, contact="13800001024")
            assert holdings(pair.worker.place).kept == before
            pair.worker.sync()

            here = holdings(pair.worker.place)

            assert here.kept == before + 1
            facts = {label: value for _, label, value in parts_here(here, CLOCK)}
            assert facts["Kept until backed up"].startswith(str(here.kept))
            assert facts["As of"]

    def test_a_part_that_never_came_says_so(self):
        """Half of a first sync is not shown, and not counted."""
        here = Holdings((Part("第3网格", 0, 9, False, True),), 0, 0, 0, 0, 0, 10, ("第3网格",), "")

        assert parts_here(here, CLOCK)[0][2] == "not here yet"


class TestTheCourier:
    """Buttons for a stick, and words that say what to carry where."""

    def test_work_goes_out_and_back_by_files(self, tmp_path, server, shown, monkeypatch):  # noqa: F811
        """Packed at one computer, handed over at the other, and the receipts are there."""
        out, back = tmp_path / "stick.courier", tmp_path / "stick-answers.courier"
        with two_who_differ(tmp_path, server, TickingClock(CLOCK.moment)) as pair:
            pair.worker.change("household", HOME, contact="13800001024")
            worker, leader = shown(pair.worker.place), shown(pair.leader.place)
            told = []
            for page in (worker, leader):
                page.said.connect(lambda words, undo: told.append(words))
            choose = "desktop.pages.sync_centre.QFileDialog."
            monkeypatch.setattr(choose + "getSaveFileName", lambda *about: (str(out), ""))
            worker._export.click()
            monkeypatch.setattr(choose + "getOpenFileName", lambda *about: (str(out), ""))
            leader._import.click()
            monkeypatch.setattr(choose + "getOpenFileName", lambda *about: (str(back), ""))
            worker._import.click()

            assert told[0].endswith("Carry stick.courier to a computer with a network.")
            assert "Carry stick-answers.courier back" in told[1]
            assert told[2].endswith("arrived.")
            assert pair.worker.place.store.reading.counts().waiting == 0
            assert "Waits for the network" not in lines(worker)

    def test_a_spoiled_file_is_told_and_nothing_else_happens(
        self, place, shown, tmp_path, monkeypatch
    ):
        """The error's own sentence, as for any errand."""
        file = tmp_path / "holiday.courier"
        file.write_bytes(b"not ours")
        page = shown(place)
        failed = []
        page.runner.errand_failed.connect(failed.append)
        choose = "desktop.pages.sync_centre.QFileDialog.getOpenFileName"
        monkeypatch.setattr(choose, lambda *about: (str(file), ""))

        page._import.click()

        assert [error.code for error in failed] == ["courier.damaged"]
        assert page._now.isVisible()

    def test_no_errand_while_a_session_is_under_way(self, place, shown, tmp_path, monkeypatch):
        """One at a time."""
        page = shown(place)
        page.runner._job = object()
        failed = []
        page.failed.connect(failed.append)
        choose = "desktop.pages.sync_centre.QFileDialog.getSaveFileName"
        monkeypatch.setattr(choose, lambda *about: (str(tmp_path / "a.courier"), ""))

        page._export.click()

        assert [error.code for error in failed] == ["sync.running"]
        page.runner._job = None


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (28_400_000, "28.4 MB")]
)
def test_sizes_are_read_at_a_glance(count, words):
    """One figure and a unit."""
    assert size_words(count) == words
