"""What kill -9 leaves on the disk is what the files hold at that moment.

Copies of them, made before every statement, must each open to a whole state.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, select

from sync.store import records
from sync.store.store import Store
from sync.store.tables import TABLES
from tests.support.feed import GRID, Feed
from tests.support.laptops import new_store, open_store

NOTE = "血压138/86，药按时吃"


@pytest.mark.parametrize("ends_draft", ["", "visit:h1"])
def test_an_edit_is_there_whole_or_not_at_all(store, folder, tmp_path, ends_draft):
    """Killed before any statement of a saving: nothing of it. After the commit: all of it."""
    store.drafts.keep("visit:h1", {"note": NOTE})
    images = crash_images(store, folder, tmp_path / "images")

    store.records.write(
        [
            records.append("note", {"household_id": "h1", "text": NOTE}, scope_id=GRID),
            records.patch("household", "h1", {"contact": "13900000000"}),
        ],
        ends_draft=ends_draft,
    )

    assert len(images) > 10
    for image in images:
        with opened(image) as found:
            assert found.reading.counts().waiting == 0
            assert found.reading.rows("note") == []
            assert found.reading.find("household", "h1").get("contact") == "13800001024"
            assert found.drafts.find("visit:h1") == {"note": NOTE}
    after = tmp_path / "after"
    shutil.copytree(folder, after)
    with opened(after) as found:
        assert found.reading.counts().waiting == 2
        assert len(found.reading.rows("note")) == 1
        assert found.reading.find("household", "h1").get("contact") == "13900000000"
        assert (found.drafts.find("visit:h1") is None) == bool(ends_draft)


def test_the_cursor_never_runs_ahead_of_the_data(store, folder, tmp_path, feed):
    """Killed anywhere in a promotion: the old rows with the old cursor; a sync mends it."""
    store.records.write([records.patch("household", "h1", {"contact": "13900000000"})])
    before = store.reading.scopes()[0].cursor
    feed.put("person", "p1", household_id="h1", name="王桂蓝")
    feed.put("household", "h1", dwelling_id="d1", contact="13700000000")
    images = crash_images(store, folder, tmp_path / "images")

    feed.pull_into(store)

    assert len(images) > 10
    for image in images:
        with opened(image) as found:
            assert found.reading.scopes()[0].cursor == before
            assert found.reading.find("person", "p1").get("name") == "王桂兰"
            assert found.replica.verify_deep(GRID)
    with opened(images[-1]) as found:
        feed.pull_into(found)
        assert found.replica.server_rows(GRID) == feed.live()
        assert found.reading.find("household", "h1").get("contact") == "13900000000"


def test_a_first_sync_killed_anywhere_goes_on(tmp_path, feed):
    """Nothing is shown before all of it is there, and the next session finishes it."""
    folder = tmp_path / "fresh"
    fresh = new_store(folder)
    images = crash_images(fresh, folder, tmp_path / "images")

    feed.pull_into(fresh, limit=2)
    fresh.close()

    for image in images:
        with opened(image) as found:
            assert found.replica.server_rows(GRID) in ({}, feed.live())
            assert_cursors_behind_the_data(found, feed)
            feed.pull_into(found, limit=2)
            assert found.replica.server_rows(GRID) == feed.live()


def assert_cursors_behind_the_data(store: Store, feed: Feed) -> None:
    """Law 7: a copy holds every row that its cursor claims."""
    for copy in store.replica.copies():
        with store.database.reading() as connection:
            held = {
                row_id
                for table in TABLES.values()
                for row_id in connection.execute(
                    select(table.c.id).where(table.c.generation == copy.no)
                ).scalars()
            }
        claimed = {row_id for (_, row_id), (rev, _) in feed.rows.items() if rev <= copy.cursor}
        assert claimed <= held


def crash_images(store: Store, folder: Path, target: Path) -> list[Path]:
    """Copy the profile's files before every statement from now on."""
    images: list[Path] = []

    @event.listens_for(store.database._writer, "before_cursor_execute")
    def copy(*_: object) -> None:
        place = target / str(len(images))
        place.mkdir(parents=True)
        for path in folder.iterdir():
            if path.is_file():
                shutil.copy2(path, place / path.name)
        images.append(place)

    return images


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """A profile, opened and closed again."""
    store = open_store(folder)
    yield store
    store.close()
