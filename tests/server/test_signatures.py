"""Signed requests over HTTP: a token alone is worth nothing, and a copied profile is found out."""

import gzip
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import msgspec
import pytest
from sqlalchemy import select, update

from sync.errors import NotSuspended
from sync.server import signatures
from sync.server.signatures import RENEW_AFTER, WINDOW, resume
from sync.server.tables import AUDIT, DEVICE_KEY
from sync.store.request_counter import BLOCK
from sync.wire.messages import (
    EnrollReply,
    EnrollRequest,
    ErrorReply,
    Hello,
    KeyRequest,
    LeaseReply,
    PullRequest,
    PushReply,
    PushRequest,
    ScopeCursor,
    TokenReply,
)
from sync.wire.signing import SIGNED_HEADER, Signer, new_key, public_of
from tests.support.laptops import TickingClock
from tests.support.server import Answer, running_server


@dataclass
class Signing:
    """A computer that signs by hand. ``at`` counts its requests."""

    server: object
    token: str
    client_id: str
    key: bytes
    at: count = field(default_factory=lambda: count(1))

    def header(self, method: str, path: str, body: bytes = b"") -> str:
        return Signer(self.key, self.at.__next__).header(self.token, method, path, body)

    def ask(self, method, path, message=None, header: str | None = None) -> Answer:
        body = b"" if message is None else msgspec.json.encode(message)
        signed = self.header(method, path, body) if header is None else header
        headers = {SIGNED_HEADER: signed}
        return self.server.request(method, path, body or None, self.token, headers)

    def ask_as(self, number: int) -> Answer:
        """Pull under a number of one's choice."""
        self.at = count(number)
        return self.pull()

    def pull(self) -> Answer:
        scopes = [ScopeCursor(f"grid:{self.server.grids['第3网格']}")]
        return self.ask("POST", "/v1/pull", PullRequest(self.client_id, scopes))

    def push(self) -> Answer:
        scope = f"grid:{self.server.grids['第3网格']}"
        return self.ask("POST", "/v1/push", PushRequest(scope, self.client_id, 1, []))

    def lease(self) -> LeaseReply:
        return self.ask("POST", "/v1/lease").read_as(LeaseReply)

    def next_token(self) -> str:
        return self.ask("POST", "/v1/token").read_as(TokenReply).token


@pytest.fixture
def server(tmp_path, stores):
    """As usual, by a clock that a test moves."""
    folder = tmp_path / "server"
    with running_server(folder, TickingClock(), database=stores.make(folder)) as running:
        running.add_user("chen", "grid_worker", "第3网格", "陈晓禾")
        yield running


@pytest.fixture
def computer(server):
    key = new_key()
    asked = EnrollRequest(server.code_for("chen"), "laptop", key=public_of(key))
    answer = server.request("POST", "/v1/enroll", msgspec.json.encode(asked))
    reply = answer.read_as(EnrollReply)
    return Signing(server, reply.token, reply.client_id, key)


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.read_as(ErrorReply).code if answer.status != 200 else ""


FINE = (200, "")
SUSPENDED = (401, "auth.suspended")
STRANGER = (401, "auth.signed_out")


def test_a_copied_token_is_worth_nothing_without_the_key(computer, server):
    """No signature, one of another key, one that was made for another request or body."""
    assert code(computer.pull()) == FINE
    thief = Signing(server, computer.token, computer.client_id, new_key(), count(99))

    assert code(thief.pull()) == code(thief.push()) == STRANGER
    for header in ("", computer.header("GET", "/v1/hello", b"{}"), "1.2.3.4"):
        for path in ("/v1/pull", "/v1/push", "/v1/lease", "/v1/token", "/v1/live"):
            assert code(computer.ask("POST", path, {}, header)) == STRANGER


def test_a_body_that_was_exchanged_is_not_taken(computer, server):
    """Packed or not: the signature is over what was said."""
    body, other = b'{"key":"AA=="}', b'{"key":"BB=="}'
    for sent, more in ((other, {}), (gzip.compress(other), {"Content-Encoding": "gzip"})):
        headers = {SIGNED_HEADER: computer.header("POST", "/v1/device-key", body), **more}
        answer = server.request("POST", "/v1/device-key", sent, computer.token, headers)
        assert code(answer) == (503, "request.damaged")


def test_the_very_same_request_twice_is_no_copy(computer):
    """Something in between sent it again: it is not answered twice, and nobody is suspended."""
    header = computer.header("POST", "/v1/lease")
    assert code(computer.ask("POST", "/v1/lease", None, header)) == FINE

    assert code(computer.ask("POST", "/v1/lease", None, header)) == (503, "request.repeated")
    assert code(computer.pull()) == FINE


def test_a_number_that_comes_again_suspends_the_computer(computer, server):
    """It is given nothing more, what it sends is taken, and the audit tells of it once."""
    computer.ask_as(5)

    assert code(computer.ask_as(5)) == SUSPENDED
    assert code(computer.ask_as(6)) == SUSPENDED
    assert code(computer.ask("GET", "/v1/held")) == SUSPENDED
    assert code(computer.push()) == code(computer.ask("GET", "/v1/hello")) == FINE
    with server.database.read() as connection:
        lines = connection.execute(select(AUDIT).where(AUDIT.c.action == "device.suspend")).all()
    assert [line.object_id for line in lines] == [computer.client_id]


