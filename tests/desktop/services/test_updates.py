"""Updates: only what the organisation signed, only newer; whatever happens, the old one starts."""

import json
import os
import resource
import stat
import subprocess
import sys
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec import structs

from desktop.services.policy import NO_POLICY, Policy
from desktop.services.updates import (
    Installed,
    NotNewer,
    OtherComputer,
    UpdateBusy,
    UpdatedElsewhere,
    Updates,
    UpdatesOff,
)
from desktop.versions import MOST_STARTS, Versions
from sync.errors import DiskFull, DoorstepError
from sync.server.cli import run as command_server
from sync.server.updates import OlderRelease, Shelf
from sync.version_order import order_of
from sync.wire.client import Client
from sync.wire.release import (
    Named,
    ReleaseForged,
    ReleaseOver,
    ReleaseUnreadable,
    new_signing_key,
    opened,
    pack,
)
from sync.wire.transport import HttpTransport, Link
from tests.support.laptops import TickingClock
from tests.support.server import running_server

HERE = "linux-x86_64"
PRIVATE, PUBLIC = new_signing_key()
POLICY = Policy(update_key=PUBLIC)
LATER = date(2099, 12, 31)
KILLED = 9


def program_in(folder: Path, version: str, *, runs: bool = True) -> Path:
    """A program that says its version and what it was told; a broken one ends at once."""
    folder.mkdir(parents=True)
    file = folder / "doorstep"
    file.write_text(f'#!/bin/sh\necho {version} "$@"\n' if runs else "#!/bin/sh\nexit 1\n")
    file.chmod(0o755)
    (folder / "_internal").mkdir()
    (folder / "_internal" / "words.txt").write_text("家门口" * 2000, encoding="utf-8")
    (folder / "_internal" / "link.txt").symlink_to("words.txt")
    return file


@pytest.fixture
def installed(tmp_path) -> Installed:
    """Version 0.1.0, unpacked into a folder of the user's."""
    return Installed(program_in(tmp_path / "installed", "0.1.0"), "0.1.0", HERE)


@pytest.fixture
def updates(installed) -> Updates:
    """Its updates."""
    return Updates(installed, POLICY)


@pytest.fixture
def release(tmp_path):
    """Makes a signed file of a version."""

    def make(version, *, platform=HERE, channel="stable", key=PRIVATE, runs=True, until=LATER):
        file = tmp_path / f"{version}-{platform}-{channel}.release"
        folder = tmp_path / f"made-{file.stem}"
        if not folder.exists():
            program_in(folder, version, runs=runs)
        pack(folder, file, Named(version, platform, channel, until), key)
        return file

    return make


def started(installed: Installed, *arguments: str) -> str:
    """What the program says that starts now, by the launcher of the one that was installed."""
    code = (
        "import sys; from pathlib import Path; from desktop.versions import start_newer;"
        "start_newer(Path(sys.argv[1]), sys.argv[2:]); print('this one')"
    )
    command = [sys.executable, "-c", code, str(installed.program), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return ended.stdout.strip()


def left(installed: Installed) -> list[str]:
    """What lies below the program, but for the lock, which stays."""
    return sorted(one.name for one in installed.versions.folder.iterdir() if one.name != "lock")


def newer(installed: Installed, version: str) -> Versions:
    """The versions as the program of that version sees them."""
    program = installed.versions.program_of(version)
    assert program is not None
    return Versions(program)


# --- From a file ----------------------------------------------------------------------------------


def test_an_update_starts_the_next_time_and_proves_itself(installed, updates, release):
    """With the arguments of whoever started the old one."""
    assert updates.take_file(release("0.2.0")) == "0.2.0"

    assert started(installed, "status", "--json") == "0.2.0 status --json"
    newer(installed, "0.2.0").confirm("0.2.0")

    state = installed.versions.state()
    assert (state.good, state.trial) == ("0.2.0", "")
    placed = installed.versions.folder / "0.2.0"
    assert (placed / "_internal" / "link.txt").read_text(encoding="utf-8").startswith("家门口")
    assert stat.S_IMODE((placed / "doorstep").stat().st_mode) == 0o755


def test_one_that_does_not_start_is_given_up(installed, updates, release):
    """After three starts the version before is back, and the server's word for it is not taken."""
    updates.take_file(release("0.2.0"))
    newer(installed, "0.2.0").confirm("0.2.0")
    updates.take_file(release("0.3.0", runs=False))

    assert [started(installed) for _ in range(MOST_STARTS)] == [""] * MOST_STARTS
    assert started(installed) == "0.2.0"
    assert installed.versions.state().failed == ("0.3.0",)


def test_what_was_installed_over_it_since_starts_itself(installed, updates, release):
    """Somebody unpacked a newer one by hand: no older version, proved or not, takes its place."""
    updates.take_file(release("0.2.0"))
    newer(installed, "0.2.0").confirm("0.2.0")
    updates.take_file(release("0.3.0"))

    assert installed.versions.chosen("0.4.0") is None
    assert installed.versions.waiting("0.4.0") == ""
    assert installed.versions.state().starts == 0
    assert installed.versions.chosen("0.2.5") == installed.versions.program_of("0.3.0")
    assert installed.versions.waiting("0.2.5") == "0.3.0"


def test_one_whose_program_cannot_run_is_passed_over(installed, updates, release):
    """The system refuses to start it: this one goes on at once."""
    updates.take_file(release("0.2.0"))
    (installed.versions.folder / "0.2.0" / "doorstep").chmod(0o644)

    assert started(installed) == "this one"


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "0.2.0", "0.2"])
def test_nothing_older_than_ever_was_here(installed, updates, release, version):
    """Not even where the newer one was given up: its gaps were mended in what comes next."""
    updates.take_file(release("0.2.0", runs=False))
    for _ in range(MOST_STARTS + 1):
        started(installed)

    with pytest.raises(NotNewer):
        Updates(installed, POLICY).take_file(release(version, channel="stable"))
    assert started(installed) == "this one"


