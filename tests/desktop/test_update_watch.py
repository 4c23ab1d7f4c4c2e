"""The window looks for updates by itself, and no more often than it has to."""

from datetime import timedelta

from desktop.jobs.lanes import InlineLane
from desktop.services.profiles import Connection
from desktop.update_watch import UpdateWatch
from sync.errors import ServerUnreachable
from tests.support.laptops import TickingClock


class Nothing:
    """Updates of a computer whose server has none, or is out of reach."""

    def __init__(self) -> None:
        self.asked = 0

    def offered(self, client):
        """Count, and break off every second time."""
        self.asked += 1
        if self.asked % 2:
            raise ServerUnreachable


def test_it_looks_once_a_day_whatever_comes_of_it():
    """Also where the server was out of reach: nobody waits for it."""
    clock, updates = TickingClock(), Nothing()
    watch = UpdateWatch(updates, clock, InlineLane(), lambda _connection, _token: None)
    for _ in range(3):
        watch.look(Connection("http://127.0.0.1"))
    assert updates.asked == 1

    clock.moment += timedelta(days=1)
    watch.look(Connection("http://127.0.0.1"))
    assert updates.asked == 2
