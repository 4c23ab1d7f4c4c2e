"""Residents' ID numbers in the store: sealed on the way in, plain again on the way out.

The database, and whoever copies it, sees a token where a number of an ID card stood; rows, hashes,
digests and the wire know nothing of it. A number is told by its shape, in whatever text it stands.
The same number has the same token (AES-SIV), so that texts are still compared and looked up by what
they are. The key is in a file beside the database (``key_file``), and is handed to an engine.

It keeps numbers from who reads and searches, not from who computes: ``birth`` and ``id_tail`` of
the same person are in plain, and a row's hash tells which home district completes them.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import Connection, Dialect, Engine, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from sync.rules.idcard import check_digit, plain_id
from sync.server.columns import STRINGS, TEXTS
from sync.server.file_key import FileKey, file_key_of

KEY_BYTES: Final = 64
"""Two AES-256 keys, as SIV takes them."""

MARK: Final = "\uee1d"
"""Begins and ends a token. It is for private use in Unicode, and JSON leaves it as it is. Where a
person typed it, it is stored twice: so nobody can type a token."""

_SOME: Final = re.compile(r"\d{8}")
"""17 digits in a row show as eight or more where only every other sign is looked at."""

# A letter that JSON wrote as \u5f20 ends in what looks like digits of the number after it.
_PLAIN: Final = re.compile(
    rf"(?:(?<!\d)|(?<=\\u[0-9A-Fa-f]{{4}}))\d{{17}}(?:\d(?!\d)|[Xx\uff38\uff58])|{MARK}"
)
_TOKEN: Final = re.compile(rf"{MARK}([A-Za-z0-9_=-]*){MARK}")
_OF_A_NUMBER: Final = b"id number"
_OF_BYTES: Final = b"bytes"
_CHECKED: Final = b"doorstep column key"
_HELD_AS: Final = "doorstep_column_key"


class TokenUnknown(ValueError):
    """A token that another key made, or nobody."""


class Sealing(Protocol):
    """What seals and unseals what the columns of one store hold."""

    @property
    def file_key(self) -> FileKey | None:
        """What opens the SQLite files that the store and its backups are."""

    def seal(self, text: str) -> str:
        """The text as it is stored."""

    def unseal(self, text: str) -> str:
        """The inverse."""

    def seal_bytes(self, content: bytes) -> bytes:
        """All of it, as it is stored."""

    def unseal_bytes(self, content: bytes) -> bytes:
        """The inverse."""


class ColumnKey:
    """The key of one server's columns."""

    def __init__(self, secret: bytes) -> None:
        self.secret: Final = secret
        self._cipher = AESSIV(secret)

    @cached_property
    def file_key(self) -> FileKey:
        """What opens the SQLite files that the store and its backups are."""
        return file_key_of(self.secret)

    @property
    def check(self) -> str:
        """What a store keeps, to know its key by."""
        return self._cipher.encrypt(_CHECKED, None).hex()

    def seal(self, text: str) -> str:
        """The text with a token for each number in it; nearly always the text itself."""
        return _PLAIN.sub(self._sealed, text) if may_hold(text) else text

    def unseal(self, text: str) -> str:
        """The inverse of :meth:`seal`. Raises :class:`TokenUnknown`."""
        return _TOKEN.sub(self._unsealed, text) if MARK in text else text

    def seal_bytes(self, content: bytes) -> bytes:
        """All of it, whatever it holds."""
        return self._cipher.encrypt(content, [_OF_BYTES])

    def unseal_bytes(self, content: bytes) -> bytes:
        """The inverse. Raises :class:`TokenUnknown`."""
        return self._opened(content, _OF_BYTES)

    def _sealed(self, found: re.Match[str]) -> str:
        said = found[0]
        if said == MARK:
            return MARK + MARK
        if not is_number(said):
            return said
        sealed = self._cipher.encrypt(said.encode(), [_OF_A_NUMBER])
        return f"{MARK}{urlsafe_b64encode(sealed).decode()}{MARK}"

    def _unsealed(self, found: re.Match[str]) -> str:
        if not found[1]:
            return MARK
        try:
            sealed = urlsafe_b64decode(found[1])
        except binascii.Error:
            raise TokenUnknown from None
        return self._opened(sealed, _OF_A_NUMBER).decode()

    def _opened(self, sealed: bytes, purpose: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed, [purpose])
        except (InvalidTag, ValueError):
            raise TokenUnknown from None


class PlainColumns:
    """No key at all: for backups of versions that sealed nothing yet."""

    file_key: Final = None

    def seal(self, text: str) -> str:
        """As it is."""
        return text

    unseal = seal

    def seal_bytes(self, content: bytes) -> bytes:
        """As it is."""
        return content

    unseal_bytes = seal_bytes


def may_hold(text: str) -> bool:
    """Whether a text may have anything to seal: a look that costs a fraction of reading it."""
    return _SOME.search(text[1::2]) is not None or MARK in text


def is_number(said: str) -> bool:
    """Whether 18 signs of the shape of an ID number end in their check digit."""
    number = plain_id(said)
    return number[-1] == check_digit(number[:-1])


def holds_number(text: str) -> bool:
    """Whether a number stands in the text as it is stored."""
    found = _PLAIN.finditer(text) if may_hold(text) else ()
    return any(one[0] != MARK and is_number(one[0]) for one in found)


def use_key(engine: Engine, sealing: Sealing) -> None:
    """From now on the engine's connections seal and unseal with this: before the first of them
    touches such a column."""
    setattr(engine.dialect, _HELD_AS, sealing)


def key_of(place: Engine | Connection) -> Sealing:
    """What an engine's connections seal with. Without :func:`use_key` there is none."""
    return _key_in(place.dialect)


def _key_in(dialect: Dialect) -> Sealing:
    found: Sealing | None = getattr(dialect, _HELD_AS, None)
    if found is None:
        # Rather no statement at all than a number in plain, or a token for a value.
        raise RuntimeError("this engine has no column key")
    return found


class SealedText(TypeDecorator[str]):
    """A text in which numbers are sealed."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sorted and compared by bytes, as every text here."""
        return TEXTS[dialect.name]

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """On the way in."""
        seal = _key_in(dialect).seal
        return lambda value: None if value is None else seal(value)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], str | None]:
        """On the way out."""
        unseal = _key_in(dialect).unseal
        return lambda value: None if value is None else unseal(value)


class SealedString(SealedText):
    """The same where a column was made for short texts."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sorted and compared by bytes, as every text here."""
        return STRINGS[dialect.name]


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed whole."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """On the way in."""
        return None if value is None else _key_in(dialect).seal_bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        """On the way out."""
        return None if value is None else _key_in(dialect).unseal_bytes(bytes(value))
