"""Law 15: restore to any retained backup, and no work is lost and all copies agree again."""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.errors import ServerUnreachable, SignedOut
from sync.identity import Minter
from sync.server.backup import back_up, restore
from sync.server.checking import check_store
from sync.server.tables import RECEIPT
from sync.store.account import Account
from sync.store.attachments import State
from sync.wire.client import Client
from sync.wire.messages import EnrollRequest
from sync.wire.transport import HttpTransport, Link
from tests.engine.test_session import in_step
from tests.support.laptops import REPLY_LOST, TestLaptop, engine_for, laptop
from tests.support.photos import PHOTO, attach, fetched

KEEP = 2
EVENTS = ("write", "sync", "unheard", "back up", "restore")
WEIGHTS = (6, 6, 1, 3, 2)


@dataclass
class Story:
    """A server with backups, its laptops, and every operation that a person ever saved."""

    staffed: object
    folder: Path
    laptops: list[TestLaptop]
    grid: str
    household: str
    files: list[Path] = field(default_factory=list)
    saved: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def write(self, who: TestLaptop, text: str) -> None:
        """A note, and a field that everybody changes."""
        who.append("note", self.grid, household_id=self.household, text=text)
        self.notes.append(text)
        who.patch("household", self.household, contact=text)
        self.saved |= {each.op_id for each in who.store.reading.deliveries()}

    def back_up(self) -> None:
        """One more backup; the oldest beyond :data:`KEEP` is thrown away."""
        file = self.folder / f"backup {len(list(self.folder.glob('backup *')))}"
        back_up(self.staffed.database, file, self.staffed.clock, Minter(), KEEP)
        self.files.append(file)
        self.files = self.files[-KEEP:]

    def restore(self, file: Path) -> None:
        """The server as it was then; what was backed up since is of another life."""
        restore(self.folder / "server", file, self.staffed.clock)
        self.files = self.files[: self.files.index(file) + 1]

    def come_to_rest(self) -> None:
        """No more faults: everybody syncs until nothing is left to do."""
        for _ in range(4):
            for each in self.laptops:
                each.transport.accidents = []
                each.sync()

    def holds(self) -> None:
        """Laws 1 and 6."""
        server = self.staffed.database
        assert check_store(server).differences == []
        with server.read() as connection:
            ended = set(connection.execute(select(RECEIPT.c.op_id)).scalars())
        assert self.saved <= ended, "each operation has its outcome"
        bodies = [each.store.replica.server_rows(self.grid) for each in self.laptops]
        assert all(body == bodies[0] for body in bodies)
        for each in self.laptops:
            assert in_step(each)
            assert each.store.facts.differing() == {}
            texts = sorted(note.get("text") for note in each.store.reading.rows("note"))
            assert texts == sorted(self.notes), "each once"
        self._values_are_kept()

    def _values_are_kept(self) -> None:
        """What the last writer of each laptop wanted stands, or waits as a candidate."""
        reading = self.laptops[0].store.reading
        conflicts = reading.conflicts(open_only=False)
        there = {entry["value"] for row in conflicts for entry in row.get("candidates", ())}
        there |= {row.get("current") for row in conflicts}
        there.add(reading.find("household", self.household).get("contact"))
        assert self.last_wishes() <= there

    def last_wishes(self) -> set[str]:
        """The newest text of each laptop: texts begin with their writer."""
        last = {text.split()[0]: text for text in self.notes}
        return set(last.values())


@pytest.fixture
def story(staffed, worker, clerk, household, grid, tmp_path):
    """Two laptops in step, and a first backup."""
    made = Story(staffed, tmp_path, [worker, clerk], grid, household)
    made.back_up()
    return made


