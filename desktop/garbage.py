"""Where objects that nothing holds any more are looked for: on the window's own thread alone.

Python looks whenever enough was made, on the thread that made it. A lane at work would so end
widgets that only hold each other, on a thread where Qt ends the program over it.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

CHECK_MS: Final = 200
THRESHOLDS: Final = (2_000, 4, 20)
"""As many new objects, and as many looks at each younger kind, make a look worth it. The middle
kind is looked through often: with all that ten looks left, one held the window for 21 ms."""


class WindowCollector(QObject):
    """Takes over from Python's own collection until it is stopped.

    It looks between two events of the window: no thread of a lane ever ends a widget.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._has_kept = False
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_MS)
        self._timer.timeout.connect(self.look)
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def keep(self) -> None:
        """A window stands with its pages, and stays until the end: nothing looks through it again,
        which took 30 ms each time. What another window before it left is ended first."""
        if self._has_kept:
            gc.unfreeze()
            gc.collect()
        self._has_kept = True
        gc.freeze()

    def look(self) -> None:
        """Collect the oldest kind of which there is enough, and what is younger."""
        counts = zip(gc.get_count(), THRESHOLDS, strict=True)
        due = [kind for kind, (made, enough) in enumerate(counts) if made > enough]
        if due:
            gc.collect(max(due))
