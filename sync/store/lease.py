"""The server's part of a profile's key, lent for some days and given up when they are over.

Days count while the app runs by the uptime, which nobody sets, and between two runs by the wall
clock. A clock that is set while the app runs ends nothing, one that is set back gives no time
back, and one that jumped ahead while the app was closed costs a login: the server gives the same
secret again, so nothing is encrypted or fetched anew. Somebody with the password and a disk image
from before the end is not kept out by this; no software does that.
"""

from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from sync.errors import CodeWrong, DiskFull, LeaseEnded, VaultUnreadable
from sync.identity import Clock, parse_stamp, stamp
from sync.store.header import put
from sync.store.lock import rewriting
from sync.wire.lending import SECRET_BYTES, SPARES, opened
from sync.wire.messages import LeaseReply, Spare

FILE_NAME: Final = "lease.json"
LEAST_DAYS: Final = 3
MOST_DAYS: Final = 30
WARN: Final = timedelta(days=3)


class Lease(msgspec.Struct, frozen=True):
    """What is on the disk. ``secret`` is empty once it was given up.

    ``spent_s`` are the seconds counted since the last contact, up to ``seen``, a stamp; the latest
    such is ``highest``. ``former`` is the secret before, until no header asks for it. ``asked`` is
    when the server last gave it.
    """

    secret: bytes
    days: int
    seen: str
    spent_s: float = 0.0
    spares: tuple[Spare, ...] = ()
    former: bytes = b""
    asked: str = ""
    highest: str = ""

    @property
    def left(self) -> timedelta:
        """How long it lasts still; never negative."""
        return max(timedelta(), timedelta(days=self.days) - timedelta(seconds=self.spent_s))


def read(folder: Path) -> Lease | None:
    """The lease of a profile, or ``None`` where there is none that can be read."""
    try:
        return msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=Lease)
    except (OSError, msgspec.DecodeError):
        return None


def keep(folder: Path, lease: Lease) -> None:
    """Put it on the disk, in one step."""
    put(folder / FILE_NAME, msgspec.json.encode(lease).decode())


def secret(folder: Path, name: str) -> bytes:
    """The server's part of the key. Raises :class:`LeaseEnded` where it was given up."""
    found = read(folder)
    for one in () if found is None else (found.secret, found.former):
        if one and name_of(one) == name:
            return one
    raise LeaseEnded


def name_of(secret: bytes) -> str:
    """What a header calls a secret by: it says nothing about it."""
    return sha256(b"doorstep lease name " + secret).hexdigest()[:16]


def after_rest(lease: Lease, clock: Clock) -> Lease:
    """The same lease after the time in which the app did not run; it may be over now.

    Where the clock had been set back and is right again, only what is later than ever before is
    new.
    """
    now = stamp(clock.now())
    before = lease.highest if now >= lease.highest > lease.seen else lease.seen
    rest = max(timedelta(), parse_stamp(now) - parse_stamp(before))
    return _spent(lease, rest.total_seconds(), now)


def expire(folder: Path, clock: Clock) -> Lease | None:
    """Count the rest since the last run, and give the secret up where the days are over.

    A disk that takes nothing keeps nobody out as long as the secret may be used: the days are
    counted again next time. Raises :class:`DiskFull` where it has to be given up and cannot be.
    """
    found = read(folder)
    if found is None:
        return None
    counted = after_rest(found, clock)
    try:
        with rewriting(folder / FILE_NAME):
            # Another process may have been given it anew since.
            found = read(folder) or found
            counted = after_rest(found, clock)
            if counted != found:
                keep(folder, counted)
    except OSError as error:
        if found.secret and not counted.secret:
            raise DiskFull from error
    return counted


