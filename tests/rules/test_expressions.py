"""The conditions of question sets: the grammar, and what it means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.expressions import ExpressionWrong, Scene, holds, parse, references_of

TODAY = date(2026, 6, 18)
ANSWERS = {
    "gas": "pipe",
    "age": 7,
    "since": "2019-05-01",
    "pets": ["dog", "cat"],
    "note": "他说“好”",
    "empty_text": "",
}


def asked(source, own=""):
    return holds(parse(source), Scene(ANSWERS, TODAY, own))


@pytest.mark.parametrize(
    "source",
    [
        "${gas} = 'pipe'",
        '${gas} = "pipe"',
        "${gas}='pipe'",
        "${ gas } = ‘pipe’",
        "${gas} ＝ “pipe”",
        "${gas} != 'bottle'",
        "${age} > 5 and ${age} <= 7",
        "${age} = 7.0",
        "${age} < 10",  # As numbers: as texts, 7 would come after 10.
        "${since} < '2020-01-01'",
        "${since} <= today()",
        "selected(${pets}, 'cat')",
        "selected（${pets}，'cat'）",
        "selected(${gas}, 'pipe')",
        "count-selected(${pets}) = 2",
        "not(selected(${pets}, 'bird'))",
        "${never} = ''",
        "${note} = '他说“好”'",
        "string-length(${note}) >= 5",
        "${gas} = 'bottle' or ${age} = 7",
        "true() and not(false())",
        "${gas} = 'x' and ${age} = 1 or ${age} = 7",  # "and" binds closer.
        "(${gas} = 'x' or ${age} = 7) and ${age} = 7",
        "${pets}",
        "-1 < ${age}",
    ],
)
def test_holds(source):
    assert asked(source)


@pytest.mark.parametrize(
    "source",
    [
        "${gas} = 'bottle'",
        "${never} > 3",  # Nothing was answered: nothing is greater or smaller.
        "${never} < 3",
        "${gas} < 3",
        "${gas} = 3",
        "selected(${pets}, 'ca')",
        "selected(${never}, '')",
        "${never}",
        "${gas} = 'x' and (${age} = 1 or ${age} = 7)",
    ],
)
def test_does_not_hold(source):
    assert not asked(source)


@pytest.mark.parametrize(("own", "kept"), [(3, True), (0, False), (121, False), (120, True)])
def test_a_point_is_the_answer_itself(own, kept):
    """As constraints ask."""
    assert asked(". > 0 and . <= 120", own) is kept


@pytest.mark.parametrize(
    ("source", "near"),
    [
        ("${gas", "${gas"),
        ("${gas} = ", "="),
        ("${gas} == 'pipe'", "="),
        ("${gas} = 'pipe", "'pipe"),
        ("${age} + 1 = 2", "+ 1 = 2"),
        ("${age} -1", "-1"),
        ("selected(${pets})", "selected"),
        ("selected ${pets}, 'cat'", "selected"),
        ("jr:choice-name(1)", ":choice-name(1)"),
        ("regex(., '[0-9]+')", "regex"),
        ("(${age} = 1", "("),
        ("${age} = 1)", ")"),
        ("gas = 'pipe'", "gas"),
        ("", ""),
        ("(" * 60 + "1" + ")" * 60, "("),
        ("1 = 1 " * 500, "1 = 1 1 = 1 1 = 1 1 "),
    ],
)
def test_what_is_outside_of_the_grammar_says_where(source, near):
    with pytest.raises(ExpressionWrong) as error:
        parse(source)
    assert error.value.near == near


def test_references_are_named_once_for_each_place():
    node = parse("${gas} = 'pipe' and not(selected(${pets}, 'cat') or ${gas} = '')")
    assert list(references_of(node)) == ["gas", "pets", "gas"]


@given(st.text(alphabet="${}gas.=<>!()'\"and or not selected,1 -（“", max_size=40))
def test_no_text_breaks_the_reader(source):
    """It reads, or says where it could not."""
    try:
        node = parse(source)
    except ExpressionWrong:
        return
    assert holds(node, Scene(ANSWERS, TODAY, 1)) in (True, False)
