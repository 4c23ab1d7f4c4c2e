"""Naming a failure without its text, which may hold what a resident said."""

from pathlib import Path
from traceback import extract_tb
from typing import Final

_OURS: Final = str(Path(__file__).parent.parent)


def place_of(error: BaseException) -> str:
    """The kind of an error and the last line of ours that it came through."""
    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_OURS)] or list(frames)
    last = ours[-1]
    return f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"
