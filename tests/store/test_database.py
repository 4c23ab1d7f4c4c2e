"""Opening the encrypted file: every check, every trouble, and nothing readable on the disk."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from sqlalchemy import insert, text, update

from sync.errors import (
    Bug,
    DiskFull,
    ProfileExists,
    ProfileInUse,
    StoreBusy,
    StoreDamaged,
    StoreTooNew,
    StoreUnreadable,
    WrongPassword,
)
from sync.store import database, records, vault
from sync.store.database import (
    FILE_NAME,
    LOG_BYTES,
    Database,
    create_database,
    open_database,
)
from sync.store.store import Store
from sync.store.tables import META
from sync.store.unsynced import MOST_BYTES
from sync.store.vault import Key
from tests.support.feed import GRID
from tests.support.full_disk import limit_pages
from tests.support.laptops import PASSWORD, Killed, TickingClock, new_store, open_store

NOTE = "血压138/86,药按时吃"


def pragma(found: Database, name: str) -> str:
    with found.reading() as connection:
        return str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("temp_store", "2"),
        ("secure_delete", "1"),
        ("foreign_keys", "1"),
        ("cipher_memory_security", "0"),
    ],
)
def test_every_connection_is_set_up_for_durability_and_secrecy(store, name, value):
    """FULL survives a power cut, MEMORY keeps sorts off the disk, deletion wipes."""
    assert pragma(store.database, name) == value


def test_only_rows_that_nobody_sees_yet_may_wait_for_the_disk(store):
    """Whoever saves after them is durable again, whatever became of the filling."""
    asked = []

    def synchronous(connection):
        asked.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    with store.database.filling() as connection:
        synchronous(connection)
    with pytest.raises(RuntimeError), store.database.filling():
        raise RuntimeError
    with store.database.writing() as connection:
        synchronous(connection)

    assert asked == [1, 2]


def test_who_fills_waits_for_the_disk_after_every_few_megabytes(store):
    """Whoever saves meanwhile would else wait for all of it."""
    asked = []
    for number in range(6):
        with store.database.filling() as connection:
            asked.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
            much = {"key": f"much-{number}", "value": "x" * (MOST_BYTES * 2 // 3)}
            connection.execute(insert(META), much)

    assert asked == [1, 1, 2, 1, 1, 2]


def test_a_filling_is_known_to_wait_until_something_durable_was_written_after_it(store):
    """An empty transaction waits for no disk, and a failed one wrote nothing."""
    waits = []

    def note():
        waits.append(store.database.is_unsynced)

    with store.database.writing() as connection:
        connection.execute(insert(META), {"key": "first", "value": "x"})
    note()
    with store.database.filling() as connection:
        connection.execute(insert(META), {"key": "filled", "value": "y"})
    note()
    with store.database.writing():
        pass
    note()
    with pytest.raises(Exception, match="NULL"), store.database.writing() as connection:
        connection.execute(text("INSERT INTO meta VALUES ('a', 'b'), ('c', NULL)"))
    note()
    with store.database.writing() as connection:
        connection.execute(insert(META), {"key": "saved", "value": "z"})
    note()

    assert waits == [False, True, True, True, False]


def test_the_log_of_a_filling_is_written_back_once_and_at_its_end(store, folder):
    """Nothing is lost by it, and later saves write theirs back as always."""
    log = folder / f"{FILE_NAME}-wal"
    made = folder / FILE_NAME
    with store.database.filling() as connection:
        connection.execute(insert(META), {"key": "much", "value": "x" * 8_000_000})
    with store.database.filling() as connection:
        connection.execute(insert(META), {"key": "more", "value": "y"})
    with store.database.writing() as connection:
        connection.execute(insert(META), {"key": "saved", "value": "z"})
    assert made.stat().st_size < 8_000_000 < log.stat().st_size

    store.database.write_back()

    assert made.stat().st_size > 8_000_000
    with store.database.reading() as connection:
        length = connection.execute(text("SELECT length(value) FROM meta WHERE key = 'much'"))
        assert length.scalar_one() == 8_000_000
    with store.database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one()
        connection.execute(insert(META), {"key": "saved again", "value": "z"})
    assert pages == 1_000
    assert log.stat().st_size <= LOG_BYTES


def test_a_log_that_cannot_be_written_back_has_the_file_examined(store, folder):
    """Sync ends as it did; the next opening reads every page."""
    store.database.checkpoint()
    with store.database.filling() as connection:
        connection.execute(insert(META), {"key": "much", "value": "x"})
    store.database._readers.dispose()
    with (folder / FILE_NAME).open("r+b") as made:
        made.seek(50)
        made.write(bytes(100))

    store.database.write_back()

    assert (folder / database.EXAMINE_NAME).exists()


def test_a_reader_keeps_less_in_memory_than_the_writer(store):
    """Four of them walk over a whole community; what they keep is the window's memory."""
    with store.database.reading() as connection:
        assert (
            connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
            == -database.READER_CACHE_KIB
        )
    with store.database.writing() as connection:
        assert (
            connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
            < -database.READER_CACHE_KIB
        )


