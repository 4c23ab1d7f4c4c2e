"""Law 16: device clocks that are ten years off change estimated times and ``lww``, nothing else."""

from typing import Any

import pytest
from hypothesis import strategies as st

from sync.merge.operation import Op
from tests.laws import bugs
from tests.laws.core import catches, holds
from tests.laws.offline import Clock, World, scripts
from tests.merge.replica import CLIENTS, Replica, writer

STEPS = (*["edit"] * 4, *["send"] * 6, "pull", "look", "look", "decide", "remove")
YEARS = st.fixed_dictionaries({client: st.integers(-10, 10) for client in CLIENTS})
TIMES = frozenset({"at", "decided_at"})


def shifted(years: dict[str, int]) -> Clock:
    """Every client's clock, off by some years."""
    return lambda client, number: f"{2026 + years[client]}-06-18T04:{number % 60:02}:00Z"


def without_times(value: Any) -> Any:
    """The same without the estimated times."""
    if isinstance(value, dict):
        return {name: without_times(held) for name, held in value.items() if name not in TIMES}
    return [without_times(held) for held in value] if isinstance(value, list) else value


def clocks_change_nothing(script: list[tuple[str, str, str, str]], years: dict[str, int]) -> None:
    """The same things happen to two worlds whose laptops only disagree about the year."""
    right, wrong = World.begun(shifted(dict.fromkeys(CLIENTS, 0))), World.begun(shifted(years))
    for step in script:
        one, other = right.step(*step), wrong.step(*step)
        assert (one and one.outcome) == (other and other.outcome)
        assert right.replica.body == wrong.replica.body
        assert right.replica.deleted == wrong.replica.deleted
        assert without_times(right.replica.conflicts) == without_times(wrong.replica.conflicts)


@st.composite
def timed_writes(draw: st.DrawFn) -> list[tuple[str, str, int]]:
    """Everyone moves an area on the round; distinct times, so that a client's own never tie."""
    times = draw(st.lists(st.integers(10, 59), unique=True, max_size=6))
    return [
        (draw(st.sampled_from(CLIENTS)), f"2026-06-18T01:{at}:00Z", draw(st.integers(1, 3)))
        for at in times
    ]


def the_later_of_two_low_stakes_edits_wins(writes: list[tuple[str, str, int]], rng: Any) -> None:
    """``lww`` goes by the estimated time and by nothing else."""

    def result(order: list[tuple[str, str, int]]) -> Any:
        replica = Replica.holding()
        for number, (client, at, value) in enumerate(order):
            op = Op(f"op{number}", 0, "patch", "area", "a1", {"walk_order": (0, value)})
            replica.take(op, writer(client, at))
        return (replica.body or {}).get("walk_order")

    shuffled = list(writes)
    rng.shuffle(shuffled)
    latest = max(writes, key=lambda each: each[1], default=None)
    assert result(shuffled) == result(writes) == (latest[2] if latest else None)


def test_law_16_clock_independence() -> None:
    """Values, outcomes and conflicts are the same, down to the order of candidates."""
    holds(clocks_change_nothing, scripts(*STEPS), YEARS)


def test_law_16_low_stakes_go_by_the_estimated_time() -> None:
    """The order of a round, and nothing that anybody would miss."""
    holds(the_later_of_two_low_stakes_edits_wins, timed_writes(), st.randoms())


@pytest.mark.parametrize("bug", [bugs.WALL_CLOCK, bugs.SORTED_BY_TIME], ids=str)
def test_law_16_catches(bug: Any) -> None:
    """Each of these mistakes lets a wrong clock decide."""
    catches(bug, clocks_change_nothing, scripts(*STEPS), YEARS)
