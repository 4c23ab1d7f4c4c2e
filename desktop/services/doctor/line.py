"""The way to the server: proxy, name, certificate, who answers, and whether it knows us."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from desktop.services.doctor.finding import Finding, State, trouble, well
from desktop.services.profiles import Connection
from desktop.services.syncing import Connect
from sync.errors import DeviceRevoked, DoorstepError, NetworkError, ServerUnreachable
from sync.i18n import _
from sync.identity import parse_stamp
from sync.wire.messages import Hello
from sync.wire.signing import NOBODY, Credentials

PROXY_TIMEOUT_S: Final = 5.0
CLOCK_MAY_DIFFER_S: Final = 120
_PROXY_PORTS: Final = {"https": 443, "socks5": 1080}
_ANNOUNCED: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")

Dial = Callable[[str, int], None]
"""Opens a connection to a host's port and closes it again. Raises ``OSError``."""


def dial(host: str, port: int) -> None:
    """Whether anybody listens there. Raises ``OSError``."""
    socket.create_connection((host, port), timeout=PROXY_TIMEOUT_S).close()


@dataclass(frozen=True)
class Way:
    """How the server is to be reached; ``NOBODY`` is asked nothing that needs a token."""

    connection: Connection
    connect: Connect
    dial: Dial
    who: Credentials = NOBODY


def proxy(way: Way) -> Finding:
    """Whether the proxy that IT set answers."""
    if not way.connection.proxy:
        return well("proxy", _("None is set for this profile."))
    at = urlsplit(way.connection.proxy)
    try:
        way.dial(at.hostname or "", at.port or _PROXY_PORTS.get(at.scheme, 80))
    except OSError:
        told = _("The proxy of this profile does not answer.")
        remedy = _("Ask IT for its address and enrol again with --proxy; saved work stays here.")
        return Finding("proxy", State.TROUBLE, told, remedy)
    return well("proxy", _("It answers."))


def server(way: Way, environment: Mapping[str, str]) -> Finding:
    """Whether a Doorstep server answers, by a certificate that is trusted."""
    try:
        way.connect(way.connection, NOBODY).transport.exchange("GET", "/health")
    except ServerUnreachable as error:
        if not way.connection.proxy and any(environment.get(name) for name in _ANNOUNCED):
            told = error.sentence()
            remedy = _("This computer has a proxy. Enrol again with --proxy; saved work stays.")
            return Finding("server", State.TROUBLE, told, remedy)
        remedy = _(
            "Look at this computer's cable or Wi-Fi. Where both are well, IT looks whether the "
            "server runs, and whether a firewall lies before its port."
        )
        return trouble("server", error, remedy)
    except DoorstepError as error:
        return trouble("server", error)
    return well("server", _("It answers, and its certificate is trusted."))


def sign_in(way: Way, now: datetime) -> list[Finding]:
    """Whether the server still knows this computer and this version, and what time it has."""
    try:
        hello = way.connect(way.connection, way.who).hello()
    except NetworkError:
        # What is wrong with the way is told there.
        return [Finding("sign_in", State.UNKNOWN, _("The server did not answer."))]
    except DeviceRevoked as error:
        remedy = _("Ask IT for a new code, and enrol this computer anew with it.")
        return [trouble("sign_in", error, remedy)]
    except DoorstepError as error:
        return [trouble("sign_in", error)]
    return [well("sign_in", _("The server knows this computer.")), _clocks(hello, now)]


def _clocks(hello: Hello, now: datetime) -> Finding:
    off = round((now - parse_stamp(hello.server_time)).total_seconds())
    if abs(off) <= CLOCK_MAY_DIFFER_S:
        return well("server_clock", _("It agrees with the server's."))
    told = _("It differs from the server's by {minutes} minutes.").format(
        minutes=max(1, abs(off) // 60)
    )
    remedy = _("Set date and time, zone Beijing. Times of saved work are put right by the server.")
    return Finding("server_clock", State.CARE, told, remedy)