class Running:
    """Counts the days of one profile while it is open."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._since = clock.monotonic()

    @property
    def lease(self) -> Lease | None:
        """The lease as it stands now, the present run included."""
        found = read(self._folder)
        if found is None:
            return None
        run = max(0.0, self._clock.monotonic() - self._since)
        return _spent(found, run, stamp(self._clock.now()), may_end=False)

    def wants_asking(self) -> bool:
        """Whether the server should be asked for it: once a day, and where codes were used."""
        found = read(self._folder)
        if found is None or len(found.spares) < SPARES:
            return True
        return self._clock.now() - parse_stamp(found.asked or found.seen) >= timedelta(days=1)

    @property
    def ends_soon(self) -> bool:
        """Whether it is time to say so."""
        found = self.lease
        return found is not None and found.left <= WARN

    def met_server(self) -> None:
        """The days begin anew."""
        with rewriting(self._folder / FILE_NAME):
            found = read(self._folder)
            if found is not None and found.secret:
                now = stamp(self._clock.now())
                met = msgspec.structs.replace(found, spent_s=0.0, seen=now, highest=now)
                keep(self._folder, met)
        self._since = self._clock.monotonic()

    def heard_of(self, server_time: str) -> None:
        """A courier brought what the server said then: the days count from that time on, where
        they would be over sooner. The same file again gives nothing more."""
        with rewriting(self._folder / FILE_NAME):
            kept, counted = read(self._folder), self.lease
            if kept is None or counted is None or not kept.secret or not server_time:
                return
            # A clock that was set back, even in this run, makes no answer younger.
            run = timedelta(seconds=max(0.0, self._clock.monotonic() - self._since))
            seen = stamp(self._clock.now())
            now = max(seen, kept.highest, stamp(parse_stamp(kept.seen) + run))
            since = max(0.0, (parse_stamp(now) - parse_stamp(server_time)).total_seconds())
            if since >= counted.spent_s:
                return
            keep(
                self._folder,
                msgspec.structs.replace(kept, spent_s=since, seen=seen, highest=now),
            )
        self._since = self._clock.monotonic()

    def stop(self) -> None:
        """Note what this run took. A kill before counts by the wall clock instead."""
        # A full disk must not keep the app from ending.
        with suppress(OSError), rewriting(self._folder / FILE_NAME):
            found = self.lease
            if found is not None:
                keep(self._folder, found)
        self._since = self._clock.monotonic()


def extend(folder: Path, code: str, clock: Clock) -> Lease:
    """Take a code that was read over the telephone. Raises :class:`CodeWrong`.

    Every code counts once, and ends those before it.
    """
    with rewriting(folder / FILE_NAME):
        found = read(folder)
        for place, spare in enumerate(found.spares if found is not None else ()):
            again = opened(spare, code)
            if again is not None and found is not None:
                rest = found.spares[place + 1 :]
                now = stamp(clock.now())
                lease = Lease(again, spare.days, now, spares=rest, former=_before(found, again))
                keep(folder, lease)
                return lease
    raise CodeWrong


def take(folder: Path, reply: LeaseReply, clock: Clock) -> None:
    """Keep what a server lent just now, its days within what may be.

    Raises :class:`VaultUnreadable` where that is no secret.
    """
    if len(reply.secret) != SECRET_BYTES:
        raise VaultUnreadable
    days, now = min(MOST_DAYS, max(LEAST_DAYS, reply.days)), stamp(clock.now())
    spares = tuple(reply.spares)
    with rewriting(folder / FILE_NAME):
        found = read(folder)
        former = b"" if found is None else _before(found, reply.secret)
        keep(folder, Lease(reply.secret, days, now, spares=spares, former=former, asked=now))


def forget_former(folder: Path, asked: str) -> None:
    """Let the secret before go, unless it is the one that the header asks for: ``asked``, a name.

    A disk that takes nothing keeps it a while longer, which harms nobody.
    """
    with suppress(OSError), rewriting(folder / FILE_NAME):
        found = read(folder)
        if found is not None and found.former and name_of(found.former) != asked:
            keep(folder, msgspec.structs.replace(found, former=b""))


def _before(found: Lease, secret: bytes) -> bytes:
    """What a header may ask for still, once ``secret`` is in its place."""
    return found.secret if found.secret not in (b"", secret) else found.former


def _spent(lease: Lease, seconds: float, seen: str, *, may_end: bool = True) -> Lease:
    highest = max(lease.highest, lease.seen, seen)
    spent = lease.spent_s + seconds
    counted = msgspec.structs.replace(lease, spent_s=spent, seen=seen, highest=highest)
    if may_end and not counted.left:
        return msgspec.structs.replace(counted, secret=b"", former=b"")
    return counted
