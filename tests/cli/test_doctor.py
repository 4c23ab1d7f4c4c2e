"""``doorstep doctor``: what it makes of each shade of trouble, and that nobody is betrayed.

That each planted trouble is found and its remedy named stands in ``test_doctor_troubles``.
"""

import json
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.services.doctor import computer
from desktop.services.doctor.examine import Desktop, Surroundings, examine
from desktop.services.doctor.finding import Finding, State
from desktop.services.doctor.line import dial
from desktop.services.policy import Policy, policy_in
from desktop.services.profiles import ProfileFolder, Profiles
from desktop.services.syncing import connect
from sync.errors import KeychainRefused
from sync.identity import Minter, SystemClock
from sync.store import vault
from sync.store.lock import ProfileLock
from sync.store.store import Store
from tests.support.processes import PASSWORD, reach
from tests.support.secure import certificate, secure
from tests.support.stranger import stranger
from tests.support.terminal import Terminal

__all__ = ["secure"]

WELL_EQUIPPED = Desktop("", frozenset({"ibus"}))
SESSION = {"QT_IM_MODULE": "ibus", "PATH": "/nowhere"}


@dataclass(frozen=True)
class Shifted:
    """This computer's clock, off by so much."""

    off: timedelta

    def now(self) -> datetime:
        """What it shows."""
        return SystemClock().now() + self.off

    def monotonic(self) -> float:
        """The time that it has been on."""
        return SystemClock().monotonic()


class Drawer:
    """A keychain that takes secrets, or refuses them."""

    is_there = True

    def __init__(self, keeps: bool) -> None:
        self._keeps = keeps
        self.kept: dict[str, bytes] = {}

    def keep(self, entry: str, secret: bytes) -> None:
        """Put it in."""
        if not self._keeps:
            raise KeychainRefused
        self.kept[entry] = secret

    def find(self, entry: str) -> bytes | None:
        """Look for it."""
        return self.kept.get(entry)

    def forget(self, entry: str) -> None:
        """Take it out."""
        self.kept.pop(entry, None)


