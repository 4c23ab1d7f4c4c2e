"""Heads of the audit kept off this machine: a file that only grows, a moment and a head a line."""

import os
from pathlib import Path

from sqlalchemy import Connection, select

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import Clock, stamp
from sync.server.sealed_audit import START, current_head, head_of
from sync.server.tables import AUDIT


class HeadFileLost(DoorstepError):
    """The other machine's folder is not there, or takes nothing."""

    code = "server.audit_file"
    message = N_("{file} cannot be read or written. Is the other machine's folder there?")


class AuditCut(DoorstepError):
    """A head that was kept is in the audit no more: nothing is kept over that finding."""

    code = "server.audit_cut"
    message = N_(
        "The audit's line {number} is not the one that {file} keeps. Where the server was restored "
        "from a backup, keep its heads in a new file from now on. Where it was not, somebody "
        "changed the audit: leave that file as it is."
    )


def keep_head(connection: Connection, file: Path, clock: Clock) -> str:
    """Write the head down in ``file`` unless it is the last one there; the head.

    Raises :class:`AuditCut`, :class:`HeadFileLost` or HeadUnreadable.
    """
    head = current_head(connection)
    text = _text(file) if _is_there(file) else ""
    before = _last(text)
    if before and not _is_in(connection, before):
        raise AuditCut(number=head_of(before)[0], file=str(file))
    if before != head:
        # What a broken line left of a head is closed, and counts for nothing.
        broken = "" if text.endswith("\n") or not text else "\n"
        _append(file, f"{broken}{stamp(clock.now())} {head}\n")
    return head


def kept_head(file: Path) -> str:
    """The last head in ``file``. Raises :class:`HeadFileLost` where there is none."""
    last = _last(_text(file))
    if not last:
        raise HeadFileLost(file=str(file))
    return last


def _is_in(connection: Connection, head: str) -> bool:
    number, mark = head_of(head)
    found = connection.execute(select(AUDIT.c.mark).where(AUDIT.c.number == number)).scalar()
    return mark == (found if number else START)


def _last(text: str) -> str:
    """The head of the last whole line."""
    whole = text[: text.rfind("\n") + 1].split()
    return whole[-1] if whole else ""


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise HeadFileLost(file=str(file)) from error


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise HeadFileLost(file=str(file)) from error


def _append(file: Path, line: str) -> None:
    try:
        with file.open("a", encoding="ascii") as growing:
            growing.write(line)
            growing.flush()
            os.fsync(growing.fileno())
    except OSError as error:
        raise HeadFileLost(file=str(file)) from error
