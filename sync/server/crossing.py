"""When two writers of one database cross: what one of them is told, and does."""

from typing import Final

from sync.errors import StoreBusy

RETRIES: Final = 3
"""How often a crossed transaction begins again before its sender is asked to come later."""


class Crossed(StoreBusy):
    """Another writer was in the way, or moved what was read: begin again from the start."""
