"""When something was written, by clocks that may be wrong: labelled, and never in the way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.identity import stamp
from sync.merge.operation import Op
from sync.merge.times import Estimate, Receipt, Sure, clock_off, estimates

ENROLLED = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
RECEIVED = datetime(2026, 6, 18, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def op(op_id="a", *, at=RECEIVED - HOUR, boot="b1", mono=0.0):
    """An operation, written an hour before it arrives unless its clock says otherwise."""
    return Op(
        op_id, 0, "patch", "household", "h1", at=stamp(at) if at else "", boot=boot, mono=mono
    )


def receipt(*, boot="b1", mono=3600.0, at=RECEIVED):
    """What the device says as it sends: by default that it was on for an hour since."""
    return Receipt(ENROLLED, RECEIVED, boot, mono, stamp(at) if at else "")


def one(written, received):
    """The estimate of a single operation."""
    return estimates([written], received)["a"]


def test_a_computer_that_was_on_since_tells_exactly():
    """Whatever its clock says: ten years off, then as now."""
    decade = timedelta(days=3650)
    for off in (timedelta(), decade, -decade):
        found = one(op(at=RECEIVED - HOUR + off), receipt(at=RECEIVED + off))
        assert found == Estimate(RECEIVED - HOUR, Sure.EXACT)


def test_a_lid_that_was_closed_is_not_counted_by_the_uptime():
    """The clock, which is right by now, tells it."""
    written = op(at=RECEIVED - 9 * HOUR)
    assert one(written, receipt()) == Estimate(RECEIVED - 9 * HOUR, Sure.ESTIMATED)


def test_a_clock_that_was_set_in_between_is_not_believed():
    """It is wrong at the receipt, so the uptime is what there is."""
    written = op(at=RECEIVED - 9 * HOUR)
    found = one(written, receipt(at=RECEIVED + 3 * HOUR))
    assert found == Estimate(RECEIVED - HOUR, Sure.ESTIMATED)


def test_an_earlier_boot_is_taken_at_its_clocks_word():
    """As long as that is possible."""
    written = op(boot="b0", at=RECEIVED - 30 * HOUR)
    assert one(written, receipt()) == Estimate(RECEIVED - 30 * HOUR, Sure.ESTIMATED)
    for said in (RECEIVED + 5 * HOUR, ENROLLED - HOUR, None):
        found = one(op(boot="b0", at=said), receipt())
        assert found.sure is Sure.UNKNOWN
        assert ENROLLED <= found.at <= RECEIVED


def test_operations_of_one_boot_keep_their_order_and_their_distance():
    """The clock was set back between the two; the uptime never runs back."""
    first = op("a", boot="b0", mono=100.0, at=RECEIVED - 5 * HOUR)
    second = op("b", boot="b0", mono=700.0, at=RECEIVED - 20 * HOUR)
    found = estimates([first, second], receipt())
    assert found["b"].at == RECEIVED - 20 * HOUR
    assert found["b"].at - found["a"].at == timedelta(minutes=10)


def test_a_device_that_says_nothing_of_its_clocks_is_served_too():
    """An older version, or a message that somebody carried."""
    found = one(op(), Receipt(ENROLLED, RECEIVED))
    assert found == Estimate(RECEIVED - HOUR, Sure.ESTIMATED)


LIMITS = (datetime(1990, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001  # As drawing wants it.
MOMENTS = st.one_of(st.none(), st.datetimes(*LIMITS, timezones=st.just(UTC)))
SECONDS = st.floats(allow_nan=False)


@given(
    st.lists(st.tuples(MOMENTS, st.sampled_from(("b0", "b1", "")), SECONDS), max_size=5),
    MOMENTS,
    SECONDS,
)
def test_no_clock_leads_out_of_what_the_server_knows(written, now, mono):
    """And none breaks anything."""
    ops = [op(str(n), at=at, boot=boot, mono=m) for n, (at, boot, m) in enumerate(written)]
    found = estimates(ops, receipt(at=now, mono=mono))
    assert set(found) == {each.op_id for each in ops}
    assert all(ENROLLED <= each.at <= RECEIVED for each in found.values())


@pytest.mark.parametrize(
    ("ahead", "told"), [(0, 0), (240, 0), (-240, 0), (600, 600), (-86400, -86400)]
)
def test_a_wrong_clock_is_told_from_five_minutes_on(ahead, told):
    """Less is the network, or nobody's business."""
    assert clock_off(RECEIVED + timedelta(seconds=ahead), stamp(RECEIVED)) == told


def test_a_server_that_says_no_time_is_no_reason_to_complain():
    """An older one."""
    assert clock_off(RECEIVED, "") == 0
