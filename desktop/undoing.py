"""What can be undone in this window, the latest first; a long one in portions that can be stopped.

The history lasts until the profile is closed.
"""

from collections.abc import Callable
from functools import partial

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
        self._is_over = self._is_busy = False
        self._asked = 0  # How often it was asked for while one was on its way.

    @property
    def has_any(self) -> bool:
        """Whether there is anything to undo, or to stop."""
        return bool(self._kept) or self._is_busy

    def end(self) -> None:
        """The window closes or locks: after what is being written nothing more is undone."""
        self._is_over = True

    def add(self, undo: Undo) -> None:
        """Something was done that ``undo`` takes back."""
        self._kept.append(undo)

    def undo_last(self) -> None:
        """Undo the last action that can be undone, one after the other; where a long one goes on,
        stop it after the portion that is being written."""
        if self._is_busy:
            self._asked += 1
        elif self._kept:
            self._is_busy = True
            self._do(self._kept.pop())

    def _do(self, undo: Undo, rest: Undo | None = None) -> None:
        """``rest`` is what can be undone again where this fails."""
        ask_on(self._lanes.store, undo, self._after, partial(self._fail, rest), self)

    def _after(self, result: object) -> None:
        if self._is_over:
            return
        if not isinstance(result, Undoing):
            asked = self._end()
            come = result if isinstance(result, Undone) else Undone(_(N_("Undone.")))
            self.told.emit(come.words, False, come.is_whole)
            self.undone.emit()
            for _more in range(asked):
                self.undo_last()
            return
        counts = {"so_far": result.so_far, "in_all": result.in_all}
        if self._asked:
            self._end(result.go_on)
            words = _(N_("Stopped. Undone: {so_far} of {in_all}.")).format(**counts)
            self.told.emit(words, True, False)
            self.undone.emit()
            return
        self.going.emit(_(N_("Undoing {so_far} / {in_all}")).format(**counts))
        self._do(result.go_on, result.go_on)

    def _fail(self, rest: Undo | None, error: DoorstepError) -> None:
        self._end(rest)
        self.failed.emit(error)
        if rest is not None:
            self.undone.emit()

    def _end(self, rest: Undo | None = None) -> int:
        """How often another one was asked for meanwhile."""
        asked, self._asked, self._is_busy = self._asked, 0, False
        if rest is not None:
            self._kept.append(rest)
        return asked
