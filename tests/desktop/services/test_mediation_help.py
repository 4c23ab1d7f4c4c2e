"""Phrases and law at a mediation: data with its source, complete, and never filled in."""

import re

import msgspec
import pytest

from desktop.services.mediation_help import USES, Quoted, articles_of, kind_of, kinds
from resources import resource
from sync.schema import codes

ALL = kinds()
# The disputes of domain.md section 11, as residents put them.
TOLD = {
    "楼上卫生间漏水泡了楼下吊顶": "leak",
    "麻将声和孩子跑跳": "noise",
    "三兄妹轮流照顾母亲": "support",
    "车位被占": "parking",
    "遛狗不牵绳吓到孩子": "pet",
    "楼上装修砸墙": "renovation",
    "老板拖欠工资": "wages",
}


def test_the_seven_kinds_are_there():
    assert {one.key for one in ALL} == set(TOLD.values())


@pytest.mark.parametrize(("title", "key"), TOLD.items())
def test_a_case_is_known_by_its_own_words(title, key):
    assert kind_of("", title).key == key


def test_without_words_the_official_type_tells():
    assert kind_of("01", "家里的事").key == "support"
    assert kind_of("07", "林地边界") is None


@pytest.mark.parametrize("kind", ALL, ids=lambda one: one.key)
def test_each_kind_has_phrases_for_every_use_and_law_that_applies(kind):
    assert set(kind.phrases) == set(USES)
    assert all(kind.phrases.values())
    assert set(kind.disputes) <= set(codes.DISPUTE)
    quoted = articles_of(kind)
    assert len(quoted) == len({one.article.key for one in quoted})
    assert quoted[0].article.key in kind.articles


def test_phrases_hold_blanks_and_no_facts():
    """A sum, a date or a name stands in no phrase: who mediates writes what the parties say."""
    for kind in ALL:
        for use in ("facts", "terms"):
            for phrase in kind.phrases[use]:
                assert not re.search(r"\d+(元|年|月|日|岁)", phrase), phrase


def test_every_article_says_from_which_law_and_since_when():
    for one in articles_of(None):
        assert one.law.version
        assert one.law.compared, one.name
        assert one.name.startswith("《中华人民共和国")
        assert re.fullmatch(r"第[一二三四五六七八九十百千零]+条", one.article.article)
    by_name = {one.name: one.article.text for one in articles_of(None)}
    confirmation = by_name["《中华人民共和国人民调解法》第三十三条"]
    assert "三十日内共同向人民法院申请司法确认" in confirmation
    assert "裁定调解协议有效" in by_name["《中华人民共和国民事诉讼法》第二百零六条"]


def test_an_article_that_nobody_compared_says_so():
    """What was written down from memory must not look like the law."""
    one = articles_of(None)[0]
    doubtful = Quoted(one.article, msgspec.structs.replace(one.law, compared=""))
    assert one.source == one.law.version
    assert doubtful.source.endswith("not compared with a published text")


def test_the_phrases_name_their_source():
    assert b'"source"' in resource("catalogues", "mediation_phrases.json").read_bytes()
