"""The types of text columns: both databases sort and compare text by its bytes, as Python does."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import MetaData, String, Text
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString

_BYTES: Final = "C"

STRING: Final[TypeEngine[str]] = String().with_variant(String(collation=_BYTES), "postgresql")
STRINGS: Final[Mapping[str, TypeEngine[str]]] = MappingProxyType(
    {"sqlite": String(), "postgresql": String(collation=_BYTES)}
)
TEXTS: Final[Mapping[str, TypeEngine[str]]] = MappingProxyType(
    {"sqlite": Text(), "postgresql": Text(collation=_BYTES)}
)
TEXT: Final[TypeEngine[str]] = Text().with_variant(Text(collation=_BYTES), "postgresql")


def sort_text_by_bytes(metadata: MetaData) -> None:
    """Give every text column one of these types: a language's own order differs between servers."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Text):
                column.type = TEXT
            elif isinstance(column.type, String | AutoString):
                column.type = STRING