def test_versions_are_compared_as_numbers():
    """As text 0.10.0 would be older than 0.9.0."""
    assert order_of("0.10.0") > order_of("0.9.0") == order_of("0.9")


def test_another_key_is_refused(installed, updates, release):
    """Whoever holds the server does not hold the laptops."""
    stranger, _public = new_signing_key()
    with pytest.raises(ReleaseForged):
        updates.take_file(release("0.2.0", key=stranger))
    assert started(installed) == "this one"


@pytest.mark.parametrize(
    ("platform", "channel"), [("windows-amd64", "stable"), (HERE, "early")], ids=str
)
def test_what_is_for_others_is_refused(updates, release, platform, channel):
    """Another system, or a channel that the policy does not follow."""
    with pytest.raises(OtherComputer):
        updates.take_file(release("0.2.0", platform=platform, channel=channel))


def test_the_manifest_is_not_to_be_changed(updates, release, tmp_path):
    """A version that was written over is not what was signed."""
    file = release("0.2.0")
    forged = tmp_path / "forged.release"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = content.replace(b'"0.2.0"', b'"9.2.0"')
            new.writestr(name, content)

    with pytest.raises(ReleaseForged):
        updates.take_file(forged)


def test_a_changed_file_is_found(installed, updates, release, tmp_path):
    """The manifest is as it was signed, the program is another."""
    forged = tmp_path / "forged.release"
    with zipfile.ZipFile(release("0.2.0")) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, content.replace(b"0.2.0", b"0.6.6") if "doorstep" in name else content
            )

    with pytest.raises(ReleaseUnreadable):
        updates.take_file(forged)
    assert started(installed) == "this one"
    assert left(installed) == []


def test_a_flipped_or_cut_file_is_refused(installed, updates, release, tmp_path):
    """Wherever it is: nothing of it starts, nothing is left."""
    whole = release("0.2.0").read_bytes()
    broken = tmp_path / "broken.release"
    for at in range(0, len(whole), len(whole) // 12):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            broken.write_bytes(content)
            try:
                updates.take_file(broken)
            except DoorstepError:
                continue
            break  # A byte that no reader of a .zip looks at.
    assert started(installed) in ("this one", "0.2.0")
    assert not (installed.versions.folder / ".partial").exists()


def test_no_flipped_bit_is_a_bug_or_a_full_disk(release, tmp_path):
    """In the list at the end, where names, methods and flags stand: it says that it is damaged."""
    whole = release("0.2.0").read_bytes()
    broken = tmp_path / "broken.release"
    start = whole.index(b"PK\x01\x02")
    flips = [(at, bit) for at in range(start, len(whole)) for bit in (0x01, 0x08, 0x80)]
    for at, bit in flips:
        broken.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        with suppress(ReleaseUnreadable), opened(broken, PUBLIC) as found:
            for name, one in found.manifest.files.items():
                if not one.link:
                    found.unpack(name, tmp_path / "unpacked")


def test_nothing_large_is_unpacked_before_the_signature_is_read(release, tmp_path):
    """Whoever holds the server fills no memory: a signature has 64 bytes."""
    bomb = tmp_path / "bomb.release"
    with (
        zipfile.ZipFile(release("0.2.0")) as old,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_LZMA) as new,
    ):
        new.writestr("manifest.json", old.read("manifest.json"))
        new.writestr("manifest.sig", old.read("manifest.sig") + bytes(1 << 24))

    with pytest.raises(ReleaseUnreadable), opened(bomb, PUBLIC):
        pass


