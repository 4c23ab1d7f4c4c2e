"""A profile from before there were keys takes one on, and a renewed token breaks no errand."""

import pytest
from sqlalchemy import update

from desktop.services.leasing import keep_lease
from sync.engine.courier import bring_in, pack
from sync.errors import CourierStranger, ServerUnreachable, SignedOut
from sync.server.tables import DEVICE_KEY
from sync.store import vault
from sync.wire.client import Client
from sync.wire.courier import carry_all
from sync.wire.signing import Credentials
from sync.wire.transport import HttpTransport, Link
from tests.engine.test_session import in_step
from tests.support.laptops import PASSWORD, REPLY_LOST, TestLaptop, engine_for


def keep(worker: TestLaptop) -> None:
    """What a session does at its end, by whatever the laptop shows now."""
    worker.engine, worker.transport = engine_for(worker.store)
    keep_lease(worker.store, Client(worker.transport))


@pytest.fixture
def signing(worker):
    """The worker's laptop after its first session of this version."""
    worker.sync()
    keep(worker)
    worker.engine, worker.transport = engine_for(worker.store)
    return worker


def test_it_signs_from_then_on_and_its_token_alone_is_worth_nothing(signing, staffed):
    account = signing.store.account
    assert account.key
    assert vault.login_of(signing.store._ground.folder, PASSWORD) == account.login
    signing.sync()
    assert in_step(signing)

    with pytest.raises(SignedOut):
        Client(HttpTransport(Link(account.server, account.token))).hello()


def test_a_lost_reply_to_its_key_costs_nothing(worker):
    """It signs already; the server may know of it or not."""
    worker.sync()
    client = Client(worker.transport)
    worker.transport.accidents = [None, REPLY_LOST]
    keep_lease(worker.store, client)
    key = worker.store.account.key

    worker.engine, worker.transport = engine_for(worker.store)
    worker.sync()

    assert key
    assert worker.store.account.key == key


def test_what_a_courier_took_along_before_a_token_was_renewed_comes_home(
    signing, clerk, grid, household, staffed, tmp_path
):
    """The server knows the sender still, and the sender opens the answers."""
    signing.append("note", grid, household_id=household, text="taken along")
    pack(signing.store, tmp_path / "out")
    with staffed.database.write() as connection:
        connection.execute(update(DEVICE_KEY).values(serial_at="2020-01-01T00:00:00Z"))
    before = signing.store.account.token
    client = Client(signing.transport)
    assert client.lease().wants_token
    signing.transport.accidents = [REPLY_LOST]
    with pytest.raises(ServerUnreachable):
        client.renew_token()
    signing.store.take_token(client.renew_token())
    signing.engine, signing.transport = engine_for(signing.store)
    signing.engine._client.hello()

    carry_all(tmp_path / "out", tmp_path / "back", clerk.engine._client.carry)

    assert signing.store.account.token != before
    assert bring_in(signing.store, tmp_path / "back").delivered == 1


def test_a_copied_token_makes_no_courier_file(signing, clerk, tmp_path, monkeypatch):
    """A colleague knows the server's courier key, and would read everything by the token."""
    token = signing.store.account.token
    monkeypatch.setattr(signing.store, "credentials", lambda: Credentials(token))
    pack(signing.store, tmp_path / "out")

    with pytest.raises(CourierStranger):
        carry_all(tmp_path / "out", tmp_path / "back", clerk.engine._client.carry)


def test_a_courier_brings_a_signing_laptop_the_pages_that_follow_too(
    signing, clerk, grid, household, tmp_path
):
    """Those the server asks of itself, in the laptop's name."""
    for number in range(3):
        clerk.append("note", grid, household_id=household, text=f"clerk {number}")
    clerk.sync()
    pack(signing.store, tmp_path / "out", page_rows=1)
    carry_all(tmp_path / "out", tmp_path / "back", clerk.engine._client.carry)

    assert bring_in(signing.store, tmp_path / "back").whole
    assert in_step(signing)
