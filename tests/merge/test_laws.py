"""The laws of the merge core (``sync/README.md``), each for all that Hypothesis can think of."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.merge.fold import fold
from sync.merge.operation import Op, OpKind, Outcome
from sync.merge.settle import Target, settle
from sync.merge.values import Writer, merge_set, settle_field, spec_or_unknown
from sync.schema.canonical import compact
from sync.schema.values import same
from tests.merge.replica import (
    CLIENTS,
    PLACE,
    Replica,
    edits,
    patch,
    run,
    two_orders,
    writer,
)

ASK = spec_or_unknown("household", "contact")
TAGS = ("aged_80", "dibao", "disabled", "veteran")


# --- Law 8: order independence -----------------------------------------------------------------


@given(two_orders(edits()))
def test_the_values_that_stand_and_wait_do_not_depend_on_the_order(orders):
    """For ``ask``: {current} and the candidates together are the last word of every client."""
    one, other = (run(ops, Replica.holding(contact="0")) for ops in orders)
    assert one.wanted("contact") == other.wanted("contact")
    last_words = {client: op.f["contact"][1] for client, op in orders[0]}
    assert one.wanted("contact") == (set(last_words.values()) or {"0"})


@st.composite
def disjoint_patches(draw: st.DrawFn) -> list[tuple[str, Op]]:
    """Each client changes a field of its own."""
    fields = ("contact", "contact_name", "best_time")
    chosen = draw(st.lists(st.tuples(st.sampled_from(CLIENTS), st.sampled_from("123")), max_size=8))
    return [
        (client, patch(f"op{n}", **{fields[CLIENTS.index(client)]: (None, value)}))
        for n, (client, value) in enumerate(chosen)
    ]


@given(two_orders(disjoint_patches()))
def test_disjoint_patches_give_the_same_row_in_any_order(orders):
    """Different fields never meet."""
    one, other = (run(ops, Replica.holding()) for ops in orders)
    assert one.body == other.body
    assert one.conflicts == other.conflicts == {}


WORDS = st.sets(st.sampled_from(TAGS)).map(sorted)


@st.composite
def set_adds(draw: st.DrawFn) -> list[tuple[str, Op]]:
    """Everyone adds tags to what all of them saw."""
    adds = draw(st.lists(st.tuples(st.sampled_from(CLIENTS), WORDS), max_size=6))
    return [
        (client, Op(f"op{n}", 0, "patch", "person", "p1", {"tags": (["dibao"], [*new, "dibao"])}))
        for n, (client, new) in enumerate(adds)
    ]


@given(two_orders(set_adds()))
def test_added_tags_unite_in_any_order(orders):
    """What anyone added is there, and nothing else."""
    one, other = (run(ops, Replica.holding(tags=["dibao"])) for ops in orders)
    added = {tag for _, op in orders[0] for tag in op.f["tags"][1]} | {"dibao"}
    assert one.body == other.body == {"tags": sorted(added)}


@given(st.permutations(range(5)), st.permutations(range(5)))
def test_entries_arrive_in_any_order(first, second):
    """A visit stands by itself."""

    def taken(order: list[int]) -> dict[str, dict[str, Any]]:
        held: dict[str, dict[str, Any]] = {}
        for number in order:
            op = Op(f"op{number}", 0, "append", "visit", f"v{number}", {"result": (None, "met")})
            body = settle(op, Target(held.get(op.id)), writer("anna")).body
            held[op.id] = body or {}
        return held

    assert taken(first) == taken(second)


@st.composite
def timed_writes(draw: st.DrawFn) -> list[tuple[Writer, Op]]:
    """Everyone moves an area on the round; distinct times, so that a client's own never tie."""
    times = draw(st.lists(st.integers(10, 59), unique=True, max_size=6))
    return [
        (
            Writer(draw(st.sampled_from(CLIENTS)), at=f"2026-06-18T01:{minute}:00Z"),
            Op(f"op{n}", 0, "patch", "area", "a1", {"walk_order": (0, draw(st.integers(1, 3)))}),
        )
        for n, minute in enumerate(times)
    ]


@given(timed_writes(), st.randoms())
def test_the_later_of_two_low_stakes_edits_wins_in_any_order(writes, rng):
    """``lww`` goes by the estimated time and by nothing else."""
    shuffled = list(writes)
    rng.shuffle(shuffled)

    def result(order: list[tuple[Writer, Op]]) -> Any:
        replica = Replica.holding()
        for who, op in order:
            replica.take(op, who)
        return (replica.body or {}).get("walk_order")

    latest = max(writes, key=lambda each: each[0].at, default=None)
    assert result(shuffled) == result(writes)
    assert result(writes) == (latest[1].f["walk_order"][1] if latest else None)


# --- Law 9: no silent overwrite ----------------------------------------------------------------


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
def test_nothing_is_overwritten_that_its_writer_had_not_seen_or_written(ops):
    """Every write of an ``ask`` field started from the old value, or the old one was theirs."""
    replica = run(ops, Replica.holding(contact="0"))
    for name, old, _, claims, who, op in replica.history:
        assert same(old, op.f[name][0]) or set(claims) == {who.client}


@given(correlated_edits())
def test_somebody_asserts_every_value_that_stands(ops):
    """A value that nobody asserts could never be changed by its own writer again."""
    replica = run(ops, Replica.holding(contact="0"))
    assert replica.claims["contact"]


# --- Law 10: conflicts are complete ------------------------------------------------------------


@given(correlated_edits())
def test_each_clash_waits_in_exactly_one_conflict(ops):
    """Until its client says something else, or the value that stands is the one it wanted."""
    replica = Replica.holding(contact="0")
    waiting: dict[str, str] = {}
    for client, op in ops:
        outcome = replica.take(op, writer(client)).outcome
        if outcome is Outcome.CONFLICT:
            waiting[client] = op.f["contact"][1]
        else:
            waiting.pop(client, None)
        current = (replica.body or {})["contact"]
        expected = {who: value for who, value in waiting.items() if value != current}
        conflicts = replica.open_conflicts()
        assert len(conflicts) <= 1
        held = {e["client"]: e["value"] for body in conflicts for e in body["candidates"]}
        assert held == expected
        assert all(body["current"] == current for body in conflicts)
        waiting = expected


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


# --- Law 11: append-only -----------------------------------------------------------------------

KINDS = st.sampled_from([kind.value for kind in OpKind if kind is not OpKind.RESOLVE])
ENTRIES = st.fixed_dictionaries(
    {}, optional={"note": st.sampled_from("ab"), "result": st.just("met")}
)


@given(st.lists(st.tuples(KINDS, ENTRIES), min_size=1))
def test_no_operation_of_any_kind_changes_an_entry(ops):
    """The first payload under an id is the one that stays."""
    replica = Replica()
    for number, (kind, fields) in enumerate(ops):
        before = replica.body
        pairs = {name: (None, value) for name, value in fields.items()}
        replica.take(Op(f"op{number}", 0, kind, "visit", "v1", pairs), writer("anna"))
        if before is not None:
            assert replica.body == before
            assert not replica.deleted


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
