"""The Chinese catalogue is complete, in step with the code, and fills the same places."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog, Message

from resources.locale import tool
from sync.i18n import _, n_

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return tool.read()


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return tool.extract()


def entries(catalogue: Catalog) -> dict[object, Message]:
    """Each text under its English; the header has none."""
    return {message.id: message for message in catalogue if message.id}


def test_every_text_of_the_code_has_its_chinese(catalogue, wanted):
    known = entries(catalogue)
    missing = [text for text in entries(wanted) if text not in known or not tool.texts(known[text])]
    assert missing == [], "write these into doorstep.po, then: make strings"


def test_no_translation_outlives_its_text(catalogue, wanted):
    unused = [text for text in entries(catalogue) if text not in entries(wanted)]
    assert unused + list(catalogue.obsolete) == []


def test_no_translation_is_a_guess(catalogue):
    assert [text for text, message in entries(catalogue).items() if message.fuzzy] == []


def test_each_translation_fills_the_same_places_as_its_text(catalogue):
    """A missing place hides a fact; an unknown one breaks ``str.format`` on the screen."""
    differing = [
        (message.id, text)
        for message in entries(catalogue).values()
        for text in tool.texts(message)
        if tool.placeholders(text) != tool.placeholders_of(message)
    ]
    assert differing == []


def test_the_compiled_catalogue_is_that_of_the_texts(catalogue):
    """A plain ``pip install`` compiles nothing, so the committed file is what workers read."""
    assert tool.COMPILED.read_bytes() == tool.compiled(catalogue), "run: make strings"


def test_the_catalogue_says_no_please_no_system_and_does_not_shout(catalogue):
    """The voice of the product: short, spoken, verb first."""
    loud = [
        text
        for message in entries(catalogue).values()
        for text in tool.texts(message)
        if re.search(r"(?<![申邀])请|系统|[!！]", text)
    ]
    assert loud == []


def test_one_thing_has_one_name(catalogue):
    """Whoever reads of a 技术员 here and of a 管理员 there asks two people."""
    others = re.compile("服务端|登记码|运维|信息员|管理员")  # 服务器, 注册码, 技术员
    told = [text for message in entries(catalogue).values() for text in tool.texts(message)]
    assert [text for text in told if others.search(text)] == []


def test_chinese_has_marks_of_its_own_width(catalogue):
    """A comma, colon or semicolon beside a Chinese character is as wide as one."""
    marked = re.compile(r"[\u4e00-\u9fff][,;:]|[,;:][\u4e00-\u9fff]")
    told = [text for message in entries(catalogue).values() for text in tool.texts(message)]
    for file in ("README.zh-CN.md", "resources/packaging/README.zh-CN.md"):
        text = (ROOT / file).read_text(encoding="utf-8")
        told += re.sub(r"```.*?```", "", text, flags=re.DOTALL).splitlines()
    assert [line for line in told if marked.search(line)] == []


@pytest.mark.usefixtures("chinese")
def test_the_app_speaks_chinese_from_the_compiled_file(catalogue):
    message = next(m for m in entries(catalogue).values() if isinstance(m.id, str))
    assert _(message.id) == message.string


@pytest.mark.usefixtures("chinese")
def test_a_counted_text_has_one_form_in_chinese(catalogue):
    counted = [m for m in entries(catalogue).values() if isinstance(m.id, tuple)]
    assert all(n_(*m.id, 1) == n_(*m.id, 2) == tool.texts(m)[0] for m in counted)
