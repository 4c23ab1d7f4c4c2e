"""The sidebar holds what the role needs and nothing else."""

import pytest

from desktop.sections import BY_POST, groups, keys_of, may_open
from sync.schema import codes

ALL = {key for keys in BY_POST.values() for key in keys}


@pytest.mark.parametrize(
    ("posts", "keys"),
    [
        (["grid_worker"], "today households building campaigns matters mediation conflicts sync"),
        (["desk_clerk"], "desk households matters conflicts sync"),
        (["mediator"], "mediation today sync"),
        (["partner"], "matters sync"),
    ],
)
def test_each_post_sees_its_sections(posts, keys):
    """As the design lists them, once every page is built."""
    assert keys_of(posts, ALL) == keys.split()


def test_leaders_see_the_summary_too():
    """And the secretary, who asks who was not seen."""
    for post in ("grid_leader", "secretary"):
        assert {"dashboard", "people"} < set(keys_of([post], ALL))
    assert not {"dashboard", "people"} & set(keys_of(["grid_worker"], ALL))


def test_only_built_pages_are_shown():
    """No section leads nowhere."""
    assert keys_of(["grid_worker"], {"today", "sync"}) == ["today", "sync"]


def test_a_mediator_is_not_left_alone():
    """Until the mediations have a page, they begin at a household."""
    built = {"today", "households", "conflicts", "sync"}
    assert keys_of(["mediator"], built) == ["households", "today", "sync"]


def test_no_personal_data_for_those_who_keep_the_machines():
    """The administrator of accounts sees no household."""
    for built in (ALL, {"today", "households", "conflicts", "sync"}):
        assert not {"households", "today", "building"} & set(keys_of(["it_admin"], built))


def test_every_post_of_the_schema_has_its_sidebar():
    """A new post cannot be forgotten."""
    assert set(codes.POST) <= set(BY_POST)


def test_a_heading_stands_where_its_first_section_does():
    """A mediator begins with mediation."""
    shown = groups(["mediation", "today", "sync"])
    assert [[item.key for item in group.items] for group in shown] == [
        ["mediation"],
        ["today"],
        ["sync"],
    ]
    visits = groups(["today", "households", "conflicts", "sync"])
    assert [len(group.items) for group in visits] == [2, 2]


@pytest.mark.parametrize("post", BY_POST)
def test_the_page_of_people_is_there_for_three_posts_alone(post):
    """Whoever knows a route finds nothing at its end."""
    assert may_open("people", [post]) == (post in ("grid_leader", "secretary", "it_admin"))
    assert may_open("household", [post])
