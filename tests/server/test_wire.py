"""The contract of the wire, over the real app on a real port."""

import gzip
import json
import re
from urllib.parse import quote

import msgspec
import pytest
from sqlalchemy import select

from sync.merge.operation import OpKind
from sync.server.deps import ENROLL_TRIES, unpacker
from sync.server.people import disable_user, revoke_device
from sync.server.tables import AUDIT
from sync.wire.messages import (
    MOST_BODY_BYTES,
    SUM_HEADER,
    WIRE_HEADER,
    AuditEvent,
    AuditReply,
    AuditRequest,
    ErrorReply,
    HeldReply,
    Hello,
    HistoryReply,
    PullReply,
    PullRequest,
    PushReply,
    ScopeCursor,
    sum_of,
)
from tests.support.server import COMMUNITY


@pytest.fixture
def people(server):
    """The worker of 第3网格 and the clerk at the desk, each at an enrolled computer."""
    server.add_user("chen", "grid_worker", "第3网格", "陈晓禾")
    server.add_user("meng", "desk_clerk", COMMUNITY, "孟雪")
    return server.enroll("chen"), server.enroll("meng")


@pytest.fixture
def grid(server):
    """The scope of 第3网格."""
    return f"grid:{server.grids['第3网格']}"


def refusal(answer) -> tuple[int, str]:
    """A refusal's status and code; every one says that it comes from our server."""
    assert answer.headers[WIRE_HEADER.lower()]
    return answer.status, answer.read_as(ErrorReply).code


def test_what_one_computer_pushes_another_pulls(people, grid):
    """The whole way of one household, from a worker's push to the clerk's page."""
    worker, clerk = people
    reply = worker.push(
        grid,
        worker.op(grid, OpKind.CREATE, "dwelling", "d1", room="6-2-1602"),
        worker.op(grid, OpKind.CREATE, "household", "h1", dwelling_id="d1"),
        worker.op(grid, OpKind.CREATE, "person", "p1", household_id="h1", name="王桂兰"),
    )

    assert [outcome.outcome for outcome in reply.outcomes] == ["applied"] * 3
    assert (reply.lane.next, reply.lane.durable) == (4, 0)
    assert clerk.rows(grid)["person", "p1"]["name"] == "王桂兰"


def test_hello_names_the_scopes_of_a_post(people, server, grid):
    """The worker holds her grid with its ID numbers; the clerk all grids, the desk, and none."""
    worker, clerk = (each.get("/v1/hello").read_as(Hello) for each in people)
    own = server.grids["第3网格"]
    assert worker.grants == [
        f"community:{COMMUNITY}",
        f"grid:{own}",
        f"id:{own}",
        f"user:{worker.user.staff_id}",
    ]
    assert worker.user.grid_ids == [own]
    assert worker.user.posts == ["grid_worker"]
    held = {scope.partition(":")[0] for scope in clerk.grants}
    assert held == {"community", "desk", "grid", "user"}
    assert set(clerk.user.grid_ids) == set(server.grids.values())


def test_pages_are_bounded_over_all_scopes(people, grid):
    """Three rows and a limit of two: two pages, the digest with the last one only."""
    worker, _ = people
    for number in range(3):
        worker.push(grid, worker.op(grid, OpKind.CREATE, "household", f"h{number}", contact="1"))

    first = worker.pull(ScopeCursor(grid), limit=2).scopes[0]
    assert (len(first.rows), first.done, first.digest, first.to) == (2, False, "", 2)
    last = worker.pull(ScopeCursor(grid, first.epoch or "", 0), limit=10).scopes[0]
    assert (len(last.rows), last.done) == (3, True)
    assert len(last.digest) == 32


