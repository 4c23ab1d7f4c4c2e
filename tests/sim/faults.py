"""What happens to requests and answers on the way, chosen by a seed."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final


class Fault(StrEnum):
    """One accident of one exchange."""

    LOST = "lost"  # The request never arrives.
    REPLY_LOST = "reply lost"  # The server has done the work and nobody hears of it.
    DUPLICATE = "duplicate"  # The request arrives twice.
    LATE = "late"  # An answer to an earlier request comes instead.
    CUT = "cut"  # The answer ends in the middle.
    FLIPPED = "flipped"  # A bit of the answer turned over.
    PORTAL = "portal"  # A login page with status 200, or an empty object.
    TOO_LARGE = "413"  # A proxy finds the request too large.
    BUSY = "busy"  # 429, 502 or 503, from a proxy or from the server itself.
    KILLED = "killed"  # The server's process ends between two statements.
    UPGRADE = "426"  # Hello and pull ask for a newer app; push goes on.


WEIGHTS: Final[dict[Fault, int]] = {
    Fault.LOST: 4,
    Fault.REPLY_LOST: 6,
    Fault.DUPLICATE: 4,
    Fault.LATE: 4,
    Fault.CUT: 3,
    Fault.FLIPPED: 2,
    Fault.PORTAL: 2,
    Fault.TOO_LARGE: 1,
    Fault.BUSY: 3,
    Fault.KILLED: 4,
    Fault.UPGRADE: 1,
}


@dataclass
class Weather:
    """How bad the line is for a while. ``rate`` is the share of exchanges that fail."""

    chance: Random
    rate: float
    allowed: frozenset[Fault] = frozenset(Fault)

    def next(self) -> Fault | None:
        """What befalls the next exchange, or nothing."""
        if self.rate == 0 or self.chance.random() >= self.rate:
            return None
        kinds = [fault for fault in WEIGHTS if fault in self.allowed]
        return self.chance.choices(kinds, [WEIGHTS[fault] for fault in kinds])[0] if kinds else None


def fair() -> Weather:
    """Nothing happens."""
    return Weather(Random(0), 0.0)
