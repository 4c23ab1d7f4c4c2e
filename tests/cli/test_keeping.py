"""``backup`` and ``restore``: a laptop is exchanged, and not a word is lost."""

import json
import zipfile

import pytest
from sqlalchemy import func, select

from desktop.services.profiles import Profiles
from sync.server.signatures import resume
from sync.server.tables import DEVICE_KEY, HELD
from sync.store.attachments import FOLDER_NAME
from tests.support.terminal import Terminal, assert_calm

REFUSED, LOCKED = 1, 4
PLACE = "6-1-101"


@pytest.fixture
def file(tmp_path):
    """Where the backup goes."""
    return tmp_path / "backup.zip"


@pytest.fixture
def other(tmp_path, monkeypatch, capsys) -> Terminal:
    """A new laptop."""
    (tmp_path / "other").mkdir()
    return Terminal(tmp_path / "other", monkeypatch, capsys)


def notes(terminal: Terminal) -> list[str]:
    """What stands on the household, newest first."""
    return [note["text"] for note in terminal.json("show", PLACE)["notes"]]


def test_a_laptop_breaks_and_another_takes_over(worker, other, town_server, file, tmp_path):
    """What waited at the backup is sent from the new one; what was sent since comes back, once IT
    said that the old one is out of use; and what is saved under a number that was given twice goes
    on under another name."""
    worker.must("note", PLACE, "before the backup")
    worker.must("backup", str(file))
    worker.must("note", PLACE, "after the backup")
    worker.must("sync")

    other.must("restore", str(file))
    assert notes(other) == ["before the backup"]
    other.must("note", PLACE, "on the new laptop")
    told = other.type("sync")
    assert told.code == REFUSED
    assert "What is saved here is still sent." in told.err
    with town_server.write() as connection:
        suspended = select(DEVICE_KEY.c.client_id).where(DEVICE_KEY.c.suspended_at != "")
        resume(connection, connection.execute(suspended).scalar_one())
    other.must("sync")
    other.must("sync")

    assert sorted(notes(other)) == ["after the backup", "before the backup", "on the new laptop"]
    assert other.json("status")["pending"] == 0
    with town_server.read() as connection:
        assert connection.execute(select(func.count()).select_from(HELD)).scalar_one() == 0


