"""Password, keychain and lease open a profile together; each alone, or another one, does not."""

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.errors import (
    KeychainLost,
    KeychainRefused,
    LeaseEnded,
    PasswordChanged,
    RecoveryRefused,
    VaultUnreadable,
    WrongPassword,
)
from sync.store import header, lease, vault
from sync.store.header import Factor, stretch
from sync.store.keychain import NoKeychain, SystemKeychain, system_keychain
from sync.store.lock import rewriting
from sync.store.vault import Key, OpenVault, Owner, Protection
from sync.wire.messages import LeaseReply
from sync.wire.recovery import Shares
from tests.support.keychains import Drawer
from tests.support.laptops import PASSWORD, QUICK, TickingClock, new_store, open_store

OWNER = Owner(server="https://example.org", user="chenxiaohe")
LEASE = secrets.token_bytes(32)


@dataclass
class Protected:
    """A profile with every factor, and the organisation's private key."""

    folder: Path
    drawer: Drawer
    opened: OpenVault
    private: X25519PrivateKey

    @property
    def header(self) -> dict:
        return json.loads((self.folder / vault.FILE_NAME).read_text())

    def unlock(self, password: str = PASSWORD) -> Key:
        return vault.unlock(self.folder, password, self.drawer)

    def is_same(self, key: Key) -> bool:
        return key.derive("store") == self.opened.key.derive("store")


def lend(folder: Path, secret: bytes = LEASE) -> None:
    lease.take(folder, LeaseReply(secret=secret, days=14), TickingClock())


@pytest.fixture
def protected(tmp_path) -> Protected:
    drawer, private = Drawer(), X25519PrivateKey.generate()
    key = Key(secrets.token_bytes(32))
    opened = vault.seal(tmp_path, key, PASSWORD, OWNER, secrets.token_bytes, QUICK, drawer)
    lend(tmp_path)
    public = private.public_key().public_bytes_raw()
    opened.protect(Protection(LEASE, public, "the-token"))
    return Protected(tmp_path, drawer, opened, private)


def test_all_three_open_it(protected):
    """The header names them, and holds none of them."""
    assert protected.is_same(protected.unlock())

    kinds = [factor["kind"] for factor in protected.header["factors"]]
    text = (protected.folder / vault.FILE_NAME).read_text()
    assert kinds == ["password", "device", "lease"]
    assert "the-token" not in text
    assert header.encoded(LEASE) not in text


@pytest.mark.parametrize(
    ("password", "device", "lent"),
    list(product(("right", "wrong"), *[("right", "wrong", "missing")] * 2))[1:],
)
def test_anything_less_does_not(protected, password, device, lent):
    """Every mix of right, wrong and missing factors but the one."""
    ((entry, _),) = protected.drawer.secrets.items()
    if device != "right":
        protected.drawer.secrets = {entry: secrets.token_bytes(32)} if device == "wrong" else {}
    if lent == "wrong":
        lend(protected.folder, secrets.token_bytes(32))
        lease.forget_former(protected.folder, "")
    if lent == "missing":
        (protected.folder / lease.FILE_NAME).unlink()
    typed = PASSWORD if password == "right" else "four calm words there"

    with pytest.raises((WrongPassword, KeychainLost, LeaseEnded)):
        protected.unlock(typed)


def test_a_missing_keychain_and_a_lease_that_is_over_say_so(protected):
    """Neither is a wrong password: each has a way out of its own."""
    kept, protected.drawer.secrets = protected.drawer.secrets, {}
    with pytest.raises(KeychainLost):
        protected.unlock()
    protected.drawer.secrets = kept
    (protected.folder / lease.FILE_NAME).unlink()
    with pytest.raises(LeaseEnded):
        protected.unlock()


@pytest.mark.parametrize("cut", ["device", "lease"])
def test_a_factor_cut_out_of_the_header_opens_nothing(protected, cut):
    """The list of factors is under the seal."""
    told = protected.header
    told["factors"] = [one for one in told["factors"] if one["kind"] != cut]
    (protected.folder / vault.FILE_NAME).write_text(json.dumps(told))

    with pytest.raises(WrongPassword):
        protected.unlock()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 1},
        {"recovery": {"key": "0" * 16, "sealed": ""}},
        {"owner": {"server": "", "user": ""}},
    ],
)
def test_nothing_else_in_it_can_be_changed(protected, change):
    """An older version, another recovery key, another owner: all of it is under the seal."""
    (protected.folder / vault.FILE_NAME).write_text(json.dumps(protected.header | change))

    with pytest.raises(WrongPassword):
        protected.unlock()


