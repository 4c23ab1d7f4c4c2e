"""What only the server can do for the office: accounts, posts, codes, areas, tables.

Each of these waits for the network, so none runs on the Qt thread.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop.services.syncing import Syncing
from sync.errors import FileRefused
from sync.i18n import N_, _
from sync.progress import Progress
from sync.wire.office_client import OfficeClient
from sync.wire.office_messages import (
    AccountRequest,
    CodeReply,
    CodeRequest,
    EndPostRequest,
    ListChange,
    ListProblem,
    ListReply,
    OfficeReply,
    PostRequest,
    RegroupRequest,
    WithdrawRequest,
)

RESIDENTS, HELPERS = "residents", "helpers"
MOST_BYTES: Final = 16 * 1024 * 1024
STEP_SENDING: Final = N_("Sending the table")

__all__ = [
    "CodeReply",
    "ListChange",
    "ListProblem",
    "ListReply",
    "OfficeDesk",
    "PostRequest",
    "Table",
]


@dataclass(frozen=True)
class Table:
    """A file that somebody chose: its name, and what it holds. ``kind`` is what it lists."""

    name: str
    kind: str
    data: bytes


class OfficeDesk:
    """Asks the server in the name of this profile's user."""

    def __init__(self, syncing: Syncing) -> None:
        self._syncing = syncing

    def add_account(self, login: str, name: str, phone: str) -> OfficeReply:
        """Somebody new who may enrol computers."""
        return self._client().add_account(AccountRequest(login, name, phone))

    def give_post(self, asked: PostRequest) -> OfficeReply:
        """A post, or cover for somebody absent."""
        return self._client().give_post(asked)

    def end_post(self, assignment_id: str, day: str) -> OfficeReply:
        """The last day of a post."""
        return self._client().end_post(EndPostRequest(assignment_id, day))

    def code(self, staff_id: str) -> CodeReply:
        """A one-time code for one computer of a colleague."""
        return self._client().code(CodeRequest(staff_id))

    def regroup(self, asked: RegroupRequest) -> OfficeReply:
        """Areas that are split, merged or get other households."""
        return self._client().regroup(asked)

    def withdraw(self, regrouping_id: str) -> OfficeReply:
        """Take a planned change back."""
        return self._client().withdraw(WithdrawRequest(regrouping_id))

    def read(self, path: Path, kind: str) -> Table:
        """A table from a disk. Raises :class:`FileRefused`."""
        try:
            if path.stat().st_size > MOST_BYTES:
                raise FileRefused(what=_(N_("The table is too large: 16 MB at most.")))
            return Table(path.name, kind, path.read_bytes())
        except OSError:
            raise FileRefused(what=_(N_("The file cannot be read."))) from None

    def preview(self, table: Table, progress: Progress) -> ListReply:
        """What importing a table would do."""
        return self._take(table, "preview", progress)

    def take(self, table: Table, progress: Progress, *, verify_missing: bool) -> ListReply:
        """Import a table. Stopped, nothing of it is written."""
        return self._take(table, "verify" if verify_missing else "commit", progress)

    def _take(self, table: Table, mode: str, progress: Progress) -> ListReply:
        progress(STEP_SENDING, 0, 0)
        client = OfficeClient(self._syncing.reach())
        return client.take_list(table.kind, mode, table.data, progress)

    def _client(self) -> OfficeClient:
        return OfficeClient(self._syncing.reach())
