"""The words of offices' tables, as data: column names, relations, care words, yes and no.

They stand in ``resources/catalogues/roster_words.json``. A son's wife counts as a daughter and a
daughter's husband as a son there, as the one-digit codes of GB/T 4761 have it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from resources import resource

Lookup = Mapping[str, str]

_NOT_SAID: Final = re.compile(r"[\s*::'‘’\"“”]+")
_BRACKETS: Final = re.compile(r"[((\[【].*?[))\]】]")
_ONE_OF_SEVERAL: Final = re.compile(r"(?<=\D)[1-9一二三]$")


@dataclass(frozen=True)
class Words:
    """Each table maps a plain word to its code. ``headers`` maps a column name to its field."""

    headers: Lookup
    area_headers: Lookup
    relations: Lookup
    id_types: Lookup
    sexes: Lookup
    tags: Lookup
    pop_kinds: Lookup
    statuses: Lookup
    occupancies: Lookup
    hukou_matches: Lookup
    fully_dependent: frozenset[str]
    yes: frozenset[str]
    nothing: frozenset[str]
    totals: frozenset[str]
    vacant_names: frozenset[str]
    lift_yes: frozenset[str]
    lift_no: frozenset[str]

    def field_of(self, header: str, headers: Lookup) -> str | None:
        """The field that a column name stands for: 联系电话2 and 联系电话(必填) are one."""
        plain = plain_word(header)
        if not plain or len(plain) > 24:
            return None
        bare = _BRACKETS.sub("", plain)
        for spelling in (plain, bare, _ONE_OF_SEVERAL.sub("", bare)):
            if spelling in headers:
                return headers[spelling]
        return None

    def tag_of_header(self, header: str) -> str | None:
        """The care word that a column of ticks is named after: 独居, 是否低保."""
        plain = _BRACKETS.sub("", plain_word(header)).removeprefix("是否").removeprefix("为")
        return plain if plain in self.tags else None


@cache
def roster_words() -> Words:
    """The words that ship with the program."""
    data = msgspec.json.decode(resource("catalogues", "roster_words.json").read_bytes())
    tables: dict[str, Any] = {
        name: _lookup(value) if isinstance(value, dict) else _plain_set(value)
        for name, value in data.items()
    }
    return Words(**tables)


def plain_word(text: str) -> str:
    """One width, capitals, nothing that a word is decorated with."""
    return _NOT_SAID.sub("", unicodedata.normalize("NFKC", text)).upper()


def _lookup(table: Mapping[str, Iterable[str]]) -> Lookup:
    return {plain_word(word): code for code, words in table.items() for word in words}


def _plain_set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain_word(word) for word in words)
