"""The handbook answers by words and by pinyin, in both languages, from the data alone."""

import pytest

from desktop.services.handbook import HEADING, handbook, look_up
from resources import resource
from sync.i18n import LANGUAGES
from sync.rules.pinyin import py

CHAPTERS = handbook()


def titles(wanted):
    """What is found, by its Chinese title."""
    return [one.title["zh_CN"] for one in look_up(CHAPTERS, wanted)]


def test_the_four_duties_come_first():
    """As the work is named."""
    duties = [one.title["zh_CN"] for one in CHAPTERS if one.group == "duty"]
    assert duties == ["信息采集", "隐患排查", "约谈接访", "社区事务"]
    assert [one.group for one in CHAPTERS[:4]] == ["duty"] * 4


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("隐患", "隐患排查"),
        ("yhpc", "隐患排查"),
        ("yinhuan", "隐患排查"),
        ("hazard", "隐患排查"),
        ("强制报告", "未成年人有危险"),
        ("110 民政", "未成年人有危险"),
        ("dysd", ""),
        ("diandongche", "隐患排查"),
        ("备用钥匙", "走访结果怎么记"),
    ],
)
def test_a_chapter_is_found_by_word_initials_and_pinyin(wanted, found):
    """The best one first; nothing is guessed."""
    assert (titles(wanted) or [""])[0] == found


def test_nothing_wanted_is_everything():
    """The list as it stands."""
    assert len(titles("")) == len(CHAPTERS)


def test_both_languages_say_the_same_in_the_same_order():
    """As many lines, headings at the same places."""
    for one in CHAPTERS:
        chinese, english = (one.lines[language] for language in LANGUAGES)
        assert len(chinese) == len(english), one.key
        for line, other in zip(chinese, english, strict=True):
            assert line[:2] == other[:2] or line[:2] not in ("# ", "- "), one.key


def test_each_law_is_named_with_its_articles_in_both_languages():
    """Whoever doubts a duty can look it up."""
    sourced = {one.key: one.sources for one in CHAPTERS if one.sources}
    assert {"minors", "mediation", "privacy"} <= set(sourced)
    for key, sources in sourced.items():
        chinese, english = (sources[language] for language in LANGUAGES)
        assert len(chinese) == len(english), key
        assert any("条" in line for line in chinese), key
        assert any("art." in line for line in english), key
    assert titles("第十一条") == ["未成年人有危险"]


def test_the_pinyin_in_the_file_is_that_of_its_words():
    """It is kept in the file, so that looking up needs no dictionary of 59 MB."""
    for one in CHAPTERS:
        headings = [
            line.removeprefix(HEADING) for line in one.lines["zh_CN"] if line.startswith(HEADING)
        ]
        assert list(one.py) == [py(w) for w in (one.title["zh_CN"], *one.keywords, *headings)]


def test_every_icon_is_there():
    """A missing one is a packaging fault."""
    for one in CHAPTERS:
        assert resource("icons", "phosphor", "regular", f"{one.icon}.svg").is_file()
