"""Law 18: ``ready`` means that the hash matches; local bytes go only after they are durable."""

from hashlib import sha256

import pytest
from sqlalchemy import delete as delete_from

from sync.errors import DoorstepError
from sync.server.blobs import intake
from sync.store.attachments import Attachments, State
from sync.store.tables import BLOB
from tests.support.photos import PHOTO, attach, fetched, forget_bytes


def breaches(worker, clerk, grid, household, server):
    """Three photos on their way, a server that is restored without them, and what is left."""
    whole = attach(worker, grid, household)
    damaged = attach(worker, grid, household, claimed=sha256(b"another").hexdigest())
    worker.sync()
    clerk.sync()
    found = []
    for photo in (whole, damaged):
        record = clerk.store.reading.find("attachment", photo)
        if record.get("ready") and sha256(_seen(clerk, photo)).hexdigest() != record.get("sha256"):
            found.append("a photo is ready whose bytes are not the record's")
    worker.store.attachments.release(whole)
    forget_bytes(server.database)
    worker.store.facts.set_photos_asked("")
    worker.sync()
    clerk.sync()
    if _seen(clerk, whole) != PHOTO:
        found.append("bytes went from the laptop, and a restored server has not got them")
    return found


def _seen(laptop, photo):
    try:
        return fetched(laptop, photo)
    except DoorstepError:
        return b""


def test_the_law_holds(worker, clerk, grid, household, server):
    """With one photo that is whole and one whose bytes are others."""
    assert breaches(worker, clerk, grid, household, server) == []


def released_at_once(self, attachment_id):
    """Remove whatever is asked for."""
    with self._database.writing() as connection:
        connection.execute(delete_from(BLOB).where(BLOB.c.id == attachment_id))
    return True


def safe_when_sent(self, attachment_id, state, plain=Attachments.mark):
    """Take what the server has for what it cannot lose."""
    plain(self, attachment_id, State.SAFE if state is State.SENT else state)


def never_asked_again(self):
    """What was sent once is never sent again."""
    return []


PLANTED = {
    "the server believes the record": (intake, "_is_whole", lambda record, digest: True),
    "bytes go when somebody asks": (Attachments, "release", released_at_once),
    "sent is taken for safe": (Attachments, "mark", safe_when_sent),
    "nobody asks what a restore lost": (Attachments, "unsafe", never_asked_again),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_it_notices(planted, monkeypatch, worker, clerk, grid, household, server):
    """Each planted fault breaks the law."""
    monkeypatch.setattr(*PLANTED[planted])

    assert breaches(worker, clerk, grid, household, server)
