"""The figures of mediation: what each counts, and that none counts a case twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.rules.case_figures import CaseFact, Outcome, Period, by, figures, months_of

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
DAY = date(2026, 6, 10)
LATER = DAY + timedelta(days=30)

AGREED = CaseFact("a", dispute="02", accepted_on=DAY, outcome=Outcome.AGREED, concluded_on=DAY)
FAILED = CaseFact("f", dispute="10", accepted_on=DAY, outcome=Outcome.FAILED, concluded_on=DAY)
OPEN = CaseFact("o", dispute="02", accepted_on=DAY)


def ids(found):
    return [one.id for one in found]


def test_the_rate_is_agreed_of_concluded_with_the_open_ones_beside_it():
    """domain.md section 6: not of accepted; an open case lowers no rate."""
    found = figures([AGREED, FAILED, OPEN], JUNE)
    assert found.rate == 0.5
    assert (ids(found.concluded), ids(found.open)) == (["a", "f"], ["o"])
    assert ids(found.accepted) == ["a", "f", "o"]


def test_without_a_concluded_case_there_is_no_rate():
    assert figures([OPEN], JUNE).rate is None


def test_a_case_counts_in_the_month_in_which_it_ended():
    late = CaseFact("l", accepted_on=DAY, outcome=Outcome.AGREED, concluded_on=LATER)
    assert ids(figures([late], JUNE).agreed) == []
    assert ids(figures([late], JUNE).open) == ["l"]
    july = months_of(2026)[6]
    assert ids(figures([late], july).agreed) == ["l"]
    assert ids(figures([late], july).accepted) == []


def test_a_clue_that_was_declined_was_no_case_yet():
    clue = CaseFact("c", outcome=Outcome.DECLINED, concluded_on=DAY)
    declined = CaseFact("d", accepted_on=DAY, outcome=Outcome.DECLINED, concluded_on=DAY)
    found = figures([clue, declined], JUNE)
    assert ids(found.concluded) == ids(found.failed) == ["d"]


def test_same_day_is_agreed_on_the_day_of_acceptance():
    slow = CaseFact(
        "s", accepted_on=DAY, outcome=Outcome.AGREED, concluded_on=DAY + timedelta(days=1)
    )
    assert ids(figures([AGREED, FAILED, slow], JUNE).same_day) == ["a"]


def test_satisfaction_counts_those_who_were_reached():
    """A score of 0 is nobody reached: it is in no share."""
    cases = [
        CaseFact(str(score), accepted_on=DAY, followed_up_on=DAY, satisfaction=score)
        for score in (0, 3, 4, 5)
    ]
    found = figures(cases, JUNE)
    assert (len(found.followed_up), ids(found.asked)) == (4, ["3", "4", "5"])
    assert found.satisfaction == 2 / 3


def test_each_kind_has_its_own_figures():
    found = by([AGREED, FAILED, OPEN], lambda one: one.dispute, JUNE)
    assert list(found) == ["02", "10"]
    assert (found["02"].rate, len(found["02"].open)) == (1.0, 1)


days = st.dates(date(2025, 12, 1), date(2027, 1, 31))
facts = st.builds(
    CaseFact,
    id=st.uuids().map(str),
    accepted_on=st.none() | days,
    outcome=st.sampled_from(Outcome),
    concluded_on=st.none() | days,
    performed_on=st.none() | days,
)


@given(st.lists(facts, max_size=20))
def test_the_months_of_a_year_add_up_to_the_year(cases):
    """Nothing is lost between two months and nothing stands in both."""
    year = figures(cases, Period(date(2026, 1, 1), date(2026, 12, 31)))
    months = [figures(cases, month) for month in months_of(2026)]
    for name in ("accepted", "agreed", "failed", "concluded", "performed"):
        parts = sorted(one.id for month in months for one in getattr(month, name))
        assert parts == sorted(one.id for one in getattr(year, name))
    assert set(year.agreed).isdisjoint(year.failed)
    assert {*year.agreed, *year.failed} == set(year.concluded)
