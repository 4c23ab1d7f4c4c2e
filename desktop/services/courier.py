"""Syncing where the office has no line: work goes out on a USB stick, and receipts come back so.

The same file goes three ways: this computer *exports* it; a computer with a line *imports* it,
which hands it to the server unread and leaves the server's answers beside it; and this computer
*imports* those.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sync.engine.courier import Brought, Packed, bring_in, pack
from sync.i18n import _, n_
from sync.identity import LOCAL_ZONE
from sync.progress import Progress, silent
from sync.store.store import Store
from sync.wire.client import Client
from sync.wire.courier import Carried, carry_all, kind_of
from sync.wire.sealed import REQUEST

__all__ = ["SUFFIX", "Brought", "Carried", "Courier", "Packed", "document", "said"]

SUFFIX: Final = ".courier"
_ANSWERS: Final = "-answers"

Done = Packed | Carried | Brought


class Courier:
    """The courier's errands of one profile. Never called on the Qt thread."""

    def __init__(self, store: Store, reach: Callable[[], Client]) -> None:
        """``reach`` makes a client that ends with the session whose place an errand takes: a lock
        must not wait for a dead line."""
        self._store = store
        self._reach = reach

    def proposed_name(self) -> str:
        """What to call a new file: a day and a few random letters, and nothing about anybody."""
        day = self._store.clock.now().astimezone(LOCAL_ZONE).date().isoformat()
        return f"doorstep-{day}-{self._store.minter.random_bytes(3).hex()}{SUFFIX}"

    def export(self, file: Path, progress: Progress = silent) -> Packed:
        """Write what waits, sealed for the server. Raises CourierNotReady or DiskFull."""
        return pack(self._store, file, progress)

    def bring(
        self, file: Path, answers: Path | None = None, progress: Progress = silent
    ) -> Carried | Brought:
        """Hand requests to the server, or take answers in: whichever the file holds.

        ``answers`` is where to write them; by default beside the file. Raises CourierDamaged,
        CourierStranger or a NetworkError; importing again is always safe.
        """
        if kind_of(file) != REQUEST:
            return bring_in(self._store, file, progress)
        carry = self._reach().carry
        return carry_all(file, answers or answers_beside(file), carry, progress)


def answers_beside(file: Path) -> Path:
    """Where the answers to a file are written."""
    return file.with_name(f"{file.stem}{_ANSWERS}{file.suffix or SUFFIX}")


def said(done: Done, file: Path) -> str:
    """What was done, and what comes next, in words."""
    match done:
        case Packed(operations=count):
            told = n_(
                "{count} edit is packed. Carry {name} to a computer with a network.",
                "{count} edits are packed. Carry {name} to a computer with a network.",
                count,
            )
            return told.format(count=count, name=file.name)
        case Carried():
            told = _("Handed over. Carry {name} back to the computer that packed the file.")
            return told.format(name=file.name)
        case Brought(outdated=True):
            return _("This file is older than what is here. Nothing was changed.")
        case Brought(delivered=count, pending=pending, whole=whole):
            told = n_("{count} edit arrived.", "{count} edits arrived.", count).format(count=count)
            waits = n_("{count} still waits.", "{count} still wait.", pending).format(count=pending)
            more = "" if whole else _(" The server has more: export again.")
            return f"{told} {waits}{more}" if pending else told + more


def document(done: Done) -> dict[str, Any]:
    """The same for scripts."""
    match done:
        case Packed():
            return {"packed": done.operations, "scopes": done.scopes, "bytes": done.bytes}
        case Carried():
            return {"requests": done.requests, "bytes": done.bytes, "whole": done.whole}
        case Brought():
            return {
                "delivered": done.delivered,
                "pending": done.pending,
                "conflicts": done.conflicts,
                "held": done.held,
                "whole": done.whole,
                "outdated": done.outdated,
            }