class Patient:
    """A worker's computer with one thing wrong."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.around = Surroundings(
            data=home,
            logs=home / "logs",
            clock=SystemClock(),
            environment=SESSION,
            desktop=WELL_EQUIPPED,
            connect=connect,
            dial=dial,
        )

    @property
    def folder(self) -> ProfileFolder:
        """The profile's."""
        return Profiles(self.home / "profiles").pick(None)

    def connected(self, **changed: str) -> None:
        """Have the connection written down differently."""
        self.folder.remember(replace(self.folder.connection(), **changed))

    def examined(self, password: str | None = PASSWORD, **around: Any) -> dict[str, Finding]:
        """The findings, each by what it is about: the gravest where there are several."""
        found: dict[str, Finding] = {}
        for finding in examine(replace(self.around, **around), None, password):
            if finding.check not in found or finding.state is not State.WELL:
                found[finding.check] = finding
        return found

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The profile opened."""
        clock = SystemClock()
        with closing(
            Store.open(self.folder.path, PASSWORD, clock=clock, minter=Minter(now=clock.now))
        ) as opened:
            yield opened


@pytest.fixture
def patient(worker: Terminal) -> Patient:
    """A computer that nothing is wrong with, but that no server is in reach."""
    return Patient(worker.home)


@pytest.fixture
def online(patient, town_server) -> Patient:
    """The same within reach of its server."""
    return patient


def test_a_sound_computer_has_no_trouble(online):
    """Only the input method and the keychain are missing here: no program is on this session's
    path, and no keychain was given."""
    found = online.examined()

    assert {check for check, one in found.items() if one.state is not State.WELL} == {
        "input",
        "keychain",
    }
    assert len(found) == 19


class TestThisComputer:
    """What can be told without a server and without a password."""

    def test_a_policy_that_cannot_be_used(self, patient):
        """Its line and word are told, and nothing behind it is looked at."""

        def broken():
            return policy_in('language = "fr"', "/etc/doorstep/policy.toml")

        found = patient.examined(policy=broken)

        assert found["policy"].state is State.TROUBLE
        assert "/etc/doorstep/policy.toml, line 1: language" in found["policy"].told
        assert "profile" not in found

    def test_a_profile_of_another_server_than_the_policy_names(self, patient):
        """It keeps working; IT is told."""
        elsewhere = Policy(server="https://elsewhere.example", source="/etc/doorstep/policy.toml")
        found = patient.examined(policy=lambda: elsewhere)["policy"]
        assert (found.state, "another server" in found.told) == (State.CARE, True)

    def test_no_keychain_where_the_policy_wants_one(self, patient):
        """Care where it may be missing, trouble where it may not."""
        strict = Policy(allow_without_keychain=False, source="/etc/doorstep/policy.toml")
        assert patient.examined()["keychain"].state is State.CARE
        found = patient.examined(policy=lambda: strict)
        assert found["keychain"].state is State.TROUBLE
        assert "gnome-keyring" in found["keychain"].remedy
        assert "allow_without_keychain" in found["policy"].told

    @pytest.mark.parametrize(("keeps", "state"), [(True, State.WELL), (False, State.TROUBLE)])
    def test_the_keychain_is_tried(self, patient, keeps, state):
        """One secret in, back, and out again; nothing of it stays."""
        drawer = Drawer(keeps)
        assert patient.examined(keychain=drawer)["keychain"].state is state
        assert drawer.kept == {}

    def test_the_app_may_not_write(self, patient, tmp_path):
        """Something else lies where the app's folder should be."""
        (tmp_path / "file").write_text("")

        found = patient.examined(data=tmp_path / "file")["folder"]

        assert found.state is State.TROUBLE

    @pytest.mark.parametrize(
        ("free", "state"),
        [(10, State.TROUBLE), (500, State.CARE), (5_000, State.WELL)],
    )
    def test_the_disk_is_nearly_full(self, free, state):
        """In megabytes."""
        assert computer.disk(free * computer.MEGABYTE).state is state

    @pytest.mark.parametrize(("missing", "state"), [("好𠮷", State.TROUBLE), ("𠮷", State.CARE)])
    def test_fonts_are_missing(self, patient, missing, state):
        """No Chinese at all, or names with boxes."""
        found = patient.examined(desktop=Desktop(missing, frozenset()))["fonts"]

        assert (found.state, "fonts-noto-cjk" in found.remedy) == (state, True)

    @pytest.mark.parametrize(
        ("session", "installed", "state", "word"),
        [
            ({}, (), State.TROUBLE, "fcitx5"),
            ({}, ("fcitx5",), State.CARE, "im-config"),
            ({"QT_IM_MODULE": "ibus"}, (), State.TROUBLE, "fcitx5"),
            ({"QT_IM_MODULE": "fcitx"}, ("fcitx",), State.TROUBLE, "fcitx5"),
            ({"XMODIFIERS": "@im=fcitx"}, ("fcitx5",), State.WELL, ""),
            ({"QT_IM_MODULE": "ibus"}, ("ibus-daemon",), State.WELL, ""),
        ],
    )
    def test_chinese_cannot_be_typed(self, session, installed, state, word):
        """Nothing is there, nothing is chosen, what is chosen is not there, or is too old."""
        found = computer.input_method(session, {"ibus"}, installed.__contains__, "linux")

        assert (found.state, word in found.remedy) == (state, True)

    @pytest.mark.parametrize("installed", ["fcitx", "fcitx5"])
    def test_chinese_is_typed_through_the_plugin_for_fcitx(self, installed):
        """Either generation, where the package brought it."""
        session = {"QT_IM_MODULE": "fcitx"}

        found = computer.input_method(session, {"ibus", "fcitx"}, {installed}.__contains__, "linux")

        assert found.state is State.WELL

    def test_the_app_fell_over(self, patient):
        """Its reports are counted, not quoted."""
        patient.around.logs.mkdir(exist_ok=True)
        line = "2026-11-28 08:00:00,000 ERROR doorstep.crash unhandled\nValueError\n"
        (patient.around.logs / "doorstep.log").write_text(line * 2)

        found = patient.examined()["crashes"]

        assert (found.state, "2" in found.told) == (State.CARE, True)


