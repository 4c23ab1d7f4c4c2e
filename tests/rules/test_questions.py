"""What a question set asks, and what it takes for an answer."""

from datetime import date

import pytest

from sync.rules.questions import (
    AnswerWrong,
    ChoiceOf,
    Question,
    QuestionKind,
    QuestionSet,
    from_json,
    read_answer,
    said,
    to_json,
)

TODAY = date(2026, 6, 18)


def question(name, kind="text", **more):
    return Question(name, QuestionKind(kind), {"zh": name}, **more)


GAS = question(
    "gas",
    "select_one",
    required=True,
    choices=(ChoiceOf("pipe", {"zh": "管道"}), ChoiceOf("none", {"zh": "没有"})),
)
AGE = question(
    "age",
    "integer",
    relevant="${gas} = 'pipe'",
    constraint=". >= 0 and . <= 60",
    constraint_message={"zh": "0到60年", "en": "0 to 60 years"},
)
OLD = question("old", relevant="${age} > 8", required=True, required_message={"zh": "说一下"})
PETS = question(
    "pets", "select_multiple", choices=tuple(ChoiceOf(name, {"": name}) for name in ("dog", "cat"))
)
SET = QuestionSet((GAS, AGE, OLD, PETS))


def names(questions):
    return [one.name for one in questions]


def test_a_question_is_asked_where_its_condition_holds():
    assert names(SET.asked({}, TODAY)) == ["gas", "pets"]
    assert names(SET.asked({"gas": "pipe"}, TODAY)) == ["gas", "age", "pets"]
    assert names(SET.asked({"gas": "pipe", "age": 9}, TODAY)) == ["gas", "age", "old", "pets"]


def test_what_does_not_apply_any_more_asks_for_nothing_and_is_not_saved():
    """The age stays in the draft, in case the first answer was a slip."""
    answers = {"gas": "none", "age": 9, "old": "旧", "pets": ["cat"]}
    assert names(SET.asked(answers, TODAY)) == ["gas", "pets"]
    assert SET.counted(answers, TODAY) == {"gas": "none", "pets": ["cat"]}
    assert SET.problems(answers, TODAY, "zh_CN") == {}


def test_what_is_missing_or_does_not_fit_is_said_in_the_words_of_the_form():
    assert SET.problems({}, TODAY, "en") == {"gas": "This has to be answered."}
    wrong = {"gas": "pipe", "age": 90}
    assert SET.problems(wrong, TODAY, "zh_CN") == {"age": "0到60年", "old": "说一下"}
    assert SET.problems(wrong, TODAY, "en")["age"] == "0 to 60 years"


@pytest.mark.parametrize(
    ("asked", "given", "stored"),
    [
        (OLD, "  旧的 ", "旧的"),
        (OLD, "   ", None),
        (AGE, " １２ ", 12),
        (AGE, 12, 12),
        (AGE, "", None),
        (question("day", "date"), "2026-06-01", "2026-06-01"),
        (GAS, "pipe", "pipe"),
        (PETS, ["cat", "dog"], ["dog", "cat"]),
        (PETS, "cat", ["cat"]),
        (PETS, [], None),
    ],
)
def test_an_answer_is_stored_in_one_way(asked, given, stored):
    assert read_answer(asked, given) == stored


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (OLD, "长" * 2001),
        (AGE, "十二"),
        (AGE, "1.5"),
        (AGE, True),
        (AGE, 2**60),
        (question("day", "date"), "6月1日"),
        (GAS, "bottle"),
        (GAS, ["pipe"]),
        (PETS, ["bird"]),
        (PETS, {"cat": 1}),
    ],
)
def test_what_is_no_answer_is_refused(asked, given):
    with pytest.raises(AnswerWrong):
        read_answer(asked, given)


def test_a_question_set_travels_as_it_is():
    assert from_json(to_json(SET)) == SET
    assert from_json(None) == QuestionSet(())


def test_a_kind_of_a_later_version_is_asked_as_a_text():
    kept = {"questions": [{"name": "where", "type": "geopoint", "label": {"zh": "在哪"}}]}
    assert from_json(kept).questions[0].kind is QuestionKind.TEXT


def test_a_text_is_said_in_the_apps_language_or_in_another_one():
    both = {"zh": "燃气", "en": "Gas"}
    assert (said(both, "zh_CN"), said(both, "en")) == ("燃气", "Gas")
    assert said({"": "Gas"}, "zh_CN") == said({"en": "Gas"}, "zh_CN") == "Gas"
    assert said({}, "en") == ""
