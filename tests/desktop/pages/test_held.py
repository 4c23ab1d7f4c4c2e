"""What the server keeps aside, settled by the keys of its page over the network, and undone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.jobs.job import Job
from desktop.jobs.lanes import Lanes
from desktop.page import Route
from desktop.pages.conflicts import ConflictsPage
from desktop.pages.held import HeldPage
from sync.errors import ServerUnreachable
from tests.desktop.pages.hands import HeldLane, hold, press
from tests.desktop.pages.rounds import Heard, show
from tests.engine.conftest import clerk, grid, household, staffed, worker
from tests.engine.test_held_verdicts import desk, kept_aside
from tests.shots.windows import BrokenLane
from tests.support.postgres import postgres
from tests.support.server import server
from tests.support.stores import stores
from tests.support.workplaces import page_context, workplace

__all__ = [
    "clerk",
    "desk",
    "grid",
    "household",
    "kept_aside",
    "postgres",
    "server",
    "staffed",
    "stores",
    "worker",
]

Key = Qt.Key


class OfflineLane:
    """A network that is not there."""

    def start(self, job: Job) -> None:
        """Fail it as the job itself would."""
        job.failed.emit(ServerUnreachable())
        job.settled.emit()


def test_an_entry_is_settled_by_a_key_and_undone(qtbot, clerk, desk, kept_aside):
    """1 takes it over, 2 leaves it out; the toast brings it back, with its age and its reason."""
    page = HeldPage(page_context(desk))
    show(qtbot, page)
    page.enter(Route("held"))
    heard = Heard().listen(page)
    (line,) = page._lines
    assert page.hint() == "1"
    assert "waits" in page._model.row_at(0).reason
    assert page._reason.text()
    before = clerk.value("household", kept_aside, "contact")
    for key, contact in ((Key.Key_1, "13900002048"), (Key.Key_2, before)):
        press(page, key)
        assert page._lines == []
        assert clerk.value("household", kept_aside, "contact") == contact
        heard.undos[-1]()
        page.enter(Route("held"))
        assert [one.op_id for one in page._lines] == [line.op_id]
        assert clerk.value("household", kept_aside, "contact") == before


def test_a_key_pressed_twice_decides_once(qtbot, clerk, desk, kept_aside):
    """However long the server takes: it is gone from the list at once, and one undo has it back."""
    context = page_context(desk)
    page = HeldPage(context)
    show(qtbot, page)
    page.enter(Route("held"))
    heard = Heard().listen(page)
    before = clerk.value("household", kept_aside, "contact")
    store, context.lanes.net = hold(context), HeldLane()
    press(page, Key.Key_1, Key.Key_1)
    store.let_all_go()
    press(page, Key.Key_1)
    store.let_all_go()
    assert (len(heard.undos), page._lines) == (1, [])
    heard.undos[-1]()
    page.refresh()
    context.lanes.net.let_all_go()
    assert clerk.value("household", kept_aside, "contact") == before
    assert len(page._lines) == 1


@pytest.mark.parametrize(("lane", "failed"), [(OfflineLane, 0), (BrokenLane, 1)])
def test_what_could_not_be_asked_is_never_told_as_done(qtbot, tmp_path, lane, failed):
    """Offline is grey, with no tick; a full disk goes where every page tells it."""
    with workplace(tmp_path, ("secretary",)) as place:
        context = page_context(place)
        context = replace(context, lanes=Lanes(context.lanes.store, lane()))
        page = HeldPage(context)
        show(qtbot, page)
        heard = Heard().listen(page)
        page.enter(Route("held"))
        assert len(heard.errors) == failed
        if not failed:
            assert page._offline.isVisible()
            assert "No network" in page._offline.accessibleName()
        assert not page._empty.isVisible()


@pytest.mark.parametrize(
    ("post", "routes"),
    [("secretary", [Route("held")]), ("desk_clerk", [Route("held")]), ("grid_worker", [])],
)
def test_the_office_comes_there_from_the_conflicts(qtbot, tmp_path, post, routes):
    """Whoever decides finds it beside what else is to be decided; nobody else is shown it."""
    with workplace(tmp_path, (post,)) as place:
        page = ConflictsPage(page_context(place))
        show(qtbot, page)
        page.enter(Route("conflicts"))
        heard = Heard().listen(page)
        assert bool(page.tools()) == bool(routes)
        press(page, Key.Key_F7)
        assert heard.routes == routes
