"""Time in the simulated world: it moves when somebody moves it, and each laptop misreads it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 6, 18, 1, 0, tzinfo=UTC)


@dataclass
class WorldClock:
    """The true time, which is also the server's."""

    moment: datetime = BEGINNING

    def now(self) -> datetime:
        """The true time."""
        return self.moment

    def monotonic(self) -> float:
        """Seconds since the world began."""
        return (self.moment - BEGINNING).total_seconds()

    def pass_by(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.moment += timedelta(seconds=seconds)


@dataclass
class LaptopClock:
    """A laptop's own idea of the time. ``wrong_by`` is how far its wall clock is off.

    ``slept`` are the seconds that its uptime did not count.
    """

    world: WorldClock
    wrong_by: timedelta = field(default_factory=timedelta)
    slept: float = 0.0

    def now(self) -> datetime:
        """What the wall clock shows."""
        return self.world.now() + self.wrong_by

    def monotonic(self) -> float:
        """The uptime, without the time asleep."""
        return self.world.monotonic() - self.slept

    def sleep(self, seconds: float) -> None:
        """The lid is closed for a while."""
        self.world.pass_by(seconds)
        self.slept += seconds
