"""Help at a mediation, without invention: phrases with blanks to fill in, and the law as it stands.

Both are data files with their source. Nothing here is ever written into a record by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import msgspec

from resources import resource
from sync.i18n import N_, _, catalogue

USES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "facts": N_("What happened"),
        "demands": N_("What is asked for"),
        "points": N_("What they differ about"),
        "inquiry": N_("To ask"),
        "terms": N_("Terms"),
        "follow_up": N_("To ask at the call-back"),
    }
)
"""What phrases are for: the place in the record that they help with."""


class Law(msgspec.Struct, frozen=True):
    """A law; ``version`` says since when it stands as it is quoted here, ``compared`` with which
    published text every article of it was compared, word by word; empty where none was."""

    key: str
    name: str
    version: str
    compared: str = ""


class Article(msgspec.Struct, frozen=True):
    """One article, word by word. ``law`` is the key of its law."""

    key: str
    law: str
    article: str
    text: str


class DisputeKind(msgspec.Struct, frozen=True):
    """A kind of quarrel that mediators meet again and again.

    ``disputes`` are the official types it may fall under, ``words`` what people call it,
    ``phrases`` the lines for each of :data:`USES`, ``articles`` the keys of the law that applies.
    """

    key: str
    name: Mapping[str, str]
    disputes: Sequence[str]
    words: Sequence[str]
    articles: Sequence[str]
    phrases: Mapping[str, Sequence[str]]

    @property
    def title(self) -> str:
        """Its name in the language in use."""
        return self.name[catalogue.language]


class _Kinds(msgspec.Struct, frozen=True):
    source: str
    kinds: list[DisputeKind]


class _Laws(msgspec.Struct, frozen=True):
    laws: list[Law]
    general: list[str]
    articles: list[Article]


@dataclass(frozen=True)
class Quoted:
    """An article with the law it is from."""

    article: Article
    law: Law

    @property
    def name(self) -> str:
        """How the article is cited."""
        return f"《{self.law.name}》{self.article.article}"

    @property
    def source(self) -> str:
        """Since when it stands so, and whether somebody compared it with a published text."""
        if self.law.compared:
            return self.law.version
        return f"{self.law.version} · " + _(N_("not compared with a published text"))


def phrases_source() -> str:
    """Where the phrases come from."""
    return _kinds().source


def kinds(dispute: str = "", told: str = "") -> list[DisputeKind]:
    """The kinds of quarrel, those first whose words are in ``told`` (a title), then those of the
    official type ``dispute``."""
    found = _kinds().kinds
    hits = {one.key: sum(word in told for word in one.words) for one in found}
    return sorted(found, key=lambda one: (-hits[one.key], dispute not in one.disputes))


def kind_of(dispute: str, told: str) -> DisputeKind | None:
    """The one kind that a case is of, as far as its words or its type say so."""
    first = kinds(dispute, told)[0]
    known = any(word in told for word in first.words) or dispute in first.disputes
    return first if known else None


def articles_of(kind: DisputeKind | None) -> list[Quoted]:
    """What the law says of this kind of quarrel, then what it says of every mediation."""
    laws = {law.key: law for law in _laws().laws}
    by_key = {one.key: one for one in _laws().articles}
    keys = [*(kind.articles if kind else ()), *_laws().general]
    return [Quoted(by_key[key], laws[by_key[key].law]) for key in keys]


@cache
def _kinds() -> _Kinds:
    text = resource("catalogues", "mediation_phrases.json").read_bytes()
    return msgspec.json.decode(text, type=_Kinds)


@cache
def _laws() -> _Laws:
    text = resource("catalogues", "mediation_laws.json").read_bytes()
    return msgspec.json.decode(text, type=_Laws)
