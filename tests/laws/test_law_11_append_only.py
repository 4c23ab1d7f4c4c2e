"""Law 11: an entry never changes, and there are as many as were written."""

from typing import Any

import pytest
from hypothesis import strategies as st

from sync.merge.operation import Op, OpKind
from tests.laws import bugs
from tests.laws.core import catches, holds
from tests.merge.replica import CLIENTS, Replica, writer

KINDS = st.sampled_from([kind.value for kind in OpKind if kind is not OpKind.RESOLVE])
ENTRIES = st.fixed_dictionaries(
    {}, optional={"note": st.sampled_from("ab"), "result": st.just("met")}
)
STEPS = st.lists(
    st.tuples(KINDS, st.sampled_from(("v1", "v2")), ENTRIES, st.sampled_from(CLIENTS)), min_size=1
)


def the_first_payload_stays(steps: list[tuple[str, str, dict[str, Any], str]]) -> None:
    """Whatever an operation calls itself, and whoever sends it."""
    replicas = {"v1": Replica(), "v2": Replica()}
    written: dict[str, dict[str, Any]] = {}
    for number, (kind, row_id, fields, client) in enumerate(steps):
        replica = replicas[row_id]
        pairs = {name: (None, value) for name, value in fields.items()}
        op = Op(f"op{number}", 0, kind, "visit", row_id, pairs)
        outcome = replica.take(op, writer(client)).outcome
        if row_id not in written and kind in (OpKind.CREATE, OpKind.APPEND):
            written[row_id] = fields
            assert outcome == "applied"
        assert replica.body == written.get(row_id)
        assert not replica.deleted
        assert replica.open_conflicts() == []


def test_law_11_append_only() -> None:
    """Final entries are the distinct ids that were created, each as it was created."""
    holds(the_first_payload_stays, STEPS)


@pytest.mark.parametrize("bug", [bugs.OVERWRITES, bugs.CHANGES_ENTRIES], ids=str)
def test_law_11_catches(bug: Any) -> None:
    """Each of these mistakes rewrites what somebody recorded."""
    catches(bug, the_first_payload_stays, STEPS)