def test_a_new_password_keeps_key_factors_and_token(protected):
    """Nothing is encrypted anew, and the old password is worth nothing."""
    new = "another calm sentence"
    vault.change_password(
        protected.folder, PASSWORD, new, secrets.token_bytes, QUICK, protected.drawer
    )

    assert protected.is_same(protected.unlock(new))
    assert vault.login_of(protected.folder, new) == "the-token"
    assert len(protected.header["factors"]) == 3
    with pytest.raises(WrongPassword):
        protected.unlock()


def test_a_window_that_knows_the_old_password_changes_nothing(protected):
    """The password was changed by a command meanwhile: its daily question would undo that."""
    new = "another calm sentence"
    vault.change_password(
        protected.folder, PASSWORD, new, secrets.token_bytes, QUICK, protected.drawer
    )

    with pytest.raises(PasswordChanged):
        protected.opened.protect(Protection(LEASE))
    with pytest.raises(PasswordChanged):
        protected.opened.portable()

    assert protected.is_same(protected.unlock(new))


def test_the_token_needs_the_password_alone(protected):
    """It is what fetches the lease again, so it must not need the lease."""
    (protected.folder / lease.FILE_NAME).unlink()

    assert vault.login_of(protected.folder, PASSWORD) == "the-token"
    with pytest.raises(WrongPassword):
        vault.login_of(protected.folder, "four calm words there")


def test_another_lease_takes_over_whenever_it_is_cut_off(protected):
    """A server that lost its part gives another one: the old opens until the new one is in."""
    other = secrets.token_bytes(32)
    lend(protected.folder, other)

    assert protected.is_same(protected.unlock())  # Killed before the header was written.
    protected.opened.protect(Protection(other))
    assert protected.is_same(protected.unlock())
    assert lease.read(protected.folder).former == b""


def test_the_lease_before_stays_as_long_as_the_header_asks_for_it(protected):
    """Asked twice before the header was written, a new password between: neither closes it."""
    other, new = secrets.token_bytes(32), "another calm sentence"
    for _ in range(2):
        lend(protected.folder, other)
        assert protected.is_same(protected.unlock())

    vault.change_password(
        protected.folder, PASSWORD, new, secrets.token_bytes, QUICK, protected.drawer
    )

    assert protected.is_same(protected.unlock(new))


def test_a_copy_for_a_backup_opens_by_the_password_alone(protected, tmp_path):
    """It has to open on a computer that has neither the keychain nor the lease."""
    place = tmp_path / "elsewhere"
    place.mkdir()
    (place / vault.FILE_NAME).write_text(protected.opened.portable())

    assert protected.is_same(vault.unlock(place, PASSWORD))
    with pytest.raises(WrongPassword):
        vault.unlock(place, "four calm words there")


class TestRecovery:
    """What two people of the organisation open together."""

    def test_it_opens_without_password_keychain_and_lease(self, protected):
        """And leaves a profile with a new password, which gains the others again."""
        protected.drawer.secrets.clear()
        (protected.folder / lease.FILE_NAME).unlink()

        key = vault.recover(
            protected.folder, protected.private, "a third calm line", secrets.token_bytes, QUICK
        )

        assert protected.is_same(key)
        assert protected.is_same(protected.unlock("a third calm line"))

    def test_another_organisation_opens_nothing(self, protected):
        """The profile stays as it is."""
        with pytest.raises(RecoveryRefused):
            vault.recover(
                protected.folder, X25519PrivateKey.generate(), PASSWORD, secrets.token_bytes
            )

        assert protected.is_same(protected.unlock())

    def test_half_of_it_is_noise(self, protected):
        """One file with itself, or with somebody else's, is no key."""
        whole = protected.private.private_bytes_raw()
        first = secrets.token_bytes(32)
        second = bytes(a ^ b for a, b in zip(first, whole, strict=True))

        assert Shares(first, second).key().private_bytes_raw() == whole
        for halves in (Shares(first, first), Shares(second, secrets.token_bytes(32))):
            with pytest.raises(RecoveryRefused):
                vault.recover(protected.folder, halves.key(), PASSWORD, secrets.token_bytes)


