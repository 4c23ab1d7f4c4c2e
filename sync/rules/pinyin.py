"""Pinyin of names, so that ``wgl`` finds 王桂兰."""

import re
from collections.abc import Callable
from functools import cache
from types import MappingProxyType
from typing import Final

_SURNAMES: Final = MappingProxyType(
    {
        "万俟": "mo qi",
        "尉迟": "yu chi",
        "单于": "chan yu",
        "长孙": "zhang sun",
        "澹台": "tan tai",
        "任": "ren",
        "单": "shan",
        "曾": "zeng",
        "仇": "qiu",
        "解": "xie",
        "查": "zha",
        "区": "ou",
        "盖": "ge",
        "朴": "piao",
        "翟": "zhai",
        "乐": "yue",
        "折": "she",
        "员": "yun",
        "贠": "yun",
        "覃": "qin",
        "缪": "miao",
        "召": "shao",
        "种": "chong",
        "繁": "po",
        "隗": "wei",
        "祭": "zhai",
        "卜": "bu",
        "薄": "bo",
        "牟": "mu",
        "佴": "nai",
    }
)
"""Surnames that are read otherwise than their sign; where two readings live, the commoner one."""

_HAN: Final = re.compile(r"[㐀-鿿豈-﫿𠀀-𳎯]")
_WORDS: Final = re.compile(r"[㐀-鿿豈-﫿𠀀-𳎯]+|[A-Za-z]+|\d+")


def py(name: str) -> str:
    """The initials and the full pinyin of a name: ``wgl wangguilan``; empty where it has none.

    Latin letters and digits stand for themselves; a sign that nobody can read is passed over.
    """
    syllables = _syllables(name)
    return f"{''.join(one[0] for one in syllables)} {''.join(syllables)}" if syllables else ""


def _syllables(name: str) -> list[str]:
    found: list[str] = []
    for at, word in enumerate(_WORDS.findall(name)):
        if not _HAN.match(word):
            found.append(word.lower())
            continue
        surname = _surname_of(word) if at == 0 else ""
        found.extend(_SURNAMES[surname].split() if surname else ())
        found.extend(_read(word[len(surname) :]))
    return found


def _surname_of(word: str) -> str:
    return next((word[:size] for size in (2, 1) if word[:size] in _SURNAMES), "")


def _read(signs: str) -> list[str]:
    return [one for one in _reader()(signs, errors="ignore") if one.isascii()] if signs else []


@cache
def _reader() -> Callable[..., list[str]]:
    """pypinyin, loaded when the first name is written: its dictionary takes 59 MB."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin
