"""HTTP as it is outdoors: portals, proxies, trickles, bombs, certificates."""

import gzip
import socket
import threading
import time
from base64 import b64encode

import pytest

from sync.errors import (
    CertificateRefused,
    NameNotFound,
    NotEncrypted,
    NotTheServer,
    PortalAnswered,
    ServerBusy,
    ServerUnreachable,
)
from sync.wire.messages import sum_of
from sync.wire.transport import MOST_RETRY_AFTER_S, HttpTransport, Link
from tests.support.secure import certificate, secure
from tests.wire.conftest import http, read_request

__all__ = ["secure"]

LOGIN_PAGE = b"<html><body>Welcome to the hotel</body></html>"


def get(transport, **options):
    return transport.exchange("GET", "/v1/hello", **options)


def test_an_answer_of_the_server_comes_whole_whatever_its_status(stub, transport):
    """Refusals are answers too."""
    stub.says(http(b'{"code":"auth.signed_out"}', "401 Unauthorized"))

    reply = get(transport)

    assert (reply.status, reply.body) == (401, b'{"code":"auth.signed_out"}')


def test_the_token_is_sent_and_never_shown(stub, transport):
    """As a bearer, in no repr."""
    get(transport)

    assert b"Authorization: Bearer secret" in stub.asked[0]
    assert "secret" not in repr(Link(stub.url, token="secret"))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(LOGIN_PAGE, ours=False, Content_Type="text/html"), PortalAnswered),
        (http(b"{}", ours=False), PortalAnswered),
        (http(b"", "302 Found", ours=False, Location="http://10.0.0.1/login"), PortalAnswered),
        (http(b"", "407 Proxy Authentication Required", ours=False), PortalAnswered),
        (http(b"", "511 Network Authentication Required", ours=False), PortalAnswered),
        (http(b"", "404 Not Found", ours=False), NotTheServer),
        (http(b"", "502 Bad Gateway", ours=False), ServerBusy),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ServerUnreachable),
        (b"", ServerUnreachable),
    ],
)
def test_what_no_doorstep_server_wrote_is_no_answer(stub, transport, answer, error):
    """A status of 200 proves nothing."""
    stub.says(answer)

    with pytest.raises(error):
        transport.exchange("POST", "/v1/push", b"{}")


def test_a_bit_that_turned_over_is_no_answer(stub, transport):
    """A proxy that unpacks TLS may spoil an answer that still reads as one."""
    body = b'{"outcome":"applied"}'
    stub.says(http(body, Doorstep_Sum=sum_of(body)))
    assert transport.exchange("GET", "/").body == body

    stub.says(http(body.replace(b"i", b"h"), Doorstep_Sum=sum_of(body)))
    with pytest.raises(ServerUnreachable):
        get(transport)


@pytest.mark.parametrize("server", ["http://192.168.1.9:8400", "http://office.example"])
def test_residents_data_never_travels_in_the_clear(server):
    """Plain HTTP is for trying things out on one computer alone."""
    with pytest.raises(NotEncrypted):
        get(HttpTransport(Link(server)))


def test_a_redirect_is_not_followed(stub, transport):
    """The bearer would go to whoever asked for it."""
    stub.says(http(b"", "302 Found", ours=False, Location=f"{stub.url}/elsewhere"))

    with pytest.raises(PortalAnswered):
        get(transport)

    assert len(stub.asked) == 1


def test_what_is_to_be_done_meanwhile_is_done_while_the_server_works(stub, transport):
    """The whole request is there by then, and no answer yet."""
    came, began = threading.Event(), threading.Event()
    found = []

    def answering(connection, request):
        came.set()
        found.append(began.wait(10))
        connection.sendall(http())

    def meanwhile():
        found.append(came.wait(10))
        began.set()

    stub.answering = answering
    transport.exchange("POST", "/v1/push", b"{}", meanwhile=meanwhile)

    assert found == [True, True]


def test_what_was_to_be_done_beside_one_request_is_not_done_beside_the_next(stub, transport):
    """Nor where the request never went out."""
    done = []
    transport.exchange("POST", "/v1/push", b"{}", meanwhile=lambda: done.append(1))
    get(transport)
    assert done == [1]

    with pytest.raises(ServerUnreachable):
        get(
            HttpTransport(Link(f"http://127.0.0.1:{free_port()}")), meanwhile=lambda: done.append(2)
        )
    assert done == [1]


def test_nobody_at_home_is_no_network():
    """A closed port, a name that nobody knows."""
    for server in (f"http://127.0.0.1:{free_port()}", "https://doorstep.invalid"):
        with pytest.raises(ServerUnreachable):
            get(HttpTransport(Link(server)))


def test_a_name_that_nobody_knows_is_named():
    """A typing mistake shows; it may be a missing network, too."""
    with pytest.raises(NameNotFound) as unknown:
        get(HttpTransport(Link("https://doorstep.invalid/office")))

    assert "doorstep.invalid" in unknown.value.sentence()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.mark.parametrize("server", ["", "not an address", "ftp://example.org", "http://"])
def test_an_address_that_is_none_says_so(server):
    """It is not the network's fault."""
    with pytest.raises(NotTheServer):
        get(HttpTransport(Link(server)))


