"""The steps of the first run, and which of them an error belongs to."""

from enum import IntEnum
from typing import Final
from urllib.parse import urlsplit

from desktop.services.passwords import PasswordsDiffer
from sync.errors import CodeRefused, DoorstepError, NetworkError, PasswordTooShort
from sync.i18n import N_, _

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class Step(IntEnum):
    """What is asked, in this order: the password is set before any data is stored."""

    ADDRESS = 0
    CODE = 1
    PASSWORD = 2
    DOWNLOAD = 3


class AddressUnclear(DoorstepError):
    """What was typed names no server."""

    code = "first_run.address"
    message = N_("Write the server's address as IT gave it, such as https://doorstep.example.cn")


class CodeMissing(DoorstepError):
    """The code is what tells the server whose computer this is."""

    code = "first_run.code"
    message = N_("Type the code that IT gave you.")


def step_names() -> list[str]:
    """The steps in words."""
    return [_("Address"), _("One-time code"), _("Password"), _("Download")]


def server_address(typed: str) -> str:
    """The address with its scheme; https where none was typed. Raises :class:`AddressUnclear`."""
    text = typed.strip()
    if "://" not in text:
        host = urlsplit(f"//{text}").hostname or ""
        text = f"{'http' if host in LOOPBACK else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or " " in text:
        raise AddressUnclear
    return text.rstrip("/")


def enrolment_code(typed: str) -> str:
    """The code without blanks. Raises :class:`CodeMissing`."""
    code = "".join(typed.split())
    if not code:
        raise CodeMissing
    return code


def step_of(error: DoorstepError) -> Step:
    """Where a person mends what an enrolment failed of."""
    if isinstance(error, NetworkError | AddressUnclear):
        return Step.ADDRESS
    if isinstance(error, CodeRefused | CodeMissing):
        return Step.CODE
    return Step.PASSWORD


def is_about_password(error: DoorstepError) -> bool:
    """Whether the password itself has to be typed anew."""
    return isinstance(error, PasswordTooShort | PasswordsDiffer)
