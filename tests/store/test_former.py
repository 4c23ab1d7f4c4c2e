"""The copy of a store from before its upgrade goes when it has to."""

import os

from sync.store import former
from tests.support.feed import GRID


def test_what_is_purged_leaves_no_copy_behind(store, folder):
    """Nobody may read in it what left the store."""
    (folder / former.FILE_NAME).write_bytes(b"rows")
    store.replica.revoke(GRID)
    while store.replica.purge_step():
        pass
    store.sealing.purge()

    assert not (folder / former.FILE_NAME).exists()


def test_nobody_is_told_of_a_purge_while_the_copy_cannot_be_removed(store, folder):
    """Somebody reads it, or the disk refuses: the next session asks again."""
    copy = folder / former.FILE_NAME
    copy.mkdir()
    store.replica.revoke(GRID)
    while store.replica.purge_step():
        pass
    assert store.sealing.purge() == []

    copy.rmdir()
    assert [purged.scope_id for purged in store.sealing.purge()] == [GRID]


def test_a_copy_of_no_use_goes_after_a_week(store, folder):
    """Not before: somebody may still want the way back. A clock that was wrong keeps none."""
    copy = folder / former.FILE_NAME
    now = store.clock.now()
    for days, stays in ((6, True), (8, False), (-400, False)):
        copy.write_bytes(b"rows")
        made = now.timestamp() - days * 86400
        os.utime(copy, (made, made))
        former.keep_before_upgrade(folder, store.database, now)
        assert copy.exists() is stays
