"""What may be saved in a field, and how it is written down."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import FieldUnknown, ValueRefused
from sync.schema.policy import Kind, Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same, settled, settled_fields, spec_of


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("name", "  王桂兰 ", "王桂兰"),
        ("name", "é", "é"),
        ("name", "   ", None),
        ("birth", "1948-03-02", "1948-03-02"),
        ("sex", "2", "2"),
        ("tags", ["dibao", "aged_80", "dibao"], ["aged_80", "dibao"]),
        ("tags", "dibao,aged_80", ["aged_80", "dibao"]),
        ("tags", [], None),
        ("disabled_grade", "3", 3),
        ("fully_dependent", "no", None),
        ("fully_dependent", True, True),
    ],
)
def test_a_value_is_stored_in_one_form(field, typed, stored):
    """However it was typed, the same fact is written the same way."""
    assert settled(spec_of("person", field), typed) == stored


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", 12),
        ("name", "a\x00b"),
        ("name", "\ud800"),
        ("name", "长" * 201),
        ("birth", "1948-02-30"),
        ("sex", "女"),
        ("tags", ["独居"]),
        ("tags", ["smi"]),
        ("disabled_grade", "two"),
        ("disabled_grade", 2**60),
        ("disabled_grade", True),
        ("fully_dependent", "perhaps"),
    ],
)
def test_a_wrong_value_is_refused_without_repeating_it(field, typed):
    """The sentence names the field and what to write, and never quotes what was typed."""
    with pytest.raises(ValueRefused) as refused:
        settled(spec_of("person", field), typed)

    assert str(typed) not in refused.value.sentence() or typed is True


@pytest.mark.parametrize(
    "value",
    [
        {"a": "\x00"},
        {"\ud800": 1},
        [["a", {"b": ["\ud800"]}]],
        {"a": 2**60},
        {"a": float("nan")},
        {1: "a"},
        {"a": object()},
    ],
)
def test_a_structure_holds_nothing_that_a_store_or_a_line_refuses(value):
    """However deep it lies: it would be no JSON, or another value at the other end."""
    spec = replace(spec_of("conflict", "value"), merge=Merge.ASK, label="Answers")
    with pytest.raises(ValueRefused):
        settled(spec, value)
    deep = "a"
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ValueRefused):
        settled(spec, deep)
    assert settled(spec, {"q1": ["a", {"n": 3, "x": None}], "q2": "王桂兰"}) is not None


@pytest.mark.parametrize("word", ["a\x00", "\ud800"])
def test_a_free_word_is_text_too(word):
    """Where a field takes any words."""
    spec = replace(spec_of("person", "tags"), choices=())
    with pytest.raises(ValueRefused):
        settled(spec, [word])


def test_an_unknown_field_names_the_known_ones():
    """A script that misspells a field is told which there are."""
    with pytest.raises(FieldUnknown) as refused:
        settled_fields("household", {"telephone": "1"})

    assert "contact" in refused.value.sentence()


def test_a_time_without_zone_is_chinas():
    """Workers write the time on the wall; the wire carries UTC."""
    assert settled(spec_of("visit", "started_at"), "2026-06-18T09:30") == "2026-06-18T01:30:00Z"


@given(st.text(max_size=50))
def test_storing_twice_changes_nothing(text):
    """What is stored is already in its one form."""
    spec = spec_of("dwelling", "door_note")
    try:
        once = settled(spec, text)
    except ValueRefused:
        return
    assert settled(spec, once) == once
    assert same(once, text) or once is None


def test_every_field_has_a_label_and_every_code_its_choices():
    """A field without words cannot be shown, and a code without choices takes anything."""
    for entity in ENTITIES.values():
        for spec in entity.fields.values():
            assert spec.label, f"{entity.type}.{spec.name}"
            assert spec.choices or spec.kind is not Kind.CODE, f"{entity.type}.{spec.name}"
