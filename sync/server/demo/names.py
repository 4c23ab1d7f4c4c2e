"""Invented names that sound like their generation, rare characters and tricky surnames included.

Surnames such as 单 曾 仇 解 查 区 盖 are read otherwise as surnames than as words, so the demo
shows whether the pinyin search knows that.
"""

from random import Random
from typing import Final

_SURNAMES: Final[dict[int, str]] = {
    70: "王李张刘陈",
    40: "杨黄赵吴周",
    28: "徐孙马朱胡郭何高林罗郑梁",
    16: "谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范",
    6: "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤",
    2: "单仇解查区盖欧阎翁荀季祝柏",
}
_GIVEN: Final[dict[tuple[str, int], str]] = {
    ("2", 0): (
        "桂兰 秀英 玉珍 淑芬 凤英 桂英 秀兰 玉兰 淑珍 素珍 凤仙 春梅 金花 月娥 惠芳 翠兰 秀珍 "
        "玉梅 桂香 兰英 菊花 桂珍 凤珍 玉英 秀芳 银花 翠英 素芳 桂芳 美珍"
    ),
    ("1", 0): (
        "建国 国庆 德福 振华 永福 长林 德明 金生 福根 玉山 树林 保国 庆元 学文 世昌 家福 国良 "
        "文彬 志明 天佑 根生 有福 兴旺 宝山 德胜 长生 国栋 玉林 清泉 福生"
    ),
    ("2", 1): (
        "丽华 海燕 晓燕 美玲 红霞 丽萍 艳红 雪梅 敏 静 娟 丽 芳 娜 婷 燕 玲 慧 佳怡 春燕 晓红 "
        "玉洁 海霞 秋菊 志华 秀丽 小芳 文静 丽娟 冬梅 翠萍 亚男 莉 霞 倩 颖 琳"
    ),
    ("1", 1): (
        "伟 强 磊 军 勇 涛 斌 鹏 立新 建军 志刚 海涛 文涛 小军 晓东 俊峰 立军 建华 宏伟 明 洋 "
        "志强 文斌 国梁 晓峰 海波 卫东 永强 春生 浩 亮 超 杰 刚 辉 平 飞 东升"
    ),
    ("2", 2): (
        "子涵 欣怡 梓萱 雨桐 诗涵 可馨 思琪 一诺 语桐 梦瑶 若曦 依诺 小满 晨曦 沐晴 欣悦 雅婷 "
        "婧 安然 初夏 紫萱 佳琪 静怡 乐瑶 芷晴 书瑶"
    ),
    ("1", 2): (
        "浩然 子轩 宇轩 浩宇 俊杰 梓豪 宇航 博文 皓轩 一鸣 泽宇 明轩 俊熙 嘉懿 承泽 子墨 昊天 "
        "晨 乐天 逸飞 思远 睿 景行 知行 家乐 奕辰"
    ),
}
_ELDER_BORN_BEFORE: Final = 1963
_YOUNG_BORN_FROM: Final = 1998


class Namer:
    """Draws names from one source of randomness."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._surnames = [name for weight in _SURNAMES for name in _SURNAMES[weight]]
        self._weights = [weight for weight, names in _SURNAMES.items() for _ in names]
        self._given = {key: names.split() for key, names in _GIVEN.items()}

    def surname(self) -> str:
        """A surname, about as common as it is."""
        return self._rng.choices(self._surnames, self._weights)[0]

    def given(self, sex: str, born: int) -> str:
        """A given name of someone of this sex (1 male, 2 female) born in that year."""
        era = 0 if born < _ELDER_BORN_BEFORE else 2 if born >= _YOUNG_BORN_FROM else 1
        return self._rng.choice(self._given[sex, era])

    def someone(self, born: int) -> str:
        """The whole name of somebody born in that year."""
        return self.surname() + self.given(self._rng.choice("12"), born)
