"""Nothing to do, said in few bytes and still proven: one sum over all scopes without news."""

import msgspec
import pytest
from sqlalchemy import update

from sync.schema.canonical import quiet_sum
from sync.store.tables import GENERATION, LANE
from sync.wire.messages import (
    WIRE_HEADER,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    ScopeCursor,
)


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


def test_a_push_of_new_entries_alone_is_the_only_request(worker, household, grid):
    """Its receipts make the rows, and the sum that comes with them proves every copy."""
    worker.sync()
    note(worker, household, grid)

    report = worker.sync()

    assert (report.requests, report.pushed, report.pulled, report.pending) == (1, 1, 0, 0)
    reply = asked(worker, held(worker))
    assert (reply.scopes, reply.quiet) == ([], own_sum(worker, reply))


def test_what_a_receipt_cannot_make_is_pulled_in_the_same_session(worker, household):
    """Another revision of a row, which others may have had a part in."""
    worker.sync()
    worker.patch("household", household, contact="139")

    report = worker.sync()

    assert (report.requests, report.pushed, report.pulled) == (2, 1, 1)


def test_a_colleagues_news_come_in_the_session_of_a_push(worker, clerk, household, grid):
    """The sum is another one then, wherever the news are."""
    worker.sync()
    clerk.patch("household", household, contact="139")
    clerk.sync()
    note(worker, household, grid)

    report = worker.sync()

    assert (report.requests, report.pushed) == (2, 1)
    assert worker.value("household", household, "contact") == "139"


def test_what_is_saved_during_a_push_is_sent_and_proved_too(worker, household, grid):
    """The first sum fits, and says nothing of what waits by then."""
    worker.sync()
    note(worker, household, grid)

    def save(path: str) -> None:
        worker.transport.watch = lambda path: None
        worker.patch("household", household, contact="139")

    worker.transport.watch = save
    report = worker.sync()

    assert (report.requests, report.pushed, report.pulled) == (3, 2, 1)
    reply = asked(worker, held(worker))
    assert (reply.scopes, reply.quiet) == ([], own_sum(worker, reply))


def test_a_copy_that_differs_is_found_after_a_push(worker, household, grid):
    """The laptop's own sum decides, and it is that of its rows."""
    worker.sync()
    with worker.store.database.writing() as connection:
        wrong = update(GENERATION).where(GENERATION.c.scope_id == grid).values(digest="0" * 32)
        connection.execute(wrong)
    note(worker, household, grid)

    report = worker.sync()

    assert report.requests > 2
    assert report.differing == ()
    reply = asked(worker, held(worker))
    assert reply.quiet == own_sum(worker, reply)


@pytest.mark.parametrize("odd", ["grant_rev", "epoch", "gens"])
def test_a_push_that_the_server_cannot_place_gets_receipts_alone(worker, household, grid, odd):
    """As a pull that speaks of other grants, of another epoch, of another number of scopes."""
    worker.sync()
    request = pushed_by(worker, grid)
    wrong = {"grant_rev": 99, "epoch": "another", "gens": request.gens[1:]}

    assert answered(worker, request).quiet != ""
    assert answered(worker, msgspec.structs.replace(request, **{odd: wrong[odd]})).quiet == ""


def test_a_push_of_too_old_a_version_gets_receipts_alone(worker, household, grid):
    """It is told so by the pull that it has to make then."""
    worker.sync()
    worker.transport.way._headers[WIRE_HEADER] = "0"

    reply = answered(worker, pushed_by(worker, grid))

    assert (reply.lane.next, reply.quiet) == (2, "")


def note(laptop, household, grid) -> None:
    """A new entry, which nobody else has a part in."""
    laptop.append("note", grid, household_id=household, text="门口地滑")


def pushed_by(laptop, scope) -> PushRequest:
    """A push of nothing that says which copies the laptop has."""
    request = held(laptop)
    gens = [gen for _, gen in request.held]
    return PushRequest(
        scope, request.client, 1, [], request.epoch, grant_rev=request.grant_rev, gens=gens
    )


def answered(laptop, request: PushRequest) -> PushReply:
    reply = laptop.transport.way.exchange("POST", "/v1/push", msgspec.json.encode(request))
    return msgspec.json.decode(reply.body, type=PushReply)


def test_the_sum_tells_every_part_apart():
    """Whatever moves, moves it."""
    line = ("grid:a", 5, 1, "0" * 32, 3, 0)
    sums = {quiet_sum("e1", [line]), quiet_sum("e2", [line]), quiet_sum("e1", [line, line])}
    for place in range(len(line)):
        changed = list(line)
        changed[place] = "x" if isinstance(line[place], str) else 77
        sums.add(quiet_sum("e1", [tuple(changed)]))
    assert len(sums) == 3 + len(line)
