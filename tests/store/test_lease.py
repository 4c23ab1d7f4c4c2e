"""Days are counted by what nobody can set, and nothing is lost when they are over."""

import errno
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from sync.errors import CodeWrong, DiskFull, LeaseEnded
from sync.identity import stamp
from sync.store import header, lease
from sync.store.lease import Running
from sync.wire.lending import code_of, spares_of
from sync.wire.messages import LeaseReply

SECRET = secrets.token_bytes(32)
NAME = lease.name_of(SECRET)


@dataclass
class TwoHands:
    """A clock whose wall time and uptime a test moves one by one."""

    wall: datetime = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
    up: float = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.up

    def rest(self, days: float) -> None:
        """The computer is off for so long."""
        self.wall += timedelta(days=days)
        self.up = 5.0

    def run(self, days: float) -> None:
        """It is on for so long."""
        self.wall += timedelta(days=days)
        self.up += days * 86400


@pytest.fixture
def clock():
    return TwoHands()


@pytest.fixture
def folder(tmp_path, clock):
    """A profile whose lease was just given, for 14 days, with three codes to extend it."""
    reply = LeaseReply(SECRET, 14, tuple(spares_of(SECRET, "laptop", 0, 14)))
    lease.take(tmp_path, reply, clock)
    return tmp_path


def test_it_lasts_its_days_and_not_longer(folder, clock):
    """Thirteen are fine, the fifteenth is not; the file says nothing about the secret then."""
    clock.rest(13.9)
    lease.expire(folder, clock)
    assert lease.secret(folder, NAME) == SECRET

    clock.rest(0.2)
    lease.expire(folder, clock)

    with pytest.raises(LeaseEnded):
        lease.secret(folder, NAME)
    assert lease.read(folder).secret == b""


def test_it_says_so_three_days_before(folder, clock):
    """Not on the tenth day, but on the twelfth."""
    clock.rest(10)
    lease.expire(folder, clock)
    running = Running(folder, clock)
    assert not running.ends_soon
    clock.run(1.5)
    assert running.ends_soon


def test_running_and_resting_count_together(folder, clock):
    """Seven days on and seven days off are fourteen."""
    running = Running(folder, clock)
    clock.run(7)
    running.stop()
    clock.rest(7.1)

    lease.expire(folder, clock)

    with pytest.raises(LeaseEnded):
        lease.secret(folder, NAME)


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_is_set_while_it_runs_ends_nothing(folder, clock, years):
    """Neither then, nor after it was set right and the app opened again."""
    running = Running(folder, clock)
    right = clock.wall
    clock.wall += timedelta(days=365 * years)
    running.stop()
    lease.expire(folder, clock)
    clock.wall = right + timedelta(hours=1)
    lease.expire(folder, clock)

    assert lease.secret(folder, NAME) == SECRET


def test_a_clock_that_is_set_back_gives_no_time_back(folder, clock):
    """Ten days are gone, whatever the clock says now; five more are too many."""
    clock.rest(10)
    lease.expire(folder, clock)
    clock.wall -= timedelta(days=20)
    lease.expire(folder, clock)
    assert lease.read(folder).left < timedelta(days=4.1)

    clock.rest(5)
    lease.expire(folder, clock)

    with pytest.raises(LeaseEnded):
        lease.secret(folder, NAME)


def test_contact_begins_the_days_anew(folder, clock):
    """A sync on the thirteenth day is worth another fourteen."""
    clock.rest(13)
    lease.expire(folder, clock)
    Running(folder, clock).met_server()
    clock.rest(13)

    lease.expire(folder, clock)

    assert lease.secret(folder, NAME) == SECRET


def test_a_couriers_answers_count_from_their_own_time(folder, clock):
    """Three days old when they come; again, older, or by a clock set back they give no more."""
    clock.rest(12)
    lease.expire(folder, clock)
    running, then = Running(folder, clock), stamp(clock.wall - timedelta(days=3))

    running.heard_of(then)
    assert running.lease.left == timedelta(days=11)

    clock.run(2)
    clock.wall -= timedelta(days=2)
    for time in (then, stamp(clock.wall - timedelta(days=9))):
        running.heard_of(time)
    assert running.lease.left == timedelta(days=9)


def test_the_server_gives_the_same_secret_again(folder, clock):
    """So nothing is encrypted anew."""
    clock.rest(40)
    lease.expire(folder, clock)

    lease.take(folder, LeaseReply(SECRET, 14), clock)

    assert lease.secret(folder, NAME) == SECRET


@pytest.mark.parametrize(("said", "kept"), [(1, 3), (14, 14), (400, 30)])
def test_no_server_lends_for_ever(tmp_path, clock, said, kept):
    """From 3 to 30 days."""
    lease.take(tmp_path, LeaseReply(SECRET, said), clock)

    assert lease.read(tmp_path).days == kept


class TestByTelephone:
    """A code that IT reads out brings it back without a network."""

    def test_it_counts_after_the_end(self, folder, clock):
        """As long as a new lease would; blanks and small letters are no matter."""
        clock.rest(20)
        lease.expire(folder, clock)
        code = code_of(SECRET, "laptop", 0)

        given = lease.extend(folder, f" {code.lower()} ", clock)

        assert given.days == 14
        assert lease.secret(folder, NAME) == SECRET
        clock.rest(14.1)
        lease.expire(folder, clock)
        with pytest.raises(LeaseEnded):
            lease.secret(folder, NAME)

    def test_it_counts_once(self, folder, clock):
        """And ends those before it."""
        lease.extend(folder, code_of(SECRET, "laptop", 1), clock)

        for number in (0, 1):
            with pytest.raises(CodeWrong):
                lease.extend(folder, code_of(SECRET, "laptop", number), clock)
        assert lease.extend(folder, code_of(SECRET, "laptop", 2), clock)

    def test_it_keeps_what_a_header_asks_for(self, folder, clock):
        """Another server's part is there, and no header was written since."""
        other = secrets.token_bytes(32)
        spares = tuple(spares_of(other, "laptop", 0, 14))
        lease.take(folder, LeaseReply(other, 14, spares), clock)

        lease.extend(folder, code_of(other, "laptop", 0), clock)

        assert lease.secret(folder, NAME) == SECRET

    def test_another_computer_gains_nothing_from_it(self, folder, clock):
        """Nor does who guesses."""
        for code in (code_of(SECRET, "other", 0), "", "2222-2222-2222-2222"):
            with pytest.raises(CodeWrong):
                lease.extend(folder, code, clock)


class TestFullDisk:
    """The days cannot be noted."""

    @pytest.fixture(autouse=True)
    def full(self, folder, monkeypatch):
        """Every small file is refused from here on."""

        def refuse(handle: int) -> None:
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(header.os, "fsync", refuse)

    def test_it_keeps_nobody_out(self, folder, clock):
        """As long as the days are not over."""
        clock.rest(2)

        assert lease.expire(folder, clock).left < timedelta(days=12.1)
        assert lease.secret(folder, NAME) == SECRET

    def test_an_end_that_cannot_be_noted_is_said(self, folder, clock):
        """In words: it is no crash."""
        clock.rest(15)

        with pytest.raises(DiskFull):
            lease.expire(folder, clock)


def test_a_broken_file_is_a_lease_that_is_over(folder, clock):
    """The server gives it again; nothing else depends on it."""
    (folder / lease.FILE_NAME).write_text("{")

    assert lease.expire(folder, clock) is None
    with pytest.raises(LeaseEnded):
        lease.secret(folder, NAME)
    with pytest.raises(CodeWrong):
        lease.extend(folder, code_of(SECRET, "laptop", 0), clock)
