"""Bugs end in a local report that says where, and never whose data was at hand.

The text of an unexpected exception may quote a row or a field, so reports hold only its type and
the lines of code it passed.
"""

import logging
import sys
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

from sync.progress import Cancelled

log: Final = logging.getLogger("doorstep.crash")
LOG_BYTES: Final = 512 * 1024
LOG_FILES: Final = 3

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def trace_of(error: BaseException) -> str:
    """Where ``error`` came from: types, files and lines, and no value."""
    lines = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__name__)
        frames = traceback.extract_tb(seen.__traceback__)
        lines += [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


def start_log(folder: Path) -> None:
    """Write warnings and crashes to a small rotating file in ``folder``; none where it cannot be
    made: what needs the place says so itself, and the doctor tells whose it has to be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    handler = RotatingFileHandler(
        folder / "doorstep.log",
        maxBytes=LOG_BYTES,
        backupCount=LOG_FILES,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)


def report_unhandled(tell: Callable[[], None]) -> Hook:
    """Install and return the hook for exceptions nobody caught; ``tell`` shows a calm sentence."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | Cancelled):
            return
        log.error("unhandled\n%s", trace_of(error))
        tell()

    sys.excepthook = hook
    return hook
