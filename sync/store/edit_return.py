"""Edits that only the journal had come back one by one: what is wrong with one stops no other."""

import logging
from dataclasses import dataclass
from traceback import extract_tb
from typing import Final

import msgspec
from sqlalchemy import Connection

from sync.errors import DoorstepError
from sync.store import edit_replay
from sync.store.database import translated
from sync.wire.edit_records import SavedOp, Saving

log: Final = logging.getLogger("doorstep.journal")


@dataclass(frozen=True)
class Found:
    """What opening found: edits that only the journal had, records that nobody can read, and
    those among the edits that cannot be shown and only wait to be sent."""

    again: int = 0
    unreadable: int = 0
    unshown: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found(
            self.again + other.again,
            self.unreadable + other.unreadable,
            self.unshown + other.unshown,
        )


def replay_each(connection: Connection, saving: Saving) -> Found:
    """Save again what the store lost of a saving. Raises what the database does: a full disk is
    no fault of an edit."""
    found = Found()
    for op in saving.ops:
        found += _replay_one(connection, msgspec.structs.replace(saving, ops=(op,), photos=()), op)
    edit_replay.replay(connection, msgspec.structs.replace(saving, ops=()))
    return found


def reason_of(error: Exception) -> str:
    """The kind of an error and where it was; its text may quote a resident."""
    if isinstance(error, DoorstepError):
        return error.code
    if isinstance(error, OSError):
        return f"errno {error.errno}"
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {last.name}:{last.lineno}"


def _replay_one(connection: Connection, alone: Saving, op: SavedOp) -> Found:
    try:
        with connection.begin_nested():
            return Found(edit_replay.replay(connection, alone))
    except Exception as error:  # One bad edit keeps nobody from the others.
        if translated(error) is not None:
            raise
        log.error("an edit cannot be shown: %s", reason_of(error))
    return _keep_unshown(connection, op)


def _keep_unshown(connection: Connection, op: SavedOp) -> Found:
    """It goes to the server, which may know what to do with it."""
    try:
        with connection.begin_nested():
            edit_replay.keep_unshown(connection, op)
            return Found(again=1, unshown=1)
    except Exception as error:
        if translated(error) is not None:
            raise
        log.error("an edit cannot be kept: %s", reason_of(error))
        return Found(unreadable=1)
