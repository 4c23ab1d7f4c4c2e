"""Making the text of a PDF what it looks like, so that a search in it finds names and words.

Faces for Chinese draw 人 and the radical ⼈ with one glyph, and Qt notes the radical as its
meaning (and a tab for a space). The map from glyphs to characters is put right; nothing that is
drawn changes.
"""

import re
import unicodedata
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, StreamObject

_PAIRS: Final = (
    "⺁厂⺇几⺈刀⺉刂⺋卩⺌小⺍小⺏尢⺒巳⺓幺⺔彐⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歹⺟母⺠民⺡氵⺣灬⺤爫"
    "⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺯糸⺰纟⺱罓⺲罒⺳㓁⺶羊⺸羋⺹耂⺺肀⺻聿⺼肉⺾艹⻀艹⻁虎⻂衤⻃覀"
    "⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食"
    "⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
"""The supplement of radicals beside the characters that they are, as EquivalentUnifiedIdeograph of
Unicode has them; the older block of radicals folds by its compatibility forms."""
_SUPPLEMENT: Final = MappingProxyType(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))
_RANGE: Final = re.compile(rb"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> [<\[]", re.MULTILINE)
_SPACES: Final = MappingProxyType({"\t": " ", "\u2003": "\u3000"})
_MEANT: Final = re.compile(rb"<(2[EeFf][0-9A-Fa-f]{2}|0009|2003)>(?=[ \]])")


def put_characters_right(writer: PdfWriter, rare: str = "") -> None:
    """Put the map of every face right that the pages of ``writer`` use.

    ``rare`` are the characters beyond 16 bits, as 𠮷, in the order in which they are drawn: Qt
    leaves them out of the map.
    """
    seen: set[int] = set()
    for font in _fonts(writer):
        stream = font.get("/ToUnicode")
        plain = stream.get_object() if stream is not None else None
        if isinstance(plain, StreamObject) and id(plain) not in seen:
            seen.add(id(plain))
            told = _MEANT.sub(_character, plain.get_data())
            plain.set_data(_with_rare(told, rare))


def _fonts(writer: PdfWriter) -> Iterator[DictionaryObject]:
    for page in writer.pages:
        resources = page.get("/Resources")
        found = resources.get_object().get("/Font") if resources is not None else None
        for font in (found.get_object() if found is not None else {}).values():
            yield font.get_object()


def _character(found: re.Match[bytes]) -> bytes:
    told = chr(int(found[1], 16))
    plain = _SPACES.get(told) or _SUPPLEMENT.get(told) or unicodedata.normalize("NFKC", told)
    return b"<%04X>" % ord(plain) if len(plain) == 1 and ord(plain) < 0x10000 else found[0]


def _with_rare(told: bytes, rare: str) -> bytes:
    """The map with the characters it lacks, where it is sure which those are."""
    meant: set[int] = set()
    for first, last in _RANGE.findall(told):
        meant.update(range(int(first, 16), int(last, 16) + 1))
    lacking = [glyph for glyph in range(1, max(meant, default=0)) if glyph not in meant]
    if not rare or len(lacking) != len(rare):
        return told
    lines = b"".join(
        b"<%04X> <%s>\n" % (glyph, each.encode("utf-16-be").hex().upper().encode())
        for glyph, each in zip(lacking, rare, strict=True)
    )
    more = b"%d beginbfchar\n%sendbfchar\nendcmap" % (len(lacking), lines)
    return told.replace(b"endcmap", more, 1)
