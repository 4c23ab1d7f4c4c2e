"""The lists of services: 24, 48 and more than 200 items in six categories, as data files."""

from collections import Counter

import pytest

from desktop.services.policy import SERVICE_LISTS, policy_in
from desktop.services.service_catalogue import FILES, OFFERED, ServiceCatalogue
from sync.rules.pinyin import py
from sync.schema import codes

SIX = {"insurance", "medical", "relief", "elder", "work", "party"}


@pytest.mark.parametrize(("size", "least"), [("24", 24), ("48", 48), ("200", 200)])
def test_a_list_holds_so_many_in_six_categories(size, least):
    """Keys once, ways of handling and papers that are known, names in both languages."""
    services = ServiceCatalogue(FILES[size])
    assert len(services.items) >= least
    counts = Counter(one.category for one in services.items)
    assert set(counts) == SIX
    assert min(counts.values()) >= least // len(SIX)
    assert len({one.key for one in services.items}) == len(services.items)
    for one in services.items:
        assert one.mode in codes.SERVICE_MODE
        assert set(one.name) == {"zh_CN", "en"}
        assert all(services.material(paper) != paper for paper in one.materials)


def test_each_of_the_largest_list_is_found_by_its_initials():
    """As people type them, among the first that are offered or a few letters on."""
    services = ServiceCatalogue(FILES["200"])
    for one in services.items:
        initials = py(one.name["zh_CN"]).split()[0]
        assert one in services.find(initials, most=OFFERED), one.key


def test_the_eight_of_the_digits_are_the_same_in_every_list():
    """A clerk who goes to another centre presses what she knows."""
    first = [[one.key for one in ServiceCatalogue(file).items[:OFFERED]] for file in FILES.values()]
    assert first[0] == first[1] == first[2]


def test_it_chooses_the_list_of_the_centre():
    """By a word of the computer's policy, and by no other."""
    assert set(SERVICE_LISTS) == set(FILES)
    assert policy_in('services = "200"', "rules.toml").services == "200"


def test_a_service_of_a_longer_list_keeps_its_name():
    """Another window of the same centre received it; it is not offered here all the same."""
    here, longest = ServiceCatalogue(FILES["48"]), ServiceCatalogue(FILES["200"])
    offered = {one.key for one in here.items}
    other = next(one for one in longest.items if one.key not in offered)
    assert here.item(other.key) == other
    assert other not in here.find(other.name["zh_CN"], most=len(offered))
    assert here.item("left every list").words == "left every list"
