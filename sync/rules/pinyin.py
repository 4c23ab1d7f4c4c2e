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

_COMMON_READINGS: Final = MappingProxyType(
    {
        "单": "dan",
        "曾": "ceng",
        "仇": "chou",
        "解": "jie",
        "查": "cha",
        "区": "qu",
        "盖": "gai",
        "朴": "pu",
        "乐": "le",
        "折": "zhe",
        "员": "yuan",
        "覃": "tan",
        "召": "zhao",
        "种": "zhong",
        "繁": "fan",
        "祭": "ji",
    }
)
"""How the same signs are read elsewhere: who types a surname like that finds it all the same."""

_RARE: Final = MappingProxyType({"𠮷": "ji", "㛃": "jie", "䶮": "yan", "堃": "kun", "喆": "zhe"})
"""Signs of names that the dictionary does not know."""

_HAN: Final = re.compile(r"[㐀-鿿豈-﫿𠀀-𳎯]")
_RARE_SIGN: Final = re.compile(f"([{''.join(_RARE)}])")
_WORDS: Final = re.compile(r"[㐀-鿿豈-﫿𠀀-𳎯]+|[A-Za-z]+|\d+")


def py(name: str) -> str:
    """The initials and the full pinyin of a name: ``wgl wangguilan``; empty where it has none.

    Latin letters and digits stand for themselves; a sign that nobody can read is passed over.
    """
    syllables = _syllables(name)
    return f"{''.join(one[0] for one in syllables)} {''.join(syllables)}" if syllables else ""


def other_readings(name: str, spelt: str) -> list[str]:
    """Further spellings of a name whose pinyin is ``spelt``: its surname as the sign is read
    elsewhere."""
    common, surname = _COMMON_READINGS.get(name[:1]), _SURNAMES.get(name[:1], "")
    initials, _, full = spelt.partition(" ")
    if not common or not surname or not full.startswith(surname):
        return []
    return [common[0] + initials[1:], common + full[len(surname) :]]


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
    found: list[str] = []
    for part in _RARE_SIGN.split(signs):
        if part in _RARE:
            found.append(_RARE[part])
        elif part:
            found += [one for one in _reader()(part, errors="ignore") if one.isascii()]
    return found


@cache
def _reader() -> Callable[..., list[str]]:
    """pypinyin, loaded when the first name is written: its dictionary takes 59 MB."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin
