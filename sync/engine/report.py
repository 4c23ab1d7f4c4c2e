"""What a session did, for the sync centre and ``doorstep sync --json``."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SyncReport:
    """Counts of one session.

    ``pushed`` counts receipts, ``pulled`` rows; ``conflicts``, ``held`` and ``pending`` are what
    there is afterwards. ``photos`` counts attachments whose bytes arrived, ``photos_waiting``
    those whose bytes are on this computer alone. ``heads`` maps each scope to its revision.
    ``stuck`` maps a scope whose edits did not get through to the code of the reason;
    ``differing`` names scopes whose copy still differs from the server's.
    ``clock_off`` is by how many seconds this computer's clock is ahead, 0 where that is fine.
    """

    pushed: int = 0
    pulled: int = 0
    conflicts: int = 0
    held: int = 0
    pending: int = 0
    photos: int = 0
    photos_waiting: int = 0
    heads: Mapping[str, int] = field(default_factory=dict)
    bytes_up: int = 0
    bytes_down: int = 0
    requests: int = 0
    seconds: float = 0.0
    stuck: Mapping[str, str] = field(default_factory=dict)
    differing: tuple[str, ...] = ()
    clock_off: int = 0