def test_nothing_is_written_outside(tmp_path):
    """Not by whoever holds the key either."""
    folder = tmp_path / "made"
    program_in(folder, "0.2.0")
    (folder / "out").symlink_to("../../etc")
    file = tmp_path / "out.release"
    pack(folder, file, Named("0.2.0", HERE, "stable", LATER), PRIVATE)

    with pytest.raises(ReleaseUnreadable), opened(file, PUBLIC):
        pass


# --- Kills and full disks -------------------------------------------------------------------------


def test_a_kill_at_any_step_leaves_the_old_one(installed, release):
    """The process dies without a word at each file it unpacks, and before it notes the version."""
    file = release("0.2.0")
    with opened(file, PUBLIC) as found:
        steps = len(found.manifest.files)
    for step in range(steps + 1):
        child = os.fork()
        if child == 0:
            _die_at(step, installed, file)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
        assert started(installed) == "this one"

    assert Updates(installed, POLICY).take_file(file) == "0.2.0"
    assert started(installed) == "0.2.0"
    assert left(installed) == ["0.2.0", "state.json"]


def _die_at(step: int, installed: Installed, file: Path) -> None:
    def progress(_name: str, so_far: int, _in_all: int) -> None:
        if so_far == step:
            os._exit(KILLED)

    # The last step: the folder stands, the note is not written.
    Versions.keep = lambda _self, _state: os._exit(KILLED)  # type: ignore[method-assign]
    Updates(installed, POLICY).take_file(file, progress)
    os._exit(0)


def test_a_disk_that_takes_no_more_leaves_the_old_one(installed, updates, release):
    """The system refuses a write in the middle."""
    file = release("0.2.0")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(DiskFull):
            updates.take_file(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert started(installed) == "this one"
    assert left(installed) == []


def test_a_state_that_cannot_be_read_starts_the_old_one(installed, updates, release):
    """What wrote it half was no program of ours."""
    updates.take_file(release("0.2.0"))
    (installed.versions.folder / "state.json").write_text('{"trial": ')

    assert started(installed) == "this one"


# --- Where there are none -------------------------------------------------------------------------


def test_who_updates_this_computer(installed):
    """No key, no channel, no program of the user's own."""
    for policy in (NO_POLICY, Policy(update_key=PUBLIC, update_channel="off")):
        with pytest.raises(UpdatesOff):
            Updates(installed, policy)
    with pytest.raises(UpdatedElsewhere):
        Updates(None, POLICY)


@pytest.mark.parametrize(("day", "taken"), [(18, True), (19, False)])
def test_what_was_signed_long_ago_is_no_update_any_more(installed, release, day, taken):
    """Whoever kept an old file cannot hand it out for ever: its last day is signed."""
    clock = TickingClock(datetime(2026, 6, day, 2, 0, tzinfo=UTC))
    file = release("0.2.0", until=date(2026, 6, 18))
    updates = Updates(installed, POLICY, clock)
    if taken:
        assert updates.take_file(file) == "0.2.0"
        return
    with pytest.raises(ReleaseOver):
        updates.take_file(file)
    assert left(installed) == []


# --- From the server ------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path):
    """A server with a shelf of releases, and a client of it."""
    with running_server(tmp_path / "server") as running:
        client = Client(HttpTransport(Link(f"http://127.0.0.1:{running.port}")))
        yield Shelf(tmp_path / "server" / "updates"), client


def test_the_server_hands_it_out(installed, updates, release, office):
    """Once: what is here is not offered again."""
    shelf, client = office
    assert updates.offered(client) is None
    shelf.put(release("0.2.0"), PUBLIC)

    offer = updates.offered(client)
    assert updates.fetch(client, offer) == "0.2.0"

    assert updates.offered(client) is None
    assert started(installed) == "0.2.0"


def test_what_is_over_is_not_fetched(installed, release, office):
    """Every day anew, for nothing."""
    shelf, client = office
    shelf.put(release("0.2.0", until=date(2026, 6, 18)), PUBLIC)
    for day, offered in ((18, True), (19, False)):
        clock = TickingClock(datetime(2026, 6, day, 2, 0, tzinfo=UTC))
        assert (Updates(installed, POLICY, clock).offered(client) is not None) is offered


def test_fetching_goes_on_where_it_broke_off(installed, updates, release, office):
    """What came before is not fetched anew."""
    shelf, client = office
    shelf.put(release("0.2.0"), PUBLIC)
    offer = updates.offered(client)
    half = shelf.part("stable", HERE, 0)[: offer.size // 2]
    part = installed.versions.folder / f"fetched.part.{offer.sha256[:16]}"
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(half)

    before = client.transport.traffic.down
    assert updates.fetch(client, offer) == "0.2.0"
    assert client.transport.traffic.down - before <= offer.size - len(half)


def test_a_disk_without_room_keeps_what_is_left_for_records(installed, updates, release, office):
    """Nothing is fetched into the last of it, and what a full disk broke off is taken away."""
    shelf, client = office
    shelf.put(release("0.2.0"), PUBLIC)
    offer = updates.offered(client)
    part = f"fetched.part.{offer.sha256[:16]}"

    before = client.transport.traffic.down
    with pytest.raises(DiskFull):
        updates.fetch(client, structs.replace(offer, size=1 << 60))
    assert (client.transport.traffic.down, left(installed)) == (before, [])

    installed.versions.folder.joinpath(part).write_bytes(b"")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256, hard))
    try:
        with pytest.raises(DiskFull):
            updates.fetch(client, offer)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert left(installed) == []


