"""The server's part of a key, from a terminal: lent, over, read out by telephone, and destroyed."""

import errno
import json
import secrets
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from desktop.services.profiles import Profiles
from desktop.services.syncing import connect
from desktop.services.workplace import open_workplace
from sync.errors import DeviceRevoked, LeaseEnded, UpgradeNeeded
from sync.identity import SystemClock, parse_stamp, stamp
from sync.server.leases import KeyRules, set_rules
from sync.server.people import mint_code
from sync.server.tables import AUDIT, HELD, LEASE
from sync.store import attachments, header, lease, vault
from sync.store.vault import Outside
from sync.wire.client import Client
from tests.support.keychains import Drawer
from tests.support.laptops import Accident, FaultyTransport
from tests.support.processes import PASSWORD, command_server
from tests.support.scene import served_town
from tests.support.terminal import assert_calm
from tests.support.town import CLERK

OF_AN_EDIT = 2
"""Operations: the change, and the entry that tells of it in the history of the home."""


@pytest.fixture
def data(tmp_path):
    """The folder of the served town."""
    return tmp_path / "server"


@pytest.fixture
def office(founded, tmp_path, worker):
    """The address and the store of the town's server, which the worker's terminal reaches."""
    with served_town(founded, tmp_path) as (url, database):
        worker.reach(url)
        yield url, database


