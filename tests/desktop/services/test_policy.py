"""IT's rules for a computer: read where only IT writes, refused by line and word when wrong."""

import plistlib
from datetime import timedelta

import pytest

from desktop.services.policy import (
    NO_POLICY,
    POLICY_WORDS,
    OtherServer,
    Policy,
    PolicyBroken,
    policy_in,
    policy_of,
)
from desktop.services.policy_sources import TRIED, file_policy, policy_file, preferences_in
from desktop.services.profiles import Connection, Profiles
from desktop.services.syncing import NewComputer, enroll
from desktop.settings import SettingsFile
from sync.errors import KeychainNeeded
from sync.identity import SystemClock
from sync.store.vault import Outside

WHOLE = """
# What holds here.
server = "https://doorstep.office.example/"
ca_file = "/etc/ssl/office-ca.pem"
proxy = "http://proxy.office.example:3128"
language = "en"
lock_minutes = 3
update_channel = "early"
update_key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
lease_days = 7
services = "24"
export_rows = 150
allow_without_keychain = false
"""


def test_every_word_is_read():
    """And each has words for whoever looks at it in Settings."""
    found = policy_in(WHOLE, "policy.toml")

    assert found == Policy(
        server="https://doorstep.office.example",
        ca_file="/etc/ssl/office-ca.pem",
        proxy="http://proxy.office.example:3128",
        language="en",
        lock_minutes=3,
        update_channel="early",
        update_key="MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        lease_days=7,
        services="24",
        export_rows=150,
        allow_without_keychain=False,
        source="policy.toml",
    )
    assert [name for name, _value in found.told()] == list(POLICY_WORDS)
    assert dict(found.told())["allow_without_keychain"] == "false"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("services = 24\n", 1, "services"),
        ('server = "https://a.example"\nserver_url = "x"\n', 2, "server_url"),
        ('\n\nserver = "ftp://a.example"\n', 3, "server"),
        ('server = "http://office.example"\n', 1, "server"),
        ('ca_file = "office.pem"\n', 1, "ca_file"),
        ('language = "fr"\n', 1, "language"),
        ("lock_minutes = 0\n", 1, "lock_minutes"),
        ("lock_minutes = 31\n", 1, "lock_minutes"),
        ("lock_minutes = true\n", 1, "lock_minutes"),
        ("\nallow_without_keychain = 1\n", 2, "allow_without_keychain"),
        ('[proxy]\nhost = "a"\n', 1, "proxy"),
        ('server = "https://a.example"\nproxy = http://b\n', 2, "TOML"),
        ('server = "https://a.example\n', 1, "TOML"),
    ],
)
def test_a_wrong_word_is_named_with_its_line(text, line, word):
    """IT mends it from the sentence alone."""
    with pytest.raises(PolicyBroken) as caught:
        policy_in(text, "/etc/doorstep/policy.toml")

    sentence = caught.value.sentence()
    assert "/etc/doorstep/policy.toml" in sentence
    assert f"line {line}:" in sentence
    assert word in sentence


def test_the_registry_has_no_lines():
    """The values of a group policy come without a text."""
    with pytest.raises(PolicyBroken, match="lock_minutes"):
        policy_of({"lock_minutes": 99}, r"HKLM\Software\Policies\Doorstep")


def test_where_it_is_kept(monkeypatch):
    """One place a system, where only an administrator writes."""
    monkeypatch.setenv("PROGRAMDATA", "D:")
    assert str(policy_file("linux")) == "/etc/doorstep/policy.toml"
    assert policy_file("win32").parts[-2:] == ("Doorstep", "policy.toml")
    assert policy_file("darwin").is_relative_to("/Library")


def test_a_computer_without_one_leaves_everything_to_its_user(tmp_path):
    """The file that a package brings has every word commented out."""
    file = tmp_path / "policy.toml"
    assert file_policy(file, {}) is NO_POLICY
    file.write_text("# server = 3\n", encoding="utf-8")
    assert file_policy(file, {}) is NO_POLICY


