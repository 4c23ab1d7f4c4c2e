"""The types of columns that seal what is written and unseal what is read (``column_key``)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Engine, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from sync.server.column_key import Sealing
from sync.server.columns import STRINGS, TEXTS

_HELD_AS: Final = "doorstep_column_key"
Way = Callable[[str | None], str | None]


def use_key(engine: Engine, sealing: Sealing) -> None:
    """From now on the engine's connections seal and unseal with this: before the first of them
    touches such a column."""
    setattr(engine.dialect, _HELD_AS, sealing)


def key_of(place: Engine | Connection) -> Sealing:
    """What an engine's connections seal with. Without :func:`use_key` there is none."""
    return key_in(place.dialect)


def key_in(dialect: Dialect) -> Sealing:
    """The same of a dialect, which is all that a type is told."""
    found: Sealing | None = getattr(dialect, _HELD_AS, None)
    if found is None:
        # Rather no statement at all than a number in plain, or a token for a value.
        raise RuntimeError("this engine has no column key")
    return found


class _Sealed(TypeDecorator[str]):
    """A text that is stored as another one."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sorted and compared by bytes, as every text here."""
        return TEXTS[dialect.name]

    def bind_processor(self, dialect: Dialect) -> Way:
        """On the way in."""
        seal = self.ways(key_in(dialect))[0]
        return lambda value: None if value is None else seal(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Way:
        """On the way out."""
        unseal = self.ways(key_in(dialect))[1]
        return lambda value: None if value is None else unseal(value)

    def ways(self, key: Sealing) -> tuple[Callable[[str], str], Callable[[str], str]]:
        """How one is stored, and how it is read."""
        raise NotImplementedError


class SealedText(_Sealed):
    """A text in which numbers, and their ends, are sealed."""

    cache_ok = True

    def ways(self, key: Sealing) -> tuple[Callable[[str], str], Callable[[str], str]]:
        """Numbers alone: the rest is what it was."""
        return key.seal, key.unseal


class SealedString(SealedText):
    """The same where a column was made for short texts."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sorted and compared by bytes, as every text here."""
        return STRINGS[dialect.name]


class SealedHash(_Sealed):
    """A hash, in hex, of what may hold a number: the same one is stored alike, in no order."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sorted and compared by bytes, as every text here."""
        return STRINGS[dialect.name]

    def ways(self, key: Sealing) -> tuple[Callable[[str], str], Callable[[str], str]]:
        """All of it."""
        return lambda value: key.seal_hashes((value,))[0], key.unseal_hash


class SealedWhole(_Sealed):
    """A text that is sealed whole, whatever it tells."""

    cache_ok = True

    def ways(self, key: Sealing) -> tuple[Callable[[str], str], Callable[[str], str]]:
        """As bytes, in letters."""

        def seal(text: str) -> str:
            return urlsafe_b64encode(key.seal_bytes(text.encode())).decode()

        def unseal(stored: str) -> str:
            return key.unseal_bytes(urlsafe_b64decode(stored)).decode()

        return seal, unseal


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed whole."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """On the way in."""
        return None if value is None else key_in(dialect).seal_bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        """On the way out."""
        return None if value is None else key_in(dialect).unseal_bytes(bytes(value))
