"""What the merge core promises beside its laws (``tests/laws``), for all that is drawn."""

from hypothesis import given
from hypothesis import strategies as st

from sync.merge.fold import fold
from sync.merge.operation import Op, OpKind
from sync.merge.values import merge_set, settle_field, spec_or_unknown
from sync.schema.canonical import compact
from sync.schema.values import same
from tests.merge.replica import (
    CLIENTS,
    PLACE,
    Replica,
    patch,
    run,
    writer,
)

ASK = spec_or_unknown("household", "contact")
TAGS = ("aged_80", "dibao", "disabled", "veteran")


TAGS = ("aged_80", "dibao", "disabled", "veteran")
WORDS = st.sets(st.sampled_from(TAGS)).map(sorted)


@st.composite
def correlated_edits(draw: st.DrawFn) -> list[tuple[str, Op]]:
    """Edits whose bases are any of the values around, so that some are stale and some are not."""
    values = ("0", "1", "2", "3")
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(CLIENTS), st.sampled_from(values), st.sampled_from(values)),
            max_size=10,
        )
    )
    return [
        (client, patch(f"op{n}", contact=(base, new)))
        for n, (client, base, new) in enumerate(drawn)
    ]


@given(correlated_edits())
def test_somebody_asserts_every_value_that_stands(ops):
    """A value that nobody asserts could never be changed by its own writer again."""
    replica = run(ops, Replica.holding(contact="0"))
    assert replica.claims["contact"]


@given(correlated_edits(), st.data())
def test_a_decision_leaves_one_value_asserted_by_whoever_decided(ops, data):
    """After a resolve the claims are that operation's client alone, and nothing waits."""
    replica = run(ops, Replica.holding(contact="0"))
    open_ones = [key for key, body in replica.conflicts.items() if body["status"] == "open"]
    if not open_ones:
        return
    body = replica.conflicts[open_ones[0]]
    choice = data.draw(
        st.sampled_from([body["current"], *(e["value"] for e in body["candidates"])])
    )
    op = Op(
        "decide", 0, OpKind.RESOLVE, "conflict", open_ones[0], {"value": (body["current"], choice)}
    )

    replica.take(op, writer("judge"))

    assert (replica.body or {})["contact"] == choice
    assert set(replica.claims["contact"]) == {"judge"}
    assert replica.open_conflicts() == []
    assert replica.conflicts[open_ones[0]]["candidates"] == body["candidates"]


@given(correlated_edits())
def test_the_same_operations_make_the_same_conflicts_everywhere(ops):
    """Ids included: two replicas never name one disagreement twice."""
    one, other = (run(ops, Replica.holding(contact="0")) for _ in range(2))
    assert one.conflicts == other.conflicts


# --- Sets, one field, and the laptop's side ----------------------------------------------------


@given(WORDS, WORDS, WORDS)
def test_a_set_keeps_what_either_side_added_and_loses_what_either_removed(base, new, current):
    """A concurrent add wins over everything but its own removal."""
    merged = set(merge_set(base, new, current))
    assert set(new) - set(base) <= merged
    assert merged.isdisjoint(set(base) - set(new) - (set(new) - set(base)))
    assert merged <= set(new) | set(current)


TEXTS = st.sampled_from([None, "1", "2", " 2 ", "ü", "ü"])


@given(TEXTS, TEXTS, TEXTS, st.sets(st.sampled_from(CLIENTS)))
def test_one_field_is_never_lost_between_two_verdicts(base, new, current, claiming):
    """The value that stands afterwards is the old one or the new one, and never a third."""
    claims = {client: writer(client) for client in claiming}
    result = settle_field(ASK, base, new, current, claims, writer("anna"))
    assert same(result.value, new) or same(result.value, current)


@st.composite
def lonely_edits(draw: st.DrawFn) -> list[Op]:
    """What one worker does offline to a household that nobody else touches."""
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["patch", "delete", "restore"]),
                st.sampled_from(["contact", "best_time"]),
                st.sampled_from([None, "0", "1", "2"]),
            ),
            max_size=6,
        )
    )
    start = {"contact": "0"}
    return [
        Op(f"op{n}", n + 1, kind, *PLACE, {name: (start.get(name), new)} if kind == "patch" else {})
        for n, (kind, name, new) in enumerate(steps)
    ]


@given(lonely_edits())
def test_what_a_laptop_shows_is_what_the_server_makes_of_it(ops):
    """When nobody else writes, folding and settling give the same row after every operation."""
    replica = Replica.holding(contact="0")
    for number, op in enumerate(ops):
        if op.kind == OpKind.PATCH and replica.deleted:
            return  # An edit of a removed row waits for a person: the laptop offers none.
        replica.take(op, writer("anna"))
        shown = fold({"contact": "0"}, ops[: number + 1], PLACE).body
        assert shown == (None if replica.deleted else compact(replica.body or {}))


@given(st.lists(WORDS, max_size=5))
def test_what_a_laptop_shows_of_tags_is_what_the_server_makes_of_them(wanted):
    """Tags start from what was shown before, as a form does."""
    replica = Replica.holding(tags=["dibao"])
    ops: list[Op] = []
    for number, new in enumerate(wanted):
        shown = (fold({"tags": ["dibao"]}, ops, ("person", "p1")).body or {}).get("tags", [])
        op = Op(f"op{number}", number + 1, "patch", "person", "p1", {"tags": (shown, new)})
        ops.append(op)
        replica.take(op, writer("anna"))
    assert fold({"tags": ["dibao"]}, ops, ("person", "p1")).body == replica.body
