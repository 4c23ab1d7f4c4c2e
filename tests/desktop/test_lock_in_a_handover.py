"""The screen is locked while many matters are handed over: whole portions moved, and the rest is
still where it was."""

from contextlib import closing

import pytest

from desktop.page import Route
from desktop.pages.people import PeoplePage
from desktop.pages.unlock import UnlockPage
from desktop.paths import paths_for
from desktop.services.dispatch import PORTION
from desktop.services.profiles import Profiles
from desktop.services.workplace import open_workplace
from desktop.viewmodels.people import DISPATCH
from sync.errors import ProfileInUse
from sync.identity import SystemClock
from tests.support.processes import PASSWORD
from tests.support.windows import open_app, words_of
from tests.support.workplaces import workplace

MATTERS = 15 * PORTION
SOON_MS = 60_000
"""Far beyond what it takes: a busy machine must not fail the test."""


@pytest.fixture
def home(tmp_path):
    """A secretary's computer with much that Chen has in hand, and Liu to take it."""

    def more(community, grid):
        for key, name in (("chen", "陈晓禾"), ("liu", "刘洋")):
            community.put("staff", key, name=name, login=key)
            post = {"post": "grid_worker", "area_id": "third", "valid_from": "2026-01-01"}
            community.put("assignment", f"a {key}", staff_id=key, **post)
        for at in range(MATTERS):
            told = {"title": f"楼道灯不亮{at}", "place": "9号楼", "source": "visit"}
            grid.put("matter", f"m{at:03d}", stage="assigned", owner_id="chen", **told)

    paths = paths_for(tmp_path)
    with workplace(paths.profiles, ("secretary",), more=more):
        pass
    return tmp_path


def owners(store):
    """Who has each matter, and how often it was given."""
    rows = store.reading.rows("matter")
    steps = store.reading.rows("matter_step", where={"kind": "assign"})
    given = [str(step.get("matter_id")) for step in steps]
    return {row.id: (row.get("owner_id"), given.count(row.id)) for row in rows}


def test_a_lock_in_the_midst_of_a_handover_leaves_whole_portions(qtbot, home):
    """Nothing is half given, nobody is told of an act on a closed store, and what is left can be
    handed over after the password."""
    with open_app(home) as root:
        root.go(Route("people", DISPATCH))
        page = root.window.findChild(PeoplePage)
        qtbot.waitUntil(lambda: page.lists.board is not None, timeout=SOON_MS)
        with qtbot.waitActive(root.window):
            root.window.activateWindow()
        page.rows.go_to("task:matter:m000")
        page.dispatching.do("mark_owner", page.rows.current_key())
        page.dispatching.do("hand", page.rows.current_key())
        panel = page.asking.panel
        panel.groups["who"].press("liu")
        panel.hand_over()
        run = page.dispatching._run
        words = page.dispatching.strip._words
        qtbot.waitUntil(lambda: reached(words.text()) >= PORTION, timeout=SOON_MS)
        assert run.waiting, "the second portion is being written"

        root.lock()

        assert isinstance(root.window.centralWidget(), UnlockPage)
        qtbot.waitUntil(lambda: "陈晓禾" in words_of(root), timeout=SOON_MS)
        qtbot.waitUntil(lambda: is_free(home), timeout=SOON_MS)
    folder = Profiles(paths_for(home).profiles).pick(None)
    with closing(open_workplace(folder, PASSWORD, SystemClock())) as place:
        found = owners(place.store)
    given = [one for one in found.values() if one == ("liu", 1)]
    assert sorted(set(found.values())) == [("chen", 0), ("liu", 1)]
    assert len(given) % PORTION == 0
    assert len(given) == len(run.done.moved)

    with open_app(home) as again:
        again.go(Route("people", DISPATCH))
        page = again.window.findChild(PeoplePage)
        qtbot.waitUntil(lambda: page.lists.board is not None, timeout=SOON_MS)
        assert not page.dispatching.is_running
        has = [one.owner_id for one in page.lists.board.tasks]
        assert (has.count("chen"), has.count("liu")) == (MATTERS - len(given), len(given))


def reached(words):
    """How many the strip says were asked for: "Handing over 20 / 300"."""
    return int(words.split()[-3]) if "/" in words else 0


def is_free(home):
    """Whether the store was closed: another process may open it."""
    folder = Profiles(paths_for(home).profiles).pick(None)
    try:
        open_workplace(folder, PASSWORD, SystemClock()).close()
    except ProfileInUse:
        return False
    return True
