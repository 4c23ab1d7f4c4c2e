"""Wrong passwords of one profile: each costs the next a longer wait, and nothing is ever erased.

Counted beside the store, so that starting the app again does not begin anew. It slows somebody at
the keyboard; somebody with the disk has Argon2id to get past.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from desktop.services.profiles import ProfileFolder
from sync.errors import CodeWrong, DoorstepError, WrongPassword
from sync.i18n import N_
from sync.identity import Clock, parse_stamp, stamp

FREE: Final = 4
"""Slips that cost nothing: keys that stick, the input method left on."""

FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=5)
_FILE: Final = "tries.json"


class WaitBeforeTrying(DoorstepError):
    """Too many wrong passwords one after another."""

    code = "vault.wait"
    message = N_("Several wrong passwords. Try again in {seconds} s; nothing is erased.")
    exit_code = 4


@contextmanager
def counted(folder: ProfileFolder, clock: Clock) -> Iterator[None]:
    """Try a password: a wrong one is counted, a right one ends the count.

    Raises :class:`WaitBeforeTrying` before anything is tried.
    """
    count, since = _read(folder)
    now = clock.now()
    if count and now < since:
        # A clock that was set right, or lost: the wait begins anew, or it would have no end.
        _write(folder, count, now)
        since = now
    left = _wait_after(count) - (now - since)
    if count and left > timedelta():
        raise WaitBeforeTrying(seconds=-(-left // timedelta(seconds=1)))
    try:
        yield
    except (WrongPassword, CodeWrong):
        _write(folder, count + 1, clock.now())
        raise
    if count:
        (folder.path / _FILE).unlink(missing_ok=True)


def _wait_after(count: int) -> timedelta:
    if count < FREE:
        return timedelta()
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(count - FREE, 10)))


def _read(folder: ProfileFolder) -> tuple[int, datetime]:
    try:
        kept = json.loads((folder.path / _FILE).read_text(encoding="utf-8"))
        return int(kept["count"]), parse_stamp(kept["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, parse_stamp("1970-01-01T00:00:00Z")


def _write(folder: ProfileFolder, count: int, at: datetime) -> None:
    draft = folder.path / f"{_FILE}.new"
    draft.write_text(json.dumps({"count": count, "at": stamp(at)}), encoding="utf-8")
    draft.replace(folder.path / _FILE)