def test_a_removed_row_travels_as_a_tombstone(people, grid):
    """Its body is null, its revision the latest."""
    worker, _ = people
    worker.push(grid, worker.op(grid, OpKind.CREATE, "household", "h1", contact="1"))
    worker.push(grid, worker.op(grid, OpKind.DELETE, "household", "h1"))

    (row,) = worker.pull(ScopeCursor(grid)).scopes[0].rows
    assert (row[0], row[1], row[2], bytes(row[4])) == ("household", "h1", 2, b"null")


def test_a_request_is_echoed_and_a_strange_cursor_asks_for_a_reset(people, server, grid):
    """Another epoch, or a cursor beyond the head: a server from a backup. Lanes are told."""
    worker, _ = people
    epoch = server.database.epoch
    worker.push(grid, worker.op(grid, OpKind.CREATE, "household", "h1", contact="1"))
    asked = [
        ScopeCursor(grid, "elsewhere", 1, 7),
        ScopeCursor(grid, epoch, 99, 8),
        ScopeCursor("grid:foreign", epoch, 1, 9),
        ScopeCursor(grid, epoch, 1, 10),
    ]

    pages = worker.pull(*asked).scopes

    assert [(p.scope, p.epoch, p.cursor, p.gen) for p in pages] == [
        (each.scope, each.epoch, each.cursor, each.gen) for each in asked
    ]
    assert [page.problem for page in pages] == ["reset", "reset", "revoked", ""]
    assert pages[3].done
    assert pages[3].lane.next == 2


def test_a_changed_assignment_raises_the_grant_revision(people, server, grid):
    """The worker gets a second grid: her next pull says so, and hello lists it."""
    worker, _ = people
    before = worker.get("/v1/hello").read_as(Hello)

    server.office.assign("chen", "grid_worker", "第1网格")

    assert worker.pull(ScopeCursor(grid)).grant_rev == before.grant_rev + 1
    after = worker.get("/v1/hello").read_as(Hello)
    assert f"grid:{server.grids['第1网格']}" in after.grants


def test_nothing_to_do_is_less_than_a_kilobyte_each_way(people, server):
    """A worker who is up to date: one request over all scopes, with every digest."""
    worker, _ = people
    hello = worker.get("/v1/hello").read_as(Hello)
    heads = {page.scope: page.head for page in worker.pull(*map(ScopeCursor, hello.grants)).scopes}
    cursors = [ScopeCursor(scope, hello.epoch, head) for scope, head in heads.items()]
    request = PullRequest(client=worker.client_id, scopes=cursors, grant_rev=hello.grant_rev)

    answer = worker.post("/v1/pull", request)

    assert all(page.done and page.digest for page in answer.read_as(PullReply).scopes)
    assert len(msgspec.json.encode(request)) < 1024
    assert len(answer.body) < 1024


