"""Waiting for others' work, on a real line to a real server."""

import threading

import pytest

from desktop.services.news import News
from sync.errors import NetworkError
from sync.progress import Cancelled
from sync.wire.client import Client
from sync.wire.transport import HttpTransport, Link


def news_of(laptop, wait_s=25.0):
    """What the laptop's window would wait by: a line of its own."""

    def connect():
        who = laptop.store.credentials()
        link = Link(laptop.store.account.server, who.token, signer=who.signer)
        return Client(HttpTransport(link))

    return News(laptop.store, connect, wait_s=wait_s)


@pytest.fixture
def news(clerk, household):
    return news_of(clerk)


def test_somebody_elses_sync_rings_and_a_sync_brings_it(news, worker, clerk, household):
    """And afterwards it is quiet: the next ring is for the next change."""
    for number in ("13900001001", "13900001002"):
        worker.patch("household", household, contact=number)
        worker.sync()

        assert news.wait()

        clerk.sync()
        assert clerk.value("household", household, "contact") == number


def test_the_same_news_never_ring_twice(clerk, worker, household):
    """A sync that cannot bring them in must not be started again and again."""
    news = news_of(clerk, wait_s=0.05)
    worker.patch("household", household, contact="13900001001")
    worker.sync()

    assert [news.wait(), news.wait(), news.wait()] == [True, False, False]


def test_ones_own_sync_does_not_ring(clerk, household):
    """It brought in what it sent."""
    clerk.patch("household", household, contact="13900001001")
    clerk.sync()

    assert not news_of(clerk, wait_s=0.05).wait()


def test_a_laptop_that_never_synced_is_told_to(worker):
    """It knows no scope that it could name."""
    assert news_of(worker).wait()


def test_a_wait_is_broken_off_at_once_and_the_store_left_alone(news):
    """From another thread, long before the server would have answered."""
    waiting = threading.Event()
    ended = []

    class Watched(Client):
        def wait_for_news(self, request):
            waiting.set()
            return super().wait_for_news(request)

    client = Watched(news._connect().transport)
    news._connect = lambda: client

    def wait():
        try:
            news.wait()
        except (Cancelled, NetworkError) as error:
            ended.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(10)
    # The line is up once its socket is: only then is there something to break off.
    while not list(client.transport._wires.sockets):
        assert thread.is_alive()
    news.stop()

    thread.join(timeout=10)
    assert not thread.is_alive()
    assert len(ended) == 1
    with pytest.raises(Cancelled):
        news.wait()