class TestTheWay:
    """What lies between this computer and its server."""

    @pytest.mark.parametrize(
        ("address", "word"),
        [
            ("http://127.0.0.1:9", ""),
            ("https://doorstep.invalid", "doorstep.invalid"),
            ("http://doorstep.office.example", "https"),
        ],
    )
    def test_no_server_answers(self, patient, address, word):
        """Nobody listens, the name is unknown, the line would not be encrypted."""
        reach(patient.home, address)

        found = patient.examined()

        assert (found["server"].state, found["sign_in"].state) == (State.TROUBLE, State.UNKNOWN)
        assert word in found["server"].told

    def test_a_login_page_answers(self, patient):
        """As in a hotel."""
        with stranger(body=b"<html>Welcome</html>") as url:
            reach(patient.home, url)
            portal = patient.examined()["server"]
        with stranger(status=404) as url:
            reach(patient.home, url)
            another = patient.examined()["server"]

        assert (portal.state, another.state) == (State.TROUBLE, State.TROUBLE)
        assert portal.told != another.told

    def test_the_certificate_is_unknown(self, patient, secure, tmp_path):
        """Or the file of the organisation's authority is gone."""
        reach(patient.home, secure(certificate(tmp_path, "127.0.0.1"), b""))
        unknown = patient.examined()["server"]
        patient.connected(ca_file=str(tmp_path / "none.pem"))
        gone = patient.examined()["server"]

        assert unknown == gone
        assert (unknown.state, "CA" in unknown.told) == (State.TROUBLE, True)

    def test_the_clock_differs_from_the_servers(self, online):
        """By an hour: told, and no reason not to work."""
        found = online.examined(clock=Shifted(timedelta(hours=1)))["server_clock"]

        assert (found.state, "60" in found.told) == (State.CARE, True)


class TestTheData:
    """What lies behind the password."""

    def test_without_a_password_it_is_left_alone(self, patient):
        """And said so."""
        found = patient.examined(password=None)

        assert found["password"].state is State.UNKNOWN
        assert "store" not in found

    @pytest.mark.parametrize("password", ["not the password", PASSWORD])
    def test_the_key_does_not_open(self, patient, password):
        """The password is wrong, or the key file is broken."""
        if password == PASSWORD:
            (patient.folder.path / vault.FILE_NAME).write_text("{")

        assert patient.examined(password=password)["password"].state is State.TROUBLE

    def test_the_file_is_damaged(self, patient):
        """A byte in the middle turned over; nothing is moved or mended."""
        file = patient.folder.store_file
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(content)

        found = patient.examined()["store"]

        assert found.state is State.TROUBLE
        assert file.read_bytes() == content
        assert not (patient.folder.path / "set-aside").exists()

    def test_the_file_is_gone(self, patient):
        """The profile is still there."""
        patient.folder.store_file.unlink()

        assert patient.examined()["store"].state is State.TROUBLE

    def test_it_is_open_elsewhere(self, patient):
        """Neither sound nor unsound."""
        with closing(_Held(patient.folder.path)):
            assert patient.examined()["store"].state is State.UNKNOWN

    def test_what_waits_has_waited_for_long(self, patient, worker):
        """No network for four days."""
        worker.must("note", "6-1-101", "Four days ago")

        assert patient.examined()["waiting"].state is State.WELL
        found = patient.examined(clock=Shifted(timedelta(days=4)))["waiting"]
        assert (found.state, "courier" in found.remedy) == (State.CARE, True)

    def test_the_server_is_never_backed_up(self, online, worker):
        """So this computer keeps what it sent."""
        worker.must("note", "6-1-101", "Sent")
        worker.must("sync")

        found = online.examined(clock=Shifted(timedelta(days=8)))["backup"]

        assert (found.state, "doorstep-server backup" in found.remedy) == (State.CARE, True)

    def test_a_part_differs_from_the_servers(self, patient):
        """It was noted at the last session."""
        with patient.store() as store:
            store.facts.set_differing({"grid:1": "digest"})

        assert patient.examined()["copies"].state is State.CARE


class TestTheCommand:
    """What IT types."""

    def test_troubles_end_with_1_and_one_line(self, worker):
        """The report itself stands on standard output."""
        ended = worker.type("doctor")

        assert (ended.code, ended.err.count("\n")) == (1, 1)
        assert "✗" in ended.out
        assert "→" in ended.out

    def test_the_report_and_the_bundle_betray_nobody(self, worker, founded, tmp_path):
        """None of 50 names and 50 numbers, nor the worker's own."""
        worker.must("visit", "6-1-101", "--result", "met", "--note", founded.town.canaries[0])
        file = tmp_path / "bundle.zip"

        ended = worker.type("doctor", "--json", "--bundle", str(file))

        report = json.loads(ended.out)
        assert {one["check"] for one in report["findings"]} >= {"store", "server", "fonts"}
        with zipfile.ZipFile(file) as bundle:
            assert json.loads(bundle.read("doctor.json")) == report
            whole = b"".join(bundle.read(name) for name in bundle.namelist()).decode()
        for word in (*founded.town.canaries, str(Path.home())):
            assert word not in ended.out + ended.err + whole


def _now() -> datetime:
    return SystemClock().now()


class _Held:
    """The profile, open in another window."""

    def __init__(self, folder: Path) -> None:
        self._lock = ProfileLock(folder)

    def close(self) -> None:
        """Close that window."""
        self._lock.release()
