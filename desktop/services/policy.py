"""What IT decides for everybody on a computer, above what its users choose.

Where it is read from depends on the system (``policy_sources``); the words are the same everywhere
and stand in README.md. A policy with a word that cannot be used is refused whole, with the place of
the word: a rule that was meant to protect people must not be dropped in silence.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from sync.errors import DoorstepError
from sync.i18n import LANGUAGES, N_, _
from sync.store.lease import LEAST_DAYS, MOST_DAYS
from sync.wire.messages import LeaseReply
from sync.wire.release import CHANNELS, is_public_key

LEAST_MINUTES: Final = 1
MOST_MINUTES: Final = 30
MOST_ROWS: Final = 1000
UPDATES_OFF: Final = "off"
SERVICE_LISTS: Final = ("24", "48", "200")
"""How many services there are in the lists that ship, in six categories each."""

_ADDRESS: Final = N_("an address with https://")
_PROXY: Final = N_("an address such as http://proxy.office.example:3128")
_FILE: Final = N_("the whole path of a file")
_LANGUAGE: Final = N_("zh_CN or en")
_MINUTES: Final = N_("a whole number from 1 to 30")
_SERVICES: Final = N_("24, 48 or 200")
_CHANNEL: Final = N_("stable, early or off")
_KEY: Final = N_("what doorstep-server update key printed")
_ROWS: Final = N_("a whole number from 1 to 1000")
_DAYS: Final = N_("a whole number from 3 to 30")
_YES: Final = N_("true or false")
_LINE_OF_TOML: Final = re.compile(r"at line (\d+)")


class PolicyBroken(DoorstepError):
    """A word of the policy that cannot be used; ``line`` is 0 where the source has no lines."""

    code = "policy.broken"
    message = N_(
        "What IT set for this computer cannot be used. {source}, line {line}: {why} "
        "IT has to mend it; doorstep doctor shows it again."
    )


class OtherServer(DoorstepError):
    """The policy names the one server of this computer."""

    code = "policy.server"
    message = N_("This computer belongs to {server}. IT has set that in {source}.")


@dataclass(frozen=True)
class Policy:
    """The rules of one computer. Empty or 0 leaves a matter to the user.

    Attributes:
        server: the one server that new profiles are made at; one that exists keeps its own.
        ca_file: the organisation's authority, instead of what enrolment named.
        proxy: the way to the server, instead of what enrolment named.
        language: a key of ``sync.i18n.LANGUAGES``.
        lock_minutes: after how long without a touch the app locks.
        update_channel: which updates are taken: ``stable``, ``early`` or ``off``.
        update_key: the public key that updates have to be signed with; without one there are none.
        lease_days: for how many days at most a profile opens without having met the server.
        services: which list of services the desk offers, a key of ``SERVICE_LISTS``.
        export_rows: how many rows about people may leave in a day, at most.
        allow_without_keychain: whether a profile may be made where the system has no keychain.
        source: where all of this was read.
    """

    server: str = ""
    ca_file: str = ""
    proxy: str = ""
    language: str = ""
    lock_minutes: int = 0
    update_channel: str = ""
    update_key: str = ""
    lease_days: int = 0
    services: str = ""
    export_rows: int = 0
    allow_without_keychain: bool = True
    source: str = ""

    def is_server(self, address: str) -> bool:
        """Whether profiles may be made at ``address``."""
        return not self.server or _normal(address) == _normal(self.server)

    def check_server(self, address: str) -> None:
        """Raise :class:`OtherServer` for a server that is not this computer's."""
        if not self.is_server(address):
            raise OtherServer(server=self.server, source=self.source)

    def patience(self, usual: timedelta) -> timedelta:
        """After how long without a touch the app locks."""
        return timedelta(minutes=self.lock_minutes) if self.lock_minutes else usual

    def lent(self, reply: LeaseReply) -> LeaseReply:
        """What the server lends, for no more days than IT allows here."""
        if not self.lease_days:
            return reply
        return msgspec.structs.replace(reply, days=min(reply.days, self.lease_days))

    def told(self) -> tuple[tuple[str, str], ...]:
        """What it sets, word by word, as it stands in its source."""
        plain = Policy()
        names = (field.name for field in fields(self) if field.name != "source")
        return tuple(
            (name, _spelled(getattr(self, name)))
            for name in names
            if getattr(self, name) != getattr(plain, name)
        )


