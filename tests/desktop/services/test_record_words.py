"""Every kind of record that people may disagree about has words, in both languages."""

import pytest

from desktop.services.conflict_cases import open_cases, record_words
from desktop.services.names import CODE_WORDS
from desktop.services.record_words import THINGS, thing
from sync.i18n import LANGUAGES, catalogue
from sync.schema.policy import Kind, Merge
from sync.schema.registry import ENTITIES
from sync.store.records import append, create
from tests.support.workplaces import household_id, workplace

OF_THE_SERVER = {"conflict", "notice", "reveal", "matter_count"}
DECIDED = {Merge.ASK, Merge.TEXT, Merge.SET, Merge.STAGE}
FREE = {"tags"}
"""Sets whose words are not all listed here: care of tier 3 has its own place."""


@pytest.fixture(params=LANGUAGES)
def language(request):
    """Each language in turn."""
    former = catalogue.language
    catalogue.use(request.param)
    yield request.param
    catalogue.use(former)


def test_every_kind_of_record_has_words(language):
    """What the wire calls it is nobody's word."""
    assert set(ENTITIES) - OF_THE_SERVER == set(THINGS)
    said = {type_: thing(type_) for type_ in THINGS}
    if language == "zh_CN":
        assert [type_ for type_, words in said.items() if words.isascii()] == []
    assert [type_ for type_, words in said.items() if type_ == words or "_" in words] == []


def test_every_code_that_may_be_chosen_between_has_words():
    """Both sides of a coded field are read, not deciphered."""
    bare = [
        (entity.type, spec.name, code)
        for entity in ENTITIES.values()
        for spec in entity.fields.values()
        if spec.merge in DECIDED and spec.kind in (Kind.CODE, Kind.WORDS)
        for code in spec.choices
        if code not in CODE_WORDS.get(spec.name, {})
    ]
    assert [one for one in bare if one[1] not in FREE] == []


@pytest.fixture
def place(tmp_path):
    """A mediator's laptop with a home of the sample."""
    with workplace(tmp_path) as made:
        yield made


def test_a_record_is_told_by_its_kind_and_name(place):
    """By what it belongs to where it has no name; the door stands with it."""
    home = household_id("6-2-1602")
    scope = place.store.reading.find("household", home).scope_id
    matter = create("matter", {"title": "卫生间装扶手", "household_id": home}, scope_id=scope)
    made = place.store.records.write([matter]).row_ids[0]
    step = append(
        "matter_step",
        {"matter_id": made, "household_id": home, "kind": "accept"},
        scope_id=scope,
    )
    taken = place.store.records.write([step]).row_ids[0]
    told = record_words(place)
    assert told.named("matter", made) == "the matter 卫生间装扶手"
    assert told.named("matter_step", taken) == "the step of a matter 卫生间装扶手"
    assert told.named("matter", "gone") == "the matter"
    assert told.room("matter", made) == "6-2-1602"
    assert told.reference("duplicate_of", made) == "卫生间装扶手"
    assert open_cases(place) == []
