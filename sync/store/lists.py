"""Many texts in one statement, as a single bound value: the statement stays the same."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Text, bindparam, func, select


def each(texts: Sequence[str]) -> Any:
    """``texts`` as a subquery: one bound value, however many there are."""
    part = encode_texts(texts)
    return select(func.json_each(part).table_valued("value").c.value)


def encode_texts(texts: Iterable[str]) -> str:
    """``texts`` as the value of :func:`bound`."""
    return msgspec.json.encode(list(texts)).decode()


def bound(name: str) -> Any:
    """The same for a statement that is made once: run with :func:`encode_texts` as ``name``."""
    part = bindparam(name, type_=Text())
    return select(func.json_each(part).table_valued("value").c.value)
