"""Law 8: in whatever order operations arrive, the same stands, and for ``ask`` the same waits."""

from typing import Any

import pytest
from hypothesis import strategies as st

from sync.merge.operation import Op
from sync.merge.settle import Target, settle
from tests.laws import bugs
from tests.laws.core import catches, holds
from tests.laws.entities import POINTS, points_op, taken
from tests.merge.replica import CLIENTS, Replica, edits, patch, run, two_orders, writer

TAGS = ("aged_80", "dibao", "disabled", "veteran")
WORDS = st.sets(st.sampled_from(TAGS)).map(sorted)
LINES = ("甲。", "乙。", "丙。")


def values_stand_or_wait(orders: Any) -> None:
    """{current} and the candidates together are the last word of every client."""
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


def disjoint_patches_commute(orders: Any) -> None:
    """Different fields never meet."""
    one, other = (run(ops, Replica.holding()) for ops in orders)
    assert one.body == other.body
    assert one.conflicts == other.conflicts == {}


@st.composite
def set_adds(draw: st.DrawFn) -> list[tuple[str, Op]]:
    """Everyone adds tags to what all of them saw."""
    adds = draw(st.lists(st.tuples(st.sampled_from(CLIENTS), WORDS), max_size=6))
    return [
        (client, Op(f"op{n}", 0, "patch", "person", "p1", {"tags": (["dibao"], [*new, "dibao"])}))
        for n, (client, new) in enumerate(adds)
    ]


def added_tags_unite(orders: Any) -> None:
    """What anyone added is there, and nothing else."""
    one, other = (run(ops, Replica.holding(tags=["dibao"])) for ops in orders)
    added = {tag for _, op in orders[0] for tag in op.f["tags"][1]} | {"dibao"}
    assert one.body == other.body == {"tags": sorted(added)}


def entries_commute(orders: Any) -> None:
    """A visit stands by itself."""

    def held_after(order: list[int]) -> dict[str, dict[str, Any]]:
        held: dict[str, dict[str, Any]] = {}
        for number in order:
            op = Op(f"op{number}", 0, "append", "visit", f"v{number}", {"result": (None, "met")})
            body = settle(op, Target(held.get(op.id)), writer("anna")).body
            held[op.id] = body or {}
        return held

    first, second = orders
    assert held_after(first) == held_after(second)
    assert set(held_after(first)) == {f"v{number}" for number in first}


@st.composite
def sentence_edits(draw: st.DrawFn) -> list[tuple[str, Op]]:
    """Each client mends a sentence of its own."""
    base = "".join(LINES)
    made = draw(st.lists(st.sampled_from(CLIENTS), unique=True, max_size=3))
    return [
        (
            client,
            Op(
                f"op{n}",
                0,
                "patch",
                "dwelling",
                "d1",
                {"door_note": (base, base.replace(LINES[CLIENTS.index(client)], f"{client}。"))},
            ),
        )
        for n, client in enumerate(made)
    ]


def sentences_unite(orders: Any) -> None:
    """Every sentence is as whoever mended it left it."""
    base = "".join(LINES)
    one, other = (run(ops, Replica.holding(door_note=base)) for ops in orders)
    assert one.body == other.body
    for client, _ in orders[0]:
        assert f"{client}。" in (one.body or {})["door_note"]


@st.composite
def occasions(draw: st.DrawFn) -> list[Op]:
    """Entries of one resident, the amount following from the occasion, as rules have it."""
    drawn = draw(st.lists(st.integers(-3, 3), max_size=6))
    return [points_op(f"op{n}", f"day {amount}", amount) for n, amount in enumerate(drawn)]


def ledger_entries_commute(ops: list[Op], rng: Any) -> None:
    """The same entries and the same balance."""
    shuffled = list(ops)
    rng.shuffle(shuffled)
    one, other = taken(ops), taken(shuffled)
    assert one.entries == other.entries
    assert set(one.entries) == {op.id for op in ops}
    assert POINTS.is_ledger


NUMBERS = st.tuples(st.permutations(range(5)), st.permutations(range(5)))
LAWS = {
    "values": (values_stand_or_wait, [two_orders(edits())]),
    "patches": (disjoint_patches_commute, [two_orders(disjoint_patches())]),
    "tags": (added_tags_unite, [two_orders(set_adds())]),
    "entries": (entries_commute, [NUMBERS]),
    "sentences": (sentences_unite, [two_orders(sentence_edits())]),
    "ledger": (ledger_entries_commute, [occasions(), st.randoms()]),
}


@pytest.mark.parametrize("what", LAWS)
def test_law_08_order_independence(what: str) -> None:
    """Permuting what does not meet changes nothing."""
    law, drawn = LAWS[what]
    holds(law, *drawn)


@pytest.mark.parametrize(
    ("what", "bug"),
    [
        ("values", bugs.WALL_CLOCK),
        ("values", bugs.NO_CLAIMS),
        ("values", bugs.ONE_CANDIDATE),
        ("values", bugs.FORGETS),
        ("tags", bugs.SET_IS_ONE_VALUE),
        ("sentences", bugs.TEXT_IS_ONE_VALUE),
        ("ledger", bugs.REFUSES_OVERDRAFT),
    ],
    ids=str,
)
def test_law_08_catches(what: str, bug: Any) -> None:
    """Each of these mistakes makes the order count."""
    law, drawn = LAWS[what]
    catches(bug, law, *drawn)
