"""A merge is looked at before it is done: what is kept, and from which record."""

from dataclasses import replace

import pytest

from desktop.services.merging import merged
from desktop.services.privacy import Sight
from sync.store.record import Record
from tests.support.workplaces import workplace


@pytest.mark.parametrize("posts", [("desk_clerk",), ("grid_worker",)])
def test_each_field_says_where_it_comes_from(tmp_path, posts):
    """Kept, taken over, united or asked about; and nobody's phone stands there in full."""
    with workplace(tmp_path, posts) as place:
        stays = place.store.reading.rows("person")[0]
        told = {"name": "王桂兰", "phone": "13900001602", "tags": ["elder_alone"]}
        other = {"name": "王桂蓝", "work": "纺织厂", "phone": "13900001602", "tags": ["veteran"]}
        lines = list(merged(like(stays, told), like(stays, other), Sight(frozenset(posts))))
    how = {line.label: line.how for line in lines}
    assert how == {"Name": "asked", "Phone": "kept", "Care tags": "united", "Work": "taken"}
    assert all("13900001602" not in line.value for line in lines)


def like(row: Record, fields: dict[str, object]) -> Record:
    """A person's row with other fields."""
    return replace(row, fields=fields)