def test_a_look_back_is_a_look(store):
    """It finds what was written last, counts for no writing, and holds nobody up afterwards."""
    store.facts.set_photos_asked("1")
    writes = store.database.writes

    with store.database.looking_back() as connection:
        found = connection.exec_driver_sql(
            "SELECT value FROM meta WHERE key = 'photos_asked'"
        ).scalar()
        assert store.database.somebody_waits

    assert found == '"1"'
    assert store.database.writes == writes
    assert not store.database.somebody_waits
    store.facts.set_photos_asked("2")


def test_a_look_back_waits_for_nobody_who_writes(store):
    """It finds what was there before, as any reader does: a copy of the store takes its time."""
    store.facts.set_photos_asked("1")

    def look():
        with store.database.looking_back() as connection:
            query = "SELECT value FROM meta WHERE key = 'photos_asked'"
            return connection.exec_driver_sql(query).scalar()

    with store.database.writing() as connection, ThreadPoolExecutor(1) as another:
        connection.execute(update(META).where(META.c.key == "photos_asked").values(value='"2"'))
        assert another.submit(look).result() == '"1"'

    assert look() == '"2"'


def test_readers_cannot_write(store):
    """A query that writes is a bug, met at once."""
    with pytest.raises(Exception, match="readonly"), store.database.reading() as connection:
        connection.execute(insert(META).values(key="x", value="y"))


def test_a_profile_opens_once(store, folder):
    """The second window learns that there is a first one; closing lets the next one in."""
    with pytest.raises(ProfileInUse):
        open_store(folder)

    store.close()
    open_store(folder).close()


def test_a_wrong_password_touches_nothing(store, folder):
    """No lock is kept and no file moves."""
    store.close()

    with pytest.raises(WrongPassword):
        Store.open(folder, "not the right one", clock=TickingClock(), minter=store.minter)

    assert not (folder / "set-aside").exists()
    open_store(folder).close()


def test_a_damaged_store_is_set_aside_untouched_and_never_recreated(store, folder):
    """Its bytes and its key header stay together for whoever can help."""
    store.close()
    damaged = bytearray((folder / FILE_NAME).read_bytes())
    damaged[100] ^= 0xFF
    (folder / FILE_NAME).write_bytes(damaged)

    with pytest.raises(StoreDamaged) as found:
        open_store(folder)

    place = Path(found.value.details["folder"])
    assert (place / FILE_NAME).read_bytes() == damaged
    assert (place / vault.FILE_NAME).read_bytes() == (folder / vault.FILE_NAME).read_bytes()
    assert not (folder / FILE_NAME).exists()
    with pytest.raises(StoreDamaged):
        open_store(folder)
    assert not (folder / FILE_NAME).exists()