NO_POLICY: Final = Policy()

POLICY_WORDS: Final[Mapping[str, str]] = {
    "server": N_("Server"),
    "ca_file": N_("The organisation's CA file"),
    "proxy": N_("Proxy"),
    "language": N_("Language"),
    "lock_minutes": N_("Locks after so many minutes"),
    "update_channel": N_("Updates"),
    "update_key": N_("Key that signs updates"),
    "lease_days": N_("Days without the server, at most"),
    "services": N_("Services of the desk"),
    "export_rows": N_("Rows about people that may leave a day, at most"),
    "allow_without_keychain": N_("May be set up without a keychain"),
}
"""What a user reads for each word of a policy, untranslated."""


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- Checking -------------------------------------------------------------------------------------


def _is_server(value: object) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    local = parts.hostname in ("127.0.0.1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


def _normal(address: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, as two spellings of one address have them in common."""
    parts = urlsplit(address.strip())
    usual = {"https": 443, "http": 80}.get(parts.scheme.lower())
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or usual


def _is_proxy(value: object) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("http", "https")


def _is_path(value: object) -> bool:
    return isinstance(value, str) and bool(re.match(r"/|[A-Za-z]:[\\/]|\\\\", value))


def _is_minutes(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and LEAST_MINUTES <= int(str(value)) <= MOST_MINUTES


def _is_days(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and LEAST_DAYS <= int(str(value)) <= MOST_DAYS


def _is_rows(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and 1 <= int(str(value)) <= MOST_ROWS


_CHECKS: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "server": (_is_server, _ADDRESS),
    "ca_file": (_is_path, _FILE),
    "proxy": (_is_proxy, _PROXY),
    "language": (lambda value: value in LANGUAGES, _LANGUAGE),
    "lock_minutes": (_is_minutes, _MINUTES),
    "update_channel": (lambda value: value in (*CHANNELS, UPDATES_OFF), _CHANNEL),
    "update_key": (is_public_key, _KEY),
    "lease_days": (_is_days, _DAYS),
    "services": (lambda value: value in SERVICE_LISTS, _SERVICES),
    "export_rows": (_is_rows, _ROWS),
    "allow_without_keychain": (lambda value: isinstance(value, bool), _YES),
}


def policy_of(found: Mapping[str, Any], source: str, text: str = "") -> Policy:
    """The policy that ``found`` spells. Raises :class:`PolicyBroken` for its first wrong word.

    ``text`` is the file that it was read from, for the number of the line.
    """
    for name, value in found.items():
        if name not in _CHECKS:
            known = ", ".join(_CHECKS)
            why = _("{name} is no word of a policy. There are: {known}.")
            raise _broken(source, text, name, why.format(name=name, known=known))
        is_good, wanted = _CHECKS[name]
        if not is_good(value):
            why = _("{name} has to be {wanted}.").format(name=name, wanted=_(wanted))
            raise _broken(source, text, name, why)
    words = dict(found)
    if "server" in words:
        words["server"] = words["server"].rstrip("/")
    return Policy(**words, source=source)


def policy_in(text: str, source: str) -> Policy:
    """The policy that a TOML file spells. Raises :class:`PolicyBroken`."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _LINE_OF_TOML.search(str(error))
        why = _("This is not TOML: a word, =, and a value in quotation marks.")
        line = int(at[1]) if at else text.count("\n") + 1
        raise PolicyBroken(source=source, line=line, why=why) from error
    return policy_of(found, source, text)


def _broken(source: str, text: str, name: str, why: str) -> PolicyBroken:
    lines = (n for n, line in enumerate(text.splitlines(), 1) if _names(line, name))
    return PolicyBroken(source=source, line=next(lines, 0), why=why)


def _names(line: str, name: str) -> bool:
    return bool(re.match(rf"\s*[\[\"']*\s*{re.escape(name)}\b", line))
