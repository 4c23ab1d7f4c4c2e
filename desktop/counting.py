"""How things stand, around every page: the pill, the counts of the sidebar, the status bar."""

from PySide6.QtCore import QObject, Signal

from desktop.frame import Frame
from desktop.page import PageContext, ask_beside
from desktop.rows import Tone
from desktop.services.overview import Overview, overview
from desktop.sync_runner import SyncRunner
from desktop.widgets.sync_pill import SyncState
from sync.i18n import N_, _, n_


class Counting(QObject):
    """Asks for the figures and shows them in the ``frame``, and there how far a sync is.

    Signals:
        counted: the :class:`Overview` that is shown now.
        failed: a DoorstepError to show.
    """

    counted = Signal(object)
    failed = Signal(object)

    def __init__(self, context: PageContext, frame: Frame, runner: SyncRunner) -> None:
        super().__init__(frame)
        self._context = context
        self._frame = frame
        self._runner = runner
        self._is_asked = False
        runner.started.connect(self._show_syncing)
        runner.progressed.connect(self._show_progress)

    def ask(self) -> None:
        """Read the figures. Who asks while the question still waits for its turn gets the same
        answer."""
        if not self._is_asked:
            self._is_asked = True
            lanes = self._context.lanes
            ask_beside(lanes, self._overview, self._show, self.failed.emit, self)

    def _overview(self) -> Overview:
        """On the store lane: from here on another question brings another answer."""
        self._is_asked = False
        return overview(self._context.place, walks=self._frame.sidebar.holds("today"))

    def _show(self, seen: Overview) -> None:
        self._frame.status.show_data(seen.extent)
        self._frame.sidebar.set_place(seen.where)
        for key, number in seen.section_counts.items():
            self.show_count(key, number)
        if not self._runner.running:
            self._show_pill(seen)
        self.counted.emit(seen)

    def show_count(self, section: str, number: int) -> None:
        """The figure beside a section, where the sidebar has that one."""
        if self._frame.sidebar.holds(section):
            tone = Tone.WARN if section == "conflicts" and number else Tone.NEUTRAL
            self._frame.sidebar.set_count(section, number, tone)

    def _show_pill(self, seen: Overview) -> None:
        pill = self._frame.pill
        figure = n_("{count} to send", "{count} to send", seen.waiting).format(count=seen.waiting)
        if seen.needs_you:
            words = n_("{count} needs you", "{count} need you", seen.needs_you)
            pill.show_state(SyncState.NEEDS_YOU, words.format(count=seen.needs_you))
        elif self._runner.last_error is not None or seen.last_success == "":
            pill.show_state(SyncState.OFFLINE, _("Working offline"), figure if seen.waiting else "")
        elif seen.waiting:
            pill.show_state(SyncState.OFFLINE, figure)
        else:
            pill.show_state(SyncState.SYNCED, _("Synced"), seen.last_success)

    def _show_syncing(self) -> None:
        self._frame.pill.show_state(SyncState.SYNCING, _("Syncing"))

    def _show_progress(self, step: str, so_far: int, in_all: int) -> None:
        figure = f"{so_far} / {in_all}" if in_all else ""
        self._frame.pill.show_state(SyncState.SYNCING, _(N_("Syncing")), figure)