def test_a_large_reply_is_compressed_where_that_is_understood(people, server, grid):
    """Only for those who say so."""
    worker, _ = people
    ops = [worker.op(grid, OpKind.CREATE, "household", f"h{n}", contact="1") for n in range(50)]
    worker.push(grid, *ops)
    body = msgspec.json.encode(PullRequest(client=worker.client_id, scopes=[ScopeCursor(grid)]))
    token = worker.enrolled.token

    plain = server.request("POST", "/v1/pull", body, token)
    packed = server.request("POST", "/v1/pull", body, token, {"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 4
    assert len(msgspec.json.decode(gzip.decompress(packed.body))["scopes"][0]["rows"]) == 50


# --- Who may speak ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/hello", "/v1/held", "/v1/history/household/h1"])
def test_without_a_token_nothing_is_told(server, path):
    """A missing token, a wrong one, and one in another scheme."""
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
        assert refusal(server.request("GET", path, headers=headers)) == (401, "auth.signed_out")


@pytest.mark.parametrize("path", ["/v1/push", "/v1/pull", "/v1/audit-events"])
def test_without_a_token_nothing_is_taken(server, path):
    """Not even looked into."""
    assert refusal(server.request("POST", path, b"{}")) == (401, "auth.signed_out")


def test_a_revoked_computer_and_a_disabled_user_are_signed_out(people, server):
    """At their next request, whatever it is."""
    worker, clerk = people
    revoke_device(server.database, worker.client_id, server.clock)
    disable_user(server.database, "meng", server.clock)
    assert refusal(worker.get("/v1/hello")) == (401, "auth.signed_out")
    assert refusal(clerk.get("/v1/hello")) == (401, "auth.signed_out")


def test_a_code_works_once_and_wrong_ones_all_sound_alike(server):
    """Wrong, used, or of a disabled user: one answer, so that guessing learns nothing."""
    server.add_user("chen", "grid_worker", "第3网格")
    code = server.code_for("chen")
    body = msgspec.json.encode({"code": code.lower().replace("-", " "), "device_name": "laptop"})
    assert server.request("POST", "/v1/enroll", body).status == 200

    again = server.request("POST", "/v1/enroll", body)
    guessed = server.request("POST", "/v1/enroll", b'{"code":"AAAA","device_name":"x"}')

    assert refusal(again) == refusal(guessed) == (403, "auth.code")
    assert again.body == guessed.body


def test_guessing_codes_is_slowed_down(server):
    """After ten tries from one address the server says when to come back."""
    guess = b'{"code":"AAAA","device_name":"x"}'
    for _ in range(ENROLL_TRIES):
        assert refusal(server.request("POST", "/v1/enroll", guess)) == (403, "auth.code")

    answer = server.request("POST", "/v1/enroll", guess)

    assert refusal(answer) == (429, "auth.too_many")
    assert int(answer.headers["retry-after"]) > 0


def test_another_computers_lane_is_not_taken(people, grid):
    """The clerk cannot push as the worker."""
    worker, clerk = people
    request = worker.push_request(grid, worker.op(grid, OpKind.CREATE, "household", "h1"))
    assert refusal(clerk.post("/v1/push", request)) == (403, "auth.client")


# --- What may be sent -------------------------------------------------------------------------

MALFORMED = {
    "no json": b"<html>",
    "empty": b"",
    "another type": b'{"scope":1,"client":"x","first_seq":1,"ops":[]}',
    "a number too large": b'{"scope":"s","client":"c","first_seq":1e999,"ops":[]}',
    "nested without end": b'{"scope":"s","client":"c","first_seq":1,"ops":[' + b"[" * 200_000,
    "no UTF-8": b'{"scope":"\xff\xfe"}',
    "half a character": b'{"scope":"\\ud800","client":"c","first_seq":1,"ops":[]}',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_body_that_is_no_message_is_refused_without_repeating_it(people, server, name):
    """Four hundred, one stable code, and nothing of the body in the answer."""
    worker, _ = people
    answer = server.request("POST", "/v1/push", MALFORMED[name], worker.enrolled.token)
    assert refusal(answer) == (400, "request.unreadable")
    assert json.loads(answer.body) == {"code": "request.unreadable"}


@pytest.mark.parametrize("word", ["a\0b", "x" * 9_000, "家" * 3_000])
def test_a_word_that_no_database_could_keep_is_no_bug_of_ours(people, server, grid, word):
    """Nobody of ours sends a NUL or a name of nine thousand letters; whoever does is refused."""
    worker, _ = people
    op = worker.op(grid, OpKind.CREATE, "household", "h1")
    push = worker.push_request(grid, op)
    event = AuditEvent(word, "2026-06-18T01:00:00Z", word, word, word, word)
    answers = [
        worker.post("/v1/push", msgspec.structs.replace(push, scope=word)),
        worker.post("/v1/push", msgspec.structs.replace(push, client=f"{push.client}~{word}")),
        worker.post("/v1/pull", PullRequest(worker.client_id, [ScopeCursor(word)])),
        worker.post("/v1/pull", PullRequest(f"{push.client}~{word}", [ScopeCursor(grid)])),
        worker.post("/v1/audit-events", AuditRequest([event])),
        worker.get(f"/v1/history/household/{quote(word)}"),
    ]
    code = {"code": server.code_for("chen"), "device_name": word, "app_version": word}
    answers.append(server.request("POST", "/v1/enroll", msgspec.json.encode(code)))

    assert [answer.status for answer in answers if answer.status >= 500] == []
    another = msgspec.structs.replace(op, op_id="another")
    assert worker.push(grid, another).outcomes[0].outcome == "applied"


def test_a_body_in_which_a_bit_turned_over_is_asked_for_again(people, server):
    """Its sum tells; nothing of it is taken, and the laptop sends it once more."""
    worker, _ = people
    body = b'{"scope":"grid:1","client":"x","first_seq":1,"ops":[]}'
    headers = {SUM_HEADER: sum_of(body)}
    spoilt = body.replace(b"grid:1", b"grid:3")
    answer = server.request("POST", "/v1/push", spoilt, worker.enrolled.token, headers)
    assert refusal(answer) == (503, "request.damaged")
    assert answer.headers[SUM_HEADER.lower()] == sum_of(answer.body)


def test_a_body_without_end_is_cut_off_while_it_comes_in(people, server):
    """The limit counts what arrives, not what was announced."""
    worker, _ = people
    answer = server.request("POST", "/v1/push", b" " * (MOST_BODY_BYTES + 1), worker.enrolled.token)
    assert refusal(answer) == (413, "request.too_large")


def packed(server, laptop, body: bytes, encoding: str = "gzip"):
    """The answer to a body that says it is packed."""
    headers = {"Content-Encoding": encoding}
    return server.request("POST", "/v1/push", body, laptop.enrolled.token, headers)


def test_a_packed_body_is_the_same_as_a_plain_one(people, server, grid):
    """Five hundred visits are much alike, and a worker's line is thin."""
    worker, _ = people
    request = worker.push_request(grid, worker.op(grid, OpKind.CREATE, "household", "h1"))

    answer = packed(server, worker, gzip.compress(msgspec.json.encode(request)))

    assert answer.read_as(PushReply).lane.next == 2


def test_a_bomb_is_not_unpacked(people, server):
    """Blanks without end in a small body: the limit counts what comes out, as it comes out."""
    worker, _ = people
    bomb = gzip.compress(b" " * (64 * MOST_BODY_BYTES))
    assert len(bomb) < MOST_BODY_BYTES
    assert refusal(packed(server, worker, bomb)) == (413, "request.too_large")
    assert len(unpacker("gzip").some(bomb, 1000)) == 1000


@pytest.mark.parametrize("spoil", ["cut", "turned", "more behind", "nothing"])
def test_a_packed_body_that_was_spoilt_is_asked_for_again(people, server, spoil):
    """The laptop sends it once more."""
    worker, _ = people
    whole = gzip.compress(b'{"scope":"grid:1","client":"x","first_seq":1,"ops":[]}')
    bodies = {
        "cut": whole[:-9],
        "turned": whole[:14] + bytes([whole[14] ^ 4]) + whole[15:],
        "more behind": whole + b"x",
        "nothing": b"",
    }
    assert refusal(packed(server, worker, bodies[spoil])) == (503, "request.damaged")


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_a_body_packed_in_another_way_is_refused(people, server, encoding):
    """Nothing is tried that was not agreed on."""
    worker, _ = people
    assert refusal(packed(server, worker, b"x", encoding)) == (415, "request.encoding")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/docs", 404),
        ("GET", "/openapi.json", 404),
        ("GET", "/v1/push", 405),
    ],
)
def test_there_are_no_other_doors(server, method, path, status):
    """No documentation pages, and every refusal is in our own form."""
    assert refusal(server.request(method, path)) == (status, f"http.{status}")


def test_a_bug_is_answered_and_its_text_stays_out_of_the_log(people, server, grid, caplog):
    """A table is gone: five hundred in our own form, and only the place of it is logged."""
    worker, _ = people
    with server.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE receipt")
    name = "王桂兰"
    request = worker.push_request(grid, worker.op(grid, OpKind.CREATE, "person", "p1", name=name))

    answer = worker.post("/v1/push", request)

    assert refusal(answer) == (500, "bug")
    assert re.search(r"(Operational|Programming)Error", caplog.text)
    assert name not in caplog.text
    assert "receipt" not in caplog.text


def test_health_says_that_the_store_opens(server):
    """Without a token: it tells nothing about anybody."""
    answer = server.request("GET", "/health")
    assert answer.status == 200
    assert answer.headers[WIRE_HEADER.lower()]


# --- What may be asked --------------------------------------------------------------------------


def test_the_history_of_a_row_names_who_and_what(people, grid):
    """For whoever may hold the row; for others there is no such row."""
    worker, clerk = people
    worker.push(grid, worker.op(grid, OpKind.CREATE, "household", "h1", contact="1"))
    clerk.push(grid, clerk.op(grid, OpKind.PATCH, "household", "h1", contact=("1", "2")))

    made, changed = worker.get("/v1/history/household/h1").read_as(HistoryReply).items

    assert (made.field, made.author) == ("*", worker.enrolled.user.staff_id)
    assert (changed.field, changed.old, changed.new) == ("contact", "1", "2")
    assert changed.author == clerk.enrolled.user.staff_id


def test_a_foreign_rows_history_is_as_unknown_as_none_at_all(people, server, grid):
    """The same answer, byte for byte."""
    worker, _ = people
    server.add_user("wu", "grid_worker", "第1网格")
    stranger = server.enroll("wu")
    worker.push(grid, worker.op(grid, OpKind.CREATE, "household", "h1", contact="1"))

    foreign = stranger.get("/v1/history/household/h1")
    missing = stranger.get("/v1/history/household/h2")

    assert refusal(foreign) == refusal(missing) == (404, "record.not_found")
    assert foreign.body == missing.body


def test_what_is_held_is_shown_to_its_author_and_to_who_may_settle_it(people, server, grid):
    """A worker's edit of a row that never was: she and the desk see it, the other grid does not."""
    worker, _ = people
    server.add_user("wu", "grid_worker", "第1网格")
    stranger = server.enroll("wu")
    worker.push(grid, worker.op(grid, OpKind.PATCH, "household", "gone", contact=("1", "2")))

    server.add_user("it", "it_admin", COMMUNITY)
    scope = f"community:{COMMUNITY}"
    worker.push(scope, worker.op(scope, OpKind.CREATE, "area", "a1", name="x", level="estate"))
    assert server.enroll("it").get("/v1/held").read_as(HeldReply).items == []

    (mine, _), (theirs,) = (each.get("/v1/held").read_as(HeldReply).items for each in people)

    # Each asked at a time of their own.
    assert msgspec.structs.replace(mine, age_s=theirs.age_s) == theirs
    assert (mine.code, mine.f) == ("unknown_row", {"contact": ["1", "2"]})
    assert stranger.get("/v1/held").read_as(HeldReply).items == []


def test_looks_at_masked_values_are_recorded_once(people, server):
    """A batch sent again, because its reply was lost, records nothing twice."""
    worker, _ = people
    event = AuditEvent("e1", "2026-06-18T01:00:00Z", "reveal", "person", "p1", "call back")
    for _ in range(2):
        reply = worker.post("/v1/audit-events", AuditRequest([event])).read_as(AuditReply)
        assert reply.recorded == 1
    with server.database.read() as connection:
        kept = connection.execute(select(AUDIT).where(AUDIT.c.action == "reveal")).all()
    assert [(line.actor, line.object_id, line.reason) for line in kept] == [
        (worker.enrolled.user.staff_id, "p1", "call back")
    ]