def test_a_policy_is_tried_only_where_there_is_none(tmp_path):
    """A user cannot put another one in its place."""
    file, other = tmp_path / "policy.toml", tmp_path / "other.toml"
    other.write_text("lock_minutes = 30", encoding="utf-8")
    assert file_policy(file, {TRIED: str(other)}).lock_minutes == 30
    file.write_text("lock_minutes = 2", encoding="utf-8")
    assert file_policy(file, {TRIED: str(other)}).lock_minutes == 2
    file.write_text("", encoding="utf-8")
    with pytest.raises(PolicyBroken):
        file_policy(file, {TRIED: str(tmp_path / "none.toml")})


def test_a_file_of_bytes_is_refused(tmp_path):
    """A policy saved in GBK by an editor."""
    file = tmp_path / "policy.toml"
    file.write_bytes("# 社区\nlock_minutes = 3".encode("gbk"))
    with pytest.raises(PolicyBroken):
        file_policy(file, {})


def test_managed_preferences(tmp_path):
    """What a device management profile leaves on macOS."""
    file = tmp_path / "cn.jiamenkou.doorstep.plist"
    file.write_bytes(plistlib.dumps({"lock_minutes": 4}))
    assert preferences_in(file).lock_minutes == 4
    file.write_bytes(b"no property list")
    with pytest.raises(PolicyBroken):
        preferences_in(file)


class TestItHolds:
    """What it sets is not asked and not changed."""

    def test_the_way_to_the_server(self, tmp_path):
        """Authority and proxy come from it, also for a profile that was made before."""
        folder = Profiles(tmp_path).reserve("chen")
        folder.remember(Connection("https://a.example", "/mine.pem"))
        rules = policy_in(WHOLE.replace("doorstep.office.example", "a.example"), "p")

        found = Profiles(tmp_path, rules).pick("chen").connection()

        assert (found.server, found.ca_file, found.proxy) == (
            "https://a.example",
            "/etc/ssl/office-ca.pem",
            "http://proxy.office.example:3128",
        )

    def test_another_server_is_refused(self, tmp_path):
        """The one server of this computer is named."""
        folder = Profiles(tmp_path, policy_in(WHOLE, "/etc/p")).reserve("chen")
        computer = NewComputer("https://elsewhere.example", "CODE", "laptop")
        quiet = Outside(_Drawer())

        with pytest.raises(OtherServer, match=r"doorstep[.]office[.]example"):
            enroll(folder, computer, "four calm words here", SystemClock(), outside=quiet)

    @pytest.mark.parametrize(
        "typed",
        [
            "https://doorstep.office.example/",
            "https://Doorstep.Office.Example",
            "https://doorstep.office.example:443",
        ],
    )
    def test_another_spelling_is_the_same_server(self, typed):
        """Case, port and stroke make no other server."""
        policy_in(WHOLE, "/etc/p").check_server(typed)

    def test_a_profile_of_another_server_keeps_what_was_saved(self, tmp_path):
        """A policy that came later neither locks anybody out of their work nor moves it."""
        Profiles(tmp_path).reserve("chen").remember(Connection("https://old.example"))

        found = Profiles(tmp_path, policy_in(WHOLE, "/etc/p")).pick("chen").connection()

        assert (found.server, found.ca_file) == ("https://old.example", "/etc/ssl/office-ca.pem")

    def test_no_profile_without_a_keychain(self, tmp_path):
        """The weaker mode is what this policy forbids; nothing was made."""
        folder = Profiles(tmp_path, policy_in(WHOLE, "/etc/p")).reserve("chen")
        computer = NewComputer("https://doorstep.office.example", "CODE", "laptop")

        with pytest.raises(KeychainNeeded):
            enroll(folder, computer, "four calm words here", SystemClock(), outside=Outside())
        assert list(folder.path.iterdir()) == []

    def test_the_language(self, tmp_path, monkeypatch):
        """Above the user's choice and the environment's."""
        monkeypatch.setenv("DOORSTEP_LANG", "zh_CN")
        file = tmp_path / "settings.json"
        file.write_text('{"language": "zh_CN", "scale": 1.5}', encoding="utf-8")
        found = SettingsFile(file, "en").load()
        assert (found.language, found.scale) == ("en", 1.5)

    def test_the_lock(self):
        """After so many minutes, or as it is usual."""
        usual = timedelta(minutes=5)
        assert policy_in(WHOLE, "p").patience(usual) == timedelta(minutes=3)
        assert NO_POLICY.patience(usual) == usual


class _Drawer:
    """A keychain that is there."""

    is_there = True
