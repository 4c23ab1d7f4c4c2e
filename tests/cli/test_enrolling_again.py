"""A new code for a computer that is set up already."""

import pytest

from sync.identity import SystemClock
from sync.server.people import mint_code, revoke_device
from tests.support.scene import served_town
from tests.support.terminal import assert_calm
from tests.support.town import CLERK, WORKER


@pytest.fixture
def office(founded, tmp_path, worker):
    """The address and the store of the town's server, which the worker's terminal reaches."""
    with served_town(founded, tmp_path) as (url, database):
        worker.reach(url)
        yield url, database


def test_a_revoked_computer_goes_on_with_a_new_code(worker, office, founded):
    """Its password, its data and what waits stay; nothing is sent twice."""
    url, database = office
    worker.must("sync")
    room = founded.town.homes[0].room
    worker.must("edit", room, "contact=13700001111")
    client = worker.json("status")["client"]
    revoke_device(database, client, SystemClock())
    assert_calm(worker.type("sync"), 1, "new code")

    worker.must("enroll", url, "--code", mint_code(database, WORKER, SystemClock()).code)

    status = worker.json("status")
    assert status["client"] != client
    assert status["pending"] >= 1
    report = worker.json("sync")
    assert (report["pending"], report["conflicts"], report["held"]) == (0, 0, 0)
    assert worker.json("show", room, "--reveal")["fields"]["contact"] == "13700001111"


def test_another_persons_code_is_refused_and_not_spent(worker, office):
    """The profile holds one person's work."""
    url, database = office
    code = mint_code(database, CLERK, SystemClock()).code
    before = worker.json("status")["client"]

    assert_calm(worker.type("enroll", url, "--code", code), 1, "another person")

    assert worker.json("status")["client"] == before
    worker.must("--profile", "clerk", "enroll", url, "--code", code)