def test_a_suspended_computer_gets_receipts_and_no_sum(computer):
    """Nobody says any more whether its copies are those of the server."""
    hello = computer.ask("GET", "/v1/hello").read_as(Hello)
    push = PushRequest(hello.grants[0], computer.client_id, 1, [], hello.epoch)
    push.grant_rev, push.gens = hello.grant_rev, [1] * len(hello.grants)
    assert computer.ask("POST", "/v1/push", push).read_as(PushReply).quiet != ""

    computer.ask_as(5)
    assert code(computer.ask_as(5)) == SUSPENDED

    reply = computer.ask("POST", "/v1/push", push).read_as(PushReply)
    assert (reply.lane.next, reply.quiet) == (1, "")


def test_a_number_from_long_ago_does_too(computer, server):
    """Some may overtake others; none is that late."""
    came = dict.fromkeys(range(1000, 1000 + WINDOW - 1), "mark")
    with server.database.write() as connection:
        connection.execute(update(DEVICE_KEY).values(seen=msgspec.json.encode(came).decode()))

    assert code(computer.ask_as(901)) == FINE
    assert code(computer.ask_as(900)) == SUSPENDED


def test_a_request_from_before_the_app_started_anew_may_come_late(computer):
    """It waited for its turn here, behind an import, while the app was closed and opened again:
    that leaves many numbers out."""
    for number in (1, 2, 2 + BLOCK, 3 + BLOCK):
        computer.ask_as(number)

    assert code(computer.ask_as(3)) == code(computer.ask_as(4 + BLOCK)) == FINE
    assert code(computer.ask_as(3)) == SUSPENDED


def test_numbers_may_be_left_out(computer):
    """A start leaves out what the one before may have used."""
    assert [code(computer.ask_as(number)) for number in (3, 300, 301, 90_000)] == [FINE] * 4


def test_it_lets_one_go_on_that_was_put_back(computer, server):
    """From the number that it shows next."""
    computer.ask_as(1)
    assert code(computer.ask_as(1)) == SUSPENDED

    with server.database.write() as connection:
        resume(connection, computer.client_id)

    assert code(computer.ask_as(2)) == code(computer.pull()) == FINE
    with pytest.raises(NotSuspended), server.database.write() as connection:
        resume(connection, computer.client_id)


class TestTokens:
    """They are renewed in a row, and no lost reply breaks it."""

    def test_the_same_one_is_told_again_and_the_former_holds_until_it_is_used(self, computer):
        first = computer.token
        told = [computer.next_token() for _ in range(3)]

        assert len(set(told)) == 1
        assert told[0] != first
        computer.token = told[0]
        assert code(computer.pull()) == FINE

    def test_the_one_before_is_a_lost_reply_and_an_older_one_is_a_copy(self, computer):
        """A profile that was shut before it kept the next token shows the former once more."""
        row = [computer.token]
        for _ in range(2):
            computer.token = computer.next_token()
            row.append(computer.token)
        assert code(computer.pull()) == FINE

        computer.token = row[1]
        assert code(computer.pull()) == FINE
        computer.token = row[0]
        assert code(computer.pull()) == SUSPENDED
        assert code(computer.push()) == FINE

    def test_a_server_that_was_restored_knows_those_it_had_not_made_yet(self, computer, server):
        """Otherwise every computer of an office would be enrolled anew."""
        for _ in range(3):
            computer.token = computer.next_token()
        with server.database.write() as connection:
            connection.execute(update(DEVICE_KEY).values(serial=0, seen="{}"))

        assert code(computer.pull()) == FINE

    def test_nobody_makes_one_up(self, computer, server):
        other = signatures.token_of(bytes(32), computer.client_id, 1)
        for token in (other, f"{computer.client_id}.1.", f"{computer.client_id}.1", "..", ".1.A"):
            computer.token = token
            assert code(computer.pull()) == STRANGER

    def test_it_is_wanted_after_a_month(self, computer, server):
        assert not computer.lease().wants_token
        server.clock.moment += RENEW_AFTER + timedelta(hours=1)

        assert computer.lease().wants_token
        computer.token = computer.next_token()
        assert not computer.lease().wants_token


def test_a_computer_from_before_tells_its_key_and_signs_from_then_on(server):
    """Until then its token is enough, as it was; and nobody puts another key in its place."""
    old = server.enroll("chen")
    assert old.post("/v1/lease", KeyRequest(b"")).read_as(LeaseReply).wants_key
    key = new_key()
    computer = Signing(server, old.enrolled.token, old.client_id, key)
    asked = KeyRequest(public_of(key))

    # Signed or not: the server does not know the key yet, and a reply may get lost.
    assert code(computer.ask("POST", "/v1/device-key", asked)) == FINE
    assert code(computer.ask("POST", "/v1/device-key", asked)) == FINE

    assert code(old.post("/v1/pull", PullRequest(old.client_id, []))) == STRANGER
    assert code(computer.pull()) == FINE
    other = KeyRequest(public_of(new_key()))
    assert code(computer.ask("POST", "/v1/device-key", other)) == STRANGER
    assert not computer.lease().wants_key
