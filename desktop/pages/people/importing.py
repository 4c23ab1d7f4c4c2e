"""A table on its way: chosen, previewed, imported, stopped."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop.jobs.job import Job
from desktop.pages.people.run_strip import RunStrip
from desktop.services.office_desk import ListReply, Table
from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.progress import Progress

if TYPE_CHECKING:
    from desktop.pages.people.page import PeoplePage

_TABLES: Final = "(*.xlsx *.xls *.csv)"
_STOPPED: Final = N_("Stopped. Preview the table again to see that nothing was written.")


class Importing(QObject):
    """One table at a time. ``strip`` shows how far it is, with counts, and stops it."""

    def __init__(self, page: "PeoplePage") -> None:
        super().__init__(page)
        self._page = page
        self._job: Job | None = None
        self.strip = RunStrip(page.look)
        self.strip.stopped.connect(self.stop)

    @property
    def is_running(self) -> bool:
        """Whether a table is on its way."""
        return self._job is not None

    def choose(self, kind: str) -> None:
        """Ask for a file, and preview it."""
        title = _(N_("Choose a table"))
        path, _kind = QFileDialog.getOpenFileName(self._page, title, "", _TABLES)
        if path:
            self.preview(Path(path), kind)

    def preview(self, path: Path, kind: str) -> None:
        """What importing this file would do; nothing is written."""
        office, lists = self._page.place.office, self._page.lists
        lists.table = lists.reply = None

        def look(report: Progress) -> tuple[Table, ListReply]:
            table = office.read(path, kind)
            return table, office.preview(table, report)

        self._run(Job(look), self._previewed)

    def take(self, *, verify_missing: bool) -> None:
        """Import the table that was previewed."""
        table = self._page.lists.table
        if table is None or self.is_running:
            return
        office = self._page.place.office

        def write(report: Progress) -> ListReply:
            return office.take(table, report, verify_missing=verify_missing)

        self._run(Job(write), self._taken)

    def stop(self) -> None:
        """Stop at the next step; nothing of the table is written then."""
        if self._job is not None:
            self._job.cancel()

    def _run(self, job: Job, then: Callable[..., None]) -> None:
        self._job = job
        job.progressed.connect(self._show_step)
        job.done.connect(then)
        job.failed.connect(self._refuse)
        job.cancelled.connect(self._stopped)
        self.strip.begin()
        self._page.context.lanes.net.start(job)

    @Slot(str, int, int)
    def _show_step(self, step: str, so_far: int, in_all: int) -> None:
        self.strip.step(step, so_far, in_all)

    @Slot(object)
    def _previewed(self, found: tuple[Table, ListReply]) -> None:
        lists = self._page.lists
        lists.table, lists.reply = found
        lists.is_done = False
        self._end()

    @Slot(object)
    def _taken(self, reply: ListReply) -> None:
        lists = self._page.lists
        lists.reply, lists.is_done = reply, True
        self._end()
        words = _(N_("Imported: {added} added, {changed} changed, {missing} missing")).format(
            added=reply.added, changed=reply.changed, missing=reply.missing
        )
        self._page.said.emit(words, None)
        self._page.changed.emit()

    @Slot(object)
    def _refuse(self, error: DoorstepError) -> None:
        self._end()
        self._page.failed.emit(error)

    @Slot()
    def _stopped(self) -> None:
        self._end()
        self._page.warned.emit(_(_STOPPED))

    def _end(self) -> None:
        self._job = None
        self.strip.hide()
        self._page.show_rows()
