"""Law 12: a balance is the sum of its entries on every replica; each occasion counts once."""

from typing import Any

import pytest
from hypothesis import strategies as st

from sync.merge import ledger
from sync.merge.operation import OpKind
from tests.laws import bugs
from tests.laws.core import catches, holds
from tests.laws.entities import Account, entry_op, points_op

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("enter", "enter", "stray", "reverse", "again", "remove")),
        st.sampled_from(("monday", "tuesday", "friday")),
        st.sampled_from((-5, 2, 3)),
    ),
    min_size=2,
    max_size=20,
)


def the_balance_is_the_sum(steps: list[tuple[str, str, int]]) -> None:
    """Two laptops enter the same occasions, take them back, and try to remove what stands."""
    account, first = Account(), dict[str, int]()
    for number, (does, occasion, amount) in enumerate(steps):
        _step(account, number, does, occasion, amount)
        bodies = list(account.entries.values())
        said = [body["occasion"] for body in bodies]
        assert len(said) == len(set(said)), "an occasion counts twice"
        plain = {b["occasion"]: b["amount"] for b in bodies if not b["occasion"].startswith("rev")}
        first = {**plain, **first}
        assert plain == first, "an entry changed or is gone"
        back = {b["reverses"] for b in bodies if b.get("reverses")}
        kept = [
            b["amount"]
            for row_id, b in account.entries.items()
            if row_id not in back and not b.get("reverses")
        ]
        assert ledger.balance(bodies) == sum(kept)


def _step(account: Account, number: int, does: str, occasion: str, amount: int) -> None:
    right = points_op(f"op{number}", occasion, amount)
    before = ledger.balance(account.entries.values())
    match does:
        case "enter":
            is_new = right.id not in account.entries
            decided = account.take(right)
            if is_new:
                # It stands, whatever it does to the balance, and a person is shown it.
                assert decided.outcome == "applied"
                assert bool(decided.conflicts) == (amount < 0 and before + amount < 0)
        case "stray":
            account.take(points_op(f"op{number}", occasion, amount, row_id=f"stray{number}"))
        case "reverse" if right.id in account.entries:
            back = ledger.reversal_of("points", right.id, account.entries[right.id])
            account.take(entry_op(f"op{number}", *back))
        case "again" if right.id in account.entries:
            _, back = ledger.reversal_of("points", right.id, account.entries[right.id])
            other = back | {"occasion": f"reversal of {occasion} {number}"}
            account.take(entry_op(f"op{number}", ledger.entry_id("points", other), other))
        case "remove":
            gone = right.__class__(f"op{number}", 0, OpKind.DELETE, "points", right.id)
            account.take(gone)


def test_law_12_ledger() -> None:
    """Entries, reversals and attempts, in any order."""
    holds(the_balance_is_the_sum, STEPS)


@pytest.mark.parametrize(
    "bug",
    [
        bugs.ANY_ID,
        bugs.FORGETS_REVERSALS,
        bugs.REVERSES_AGAIN,
        bugs.REFUSES_OVERDRAFT,
        bugs.HIDES_OVERDRAFT,
        bugs.CHANGES_ENTRIES,
    ],
    ids=str,
)
def test_law_12_catches(bug: Any) -> None:
    """Each of these mistakes makes the sum wrong, or hides that it is."""
    catches(bug, the_balance_is_the_sum, STEPS)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount": 2.5}, ledger.HELD_AMOUNT),
        ({"amount": True}, ledger.HELD_AMOUNT),
        ({"occasion": None}, ledger.HELD_OCCASION),
        ({"reverses": "nowhere"}, "unknown_row"),
    ],
)
def test_an_entry_that_cannot_be_counted_is_kept_aside(body: dict[str, Any], code: str) -> None:
    """With its reason, whole."""
    whole = {"rule": "visit", "subject": "p1", "occasion": "monday", "amount": 2} | body
    op = entry_op("op", ledger.entry_id("points", whole), whole)
    decided = Account().take(op)
    assert (decided.outcome, decided.code) == ("held", code)


def test_a_reversal_of_another_amount_is_kept_aside() -> None:
    """It would leave something of what it takes back."""
    account = Account()
    entry = points_op("op1", "monday", 3)
    account.take(entry)
    _, back = ledger.reversal_of("points", entry.id, account.entries[entry.id])
    wrong = back | {"amount": -2}
    decided = account.take(entry_op("op2", ledger.entry_id("points", wrong), wrong))
    assert (decided.outcome, decided.code) == ("held", ledger.HELD_AMOUNT)
