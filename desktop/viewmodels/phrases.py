"""Ready words for a note, by the result of the visit; the words themselves are data."""

from functools import cache
from typing import Final, NamedTuple

import msgspec

from resources import resource
from sync.i18n import catalogue

MOST_PHRASES: Final = 4


class Phrase(NamedTuple):
    """A short name for the button, and the words that it writes."""

    name: str
    words: str


def phrases(result: str) -> tuple[Phrase, ...]:
    """The phrases for a result in the language in use."""
    offered = _catalogue().get(result, [])
    return tuple(Phrase(*one[catalogue.language]) for one in offered)[:MOST_PHRASES]


@cache
def _catalogue() -> dict[str, list[dict[str, tuple[str, str]]]]:
    text = resource("catalogues", "phrases.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, list[dict[str, tuple[str, str]]]])