def test_a_digest_that_is_none_names_no_file(installed, updates, release, office):
    """The server's word becomes part of a file's name."""
    shelf, client = office
    shelf.put(release("0.2.0"), PUBLIC)
    offer = structs.replace(updates.offered(client), sha256="../../../outside")

    with pytest.raises(ReleaseUnreadable):
        updates.fetch(client, offer)


def test_two_at_once_do_not_take_each_other_s_files(installed, updates, release):
    """The window and a command: the second one is told, the first one ends whole."""
    second = Updates(installed, POLICY)

    def progress(*_step: object) -> None:
        with pytest.raises(UpdateBusy):
            second.take_file(release("0.3.0"))

    assert updates.take_file(release("0.2.0"), progress) == "0.2.0"
    assert started(installed) == "0.2.0"
    assert second.take_file(release("0.3.0")) == "0.3.0"


def test_a_server_that_lies_changes_nothing(installed, updates, release, office):
    """What it hands out is not what was signed; it is not kept either."""
    shelf, client = office
    shelf.put(release("0.2.0"), PUBLIC)
    (kept,) = shelf.folder.glob("*.release")
    kept.write_bytes(kept.read_bytes()[::-1])
    offer = updates.offered(client)

    with pytest.raises(ReleaseUnreadable):
        updates.fetch(client, offer)
    assert started(installed) == "this one"
    assert left(installed) == []


def test_the_server_takes_back_nothing(release, office):
    """An older release is not handed out after a newer one; early follows stable."""
    shelf, client = office
    shelf.put(release("0.3.0"), PUBLIC)
    with pytest.raises(OlderRelease):
        shelf.put(release("0.2.0"), PUBLIC)

    assert client.update_offered("early", HERE).version == "0.3.0"
    assert client.update_offered("stable", "windows-amd64") is None


def test_from_key_to_shelf_by_commands(tmp_path, capsys, monkeypatch):
    """As README tells it."""
    monkeypatch.setenv("DOORSTEP_LANG", "en")
    program_in(tmp_path / "doorstep", "0.2.0")
    key, file = tmp_path / "signing.key", tmp_path / "0.2.0.release"
    assert command_server(["update", "key", str(key)]) == 0
    public = capsys.readouterr().out.split('"')[1]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert command_server(["update", "key", str(key)]) == 1

    packed = ["--key", str(key), "--release", "0.2.0", "--platform", HERE]
    assert command_server(["update", "pack", str(tmp_path / "doorstep"), str(file), *packed]) == 0
    data = ["--data", str(tmp_path)]
    assert command_server(["update", "publish", str(file), "--public", public, *data]) == 0

    note = json.loads((tmp_path / "updates" / f"stable-{HERE}.json").read_text())
    assert note["version"] == "0.2.0"
