"""What an answer says to whoever should not have asked."""

import pytest

from sync.wire.messages import ErrorReply
from tests.support.server import running_server


@pytest.fixture
def server(tmp_path):
    """A fresh server on SQLite: nothing here is about the store."""
    with running_server(tmp_path / "server") as running:
        yield running


def test_a_path_that_fits_no_route_is_not_repeated(server):
    """The framework's own answer would give back the words that stood in it."""
    server.add_user("chen", "grid_worker", "第3网格", "陈晓禾")
    worker = server.enroll("chen")

    answer = worker.get("/v1/snapshot/grid:1/wangguilan/0")

    assert (answer.status, answer.read_as(ErrorReply).code) == (422, "request.unreadable")
    assert b"wangguilan" not in answer.body


@pytest.mark.parametrize("path", ["/health", "/v1/hello", "/nowhere"])
def test_every_answer_tells_browsers_to_make_nothing_of_it(server, path):
    """Good ones, refusals and those of no route."""
    headers = server.request("GET", path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
