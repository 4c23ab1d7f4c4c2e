"""A newer version takes a profile over, and the older one gets it back: no word is lost."""

from contextlib import closing

import pytest

from desktop.services.profiles import ProfileFolder, Profiles
from sync.identity import SystemClock
from sync.store import former, vault
from sync.store.database import open_database
from sync.store.migrations import STEPS
from tests.support.processes import PASSWORD
from tests.support.terminal import Terminal, assert_calm

REFUSED = 1
PLACE = "6-1-101"
NEWEST = len(STEPS)


@pytest.fixture
def folder(worker) -> ProfileFolder:
    """Where the only profile lies."""
    return Profiles(worker.home / "profiles").pick(None)


def step_of(folder: ProfileFolder, number: int | None = None) -> int:
    """The step that the store stands at, after setting it where a ``number`` is given."""
    key = vault.unlock(folder.path, PASSWORD)
    found = open_database(folder.path, key, now=SystemClock().now())
    with closing(found) as database, database.writing() as connection:
        if number is not None:
            connection.exec_driver_sql(f"PRAGMA user_version={number}")
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def notes(terminal: Terminal) -> list[str]:
    """What stands on the household."""
    return sorted(note["text"] for note in terminal.json("show", PLACE)["notes"])


def test_a_full_outbox_is_upgraded_whole(worker, folder, town_server, tmp_path):
    """50 edits wait; a copy is kept first; all of them are sent afterwards."""
    lines = "".join(f'{{"do":"note","household":"{PLACE}","text":"{n}"}}\n' for n in range(50))
    worker.must("apply", "-", stdin=lines)
    step_of(folder, NEWEST - 1)

    assert worker.json("status")["pending"] == 50
    assert step_of(folder) == NEWEST
    assert (folder.path / former.FILE_NAME).exists()
    worker.must("sync")

    assert worker.json("status")["pending"] == 0
    assert notes(worker) == sorted(str(n) for n in range(50))


def test_a_store_of_this_version_is_not_copied(worker, folder):
    """Opening takes no longer than before."""
    worker.must("status")

    assert not (folder.path / former.FILE_NAME).exists()


def test_no_room_for_the_copy_refuses_the_upgrade(worker, folder):
    """The version before still opens it."""
    step_of(folder, NEWEST - 1)
    (folder.path / f"{former.FILE_NAME}.partial").mkdir()

    assert_calm(worker.type("status"), REFUSED, "disk")

    assert step_of(folder) == NEWEST - 1


def test_an_older_app_refuses_and_touches_nothing(worker, folder):
    """There is no copy of before, so there is no way back either."""
    step_of(folder, NEWEST + 1)
    before = folder.store_file.read_bytes()

    assert_calm(worker.type("status"), REFUSED, "newer version")
    assert_calm(worker.type("mend"), REFUSED)

    assert folder.store_file.read_bytes() == before


def test_the_way_back_loses_nothing(worker, folder, town_server):
    """An update was taken back after somebody had worked with it."""
    worker.must("note", PLACE, "before the update")
    step_of(folder, NEWEST - 1)
    worker.must("note", PLACE, "after the update")
    step_of(folder, NEWEST + 1)
    assert_calm(worker.type("status"), REFUSED, "newer version")

    worker.must("mend")

    assert notes(worker) == ["after the update", "before the update"]
    assert list(folder.path.glob("set-aside/*/store.db"))
    worker.must("sync")
    assert worker.json("status")["pending"] == 0