def test_a_plain_database_in_the_stores_place_is_never_opened(store, folder):
    """Forgetting the key would write plaintext from then on."""
    store.close()
    (folder / FILE_NAME).unlink()
    with sqlite3.connect(folder / FILE_NAME) as plain:
        plain.execute("CREATE TABLE person (name TEXT)")
    plain.close()

    with pytest.raises(StoreDamaged):
        open_store(folder)


def test_a_store_of_a_later_app_is_left_as_it_is(store, folder):
    """Updating the app is the way out; the file stays where it is."""
    with store.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA user_version=999")
    store.close()

    with pytest.raises(StoreTooNew):
        open_store(folder)

    assert (folder / FILE_NAME).exists()
    with pytest.raises(StoreTooNew):
        open_store(folder)


def test_a_bad_page_is_found_by_the_next_opening(store, folder):
    """Met while working: said once, examined at the next start, then set aside."""
    notes = [
        records.append("note", {"household_id": "h1", "text": NOTE * 100}, scope_id=GRID)
        for _ in range(100)
    ]
    store.records.write(notes)
    store.close()
    content = bytearray((folder / FILE_NAME).read_bytes())
    pages = len(content) // 4096
    for page in range(pages * 2 // 3, pages):
        content[page * 4096 + 50] ^= 0xFF
    (folder / FILE_NAME).write_bytes(content)

    opened = open_store(folder)
    with pytest.raises(StoreUnreadable):
        opened.reading.rows("note")
    opened.close()

    with pytest.raises(StoreDamaged):
        open_store(folder)


def test_an_examination_that_finds_nothing_lets_the_store_open(store, folder):
    """A passing fault of the disk is no reason to put work away."""
    store.close()
    (folder / database.EXAMINE_NAME).touch()

    open_store(folder).close()

    assert not (folder / database.EXAMINE_NAME).exists()


def test_a_full_disk_saves_nothing_and_loses_nothing(store):
    """The edit fails whole, what was there stays, and with room the same edit goes through."""
    limit_pages(store.database, 0)
    edit = records.append("note", {"household_id": "h1", "text": NOTE * 1000}, scope_id=GRID)

    with pytest.raises(DiskFull):
        store.records.write([edit])

    assert store.reading.rows("note") == []
    assert store.reading.counts().waiting == 0
    limit_pages(store.database, 1_000_000)
    store.records.write([edit])
    assert len(store.reading.rows("note")) == 1


def test_a_full_disk_in_the_middle_of_several_edits_keeps_none_of_them(store):
    """The first ones fitted; they go with the one that did not."""
    limit_pages(store.database, 4)
    small = records.patch("household", "h1", {"contact": "13900000000"})
    large = records.append("note", {"household_id": "h1", "text": NOTE * 1000}, scope_id=GRID)

    with pytest.raises(DiskFull):
        store.records.write([small, large])

    limit_pages(store.database, 1_000_000)
    assert store.reading.find("household", "h1").get("contact") == "13800001024"
    assert store.reading.counts().waiting == 0


def test_a_quota_reads_as_a_full_disk(store, folder):
    """The system says "input/output error" then; nobody can do anything with those words."""
    resource = pytest.importorskip("resource")
    edit = records.append("note", {"household_id": "h1", "text": NOTE * 1000}, scope_id=GRID)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = folder / f"{FILE_NAME}-wal"

    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 100, hard))
    try:
        with pytest.raises(DiskFull):
            store.records.write([edit])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert store.reading.rows("note") == []
    store.records.write([edit])
    assert len(store.reading.rows("note")) == 1


def test_a_writer_that_waits_too_long_is_told_so(folder):
    """Not for ever, and with its own name."""
    folder.mkdir()
    found = create_database(folder, Key(bytes(32)), now=TickingClock().now(), busy_ms=50)
    with found.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a)")
    other = Database(folder, Key(bytes(32)), busy_ms=50)

    with found.writing(), pytest.raises(StoreBusy), other.writing():
        pass

    other.close()
    found.close()


