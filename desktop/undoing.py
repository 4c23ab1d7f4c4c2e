"""What can be undone in this window, the latest first; a long one in portions that can be stopped.

The history lasts until the profile is closed.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.jobs.lanes import Lanes
from desktop.page import Undoing, Undone, ask_on
from sync.errors import DoorstepError
from sync.i18n import N_, _

Undo = Callable[[], object]


class UndoHistory(QObject):
    """Undoes on the store lane.

    Signals:
        told: what it came to, in words, whether there is more of it to undo, and whether all of
            it was undone.
        going: how far a long one is, in words; :meth:`undo_last` stops it then.
        failed: a DoorstepError; of a long one, what is not undone yet can be undone again.
        undone: something is as it was before.
    """

    told = Signal(str, bool, bool)
    going = Signal(str)
    failed = Signal(object)
    undone = Signal()

    def __init__(self, lanes: Lanes, parent: QObject) -> None:
        super().__init__(parent)
        self._lanes = lanes
        self._kept: list[Undo] = []
        self._going: Undoing | None = None
        self._stops = False

    @property
    def has_any(self) -> bool:
        """Whether there is anything to undo, or to stop."""
        return bool(self._kept) or self._going is not None

    def add(self, undo: Undo) -> None:
        """Something was done that ``undo`` takes back."""
        self._kept.append(undo)

    def undo_last(self) -> None:
        """Undo the last action that can be undone; where a long one goes on, stop it after the
        portion that is being written."""
        if self._going is not None:
            self._stops = True
        elif self._kept:
            self._do(self._kept.pop())

    def _do(self, undo: Undo) -> None:
        ask_on(self._lanes.store, undo, self._after, self._fail, self)

    def _after(self, result: object) -> None:
        if not isinstance(result, Undoing):
            self._end()
            come = result if isinstance(result, Undone) else Undone(_(N_("Undone.")))
            self.told.emit(come.words, False, come.is_whole)
            self.undone.emit()
            return
        counts = {"so_far": result.so_far, "in_all": result.in_all}
        if self._stops:
            self._end(result.go_on)
            words = _(N_("Stopped. Undone: {so_far} of {in_all}.")).format(**counts)
            self.told.emit(words, True, False)
            self.undone.emit()
            return
        self._going = result
        self.going.emit(_(N_("Undoing {so_far} / {in_all}")).format(**counts))
        self._do(result.go_on)

    def _fail(self, error: DoorstepError) -> None:
        going = self._going
        self._end(going.go_on if going is not None else None)
        self.failed.emit(error)
        if going is not None:
            self.undone.emit()

    def _end(self, rest: Undo | None = None) -> None:
        self._going, self._stops = None, False
        if rest is not None:
            self._kept.append(rest)
