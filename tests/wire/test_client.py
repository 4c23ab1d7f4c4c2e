"""Refusals become our errors by their code; what cannot be read is no answer."""

import pytest

from sync.errors import (
    CodeRefused,
    NotPermitted,
    RequestRefused,
    ServerBusy,
    ServerUnreachable,
    SignedOut,
    UpgradeNeeded,
)
from sync.wire.client import Client
from sync.wire.messages import EnrollRequest
from tests.wire.conftest import http


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("401 Unauthorized", b'{"code":"auth.signed_out"}', SignedOut),
        ("401 Unauthorized", b"not json", SignedOut),
        ("403 Forbidden", b'{"code":"auth.code"}', CodeRefused),
        ("403 Forbidden", b'{"code":"auth.client"}', NotPermitted),
        ("426 Upgrade Required", b'{"code":"sync.upgrade"}', UpgradeNeeded),
        ("429 Too Many Requests", b'{"code":"auth.too_many","retry_after":60}', ServerBusy),
        ("503 Service Unavailable", b'{"code":"store.busy"}', ServerBusy),
        ("500 Internal Server Error", b'{"code":"bug"}', RequestRefused),
        ("418 I am a teapot", b'{"code":"tea"}', RequestRefused),
    ],
)
def test_each_refusal_has_its_own_error(stub, transport, status, body, error):
    """Callers match on the class, never on a text."""
    stub.says(http(body, status))

    with pytest.raises(error):
        Client(transport).hello()


def test_a_code_that_nobody_wrote_down_is_named(stub, transport):
    """A newer server may refuse for reasons that this app does not know."""
    stub.says(http(b'{"code":"tea.kettle"}', "418 I am a teapot"))

    with pytest.raises(RequestRefused) as refused:
        Client(transport).hello()

    assert refused.value.details == {"reason": "tea.kettle"}


def test_a_busy_servers_own_word_counts_too(stub, transport):
    """In the header or in the body."""
    stub.says(http(b'{"code":"auth.too_many","retry_after":60}', "429 Too Many Requests"))

    with pytest.raises(ServerBusy) as busy:
        Client(transport).hello()

    assert busy.value.details["retry_after"] == 60


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"wire":"one"}', b"null"])
def test_an_answer_that_is_no_message_is_no_answer(stub, transport, body):
    """A flipped bit, a cut, a page in between: asked again, never half believed."""
    stub.says(http(body))

    with pytest.raises(ServerUnreachable):
        Client(transport).hello()


def test_members_of_a_newer_server_are_ignored(stub, transport):
    """It may say more."""
    stub.says(
        http(
            b'{"client_id":"c","token":"t","epoch":"e","server_time":"s","weather":"fine",'
            b'"user":{"staff_id":"s","login":"l","name":"n","posts":[],"community_id":"c",'
            b'"community_name":"n"}}'
        )
    )

    assert Client(transport).enroll(EnrollRequest("code", "laptop")).client_id == "c"
