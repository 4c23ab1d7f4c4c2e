"""The key header: a password opens it, nothing else does, and a new one re-encrypts nothing."""

import json
import secrets
from pathlib import Path

import pytest

from sync.errors import (
    PasswordTooShort,
    ProfileExists,
    StoreTooNew,
    VaultUnreadable,
    WrongPassword,
)
from sync.store import vault
from sync.store.vault import Key, Owner, Work

PASSWORD = "four calm words here"
QUICK = Work(memory_kib=1024, time_cost=1, parallelism=1)
OWNER = Owner(server="https://example.org", user="chenxiaohe")


def make(folder: Path, password: str = PASSWORD) -> Key:
    return vault.create(folder, password, OWNER, secrets.token_bytes, QUICK)


def header_of(folder: Path) -> dict:
    return json.loads((folder / vault.FILE_NAME).read_text())


def test_the_password_that_made_a_profile_opens_it(tmp_path):
    """The same key comes back, and each purpose has one of its own."""
    made = make(tmp_path)

    opened = vault.unlock(tmp_path, PASSWORD)

    assert opened.derive("store") == made.derive("store")
    assert opened.derive("store") != opened.derive("drafts")


def test_a_wrong_password_opens_nothing(tmp_path):
    """It says so, and the right one still works."""
    make(tmp_path)

    with pytest.raises(WrongPassword):
        vault.unlock(tmp_path, "four calm words there")

    assert vault.unlock(tmp_path, PASSWORD)


def test_a_key_never_shows_itself(tmp_path):
    """Neither printed nor in an error's text."""
    key = make(tmp_path)

    assert repr(key) == "Key(hidden)"
    assert str(key) == "Key(hidden)"


def test_a_new_password_keeps_the_key(tmp_path):
    """Changing it re-encrypts nothing; the old one is worth nothing then."""
    before = make(tmp_path).derive("store")

    vault.change_password(tmp_path, PASSWORD, "another calm sentence", secrets.token_bytes, QUICK)

    assert vault.unlock(tmp_path, "another calm sentence").derive("store") == before
    with pytest.raises(WrongPassword):
        vault.unlock(tmp_path, PASSWORD)


def test_a_short_password_is_refused_before_anything_is_written(tmp_path):
    """Length is the only rule, and it names the least."""
    with pytest.raises(PasswordTooShort) as refused:
        make(tmp_path, "short")

    assert refused.value.details == {"least": vault.LEAST_PASSWORD}
    assert not (tmp_path / vault.FILE_NAME).exists()


def test_a_short_new_password_leaves_the_old_one(tmp_path):
    """A refused change changes nothing."""
    make(tmp_path)

    with pytest.raises(PasswordTooShort):
        vault.change_password(tmp_path, PASSWORD, "short", secrets.token_bytes, QUICK)

    assert vault.unlock(tmp_path, PASSWORD)


def test_an_existing_profile_is_never_written_over(tmp_path):
    """Its key is the only way to its data."""
    make(tmp_path)

    with pytest.raises(ProfileExists):
        make(tmp_path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("owner", {"server": "https://elsewhere.org", "user": "chenxiaohe"}),
        ("owner", {"server": "https://example.org", "user": "mengxue"}),
    ],
)
def test_a_header_fits_no_other_profile(tmp_path, name, change):
    """Server and user are bound into the wrapping."""
    make(tmp_path)
    (tmp_path / vault.FILE_NAME).write_text(json.dumps({**header_of(tmp_path), name: change}))

    with pytest.raises(WrongPassword):
        vault.unlock(tmp_path, PASSWORD)


def test_weaker_parameters_written_into_the_header_do_not_open_it(tmp_path):
    """The factors are authenticated too: less work cannot be smuggled in."""
    make(tmp_path)
    header = header_of(tmp_path)
    header["factors"][0]["time_cost"] = 2
    (tmp_path / vault.FILE_NAME).write_text(json.dumps(header))

    with pytest.raises(WrongPassword):
        vault.unlock(tmp_path, PASSWORD)


def test_a_header_that_asks_for_all_memory_is_refused(tmp_path):
    """Before the memory is taken."""
    make(tmp_path)
    header = header_of(tmp_path)
    header["factors"][0]["memory_kib"] = 1 << 40
    (tmp_path / vault.FILE_NAME).write_text(json.dumps(header))

    with pytest.raises(VaultUnreadable):
        vault.unlock(tmp_path, PASSWORD)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"version": 1}', '{"version": 1, "factors": []}']
)
def test_a_broken_header_says_so(tmp_path, text):
    """It is no wrong password, and no crash."""
    (tmp_path / vault.FILE_NAME).write_text(text)

    with pytest.raises(VaultUnreadable):
        vault.unlock(tmp_path, PASSWORD)


def test_a_header_of_a_later_app_is_left_alone(tmp_path):
    """Updating the app is the way, not erasing."""
    make(tmp_path)
    (tmp_path / vault.FILE_NAME).write_text(json.dumps({**header_of(tmp_path), "version": 3}))

    with pytest.raises(StoreTooNew):
        vault.unlock(tmp_path, PASSWORD)


def test_the_header_lists_its_factors(tmp_path):
    """A later factor can stand beside the password; the owner is readable while it is locked."""
    make(tmp_path)

    (factor,) = header_of(tmp_path)["factors"]

    assert (factor["kind"], factor["kdf"]) == ("password", "argon2id")
    assert vault.owner_of(tmp_path) == OWNER


def test_the_default_work_is_the_recommended_one():
    """64 MiB, three passes, four lanes."""
    assert Work() == Work(memory_kib=65536, time_cost=3, parallelism=4)
