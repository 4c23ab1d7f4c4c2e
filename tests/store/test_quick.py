"""Six digits after a password: twelve hours, five tries, and every other factor as ever."""

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sync.errors import LeaseEnded, PasswordChanged
from sync.store import lease, vault
from sync.store.quick import (
    HOURS,
    QuickCodeOver,
    QuickCodeWeak,
    QuickCodeWrong,
    Until,
    after_a_wrong_code,
    open_quickly,
    quick_key_of,
    seal_quickly,
)
from sync.store.vault import NO_KEYCHAIN, Owner
from tests.support.laptops import PASSWORD, QUICK

CODE = "271828"
OWNER = Owner("https://doorstep.example.cn", "chenxiaohe")


class TwoClocks:
    """A wall clock and an uptime that a test moves apart."""

    def __init__(self):
        self.wall = datetime(2026, 6, 18, 1, 0, tzinfo=UTC)
        self.up = 500.0

    def now(self):
        return self.wall

    def monotonic(self):
        return self.up


@pytest.fixture
def clock():
    return TwoClocks()


@pytest.fixture
def opened(tmp_path):
    """A profile that the password opened."""
    vault.create(tmp_path, PASSWORD, OWNER, secrets.token_bytes, QUICK)
    return vault.open_vault(tmp_path, PASSWORD, secrets.token_bytes)


@pytest.fixture
def quick(opened, clock):
    return seal_quickly(opened, CODE, Until.from_now(clock), secrets.token_bytes, QUICK)


def by(quick, code, clock, folder):
    return open_quickly(quick, code, clock, folder, secrets.token_bytes, NO_KEYCHAIN)


def test_the_code_opens_what_the_password_did(opened, quick, clock, tmp_path):
    """Also as the next process is told it; and a new password can be set on what it opened."""
    told = quick_key_of(json.loads(json.dumps(quick.document())))
    again = by(told, CODE, clock, tmp_path)
    assert again.key.derive("any") == opened.key.derive("any")
    assert again.by == opened.by
    again.protect(vault.NOTHING_MORE)


def test_nothing_of_it_is_on_the_disk_or_readable(opened, quick, tmp_path):
    """What is handed on holds neither the code nor the key nor the stretched password."""
    assert [file.name for file in tmp_path.iterdir()] == ["vault.json"]
    text = json.dumps(quick.document()) + repr(quick)
    for secret in (opened.by.secret, opened.key.wrapped_by(bytes)):
        assert secret.hex() not in text
        assert secret not in quick.sealed
    assert CODE not in text


def test_a_wrong_one_costs_a_try_and_after_five_it_takes_the_password(quick, clock, tmp_path):
    for left in (4, 3, 2, 1):
        with pytest.raises(QuickCodeWrong) as wrong:
            by(quick, "314159", clock, tmp_path)
        assert wrong.value.details["left"] == left
        quick = after_a_wrong_code(quick)
    with pytest.raises(QuickCodeOver):
        by(quick, "314159", clock, tmp_path)
    with pytest.raises(QuickCodeOver):
        by(after_a_wrong_code(quick), CODE, clock, tmp_path)


@pytest.mark.parametrize(
    ("wall", "up"),
    [(HOURS * 3600, 0), (0, HOURS * 3600), (-3600, 0)],
    ids=["asleep for long", "the clock stands", "the clock was set back"],
)
def test_it_is_over_by_either_clock(quick, clock, tmp_path, wall, up):
    """Half a day after the password, whatever somebody does to the clock."""
    clock.wall += timedelta(seconds=wall)
    clock.up += up
    with pytest.raises(QuickCodeOver):
        by(quick, CODE, clock, tmp_path)


def test_a_new_password_ends_it(opened, quick, clock, tmp_path):
    vault.change_password(tmp_path, PASSWORD, f"{PASSWORD} new", secrets.token_bytes, QUICK)
    with pytest.raises(PasswordChanged):
        by(quick, CODE, clock, tmp_path)


def test_a_lease_that_ended_stays_ended(opened, clock, tmp_path):
    """The server's part of the key is asked for as ever."""
    secret = secrets.token_bytes(32)
    factor = vault.Factor(vault.LEASE, {"name": lease.name_of(secret)}, secret)
    fresh = vault.headers.wrapped(opened.key, opened.by, OWNER, (factor,), secrets.token_bytes(12))
    vault.headers.write(tmp_path, fresh)
    quick = seal_quickly(opened, CODE, Until.from_now(clock), secrets.token_bytes, QUICK)
    with pytest.raises(LeaseEnded):
        by(quick, CODE, clock, tmp_path)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "111111", "123456", "654321"])
def test_what_is_tried_first_is_no_code(opened, clock, code):
    with pytest.raises(QuickCodeWeak):
        seal_quickly(opened, code, Until.from_now(clock), secrets.token_bytes, QUICK)


def test_what_is_not_readable_is_refused(quick):
    told = quick.document()
    for broken in ({}, {**told, "salt": "?"}, {**told, "more": 1}):
        with pytest.raises((ValueError, KeyError, TypeError)):
            quick_key_of(broken)
    assert quick_key_of(replace(quick).document()) == quick