class TestWithoutAKeychain:
    """The weaker way: the password and the lease."""

    @pytest.mark.parametrize("keychain", [NoKeychain(), Drawer()])
    def test_nothing_joins_whose_loss_would_close_for_good(self, tmp_path, keychain):
        """Without a recovery key nothing could replace the keychain's part or the server's."""
        key = Key(secrets.token_bytes(32))
        opened = vault.seal(tmp_path, key, PASSWORD, OWNER, secrets.token_bytes, QUICK, keychain)
        lend(tmp_path)
        opened.protect(Protection(LEASE))

        told = json.loads((tmp_path / vault.FILE_NAME).read_text())
        assert [factor["kind"] for factor in told["factors"]] == ["password"]
        (tmp_path / lease.FILE_NAME).unlink()
        assert vault.unlock(tmp_path, PASSWORD, keychain)

    def test_one_that_the_lease_joined_before_goes_on_with_it(self, tmp_path):
        """A version before took it without a recovery key: another lease takes over there too."""
        key, other = Key(secrets.token_bytes(32)), secrets.token_bytes(32)
        by = stretch(PASSWORD, secrets.token_bytes(16), QUICK)
        factor = Factor("lease", {"name": lease.name_of(LEASE)}, LEASE)
        header.write(tmp_path, header.wrapped(key, by, OWNER, [factor], secrets.token_bytes(12)))
        lend(tmp_path)
        opened = vault.open_vault(tmp_path, PASSWORD, secrets.token_bytes)
        lend(tmp_path, other)

        opened.protect(Protection(other))

        assert lease.read(tmp_path).former == b""
        assert vault.unlock(tmp_path, PASSWORD).derive("store") == key.derive("store")

    def test_one_that_keeps_nothing_counts_as_none(self, tmp_path):
        """What it says it kept is read back before anything relies on it."""
        keychain = SystemKeychain(Forgetful())
        with pytest.raises(KeychainRefused):
            keychain.keep("entry", secrets.token_bytes(32))
        key = Key(secrets.token_bytes(32))
        opened = vault.seal(tmp_path, key, PASSWORD, OWNER, secrets.token_bytes, QUICK, keychain)

        public = X25519PrivateKey.generate().public_key().public_bytes_raw()
        opened.protect(Protection(recovery_key=public))

        assert vault.unlock(tmp_path, PASSWORD)

    def test_a_plain_file_is_no_keychain(self, monkeypatch):
        """Whatever the library is told to use: only what the system encrypts is taken."""
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyrings.alt.file.PlaintextKeyring")

        assert not system_keychain().is_there


class Forgetful:
    """A keychain that cuts off what it is given, as some do."""

    kept = ""

    def set_password(self, service: str, entry: str, text: str) -> None:
        self.kept = text[:20]

    def get_password(self, service: str, entry: str) -> str:
        return self.kept


