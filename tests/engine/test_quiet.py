"""Nothing to do, said in few bytes and still proven: one sum over all scopes without news."""

import msgspec
import pytest
from sqlalchemy import update

from sync.schema.canonical import quiet_sum
from sync.store.tables import GENERATION, LANE
from sync.wire.messages import PullReply, PullRequest, ScopeCursor


def held(laptop) -> PullRequest:
    """What the laptop asks with when everything is at rest."""
    grants = laptop.store.facts.grants()
    at_rest = laptop.store.replica.glance().at_rest(grants.scopes)
    assert at_rest is not None
    return PullRequest(
        client=laptop.store.account.client_id,
        grant_rev=grants.grant_rev,
        epoch=at_rest[0],
        held=at_rest[1],
    )


def asked(laptop, request: PullRequest) -> PullReply:
    """The server's answer to a request of the laptop."""
    reply = laptop.transport.way.exchange("POST", "/v1/pull", msgspec.json.encode(request))
    return msgspec.json.decode(reply.body, type=PullReply)


def own_sum(laptop, reply: PullReply) -> str:
    scopes = laptop.store.facts.grants().scopes
    return laptop.store.replica.glance().quiet_sum(reply.epoch, scopes)


def test_one_sum_answers_for_every_scope(worker, household):
    """No page, and both ends reach the same sum from what they hold."""
    worker.sync()

    reply = asked(worker, held(worker))

    assert reply.scopes == []
    assert reply.quiet == own_sum(worker, reply) != ""


def test_a_quiet_session_leaves_nothing_to_look_at_again(worker, household):
    """The word of it is kept, and where everything stands is what it was: the next session reads
    nothing anew."""
    worker.sync()
    known, told = worker.store.replica.glance(), worker.store.facts.last_sync().at

    worker.sync()

    assert worker.store.replica.glance() is known
    assert worker.store.facts.last_sync().at > told


def test_news_of_one_scope_come_beside_the_sum_of_the_others(worker, clerk, household, grid):
    """In the one request that would have said that there are none."""
    worker.sync()
    clerk.patch("household", household, contact="139")
    clerk.sync()

    reply = asked(worker, held(worker))
    report = worker.sync()

    assert [page.scope for page in reply.scopes] == [grid]
    assert reply.quiet != ""
    assert (report.requests, report.pulled) == (1, 1)
    assert worker.value("household", household, "contact") == "139"


@pytest.mark.parametrize("change", [{"digest": "0" * 32}, {"cursor": 99}])
def test_a_copy_that_differs_is_found_and_mended(worker, household, grid, change):
    """The laptop never takes the server's word for its own rows."""
    worker.sync()
    with worker.store.database.writing() as connection:
        connection.execute(update(GENERATION).where(GENERATION.c.scope_id == grid).values(**change))

    report = worker.sync()

    assert report.requests > 1
    assert report.differing == ()
    reply = asked(worker, held(worker))
    assert reply.quiet == own_sum(worker, reply)


def test_a_lane_that_differs_is_asked_about_by_name(worker, household, grid):
    """The sum covers how far the lanes are, so a server that forgot some is heard."""
    worker.sync()
    with worker.store.database.writing() as connection:
        connection.execute(update(LANE).where(LANE.c.scope_id == grid).values(next_seq=9))

    assert worker.sync().requests == 2


@pytest.mark.parametrize("odd", ["grant_rev", "epoch", "held"])
def test_what_the_server_cannot_place_is_not_answered(worker, household, odd):
    """Grants of another time, another life of the server, a list of another length."""
    worker.sync()
    request = held(worker)
    wrong = {"grant_rev": 99, "epoch": "another", "held": request.held[1:]}

    reply = asked(worker, msgspec.structs.replace(request, **{odd: wrong[odd]}))

    assert (reply.scopes, reply.quiet) == ([], "")


def test_the_echo_of_another_copy_is_no_proof(worker, household):
    """The number of the copy is part of the sum, so a late answer fits no later copy."""
    worker.sync()
    request = held(worker)
    other = [(cursor, gen + 1) for cursor, gen in request.held]

    reply = asked(worker, msgspec.structs.replace(request, held=other))

    assert reply.quiet != own_sum(worker, reply)


def test_asking_by_name_is_answered_page_by_page(worker, household, grid):
    """For a laptop that fills a copy, and for one that found the sums differ."""
    worker.sync()
    cursor = ScopeCursor(grid, worker.store.replica.glance().epoch_of(grid), 1)

    reply = asked(worker, PullRequest(worker.store.account.client_id, [cursor]))

    assert [page.scope for page in reply.scopes] == [grid]
    assert reply.quiet == ""


def test_the_sum_tells_every_part_apart():
    """Whatever moves, moves it."""
    line = ("grid:a", 5, 1, "0" * 32, 3, 0)
    sums = {quiet_sum("e1", [line]), quiet_sum("e2", [line]), quiet_sum("e1", [line, line])}
    for place in range(len(line)):
        changed = list(line)
        changed[place] = "x" if isinstance(line[place], str) else 77
        sums.add(quiet_sum("e1", [tuple(changed)]))
    assert len(sums) == 3 + len(line)
