"""The services of the desk: a data file in both languages, found by initials and pinyin.

An office changes or adds items in the file; a case keeps the key of its item. An item of a larger
list, which another window offers, has its name all the same; one that left every list is shown by
that key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import msgspec

from resources import resource
from sync.i18n import LANGUAGES, catalogue
from sync.rules.pinyin import py

OFFERED: Final = 8
"""The first items of the file stand under the digits 1 to 8."""


class ServiceItem(msgspec.Struct, frozen=True):
    """One service: its category, how it is handled, its papers and how many working days."""

    key: str
    category: str
    mode: str
    limit_days: int
    icon: str
    name: Mapping[str, str]
    materials: Sequence[str] = ()

    @property
    def words(self) -> str:
        """Its name in the language that is spoken."""
        return _spoken(self.name)

    @property
    def spoken(self) -> str:
        """Its name as the office writes it, whatever the language of the screen."""
        return self.name.get(LANGUAGES[0]) or self.words


class _File(msgspec.Struct, frozen=True):
    materials: Mapping[str, Mapping[str, str]]
    items: Sequence[ServiceItem]


FILES: Final = {"24": "services-24.json", "48": "services.json", "200": "services-200.json"}
"""The lists that ship, by how many services a centre offers; each has six categories."""


@dataclass(frozen=True)
class ServiceCatalogue:
    """Every item, in the order of the file."""

    file: str = FILES["48"]

    @cached_property
    def _read(self) -> _File:
        text = resource("catalogues", self.file).read_bytes()
        return msgspec.json.decode(text, type=_File)

    @property
    def items(self) -> Sequence[ServiceItem]:
        """All of them."""
        return self._read.items

    def item(self, key: str) -> ServiceItem:
        """One of them, or of the longest list; one that left both by its key alone."""
        found = next((one for one in self.items if one.key == key), None) or _longest().get(key)
        return found or ServiceItem(key, "party", "accept", 5, "dots-three", {"en": key})

    def material(self, key: str) -> str:
        """A paper in words."""
        return _spoken(self._read.materials.get(key, {"en": key}))

    def find(self, typed: str, most: int = OFFERED) -> list[ServiceItem]:
        """Those whose name, initials or pinyin begin with or hold what was typed."""
        wanted = typed.strip().lower()
        if not wanted:
            return list(self.items[:most])
        spelt = ((one, self._spelt[one.key]) for one in self.items)
        found = [one for one, words in spelt if any(wanted in word for word in words)]
        return found[:most]

    @cached_property
    def _spelt(self) -> Mapping[str, tuple[str, ...]]:
        return {
            one.key: (*(name.lower() for name in one.name.values()), *py(one.name["zh_CN"]).split())
            for one in self.items
        }


@cache
def _longest() -> Mapping[str, ServiceItem]:
    """What a window may offer that this one does not."""
    return {one.key: one for one in ServiceCatalogue(FILES["200"]).items}


def _spoken(words: Mapping[str, str]) -> str:
    return words.get(catalogue.language) or words.get("en") or next(iter(words.values()), "")
