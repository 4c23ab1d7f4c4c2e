"""When a home mostly opens, learned from what came of the visits there."""

from datetime import datetime, timedelta

import pytest

from sync.identity import LOCAL_ZONE
from sync.rules.visits import Band, VisitFact, usual_band

NOW = datetime(2026, 6, 18, 10, tzinfo=LOCAL_ZONE)


def visits(*seen):
    """Visits of so many days ago, at an hour, with a result."""
    return [
        VisitFact(str(at), (NOW - timedelta(days=days)).replace(hour=hour), result)
        for at, (days, hour, result) in enumerate(seen)
    ]


@pytest.mark.parametrize(
    ("seen", "usual"),
    [
        ([], None),
        ([(1, 19, "met"), (9, 19, "met")], None),
        ([(1, 19, "met"), (9, 19, "met_family"), (20, 9, "met")], (Band.EVENING, 2, 3)),
        (
            [(1, 19, "not_home"), (9, 19, "met"), (20, 9, "met"), (30, 9, "met")],
            (Band.MORNING, 2, 3),
        ),
        ([(1, 19, "met"), (2, 14, "met"), (3, 9, "met")], None),
        ([(400, 19, "met"), (401, 19, "met"), (402, 19, "met")], None),
    ],
)
def test_a_time_of_day_is_usual_only_where_it_stands_out(seen, usual):
    """Three visits that met somebody within a year, and three in five of them then."""
    assert usual_band(visits(*seen), NOW) == usual


def test_what_was_taken_back_teaches_nothing():
    """Only visits that stand count."""
    seen = visits((1, 19, "met"), (2, 19, "met"), (3, 19, "met"))
    seen.append(VisitFact("void", NOW, "", corrects="0", void=True))
    assert usual_band(seen, NOW) is None