def test_photos_are_in_it(worker, other, file, tmp_path):
    """All that was only on the old laptop."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    worker.must("attach", PLACE, str(scan))
    worker.must("backup", str(file))

    other.must("restore", str(file))

    sealed = [one.name for one in (profile(worker) / FOLDER_NAME).iterdir()]
    assert sealed
    assert sealed == [one.name for one in (profile(other) / FOLDER_NAME).iterdir()]


def profile(terminal: Terminal):
    """The folder of the only profile."""
    return Profiles(terminal.home / "profiles").pick(None).path


def test_nothing_in_it_is_plain(worker, founded, file):
    """None of 50 names and 50 numbers."""
    worker.must("backup", str(file))

    content = file.read_bytes()
    assert [word for word in founded.town.canaries if word.encode() in content] == []


def test_a_wrong_password_makes_nothing(worker, other, file):
    """And may be tried again."""
    worker.must("backup", str(file))

    assert_calm(other.type("restore", str(file), password="not the password"), LOCKED)
    assert Profiles(other.home / "profiles").names() == []
    other.must("restore", str(file))


def test_a_profile_that_is_here_stays(worker, file):
    """It may hold what the backup has not."""
    worker.must("note", PLACE, "only here")
    worker.must("backup", str(file))
    worker.must("note", PLACE, "since")

    assert_calm(worker.type("restore", str(file)), REFUSED)
    assert sorted(notes(worker)) == ["only here", "since"]
    worker.must("--profile", "second", "restore", str(file))
    assert Profiles(worker.home / "profiles").names() == ["default", "second"]


@pytest.mark.parametrize("share", [0, 0.3, 0.999])
def test_a_cut_file_is_refused(worker, other, file, share):
    """Wherever the copying broke off."""
    worker.must("backup", str(file))
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])

    assert_calm(other.type("restore", str(file)), REFUSED, "backup.zip")
    assert not list((other.home / "profiles").glob("*"))


def test_a_byte_that_turned_over_is_found(worker, other, file):
    """In whichever file it lies."""
    worker.must("backup", str(file))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)

    assert_calm(other.type("restore", str(file)), REFUSED, "backup.zip")


def test_no_file_of_it_goes_elsewhere(worker, other, file, tmp_path):
    """Somebody made a .zip that climbs out of the folder."""
    worker.must("backup", str(file))
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(evil, "w") as made:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "contents.json":
                content = content.replace(b'"vault.json"', b'"../vault.json": "", "vault.json"')
            made.writestr(name, content)
        made.writestr("../vault.json", b"{}")

    assert_calm(other.type("restore", str(evil)), REFUSED)
    assert not (other.home / "profiles" / "vault.json").exists()


def test_a_disk_that_refuses_is_told(worker, tmp_path):
    """There is no such folder."""
    assert_calm(worker.type("backup", str(tmp_path / "none" / "backup.zip")), REFUSED)


def test_a_backup_over_an_earlier_one_says_so(worker, file):
    """The first one says nothing of it."""
    assert "took the place" not in worker.must("backup", str(file)).out
    assert "took the place" in worker.must("backup", str(file)).out


def test_nothing_is_left_beside_the_store(worker, file):
    """The copy that was packed is gone again."""
    worker.must("backup", str(file))

    left = {one.name for one in profile(worker).iterdir()}
    locks = {"lock", "vault.json.lock", "lease.json.lock"}
    files = {"store.db", "vault.json", "connection.json", "lease.json", FOLDER_NAME}
    assert left <= locks | files | {"edits.journal", "account.sealed", "requests.count"}


class TestADamagedProfile:
    """The store does not open: it is set aside, and set right with every edit that was not sent."""

    @pytest.fixture
    def store_file(self, worker):
        """Where it lies."""
        return worker.home / "profiles" / "default" / "store.db"

    def spoil(self, worker, store_file):
        """A page of the store is noise, and the app meets it."""
        content = bytearray(store_file.read_bytes())
        content[:64] = bytes(64)
        store_file.write_bytes(content)
        assert_calm(worker.type("status"), REFUSED, "set aside", "doorstep mend")

    def test_from_the_server(self, worker, town_server, store_file):
        """Work goes on where it stood, and the sync brings the rest."""
        worker.must("note", PLACE, "before the damage")
        self.spoil(worker, store_file)

        told = worker.must("mend").out
        assert "One edit is here that waits, or that no backup" in told
        assert "One edit came back." in told
        doctor = json.loads(worker.type("doctor", "--json").out)["findings"]
        (finding,) = [one for one in doctor if one["check"] == "brought_back"]
        assert "One edit came back." in finding["told"]
        worker.must("sync")

        assert notes(worker) == ["before the damage"]
        assert worker.json("status")["pending"] == 0
        assert list(store_file.parent.glob("set-aside/*/store.db"))

    def test_from_a_backup(self, worker, town_server, store_file, file):
        """Nothing is fetched again; what was saved after the backup comes from the journal."""
        worker.must("note", PLACE, "before the backup")
        worker.must("backup", str(file))
        worker.must("note", PLACE, "after the backup")
        self.spoil(worker, store_file)

        worker.must("mend", "--backup", str(file))

        assert sorted(notes(worker)) == ["after the backup", "before the backup"]
        worker.must("sync")
        assert worker.json("status")["pending"] == 0

    def test_what_was_sent_is_not_called_unsent(self, worker, town_server, store_file):
        """The server has it, though no backup does: it comes back, and goes there once more."""
        worker.must("note", PLACE, "sent before the damage")
        worker.must("sync")
        self.spoil(worker, store_file)

        assert "not sent" not in worker.must("mend").out

    def test_one_damaged_page_is_enough(self, worker, town_server, store_file):
        """The file still opens, as doctor found it: mend sets it aside itself."""
        content = bytearray(store_file.read_bytes())
        content[len(content) // 2] ^= 0xFF
        store_file.write_bytes(content)

        worker.must("mend")

        assert list(store_file.parent.glob("set-aside/*/store.db"))

    def test_one_that_opens_is_left_alone(self, worker, town_server):
        """Nothing is replaced by mistake."""
        assert_calm(worker.type("mend"), REFUSED, "opens")