class TestTheVersionBefore:
    """Profiles that were made when the password was all there was."""

    def make_old(self, folder: Path, key: Key) -> None:
        """The header as that version wrote it."""
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        work = {"memory_kib": 1024, "time_cost": 1, "parallelism": 1}
        factor = {"kind": "password", "kdf": "argon2id", "salt": header.encoded(salt), **work}
        told = {
            "version": 1,
            "owner": {"server": OWNER.server, "user": OWNER.user},
            "factors": [factor],
            "nonce": header.encoded(nonce),
        }
        bound = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
        kek = stretch(PASSWORD, salt, QUICK).secret
        sealed = key.wrapped_by(lambda secret: AESGCM(kek).encrypt(nonce, secret, bound))
        text = json.dumps({**told, "wrapped": header.encoded(sealed)})
        (folder / vault.FILE_NAME).write_text(text)

    def test_it_opens_and_is_wrapped_anew(self, tmp_path):
        """By the first lease that it gets; the key, and so all data, stays."""
        key, drawer = Key(secrets.token_bytes(32)), Drawer()
        self.make_old(tmp_path, key)
        opened = vault.open_vault(tmp_path, PASSWORD, secrets.token_bytes, drawer)
        lend(tmp_path)
        public = X25519PrivateKey.generate().public_key().public_bytes_raw()

        opened.protect(Protection(LEASE, public, "token"))

        told = json.loads((tmp_path / vault.FILE_NAME).read_text())
        again = vault.unlock(tmp_path, PASSWORD, drawer)
        assert (told["version"], len(told["factors"])) == (2, 3)
        assert again.derive("store") == key.derive("store")

    def test_its_store_opens_and_is_wrapped_anew(self, tmp_path):
        """A whole profile: what was saved is there before and after."""
        store = new_store(tmp_path)
        store.drafts.keep("note:h1", {"text": "kept"})
        key = store.vault.key
        store.close()
        self.make_old(tmp_path, key)

        store = open_store(tmp_path)
        store.take_lease(LeaseReply(secret=LEASE, days=14))
        store.close()

        store = open_store(tmp_path)
        assert json.loads((tmp_path / vault.FILE_NAME).read_text())["version"] == 2
        assert store.drafts.find("note:h1") == {"text": "kept"}
        store.close()

    def test_one_that_asks_for_what_is_not_known_is_left_alone(self, tmp_path):
        """A later version's factor is no reason to try without it."""
        key = Key(secrets.token_bytes(32))
        by = stretch(PASSWORD, secrets.token_bytes(16), QUICK)
        made = header.wrapped(key, by, OWNER, [Factor("moon")], secrets.token_bytes(12))
        header.write(tmp_path, made)

        with pytest.raises(header.StoreTooNew):
            vault.unlock(tmp_path, PASSWORD)


def test_the_window_and_a_command_write_the_header_one_after_the_other(protected, monkeypatch):
    """The new password comes in the middle of the daily question: it waits, and then holds."""
    new, changed = "another calm sentence", []
    threads = [
        Thread(
            target=lambda: changed.append(
                vault.change_password(
                    protected.folder, PASSWORD, new, secrets.token_bytes, QUICK, protected.drawer
                )
            )
        )
    ]
    find = protected.drawer.find

    def find_slowly(entry: str) -> bytes | None:
        if threads:
            # In the middle of the first: the second runs as far as it gets.
            other = threads.pop()
            other.start()
            other.join(1)
            started.append(other)
        return find(entry)

    started: list[Thread] = []
    monkeypatch.setattr(protected.drawer, "find", find_slowly)

    protected.opened.protect(Protection(LEASE))
    started[0].join(30)

    assert len(changed) == 1
    assert protected.is_same(protected.unlock(new))
    with pytest.raises(WrongPassword):
        protected.unlock()
    left = sorted(one.name for one in protected.folder.glob("*.json*"))
    assert left == ["lease.json", "lease.json.lock", "vault.json", "vault.json.lock"]


def test_drafts_of_two_writers_are_two(tmp_path, monkeypatch):
    """Each puts in place what it wrote itself; what a kill left of one is cleared away."""
    (tmp_path / "vault.json.new").write_text("left")
    synced, inner = os.fsync, []

    def another_between(handle: int) -> None:
        if not inner:
            inner.append(True)
            header.put(tmp_path / "vault.json", "second")
        synced(handle)

    monkeypatch.setattr(header.os, "fsync", another_between)
    header.put(tmp_path / "vault.json", "first")

    assert (tmp_path / "vault.json").read_text() == "first"
    with rewriting(tmp_path / "vault.json"):
        assert {one.name for one in tmp_path.iterdir()} == {"vault.json", "vault.json.lock"}


def test_a_header_is_replaced_whole(protected, monkeypatch):
    """A disk that is full leaves the old one."""
    before = (protected.folder / vault.FILE_NAME).read_bytes()
    copy = shutil.copytree(protected.folder, protected.folder.parent / "copy")

    def full(handle: int) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(header.os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        protected.opened.protect(Protection(LEASE))

    assert (protected.folder / vault.FILE_NAME).read_bytes() == before
    assert protected.is_same(vault.unlock(copy, PASSWORD, protected.drawer))


def test_a_lease_that_is_none_is_refused(protected):
    """Before the one that works is put aside."""
    with pytest.raises(VaultUnreadable):
        lend(protected.folder, b"short")

    assert protected.is_same(protected.unlock())
