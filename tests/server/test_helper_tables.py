"""A table of helpers: what it tells is written, and what it does not tell stays."""

import pytest

from sync.progress import silent
from sync.server.grants import community_rows
from sync.server.importing.helper_commit import import_helpers
from tests.server.bench import COMMUNITY
from tests.support.rosters import write_csv

WHOLE = {
    "岗位": "兼职网格员",
    "姓名": "张三",
    "网格": "第3网格",
    "联系电话": "13800001111",
    "单位": "派出所",
    "专兼职": "专职",
    "起始日期": "2026-01-01",
    "截止日期": "2026-12-31",
}
KEPT = {
    "phone": "13800001111",
    "department": "派出所",
    "full_time": True,
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
}


@pytest.fixture
def take(bench, tmp_path):
    """Imports one row, and gives back what then stands there."""

    def run(row):
        path = write_csv(tmp_path / "helpers.csv", [list(row), list(row.values())])
        import_helpers(bench.office, COMMUNITY, path, silent, preview=False)
        with bench.db.read() as connection:
            (member,) = community_rows(connection, COMMUNITY, "member").values()
        return {name: member.get(name) for name in KEPT}

    return run


def test_a_column_that_a_table_lacks_empties_nothing(take):
    """A shorter table is about its own columns alone."""
    assert take(WHOLE) == KEPT
    assert take({name: WHOLE[name] for name in ("岗位", "姓名", "网格")}) == KEPT


def test_an_empty_cell_empties_its_field_alone(take):
    """The column is there and says that there is none."""
    take(WHOLE)
    assert take({**WHOLE, "联系电话": ""}) == {**KEPT, "phone": None}