HEAD = b"HTTP/1.1 200 OK\r\nDoorstep-Wire: 1\r\nContent-Length: 99999\r\n\r\n"


@pytest.mark.parametrize("sent", [b"", HEAD])
def test_a_trickle_ends_at_the_deadline(stub, transport, sent):
    """In the head and in the body: each byte would start a socket's own timeout anew."""
    ended = threading.Event()

    def trickle(connection, request):
        connection.sendall(sent)
        while not ended.wait(0.05):
            connection.sendall(b"x")

    stub.answering = trickle
    started = time.monotonic()

    with pytest.raises(ServerUnreachable):
        get(transport, deadline_s=0.6)

    ended.set()
    assert time.monotonic() - started < 3


def test_the_next_exchange_after_a_hang_up_works(stub, transport):
    """A broken line is left behind, not kept."""
    stub.answering = lambda connection, request: threading.Event().wait(2)
    with pytest.raises(ServerUnreachable):
        get(transport, deadline_s=0.2)

    stub.says(http())

    assert get(transport).status == 200


def test_an_answer_cut_off_is_no_answer(stub, transport):
    """Half of it might look whole."""
    stub.says(http(b'{"ok":true}' * 100)[:-300])

    with pytest.raises(ServerUnreachable):
        get(transport)


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(stub, transport):
    """Before it fills the memory."""
    bomb = gzip.compress(bytes(200_000_000), 9)
    stub.says(http(bomb, Content_Encoding="gzip"))

    with pytest.raises(NotTheServer):
        get(transport)


def test_packed_answers_are_unpacked_and_counted_as_they_travelled(stub, transport):
    """The figure is what a worker's data plan pays for."""
    body = b'{"text":"' + b"a" * 50_000 + b'"}'
    packed = gzip.compress(body)
    stub.says(http(packed, Content_Encoding="gzip"))

    reply = transport.exchange("POST", "/v1/pull", b"12345")

    assert reply.body == body
    assert (transport.traffic.up, transport.traffic.down) == (5, len(packed))
    assert transport.traffic.requests == 1


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7), ("99999", MOST_RETRY_AFTER_S), ("-1", 0), ("Fri, 31 Dec 2027 23:59:59 GMT", 0)],
)
def test_a_busy_server_is_waited_for_within_bounds(stub, transport, asked, seconds):
    """Six hours, as one library allows, would be a lost day."""
    stub.says(http(b"", "503 Service Unavailable", ours=False, Retry_After=asked))

    with pytest.raises(ServerBusy) as busy:
        get(transport)

    assert busy.value.details["retry_after"] == seconds


def test_the_environment_changes_nothing(stub, monkeypatch, tmp_path):
    """Neither a proxy variable nor a .netrc, which would replace our bearer."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert get(HttpTransport(Link(stub.url, token="secret"))).status == 200
    assert b"Bearer secret" in stub.asked[0]


def test_a_proxy_that_it_set_is_used(stub):
    """The request goes to the proxy with its whole address."""
    transport = HttpTransport(Link("http://localhost:1", proxy=stub.url))

    assert get(transport).status == 200
    assert stub.asked[0].startswith(b"GET http://localhost:1/v1/hello")


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_is_told_who_asks(stub, scheme):
    """As IT wrote it into its address."""
    proxy = f"{scheme}office:w%40rd@{stub.url.partition('//')[2]}"
    transport = HttpTransport(Link("http://localhost:1", proxy=proxy))

    assert get(transport).status == 200
    assert b"Basic " + b64encode(b"office:w@rd") in stub.asked[0]


def test_two_exchanges_take_one_connection(stub, transport):
    """Empty answers, too: a line far away costs a round trip for each new one."""
    heard = []

    def keep_answering(connection, request):
        for body in (b"{}", b"", b"{}"):
            connection.sendall(http(body).replace(b"Connection: close\r\n", b""))
            heard.append(read_request(connection))

    stub.answering = keep_answering
    for _ in range(3):
        assert get(transport).status == 200

    assert len(stub.asked) == 1


class TestCertificates:
    """TLS without a way around it."""

    @pytest.fixture
    def authority(self, tmp_path):
        """A certificate for 127.0.0.1 that signs itself, and its file."""
        return certificate(tmp_path, "127.0.0.1")

    def test_an_unknown_authority_is_refused(self, secure, authority):
        """With words about the date and the CA file."""
        url = secure(authority, http())

        with pytest.raises(CertificateRefused):
            get(HttpTransport(Link(url)))

    def test_the_organisations_file_is_believed(self, secure, authority):
        """IT hands it out."""
        url = secure(authority, http())

        assert get(HttpTransport(Link(url, ca_file=str(authority[0])))).status == 200

    def test_another_name_is_refused(self, secure, tmp_path):
        """The certificate is good, but for somebody else."""
        files = certificate(tmp_path, "127.0.0.2")
        url = secure(files, http())

        with pytest.raises(CertificateRefused):
            get(HttpTransport(Link(url, ca_file=str(files[0]))))

    def test_a_ca_file_that_is_not_there_is_an_error_and_no_fallback(self, tmp_path):
        """Trusting everyone instead would be worse than not syncing."""
        with pytest.raises(CertificateRefused):
            HttpTransport(Link("https://127.0.0.1", ca_file=str(tmp_path / "none.pem")))