@pytest.fixture
def protected(worker, office):
    """The organisation has a way back, so that the server's part is one of the worker's key."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    with office[1].write() as connection:
        set_rules(connection, KeyRules(recovery_key=public))
    ask_again(worker)
    worker.must("sync")
    return private


def ask_again(worker):
    """Have the next sync ask the server what holds."""
    place = folder_of(worker).path
    lease.keep(place, msgspec.structs.replace(lease.read(place), spares=()))


def folder_of(worker):
    return Profiles(worker.home / "profiles").pick(None)


def factors_of(worker):
    return [one["kind"] for one in header.read(folder_of(worker).path)["factors"]]


def let_days_pass(worker, days):
    """The computer is off for so long."""
    place = folder_of(worker).path
    found = lease.read(place)
    before = stamp(parse_stamp(found.seen) - timedelta(days=days))
    lease.keep(place, msgspec.structs.replace(found, seen=before, highest=before))


def command(data, *arguments):
    ended = command_server(data, *arguments)
    assert ended.code == 0, ended.err
    return ended


class TestLease:
    """Two weeks without contact."""

    def test_every_profile_has_one(self, worker, office):
        """It came with the enrolment, and the key does without it as long as no way leads back."""
        assert worker.json("status")["lease"]["days"] == 14
        assert factors_of(worker) == ["password"]

    def test_it_joins_the_key_where_there_is_a_way_back(self, worker, protected):
        """With the next contact."""
        assert factors_of(worker) == ["password", "lease"]

    def test_without_a_way_back_its_end_closes_nothing(self, worker):
        """Not even where the server is gone for good."""
        worker.reach("http://127.0.0.1:9")
        let_days_pass(worker, 15)

        worker.must("status")

    def test_it_warns_of_nothing_where_its_end_closes_nothing(self, worker, office):
        """The key does without it: there is nothing to be afraid of."""
        let_days_pass(worker, 13)

        assert "within" not in worker.must("status").out

    def test_it_warns_three_days_before_and_a_sync_begins_anew(self, worker, protected):
        """On the twelfth day; not after the sync."""
        let_days_pass(worker, 12)
        assert "within 2 days" in worker.must("status").out

        worker.must("sync")

        assert "within" not in worker.must("status").out
        assert worker.json("status")["lease"]["left_s"] > 13 * 86400

    def test_a_session_that_ends_badly_is_contact_as_well(self, worker, office):
        """The server answered this computer: too old a version keeps nobody out of what is here."""
        let_days_pass(worker, 12)
        accidents = [Accident(UpgradeNeeded())] * 3

        def connect_to(connection, token):
            return Client(FaultyTransport(connect(connection, token).transport, accidents))

        opened = open_workplace(folder_of(worker), PASSWORD, SystemClock(), connect_to=connect_to)
        with pytest.raises(UpgradeNeeded):
            opened.syncing.run()
        opened.close()

        assert lease.read(folder_of(worker).path).left > timedelta(days=13)

    def test_after_the_end_the_network_opens_it_again(self, worker, protected, founded):
        """With all that was saved; nothing comes anew."""
        room = founded.town.homes[0].room
        worker.must("edit", room, "contact=13700001111")
        let_days_pass(worker, 15)

        assert worker.json("status")["pending"] == OF_AN_EDIT
        assert worker.json("sync")["pending"] == 0

    def test_without_a_network_it_stays_shut_and_whole(self, worker, protected):
        """It says what to do, a wrong password says another thing, and no file is gone."""
        worker.reach("http://127.0.0.1:9")
        let_days_pass(worker, 15)
        before = (folder_of(worker).path / "store.db").read_bytes()

        assert_calm(worker.type("status"), 4, "Nothing is erased")
        assert_calm(worker.type("status", password="not the right words"), 4, "Wrong password")

        assert lease.read(folder_of(worker).path).secret == b""
        assert (folder_of(worker).path / "store.db").read_bytes() == before

    def test_a_code_by_telephone_opens_it(self, worker, office, protected, data):
        """Read out by IT, logged there, and good once."""
        _, database = office
        client = worker.json("status")["client"]
        worker.reach("http://127.0.0.1:9")
        let_days_pass(worker, 15)
        assert worker.type("status").code == 4
        code = command(data, "device", "extend", client).out.strip()

        assert_calm(worker.type("extend", "2222-2222-2222-2222"), 4, "code")
        assert "14" in worker.must("extend", code).out

        assert worker.json("status")["lease"]["left_s"] > 13 * 86400
        assert_calm(worker.type("extend", code), 4, "code")
        with database.read() as connection:
            logged = connection.execute(select(AUDIT).where(AUDIT.c.action == "lease.extend"))
            assert [line.object_id for line in logged] == [client]

    def test_a_disk_that_takes_no_note_of_it_stops_no_sync(self, worker, protected, monkeypatch):
        """Nor the password: what was lent is good still."""
        let_days_pass(worker, 2)

        def refuse(handle: int) -> None:
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(header.os, "fsync", refuse)

        worker.must("sync")

    def test_an_office_decides_how_long(self, worker, office, data):
        """Within what may be; the next sync brings it."""
        command(data, "keys", "rules", "--days", "5")
        assert command_server(data, "keys", "rules", "--days", "60").code == 1
        ask_again(worker)

        worker.must("sync")

        assert worker.json("status")["lease"]["days"] == 5


class TestRecovery:
    """Two files of two people."""

    def test_they_open_a_profile_whose_keychain_was_reset(self, worker, office, data, tmp_path):
        """The keychain joins once they exist, and is not missed when it is lost."""
        drawer = Drawer()
        first, second = tmp_path / "first.key", tmp_path / "second.key"
        command(data, "keys", "recovery", str(first), str(second))
        ask_again(worker)
        opened = open_workplace(folder_of(worker), PASSWORD, SystemClock(), Outside(drawer))
        opened.syncing.run()
        kept, drawer.secrets = drawer.secrets, {}
        ask_again(worker)
        opened.syncing.run()  # A keychain that is shut for a while keeps no sync from ending well.
        drawer.secrets = kept
        opened.close()
        assert factors_of(worker) == ["password", "device", "lease"]
        drawer.secrets.clear()
        assert_calm(worker.type("status"), 4, "keychain")

        ended = worker.type("recover", str(first), str(second), password="a third calm line")

        assert ended.code == 0, ended.err
        assert worker.type("status", password="a third calm line").code == 0
        assert_calm(worker.type("status"), 4, "Wrong password")

    def test_an_office_may_insist_on_a_keychain(self, worker, office, data, tmp_path):
        """Only once there is a way back, and the code is not spent."""
        url, database = office
        assert command_server(data, "keys", "rules", "--keychain").code == 1
        files = [str(tmp_path / name) for name in ("first.key", "second.key")]
        command(data, "keys", "recovery", *files)
        assert command_server(data, "keys", "recovery", *files).code == 1
        others = [str(tmp_path / name) for name in ("third.key", "fourth.key")]
        assert command_server(data, "keys", "recovery", others[0], others[0]).code == 2
        assert command_server(data, "keys", "recovery", *others).code == 1
        assert not Path(others[0]).exists()
        command(data, "keys", "recovery", *others, "--replace")
        command(data, "keys", "rules", "--keychain")
        code = mint_code(database, CLERK, SystemClock()).code

        refused = worker.type("--profile", "clerk", "enroll", url, "--code", code)
        assert_calm(refused, 1, "keychain")

        command(data, "keys", "rules", "--no-keychain")
        told = worker.must("--profile", "clerk", "enroll", url, "--code", code).out
        assert "no keychain" in told


class TestLost:
    """One action at the server."""

    def test_it_hands_in_what_was_not_sent_and_erases_its_keys(
        self, worker, office, data, founded, tmp_path
    ):
        """At the next contact; the edits wait for the desk, and nothing is applied."""
        _, database = office
        room = founded.town.homes[0].room
        worker.must("sync")
        worker.must("edit", room, "contact=13700001111")
        client = worker.json("status")["client"]
        listed = tmp_path / "whose.csv"

        loss = json.loads(
            command(data, "device", "lost", client, "--list", str(listed), "--json").out
        )
        assert_calm(worker.type("sync"), 1, "revoked")

        text = listed.read_text("utf-8-sig")
        assert loss["people"] == len(text.splitlines()) - 1 > 0
        assert loss["since"]
        assert "*" in text
        with database.read() as connection:
            kept = connection.execute(select(HELD.c.code, HELD.c.client)).all()
            part = connection.execute(select(LEASE).where(LEASE.c.client_id == client)).one()
        assert kept == [("revoked", client)] * OF_AN_EDIT
        assert (part.secret, bool(part.lost_at)) == ("", True)
        place = worker.home / "profiles" / "default"
        assert not {"vault.json", "lease.json", "connection.json"} & {
            one.name for one in place.iterdir()
        }
        assert_calm(worker.type("status"), 1, "not set up")

    def test_a_file_of_a_computer_that_nobody_can_unlock_is_handed_in_at_the_desk(
        self, worker, office, data, founded
    ):
        """Its keys are gone, its edits are not: they are kept aside, once, and nothing applied."""
        _, database = office
        worker.must("sync")
        room = founded.town.homes[0].room
        worker.must("edit", room, "contact=13700001111")
        worker.must("note", room, "说卫生间地滑")
        place = worker.home / "profiles" / "default"
        client = worker.json("status")["client"]
        command(data, "device", "lost", client)
        (place / "vault.json").unlink()

        done = json.loads(
            command(data, "device", "hand-in", str(place / "edits.journal"), "--json").out
        )
        again = json.loads(
            command(data, "device", "hand-in", str(place / "edits.journal"), "--json").out
        )

        saved = OF_AN_EDIT + 1
        assert done == {"taken": saved, "known": 0, "unreadable": 0}
        assert again == {"taken": 0, "known": saved, "unreadable": 0}
        with database.read() as connection:
            kept = connection.execute(select(HELD.c.code, HELD.c.client)).all()
        assert kept == [("revoked", client)] * saved

    def test_nothing_is_erased_before_it_is_handed_in(self, worker, office, data, founded):
        """The line breaks in between: the next contact tries again."""
        worker.must("edit", founded.town.homes[0].room, "contact=13700001111")
        command(data, "device", "lost", worker.json("status")["client"])
        worker.reach("http://127.0.0.1:9")

        assert worker.type("sync").code != 0

        assert worker.json("status")["pending"] == OF_AN_EDIT

    @pytest.mark.parametrize("left", ["photo", "draft"])
    def test_what_cannot_be_handed_in_is_not_erased(self, worker, protected, data, left):
        """It is closed to everybody but the two people with the recovery files."""
        opened = open_workplace(folder_of(worker), PASSWORD, SystemClock())
        client, scope = opened.store.account.client_id, opened.store.facts.grants().scopes[0]
        if left == "draft":
            opened.store.drafts.keep("campaign:c1", {"text": "kept"})
        else:
            sealed = opened.store.attachments.seal("photo", scope, b"bytes", b"")
            with opened.store.database.writing() as connection:
                attachments.keep(connection, sealed)
        opened.close()
        command(data, "device", "lost", client)

        assert_calm(worker.type("sync"), 1, "revoked")

        assert worker.type("status").code != 0
        place = folder_of(worker).path
        vault.recover(place, protected, "a third calm line", secrets.token_bytes)
        again = open_workplace(folder_of(worker), "a third calm line", SystemClock())
        if left == "draft":
            assert again.store.drafts.find("campaign:c1") == {"text": "kept"}
        else:
            assert again.store.attachments.content("photo") == b"bytes"
        again.close()

    def test_a_lost_computer_whose_lease_is_over_learns_it_at_the_password(
        self, worker, protected, data
    ):
        """It gets no part any more; what it had not sent is there for the recovery files."""
        client = worker.json("status")["client"]
        command(data, "device", "lost", client)
        let_days_pass(worker, 15)

        with pytest.raises(DeviceRevoked):
            open_workplace(folder_of(worker), PASSWORD, SystemClock())

        place = folder_of(worker).path
        assert not (place / "lease.json").exists()
        vault.recover(place, protected, "a third calm line", secrets.token_bytes)
        assert worker.type("status", password="a third calm line").code == 0
        assert command_server(data, "device", "extend", client).code == 1


def test_a_lease_that_another_server_gives_opens_nothing(worker, office, protected):
    """The part in the key is missing: it says so, and nothing is changed for good."""
    place = folder_of(worker).path
    _, database = office
    with database.write() as connection:
        connection.execute(LEASE.update().values(secret=secrets.token_hex(32)))
    let_days_pass(worker, 15)

    with pytest.raises(LeaseEnded):
        open_workplace(folder_of(worker), PASSWORD, SystemClock())

    assert (place / "vault.json").exists()
