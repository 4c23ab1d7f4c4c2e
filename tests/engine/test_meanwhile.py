"""What a session does while the server has its request."""

import pytest

from sync.engine.line import Meanwhile
from sync.errors import StoreBusy


def test_it_is_worked_out_once_however_often_the_request_is_sent():
    """A request that is repeated finds it done."""
    done = []
    work = Meanwhile(lambda: done.append(1) or len(done))

    work()
    work()

    assert work.result() == 1
    assert done == [1]


def test_it_is_worked_out_at_the_latest_where_it_is_asked_for():
    """Nothing was sent over a line of its own: a file that is carried."""
    assert Meanwhile(lambda: 7).result() == 7


def test_what_goes_wrong_is_told_to_who_asks_for_it():
    """The request that is under way ends as it would without."""
    tries = []

    def work():
        tries.append(1)
        if len(tries) < 3:
            raise StoreBusy
        return 7

    meanwhile = Meanwhile(work)
    meanwhile()
    with pytest.raises(StoreBusy):
        meanwhile.result()

    assert meanwhile.result() == 7