@pytest.mark.parametrize("seed", range(6))
def test_law_15_restore_to_any_retained_backup(story, seed):
    """A random story with correlated edits, lost replies, backups and restores."""
    choice = random.Random(seed)
    for number in range(24):
        who = choice.randrange(len(story.laptops))
        acting = story.laptops[who]
        match choice.choices(["write", "sync", "unheard", "back up", "restore"], [6, 6, 1, 3, 2])[
            0
        ]:
            case "write":
                story.write(acting, f"{who} {number}")
            case "sync":
                acting.sync()
            case "unheard":
                acting.transport.accidents = [REPLY_LOST]
                with suppress(ServerUnreachable):
                    acting.sync()
            case "back up":
                story.back_up()
            case "restore":
                story.restore(choice.choice(story.files))
    story.come_to_rest()

    story.holds()


def test_what_was_forgotten_as_durable_is_in_every_kept_backup(story):
    """Each kept file is restored in turn; a laptop deletes nothing that the oldest misses."""
    worker = story.laptops[0]
    for number in range(4):
        story.write(worker, f"0 {number}")
        story.come_to_rest()
        story.back_up()
        story.come_to_rest()
    kept = {each.op_id for each in worker.store.reading.deliveries()}
    assert 0 < len(kept) < len(story.saved), "some were durable, and forgotten"

    for file in list(reversed(story.files)):
        story.restore(file)
        story.come_to_rest()
        story.holds()


def test_a_restore_further_back_than_that_keeps_the_lanes_going(story, grid):
    """Numbers that nobody has any more are not waited for: the laptop begins again."""
    worker = story.laptops[0]
    old = story.files[0]
    for number in range(4):
        story.write(worker, f"0 {number}")
        story.come_to_rest()
        story.back_up()
    story.come_to_rest()
    known = {each.op_id for each in worker.store.reading.deliveries()}
    restore(story.folder / "server", old, story.staffed.clock)
    story.write(worker, "0 new")

    story.come_to_rest()

    assert "~" in worker.store.account.client_id
    assert worker.store.replica.lanes() == {}
    texts = {note.get("text") for note in worker.store.reading.rows("note")}
    assert "0 new" in texts
    with story.staffed.database.read() as connection:
        ended = set(connection.execute(select(RECEIPT.c.op_id)).scalars())
    assert known <= ended


def test_photos_that_a_restored_server_lost_are_sent_again_at_once(story):
    """Also those that it had called safe: the backup that was restored knew nothing of them."""
    worker, clerk = story.laptops
    photo = attach(worker, story.grid, story.household)
    worker.sync()
    worker.store.attachments.mark(photo, State.SAFE)

    story.restore(story.files[0])
    story.come_to_rest()

    assert fetched(clerk, photo) == PHOTO
    assert check_store(story.staffed.database).differences == []


def test_a_revoked_scope_whose_epoch_nobody_knows_drains(story, grid, staffed):
    """What waited there, and what a restored server lost of it, reaches the desk."""
    worker = story.laptops[0]
    story.write(worker, "0 sent and lost")
    worker.sync()
    ended_post = ("chenxiaohe", "grid_worker", "第3网格", None, "2020-01-01")
    staffed.office.assign(*ended_post)
    worker.sync()
    assert grid not in worker.store.facts.grants().scopes
    story.restore(story.files[0])
    staffed.office.assign(*ended_post)

    worker.sync()

    assert worker.store.replica.lanes() == {}
    with staffed.database.read() as connection:
        ended = set(connection.execute(select(RECEIPT.c.op_id)).scalars())
    assert story.saved <= ended


def test_a_computer_enrolled_after_the_backup_keeps_its_work(story, staffed, tmp_path):
    """It is signed out, and a new code lets it go on with everything it has."""
    with laptop(tmp_path / "late", staffed, "chenxiaohe") as late:
        late.sync()
        story.write(late, "2 sent")
        late.sync()
        story.write(late, "2 waits")
        story.restore(story.files[0])
        with pytest.raises(SignedOut):
            late.sync()
        assert late.store.reading.counts().waiting == 2

        code = staffed.code_for("chenxiaohe")
        client = Client(HttpTransport(Link(staffed.base_url)))
        reply = client.enroll(EnrollRequest(code, "late"))
        late.store.begin_again(Account.from_enrolment(staffed.base_url, "late", reply))
        late.engine, late.transport = engine_for(late.store)
        story.laptops.append(late)
        story.come_to_rest()

        story.holds()