def test_a_transaction_inside_another_is_a_bug(store):
    """It would wait for itself."""
    with store.database.writing(), pytest.raises(Bug), store.database.reading():
        pass


def test_an_enrolment_that_was_killed_can_be_done_again(folder, monkeypatch):
    """Before its key header is written there is no profile; what is left is put aside."""
    monkeypatch.setattr(vault, "seal", killed)
    with pytest.raises(Killed):
        new_store(folder)
    monkeypatch.undo()

    new_store(folder).close()

    open_store(folder).close()
    assert len(list((folder / "set-aside").iterdir())) == 1


def killed(*_: object) -> None:
    raise Killed


def test_a_profile_is_never_made_over_another(store, folder):
    """Its key would be gone."""
    store.close()
    before = (folder / FILE_NAME).read_bytes()

    with pytest.raises(ProfileExists):
        new_store(folder)

    assert (folder / FILE_NAME).read_bytes() == before


def test_a_key_of_another_profile_does_not_open_the_store(store, folder):
    """The file is set aside, as with any key that does not fit."""
    store.close()

    with pytest.raises(StoreDamaged):
        open_database(folder, Key(bytes(32)), now=TickingClock().now())


def test_nothing_a_resident_said_is_readable_on_the_disk(store, folder):
    """Names, notes, drafts and pending edits: in no file, in no encoding, also while it is open."""
    edit = records.append("note", {"household_id": "h1", "text": NOTE}, scope_id=GRID)
    store.records.write([edit])
    store.drafts.keep("visit:h1", {"note": NOTE})
    planted = ["王桂兰", "wangguilan", "13800002048", "6-2-1602", NOTE]

    for _ in range(2):
        content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        for word in planted:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
                assert word.encode(encoding) not in content
        store.database.checkpoint()


def test_a_scope_that_was_taken_back_leaves_nothing_in_the_decrypted_pages(folder, feed):
    """Not even for someone who has the key."""
    store = new_store(folder)
    feed.pull_into(store)
    store.database.checkpoint()
    key = vault.unlock(folder, PASSWORD).derive(database.KEY_PURPOSE)
    assert "王桂兰".encode() in decrypted(folder / FILE_NAME, key)

    store.replica.revoke(GRID)
    while store.replica.purge_step():
        pass
    while store.dues.refresh():
        pass
    store.close()

    content = decrypted(folder / FILE_NAME, key)
    assert "王桂兰".encode() not in content
    assert b"13800002048" not in content


def decrypted(path: Path, key: bytes) -> bytes:
    """The pages of a store as they are without encryption, free ones included."""
    content, plain = path.read_bytes(), []
    for start in range(0, len(content), 4096):
        page = content[start + (16 if start == 0 else 0) : start + 4096]
        iv = page[-80:-64]  # Behind it comes the page's HMAC.
        cipher = Cipher(AES(key), CBC(iv)).decryptor()
        plain.append(cipher.update(page[:-80]) + cipher.finalize())
    return b"".join(plain)


def test_sql_errors_never_carry_what_a_person_typed(store):
    """Their text goes to logs."""
    with pytest.raises(Exception) as failed, store.database.writing() as connection:  # noqa: PT011
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "王桂兰"})

    assert "王桂兰" not in str(failed.value)
    assert PASSWORD not in str(failed.value)


def test_whoever_saves_goes_before_the_next_filling(store):
    """A pool gives its one connection to who asks soonest, and a loop of fillings always does."""
    order = []

    def save():
        with store.database.writing():
            order.append("save")

    person = threading.Thread(target=save)
    with store.database.filling():
        person.start()
        while not store.database.somebody_waits:
            pass
        order.append("filling")
    for _ in range(3):
        with store.database.filling():
            order.append("filling")
    person.join()

    assert order == ["filling", "save", "filling", "filling", "filling"]
